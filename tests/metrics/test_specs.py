"""One shop over New Year with rows of every fact: what holds for every metric, and specs that share its tables.

That each metric has a spec of its own, with the arithmetic beside the rows, is the last test.
"""

import ast
import datetime as dt
import shutil
from pathlib import Path

import pytest
from metrics.conftest import Asker
from tables import Tables

from sopdash.content import Entry, add
from sopdash.metrics import REGISTRY, Combine, Grain
from sopdash.metrics.sources import TIME, When
from sopdash.segments import Segment, save, where

HOLIDAYS = {"first": "2026-12-28", "last": "2027-01-10"}
"""2026-W53 (28 December to 3 January) and 2027-W01 (4 to 10 January)."""

MODELS = ("clv", "clv_expected_orders", "p_alive", "clv_to_cac")
COUNTED = tuple(name for name in REGISTRY if name not in MODELS)
"""Models are fitted to more customers than a table here has; their specs are published results."""

ORDERS = """
    id  customer  store  platform  region  created_at        paid_at              paid  refund  units  status
    h1  ann       S01    taobao    上海    2026-10-01 09:00  2026-10-01 10:00     50    0       1      paid
    h2  bob       S02    taobao    -       2026-10-20 09:00  2026-10-20 10:00     10    0       1      paid
    o1  ann       S01    taobao    上海    2026-12-31 23:00  2026-12-31 23:59     100   0       2      paid
    o2  ann       -      jd        上海    2026-12-31 23:50  2027-01-01 00:01     40    0       1      completed
    o3  bob       S02    taobao    -       2027-01-03 23:00  2027-01-03 23:59:59  60    20      3      paid
    o4  bob       S02    taobao    -       2027-01-04 00:00  2027-01-04 00:00     20    0       -      paid
    o5  -         S01    jd        -       2027-01-05 09:00  2027-01-05 10:00     10    0       1      paid
    o6  cid       S01    jd        -       2027-01-06 09:00  -                    70    0       1      unpaid
    o7  cid       S01    jd        -       2027-01-07 09:00  2027-01-07 10:00     30    0       1      unknown
"""


