"""Channels: figures per channel, the people of one, the verdict between two and the ranking of all."""


def comparison(app):
    return next(frame.value for frame in app.dataframe if "customers_added" in frame.value.columns)


def test_every_channel_with_its_figures(visit, filled):
    app = visit("channels", filled, period="all")
    assert not app.exception
    assert not app.error
    rows = comparison(app).set_index("channel")
    assert rows.loc["抖音", "customers_added"] == 2
    assert rows.loc["抖音", "channel_conversion"] == 100.0  # 顾客0001 and 0002 ordered after being added
    assert rows.loc["小红书", "channel_conversion"] == 50.0  # 顾客0003, not 顾客0004
    assert rows.loc["小红书", "interval"] == "9.5%–90.5%"  # Wilson for 1 of 2
    assert rows.loc["抖音", "net_sales"] == 6600


def test_what_needs_spend_is_absent_with_its_export(visit, filled):
    app = visit("channels", filled, period="all")
    assert "cac" not in comparison(app).columns
    assert any("获客成本" in text.value and "渠道投放模板" in text.value for text in app.caption)


def test_two_channels_with_few_customers_are_not_judged(visit, filled):
    app = visit("channels", filled, period="all")
    assert any("样本不足 30" in info.value for info in app.info)
    assert any("样本：小红书 1/2，抖音 2/2。" in text.value for text in app.caption)  # as in the table above
    ranked = next(frame.value for frame in app.dataframe if "p_holm" in frame.value.columns)
    assert list(ranked["standing"]) == ["样本太小", "样本太小"]


def test_groups_can_be_anything(visit, filled):
    app = visit("channels", filled, period="all")
    app.selectbox(key="comparison_first_channel").set_value("抖音").run()
    assert any("选两个不同的组" in text.value for text in app.caption)
    app.selectbox(key="comparison_metric").set_value("conversion_rate").run()
    for of in ("store", "segment", "in_group"):
        app.selectbox(key="comparison_of").set_value(of).run()
        assert not app.exception
        assert not app.error
    assert any(text.value.startswith("样本：在群的客户") for text in app.caption)


def test_the_trend_can_show_another_metric(visit, filled):
    app = visit("channels", filled)
    app.get_by_key("channels_trend").set_value("net_sales").run()
    assert not app.exception
    assert any(text.value == "##### 净销售额" for text in app.markdown)


def test_orders_alone_say_what_is_missing(visit, orders_only):
    app = visit("channels", orders_only)
    assert not app.exception
    assert not app.error
