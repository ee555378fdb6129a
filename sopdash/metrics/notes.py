"""What a reader must know beside the figures: where history starts, where data ends, what was filled from reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sopdash.metrics.compile import Plan, flag_column
from sopdash.metrics.coverage import Coverage
from sopdash.metrics.definition import Metric
from sopdash.metrics.period import Period
from sopdash.metrics.sources import Source
from sopdash.text import say


@dataclass(frozen=True)
class Note:
    """A sentence under `metrics.note.` in the texts, its values, and the metrics it speaks of."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    metrics: tuple[str, ...] = ()

    def say(self, lang: str) -> str:
        """The note in one sentence."""
        shown = {
            key: say(f"metrics.fact.{value}", lang) if key == "fact" else _day(value)
            for key, value in self.values.items()
        }
        return say(f"metrics.note.{self.code}", lang, **shown)


def notes(
    metrics: Sequence[Metric], plan: Plan, coverage: Coverage, period: Period, before: Period | None, rows: pd.DataFrame
) -> tuple[Note, ...]:
    """All notes of one result, each once."""
    return (
        *_of_metrics(metrics, coverage),
        *_of_flags(metrics, plan, rows),
        *_of_ends(metrics, coverage, period),
        *(_of_before(metrics, coverage, before) if before else ()),
    )


def _of_metrics(metrics: Sequence[Metric], coverage: Coverage) -> list[Note]:
    codes = dict.fromkeys(code for metric in metrics for code in metric.notes)
    start = coverage.spans.get("orders")
    values = {"day": start.first} if start else {}
    return [
        Note(code, values if code == "history_starts" else {}, tuple(m.name for m in metrics if code in m.notes))
        for code in codes
    ]


def _of_flags(metrics: Sequence[Metric], plan: Plan, rows: pd.DataFrame) -> list[Note]:
    found = []
    for source in plan.predicates:
        for code in source.flags:
            count = pd.to_numeric(rows[flag_column(source, code)]).fillna(0).sum() if len(rows) else 0
            if count > 0:
                found.append(Note(code, {"n": int(count)}, tuple(m.name for m in metrics if source in m.sources)))
    return found


def _of_ends(metrics: Sequence[Metric], coverage: Coverage, period: Period) -> list[Note]:
    """Sources whose data ends before the period does, by the fact that reaches furthest."""
    latest = [
        max((fact for fact in source.covers if fact in coverage.spans), key=lambda fact: coverage.spans[fact].last)
        for source in _sources(metrics)
        if coverage.of(source)
    ]
    return [
        Note("data_ends", {"fact": fact.split(".")[0], "day": coverage.spans[fact].last})
        for fact in dict.fromkeys(latest)
        if coverage.spans[fact].last < period.last
    ]


def _of_before(metrics: Sequence[Metric], coverage: Coverage, before: Period) -> list[Note]:
    starts = [min(span.first for span in coverage.of(source)) for source in _sources(metrics) if coverage.of(source)]
    late = max(starts, default=before.first)
    return [Note("before_partly", {"day": late})] if late > before.first else []


def _sources(metrics: Sequence[Metric]) -> list[Source]:
    return list(dict.fromkeys(source for metric in metrics for source in metric.sources))


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
