"""Overview: the week's figures, what moved, and what to do where a figure is absent."""

import datetime as dt

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, Query, run
from sopdash.warehouse import open_store

WEEK = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))


def cards(app):
    return {metric.label: metric for metric in app.metric}


def test_cards_show_the_registrys_figures(visit, filled):
    app = visit("overview", filled)
    assert not app.exception
    assert not app.error
    shown = cards(app)
    assert shown["净销售额"].value == "¥650.0"  # 500 + 100 + 50
    assert shown["订单数"].value == "3"
    assert shown["下单客户数"].value == "3"
    assert shown["笔单价"].value == "¥216.7"  # 650 / 3
    assert shown["新增客户"].value == "2"  # 顾客0003, 顾客0004
    assert shown["复购率"].value == "0.0%"  # nobody ordered twice within the week


def test_cards_agree_with_the_metrics_module(visit, filled):
    store = open_store(filled / "warehouse.duckdb")
    try:
        result = run(store, Query(("net_sales", "orders"), period=WEEK, where=(("channel", "抖音"),)), LOCAL_OWNER)
    finally:
        store.close()
    assert (result.value("net_sales"), result.value("orders")) == (600, 2)
    shown = cards(visit("overview", filled, channel="抖音"))
    assert (shown["净销售额"].value, shown["订单数"].value) == ("¥600.0", "2")


def test_a_week_without_a_comparable_one_says_so(visit, filled):
    app = visit("overview", filled, period="12w", compare="year")
    assert "无可比数据" in cards(app)["净销售额"].delta
    assert not any("主要因为" in text.value for text in app.markdown)


def test_the_title_line_says_period_freshness_and_match_rate(visit, filled):
    app = visit("overview", filled)
    said = [text.value for text in app.caption]
    assert "2026-W46, 11月9日–15日 · 对比 W45 · 数据至 11月15日 · 订单匹配率 100.0%" in said


def test_absent_figures_name_their_export_and_lead_to_the_template(visit, orders_only):
    app = visit("overview", orders_only)
    assert not app.exception
    assert "新增客户" not in cards(app)
    assert any("企业微信客户列表" in text.value for text in app.markdown)  # what would light it up
    assert cards(app)["订单数"].value == "2"


def test_english(visit, filled):
    app = visit("overview", filled, lang="en")
    assert not app.exception
    assert cards(app)["Net sales"].value == "¥650.0"
    said = [text.value for text in app.caption]
    assert "2026-W46, 9–15 Nov · vs W45 · data to 15 Nov · order match rate 100.0%" in said


def test_what_moved_by_channel_and_for_buyers(visit, filled):
    app = visit("overview", filled)
    for outcome, by in (("net_sales", "channel"), ("buyers", "store"), ("buyers", "drivers")):
        app.get_by_key("overview_outcome").set_value(outcome).run()
        app.selectbox(key=f"overview_by_{outcome}").set_value(by).run()
        assert not app.exception
        assert not app.error
    app.get_by_key("overview_outcome").set_value("net_sales").run()
    app.selectbox(key="overview_by_net_sales").set_value("channel").run()
    assert any("一期没有可拆的数" in text.value for text in app.caption)  # nothing was sold the week before


def test_before_and_after_a_day(visit, filled):
    app = visit("overview", filled, period="all", compare="2026-11-11")
    assert not app.exception
    # 11–15 November (5 days to the data's end) against 6–10: 100 + 50 after, 500 before.
    assert cards(app)["净销售额"].value == "¥150.0"
    assert "−70.0%" in cards(app)["净销售额"].delta
    assert "无可比数据" in cards(app)["新增客户"].delta  # the list of customers ends on the 11th
    assert any("11月11日前后：对比 11月6日–10日，不等于因果" in text.value for text in app.caption)


def test_a_forecast_needs_a_history(visit, filled):
    app = visit("overview", filled)
    assert any("接下来几周会怎样？" in text.value for text in app.markdown)
    assert any("完整的周" in text.value for text in app.markdown)
