"""Who counts: filters, segments and a viewer's row scope as one predicate with parameters.

A figure is computed from rows (customers, orders, messages, …). A filter on a dimension that the rows carry
themselves is tested on the row; any other is a property of the customer and becomes
``customer in (select … from mart.customers)``. Values are parameters only; names come from the tables below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sopdash.access import Viewer
from sopdash.errors import UnknownName

if TYPE_CHECKING:
    from sopdash.metrics.period import Period
    from sopdash.warehouse import Store

Where = Sequence[tuple[str, str]]
"""Filters as (dimension, value) pairs; one dimension named twice means either value."""


@dataclass(frozen=True)
class Predicate:
    """A boolean SQL expression and the values of its `?` marks, in order. Combine with `both`."""

    sql: str = "true"
    params: tuple[Any, ...] = ()

    def both(self, other: Predicate) -> Predicate:
        """True where this and `other` are."""
        if other.sql == "true":
            return self
        if self.sql == "true":
            return other
        return Predicate(f"{self.sql} and {other.sql}", (*self.params, *other.params))

    def named(self, prefix: str) -> tuple[str, dict[str, Any]]:
        """The SQL with `$prefix0`, `$prefix1` … for its marks, and the values by these names."""
        first, *rest = self.sql.split("?")
        sql = first + "".join(f"${prefix}{place}{piece}" for place, piece in enumerate(rest))
        return sql, {f"{prefix}{place}": value for place, value in enumerate(self.params)}


def every(predicates: Iterable[Predicate]) -> Predicate:
    """True where all of them are; of none: always true."""
    together = Predicate()
    for predicate in predicates:
        together = together.both(predicate)
    return together


CUSTOMER: dict[str, str] = {
    name: f"c.{name}"
    for name in ("channel", "code", "store", "staff", "region", "tier", "rfm_class", "life_cycle", "gender", "age_band")
}
"""Dimensions with one value per customer → expression over `c` = mart.customers."""

CUSTOMER_SETS: dict[str, str] = {
    "platform": "c.customer in (select o.customer from mart.orders o where o.is_paid and {test})",
    "sales_channel": "c.customer in (select o.customer from mart.orders o where o.is_paid and {test})",
    "group": "c.customer in (select m.customer from mart.memberships m where not m.is_staff and {test})",
    "group_type": "c.customer in (select m.customer from mart.memberships m "
    'join mart.groups g on g."group" = m."group" where not m.is_staff and {test})',
}
"""Dimensions a customer may have several values of (ordered on, member of) → the customers with one of the values."""

_SET_COLUMN = {
    "platform": "o.platform",
    "sales_channel": "o.sales_channel",
    "group": 'm."group"',
    "group_type": "g.group_type",
}

FILTERABLE = (*CUSTOMER, *CUSTOMER_SETS)
"""Every dimension customers can be filtered by."""


@dataclass(frozen=True)
class Rows:
    """A relation to be filtered: its own columns by dimension, and the expression of its customer (None: none)."""

    name: str
    own: Mapping[str, str] = field(default_factory=dict)
    customer: str | None = "customer"


SegmentResolver = Callable[["Store", str], Predicate]
_resolvers: list[SegmentResolver] = []


def resolve_segments_by(resolver: SegmentResolver) -> None:
    """Names the function from a segment's name to a predicate over `c`; the segments room calls this when imported."""
    _resolvers[:] = [resolver]


def predicate(store: Store, rows: Rows, where: Where, segment: str | Predicate | None, viewer: Viewer) -> Predicate:
    """Which of `rows` count: filters, segment and the viewer's scope together.

    A segment is a saved name or a predicate over `c` = mart.customers. Unknown dimensions raise UnknownName.
    """
    filters = [_filter(rows, dimension, values) for dimension, values in _grouped(where).items()]
    if segment is CHOSEN:
        chosen = [Predicate(f"{rows.customer} in (select customer from chosen)")]  # noqa: S608 - declared names only
    else:
        chosen = [] if segment is None else [_of_customer(rows, segment_predicate(store, segment))]
    return every([*filters, *chosen, scope(rows, viewer)])


CHOSEN = Predicate("c.customer in (select customer from chosen)")
"""The members of a segment that a statement of many parts lists once, in the step of `listed`."""


def listed(store: Store, segment: str | Predicate | None) -> tuple[str | Predicate | None, list[Predicate]]:
    """What stands for the segment in the parts of a statement, and the step that lists its members."""
    if segment is None:
        return None, []
    members = segment_predicate(store, segment)
    if members.sql == "true":
        return members, []
    sql = f"chosen as materialized (select c.customer from mart.customers c where {members.sql})"  # noqa: S608
    return CHOSEN, [Predicate(sql, members.params)]


