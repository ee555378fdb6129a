"""Quantiles of the days between orders of all customers, without reading every gap.

How many gaps last how many whole days stands in a mart, and so do the quantiles of the spans that pages open with;
those of any other span are found by `mart.gap_quantiles`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sopdash.metrics.filters import Predicate
from sopdash.metrics.sources import DAY, GAP_QUANTILES
from sopdash.warehouse import parsed

if TYPE_CHECKING:
    from sopdash.warehouse import Cursor

Quantiles = Mapping[float, list[tuple[dt.date, float]]]
"""Share → the first day of each bucket in which anybody ordered again, and the quantile in days."""


def counted(cursor: Cursor, first: dt.date, last: dt.date) -> list[tuple[int, int, float]]:
    """(Whole days, gaps of so many, days of all gaps: on whichever row), by the former."""
    sql = f"""
        -- How many gaps last so many whole days, and how long are they together? One row: whole days.
        select whole, cast(sum(gaps) as bigint), sum(waited) / {float(DAY)} from mart.gap_days
        where day between ? and ? group by whole order by whole
    """  # noqa: S608 - declared names only
    return cursor.execute(parsed(cursor, sql), (first, last)).fetchall()


def steps(cursor: Cursor, names: Iterable[str], buckets: Predicate) -> list[Predicate]:
    """Those of the named steps of a statement that are quantiles: a bucket × a day of it and its quantile."""
    wanted = sorted(GAP_QUANTILES.keys() & set(names))
    found = quantiles(cursor, buckets, (GAP_QUANTILES[name] for name in wanted))
    return [_step(name, found[GAP_QUANTILES[name]]) for name in wanted]


def _step(name: str, found: list[tuple[dt.date, float]]) -> Predicate:
    rows = [{"day": day, "value": value} for day, value in found]
    listed = "select unnest(cast(? as struct(day date, value double)[]), recursive := true)"
    return Predicate(f"{name} as ({listed})", (rows,))


def quantiles(cursor: Cursor, buckets: Predicate, shares: Iterable[float]) -> Quantiles:
    """Of each of the buckets (steps up to `buckets` with their `first` and `last` day)."""
    wanted = list(shares)
    if not wanted:
        return {}
    sql = f"""
        -- Which quantiles of the buckets are known already? One row: a bucket × a share it is known of (NULL: of none).
        with {buckets.sql}
        select b.first, b.last, known.share, known.days
        from buckets b left join mart.recent_gaps known on known.first = b.first and known.last = b.last
        order by b.first
    """  # noqa: S608 - declared names only
    told = cursor.execute(parsed(cursor, sql), buckets.params).fetchall()
    spans = dict.fromkeys((first, last) for first, last, *_ in told)
    known = {(first, share): days for first, _, share, days in told}
    return {
        share: [(first, days) for first, _ in spans if (days := known[first, share]) is not None]
        if all((first, share) in known for first, _ in spans)
        else _sought(cursor, spans, share)
        for share in wanted
    }


def _sought(cursor: Cursor, spans: Iterable[tuple[dt.date, dt.date]], share: float) -> list[tuple[dt.date, float]]:
    sql = """
        select first, days
        from mart.gap_quantiles(cast($spans as struct(first date, last date)[]), $share) order by first
    """
    listed = [{"first": first, "last": last} for first, last in spans]
    return cursor.execute(parsed(cursor, sql), {"spans": listed, "share": share}).fetchall()
