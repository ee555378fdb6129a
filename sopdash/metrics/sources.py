"""Where measures read from: relations over the marts, each declared once with what it can be split and filtered by.

A source says which rows count (`keep`), when a row counts (`when`), its own dimensions, and its customer. Every
identifier that reaches SQL stands in this file; values are parameters. The aliases in the expressions are those of
`relation` and `joins`; `b` is the time bucket (first, last, days; `since` and `until` its half-open moments)
and `settings` the one row of the team's settings that measures use. In a join, `{bucket of x.day}` is the key of the
bucket that the day lies in, `{first}` and `{last}` the first and the last day of all buckets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

TIME = ("day", "week", "month")
"""Dimensions of time; every source has them."""


class When(StrEnum):
    """Which buckets a row falls into."""

    DURING = "during"  # a row with a day, inside the bucket
    AT_START = "at_start"  # a row that holds from `since` until `until`: whether it holds when the bucket begins
    AT_END = "at_end"  # … when the bucket ends
    TRAILING = "trailing"  # a row with a day, in the `trailing` days up to the bucket's last day
    BEFORE = "before"  # a row with a day, in the `trailing` days before the bucket's first day


@dataclass(frozen=True, eq=False, kw_only=True)
class Source:
    """Rows to aggregate.

    `per` with `inner`: rows are first grouped by the keys and this entity, measures then aggregate the groups.
    `covers`: the facts whose days say where the absence of rows means 0; `flags`: aggregates that, when above 0,
    are said as the note of that name.
    `tables`: what people edit and the relation reads, named in `planned`.
    `summed`: a row stands for several things, counted in its columns: their sums are counts.
    """

    name: str
    relation: str
    when: When
    own: Mapping[str, str]
    covers: tuple[str, ...]
    day: str = ""
    since: str = ""
    until: str = ""
    trailing: int = 0
    keep: str = "true"
    customer: str | None = None
    joins: Mapping[str, str] = field(default_factory=dict)
    per: str = ""
    inner: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    summed: bool = False


OF_CUSTOMER = ("channel", "code", "store", "staff", "region", "tier", "rfm_class", "life_cycle", "gender", "age_band")
"""Dimensions with one value per customer."""

OF_PERSON = ("region", "tier", "rfm_class", "life_cycle", "gender", "age_band")
"""Those of them that a row with a channel, store and staff of its own still takes from its customer."""


def columns(alias: str, *names: str) -> dict[str, str]:
    """Dimensions that are columns of one relation."""
    return {name: f"{alias}.{name}" for name in names}


def with_customer(of: str) -> str:
    """The customer of a row, as `cu`."""
    return f"left join mart.customers cu on cu.customer = {of}.customer"


# --- orders ----------------------------------------------------------------------------------------------------------

_ORDER_OWN = {
    **columns("o", "channel", "code", "store", "staff", "region", "platform", "sales_channel"),
    **columns("cu", "tier", "rfm_class", "life_cycle", "gender", "age_band"),
}
_BUCKET_OF_ORDER = "join buckets b on b.bucket = {bucket of o.day}"

PAID_ORDERS = Source(
    name="paid_orders", relation="mart.orders o", when=When.DURING, day="o.day", keep="o.is_paid",
    own=_ORDER_OWN, customer="o.customer", joins={"cu": with_customer("o")}, covers=("orders",),
)  # fmt: skip

DAY = 86_400_000_000
"""Microseconds."""

GAP_DAYS = f"(epoch_us(o.ordered_at) - epoch_us(o.previous_at)) / {float(DAY)}"
"""The days between a paid order and the customer's one before it."""

GAP_QUANTILES = {"gap_median": 0.5, "gap_p90": 0.9}
"""Steps that `spread` hands a statement, and which quantile of the gaps, by bucket, they hold."""

CREATED_ORDERS = Source(
    name="created_orders", relation="mart.orders o", when=When.DURING, day="cast(o.created_at as date)",
    keep="o.status is distinct from 'deleted'",
    own=_ORDER_OWN, customer="o.customer", joins={"cu": with_customer("o")}, covers=("orders",),
)  # fmt: skip

UNKNOWN_ORDERS = Source(
    name="unknown_orders", relation="mart.orders o", when=When.DURING, day="o.day", keep="o.status = 'unknown'",
    own=_ORDER_OWN, customer="o.customer", joins={"cu": with_customer("o")}, covers=("orders",),
)  # fmt: skip

