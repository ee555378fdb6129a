"""Are two groups really different? Case A1, row R2, and means, medians and rankings with their arithmetic."""

import itertools
import random
from dataclasses import astuple
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import REGISTRY, Missing, Period, Query
from sopdash.metrics import comparison as room
from sopdash.metrics import sides as module_of_sides
from sopdash.metrics.comparison import Group, Method, groups, in_a_group, rates_tested, values_tested, with_interval
from sopdash.metrics.filters import Predicate
from sopdash.metrics.ranking import Standing, ranking

DAYS = Period(date(2026, 11, 9), date(2026, 11, 15))
RATES = Query(("channel_conversion",), by=("channel",), period=DAYS)


def of_channel(name):
    return Group(where=(("channel", name),))


@pytest.fixture
def channels(warehouse):
    """channels(抖音=(100, 1000)) adds customers of a channel, of whom the first ones order."""

    def fill(**sizes):
        follows = ["customer  follow_id  at  channel"]
        orders = ["customer  id  at  paid"]
        for channel, (buyers, added) in sizes.items():
            for place in range(added):
                follows.append(f"{channel}{place}  f{channel}{place}  2026-11-09 09:00  {channel}")
                if place < buyers:
                    orders.append(f"{channel}{place}  o{channel}{place}  2026-11-10 09:00  100")
        warehouse.follows("\n".join(follows))
        warehouse.orders("\n".join(orders))
        return warehouse.store

    return fill


def test_the_published_case_comes_out_right(channels):
    """Douyin brings 1,000 people at 10 %, Xiaohongshu 500 at 15 %: is the difference real?"""
    store = channels(抖音=(100, 1000), 小红书=(75, 500))
    found = groups(store, RATES, of_channel("小红书"), of_channel("抖音"), LOCAL_OWNER)
    assert (found.first.value, found.second.value) == (0.15, 0.10)
    assert (found.first.numerator, found.first.size) == (75, 500)
    assert (found.second.low, found.second.high) == pytest.approx((0.0829, 0.1202), abs=5e-5)  # Wilson
    assert found.difference == pytest.approx(0.05)
    assert (found.low, found.high) == (pytest.approx(0.0150, abs=5e-5), pytest.approx(0.0880, abs=5e-5))
    assert found.p == pytest.approx(0.00446, abs=5e-6)
    assert found.real

    turned = groups(store, RATES, of_channel("抖音"), of_channel("小红书"), LOCAL_OWNER)
    assert turned.difference == pytest.approx(-0.05)
    assert turned.p == found.p

    # The group replaces the page's own filter on that dimension instead of widening it.
    filtered = Query(("channel_conversion",), period=DAYS, where=(("channel", "抖音"),))
    assert groups(store, filtered, of_channel("小红书"), of_channel("抖音"), LOCAL_OWNER) == found

    rows = with_interval(store, RATES, "channel_conversion", LOCAL_OWNER).rows.set_index("channel")
    assert rows.loc["抖音", "channel_conversion__low"] == pytest.approx(0.0829, abs=5e-5)
    assert rows.loc["抖音", "channel_conversion__high"] == pytest.approx(0.1202, abs=5e-5)

    ranked = ranking(store, RATES, LOCAL_OWNER)
    assert ranked.tested == 2
    assert list(ranked.rows["unit"]) == ["小红书", "抖音"]
    assert list(ranked.rows["standing"]) == [Standing.ABOVE, Standing.BELOW]
    assert ranked.rows["p_holm"].iloc[0] == pytest.approx(2 * 0.00446, abs=1e-5)  # the smaller of two, times two


@pytest.mark.parametrize(("first", "second", "enough"), [((1, 40), (5, 29), False), ((10, 100), (11, 100), True)])
def test_few_customers_and_chance_are_not_called_real(channels, first, second, enough):
    found = groups(channels(抖音=first, 微博=second), RATES, of_channel("抖音"), of_channel("微博"), LOCAL_OWNER)
    assert found.enough is enough  # 29 < 30, the least count of the settings
    assert not found.real


