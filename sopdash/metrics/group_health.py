"""Which groups fill up, die, or are too small to live? Every figure of a group, its marks, and its last weeks.

The marks follow what operators go by: a group's QR code stops working when the group is full (capacity, by default
200), from nine tenths of it on the next group should be open, and below four tenths two groups are better one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.coverage import Coverage
from sopdash.metrics.missing import Missing
from sopdash.metrics.query import Query
from sopdash.metrics.query import run as numbers
from sopdash.metrics.records import lists
from sopdash.metrics.sources import GROUP_TALK

if TYPE_CHECKING:
    from sopdash.metrics.period import Period
    from sopdash.warehouse import Store

NEARLY_FULL = 0.9
"""Share of the capacity from which the next group should be open: 180 of 200."""
SMALL = 0.4
"""Share of the capacity below which a group is a candidate for merging: 80 of 200."""

FIGURES = ("group_members", "capacity_used", "speakers", "messages", "joins", "leaves")


class Mark(StrEnum):
    """What a group calls attention to, the most urgent first."""

    FULL = "full"
    NEARLY_FULL = "nearly_full"
    SILENT = "silent"
    SMALL = "small"


_CARRIED = [[mark for place, mark in enumerate(Mark) if code >> place & 1] for code in range(1 << len(Mark))]
"""The marks of a code: a bit for each."""
_URGENCY = np.array([list(Mark).index(marks[0]) if marks else len(Mark) for marks in _CARRIED])
"""The place of the most urgent of them."""


@dataclass(frozen=True)
class Health:
    """One row per group: its figures, `marks` (list of Mark), `weeks` (messages per week, oldest first)."""

    rows: pd.DataFrame
    missing: dict[str, Missing]

    def marked(self, mark: Mark | None) -> pd.DataFrame:
        """The groups that carry a mark; all of them for None."""
        if mark is None:
            return self.rows
        return self.rows[[mark in marks for marks in self.rows["marks"]]].reset_index(drop=True)

    def counts(self) -> dict[Mark, int]:
        """How many groups carry each mark, marks without a group left out."""
        found = {mark: sum(mark in marks for marks in self.rows["marks"]) for mark in Mark}
        return {mark: count for mark, count in found.items() if count}


def health(store: Store, query: Query, weeks: Period, viewer: Viewer) -> Health:
    """The groups of the query's period and filters, the urgent first, then the large; `weeks`: span of the trend."""
    asked = replace(query, metrics=(*FIGURES, "silent_groups"), by=("group",), compare=None)
    result = numbers(store, asked, viewer)
    rows = result.rows[result.rows["group"].notna()].reset_index(drop=True)
    unknown = pd.Series(float("nan"), rows.index)
    used, silent = (rows.get(name, unknown).to_numpy("float64") for name in ("capacity_used", "silent_groups"))
    codes = _codes(used, silent)
    rows["marks"] = [_CARRIED[code] for code in codes.tolist()]
    rows["weeks"] = _weeks(
        store, replace(asked, metrics=("messages",), by=("group", "week"), period=weeks), viewer, rows
    )
    rows["urgency"] = _URGENCY[codes]
    known = [name for name in ("urgency", "group_members", "group") if name in rows]
    rows = rows.sort_values(known, ascending=[name != "group_members" for name in known], ignore_index=True)
    shown = ["group", "marks", *(name for name in FIGURES if name in rows), "weeks"]
    return Health(rows[shown], result.missing)


def _codes(used: np.ndarray, silent: np.ndarray) -> np.ndarray:
    """The marks of every group, a bit each in the order of Mark; what is unknown marks nothing."""
    carried = (used >= 1, (used >= NEARLY_FULL) & (used < 1), silent >= 1, used < SMALL)
    codes: np.ndarray = sum((has.astype(int) << place for place, has in enumerate(carried)), np.zeros(len(used), int))
    return codes


_MESSAGES = """
    -- How many messages had each group week by week? One row: a group with those of its known weeks, oldest first.
    select d."group", coalesce(list(d.messages order by d.day) filter (d.messages is not null), []) as weeks
    from mart.group_weeks d {joined}
    where d."group" is not null and d.day between ? and ? and {test}
    group by d."group"
"""

_RECENT = """
    -- The same of the weeks that pages open with.
    select d."group", d.weeks from mart.recent_groups d {joined}
    where d."group" is not null and d.told > 0 and d.day between ? and ? and {test}
"""


def _weeks(store: Store, query: Query, viewer: Viewer, groups: pd.DataFrame) -> list[list[float]]:
    """Messages per week of every group, in the order of `groups`; unknown weeks are left out."""
    told = _of_weeks(store, query, viewer) if _is_plain(query) else _of_rows(store, query, viewer)
    return [told.get(name) or [] for name in groups["group"].tolist()]


def _is_plain(query: Query) -> bool:
    """Whether it asks of groups alone, by whole weeks."""
    days = query.period
    whole = days is not None and days.first.weekday() == 0 and days.last.weekday() == 6
    return whole and query.segment is None and all(dimension in GROUP_TALK.own for dimension, _ in query.where)


def _of_weeks(store: Store, query: Query, viewer: Viewer) -> dict[str, list[float]]:
    """Straight from the mart of weeks: thousands of groups as rows of a result cost more than all the rest."""
    assert query.period is not None
    test = filters.predicate(store, filters.Rows("groups", GROUP_TALK.own, None), query.where, None, viewer)
    params = (query.period.first, query.period.last, *test.params)
    joined = "" if test.sql == "true" else GROUP_TALK.joins["g"]
    with store.warehouse.read() as cursor:
        recent = query.period == store.warehouse.once(cursor, Coverage.read).recent
        sql = _RECENT if recent else _MESSAGES
        return lists(cursor, sql.format(test=test.sql, joined=joined), params)


def _of_rows(store: Store, query: Query, viewer: Viewer) -> dict[str, list[float]]:
    rows = numbers(store, query, viewer).rows
    if "messages" not in rows:
        return {}
    known = rows[rows["messages"].notna()]
    by_group: dict[str, list[float]] = defaultdict(list)
    for group, messages in zip(known["group"].tolist(), known["messages"].tolist(), strict=True):  # weeks in order
        by_group[group].append(messages)
    return by_group