BUYERS = Source(
    name="buyers", relation="mart.orders o", when=When.DURING, day="o.day", keep="o.is_paid and o.customer is not null",
    own=_ORDER_OWN, customer="o.customer", joins={"cu": with_customer("o")}, covers=("orders",),
    per="o.customer",
    inner={"orders": "count(*)", "net_sales": "sum(o.net_sales)", "first_ordered_at": "any_value(cu.first_ordered_at)"},
)  # fmt: skip
"""One row per customer with a paid order in the bucket."""

FIRST_ORDERS = Source(
    name="first_orders", relation="mart.orders o", when=When.DURING, day="o.day", keep="o.is_paid and o.nth = 1",
    own=_ORDER_OWN, customer="o.customer", joins={"cu": with_customer("o")}, covers=("orders",),
)  # fmt: skip
"""One row per customer: the earliest paid order in the data."""

HELD_BUYERS_ORDERS = Source(
    name="held_orders", relation="mart.orders o", when=When.DURING, day="o.day",
    keep="o.is_paid and h.customer is not null",
    own=columns("cu", *OF_CUSTOMER), customer="o.customer", covers=("orders",),
    joins={
        "b": _BUCKET_OF_ORDER,
        "h": "join mart.holdings h on h.customer = o.customer and h.held_from < b.until "
        "and coalesce(h.held_until, timestamp 'infinity') >= b.until",
        "cu": with_customer("o"),
    },
)  # fmt: skip
"""Paid orders of customers who are held when the bucket ends."""

CHANNEL_ORDERS = Source(
    name="channel_orders", relation="mart.orders o", when=When.DURING, day="o.day",
    keep="o.is_paid and cu.channel is not null and cu.existing is not true",
    own=columns("cu", "channel", "code", "store"), customer="o.customer",
    joins={"cu": with_customer("o")}, covers=("orders",),
)  # fmt: skip
"""Paid orders of customers whom a channel brought: followed, and no buyers before."""

ACQUIRED_BUYERS = Source(
    name="acquired_buyers", relation="mart.orders o", when=When.DURING, day="o.day",
    keep="o.is_paid and o.nth = 1 and o.after_add",
    own=columns("cu", "channel", "code", "store"), customer="o.customer",
    joins={"cu": with_customer("o")}, covers=("orders",),
)  # fmt: skip
"""First orders of customers who had been added before they ordered."""

# --- follows and held customers --------------------------------------------------------------------------------------

_FOLLOW_OWN = {**columns("f", "channel", "code", "store", "staff"), **columns("cu", *OF_PERSON)}

FOLLOWS = Source(
    name="follows", relation="mart.follows f", when=When.DURING, day="f.day", keep="not f.is_transfer",
    own=_FOLLOW_OWN, customer="f.customer", joins={"cu": with_customer("f")}, covers=("follows",),
)  # fmt: skip

_UNCOVERED = """not exists (
            select 1 from mart.coverage rows_of
            join (select max(as_of) as as_of from mart.sources where fact = 'follows') lists on true
            where rows_of.need = 'follows' and '{need}' in (select need from mart.coverage)
                and d.day between rows_of.first_day and greatest(rows_of.last_day, cast(lists.as_of as date)))"""
"""A day that no follow rows speak of: before the first, or after the day of the latest list; all days where the lists
do not say what is needed."""

ADDS = Source(
    name="adds",
    relation=f"""(
        select day, channel, code, store, staff, customer, 1 as adds, false as reported
        from mart.follows where not is_transfer
        union all
        select day, channel, code, store, null, null, adds, true
        from mart.channel_days d
        where adds is not null and {_UNCOVERED.format(need="follows")}
    ) f""",  # noqa: S608 - declared names only
    when=When.DURING, day="f.day",
    own=_FOLLOW_OWN, customer="f.customer", joins={"cu": with_customer("f")},
    covers=("follows",), flags={"from_reports": "count(*) filter (f.reported)"},
)  # fmt: skip
"""Follows started, and the daily channel reports of days that no follow rows cover."""

LOSSES = replace(
    ADDS,
    name="losses",
    relation=f"""(
        select cast(lost_at as date) as day, channel, code, store, staff, customer, 1 as losses,
            lost_by is not distinct from 'staff' as by_staff, false as reported
        from mart.follows where lost_at is not null
        union all
        select day, channel, code, store, null, null, losses, false, true
        from mart.channel_days d
        where losses is not null and {_UNCOVERED.format(need="follows.lost_at")}
    ) f""",  # noqa: S608 - declared names only
    covers=("follows.lost_at",),
)
"""Follows ended, by whom, and the daily channel reports of days that no such rows cover."""

