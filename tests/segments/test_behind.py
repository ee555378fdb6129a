"""The people behind the figures of a week, by hand, and the figures themselves beside them."""

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, Query, run
from sopdash.metrics.filters import Predicate
from sopdash.segments import behind, both, counted, either, members, predicate_of, sizes_among, where

WEEK = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
WEEKS = dt.timedelta(weeks=8)


def test_who_is_behind_the_figures_of_a_week(warehouse):
    warehouse.orders(
        """
        customer  id  at                paid  refund
        ann       1   2026-10-01 10:00  10    -
        ann       2   2026-11-02 10:00  10    -     -- came back last week, not this one: missed
        bob       3   2026-11-03 10:00  10    -     -- first order last week: lapsed, no repurchase missing
        cid       4   2026-11-04 10:00  10    -
        cid       5   2026-11-15 23:59  10    5     -- bought before, refunded
        dan       6   2026-11-09 00:00  10    -
        dan       7   2026-11-10 10:00  10    -     -- new, and twice within the week
        """
    )
    warehouse.follows("customer  added_at\neve  2026-11-12 10:00\ndan  2026-11-09 08:00")
    told = {}
    for name in behind.NAMES:
        rule = behind.rule(name, WEEK, WEEK.previous())
        told[name] = sorted(members(warehouse.store, rule, LOCAL_OWNER)["name"])
    assert told == {
        "missed": ["ann"], "lapsed": ["ann", "bob"], "repeat": ["cid", "dan"], "twice": ["dan"], "new": ["dan"],
        "buyers": ["cid", "dan"], "added": ["dan", "eve"], "added_silent": ["eve"], "left": [], "spoke": [],
        "refunded": ["cid"],
    }  # fmt: skip
    names = ("buyers", "new_buyers", "weekly_repurchasers", "customers_added", "repurchase_rate")
    row = run(warehouse.store, Query(names, period=WEEK), LOCAL_OWNER).rows.iloc[0]
    counts = [len(told[name]) for name in ("buyers", "new", "repeat", "added", "twice")]
    assert [row[name] for name in names[:4]] + [row["repurchase_rate__num"]] == counts
    assert behind.rule("missed", WEEK) is None  # nothing to compare with


PERIODS = (
    Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15)),
    Period(dt.date(2026, 10, 6), dt.date(2026, 11, 11)),
    Period(dt.date(2026, 6, 29), dt.date(2026, 11, 15)),
)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("compare", ["previous", "year", None])
@pytest.mark.parametrize("rest", [(None, ()), (Predicate("c.tier in (?)", ("ordinary",)), (("channel", "抖音"),))])
def test_how_many_are_behind_the_figures_are_as_many_as_the_rules_find(demo_store, period, compare, rest):
    """Over all customers from the small marts, of chosen ones in one pass; the rules one by one."""
    compared = {"previous": period.previous(), "year": Period(period.first - WEEKS, period.last - WEEKS)}.get(compare)
    segment, where = rest
    told = behind.sizes(demo_store, behind.NAMES, period, compared, segment, where, LOCAL_OWNER)
    rules = {name: behind.rule(name, period, compared) for name in behind.NAMES}
    found = [predicate_of(demo_store, one).both(segment or Predicate()) for one in rules.values() if one]
    sizes = counted(demo_store, found, LOCAL_OWNER, where)["customers"].tolist()
    assert told == dict(zip((name for name, one in rules.items() if one), sizes, strict=True))
    assert all(told[name] for name in ("buyers", "repeat", "new", "spoke"))
    assert compare is None or {"missed", "lapsed"} <= set(told)


@pytest.mark.parametrize("rest", [(), (("channel", "抖音"),)])
@pytest.mark.parametrize("segment", [Predicate(), Predicate("c.tier in (?)", ("ordinary",))])
def test_how_many_of_a_group_meet_a_rule_are_as_many_as_of_everybody(demo_store, rest, segment):
    """Of a group's people alone; with the group as one more condition, of all customers."""
    quiet = where("messages", "equals", 0, days=30)
    rules = [
        both(),
        quiet,
        where("orders", "equals", 0),
        either(where("messages", "at_least", 3), both(quiet, where("group_type", "in", "VIP群"))),
        where("segment", "not_in", "spoke_never_ordered"),
    ]
    [(group,)] = demo_store.warehouse.rows('select max_by("group", messages) from mart.speaker_days')
    among = predicate_of(demo_store, where("group", "in", group)).both(segment)
    told = [predicate_of(demo_store, rule) for rule in rules]
    plain = counted(demo_store, [among.both(one) for one in told], LOCAL_OWNER, rest)["customers"].tolist()
    assert sizes_among(demo_store, among, told, rest, LOCAL_OWNER) == plain
    assert plain[0] > 0
