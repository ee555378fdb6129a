"""The people behind the figures of a period, as rules: who bought, who came back, who did not."""

from __future__ import annotations

from sopdash.metrics.period import Period
from sopdash.segments.rules import Rule, both, where, without

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