def test_a_channel_without_customers_has_no_p(channels):
    found = groups(channels(抖音=(1, 40)), RATES, of_channel("抖音"), of_channel("微博"), LOCAL_OWNER)
    assert found.p != found.p
    assert not found.real


ORDERS = """
    customer  id  at                paid  refund
    ann       o1  2026-11-02 10:00  100   -
    ann       o2  2026-11-09 10:00  100   -
    ann       o3  2026-11-12 10:00   60   10     -- 3 days after o2
    bob       o4  2026-11-10 10:00   30   -
    eve       o5  2026-11-09 12:00   80   -
    eve       o6  2026-11-13 12:00   20   -      -- 4 days after o5
    -         o7  2026-11-13 13:00  999   -      -- nobody knows who
    joe       o8  2026-11-16 13:00  500   -      -- after the period
"""
MEMBERS = """
    customer  membership_id  group    joined            left
    ann       m1             福利1群  2026-11-01 10:00  -
    ann       m2             福利2群  2026-11-01 11:00  -                 -- in two groups, one customer
    dan       m3             福利1群  2026-11-01 10:00  -                 -- in a group, did not buy
    eve       m4             福利1群  2026-11-01 10:00  2026-11-05 10:00  -- left before the week
    bob       m5             福利1群  2026-11-11 10:00  -                 -- joins during the week: on neither side
"""
FOLLOWS = """
    customer  follow_id  at                channel
    ann       f1         2026-11-01 09:00  抖音
    bob       f2         2026-11-01 09:00  抖音
    eve       f3         2026-11-01 09:00  抖音
    gil       f4         2026-11-01 09:00  抖音      -- never in a group, did not buy
    new       f5         2026-11-12 09:00  抖音      -- no customer yet when the week begins
"""


@pytest.fixture
def shop(warehouse):
    warehouse.orders(ORDERS)
    warehouse.follows(FOLLOWS)
    warehouse.group_members(MEMBERS)
    return warehouse.store


def within(store, metric, **rest):
    return groups(store, Query((metric,), period=DAYS, **rest), in_a_group(DAYS), in_a_group(DAYS, False), LOCAL_OWNER)


def test_members_in_groups_against_not_in_groups(shop):
    rate = within(shop, "conversion_rate")
    assert (rate.first.numerator, rate.first.size) == (1, 2)  # ann of ann, dan
    assert (rate.second.numerator, rate.second.size) == (1, 2)  # eve of eve, gil
    frequency = within(shop, "purchase_frequency")
    assert (frequency.first.value, frequency.second.value) == (2, 2)  # ann: o2, o3; eve: o5, o6
    money = within(shop, "spend_per_buyer")
    assert (money.first.value, money.second.value) == (150, 100)  # ann 100 + 60 − 10; eve 80 + 20
    assert money.relative == pytest.approx(0.5)
    assert not money.enough  # one buyer a side
    gaps = within(shop, "repurchase_gap_days_mean")
    assert gaps.first.value == pytest.approx((7 + 3) / 2)  # o1 → o2 booked in the week, o2 → o3
    assert gaps.second.value == pytest.approx(4)


def test_metrics_compared_together_share_the_risk_of_chance(channels):
    store = channels(抖音=(4, 40), 小红书=(14, 50))
    query = Query(("channel_conversion", "conversion_rate", "refund_rate", "net_sales"), period=DAYS)
    found = dict(room.together(store, query, of_channel("抖音"), of_channel("小红书"), LOCAL_OWNER))
    alone = groups(store, RATES, of_channel("抖音"), of_channel("小红书"), LOCAL_OWNER)
    assert found["channel_conversion"].p == alone.p  # the only one with samples of 30 on both sides
    assert not found["conversion_rate"].enough  # nobody was held when the week began
    assert isinstance(found["net_sales"], Missing)