def fill(tables):
    tables.orders(ORDERS)
    tables.follows("""
        customer  staff    channel  gender  birthday    add_way  added_at          lost_at           lost_by
        ann       导购A01  抖音     女      1990-05-01  1        2026-09-01 10:00  -                 -
        ann       导购A02  抖音     女      -           1        2027-01-02 10:00  -                 -
        bob       导购A01  -        男      -           1        2026-12-30 10:00  2026-12-31 09:00  customer
        cid       导购A02  海报     -       -           1        2027-01-04 10:00  2027-01-09 10:00  customer
        dan       导购A02  海报     -       2000-01-01  1        2026-12-01 10:00  2027-01-05 10:00  staff
        eve       导购A01  抖音     -       -           202      2026-12-29 10:00  -                 -
        fay       导购A01  海报     女      -           1        2026-12-20 10:00  -                 -
    """, as_of="2027-01-11 00:00")  # fmt: skip
    tables.channel_days("""
        channel  day         reach  impressions  scans  spend
        抖音     2026-12-30  400    900          -      100
        抖音     2027-01-05  100    200          50     20      -- reach where a channel ever reports it
    """)
    tables.channel_days("""
        channel  store  day         scans  spend
        海报     S02    2027-01-04  25     30
    """)
    tables.groups("""
        group   group_type  store  capacity  created_at
        福利群  福利        S01    4         2026-12-01 10:00
        新品群  新品        S02    -         2026-12-20 10:00
        老客群  福利        -      -         2026-12-20 10:00
    """)
    tables.group_members("""
        group   customer  is_staff  joined_at         left_at           leave_kind
        福利群  ann       false     2026-12-02 10:00  -                 -
        福利群  bob       false     2026-12-02 10:00  2026-12-31 10:00  left
        福利群  gus       false     2026-12-29 10:00  2027-01-06 10:00  removed
        福利群  导购A01   true      2026-12-01 10:00  -                 -
        新品群  ann       false     2026-12-28 10:00  -                 -
        新品群  fay       false     2026-12-25 10:00  -                 -
        老客群  ann       false     2027-01-04 10:00  -                 -
    """, as_of="2027-01-11")  # fmt: skip
    tables.group_days("""
        group   day         customers  joins  leaves  messages
        快照群  2026-12-27  40         1      1       9
        快照群  2027-01-10  45         3      2       7       -- one day of fourteen
    """)
    tables.messages("""
        group   customer  is_staff  sent_at
        福利群  ann       false     2026-12-31 20:00
        福利群  ann       false     2027-01-01 20:00
        福利群  bob       false     2026-12-30 20:00
        福利群  导购A01   true      2027-01-05 20:00
        新品群  ann       false     2027-01-04 20:00
        老客群  ann       false     2027-01-10 20:00
    """)
    tables.touches("""
        customer  campaign  at
        ann       年货节    2026-12-31 21:30
        bob       -         2027-01-03 10:00
        fay       年货节    2027-01-08 10:00
    """)
    tables.activities("""
        customer  activity  group   at                kind  viewers  shares
        ann       周三直播  福利群  2026-12-30 20:00  直播  90       4
        fay       周三直播  福利群  2026-12-30 20:10  直播  90       4      -- each part repeats the whole
        ann       周三直播  福利群  2027-01-06 20:00  直播  60       1      -- a week later, under the same name
    """)
    tables.staff_days("""
        staff    store  day         requests_sent  requests_accepted  groups_created  moments_posted  moments_viewers
        导购A01  S01    2026-12-31  10             4                  1               2               30
        导购A02  S02    2027-01-04  10             5                  0               1               20
        导购A02  S02    2027-01-05  10             -                  0               -               5
    """)
    tables.conversations("""
        customer  staff    opened_by  opened_at         first_reply_at    auto_reply  complaint
        ann       导购A01  customer   2026-12-31 23:50  2027-01-01 00:10  false       true
        bob       导购A02  customer   2027-01-05 10:00  -                 true        false
    """)
    tables.surveys("""
        customer  staff    kind  score  at
        ann       导购A01  csat  5      2026-12-31 10:00
        bob       导购A02  csat  2      2027-01-05 10:00
        ann       导购A01  nps   9      2026-12-31 10:00
        fay       -        nps   6      2027-01-05 10:00
    """)
    tables.referrals("""
        inviter_external_id  invitee_external_id  campaign  invited_at
        ann                  cid                  年货节    2027-01-02 10:00
        ann                  zoe                  -         2027-01-03 10:00
    """)
    tables.campaigns("""
        campaign  starts_at         ends_at
        年货节    2027-01-01 00:00  2027-01-03 23:59
    """)
    tables.sends("""
        customer  campaign  sent_at
        fay       年货节    2027-01-01 09:00
    """)
    tables.coupons("""
        customer  campaign  issued_at         received_at       redeemed_at       order_id  cost
        ann       年货节    2026-12-30 10:00  2026-12-31 10:00  2027-01-01 00:01  o2        5
        bob       -         2027-01-04 10:00  2027-01-05 10:00  -                 -         5
    """)
    tables.posts("""
        channel  theme  campaign  group_type  published_at      views  likes  comments  clicks
        朋友圈   预告   年货节    -           2026-12-31 10:10  100    5      1         4
        群消息   抽奖   -         福利        2027-01-05 11:00  -      2      0         1
    """)
    tables.opt_outs("""
        customer  at
        eve       2026-12-30 10:00
    """)
    tables.set(margin=0.5)
    add(tables.store, Entry(day=dt.date(2026, 12, 31), time=dt.time(10), theme="预告", owner="张"), "test")
    add(tables.store, Entry(day=dt.date(2027, 1, 4), time=dt.time(10), theme="抽奖"), "test")


