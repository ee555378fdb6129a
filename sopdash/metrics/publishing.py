"""What became of what was published: plan against result, form and hour that worked, activities that draw people.

None of it is causal: posts were not put at random hours, and orders after a post would partly have come anyway. So
orders in the three hours after a post stand beside the same three hours of the same weekday in the weeks before, and
click rates carry an interval over posts (the post is the unit that varies, not the view).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Rows
from sopdash.metrics.missing import Missing, covered, lacking
from sopdash.metrics.period import Period
from sopdash.metrics.statistics import wilson

if TYPE_CHECKING:
    from sopdash.warehouse import Store

ON_TIME = dt.timedelta(minutes=30)
"""How far from its plan a post is on time, as the metric on_time_rate has it."""
FEW_POSTS = 5
"""Fewer posts (or activities) than this are shown pale and never suggested."""
WEEKS_BEFORE = 8

_RESULTS = """
    -- What became of each planned entry? One row: an entry with the post of its theme nearest to it within 12 hours,
    -- and the orders of private-domain customers in the three hours after it, beside the same hours of weeks before.
    with plan as (select unnest($ids) as id, unnest($ats) as at, unnest($themes) as theme),
    near as (
        select plan.id, plan.at, p.*,
            row_number() over (
                partition by plan.id order by abs(date_diff('second', plan.at, p.published_at)), p.post_id
            ) as place
        from plan join mart.posts p on trim(p.theme) = trim(plan.theme)
            and p.published_at between plan.at - interval 12 hour and plan.at + interval 12 hour
    ),
    bought as (select o.order_id, o.ordered_at from mart.orders o where o.is_paid and o.held_before and {scope}),
    known as (select min(ordered_at) as first, max(ordered_at) as last from bought),
    spans as (
        select near.id, back.week, near.published_at - to_days(cast(7 * back.week as integer)) as since
        from near cross join (select unnest(range(0, $weeks + 1)) as week) back cross join known
        where near.place = 1 and since >= known.first and since + interval 3 hour <= known.last
    ),
    counted as (
        select spans.id, spans.week, count(b.order_id) as orders
        from spans left join bought b on b.ordered_at >= spans.since and b.ordered_at < spans.since + interval 3 hour
        group by all
    ),
    compared as (
        select id, max(orders) filter (week = 0) as orders_after, avg(orders) filter (week > 0) as normal,
            min(orders) filter (week > 0) as normal_low, max(orders) filter (week > 0) as normal_high
        from counted group by id
    )
    select near.id, near.published_at, date_diff('second', near.at, near.published_at) / 60.0 as minutes,
        near.views, near.likes, near.comments, near.clicks, near.shares, near.orders,
        c.orders_after, c.normal, c.normal_low, c.normal_high
    from near left join compared c on c.id = near.id where near.place = 1
"""

_POSTS = """
    -- Which posts were clicked? One row: channel × form × hour, with the sums that a rate over posts needs.
    select t.channel, t.form, hour(t.published_at) as hour, count(*) as posts, sum(t.views) as views,
        sum(t.clicks) as clicks, sum(t.views * t.views) as views2, sum(t.clicks * t.clicks) as clicks2,
        sum(t.views * t.clicks) as both_, sum(t.likes + t.comments) as reactions
    from mart.posts t where t.views > 0 and t.clicks is not null and {test} group by all
"""

_HOURS = """
    -- At which hours are they active? One row: an hour of the day and the customers who spoke, clicked or ordered then
    -- at least once; hour NULL: all customers asked about.
    with members as (select c.customer from mart.customers c where c.held and {members})
    select hour(e.at) as hour, count(distinct e.customer) as customers
    from mart.customer_events e join members on members.customer = e.customer
    where e.kind in ('spoke', 'clicked', 'ordered') and {during} group by all
    union all
    select null, count(*) from members
