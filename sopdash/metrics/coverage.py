"""Which days the data covers, fact by fact: where no rows mean 0, and where they mean that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sopdash.metrics.missing import MODELS, model_needs
from sopdash.metrics.period import Period
from sopdash.metrics.sources import Source, When

if TYPE_CHECKING:
    from sopdash.warehouse import Cursor


@dataclass(frozen=True)
class Coverage:
    """`needs`: the facts and fact columns that have values; `spans`: the days of those that are dated."""

    needs: frozenset[str]
    spans: Mapping[str, Period]
    whole: Period | None
    """All days of the data; None where there is no dated row."""
    grouped: Period | None = None
    """The days that groups are told of: a member list may be younger than any dated row."""
    recent: Period | None = None
    """The weeks that pages open with."""

    @classmethod
    def read(cls, cursor: Cursor) -> Coverage:
        """From `mart.coverage`, `mart.sources` and `mart.meta`."""
        found = cursor.execute(_SPANS).fetchall()
        days = cursor.execute(_DAYS).fetchall()
        spans = {need: Period(first, last) for need, first, last in found if first is not None}
        if "follows.lost_at" in spans:  # a list that names losses speaks of every day it covers, not of lost rows only
            spans["follows.lost_at"] = spans["follows"]
        needs = frozenset(need for need, _, _ in found) | model_needs(cursor.execute(MODELS).fetchall())
        grouped = [Period(*row) for row in cursor.execute(_GROUPED).fetchall()]
        whole, recent = (Period(*days[0][:2]), Period(*days[0][2:])) if days else (None, None)
        return cls(needs, spans, whole, grouped[0] if grouped else None, recent)

    def of(self, source: Source) -> list[Period]:
        """The stretches of days a source's facts cover."""
        return [self.spans[fact] for fact in source.covers if fact in self.spans]

    def covers(self, source: Source, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Bucket by bucket (its first and last day, as datetime64): whether the absence of rows means 0.

        What held when its list was last seen is taken to hold until the data's end.
        """
        day = np.timedelta64(1, "D")
        if source.when is When.TRAILING:
            start = end - (source.trailing - 1) * day
        if source.when is When.BEFORE:
            start, end = start - source.trailing * day, start - day
        known = np.zeros(len(start), dtype=bool)
        for span in self.of(source):
            until = self.whole.last if self.whole and source.when in (When.AT_START, When.AT_END) else span.last
            known |= (end >= np.datetime64(span.first)) & (start <= np.datetime64(until))
        return known


_DAYS = "select first_day, last_day, recent_first, recent_end - 1 from mart.meta where first_day is not null"

_GROUPED = "select min(day), max(last_day) from mart.group_weeks having count(*) > 0"

_SPANS = """
    select coverage.need, coverage.first_day, greatest(coverage.last_day, cast(lists.as_of as date)) as last_day
    from mart.coverage
    left join (
        -- a list speaks for the days up to its own date, also when nothing happened on them
        select fact, max(as_of) as as_of from mart.sources where fact in ('follows', 'group_members') group by fact
    ) lists on lists.fact = coverage.need
    where coverage.rows > 0
"""
