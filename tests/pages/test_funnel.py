"""Funnel: stages, splits, and the people behind a stage."""


def funnel_frame(app):
    """The table of the stages: one row per stage."""
    return next(frame.value for frame in app.dataframe if "from_previous" in frame.value.columns)


def shown_as_table(app):
    app.session_state["view_funnel_stages"] = ":material/table_rows:"
    return app.run()


def test_the_stages_of_a_long_period(visit, filled):
    app = shown_as_table(visit("funnel", filled, period="all"))
    assert not app.exception
    assert not app.error
    rows = funnel_frame(app).set_index("stage")
    assert rows.loc["加好友", "customers"] == 4
    assert rows.loc["入群", "customers"] == 3  # 顾客0004 never joined
    assert rows.loc["互动", "customers"] == 2  # 顾客0001 on 8 Oct, 顾客0003 on 12 Nov
    assert rows.loc["入群", "from_previous"] == 75.0  # 3 of 4, in percent for the grid


def test_the_title_names_the_largest_loss(visit, filled):
    app = visit("funnel", filled, period="all")
    assert any("流失最多" in text.value for text in app.markdown)


def test_split_by_channel(visit, filled):
    app = visit("funnel", filled, period="all")
    app.get_by_key("funnel_by").set_value("channel").run()
    assert not app.exception
    frame = next(frame.value for frame in app.dataframe if "n_added" in frame.value.columns)
    assert dict(zip(frame["channel"], frame["n_added"], strict=True)) == {"抖音": 2, "小红书": 2}


def test_a_stage_leads_to_its_people(visit, filled):
    app = visit("funnel", filled, period="all")
    app.selectbox(key="funnel_people").set_value(("lost", "joined")).run()
    assert not app.exception
    assert any("停在「加好友」，没到「入群」，1 人" in text.value.replace("\\", "") for text in app.markdown)
    people = next(frame.value for frame in app.dataframe if "phone" in frame.value.columns)
    assert list(people["name"]) == ["顾客0004"]


def test_a_period_without_new_customers_says_what_it_needs(visit, filled):
    app = visit("funnel", filled, period="2026-W43")
    assert any("没有新加的客户" in info.value for info in app.info)


def test_without_follows_the_funnel_names_the_missing_export(visit, orders_only):
    app = visit("funnel", orders_only)
    assert not app.exception
    assert not app.error
    assert any("企业微信客户列表" in text.value for text in (*app.caption, *app.markdown, *app.info))


def test_the_window_is_a_choice(visit, filled):
    app = visit("funnel", filled, period="all")
    app.selectbox(key="funnel_window").set_value(1).run()
    rows = funnel_frame(shown_as_table(app)).set_index("stage")
    assert rows.loc["加好友", "customers"] == 4
    assert rows.loc["入群", "customers"] == 0  # all of them joined 25 hours or more after being added
    for by in ("month", "tier", "code", "gender"):
        app.selectbox(key="funnel_by").set_value(by).run()
        assert not app.exception
        assert not app.error


def test_when_and_where_orders_are_placed(visit, filled):
    app = visit("funnel", filled)
    assert any("什么时候下单？" in text.value and "19–22 点" in text.value for text in app.markdown)  # 20:00 and 21:00
    assert any("67% 的订单" in text.value for text in app.markdown)
    app.session_state["view_funnel_sales_channels"] = ":material/table_rows:"
    app.run()
    frame = next(frame.value for frame in app.dataframe if "share" in frame.value.columns)
    assert frame["net_sales"].sum() == 650
    assert frame["share"].sum() == 100
