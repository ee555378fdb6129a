"""Which measures a lighter source may answer: the same figure from less work, where the question allows it.

Counting distinct customers means remembering every one of them. Where rows know when the same customer came before, the
first row of each in a period is seen from the row itself, and counting is all there is to do. That holds as long as
filters and keys keep or drop a customer's rows together: `varies` names the dimensions that part them.

Where nothing narrows a question, or only what a small mart still tells apart (`within`), its sums answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sopdash.metrics.sources import (
    ACQUIRED_BUYERS,
    ACTIVE_7,
    ACTIVE_30,
    BUYERS,
    CHANNEL_ORDERS,
    DAY,
    FIRST_FOLLOWS,
    GAP_DAYS,
    GAP_QUANTILES,
    GROUP_MOVES,
    GROUP_TALK,
    GROUPS_AT_END,
    HELD_AT_END,
    HELD_AT_START,
    MEMBERS_AT_END,
    PAID_ORDERS,
    SILENT,
    SPEAKERS,
    WHILE_TOLD,
    Source,
    When,
)
from sopdash.metrics.sources_value import ACQUISITION, CHANNEL_VALUE, CUSTOMER_VALUE
from sopdash.metrics.sources_weeks import (
    GROUPS_OF_WEEKS,
    MEMBERS_OF_WEEKS,
    MEMBERS_STANDING,
    MOVES_OF_WEEKS,
    OF_A_WEEK,
    OF_RECENT,
    QUIET_WEEKS,
    SUMS_OF_MEMBERS,
    SUMS_OF_MOVES,
    SUMS_OF_TALK,
    TALK_OF_WEEKS,
)

if TYPE_CHECKING:
    from sopdash.metrics.definition import Measure


class Given(StrEnum):
    """What is known of a question beside its dimensions."""

    WEEKS = "weeks"
    """Every bucket is made of whole weeks, as far as there are days of data."""
    EACH_A_WEEK = "each_a_week"
    """Every bucket is one such week."""
    RECENT = "recent"
    """The buckets are the weeks that pages open with, together, and as many before them."""
    QUIET = "quiet"
    """A group counts as silent after a week without a word or less."""


@dataclass(frozen=True)
class Using:
    """The dimensions a query splits or filters by; `pinned`: those with one value per cell (split by, or one given)."""

    dimensions: frozenset[str] = frozenset()
    pinned: frozenset[str] = frozenset()
    segment: bool = False
    given: frozenset[Given] = frozenset()


@dataclass(frozen=True, eq=False)
class Route:
    """Measures of `source` by their SQL → the SQL of the same over `light`, whose aliases and dimensions are the same;
    None: every measure as it is said.
    `{since of o.day}` is the first day of the bucket that a day lies in.

    Open where none of `varies` is used, or `pin` (a dimension) is pinned; with `within`, to questions about all
    customers that use no other dimensions; and only where all of `given` holds.
    """

    source: Source
    light: Source
    sql: Mapping[str, str] | None
    varies: frozenset[str] = field(default_factory=frozenset)
    pin: str = ""
    within: frozenset[str] | None = None
    given: frozenset[Given] = field(default_factory=frozenset)

    def says(self, measure: Measure) -> bool:
        """Whether it knows the measure."""
        return self.sql is None or measure.sql in self.sql

    def open_to(self, using: Using) -> bool:
        """Whether the question leaves the rows together that the light source counts on."""
        if not self.given <= using.given:
            return False
        if self.within is not None and (using.segment or not using.dimensions <= self.within):
            return False
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

_COUNTED = "coalesce(sum({}), 0)"
_SINCE = "(o.after_day is null or o.after_day < {since of o.day})"
_TURNED = "coalesce(sum(o.buyers) filter ({test}), 0)"
_BY_CHANNEL = frozenset({"channel"})
_OF_A_GROUP = frozenset({"group", "store", "group_type", "staff"})
_NOTHING: frozenset[str] = frozenset()
_WEEKS = frozenset({Given.WEEKS})
_EACH_A_WEEK = frozenset({Given.EACH_A_WEEK})
_RECENT = frozenset({Given.RECENT})
_QUIET_WEEKS = frozenset({Given.WEEKS, Given.QUIET})

_LESS_RETURNING = replace(
    PAID_ORDERS,
    relation="""(
        select day, channel, case when known then orders else 0 end as buyers, timestamp 'infinity' as previous_at
        from mart.order_sums
        union all
        select day, channel, -1, previous_at from mart.orders where is_paid
    ) o""",
    keep="o.previous_at >= {since of o.day}",
    joins={},
)
"""All orders of known customers, less those that follow another one since: what is left are the customers."""

_ORDER_SUMS = replace(PAID_ORDERS, relation="mart.order_sums o", keep="true", joins={})
_BUYER_TURNS = replace(_BOUGHT, relation="mart.buyer_turns o", keep="true", joins={})
_GAP_TURNS = replace(PAID_ORDERS, relation="mart.buyer_turns o", keep="o.after_day is not null", joins={})
_OF_GAPS = "filter (o.previous_at is not null)"
_ADDED_DAYS = replace(FIRST_FOLLOWS, relation="mart.added_days f", keep="true", joins={})
_BROUGHT = replace(CHANNEL_ORDERS, relation="mart.order_sums cu", day="cu.day", keep="cu.brought", joins={})
_ACQUIRED = replace(ACQUIRED_BUYERS, relation="mart.order_sums cu", day="cu.day", keep="cu.acquired > 0", joins={})
_NOT_SINCE = "m.after_day is null or m.after_day < {since of m.day}"
_SPEAKER_TURNS = replace(SPEAKERS, relation="mart.speaker_turns m", keep=_NOT_SINCE, joins={})
_GROUP_TURNS = replace(
    SPEAKERS,
    relation="mart.group_turns m",
    keep=_NOT_SINCE,
    own={**SPEAKERS.own, "group": 'm."group"'},
    joins={"g": SPEAKERS.joins["g"]},
)
_RECENT_SPEAKERS = replace(_GROUP_TURNS, relation="mart.recent_groups m", keep="m.speakers is not null")
_SPEAKERS = "count(distinct coalesce(cast(m.customer as varchar), 'name ' || m.sender))"
_SPOKEN = "sum(m.speakers)"
_VALUE_DAYS = replace(CUSTOMER_VALUE, relation="mart.value_days cu", since="cast(cu.first_day as timestamp)", joins={})
_BROUGHT_VALUE = replace(_VALUE_DAYS, name=CHANNEL_VALUE.name, own=CHANNEL_VALUE.own, keep="cu.brought")
_NOT_BETTER = CUSTOMER_VALUE.flags["model_not_better"]
_IF_NOT_BETTER = {_NOT_BETTER: f"coalesce({_NOT_BETTER.replace('count(*)', 'sum(cu.customers)')}, 0)"}
_ACQUISITION = replace(
    ACQUISITION,
    relation="""(
        select day, channel, spend, 0 as acquired from mart.channel_days
        union all
        select day, channel, null, acquired from mart.order_sums where acquired > 0
    ) q""",
)


_OF_QUIET = {"count(*)": "sum(q.groups)", SILENT: WHILE_TOLD.format("sum(q.silent)")}


def _of_weeks(source: Source, light: Source) -> Route:
    """Every measure of a group as it is: the weeks stand in for the days."""
    return Route(source, light, None, within=_OF_A_GROUP, given=_WEEKS)


def _spans(source: Source) -> Route:
    light = replace(source, relation="mart.held_spans h", joins={}, summed=True)
    sums = {"count(*)": "sum(h.customers)", "count(*) filter (cu.opted_out is not true)": "sum(h.open)"}
    return Route(source, light, sums, within=_NOTHING)


def _quantile(step: str, share: float) -> Route:
    light = replace(PAID_ORDERS, relation=f"{step} o", keep="true", joins={}, tables=(step,))
    return Route(
        PAID_ORDERS, light, {f"quantile_cont({GAP_DAYS}, {share}) {_OF_GAPS}": "max(o.value)"}, within=_NOTHING
    )


def _turns(source: Source) -> Route:
    light = replace(source, relation="mart.active_turns d", joins={}, summed=True)
    return Route(source, light, {"count(*)": "sum(d.customers)"}, within=_NOTHING)


SUMS: tuple[Route, ...] = (
    Route(
        PAID_ORDERS,
        _ORDER_SUMS,
        {
            "count(*)": "sum(o.orders)",
            "count(*) filter (o.customer is not null)": _COUNTED.format("o.orders) filter (o.known"),
            "count(*) filter (o.refunds > 0)": "sum(o.refunded)",
            "count(o.units)": "sum(o.with_units)",
            "sum(o.units)": "sum(o.units)",
            "sum(o.gmv)": "sum(o.gmv)",
            "sum(o.refunds)": "sum(o.refunds)",
            "sum(o.net_sales)": "sum(o.net_sales)",
            "sum(o.net_sales) filter (o.customer is not null)": "sum(o.net_sales) filter (o.known)",
            "sum(o.net_sales) filter (o.held_before)": "sum(o.net_sales) filter (o.held_before)",
        },
        within=frozenset({"platform", "sales_channel", "channel"}),
    ),
    Route(
        PAID_ORDERS,
        _BUYER_TURNS,
        {
            "count(distinct o.customer)": _TURNED.format(test=_SINCE),
            "count(distinct o.customer) filter (o.nth > 1)": _TURNED.format(
                test=f"o.nth > 1 and ({_SINCE} or o.nth = 2)"
            ),
        },
        within=_NOTHING,
    ),
    Route(PAID_ORDERS, _LESS_RETURNING, {"count(distinct o.customer)": "sum(o.buyers)"}, within=_BY_CHANNEL),
    Route(
        PAID_ORDERS,
        _GAP_TURNS,
        {f"avg({GAP_DAYS}) {_OF_GAPS}": f"sum(o.waited) / nullif(sum(o.buyers), 0) / {float(DAY)}"},
        within=_NOTHING,
    ),
    *(_quantile(step, share) for step, share in GAP_QUANTILES.items()),
    Route(
        BUYERS,
        _BUYER_TURNS,
        {
            "count(*)": _TURNED.format(test=_SINCE),
            "count(*) filter (orders >= 2)": f"coalesce(sum(o.seconds) filter ({_SINCE}), 0)",
            "count(*) filter (first_ordered_at < b.since)": _TURNED.format(test=f"{_SINCE} and o.nth > 1"),
        },
        within=_NOTHING,
    ),
    Route(
        FIRST_FOLLOWS,
        _ADDED_DAYS,
        {
            "count(distinct f.customer)": "sum(f.customers)",
            "count(distinct f.customer) filter (cu.first_joined_at is not null)": "sum(f.joined)",
            "count(distinct f.customer) filter (cu.existing is not true)": "sum(f.fresh)",
            "count(distinct f.customer) filter (cu.existing is not true and "
            "cu.last_ordered_at >= cu.first_followed_at)": "sum(f.converted)",
        },
        within=_BY_CHANNEL,
    ),
    Route(
        CHANNEL_ORDERS,
        _BROUGHT,
        {
            "sum(o.net_sales)": "sum(cu.net_sales)",
            "sum(o.net_sales) * (select margin from settings)": "sum(cu.net_sales) * (select margin from settings)",
        },
        within=_BY_CHANNEL,
    ),
    Route(ACQUIRED_BUYERS, _ACQUIRED, {"count(*)": "sum(cu.acquired)"}, within=_BY_CHANNEL),
    Route(
        ACQUISITION,
        _ACQUISITION,
        {sql: sql for sql in ("sum(q.spend) / nullif(sum(q.acquired), 0)",)},
        within=_BY_CHANNEL,
    ),
    Route(SPEAKERS, _SPEAKER_TURNS, {_SPEAKERS: _SPOKEN}, within=_NOTHING, given=_WEEKS),
    Route(SPEAKERS, _RECENT_SPEAKERS, {_SPEAKERS: _SPOKEN}, within=_OF_A_GROUP, given=_RECENT, pin="group"),
    Route(SPEAKERS, _GROUP_TURNS, {_SPEAKERS: _SPOKEN}, within=_OF_A_GROUP, given=_WEEKS, pin="group"),
    Route(GROUP_MOVES, OF_A_WEEK, SUMS_OF_MOVES, within=_OF_A_GROUP, given=_EACH_A_WEEK),
    Route(GROUP_TALK, OF_A_WEEK, SUMS_OF_TALK, within=_OF_A_GROUP, given=_EACH_A_WEEK),
    Route(GROUP_MOVES, OF_RECENT, SUMS_OF_MOVES, within=_OF_A_GROUP, given=_RECENT),
    Route(GROUP_TALK, OF_RECENT, SUMS_OF_TALK, within=_OF_A_GROUP, given=_RECENT),
    Route(MEMBERS_AT_END, MEMBERS_STANDING, SUMS_OF_MEMBERS, frozenset({"group"}), within=_OF_A_GROUP, given=_WEEKS),
    _of_weeks(GROUP_MOVES, MOVES_OF_WEEKS),
    _of_weeks(GROUP_TALK, TALK_OF_WEEKS),
    _of_weeks(MEMBERS_AT_END, MEMBERS_OF_WEEKS),
    Route(GROUPS_AT_END, QUIET_WEEKS, _OF_QUIET, within=_NOTHING, given=_QUIET_WEEKS),
    _of_weeks(GROUPS_AT_END, GROUPS_OF_WEEKS),
    Route(
        CUSTOMER_VALUE,
        _VALUE_DAYS,
        {
            f"{how}(v.{value})": f"sum(cu.{column})"
            for value, known in (("clv", "of_clv"), ("expected_orders", "of_orders"), ("p_alive", "of_alive"))
            for how, column in (("sum", value), ("count", known))
        }
        | _IF_NOT_BETTER,
        within=_BY_CHANNEL,
    ),
    Route(
        CHANNEL_VALUE,
        _BROUGHT_VALUE,
        {"avg(v.clv)": "cast(sum(cu.clv) as double) / nullif(sum(cu.of_clv), 0)"} | _IF_NOT_BETTER,
        within=_BY_CHANNEL,
    ),
    _spans(HELD_AT_START),
    _spans(HELD_AT_END),
    _turns(ACTIVE_7),
    _turns(ACTIVE_30),
)
"""Answered by sums over all customers, day by day."""

ROUTES: tuple[Route, ...] = (
    *SUMS,
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
            _SPEAKERS: "count(distinct m.customer) + count(distinct m.sender)",
            "count(*)": "sum(m.messages)",
        },
    ),
)
"""The first open one answers."""


def routed(measure: Measure, using: Using) -> tuple[Source, str]:
    """The source to read and the SQL to say for a measure."""
    for route in ROUTES:
        if route.source is measure.source and route.says(measure) and route.open_to(using):
            return route.light, measure.sql if route.sql is None else route.sql[measure.sql]
    return measure.source, measure.sql
