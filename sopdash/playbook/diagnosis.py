"""Diagnosis: rules that turn a number into the step of the procedure to review, with evidence and its strength.

Rules are data (`rules.toml`). What is found is shown with its figures and how sure it is: p adjusted by Holm's method
over all units of a rule and all rules of the same kind that could have spoken. A count (a full group) needs no test.
Nothing here says why: a rule names the step that people who know the trade would look at first.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from sopdash.access import Viewer
from sopdash.metrics import HeatmapQuery, Missing, Period, Query, Result, heatmap, run, statistics
from sopdash.metrics.comparison import SURE
from sopdash.metrics.ranking import Standing, ranking
from sopdash.playbook.step import Stage
from sopdash.text import Text
from sopdash.text.formats import missing

if TYPE_CHECKING:
    from sopdash.warehouse import Store

STRONG = 0.01
"""Below this adjusted p the evidence is called strong."""

WAKING = range(8, 23)
"""Hours in which a slot of the week counts as one to post in."""

SPAN_WEEKS = 4
QUIET = 0.5
"""A slot with at most so much of the average slot's activity is quiet; 1 is the average."""


class Strength(StrEnum):
    """How sure a finding is."""

    STRONG = "strong"  # adjusted p < .01
    FAIR = "fair"  # adjusted p < .05
    COUNTED = "counted"  # a count, nothing to test


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Strict):
    """One rule. `ranked`: a unit against all others; `change`: against the period before; `mark`: against the team's
    mark; `count`: units that a metric counts; `slot`: hours of the week in which the calendar posts."""

    name: str
    kind: Literal["ranked", "change", "mark", "count", "slot"]
    metric: str
    by: str | None = None
    side: Literal["above", "below"] = "below"
    mark: float | None = None
    stage: Stage
    title: Text
    review: Text
    actions: tuple[Text, ...]


@dataclass(frozen=True)
class Finding:
    """What a rule found: `value` (numerator / denominator) against `other`, Holm's p (NaN for counts)."""

    rule: Rule
    unit: str | None
    value: float
    size: float
    other: float
    p: float
    low: float = nan
    high: float = nan

    @property
    def strength(self) -> Strength:
        """How sure it is."""
        if self.p != self.p:
            return Strength.COUNTED
        return Strength.STRONG if self.p < STRONG else Strength.FAIR


@dataclass(frozen=True)
class Diagnosis:
    """`findings`, the surest first; `silent`: rules that found nothing; `absent`: rules without data."""

    period: Period
    findings: tuple[Finding, ...]
    silent: tuple[Rule, ...]
    absent: dict[str, Missing]


@cache
def rules() -> dict[str, Rule]:
    """All rules by name."""
    read = tomllib.loads((Path(__file__).parent / "rules.toml").read_text("utf-8"))
    return {name: Rule.model_validate({"name": name, **told}) for name, told in read.items()}


def diagnose(store: Store, period: Period, where: tuple[tuple[str, str], ...], viewer: Viewer) -> Diagnosis:
    """What the rules find in `period`; findings dismissed for it are left out."""
    found: list[Finding] = []
    silent: list[Rule] = []
    absent: dict[str, Missing] = {}
    for rule in rules().values():
        told = _KINDS[rule.kind](store, rule, period, where, viewer)
        if isinstance(told, Missing):
            absent[rule.name] = told
        elif told:
            found += told
        else:
            silent.append(rule)
    gone = dismissed(store, period)
    kept = [one for one in found if (one.rule.name, one.unit or "") not in gone]
    order = list(Strength)
    kept.sort(key=lambda one: (order.index(one.strength), one.p if one.p == one.p else 1, -one.size))
    return Diagnosis(period, tuple(kept), tuple(silent), absent)


def span(period: Period) -> Period:
    """What a diagnosis of `period` looks at: at least the four weeks up to its end; one is too short to be sure."""
    first = period.last - dt.timedelta(days=7 * SPAN_WEEKS - 1)
    return Period(min(period.first, first), period.last)


def dismiss(store: Store, finding: Finding, period: Period, by: str, note: str = "", status: str = "dismissed") -> None:
    """Leaves a finding out of the diagnosis of this period from now on; `status` "task" when it became one."""
    values = {
        "rule": finding.rule.name,
        "unit": finding.unit or "",
        "week": _of(period),
        "status": status,
        "note": note,
    }
    store.workspace.add("findings", values, by)


def dismissed(store: Store, period: Period) -> set[tuple[str, str]]:
    """(rule, unit) of what people dismissed or turned into a task for this period."""
    return {
        (rule, unit)
        for rule, unit in store.workspace.rows("select rule, unit from findings where week = ?", [_of(period)])
    }


def _of(period: Period) -> str:
    return f"{period.first}/{period.last}"


def _ranked(store: Store, rule: Rule, period: Period, where: tuple[tuple[str, str], ...], viewer: Viewer
            ) -> list[Finding] | Missing:  # fmt: skip
    assert rule.by is not None
    told = ranking(store, Query((rule.metric,), (rule.by,), period, where), viewer)
    if told.missing is not None:
        return told.missing
    if told.tested < 2:
        return Missing("too_few_units")
    side = Standing.ABOVE if rule.side == "above" else Standing.BELOW
    return [
        Finding(rule, row["unit"], row["value"], row["size"], row["rest"], row["p_holm"], row["low"], row["high"])
        for row in told.rows.to_dict("records")
        if row["standing"] == side and not missing(row["unit"]) and row["unit"] != "unknown"
    ]


