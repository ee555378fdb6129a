"""Which days the data covers, fact by fact: where no rows mean 0, and where they mean that nobody knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

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

    @classmethod
    def read(cls, cursor: Cursor) -> Coverage:
        """From `mart.coverage` and `mart.meta`."""
        found = cursor.execute("select need, first_day, last_day from mart.coverage where rows > 0").fetchall()
        meta = cursor.execute("select first_day, last_day from mart.meta where first_day is not null").fetchone()
        spans = {need: Period(first, last) for need, first, last in found if first is not None}
        return cls(frozenset(need for need, _, _ in found), spans, Period(*meta) if meta else None)

    def of(self, source: Source) -> list[Period]:
        """The stretches of days a source's facts cover."""
        return [self.spans[fact] for fact in source.covers if fact in self.spans]

    def covers(self, source: Source, first: pd.Series, last: pd.Series) -> pd.Series:
        """Bucket by bucket (its first and last day): whether the absence of rows means 0."""
        start = first
        if source.when is When.TRAILING:
            start = last - pd.Timedelta(days=source.trailing - 1)
        known = pd.Series(False, index=first.index)
        for span in self.of(source):
            end = span.last if source.when in (When.DURING, When.TRAILING) else self._end(span)
            known |= (last >= pd.Timestamp(span.first)) & (start <= pd.Timestamp(end))
        return known

    def _end(self, span: Period) -> dt.date:
        """What held when its source was last seen is taken to hold until the data's end."""
        return self.whole.last if self.whole else span.last