"""

_ACTIVITIES = """
    -- What did each group activity draw? One row: an activity: who could take part, who did, who ordered within a day.
    with part as (
        select a.activity, a.kind, a.customer, min(a.at) as moment, min(a."group") as "group",
            max(a.viewers) as viewers
        from mart.activities a where a.customer is not null and {test} group by a.activity, a.kind, a.customer
    ),
    act as (
        select part.activity, any_value(part.kind) as kind, min(part.moment) as moment,
            count(distinct part.customer) as participants, max(part.viewers) as viewers,
            count(distinct o.customer) as buyers
        from part left join mart.orders o on o.customer = part.customer and o.is_paid
            and o.ordered_at >= part.moment and o.ordered_at < part.moment + interval 24 hour
        group by part.activity
    ),
    places as (select distinct activity, "group" from part),
    could as (
        select act.activity, count(distinct m.customer) as members
        from act join places on places.activity = act.activity join mart.memberships m on m."group" = places."group"
            and not m.is_staff and m.joined_at <= act.moment
            and coalesce(m.left_at, timestamp 'infinity') > act.moment
        group by all
    )
    select act.kind, act.activity, act.participants, act.buyers, act.viewers, could.members
    from act left join could on could.activity = act.activity
"""

_SUMS = ("views", "clicks", "views2", "clicks2", "both_", "reactions")

_LAST_POST = """
    -- Up to when is known what was published? One row.
    select max(published_at) from mart.posts