def customers(
    store: Store, where: Where, segment: str | Predicate | None, viewer: Viewer, moment: str = ""
) -> Predicate:
    """Which customers count, over `c` = mart.customers. `moment`: the time that filters on day, week and month mean."""
    rows = Rows("customers", {**CUSTOMER, **times(moment)}, "c.customer") if moment else CUSTOMERS
    return predicate(store, rows, where, segment, viewer)


def times(moment: str) -> dict[str, str]:
    """The dimensions of time of a moment or day, as the product writes them: 2026-11-02, 2026-W45, 2026-11."""
    return {
        "day": f"cast(cast({moment} as date) as varchar)",
        "week": f"strftime({moment}, '%G-W%V')",
        "month": f"strftime({moment}, '%Y-%m')",
    }


CUSTOMERS = Rows("customers", CUSTOMER, "c.customer")
"""The rows of mart.customers under the alias `c`."""


def segment_predicate(store: Store, segment: str | Predicate) -> Predicate:
    """The members of a segment as a predicate over `c` = mart.customers."""
    if isinstance(segment, Predicate):
        return segment
    if not _resolvers:
        raise UnknownName("unknown_segment", segment=segment, allowed=())
    return _resolvers[0](store, segment)


def scope(rows: Rows, viewer: Viewer) -> Predicate:
    """What the viewer may see: a store its own rows and its customers' rows, a staff member the own customers' rows."""
    return every(_scope(rows, dimension, values) for dimension, values in viewer.scope)


def during(expression: str, period: Period | None) -> Predicate:
    """The day or time `expression` lies in the period, which ends with the end of its last day; None: all time."""
    if period is None:
        return Predicate()
    return Predicate(f"{expression} >= ? and {expression} < ?", (period.first, period.end))


def any_of(expression: str, values: Sequence[Any]) -> Predicate:
    """`expression` is one of `values`; the value '' means NULL; of no values: never."""
    given = tuple(value for value in values if value != "")
    tests = [f"{expression} in ({', '.join('?' for _ in given)})"] if given else []
    tests += [f"{expression} is null"] if len(given) < len(values) else []
    return Predicate(f"({' or '.join(tests)})" if tests else "false", given)


def _grouped(where: Where) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for dimension, value in where:
        grouped.setdefault(dimension, []).append(value)
    return grouped


def _filter(rows: Rows, dimension: str, values: Sequence[str]) -> Predicate:
    if dimension in rows.own:
        return any_of(rows.own[dimension], values)
    if dimension not in FILTERABLE or rows.customer is None:
        allowed = tuple(dict.fromkeys((*rows.own, *FILTERABLE)))
        raise UnknownName("dimension_not_available", dimension=dimension, of=rows.name, allowed=allowed)
    return _of_customer(rows, _customer_filter(dimension, values))


def _customer_filter(dimension: str, values: Sequence[str]) -> Predicate:
    if dimension in CUSTOMER:
        return any_of(CUSTOMER[dimension], values)
    test = any_of(_SET_COLUMN[dimension], values)
    return Predicate(CUSTOMER_SETS[dimension].format(test=test.sql), test.params)


def _of_customer(rows: Rows, over_customers: Predicate) -> Predicate:
    """A predicate over `c` as one over `rows`."""
    if over_customers.sql == "true" or rows.customer == CUSTOMERS.customer:
        return Predicate(f"({over_customers.sql})", over_customers.params)
    chosen = f"select c.customer from mart.customers c where {over_customers.sql}"  # noqa: S608 - declared names only
    return Predicate(f"{rows.customer} in ({chosen})", over_customers.params)


_SCOPE = {
    "store": (
        "(c.store in ({marks}) or c.customer in (select f.customer from mart.follows f where f.store in ({marks})) "
        "or c.customer in (select o.customer from mart.orders o where o.store in ({marks})))",
        3,
    ),
    "staff": ("c.customer in (select f.customer from mart.follows f where f.staff in ({marks}))", 1),
}
"""Whose customers a narrow role sees → test over `c`, and how often the values stand in it."""


def _scope(rows: Rows, dimension: str, values: Sequence[str]) -> Predicate:
    if not values:
        return Predicate("false")
    if dimension in rows.own and rows.customer != CUSTOMERS.customer:
        return any_of(rows.own[dimension], values)
    if rows.customer is None:
        return Predicate("false")
    template, times = _SCOPE[dimension]
    return _of_customer(rows, Predicate(template.format(marks=", ".join("?" for _ in values)), tuple(values) * times))