def _change(store: Store, rule: Rule, period: Period, where: tuple[tuple[str, str], ...], viewer: Viewer
            ) -> list[Finding] | Missing:  # fmt: skip
    by = () if rule.by is None else (rule.by,)
    result = run(store, Query((rule.metric,), by, period, where, compare="previous"), viewer)
    if rule.metric in result.missing:
        return result.missing[rule.metric]
    least = store.settings.minimum_count
    tested: list[tuple[Finding, float]] = []
    for row in result.records():
        now = row[f"{rule.metric}__num"], row[f"{rule.metric}__den"]
        before = row[f"{rule.metric}__before__num"], row[f"{rule.metric}__before__den"]
        if None in (*now, *before) or min(now[1], before[1]) < max(1, least):
            continue
        test = statistics.two_proportions(*now, *before)
        unit = row[rule.by] if rule.by else None
        finding = Finding(
            rule, unit, now[0] / now[1], now[1], before[0] / before[1], test.p, test.interval.low, test.interval.high
        )
        tested.append((finding, test.difference))
    if not tested:
        return Missing("too_few_units")
    return _sure(rule, tested)


def _mark(store: Store, rule: Rule, period: Period, where: tuple[tuple[str, str], ...], viewer: Viewer
          ) -> list[Finding] | Missing:  # fmt: skip
    from scipy.stats import binomtest

    assert rule.mark is not None
    by = () if rule.by is None else (rule.by,)
    result = run(store, Query((rule.metric,), by, period, where), viewer)
    if rule.metric in result.missing:
        return result.missing[rule.metric]
    tested: list[tuple[Finding, float]] = []
    for row in result.records():
        top, bottom = row[f"{rule.metric}__num"], row[f"{rule.metric}__den"]
        if top is None or not bottom or bottom < store.settings.minimum_count:
            continue
        p = float(binomtest(int(top), int(bottom), rule.mark).pvalue)
        interval = statistics.wilson(top, bottom)
        unit = row[rule.by] if rule.by else None
        finding = Finding(rule, unit, top / bottom, bottom, rule.mark, p, interval.low, interval.high)
        tested.append((finding, top / bottom - rule.mark))
    if not tested:
        return Missing("too_few_units")
    return _sure(rule, tested)


def _count(store: Store, rule: Rule, period: Period, where: tuple[tuple[str, str], ...], viewer: Viewer
           ) -> list[Finding] | Missing:  # fmt: skip
    """One finding for all units whose figure is at the mark or beyond it."""
    assert rule.by is not None
    assert rule.mark is not None
    result: Result = run(store, Query((rule.metric,), (rule.by,), period, where), viewer)
    if rule.metric in result.missing:
        return result.missing[rule.metric]
    known = [row for row in result.records() if row[rule.metric] is not None]
    at = [row for row in known if (row[rule.metric] >= rule.mark) == (rule.side == "above")]
    return [Finding(rule, None, len(at), len(known), rule.mark, nan)] if at else []


_POSTED = """
-- In which slots of the week did the calendar send into groups? One row: weekday (0 = Monday) × hour.
select isodow(day) - 1 as weekday, hour("time") as hour, count(*) as entries
from calendar_entries
where deleted is not true and channel = 'group' and status <> 'cancelled' and day between ? and ?
group by all order by entries desc
"""


def _slot(store: Store, rule: Rule, period: Period, where: tuple[tuple[str, str], ...], viewer: Viewer
          ) -> list[Finding] | Missing:  # fmt: skip
    """A slot people post in against the average waking hour of the week: exact binomial test of its share."""
    from scipy.stats import binomtest

    told = heatmap.run(store, HeatmapQuery(rule.metric, period, where), viewer)
    if told.missing is not None:
        return told.missing
    slots = store.workspace.rows(_POSTED, [period.first, period.last])
    if not slots:
        return Missing("no_posts_planned")
    total = sum(int(row[hour] or 0) for row in told.matrix for hour in WAKING)
    places = 7 * len(WAKING)
    if total < places:
        return Missing("too_few_units")
    used = [(weekday, hour) for weekday, hour, _ in slots if hour in WAKING]
    heard = [int(told.matrix[weekday][hour] or 0) for weekday, hour in used]
    adjusted = statistics.holm([float(binomtest(count, total, 1 / places).pvalue) for count in heard])
    # Half the average at most: a slightly quieter hour is no reason to move anything.
    return [
        Finding(rule, f"{weekday}-{hour:02d}", count * places / total, count, 1.0, p)
        for (weekday, hour), count, p in zip(used, heard, adjusted, strict=True)
        if p < SURE and count * places / total <= QUIET
    ]


def _sure(rule: Rule, tested: list[tuple[Finding, float]]) -> list[Finding]:
    """Those on the rule's side whose p stays below .05 after Holm over all that were tested."""
    adjusted = statistics.holm([finding.p for finding, _ in tested])
    return [
        Finding(rule, one.unit, one.value, one.size, one.other, p, one.low, one.high)
        for (one, difference), p in zip(tested, adjusted, strict=True)
        if p < SURE and (difference > 0) == (rule.side == "above")
    ]


_KINDS: dict[str, Callable[..., list[Finding] | Missing]] = {
    "ranked": _ranked,
    "change": _change,
    "mark": _mark,
    "count": _count,
    "slot": _slot,
}