def test_a_mean_per_held_customer_counts_those_without_an_order(shop):
    found = within(shop, "arpu")
    assert (found.first.value, found.first.size) == (pytest.approx(150 / 2), 2)  # ann 150, dan 0
    assert (found.second.value, found.second.size) == (pytest.approx(100 / 2), 2)  # eve 100, gil 0


def test_two_segments_say_how_many_they_share(shop):
    two = Predicate("c.orders >= ?", (2,))
    found = groups(shop, Query(("aov",), period=DAYS), Group(segment=two), Group(segment=Predicate()), LOCAL_OWNER)
    assert found.shared == 2  # ann and eve are in both
    assert found.first.value == pytest.approx((100 + 50 + 80 + 20) / 4)


def test_what_has_no_test_is_said(shop):
    for name in ("net_sales", "private_sales_share"):
        found = groups(shop, Query((name,), period=DAYS), of_channel("抖音"), of_channel("微博"), LOCAL_OWNER)
        assert isinstance(found, Missing)
        assert found.code == "not_testable"
        assert found.say("zh")
    ranked = ranking(shop, Query(("repurchase_gap_days",), by=("channel",), period=DAYS), LOCAL_OWNER)
    assert ranked.missing.code == "not_testable"


def test_means_are_tested_by_welch():
    one, other = np.array([1.0, 2, 3, 4, 10]), np.array([2.0, 2, 2, 3])
    found = values_tested(REGISTRY["purchase_frequency"], one, other)
    reference = stats.ttest_ind(one, other, equal_var=False)
    assert found.method is Method.MEANS
    assert found.difference == pytest.approx(4 - 2.25)
    assert found.p == pytest.approx(reference.pvalue)
    low, high = reference.confidence_interval()
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_medians_are_bootstrapped():
    random = np.random.default_rng(7)
    one, other = random.exponential(30, 400), random.exponential(20, 300)
    found = values_tested(REGISTRY["repurchase_gap_days"], one, other)
    assert found.method is Method.MEDIANS
    assert found.first.value == pytest.approx(float(np.median(one)))
    plain = np.median(random.choice(one, (2000, 400)), axis=1) - np.median(random.choice(other, (2000, 300)), axis=1)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(plain, (0.025, 0.975))), abs=0.6)
    same = values_tested(REGISTRY["repurchase_gap_days"], one, one)
    assert same.p > 0.5


def test_money_is_bootstrapped_and_large_samples_agree_with_welch(monkeypatch):
    random = np.random.default_rng(7)
    one, other = random.lognormal(4, 1, 900), random.lognormal(4.2, 1, 700)
    small = values_tested(REGISTRY["aov"], one, other)
    monkeypatch.setattr(room, "BOOTSTRAP_UP_TO", 10)
    large = values_tested(REGISTRY["aov"], one, other)
    assert small.method is Method.MONEY
    assert small.p == large.p
    assert (small.low, small.high) == pytest.approx((large.low, large.high), abs=1.5)
    assert (small.low, small.high) != (large.low, large.high)


def test_every_metric_offered_can_be_tested_on_an_empty_store(warehouse):
    for name in room.testable():
        found = groups(warehouse.store, Query((name,)), of_channel("抖音"), of_channel("微博"), LOCAL_OWNER)
        assert isinstance(found, Missing), name


def test_one_of_many_needs_more_than_one_in_twenty():
    """Twelve stores of 100, eleven at 20 %, one at 30 %: p .017 alone, but not among twelve."""
    from sopdash.metrics.ranking import _judged, rates_ranked

    counts = {f"门店{n:02d}": (20.0, 100.0) for n in range(11)} | {"门店11": (30.0, 100.0)}
    rows = {row["unit"]: row for row in _judged(rates_ranked(counts, 30), 30)}
    alone = rates_tested(REGISTRY["repurchase_rate"], (30, 100), (220, 1100))
    assert rows["门店11"]["p"] == alone.p == pytest.approx(0.0184, abs=2e-4)
    assert rows["门店11"]["p_holm"] == pytest.approx(12 * alone.p)
    assert rows["门店11"]["standing"] == Standing.UNCLEAR
    few = _judged(rates_ranked(counts | {"门店12": (20.0, 29.0)}, 30), 30)[-1]
    assert few["standing"] == Standing.SMALL