@pytest.fixture(scope="module")
def shop(empty_store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop") / "data"
    shutil.copytree(empty_store, folder)
    tables = Tables(folder)
    fill(tables)
    yield Asker(tables)
    tables.close()


# --- what holds for every metric -------------------------------------------------------------------------------------


def test_a_rate_is_its_parts_and_unknown_without_a_denominator(shop):
    for row in (shop.one(*COUNTED, **HOLIDAYS), *shop(*COUNTED, by="week", **HOLIDAYS)):
        for name in (name for name in COUNTED if REGISTRY[name].has_parts):
            num, den = row[f"{name}__num"], row[f"{name}__den"]
            growth = REGISTRY[name].combine is Combine.GROWTH
            known = bool(den) and num is not None
            assert row[name] == (pytest.approx(num / den - growth) if known else None), name


def test_nothing_in_a_period_within_the_data_is_0_and_its_rates_unknown(shop):
    """10 to 12 November: nobody ordered, joined or spoke; ann was held all along, her chat not yet begun."""
    row = shop.one(*COUNTED, first="2026-11-10", last="2026-11-12")
    assert {name: row[name] for name in ("orders", "net_sales", "buyers", "new_buyers", "adds")} == dict.fromkeys(
        ("orders", "net_sales", "buyers", "new_buyers", "adds"), 0
    )
    known = {"customers_held": 1, "follows_held": 1, "mau": 1, "customer_growth": 0, "arpu": 0, "conversion_rate": 0}
    known |= {"loss_rate": 0, "losses": 0, "net_adds": 0, "customers_added": 0, "gmv": 0, "refunds": 0}
    zeros = {"orders", "net_sales", "buyers", "new_buyers", "adds", "orders_unknown_status", "orders_unknown_amount"}
    told = {name: row[name] for name in COUNTED if row[name] is not None and name not in zeros}
    assert told == known | {"wau": 0, "weekly_repurchasers": 0}


def test_days_after_the_data_are_unknown_never_0(shop):
    row = shop.one(*COUNTED, first="2027-03-01", last="2027-03-07")
    during = [name for name in COUNTED if all(source.when is When.DURING for source in REGISTRY[name].sources)]
    assert {name: row[name] for name in during if row[name] is not None} == {}


OF_PEOPLE = ("tier", "gender")
OVERLAPPING = {"speaking_rate", "messages_per_speaker"}
"""By group one customer may speak in several: the parts are distinct customers of each."""


def parted(name):
    """Dimensions by which the parts of a rate must add up: a customer has one gender, a row one campaign."""
    own = [dimension for dimension in REGISTRY[name].dimensions if dimension not in TIME]
    return [dimension for dimension in own if dimension in OF_PEOPLE] or own


def test_totals_of_rates_are_the_rates_of_totals(shop):
    """Over every value of a dimension, NULL among them, numerators and denominators add up to those of the whole."""
    rates = [name for name in COUNTED if REGISTRY[name].combine is Combine.RATIO and name not in OVERLAPPING]
    whole = shop.one(*rates, **HOLIDAYS)
    compared = set()
    for dimension in dict.fromkeys(dimension for name in rates for dimension in parted(name)):
        names = [name for name in rates if dimension in parted(name)]
        rows = shop(*names, by=dimension, **HOLIDAYS)
        for name in names:
            for part in (f"{name}__num", f"{name}__den"):
                added = sum(row[part] or 0 for row in rows)
                assert added == pytest.approx(whole[part] or 0), f"{part} by {dimension}"
            compared.add(name)
    assert compared == set(rates)


def test_rates_of_things_add_up_over_weeks(shop):
    """Orders, conversations, coupons, posts belong to one week; customers may come in two."""
    things = (Grain.ORDER, Grain.CONVERSATION, Grain.ANSWER, Grain.COUPON, Grain.POST)
    rates = [name for name in COUNTED if REGISTRY[name].combine is Combine.RATIO and REGISTRY[name].grain in things]
    whole, weeks = shop.one(*rates, **HOLIDAYS), shop(*rates, by="week", **HOLIDAYS)
    assert [row["week"] for row in weeks] == ["2026-W53", "2027-W01"]
    for part in (f"{name}__{part}" for name in rates for part in ("num", "den")):
        assert sum(row[part] or 0 for row in weeks) == pytest.approx(whole[part] or 0), part


def test_every_metric_goes_by_a_saved_segment_as_by_the_filter_that_says_the_same(shop):
    """Across all sources: what names customers is cut to the segment, the rest is absent and says so."""
    save(shop.warehouse.store, Segment("女客户", where("gender", "in", "female")), "test")
    segment = shop.result(*COUNTED, by="week", segment="女客户", **HOLIDAYS)
    same = shop.result(*COUNTED, by="week", where=[("gender", "female")], **HOLIDAYS)
    assert segment.records() == same.records()
    assert set(segment.missing) == set(same.missing)
    assert {reason.code for reason in segment.missing.values()} == {"no_segment"}
    customers = {name for name in COUNTED if all(source.customer for source in REGISTRY[name].sources)}
    assert customers.isdisjoint(segment.missing)


def test_a_segment_over_sources_by_hand(shop):
    """Who ordered at least twice in all: ann (3 orders, 2 of them in the holidays) and bob (3, 2)."""
    save(shop.warehouse.store, Segment("买过两次", where("orders", "at_least", 2)), "test")
    row = shop.one(
        "orders", "refunds", "customers_held", "adds", "losses", "speakers", "mau", "first_reply_minutes", "csat",
        "invites", "coupons_issued", "campaign_redemption_rate", "order_match_rate", segment="买过两次", **HOLIDAYS,
    )  # fmt: skip
    assert (row["orders"], row["refunds"]) == (4, 20)  # o1 to o4; nobody's o5 belongs to no segment
    assert (row["customers_held"], row["adds"], row["losses"]) == (1, 2, 1)  # bob has gone
    assert (row["speakers"], row["mau"]) == (2, 2)
    assert (row["first_reply_minutes"], row["csat"]) == (20, 1 / 2)  # 23:50 to 0:10; 5 and 2
    assert (row["invites"], row["coupons_issued"]) == (2, 2)
    assert row["campaign_redemption_rate"] == 1 / 1  # ann; fay is in no order
    assert row["order_match_rate"] == 1


# --- specs over the same rows ----------------------------------------------------------------------------------------


def test_a_week_over_new_year_and_nobodys_orders(shop):
    weeks = {row["week"]: row for row in shop("orders", "buyers", "net_sales", "refund_rate", by="week", **HOLIDAYS)}
    assert [weeks["2026-W53"][name] for name in ("orders", "buyers", "net_sales")] == [3, 2, 100 + 40 + (60 - 20)]
    assert [weeks["2027-W01"][name] for name in ("orders", "buyers", "net_sales")] == [2, 1, 20 + 10]
    assert weeks["2026-W53"]["refund_rate"] == 1 / 3
    assert shop.column("orders", "store", **HOLIDAYS) == {"S01": 2, "S02": 2, None: 1}
    assert shop.column("buyers", "gender", **HOLIDAYS) == {"female": 1, "male": 1, None: 0}  # nobody's order: no buyer


def test_fan_out_one_customer_in_three_groups_with_two_follows(shop):
    """ann alone: two follows, three groups, two orders, four messages, a coupon, a conversation."""
    row = shop.one(
        "orders", "net_sales", "customers_held", "follows_held", "group_members", "joins", "speakers",
        "messages_per_speaker", "coupons_redeemed", "csat", "conversion_rate", "arpu",
        where=[("gender", "female"), ("channel", "抖音")], **HOLIDAYS,
    )  # fmt: skip
    assert (row["orders"], row["net_sales"]) == (2, 140)
    assert (row["customers_held"], row["follows_held"]) == (1, 2)
    assert (row["group_members"], row["joins"]) == (3, 2)  # 老客群 and, on the first day, 新品群
    assert (row["speakers"], row["messages_per_speaker"]) == (1, 4)
    assert (row["coupons_redeemed"], row["csat"], row["conversion_rate"], row["arpu"]) == (1, 1, 1, 140)


def test_people_reached_and_scans(shop):
    row = shop.one("impressions", "scans", "add_rate", **HOLIDAYS)
    assert (row["impressions"], row["scans"]) == (1100, 50 + 25)
    assert row["add_rate__num"] == 2  # bob, cid; ann and fay came before, eve was handed over
    assert row["add_rate__den"] == 400 + 100 + 25  # the 50 scans are of a channel that reports its reach
    weeks = shop.column("add_rate", "week", **HOLIDAYS)
    assert weeks == {"2026-W53": 1 / 400, "2027-W01": 1 / (100 + 25)}


def test_early_losses(shop):
    row = shop.one("loss_1d", "loss_7d", **HOLIDAYS)
    # ann's second follow, bob and cid started; eve was handed over. The list was taken at the end of the 10th.
    assert (row["loss_1d__num"], row["loss_1d__den"]) == (1, 3)  # bob after 23 hours
    assert (row["loss_7d__num"], row["loss_7d__den"]) == (1, 2)  # cid's seven days end on the 11th
    assert row["loss_1d"] == 1 / 3


def test_leaves_by_kind_are_of_the_members_of_the_same_groups(shop):
    row = shop.one("leave_rate", "leave_rate_left", "leave_rate_removed", **HOLIDAYS)
    assert row["leave_rate"] == 2 / (2 + 1)  # bob and gus; at the start ann, bob in one group, fay in the other
    assert row["leave_rate_left"] == 1 / 3  # bob; the 40 of the snapshots stand in no denominator
    assert row["leave_rate_removed"] == 1 / 3  # gus


def test_a_live_under_one_name_counts_every_week(shop):
    assert shop.one("live_viewers", "live_shares", **HOLIDAYS) == {"live_viewers": 90 + 60, "live_shares": 4 + 1}
    assert shop.column("live_viewers", "week", **HOLIDAYS) == {"2026-W53": 90, "2027-W01": 60}


def test_reports_of_staff(shop):
    row = shop.one("moments_viewers", "moments_posted", "accept_rate", **HOLIDAYS)
    assert (row["moments_viewers"], row["moments_posted"]) == (30 + 20 + 5, 3)
    assert row["accept_rate"] == (4 + 5) / (10 + 10)  # the third report does not say how many accepted


def test_active_are_members_who_spoke_clicked_or_took_part(shop):
    row = shop.one("active_rate", **HOLIDAYS)
    assert row["active_rate"] == 2 / 2  # ann spoke, fay took part; gus and bob have left
    assert shop.column("active_rate", "week", **HOLIDAYS) == {
        "2026-W53": 2 / 3,
        "2027-W01": 2 / 2,
    }  # gus, then still in


def test_orders_soon_after_a_touch_over_new_year(shop):
    row = shop.one("order_within_3h_rate", **HOLIDAYS)
    # ann's click at 21:30: 2:29 h and 2:31 h before her orders; bob's at 10:00: 14 h before both of his
    assert (row["order_within_3h_rate__num"], row["order_within_3h_rate__den"]) == (2, 4)
    assert shop.column("order_within_3h_rate", "campaign", **HOLIDAYS) == {"年货节": 1, None: 0}


def test_weeks_later(warehouse, ask):
    warehouse.follows("""
        customer  added_at
        ann       2026-10-07 10:00   -- a Wednesday: the week of 5 October
        bob       2026-10-11 10:00   -- the same week
        cid       2026-10-12 10:00   -- the next one
    """)
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-10-12 00:00  10     -- week + 1, its first second
        ann       2026-10-13 00:00  10     -- once more: one customer
        bob       2026-10-20 00:00  10     -- week + 2
        cid       2026-10-18 23:59  10     -- week + 0
        bob       2026-11-08 10:00  10     -- week + 4
        cid       2027-01-03 10:00  10     -- week + 11; the data ends
    """)
    names = [f"retention_week_{k}" for k in (1, 2, 4, 8, 12)]
    first, second = ask(*names, by="week", first="2026-10-05", last="2026-10-18")
    assert first["retention_week_1"] == 1 / 2  # ann
    assert first["retention_week_2"] == 1 / 2  # bob
    assert first["retention_week_4"] == 1 / 2  # bob
    assert (first["retention_week_8"], first["retention_week_12"]) == (0, 0)  # week + 12 ends with the data
    assert second["retention_week_1"] == 0
    assert second["retention_week_12"] is None  # not over yet
    whole = ask.one(*names, first="2026-10-05", last="2026-10-18")
    assert (whole["retention_week_1__num"], whole["retention_week_1__den"]) == (1, 3)
    assert (whole["retention_week_12__num"], whole["retention_week_12__den"]) == (0, 2)  # ann and bob


def test_repurchase_within_60_and_90_days(warehouse, ask):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-01-01 10:00  10
        ann       2026-03-02 10:00  10    -- exactly 60 × 24 h later
        bob       2026-01-01 10:00  10
        bob       2026-04-01 10:00  10    -- exactly 90 × 24 h later, and the newest order
        cid       2026-01-20 10:00  10    -- 71 days before the newest: old enough for 60 days only
    """)
    row = ask.one("repurchase_60d", "repurchase_90d")
    assert (row["repurchase_60d__num"], row["repurchase_60d__den"]) == (1, 3)
    assert (row["repurchase_90d__num"], row["repurchase_90d__den"]) == (2, 2)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Apia"])
