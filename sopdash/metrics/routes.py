"""Which measures a lighter source may answer: the same figure from less work, where the question allows it.

Counting distinct customers means remembering every one of them. Where rows know when the same customer came before, the
first row of each in a period is seen from the row itself, and counting is all there is to do. That holds as long as
filters and keys keep or drop a customer's rows together: `varies` names the dimensions that part them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sopdash.metrics.sources import BUYERS, HELD_AT_START, PAID_ORDERS, SPEAKERS, Source, When

if TYPE_CHECKING:
    from sopdash.metrics.definition import Measure


@dataclass(frozen=True)
class Using:
    """The dimensions a query splits or filters by; `pinned`: those with one value per cell (split by, or one given)."""

    dimensions: frozenset[str] = frozenset()
    pinned: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Route:
    """Measures of `source` by their SQL → the SQL of the same over `light`, whose aliases and dimensions are the same.
    `{since of o.day}` is the first day of the bucket that a day lies in.

    Open where none of `varies` is used, or `pin` (a dimension) is pinned.
    """

    source: Source
    light: Source
    sql: Mapping[str, str]
    varies: frozenset[str] = field(default_factory=frozenset)
    pin: str = ""

    def open_to(self, using: Using) -> bool:
        """Whether the question leaves the rows together that the light source counts on."""
        return self.pin in using.pinned if self.pin else not self.varies & using.dimensions


_OF_AN_ORDER = frozenset({"store", "staff", "region", "platform", "sales_channel"})
"""Dimensions in which the orders of one customer differ."""

_FIRST = "(o.previous_at is null or o.previous_at < {since of o.day})"
_SECOND = "(o.previous_at >= {since of o.day} and (o.earlier_at is null or o.earlier_at < {since of o.day}))"

_BOUGHT = replace(BUYERS, per="", inner={})

_HELD_BUYERS = replace(
    HELD_AT_START,
    relation="mart.orders o join mart.holdings h on h.customer = o.customer",
    when=When.DURING,
    day="o.day",
    keep=f"o.is_paid and {_FIRST} and h.held_from < {{since of o.day}} "
    "and coalesce(h.held_until, timestamp 'infinity') >= {since of o.day}",
    joins={"cu": HELD_AT_START.joins["cu"]},
)
"""One row per customer who was held when the bucket began and orders in it: the first such order."""

_SPEAKER_DAYS = replace(SPEAKERS, relation="mart.speaker_days m", keep="true")

ROUTES: tuple[Route, ...] = (
    Route(
        PAID_ORDERS,
        PAID_ORDERS,
        {
            "count(distinct o.customer)": f"count(*) filter (o.customer is not null and {_FIRST})",
            "count(distinct o.customer) filter (o.nth > 1)": (
                f"count(*) filter (o.customer is not null and o.nth > 1 and ({_FIRST} or o.nth = 2))"
            ),
        },
        _OF_AN_ORDER,
    ),
    Route(
        BUYERS,
        _BOUGHT,
        {
            "count(*)": f"count(*) filter ({_FIRST})",
            "count(*) filter (orders >= 2)": f"count(*) filter ({_SECOND})",
            "count(*) filter (first_ordered_at < b.since)": f"count(*) filter ({_FIRST} and o.nth > 1)",
        },
        _OF_AN_ORDER,
    ),
    Route(
        HELD_AT_START,
        _HELD_BUYERS,
        {
            "count(*) filter (cu.opted_out is not true and bought.customer is not null)": (
                "count(*) filter (cu.opted_out is not true)"
            ),
        },
    ),
    Route(
        SPEAKERS,
        _SPEAKER_DAYS,
        {
            "count(distinct coalesce(cast(m.customer as varchar), 'name ' || m.sender))": (
                "count(distinct m.customer) + count(distinct m.sender)"
            ),
            "count(*)": "sum(m.messages)",
        },
    ),
)
"""The first open one answers."""


def routed(measure: Measure, using: Using) -> tuple[Source, str]:
    """The source to read and the SQL to say for a measure."""
    for route in ROUTES:
        if route.source is measure.source and measure.sql in route.sql and route.open_to(using):
            return route.light, route.sql[measure.sql]
    return measure.source, measure.sql
