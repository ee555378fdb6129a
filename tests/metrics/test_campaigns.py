"""Campaigns, the content calendar, and invitations by generation."""

import datetime as dt

import pytest
from scipy import stats

from sopdash.access import LOCAL_OWNER
from sopdash.content import Entry, Status, add
from sopdash.metrics import Period, generations, lift
from sopdash.metrics.lift import LiftQuery

NOVEMBER = {"first": "2026-11-01", "last": "2026-11-30"}


def member_days(warehouse):
    """会员日 on the 8th and 9th of November; six customers held since October, three of them meant."""
    warehouse.campaigns("""
        campaign  starts_at         ends_at
        会员日    2026-11-08 00:00  2026-11-09 23:59
        圣诞      2026-12-24 00:00  2026-12-26 23:59   -- not over yet
    """)
    warehouse.follows("""
        customer  channel  added_at
        ann       抖音     2026-10-01 10:00
        bob       抖音     2026-10-01 10:00
        cid       海报     2026-10-01 10:00
        dan       海报     2026-10-01 10:00
        eve       海报     2026-10-01 10:00
        fay       -        2026-11-08 10:00    -- came on the day: not held when it began
    """)
    warehouse.coupons("""
        customer  campaign  issued_at         redeemed_at
        ann       会员日    2026-11-07 10:00  2026-11-08 12:00
        ann       会员日    2026-11-07 10:00  -                  -- two coupons, one customer
        bob       会员日    2026-11-07 10:00  -
        fay       会员日    2026-11-08 11:00  2026-11-20 11:00
        ann       圣诞      2026-11-21 10:00  -
        dan       -         2026-11-07 10:00  2026-11-08 12:00   -- of no campaign
    """)
    warehouse.sends("""
        customer  campaign  sent_at
        cid       会员日    2026-11-08 09:00
        bob       会员日    2026-11-08 09:00
    """)
    warehouse.orders("""
        customer  paid_at           paid
        zoe       2026-10-20 10:00  1      -- history begins early enough
        ann       2026-11-06 10:00  40     -- the two days before
        ann       2026-11-08 12:00  100
        bob       2026-11-09 23:00  30
        dan       2026-11-07 10:00  20
        eve       2026-11-09 10:00  10
        eve       2026-11-10 10:00  99     -- after it
        fay       2026-11-08 12:00  500
        zoe       2026-11-30 10:00  1
    """)


def test_campaign_redemption_counts_customers_of_each_campaign(warehouse, ask):
    member_days(warehouse)
    rows = {row["campaign"]: row for row in ask("campaign_redemption_rate", by="campaign", **NOVEMBER)}
    assert rows["会员日"]["campaign_redemption_rate"] == 2 / 4  # ann, fay of ann, bob, cid, fay
    assert rows["圣诞"]["campaign_redemption_rate"] == 0 / 1
    assert (
        ask.one("campaign_redemption_rate", **NOVEMBER)["campaign_redemption_rate"] == 2 / 5
    )  # ann twice: two campaigns
    assert (
        ask.one("campaign_redemption_rate", first="2026-11-10", last="2026-11-12")["campaign_redemption_rate"] is None
    )


def test_lift_is_the_difference_of_two_differences(warehouse, ask):
    member_days(warehouse)
    treated, others = [100 - 40, 30, 0], [-20, 10]  # ann, bob, cid against dan, eve
    row = ask.one("lift", **NOVEMBER)
    assert row["lift"] == pytest.approx(90 / 3 - -10 / 2)
    result = ask.result("lift", by="campaign", **NOVEMBER)
    assert result.records() == [{"campaign": "会员日", "lift": pytest.approx(35)}]
    assert [note.code for note in result.notes] == ["not_causal"]

    found = lift.run(warehouse.store, LiftQuery(), LOCAL_OWNER)
    [one] = found.rows.to_dict("records")
    assert (one["treated"], one["untreated"], one["lift"]) == (3, 2, pytest.approx(35))
    reference = stats.ttest_ind(treated, others, equal_var=False)
    assert one["p"] == pytest.approx(reference.pvalue)
    interval = reference.confidence_interval(0.95)
    assert (one["low"], one["high"]) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert [note.code for note in found.notes] == ["not_causal"]
    assert lift.run(warehouse.store, LiftQuery(random=True), LOCAL_OWNER).notes == ()
    assert ask.column("lift", "channel", **NOVEMBER)["海报"] == pytest.approx(0 - -10 / 2)  # cid against dan, eve


