"""The people behind the figures of a period, as rules: who bought, who came back, who did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.period import Period
from sopdash.segments.rules import Rule, both, where, without

if TYPE_CHECKING:
    from sopdash.warehouse import Store

NAMES = ("missed", "lapsed", "repeat", "twice", "new", "buyers", "added", "added_silent", "left", "spoke", "refunded")
"""Groups by name; `missed` and `lapsed` need a period compared with."""


def rule(name: str, period: Period, compared: Period | None = None) -> Rule | None:
    """Who a figure of the period counts; None where it needs a comparison that is not chosen.

    repeat: bought in the period and had bought before; missed: did so in the compared period and bought nothing in this
    one; lapsed: bought in the compared period and not in this one; twice: at least two orders within the period.
    """
    bought = where("orders", "at_least", 1, since=period.first, until=period.last)
    match name:
        case "buyers":
            return bought
        case "twice":
            return where("orders", "at_least", 2, since=period.first, until=period.last)
        case "new":
            return where("first_ordered_at", "during", period.first, period.last)
        case "repeat":
            return _came_back(period)
        case "missed":
            return None if compared is None else both(_came_back(compared), without(bought))
        case "lapsed":
            before = (
                None if compared is None else where("orders", "at_least", 1, since=compared.first, until=compared.last)
            )
            return None if before is None else both(before, without(bought))
        case "added":
            return where("first_followed_at", "during", period.first, period.last)
        case "added_silent":
            return both(where("first_followed_at", "during", period.first, period.last), where("orders", "equals", 0))
        case "left":
            return where("group_leaves", "at_least", 1, since=period.first, until=period.last)
        case "spoke":
            return where("messages", "at_least", 1, since=period.first, until=period.last)
        case _:
            return where("refunded_orders", "at_least", 1, since=period.first, until=period.last)


def _came_back(period: Period) -> Rule:
    """Bought in the period, and at least twice until its end."""
    return both(
        where("orders", "at_least", 1, since=period.first, until=period.last),
        where("orders", "at_least", 2, until=period.last),
    )


# --- how many they are -----------------------------------------------------------------------------------------------

_IN = "day between $first and $last"
_FIRST = f"{_IN} and (after_day is null or after_day < $first)"
_BEFORE = "day between $before and $end and (after_day is null or after_day < $before)"
_AGAIN = f"{_IN} and after_day between $before and $end"

_LATEST = """count(*) + (
            select count(distinct x.customer) from {rows}
            semi join (select customer from mart.customers where {latest} >= cast($last as date) + 1) as again
                on again.customer = x.customer
            where {test}
        ) from mart.customers where {latest} >= $first and {latest} < cast($last as date) + 1"""
"""Whose last time lies in the period, and those who did it again later: only these have to be looked up."""

_SUMS: dict[str, str] = {
    "buyers": f"sum(buyers) from mart.buyer_turns where {_FIRST}",
    "new": f"sum(buyers) from mart.buyer_turns where {_IN} and nth = 1",
    "repeat": f"""sum(buyers) from mart.buyer_turns
        where nth > 1 and {_IN} and (nth = 2 or after_day is null or after_day < $first)""",
    "lapsed": f"""coalesce(sum(buyers) filter ({_BEFORE}), 0) - coalesce(sum(buyers) filter ({_AGAIN}), 0)
        from mart.buyer_turns""",
    "missed": f"""coalesce(sum(buyers) filter (
            day between $before and $end and (nth = 2 or after_day is null or after_day < $before)
        ), 0) - coalesce(sum(buyers) filter (nth > 2 and {_AGAIN}), 0)
        from mart.buyer_turns where nth > 1""",
    "added": f"sum(customers) from mart.added_days where {_IN}",
    "added_silent": f"sum(silent) from mart.added_days where {_IN}",
    "left": _LATEST.format(
        latest="last_left_at",
        rows="mart.memberships as x",
        test="not x.is_staff and x.left_at >= $first and x.left_at < cast($last as date) + 1",
    ),
    "refunded": _LATEST.format(
        latest="last_refunded_at", rows="mart.orders as x", test=f"x.is_paid and x.refunds > 0 and x.{_IN}"
    ),
}
"""Who they are of all customers → SQL that says how many, from `$first` to `$last`, compared with `$before` to
`$end`. Of those who bought before, who has one of the following orders in the period has that order's predecessor in
the time before: the two touch."""

_TOUCHING = ("missed", "lapsed")

_CHOSEN = """
    -- How many of the chosen customers are behind each figure of a period? One row.
    with chosen as materialized (
        select c.customer, c.first_ordered_at, c.first_followed_at, c.orders from mart.customers c where {who}
    ),
    bought as (
        select o.customer,
            count(*) filter (o.day between $first and $last) as now,
            max(o.nth) filter (o.day between $first and $last) as nth,
            count(*) filter (o.day between $before and $end) as earlier,
            max(o.nth) filter (o.day between $before and $end) as earlier_nth,
            bool_or(o.refunds > 0 and o.day between $first and $last) as refunded
        from mart.orders o semi join chosen on chosen.customer = o.customer
        where o.is_paid and (o.day between $first and $last or o.day between $before and $end)
        group by o.customer
    )
    select {counts}
