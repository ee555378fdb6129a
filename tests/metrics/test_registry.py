"""The registry is complete, and what is printed from it is fresh."""

import re

import pytest

from sopdash.metrics import DIMENSIONS, REGISTRY, catalogue_rows
from sopdash.metrics.document import PATH, document
from sopdash.metrics.missing import Missing
from sopdash.metrics.planned import NEED_CALENDAR
from sopdash.metrics.sources import TIME
from sopdash.text import phrases
from sopdash.warehouse import FACTS

CATALOGUE = """
    orders buyers gmv refunds net_sales aov spend_per_buyer arpu refund_rate payment_rate orders_unknown_status
    order_match_rate purchase_frequency repurchase_rate returning_buyer_rate repurchase_30d repurchase_60d
    repurchase_90d repurchase_gap_days new_buyers private_sales_share item_units attach_rate
    clv clv_expected_orders p_alive clv_to_cac

    reach impressions scans adds customers_added add_rate accept_rate losses loss_rate loss_1d loss_7d net_adds spend
    cost_per_add cac channel_conversion roas roi invites invited_customers invite_conversion k_factor

    groups group_members joins leaves leave_rate join_rate speakers speaking_rate active_rate messages
    messages_per_speaker silent_groups capacity_used first_reply_minutes reply_1h_rate auto_reply_rate complaint_rate
    csat nps retention_week_1 retention_week_2 retention_week_4 retention_week_8 retention_week_12 mau wau
    weekly_repurchasers customer_growth groups_created moments_posted moments_viewers live_viewers live_shares

    conversion_rate order_within_3h_rate coupons_issued coupons_redeemed redemption_rate coupons_received
    campaign_redemption_rate coupon_cost_ratio lift views likes comments clicks engagement_rate on_time_rate
"""
"""The catalogue's names, table by table. Public: teams' scripts use them."""

BESIDE = """
    orders_unknown_amount repurchase_gap_days_mean repurchase_gap_days_p90 follows_held leaves_left leaves_removed
    leave_rate_left leave_rate_removed customers_held
"""
"""What the catalogue names in words only: amounts beside counts, mean and p90 beside the median, rates by kind."""


def test_the_public_names_stay():
    assert {*CATALOGUE.split(), *BESIDE.split()} - set(REGISTRY) == set()


@pytest.mark.parametrize("metric", REGISTRY.values(), ids=lambda metric: metric.name)
def test_a_metric_is_complete(metric):
    assert metric.label.zh
    assert metric.label.en
    assert len(metric.definition.zh) >= 6
    assert len(metric.definition.en) >= 10
    assert not metric.definition.en.endswith(".")
    assert re.fullmatch(r"[a-z][a-z0-9_]*", metric.name)
    assert set(metric.dimensions) <= set(DIMENSIONS)
    assert metric.dimensions[:3] == TIME
    assert metric.needs


@pytest.mark.parametrize("metric", REGISTRY.values(), ids=lambda metric: metric.name)
def test_what_a_metric_needs_exists_and_says_who_supplies_it(metric):
    for part in (part for need in metric.needs for part in need.split("|")):
        fact, _, column = part.partition(".")
        beside = fact == "settings" or part in (NEED_CALENDAR, "model.orders", "model.money")
        known = beside or (fact in FACTS and column in ("", "customer", *FACTS[fact].columns))
        assert known, f"{metric.name} needs {part}, which no export can supply"
        assert f"metrics.supplier.{fact}" in phrases()
    for lang in ("zh", "en"):
        assert Missing("needs", {"needs": metric.needs}).say(lang)


def test_every_source_and_note_can_be_said():
    for metric in REGISTRY.values():
        for source in metric.sources:
            assert all(f"metrics.note.{code}" in phrases() for code in source.flags)
            assert all(f"metrics.fact.{fact.split('.')[0]}" in phrases() for fact in source.covers), source.name
        assert all(f"metrics.note.{code}" in phrases() for code in metric.notes)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_catalogue_speaks_both_languages(lang):
    rows = catalogue_rows(lang)
    assert len(rows) == len(REGISTRY)
    assert all(row["label"] and row["definition"] and row["stage"] for row in rows)


def test_the_printed_catalogue_is_fresh():
    assert PATH.read_text(encoding="utf-8") == document(), "renew it: python -m sopdash.metrics"
