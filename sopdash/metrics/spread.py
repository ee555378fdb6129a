"""Quantiles of the days between orders of all customers, without reading every gap.

How many gaps last how many whole days stands in a mart. That tells in which whole day a quantile lies; only the gaps of
that day, which lie together in another, are read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from math import ceil, floor
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from sopdash.metrics.filters import Predicate
from sopdash.metrics.records import arrays
from sopdash.metrics.sources import DAY, GAP_QUANTILES

if TYPE_CHECKING:
    from sopdash.warehouse import Cursor

_WHOLE_DAYS = """(
        select day, day - after_day as whole, buyers - short as gaps, waited
        from mart.buyer_turns where after_day is not null and buyers > 0
        union all
        select day, day - after_day - 1, short, 0 from mart.buyer_turns where short > 0
    ) t"""

Bucket = Callable[[str], str]
"""From the SQL of a day to that of the first day of its bucket."""


def _one(day: str) -> str:
    return "date '1970-01-01'"


def counted(cursor: Cursor, first: dt.date, last: dt.date) -> list[tuple[int, int, float]]:
    """(Whole days, gaps of so many, days of all gaps: on whichever row), by the former."""
    sql = f"""
        -- How many gaps last so many whole days, and how long are they together? One row: whole days.
        select whole, cast(sum(gaps) as bigint), sum(waited) / {float(DAY)} from {_WHOLE_DAYS}
        where day between ? and ? group by whole order by whole
    """  # noqa: S608 - declared names only
    return cursor.execute(sql, (first, last)).fetchall()


def steps(cursor: Cursor, names: Iterable[str], first: dt.date, last: dt.date, bucket: Bucket) -> list[Predicate]:
    """Those of the named steps of a statement that are quantiles: a bucket × a day of it and its quantile."""
    return [_step(cursor, name, first, last, bucket) for name in sorted(GAP_QUANTILES.keys() & set(names))]


def _step(cursor: Cursor, name: str, first: dt.date, last: dt.date, bucket: Bucket) -> Predicate:
    found = quantiles(cursor, first, last, GAP_QUANTILES[name], bucket)
    rows = [{"day": max(day, first), "value": value} for day, value in found]
    listed = "select unnest(cast(? as struct(day date, value double)[]), recursive := true)"
    return Predicate(f"{name} as ({listed})", (rows,))


def quantiles(
    cursor: Cursor, first: dt.date, last: dt.date, share: float, bucket: Bucket = _one
) -> Iterator[tuple[dt.date, float]]:
    """The first day of each bucket with gaps, and the quantile in days."""
    wanted = _places(cursor, first, last, share, bucket)
    if not wanted:
        return
    near = _near(cursor, first, last, wanted, bucket)
    days = near["bucket"].astype("datetime64[D]")
    for day, parts in groupby(wanted, itemgetter(0)):
        _, _, before, place = next(parts)
        ranks = floor(place) - before, ceil(place) - before
        low, high = (int(gap) for gap in np.partition(near["gap"][days == np.datetime64(day)], ranks)[[*ranks]])
        yield day, (low + (high - low) * (place - floor(place))) / DAY


def _places(
    cursor: Cursor, first: dt.date, last: dt.date, share: float, bucket: Bucket
) -> list[tuple[dt.date, int, int, float]]:
    sql = f"""
        -- In which whole days does the quantile of each bucket lie? One row: a bucket × whole days with one of the two
        -- gaps that it lies between, how many are shorter than such, and its place among all, from 0.
        with told as (
            select {bucket("t.day")} as bucket, whole, sum(gaps) as gaps from {_WHOLE_DAYS}
            where gaps > 0 and day between $first and $last group by all
        ),
        placed as (
            select *, sum(gaps) over up_to as upto, (sum(gaps) over (partition by bucket) - 1) * $share as place
            from told window up_to as (partition by bucket order by whole)
        )
        select bucket, whole, cast(upto - gaps as bigint), place from placed
        where upto - gaps <= ceil(place) and upto > floor(place) order by bucket, whole
    """  # noqa: S608 - declared names only
    return cursor.execute(sql, {"first": first, "last": last, "share": share}).fetchall()


def _near(
    cursor: Cursor, first: dt.date, last: dt.date, wanted: Sequence[tuple[dt.date, int, int, float]], bucket: Bucket
) -> dict[str, np.ndarray]:
    wholes = [whole for _, whole, *_ in wanted]
    sql = f"""
        -- How long are the gaps near the quantile of each bucket? One row: a bucket × a gap in microseconds.
        with near as (
            select {bucket("o.day")} as bucket, o.waited as gap from mart.order_gaps o
            where o.day between $first and $last and o.waited >= $low and o.waited < $high
        )
        select near.bucket, near.gap
        from near
        join (select unnest(cast($wanted as struct(bucket date, whole bigint)[]), recursive := true)) as wanted
            on wanted.bucket = near.bucket and wanted.whole = near.gap // {DAY}
    """  # noqa: S608 - declared names only
    return arrays(
        cursor,
        sql,
        {
            "first": first,
            "last": last,
            "low": min(wholes) * DAY,
            "high": (max(wholes) + 1) * DAY,
            "wanted": [{"bucket": day, "whole": whole} for day, whole, *_ in wanted],
        },
    )