FIRST_FOLLOWS = Source(
    name="first_follows", relation="mart.follows f", when=When.DURING, day="f.day",
    keep="f.is_first and not f.is_transfer",
    own=_FOLLOW_OWN, customer="f.customer", joins={"cu": with_customer("f")}, covers=("follows",),
)  # fmt: skip
"""One row per customer: the follow that acquired them."""

FOLLOWS_AT_START = Source(
    name="follows_at_start", relation="mart.follows f", when=When.AT_START,
    since="coalesce(f.added_at, timestamp '1970-01-01')", until="f.lost_at",
    own=_FOLLOW_OWN, customer="f.customer", joins={"cu": with_customer("f")}, covers=("follows",),
)  # fmt: skip
FOLLOWS_AT_END = replace(FOLLOWS_AT_START, name="follows_at_end", when=When.AT_END)

HELD_AT_START = Source(
    name="held_at_start", relation="mart.holdings h", when=When.AT_START, since="h.held_from", until="h.held_until",
    own=columns("cu", *OF_CUSTOMER), customer="h.customer", covers=("follows", "group_members"),
    joins={
        "bought": "left join (select b2.bucket, d.customer from mart.customer_days d "
        "join buckets b2 on b2.bucket = {bucket of d.day} and d.day between b2.first and b2.last "
        "where d.orders > 0 group by all) bought "
        "on bought.bucket = b.bucket and bought.customer = h.customer",
        "cu": with_customer("h"),
    },
)  # fmt: skip
HELD_AT_END = replace(HELD_AT_START, name="held_at_end", when=When.AT_END)
"""One row per customer held at that moment: holdings are merged, a customer has at most one at a time."""

RETAINED_AFTER = (1, 2, 4, 8, 12)
"""The weeks k of `retention_week_k` that stand in the registry; `cohorts` has all of them."""

BEGUN = Source(
    name="begun",
    relation="""(
        select customer, day, cast(date_trunc('week', day) as date) as monday
        from (
            select customer, cast(least(first_followed_at, first_joined_at) as date) as day from mart.customers
        ) began
    ) n""",
    when=When.DURING, day="n.day", own=columns("cu", *OF_CUSTOMER), customer="n.customer",
    covers=("follows", "group_members"),
    joins={
        "cu": with_customer("n"),
        "bought": "left join (select customer, list(distinct cast(date_trunc('week', day) as date)) as mondays "
        "from mart.customer_days where orders > 0 group by customer) bought on bought.customer = n.customer",
        "seen": "cross join (select min(v.first_day) as first_day, max(v.last_day) as last_day, "
        "max(m.last_day) as data_ends from mart.coverage v cross join mart.meta m where v.need = 'orders') seen",
    },
)  # fmt: skip
"""One row per customer, on the day of the first follow or group; `bought`: the weeks with a paid order; `seen`: the
days of the orders, and where the data ends."""

# --- channels --------------------------------------------------------------------------------------------------------

_CHANNEL_OWN = columns("d", "channel", "code", "store")

CHANNEL_DAYS = Source(
    name="channel_days", relation="mart.channel_days d", when=When.DURING, day="d.day",
    own=_CHANNEL_OWN, covers=("channel_days",),
)  # fmt: skip

CHANNELS = Source(
    name="channels",
    relation="""(
        select d.*, case when reached.channel is not null then d.reach else d.scans end as met,
            reached.channel is null and d.scans is not null as by_scans
        from mart.channel_days d
        left join (select distinct channel from mart.channel_days where reach is not null) reached
        on reached.channel = d.channel
    ) d""",
    when=When.DURING, day="d.day", own=_CHANNEL_OWN, covers=("channel_days",),
    flags={"scans_for_reach": "count(distinct d.channel) filter (d.by_scans)"},
)  # fmt: skip
"""Reports with `met`: the people reached, or the scans of a channel that reports no reach at all. One rule per channel
for all days, so that weeks and codes add up."""

# --- groups ----------------------------------------------------------------------------------------------------------

_GROUP_OWN = {**columns("g", "store", "group_type"), "group": 'g."group"', "staff": "g.owner"}


def with_group(of: str) -> str:
    """The group of a row, as `g`."""
    return f'left join mart.groups g on g."group" = {of}."group"'


STOCK_DAYS = 8
"""A stock figure is the latest one known on the day itself or at most seven days before."""

PARTLY = "partly_reported"
"""The flag of cells that daily reports cover on some of their days only: they are not compared."""

