"""When are they active? Seven weekdays (Monday first) × 24 hours of the business time zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sopdash.access import Viewer
from sopdash.errors import UnknownName
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Rows, Where
from sopdash.metrics.missing import Missing, covered, lacking

if TYPE_CHECKING:
    from sopdash.metrics.period import Period
    from sopdash.warehouse import Store

_ORDERS = Rows(
    "orders",
    {name: f"o.{name}" for name in ("channel", "code", "store", "staff", "region", "platform", "sales_channel")}
    | filters.times("o.ordered_at"),
    "o.customer",
)
_MESSAGES = Rows(
    "messages",
    {"group": 'm."group"', "group_type": "g.group_type", "store": "g.store", "staff": "g.owner"}
    | filters.times("m.sent_at"),
    "m.customer",
)

_HOURS_OF_ORDERS = """
    -- When are orders paid? One row: a weekday (0 = Monday) × hour with paid orders.
    select isodow(o.ordered_at) - 1 as weekday, hour(o.ordered_at) as hour, count(*) as count
    from mart.orders o where o.is_paid and o.ordered_at is not null and {test} group by all
"""
_HOURS_OF_MESSAGES = """
    -- When do customers talk? One row: a weekday (0 = Monday) × hour with customer messages.
    select m.weekday, m.hour, {count} as count
    from mart.messages m left join mart.groups g on g."group" = m."group"
    where m.is_staff is not true and {test} group by all
"""


_HOURS_OF_ALL_MESSAGES = """
    -- When do customers talk? One row: a weekday (0 = Monday) × hour with customer messages, of all groups together.
    select isodow(m.day) - 1 as weekday, m.hour, cast(sum(m.messages) as bigint) as count
    from mart.message_hours m where {test} group by all
"""


@dataclass(frozen=True)
class Measure:
    """What is counted per hour: its rows, their time, the SQL with `{test}`, and the export it needs."""

    rows: Rows
    at: str
    sql: str
    need: str


MEASURES: dict[str, Measure] = {
    "orders": Measure(_ORDERS, "o.ordered_at", _HOURS_OF_ORDERS, "orders"),
    "messages": Measure(_MESSAGES, "m.sent_at", _HOURS_OF_MESSAGES.replace("{count}", "count(*)"), "messages"),
    "speakers": Measure(
        _MESSAGES,
        "m.sent_at",
        _HOURS_OF_MESSAGES.replace("{count}", "count(distinct m.customer)"),
        "messages",
    ),
}
"""Paid orders, customer messages, and distinct customers who spoke (whoever speaks in a slot counts once there)."""


@dataclass(frozen=True)
class HeatmapQuery:
    """One question; `period` None is all the data."""

    measure: str = "orders"
    period: Period | None = None
    where: Where = ()
    segment: str | Predicate | None = None


STRETCH = 3
"""Hours of the busiest stretch of a day."""


@dataclass(frozen=True)
class Busiest:
    """The fullest cell, and the fullest stretch of hours over all weekdays (`until` exclusive) with its share."""

    weekday: int
    hour: int
    since: int
    until: int
    share: float


@dataclass(frozen=True)
class Heatmap:
    """`matrix[weekday][hour]`, weekday 0 = Monday; all cells empty where `missing` says why."""

    measure: str
    matrix: list[list[int | None]]
    missing: Missing | None = None

    @property
    def busiest(self) -> Busiest | None:
        """Where most happens; None where nothing does."""
        known = [[count or 0 for count in row] for row in self.matrix]
        total = sum(map(sum, known))
        if not total:
            return None
        weekday, hour = max(((day, hour) for day in range(7) for hour in range(24)), key=lambda at: known[at[0]][at[1]])
        by_hour = [sum(row[hour] for row in known) for hour in range(24)]
        stretches = {first: sum(by_hour[first : first + STRETCH]) for first in range(25 - STRETCH)}
        first = max(stretches, key=lambda start: stretches[start])
        return Busiest(weekday, hour, first, first + STRETCH, stretches[first] / total)

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The document of `python -m sopdash heatmap --json`."""
        document: dict[str, Any] = {"matrix": self.matrix}
        return document | ({"missing": {self.measure: self.missing.say(lang)}} if self.missing else {})


def run(store: Store, query: HeatmapQuery, viewer: Viewer) -> Heatmap:
    """Counts per weekday and hour over the whole period."""
    if query.measure not in MEASURES:
        raise UnknownName("unknown_choice", name="heatmap", value=query.measure, allowed=tuple(MEASURES))
    measure = MEASURES[query.measure]
    missing = lacking(covered(store), (measure.need,))
    if missing:
        return Heatmap(query.measure, [[None] * 24 for _ in range(7)], missing)
    test = filters.predicate(store, measure.rows, query.where, query.segment, viewer)
    at, sql = measure.at, measure.sql
    if query.measure == "messages" and test.sql == "true":
        at, sql = "m.day", _HOURS_OF_ALL_MESSAGES
    test = test.both(filters.during(at, query.period))
    matrix: list[list[int | None]] = [[0] * 24 for _ in range(7)]
    for weekday, hour, count in store.warehouse.rows(sql.format(test=test.sql), test.params):
        matrix[weekday][hour] = count
    return Heatmap(query.measure, matrix)
