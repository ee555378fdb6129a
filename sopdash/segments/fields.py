"""What a rule may ask about a customer: fields, declared once, with their SQL over `c` = mart.customers.

Days ago are counted from the last day of the data (`mart.meta.last_day`), whole calendar days: that day itself is 0.
"The last N days" are the N days that end with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a field holds; decides its operators and how a rule reads."""

    CHOICE = "choice"  # one value per customer
    MEMBERS = "members"  # several values per customer: groups joined, shops ordered at
    TAGS = "tags"
    MOMENT = "moment"  # a time, asked as days ago
    COUNT = "count"  # a number of things done, of all time or of the last days
    MONEY = "money"  # the same in money
    FLAG = "flag"


class Operator(StrEnum):
    """How a field is compared."""

    IN = "in"
    NOT_IN = "not_in"
    KNOWN = "known"
    UNKNOWN = "unknown"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    EQUALS = "equals"
    BETWEEN = "between"
    YES = "yes"
    NO = "no"


_WORDS = (Operator.IN, Operator.NOT_IN, Operator.KNOWN, Operator.UNKNOWN)
_NUMBERS = (
    Operator.EQUALS,
    Operator.AT_LEAST,
    Operator.AT_MOST,
    Operator.MORE_THAN,
    Operator.LESS_THAN,
    Operator.BETWEEN,
)

OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.CHOICE: _WORDS,
    Kind.MEMBERS: _WORDS,
    Kind.TAGS: _WORDS,
    Kind.MOMENT: (*_NUMBERS, Operator.KNOWN, Operator.UNKNOWN),
    Kind.COUNT: _NUMBERS,
    Kind.MONEY: _NUMBERS,
    Kind.FLAG: (Operator.YES, Operator.NO),
}
"""The operators of each kind; IN and NOT_IN take one value or more, BETWEEN two, both included."""


@dataclass(frozen=True)
class Field:
    """One thing a rule may ask. `sql` is its value; of MEMBERS: the customers with a value, `{test}` over `value`.

    `in_days` is the column of mart.customer_days that counts it within the last days, '' where it cannot be.
    """

    name: str
    kind: Kind
    sql: str
    in_days: str = ""

    @property
    def operators(self) -> tuple[Operator, ...]:
        """How it can be compared."""
        return OPERATORS[self.kind]


def _column(kind: Kind, *names: str) -> list[Field]:
    return [Field(name, kind, f"c.{name}") for name in names]


def _members(name: str, value: str, relation: str, keep: str) -> Field:
    """Values of many rows per customer; `{test}` is filled with the comparison of `value`."""
    test = f"x.customer is not null and {keep} and {{test}}"
    return Field(name, Kind.MEMBERS, f"c.customer in (select x.customer from {relation} where {test})", value)  # noqa: S608


_ACTIVE_MEMBER = "x.is_staff is not true and x.left_at is null"
_IN_GROUP = (
    "c.customer in (select x.customer from mart.memberships x "
    "where x.customer is not null and x.is_staff is not true and x.left_at is null)"
)

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        *_column(Kind.CHOICE, "channel", "code", "store", "staff", "region", "add_way"),
        *_column(Kind.CHOICE, "tier", "value_class", "rfm_class", "life_cycle", "gender", "age_band"),
        Field("birth_month", Kind.CHOICE, "cast(month(c.birthday) as varchar)"),
        Field("tags", Kind.TAGS, "c.tags"),
        _members("group", 'x."group"', "mart.memberships x", _ACTIVE_MEMBER),
        _members(
            "group_type",
            "g.group_type",
            'mart.memberships x join mart.groups g on g."group" = x."group"',
            _ACTIVE_MEMBER,
        ),
        _members("platform", "x.platform", "mart.orders x", "x.is_paid"),
        _members("sales_channel", "x.sales_channel", "mart.orders x", "x.is_paid"),
        _members("product", "x.product", "mart.orders x", "x.is_paid"),
        *_column(Kind.MOMENT, "first_followed_at", "first_joined_at", "first_spoke_at"),
        *_column(Kind.MOMENT, "first_ordered_at", "last_ordered_at", "last_active_at"),
        Field("orders", Kind.COUNT, "coalesce(c.orders, 0)", "orders"),
        Field("net_sales", Kind.MONEY, "coalesce(c.net_sales, 0)", "net_sales"),
        Field(
            "messages",
            Kind.COUNT,
            "coalesce((select sum(d.messages) from mart.customer_days d where d.customer = c.customer), 0)",
            "messages",
        ),
        Field(
            "clicks",
            Kind.COUNT,
            "coalesce((select sum(d.clicks) from mart.customer_days d where d.customer = c.customer), 0)",
            "clicks",
        ),
        Field("followed", Kind.FLAG, "c.first_followed_at is not null"),
        Field("in_group", Kind.FLAG, _IN_GROUP),
        *_column(Kind.FLAG, "held", "existing", "opted_out"),
    )
}
"""Every field by name, in the order in which a rule builder offers them."""