_REPORTED = "count(*) filter (by_rows = 0 and reported < b.days and reported > 0)"

GROUP_MOVES = Source(
    name="group_moves", relation="mart.group_days d", when=When.DURING, day="d.day",
    own=_GROUP_OWN | {"group": 'd."group"'}, joins={"g": with_group("d")}, covers=("group_days", "group_members"),
    per='d."group"',
    inner={
        "joins": "sum(d.joins)", "leaves": "sum(d.leaves)",
        "by_rows": "count(*) filter (d.members_origin = 'rows')", "reported": "count(d.joins)",
    },
    flags={PARTLY: _REPORTED},
)  # fmt: skip
"""One row per group with joins or leaves known in the bucket. A report speaks for its own day only: totals then are of
the reported days, are said to be so and are not compared."""

GROUP_TALK = replace(
    GROUP_MOVES,
    name="group_talk",
    covers=("group_days", "messages"),
    inner={
        "messages": "sum(d.messages)",
        "by_rows": "count(*) filter (d.messages_origin = 'rows')",
        "reported": "count(d.messages)",
    },
)
"""The same of messages."""

GROUP_TURNOVER = replace(
    GROUP_MOVES,
    name="group_turnover",
    joins={
        "began": f"""left join (
            select b2.bucket, s."group", arg_max(coalesce(s.customers, s.members), s.day) as members
            from mart.group_days s join buckets b2 on s.day >= b2.first - {STOCK_DAYS} and s.day < b2.first
            where coalesce(s.customers, s.members) is not null
            group by b2.bucket, s."group"
        ) began on began.bucket = {{bucket of d.day}} and began."group" = d."group" """,  # noqa: S608 - declared names only
        "g": with_group("d"),
    },
    inner={
        "leaves": "sum(d.leaves)",
        "by_rows": "count(*) filter (d.members_origin = 'rows')",
        "reported": "count(d.leaves)",
        "members": "any_value(began.members)",
    },
    flags={},
)
"""One row per group with leaves known in the bucket, beside its members when the bucket began: both of one group."""

WHOLE = "by_rows > 0 or reported >= b.days"
"""A rate needs the whole bucket: rows, or a report of every day."""

_MEMBER_OWN = {**_GROUP_OWN, **columns("cu", "channel", "code", *OF_PERSON)}

LEFT_GROUPS = Source(
    name="left_groups", relation="mart.memberships x", when=When.DURING, day="cast(x.left_at as date)",
    keep="not x.is_staff and x.left_at is not null",
    own=_MEMBER_OWN, customer="x.customer", joins={"g": with_group("x"), "cu": with_customer("x")},
    covers=("group_members",),
)  # fmt: skip

SPEAKERS = Source(
    name="speakers", relation="mart.messages m", when=When.DURING, day="m.day", keep="not m.is_staff",
    own=_MEMBER_OWN, customer="m.customer", joins={"g": with_group("m"), "cu": with_customer("m")},
    covers=("messages",),
)  # fmt: skip

MEMBERS_AT_END = Source(
    name="members_at_end", relation="mart.group_days d", when=When.TRAILING, trailing=STOCK_DAYS, day="d.day",
    keep="coalesce(d.customers, d.members) is not null and coalesce(g.dissolved_at, timestamp 'infinity') >= b.until",
    own=_GROUP_OWN, joins={"g": with_group("d")}, covers=("group_days", "group_members"),
    per='d."group"',
    inner={
        "members": "arg_max(coalesce(d.customers, d.members), d.day)",
        "people": "arg_max(coalesce(d.members, d.customers), d.day)",
        "capacity": "any_value(g.capacity)",
    },
)  # fmt: skip
"""One row per group whose size is known when the bucket ends; `people` counts staff too."""
GROUPS_AT_END = Source(
    name="groups_at_end",
    relation="""(
        select g.*, coalesce(least(g.created_at, seen.at), g.created_at, seen.at, timestamp '1970-01-01') as since
        from mart.groups g
        left join mart.group_seen seen on seen."group" = g."group"
    ) g""",
    when=When.AT_END, since="g.since", until="g.dissolved_at", own=_GROUP_OWN,
    joins={
        "heard": """left join (
            select b2.bucket, d."group", count(d.messages) as days, max(d.last_message_at) as last_at,
                bool_or(d.messages > 0 or cast(d.last_message_at as date) > least(b2.last, told.until) - s.quiet)
                    as heard
            from (
                -- A snapshot's last message may be a staff member's: message rows win where they are.
                select "group", day, messages,
                    case when messages_origin is distinct from 'rows' then last_message_at end as last_message_at
                from mart.group_days
            ) d cross join (select cast(silent_group_days as integer) as quiet from settings) s
            cross join (select max(told_until) as until from mart.group_seen) told
            join buckets b2 on d.day > least(b2.last, told.until) - s.quiet and d.day <= b2.last
            where d.day > least({first}, told.until) - s.quiet and d.day <= {last}
            group by b2.bucket, d."group"
        ) heard on heard.bucket = b.bucket and heard."group" = g."group" """,
        "told": "cross join (select max(told_until) as until from mart.group_seen) told",
    },
    covers=("group_days", "group_members", "messages"),
)  # fmt: skip
"""One row per group that exists at that moment; a group missing from a snapshot is not dissolved. `heard` looks at the
days up to the bucket's end, or to where the data on messages ends (`told`) if that is earlier."""