def test_means_are_ranked_against_all_the_others_together(warehouse):
    lines = ["customer  id  at  paid  store"]
    for store, paid in (("门店01", (10, 20)), ("门店02", (30, 40)), ("门店03", (100, 110))):
        for n in range(40):
            lines.append(f"{store}{n}  {store}o{n}  2026-11-10 10:00  {paid[n % 2]}  {store}")
    lines.append("ann  x1  2026-11-10 10:00  5000  门店04")
    warehouse.orders("\n".join(lines))
    found = ranking(warehouse.store, Query(("aov",), by=("store",), period=DAYS), LOCAL_OWNER).rows.set_index("unit")
    assert found.loc["门店01", "value"] == 15
    assert found.loc["门店01", "rest"] == pytest.approx((40 * 35 + 40 * 105 + 5000) / 81)
    values = np.array([30, 40] * 20 + [100, 110] * 20 + [5000.0])
    reference = stats.ttest_ind(np.array([10.0, 20] * 20), values, equal_var=False).pvalue
    assert found.loc["门店01", "p"] == pytest.approx(reference)
    assert found.loc["门店04", "standing"] == Standing.SMALL
    assert found.index[-1] == "门店04"  # shown last, not ranked


OF_MEMBERS = (
    "conversion_rate",
    "purchase_frequency",
    "repurchase_rate",
    "returning_buyer_rate",
    "spend_per_buyer",
)


@pytest.mark.parametrize("segment", [None, Predicate("c.tier = ?", ("ordinary",))])
@pytest.mark.parametrize("first", [date(2026, 9, 7), date(2026, 10, 6), date(2026, 6, 29)])
def test_both_sides_in_one_pass_are_those_of_two_questions(demo_store, first, segment, monkeypatch):
    period = Period(first, date(2026, 11, 15))
    query = Query(OF_MEMBERS, (), period, segment=segment)
    sides = in_a_group(period), in_a_group(period, False)
    quick = dict(room.together(demo_store, query, *sides, LOCAL_OWNER))
    monkeypatch.setattr(room, "_at_once", lambda *asked: None)
    plain = dict(room.together(demo_store, query, *sides, LOCAL_OWNER))
    assert list(quick) == list(OF_MEMBERS)
    for name, one in plain.items():
        told, again = astuple(one), astuple(quick[name])
        for place in (2, 3, slice(4, 8)):  # the two sides; difference, interval and p
            assert again[place] == pytest.approx(told[place], rel=1e-12, nan_ok=True)
        assert (again[1], again[8:]) == (told[1], told[8:])
    sizes = [min(one.first.size, one.second.size) for one in plain.values()]
    assert min(sizes) > 20 if first.month > 6 else not any(sizes)  # before the first group there are no sides


@pytest.mark.parametrize("segment", [None, Predicate("c.orders >= ?", (3,))])
@pytest.mark.parametrize(("last_day", "first"), [("2026-11-15", date(2026, 8, 24)), ("2026-11-21", date(2026, 8, 24)),
                                                 ("2026-11-22", date(2026, 8, 31))])  # fmt: skip