def test_a_campaign_without_the_days_before_it_is_left_out(warehouse, ask):
    member_days(warehouse)
    warehouse.campaigns("""
        campaign  starts_at         ends_at
        十月节    2026-10-21 00:00  2026-10-22 23:59   -- the days before it begin on the 19th, orders on the 20th
    """)
    warehouse.sends("""
        customer  campaign  sent_at
        ann       十月节    2026-10-21 09:00
    """)
    assert list(ask.column("lift", "campaign").keys()) == ["会员日"]


def test_on_time_is_a_post_of_the_theme_within_half_an_hour(warehouse, ask):
    warehouse.posts("""
        channel  theme     published_at
        朋友圈   新品预告  2026-11-02 10:30    -- 30 minutes after the plan
        朋友圈   抽奖      2026-11-03 20:31    -- 31 minutes after
        朋友圈   买家秀    2026-11-09 12:00
    """)
    assert ask.result("on_time_rate").missing["on_time_rate"].say("en") == (
        "needs workspace.calendar_entries: entries in the content calendar"
    )
    for day, time, theme, owner, status in (
        (2, 10, "新品预告", "张", Status.DONE),
        (3, 20, "抽奖", "张", Status.DONE),
        (4, 20, "答题", "", Status.DONE),  # never published
        (5, 20, "答题", "", Status.CANCELLED),
        (9, 12, "买家秀", "", Status.PLANNED),  # due half an hour after the last post that is known
    ):
        draft = Entry(day=dt.date(2026, 11, day), time=dt.time(time), theme=theme, owner=owner, status=status)
        add(warehouse.store, draft, "test")
    assert ask.one("on_time_rate", **NOVEMBER)["on_time_rate"] == 1 / 3
    assert ask.column("on_time_rate", "staff", **NOVEMBER) == {"张": 1 / 2, None: 0}


def test_invitations_by_generation_add_up_to_the_k_factor(warehouse, ask):
    warehouse.follows("""
        customer  added_at
        ann       2026-10-01 10:00
        bob       2026-10-01 10:00
        cid       2026-10-20 10:00    -- invited by ann: generation 1
        dan       2026-11-03 10:00    -- invited by ann
        eve       2026-11-04 10:00    -- invited by cid: generation 2
        fay       2026-11-05 10:00    -- invited by cid
        gus       2026-11-06 10:00    -- invited by eve: generation 3
    """)
    warehouse.referrals("""
        inviter_external_id  invitee_external_id  invited_at
        ann                  cid                  2026-10-19 10:00
        ann                  dan                  2026-11-02 10:00
        cid                  eve                  2026-11-02 10:00
        cid                  fay                  2026-11-02 10:00
        eve                  gus                  2026-11-05 10:00
        bob                  ann                  2026-11-05 10:00   -- ann was there long before
    """)
    found = generations.run(warehouse.store, Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30)), LOCAL_OWNER)
    rows = {row["generation"]: row for row in found.rows.to_dict("records")}
    assert (rows[0]["invited"], rows[0]["customers"], rows[0]["k"]) == (1, 2, 1 / 2)  # dan of ann, bob
    assert (rows[1]["invited"], rows[1]["customers"], rows[1]["k"]) == (2, 1, 2)  # eve, fay of cid
    assert (rows[2]["invited"], rows[2]["customers"]) == (1, 0)  # eve came in the month herself
    whole = ask.one("k_factor", **NOVEMBER)
    assert (whole["k_factor__num"], whole["k_factor__den"]) == (4, 3)
