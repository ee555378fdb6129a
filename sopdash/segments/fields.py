"""What a rule may ask about a customer: fields, declared once, with their SQL over `c` = mart.customers.

Days ago are counted from the last day of the data (`mart.meta.last_day`), whole calendar days: that day itself is 0.
"The last N days" are the N days that end with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sopdash.segments import field_sql as sql
from sopdash.segments.field_sql import Acts


class Kind(StrEnum):
    """What a field holds; decides its operators and how a rule reads."""

    CHOICE = "choice"  # one value per customer
    MEMBERS = "members"  # several values per customer: groups joined, products bought
    TAGS = "tags"
    MOMENT = "moment"  # a time, asked as days ago or as dates
    COUNT = "count"  # a number of things done, of all time or of a period
    MONEY = "money"  # the same in money
    NUMBER = "number"  # a figure that may be unknown: age, a score
    FLAG = "flag"
    SEGMENT = "segment"  # another segment, by name


class Operator(StrEnum):
    """How a field is compared."""

    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    KNOWN = "known"
    UNKNOWN = "unknown"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    EQUALS = "equals"
    BETWEEN = "between"
    SINCE = "since"
    UNTIL = "until"
    DURING = "during"
    YES = "yes"
    NO = "no"


_WORDS = (Operator.IN, Operator.NOT_IN, Operator.CONTAINS, Operator.KNOWN, Operator.UNKNOWN)
_NUMBERS = (
    Operator.AT_LEAST,
    Operator.AT_MOST,
    Operator.EQUALS,
    Operator.BETWEEN,
    Operator.MORE_THAN,
    Operator.LESS_THAN,
)
DATES = (Operator.SINCE, Operator.UNTIL, Operator.DURING)
"""Operators whose values are days of the calendar."""

OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.CHOICE: _WORDS,
    Kind.MEMBERS: _WORDS,
    Kind.TAGS: _WORDS,
    Kind.MOMENT: (
        Operator.AT_MOST,
        *(one for one in _NUMBERS if one is not Operator.AT_MOST),
        *DATES,
        Operator.KNOWN,
        Operator.UNKNOWN,
    ),
    Kind.COUNT: _NUMBERS,
    Kind.MONEY: _NUMBERS,
    Kind.NUMBER: (*_NUMBERS, Operator.KNOWN, Operator.UNKNOWN),
    Kind.FLAG: (Operator.YES, Operator.NO),
    Kind.SEGMENT: (Operator.IN, Operator.NOT_IN),
}
"""The operators of each kind, the usual first; IN, NOT_IN and CONTAINS take one value or more, BETWEEN and DURING two,
both included."""


@dataclass(frozen=True)
class Field:
    """One thing a rule may ask. `sql` is its value over `c`; `acts` are the rows it is counted or looked up in.

    `needs`: the fact that fills it, '' where the customers themselves do. `scale`: what `sql` counts with from outside
    ('cuts': the fixed cut points of the settings).
    """

    name: str
    section: str
    kind: Kind
    sql: str = ""
    acts: Acts | None = None
    needs: str = ""
    cuts: str = ""

    @property
    def operators(self) -> tuple[Operator, ...]:
        """How it can be compared."""
        return OPERATORS[self.kind]

    @property
    def has_period(self) -> bool:
        """Whether it can be asked of some days only."""
        return self.acts is not None and bool(self.acts.day)


SECTIONS = ("profile", "source", "group", "purchase", "contact", "score")
"""The parts in which a rule builder offers the fields."""


def _columns(section: str, kind: Kind, *names: str, needs: str = "") -> list[Field]:
    return [Field(name, section, kind, f"c.{name}", needs=needs) for name in names]


def _days(section: str, name: str, kind: Kind, needs: str, total: str = "", latest: str = "") -> Field:
    """A column of mart.customer_days, summed; `total` is the sum of all time where mart.customers holds it."""
    keep = f"x.{name} > 0" if kind is Kind.COUNT else "x.orders > 0"  # money comes with orders only
    once = keep if kind is Kind.COUNT else ""
    acts = Acts("mart.customer_days x", "x.day", f"sum(x.{name})", once, keep, latest=latest)
    return Field(name, section, kind, total, acts, needs)


MODELLED = ("clv", "p_alive", "expected_orders")
"""Figures of the customer value model; unknown where it is refused or the customer never bought."""

_TOLD = "customer_profiles"

_PROFILE = (
    *_columns("profile", Kind.CHOICE, "gender"),
    Field("age", "profile", Kind.NUMBER, sql.AGE),
    *_columns("profile", Kind.CHOICE, "age_band", "region"),
    Field("birth_month", "profile", Kind.CHOICE, "cast(month(c.birthday) as varchar)"),
    Field("tags", "profile", Kind.TAGS, "c.tags"),
    *(
        Field(name, "profile", Kind.MEMBERS, acts=Acts(sql.PROFILES.format(trait=name), value="x.value"), needs=_TOLD)
        for name in ("occupation", "income", "preference")
    ),
    *_columns("profile", Kind.FLAG, "opted_out", needs="opt_outs"),
)
_SOURCE = (
    *_columns("source", Kind.CHOICE, "channel", "code", "store", "staff", "add_way"),
    Field(
        "followed_by", "source", Kind.MEMBERS, acts=Acts("mart.follows x", value="x.staff", keep="x.lost_at is null")
    ),
    *_columns("source", Kind.MOMENT, "first_followed_at"),
    Field("followed", "source", Kind.FLAG, "c.first_followed_at is not null"),
    *_columns("source", Kind.FLAG, "held", "existing"),
)
_GROUP = (
    *_columns("group", Kind.FLAG, "in_group", needs="group_members"),
    Field("group", "group", Kind.MEMBERS, acts=Acts(sql.GROUPS, value='x."group"'), needs="group_members"),
    Field("group_type", "group", Kind.MEMBERS, acts=Acts(sql.GROUPS, value="x.group_type"), needs="group_members"),
    *_columns("group", Kind.MOMENT, "first_joined_at", needs="group_members"),
    Field("group_joins", "group", Kind.COUNT, acts=Acts(sql.JOINS, "x.day"), needs="group_members"),
    Field(
        "group_leaves",
        "group",
        Kind.COUNT,
        acts=Acts(sql.LEAVES, "x.day", latest="c.last_left_at"),
        needs="group_members",
    ),
)
_PURCHASE = (
    _days("purchase", "orders", Kind.COUNT, "orders", "coalesce(c.orders, 0)", "c.last_ordered_at"),
    _days("purchase", "net_sales", Kind.MONEY, "orders", "coalesce(c.net_sales, 0)"),
    Field("aov", "purchase", Kind.NUMBER, "c.net_sales / nullif(c.orders, 0)", needs="orders"),
    Field(
        "refunded_orders",
        "purchase",
        Kind.COUNT,
        acts=Acts(sql.PAID, "x.day", keep="x.refunds > 0", latest="c.last_refunded_at"),
        needs="orders",
    ),
    Field("product", "purchase", Kind.MEMBERS, acts=Acts(sql.PRODUCTS, "x.day", value="x.product"), needs="orders"),
    Field("platform", "purchase", Kind.MEMBERS, acts=Acts(sql.PAID, "x.day", value="x.platform"), needs="orders"),
    Field(
        "sales_channel", "purchase", Kind.MEMBERS, acts=Acts(sql.PAID, "x.day", value="x.sales_channel"), needs="orders"
    ),
    *_columns("purchase", Kind.MOMENT, "first_ordered_at", "last_ordered_at", needs="orders"),
    *(
        Field(
            f"coupons_{what}",
            "purchase",
            Kind.COUNT,
            acts=Acts(sql.COUPONS, f"x.{what}", keep=f"x.{what} is not null"),
            needs="coupons",
        )
        for what in ("received", "redeemed")
    ),
    Field("coupon", "purchase", Kind.MEMBERS, acts=Acts(sql.COUPONS, "x.day", value="x.coupon"), needs="coupons"),
)
_CONTACT = (
    _days("contact", "messages", Kind.COUNT, "messages", latest="c.last_spoke_at"),
    _days("contact", "clicks", Kind.COUNT, "touches", latest="c.last_clicked_at"),
    Field("views", "contact", Kind.COUNT, acts=Acts(sql.TOUCHES, "x.day", keep="x.kind = 'view'"), needs="touches"),
    Field("touched_on", "contact", Kind.MEMBERS, acts=Acts(sql.TOUCHES, "x.day", value="x.channel"), needs="touches"),
    Field("campaign", "contact", Kind.MEMBERS, acts=Acts(sql.CAMPAIGNS, "x.day", value="x.campaign"), needs="sends"),
    Field("sends", "contact", Kind.COUNT, acts=Acts("mart.sends x", "x.day"), needs="sends"),
    Field("activities", "contact", Kind.COUNT, acts=Acts("mart.activities x", "x.day"), needs="activities"),
    *_columns("contact", Kind.MOMENT, "first_spoke_at", needs="messages"),
    *_columns("contact", Kind.MOMENT, "last_active_at"),
)
_SCORE = (
    *_columns("score", Kind.CHOICE, "tier", "value_class", "life_cycle", "rfm_class"),
    *(Field(f"{one}_score", "score", Kind.NUMBER, sql.score(one, sql.quintiles(one)), needs="orders") for one in "rfm"),
    *(Field(f"{one}_fixed", "score", Kind.NUMBER, sql.score(one), needs="orders", cuts=one) for one in "rfm"),
    *(Field(name, "score", Kind.NUMBER, sql.MODELLED.format(name=name), needs="orders") for name in MODELLED),
    Field("segment", "score", Kind.SEGMENT),
)

FIELDS: dict[str, Field] = {
    field.name: field for field in (*_PROFILE, *_SOURCE, *_GROUP, *_PURCHASE, *_CONTACT, *_SCORE)
}
"""Every field by name, in the order in which a rule builder offers them."""