def test_times_are_wall_time_whatever_the_zone_does_with_its_clock(warehouse, ask, zone):
    """New York skips 2:30 on 14 March 2027: an export that says so is believed, and a day has 24 hours."""
    warehouse.set(timezone=zone)
    warehouse.follows("""
        customer  added_at          lost_at
        ann       2027-03-13 12:00  2027-03-14 12:00   -- exactly 24 hours
        bob       2027-03-13 12:00  2027-03-14 12:01
    """, as_of="2027-03-16")  # fmt: skip
    warehouse.orders("""
        customer  paid_at           paid
        ann       2027-03-13 23:59  1
        ann       2027-03-14 02:30  2
        ann       2027-03-15 00:00  4
    """)
    assert list(ask.column("net_sales", "day", first="2027-03-13", last="2027-03-15").values()) == [1, 2, 4]
    assert ask.one("loss_1d")["loss_1d"] == 1 / 2
    assert ask.one("repurchase_gap_days_mean")["repurchase_gap_days_mean"] == pytest.approx((86_400 + 60) / 2 / 86_400)


def test_a_refund_that_came_after_the_order_file_was_written(warehouse, ask):
    warehouse.orders("""
        id  customer  paid_at           paid  refund
        o1  ann       2026-12-30 10:00  100   0      -- the file of that week: nothing refunded yet
        o2  bob       2026-12-30 11:00  50    0
        o3  cid       2027-01-05 10:00  80    10     -- its own amount stands
    """)
    warehouse.refunds("""
        order_id  status    amount  refunded_at
        o1        finished  30      2027-01-20 10:00   -- three weeks later: of the order's week all the same
        o2        open      50      2027-01-20 10:00
        o3        finished  8       2027-01-20 10:00
    """)
    assert ask("refunds", "net_sales", "refund_rate", by="week", first="2026-12-28", last="2027-01-10") == [
        {"week": "2026-W53", "refunds": 30, "net_sales": 120, "refund_rate": 1 / 2, "refund_rate__num": 1,
         "refund_rate__den": 2},
        {"week": "2027-W01", "refunds": 10, "net_sales": 70, "refund_rate": 1, "refund_rate__num": 1,
         "refund_rate__den": 1},
    ]  # fmt: skip