"""
_COUNTS: dict[str, str] = {
    "buyers": "count(*) from bought where now > 0",
    "twice": "count(*) from bought where now >= 2",
    "repeat": "count(*) from bought where nth >= 2",
    "lapsed": "count(*) from bought where earlier > 0 and now = 0",
    "missed": "count(*) from bought where earlier_nth >= 2 and now = 0",
    "refunded": "count(*) from bought where refunded",
    "new": "count(*) from chosen where cast(first_ordered_at as date) between $first and $last",
    "added": "count(*) from chosen where cast(first_followed_at as date) between $first and $last",
    "added_silent": """count(*) from chosen
        where cast(first_followed_at as date) between $first and $last and coalesce(orders, 0) = 0""",
    "left": """count(distinct x.customer) from mart.memberships x semi join chosen on chosen.customer = x.customer
        where not x.is_staff and x.left_at >= $first and x.left_at < cast($last as date) + 1""",
    "spoke": """count(distinct d.customer) from mart.customer_days d semi join chosen on chosen.customer = d.customer
        where d.messages > 0 and d.day between $first and $last""",
}
"""Who they are → SQL that says how many of the chosen ones. `nth` counts a customer's paid orders of all time."""


def sizes(
    store: Store, names: Sequence[str], period: Period, compared: Period | None,
    segment: Predicate | None, where: Where, viewer: Viewer,
) -> dict[str, int]:  # fmt: skip
    """How many they are, by name, of those that have a rule: over all customers from sums, where these can say it."""
    known = [name for name in names if rule(name, period, compared) is not None]
    summed: list[str] = []
    if segment is None and not where and not viewer.scope:
        touch = compared is not None and compared.end == period.first
        summed = [name for name in known if name in _SUMS and (touch or name not in _TOUCHING)]
    rest = [name for name in known if name not in summed]
    days = {"first": period.first, "last": period.last}
    days |= {"before": (compared or period).first, "end": (compared or period).last}
    told = _told(store, summed, "select {counts}", _SUMS, days)
    if rest:
        who, params = filters.customers(store, where, segment, viewer).named("who")
        told |= _told(store, rest, _CHOSEN.replace("{who}", who), _COUNTS, days | params)
    return {name: told[name] for name in known}


def _told(
    store: Store, names: Sequence[str], sql: str, counts: Mapping[str, str], values: Mapping[str, Any]
) -> dict[str, int]:
    if not names:
        return {}
    asked = sql.replace("{counts}", ", ".join(f"(select {counts[name]})" for name in names))
    [found] = store.warehouse.rows(asked, {name: value for name, value in values.items() if f"${name}" in asked})
    return {name: int(count or 0) for name, count in zip(names, found, strict=True)}