WHILE_TOLD = f"case when max(told.until) > max(b.last) - {STOCK_DAYS} then {{}} end"
"""A figure of a bucket near whose end messages are still known."""

SILENT = WHILE_TOLD.format(
    """count(*) filter (not coalesce(heard.heard, false) and (exists (select 1 from mart.messages)
        or heard.last_at is not null or heard.days >= (select silent_group_days from settings)))"""
)
"""The groups nobody is heard in; without a list of messages only those that reports speak of."""

JOINED_GROUPS = replace(
    LEFT_GROUPS,
    name="joined_groups",
    day="cast(x.joined_at as date)",
    keep="not x.is_staff and x.joined_at is not null",
)

MEMBERSHIPS_AT_END = Source(
    name="memberships_at_end", relation="mart.memberships x", when=When.AT_END,
    since="coalesce(x.joined_at, timestamp '1970-01-01')", until="x.left_at", keep="not x.is_staff",
    own=_MEMBER_OWN, customer="x.customer", joins={"g": with_group("x"), "cu": with_customer("x")},
    covers=("group_members",),
)  # fmt: skip
MEMBERSHIPS_AT_START = replace(MEMBERSHIPS_AT_END, name="memberships_at_start", when=When.AT_START)
"""Memberships as member lists have them, each with its customer; groups known by reports alone are not among them."""

MEMBER_CUSTOMERS_AT_END = Source(
    name="member_customers_at_end", relation="mart.memberships x", when=When.AT_END,
    since="coalesce(x.joined_at, timestamp '1970-01-01')", until="x.left_at",
    keep="not x.is_staff and x.customer is not null",
    own=columns("cu", *OF_CUSTOMER), customer="x.customer", joins={"cu": with_customer("x")}, covers=("group_members",),
)  # fmt: skip

# --- activity --------------------------------------------------------------------------------------------------------

ACTIVE_DAYS = Source(
    name="active_days", relation="mart.customer_days d", when=When.DURING, day="d.day",
    own=columns("cu", *OF_CUSTOMER), customer="d.customer", joins={"cu": with_customer("d")},
    covers=("orders", "messages", "touches"),
)  # fmt: skip

ENGAGED_MEMBERS = replace(
    ACTIVE_DAYS,
    name="engaged_members",
    keep="x.customer is not null",
    joins={
        "b": "join buckets b on b.bucket = {bucket of d.day}",
        "x": "join mart.memberships x on x.customer = d.customer and not x.is_staff "
        "and coalesce(x.joined_at, timestamp '1970-01-01') < b.until "
        "and coalesce(x.left_at, timestamp 'infinity') >= b.until",
        "cu": with_customer("d"),
    },
    relation="""(
        select customer, day from mart.customer_days where messages > 0 or clicks > 0
        union all
        select customer, day from mart.activities where customer is not null
    ) d""",
    covers=("messages", "touches", "activities"),
)
"""Days with a message or a click, and parts taken in a group activity, of customers in a group when the bucket ends:
once per group they are in."""


def _active(days: int) -> Source:
    """One row per customer active in the `days` days up to a bucket's end: the earliest of those days.

    A day of activity is that row as soon as the one before it lies too far back, until it does so itself.
    """
    return replace(
        ACTIVE_DAYS,
        name=f"active_{days}",
        relation="mart.active_days d",
        when=When.AT_END,
        trailing=days,
        since=f"greatest(d.day, coalesce(d.previous_day + {days}, d.day))",
        until=f"d.day + {days}",
    )


ACTIVE_7, ACTIVE_30 = _active(7), _active(30)
