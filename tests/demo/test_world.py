"""The chain behaves as the mission says chains do: channels differ, evenings peak, the last week has a story."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sopdash.demo import days, programme
from sopdash.demo.chain import CHANNELS, DEARER, FADING_STORES
from sopdash.demo.world import world


def conversion(made) -> pd.Series:
    """Share of each channel's new customers who ordered after being added; earlier buyers in neither."""
    people = made.people
    first = made.orders[made.orders["is_paid"]].groupby("customer")["paid_at"].min()
    rows = people.assign(first=first)[people["channel"] >= 0]
    fresh = rows[~(rows["first"] < rows["added_at"])]
    return fresh["first"].notna().groupby(fresh["channel"]).mean().rename(lambda number: CHANNELS[number].name)


def test_the_same_seed_gives_the_same_world_and_another_seed_another(made):
    again, other = world("demo", 5), world("demo", 5)
    pd.testing.assert_frame_equal(again.orders, other.orders)
    pd.testing.assert_frame_equal(again.messages, other.messages)
    assert len(again.orders) != len(made.orders)


def test_it_has_the_size_of_the_issue(made):
    assert len(made.people) == 6_000
    assert len(made.chain.stores) == 30
    assert len(made.chain.staff) == 90
    assert 28 <= len(made.groups) <= 42


def test_nobody_is_real(made):
    assert made.people["name"].str.fullmatch(r"顾客\d{5}").all()
    assert made.people["phone"].str.fullmatch(r"1990000\d{4}").all()
    assert made.chain.staff["staff"].str.fullmatch(r"导购[A-I]\d\d").all()


def test_cheap_channels_bring_many_who_buy_little(made):
    rates = conversion(made)
    added = made.people["channel"].value_counts()
    names = [channel.name for channel in CHANNELS]
    assert added[names.index("抖音")] > 1.5 * added[names.index("小红书")]
    assert rates["导购"] > rates["公众号"] > rates["小红书"] > rates["抖音"] > rates["微博"]
    assert 0.08 < rates["抖音"] < 0.15
    assert 0.13 < rates["小红书"] < 0.23


def test_orders_and_messages_peak_in_the_evening(made):
    for times in (made.orders["paid_at"], made.messages.loc[made.messages["sender"] >= 0, "sent_at"]):
        hours = times.dt.hour.value_counts()
        assert set(hours.index[:2]) == {20, 21}


def test_nothing_happens_outside_the_calendar(made):
    assert made.orders["paid_at"].between(str(days.HISTORY), str(days.LAST) + " 23:59:59").all()
    assert (made.follows["added_at"].dt.date >= days.FIRST).all()
    assert made.messages["sent_at"].max() < pd.Timestamp(days.END)
    left = made.members["left_at"].notna()
    assert (made.members.loc[left, "left_at"] > made.members.loc[left, "joined_at"]).all()


def test_people_speak_only_while_they_are_in_the_group(made):
    said = made.messages[made.messages["sender"] >= 0]
    spans = made.members[["group", "customer", "joined_at", "left_at"]]
    spoken = said.merge(spans, left_on=["group", "sender"], right_on=["group", "customer"])
    inside = (spoken["sent_at"] >= spoken["joined_at"]) & ~(spoken["sent_at"] >= spoken["left_at"])
    assert len(spoken) == len(said)
    assert inside.all()


def test_groups_have_the_sizes_a_manager_sees(made):
    """At the end of the data, with the three staff members of each: one full, few nearly, few small, most between."""
    here = made.members[made.members["left_at"].isna()]
    sizes = here.groupby("group").size() + 3
    assert len(sizes) == len(made.groups)
    assert (sizes >= 200).sum() == 1
    assert sizes.max() <= 201
    assert sizes.between(180, 199).sum() in (2, 3)
    assert 3 <= (sizes < 80).sum() <= 10
    assert sizes.between(80, 179).mean() > 0.55


def test_a_handful_of_groups_fell_silent(made):
    last = made.messages[made.messages["sender"] >= 0].groupby("group")["sent_at"].max()
    silent = made.groups.index.difference(last[last >= pd.Timestamp(days.LAST_WEEK)].index)
    assert set(made.groups.index[made.groups["fading"]]) <= set(silent)
    assert 3 <= len(silent) <= 6


def test_nobody_is_in_a_group_twice(made):
    assert not made.members.duplicated(["group", "customer"]).any()


def test_money_adds_up(made):
    orders, lines = made.orders, made.lines
    per_order = (lines["amount"] - lines["discount"]).groupby(lines["order"]).sum()
    assert (per_order.to_numpy() == orders["paid"].to_numpy()).all()
    assert (orders["refund"] <= orders["paid"]).all()
    assert (orders["paid"] > 0).all()


def test_returning_buyers_fall_in_some_stores_in_the_last_week(made):
    orders = made.orders[made.orders["is_paid"] & made.orders["again"]]
    fading = np.isin(made.people["store"].to_numpy()[orders["customer"]], FADING_STORES)
    week = (days.END - orders["paid_at"].to_numpy()).astype("timedelta64[D]").astype(int) // 7
    last, before = (week == 0), (week >= 1) & (week <= 4)
    assert (fading & last).sum() < 0.5 * (fading & before).sum() / 4
    assert (~fading & last).sum() > 0.8 * (~fading & before).sum() / 4


def test_one_channel_gets_expensive_in_the_last_week(made):
    table = programme.channel_days(np.random.default_rng(1), made)
    table["last"] = table["day"].to_numpy() >= days.LAST_WEEK.astype("datetime64[D]")
    sums = table.groupby(["channel", "last"])[["spend", "reach"]].sum()
    price = (sums["spend"] / sums["reach"]).unstack()
    dearer = price[True] / price[False]
    assert dearer[DEARER] > 2
    assert dearer.drop(DEARER).dropna().between(0.95, 1.05).all()


def test_the_tiers_of_the_mission_are_all_there(made):
    paid = made.orders[made.orders["is_paid"]]
    spent = (paid["paid"] - paid["refund"]).groupby(paid["customer"]).sum() / 100
    assert (spent > 5_000).sum() >= 20
    assert (spent >= 20_000).sum() >= 1