def test_reports_fill_losses_where_lists_do_not_tell_them(warehouse, ask):
    warehouse.follows("""
        customer  added_at
        ann       2026-11-02 10:00
    """, as_of="2026-11-04")  # fmt: skip
    warehouse.channel_days("""
        channel  day         adds  losses
        抖音     2026-11-03  9     2      -- the list covers the day for adds; of losses it says nothing
        抖音     2026-11-06  7     1
    """)
    row = ask.one("adds", "losses", "net_adds", first="2026-11-02", last="2026-11-06")
    assert (row["adds"], row["losses"], row["net_adds"]) == (1 + 7, 3, 5)
    warehouse.follows("""
        customer  added_at          lost_at           lost_by
        bob       2026-11-02 10:00  2026-11-04 10:00  customer
    """, as_of="2026-11-05")  # fmt: skip
    row = ask.one("losses", first="2026-11-02", last="2026-11-06")
    assert row["losses"] == 1 + 1  # bob, and the report of the 6th: up to the 5th the lists speak


# --- every metric has a spec -----------------------------------------------------------------------------------------

NO_SPECS = {"test_registry.py", "test_against_reference.py", "test_query.py"}
"""They go through all metrics: nothing in them is by hand."""


def asserted(path):
    """The strings that stand in the asserts of a file's tests."""
    tests = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Assert)]
    parts = [part.value for test in tests for part in ast.walk(test) if isinstance(part, ast.Constant)]
    return {part.split("__")[0] for part in parts if isinstance(part, str)}


def test_every_metric_is_named_in_the_assert_of_a_spec():
    files = [path for path in Path(__file__).parent.glob("test_*.py") if path.name not in NO_SPECS]
    found = set().union(*(asserted(path) for path in files))
    assert set(COUNTED) - found == set(), "a metric needs a test with rows by hand and the arithmetic beside them"
    models = (Path(__file__).parents[1] / "models" / "test_mart.py").read_text(encoding="utf-8")
    assert [name for name in MODELS if f'"{name}"' not in models] == []
