"""Retention: the triangle and its people, gaps between orders, members of groups against the rest."""


def test_the_page_stands_on_every_choice(visit, filled):
    app = visit("retention", filled)
    assert not app.exception
    assert not app.error
    assert any("走到第 4 周的批次" in text.value or "第 4 周留存" in text.value for text in app.markdown)
    for key, value in (("retention_start", "first_order"), ("retention_activity", "any"), ("retention_by", "month")):
        app.get_by_key(key).set_value(value).run()
        assert not app.exception
        assert not app.error


def test_a_cell_leads_to_its_people(visit, filled):
    app = visit("retention", filled)
    app.get_by_key("retention_activity").set_value("any").run()
    app.selectbox(key="retention_cohort").set_value("2026-W46").run()
    assert any("W46 这批，第0周没回来，1 人" in text.value for text in app.markdown)  # 顾客0004
    app.toggle(key="retention_active").set_value(True).run()
    assert any("W46 这批，第0周回来了，1 人" in text.value for text in app.markdown)  # 顾客0003


def test_gaps_and_members(visit, filled):
    app = visit("retention", filled)
    assert any("**21.0 天**" in text.value for text in app.markdown)  # 顾客0001: 20 Oct 20:00 → 10 Nov 20:00
    assert any("缺一边，没法比" in text.value for text in app.caption)  # everybody known on 19 Oct was in a group


def test_a_segment_narrows_everything(visit, filled):
    app = visit("retention", filled, segment="vip", period="all")
    assert not app.exception
    assert not app.error


def test_orders_alone_name_the_export(visit, orders_only):
    app = visit("retention", orders_only)
    assert not app.exception
    assert not app.error
    assert any("企业微信" in text.value for text in app.markdown)


def test_english(visit, filled):
    app = visit("retention", filled, lang="en")
    assert not app.exception
    assert any("Half of the repeat orders follow within **21.0 d**" in text.value for text in app.markdown)


def test_time_to_the_second_order_and_value(visit, filled):
    app = visit("retention", filled, period="all")
    assert any("首单之后，多少人、多久会再买？" in text.value for text in app.markdown)
    # 3 first orders; only 顾客0001 bought again (day 21): 1 − 2/3 at 26 days, which is as long as anybody was watched.
    assert any("没有满 30 天" in text.value and "3 名" in text.value for text in app.markdown)
    assert any("一个客户以后值多少？" in text.value for text in app.markdown)
    assert any("订单历史不足" in text.value for text in app.markdown)  # three weeks of orders: refused, with the reason


def test_before_and_after_joining_says_when_it_is_too_few(visit, filled):
    app = visit("retention", filled, period="all")
    # Orders reach from 20 Oct to 15 Nov: nobody has 28 days on both sides, so nothing is said.
    assert not any("进群前后" in text.value for text in app.markdown)