"""


@dataclass(frozen=True)
class Planned:
    """An entry of a plan: its id, when it was to go out, its theme."""

    id: str
    at: dt.datetime
    theme: str


@dataclass(frozen=True)
class Results:
    """`rows`: one per planned entry whose post was found: id, published_at, minutes (after the plan), on_time, views,
    likes, comments, clicks, shares, orders (as the post's export says), orders_after, normal (mean of the weeks
    before), normal_low, normal_high. `until`: the last post known of."""

    rows: pd.DataFrame
    until: dt.datetime | None
    missing: Missing | None = None


def results(store: Store, planned: tuple[Planned, ...], viewer: Viewer) -> Results:
    """Plan against result; entries later than `until` cannot have one yet."""
    missing = lacking(covered(store), ("posts.theme",))
    if missing or not planned:
        return Results(pd.DataFrame(columns=["id"]), None, missing)
    scope, values = filters.predicate(store, _ORDERS, (), None, viewer).named("scope")
    params: dict[str, Any] = {
        "ids": [one.id for one in planned], "ats": [one.at for one in planned],
        "themes": [one.theme for one in planned], "weeks": WEEKS_BEFORE,
    }  # fmt: skip
    rows = store.warehouse.frame(_RESULTS.format(scope=scope), params | values)
    rows["on_time"] = [abs(minutes) <= ON_TIME.total_seconds() / 60 for minutes in rows["minutes"]]
    [[until]] = store.warehouse.rows(_LAST_POST)
    return Results(rows, until)


def posts_by(
    store: Store, by: str, period: Period | None, channel: str | None, viewer: Viewer
) -> pd.DataFrame:  # fmt: skip
    """Click rate of posts by `by` (channel, form or hour), the best first: posts, views_per_post, click_rate, low,
    high, few. The interval is over posts (ratio estimator), so many views of one post do not make it narrow."""
    where = (("channel", channel),) if channel else ()
    test = filters.predicate(store, _POST_ROWS, where, None, viewer).both(filters.during("t.published_at", period))
    found = store.warehouse.frame(_POSTS.format(test=test.sql), test.params)
    found = found[found[by].notna()]
    sums = found.groupby(by, as_index=False)[["posts", *_SUMS]]
    rows = sums.sum().astype(dict.fromkeys(_SUMS, float))
    rows["views_per_post"] = rows["views"] / rows["posts"]
    rows["click_rate"] = rows["clicks"] / rows["views"]
    rows["reaction_rate"] = rows["reactions"] / rows["views"]
    ends = [ratio_interval(*told) for told in rows[["posts", "views", "clicks", "views2", "clicks2", "both_"]].values]
    return _ranked(rows, ends, "click_rate", [by, "posts", "views_per_post", "click_rate", "low", "high",
                                              "reaction_rate", "few"])  # fmt: skip


def active_hours(
    store: Store, segment: str | Predicate | None, group_type: str | None, period: Period, viewer: Viewer
) -> pd.DataFrame:  # fmt: skip
    """Hour of the day → share of a segment's customers who were active then at least once in the period, the best
    first: hour, customers, of, active_share, low, high (Wilson: the customer is the unit)."""
    where = (("group_type", group_type),) if group_type else ()
    members = filters.customers(store, where, segment, viewer)
    test = filters.during("e.at", period)
    found = store.warehouse.rows(_HOURS.format(members=members.sql, during=test.sql), (*members.params, *test.params,
                                                                                     ))  # fmt: skip
    size = next((count for hour, count in found if hour is None), 0)
    rows = pd.DataFrame([told for told in found if told[0] is not None], columns=["hour", "customers"])
    rows["of"] = size
    rows["active_share"] = rows["customers"] / (size or 1)
    ends = [tuple(wilson(count, size)) for count in rows["customers"]]
    rows["posts"] = size  # what makes few: customers here
    return _ranked(rows, ends, "active_share", ["hour", "customers", "of", "active_share", "low", "high", "few"])


def activities(store: Store, period: Period | None, viewer: Viewer) -> pd.DataFrame:
    """Group activities by kind, those that draw most people first: activities, participants (a time), participation
    (of the customers in the groups it ran in; low, high over activities), buyers_share (ordered within a day)."""
    test = filters.predicate(store, _ACTIVITY_ROWS, (), None, viewer).both(filters.during("a.at", period))
    found = store.warehouse.frame(_ACTIVITIES.format(test=test.sql), test.params)
    rows, ends = [], []
    for kind, some in found.groupby("kind"):
        members, took = some["members"].fillna(0).astype(float), some["participants"].astype(float)
        total = float(members.sum())
        rows.append({
            "kind": kind, "posts": len(some), "activities": len(some), "participants": took.sum() / len(some),
            "participation": took.sum() / total if total else None, "viewers": some["viewers"].max(),
            "buyers_share": some["buyers"].sum() / took.sum(),
        })  # fmt: skip
        told = (len(some), total, took.sum(), (members**2).sum(), (took**2).sum(), (members * took).sum())
        ends.append(ratio_interval(*map(float, told)))
    frame = pd.DataFrame(rows, columns=["kind", "posts", "activities", "participants", "participation", "viewers",
                                        "buyers_share"])  # fmt: skip
    return _ranked(frame, ends, "participation", ["kind", "activities", "participants", "participation", "low", "high",
                                                  "buyers_share", "viewers", "few"])  # fmt: skip


def ratio_interval(
    count: float, base: float, part: float, base2: float, part2: float, both: float
) -> tuple[float | None, float | None]:
    """95 % interval of Σpart / Σbase over `count` units by the ratio estimator (Cochran 1977, 6.3), Student's t.

    `base2`, `part2`, `both`: sums of squares and of products. None for fewer than two units or no base.
    """
    if count < 2 or base <= 0:
        return None, None
    from scipy.stats import t

    rate = part / base
    squares = max(part2 - 2 * rate * both + rate * rate * base2, 0.0)
    half = float(t.ppf(0.975, count - 1)) * sqrt(count / (count - 1) * squares) / base
    return max(rate - half, 0.0), rate + half


_ORDERS = Rows("orders", {"store": "o.store", "staff": "o.staff"}, "o.customer")
_POST_ROWS = Rows("posts", {name: f"t.{name}" for name in ("channel", "campaign", "group_type")}, None)
_ACTIVITY_ROWS = Rows("activities", {}, "a.customer")


def _ranked(rows: pd.DataFrame, ends: Sequence[Sequence[Any]], figure: str, columns: list[str]) -> pd.DataFrame:
    """With interval and `few`; well-founded rows first, best first."""
    rows["low"] = [end[0] for end in ends]
    rows["high"] = [end[1] for end in ends]
    rows["few"] = rows["posts"] < FEW_POSTS
    return rows.sort_values(["few", figure], ascending=[True, False], ignore_index=True)[columns]


def lacks(store: Store, need: str, viewer: Viewer) -> Missing | None:
    """Why a view of these figures stays dark; None where the data lights it."""
    return lacking(covered(store), (need,))