def test_the_last_twelve_whole_weeks_stand_ready(warehouse, last_day, first, segment, monkeypatch):
    warehouse.orders(f"""
        customer  id  at                paid  refund
        ann       o1  2026-08-23 10:00  100   -      -- the day before: what comes is no first order
        ann       o2  2026-09-01 10:00  100   -
        ann       o3  2026-11-12 10:00   60   10
        bob       o4  2026-11-10 10:00   30   -
        eve       o5  2026-09-09 12:00   80   -
        eve       o6  2026-11-13 12:00   20   -
        eve       o7  2026-11-15 23:59   20   -
        joe       o8  {last_day} 13:00  500   -
    """)
    warehouse.follows("""
        customer  follow_id  at
        ann       f1         2026-08-01 09:00
        bob       f2         2026-08-01 09:00
        eve       f3         2026-08-01 09:00
        joe       f4         2026-08-01 09:00
    """)
    warehouse.group_members("""
        customer  membership_id  group    joined            left
        ann       m1             福利1群  2026-08-02 10:00  -
        bob       m2             福利1群  2026-08-02 10:00  2026-08-20 10:00
        joe       m3             福利1群  2026-10-01 10:00  -                 -- joins meanwhile: on neither side
    """)
    period = Period(first, first + timedelta(days=83))
    assert warehouse.rows("select recent_first, recent_end from mart.meta") == [(period.first, period.end)]
    query = Query(OF_MEMBERS, (), period, segment=segment)
    monkeypatch.setattr(module_of_sides, "_SIDED", "mart.nothing")  # nothing is added up anew
    quick = dict(room.together(warehouse.store, query, *both_sides(period), LOCAL_OWNER))
    frequency = quick["purchase_frequency"]
    assert (frequency.first.size, frequency.first.value) == (1, 2)  # ann
    assert (frequency.second.size, frequency.second.value) == ((2, 2) if segment is None else (1, 3))  # eve 3, bob 1
    monkeypatch.setattr(room, "_at_once", lambda *asked: None)
    plain = dict(room.together(warehouse.store, query, *both_sides(period), LOCAL_OWNER))
    for name, one in plain.items():
        assert astuple(quick[name].first)[:3] == pytest.approx(astuple(one.first)[:3], nan_ok=True)
        assert astuple(quick[name].second)[:3] == pytest.approx(astuple(one.second)[:3], nan_ok=True)


def both_sides(period):
    return in_a_group(period), in_a_group(period, False)


def test_who_stood_where_by_any_days_is_what_the_memberships_say(warehouse):
    chosen = random.Random(3)

    def at(most=12):
        return f"2026-11-{chosen.randrange(2, most):02} {chosen.choice(('00:00', '09:00', '21:00'))}"

    members, follows = ["customer  membership_id  group  joined  left"], ["customer  follow_id  at  lost"]
    for place in range(120):
        left = at() if chosen.random() < 0.7 else "-"  # may lie before joining: then there was no membership
        members.append(f"c{chosen.randrange(40)}  m{place}  群{place % 3}  {at()}  {left}")
        follows.append(f"c{chosen.randrange(60)}  f{place}  {at()}  {at() if chosen.random() < 0.7 else '-'}")
    warehouse.group_members("\n".join(members))
    warehouse.follows("\n".join(follows))
    found = set()
    for first, last in itertools.combinations(range(1, 14), 2):
        period = Period(date(2026, 11, first), date(2026, 11, last))
        stood = warehouse.rows("select customer, in_group from mart.sided(?, ?)", (period.first, period.end))
        for within in (True, False):
            who = in_a_group(period, within).segment
            plain = {row[0] for row in warehouse.rows(f"select customer from mart.customers c where {who.sql}",
                                                      who.params)}  # fmt: skip
            assert {customer for customer, in_group in stood if in_group == within} == plain
            found.add((within, len(plain)))
    assert len(found) > 20


def test_an_order_of_unknown_amount_counts_as_one_and_spends_nothing_known(warehouse, monkeypatch):
    warehouse.orders(
        ORDERS + "            dan       o9  2026-11-10 10:00  -   -\n        ann       o8  2026-11-10 09:00  -  -\n"
    )
    warehouse.follows(FOLLOWS)
    warehouse.group_members(MEMBERS)
    frequency, spend = (within(warehouse.store, name) for name in ("purchase_frequency", "spend_per_buyer"))
    assert (frequency.first.size, frequency.first.value) == (2, 2)  # ann: three orders, dan: one
    assert (spend.first.size, spend.first.value) == (1, 150)  # only ann's amounts are known
    monkeypatch.setattr(room, "_at_once", lambda *asked: None)
    assert within(warehouse.store, "spend_per_buyer").first == spend.first
