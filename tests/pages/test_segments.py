"""Segments: classes with counts and value, scoring switchable and stated, saved rules, no phone unmasked."""

import pytest

from sopdash.text import say


def test_the_page_shows_classes_scoring_and_rules(visit, filled):
    app = visit("segments", filled)
    assert not app.exception
    assert not app.error
    titles = [text.value for text in app.markdown]
    assert {"##### 客户分层", "##### 常用人群"} <= set(titles)
    assert [text.value for text in app.caption if text.value.startswith("打分：五分位")]
    tables = [table.value for table in app.dataframe]
    tiers = next(table for table in tables if list(table["class"]) == ["超级会员", "VIP", "普通"])
    # 顾客0001 spent 6,500 of 6,650: VIP is above 5,000.
    assert list(tiers["customers"])[:2] == [0, 1]
    assert list(tiers["net_sales"]) == [0, 6500, 150]
    rules = next(table for table in tables if "sentence" in table)
    assert dict(zip(rules["rule"], rules["customers"], strict=True))["沉睡 VIP"] == 0


def test_scoring_is_switchable_and_says_so(visit, filled):
    app = visit("segments", filled)
    app.get_by_key("segments_by_scoring").set_value("mean").run()
    assert not app.exception
    assert [text.value for text in app.caption if text.value.startswith("打分：与均值比较")]


def test_every_score_can_be_chosen(visit, filled):
    app = visit("segments", filled)
    for score, first in (("value_class", "高价值"), ("rfm_class", "重要价值"), ("life_cycle", "新客")):
        app.get_by_key("segments_by_score").set_value(score).run()
        assert not app.exception
        assert [table.value["class"].iloc[0] for table in app.dataframe if "share" in table.value] == [first]


def test_a_rule_is_built_counted_and_saved(visit, filled):
    app = visit("segments", filled)
    app.session_state["segments_tab"] = "圈选人群"
    app.run()
    assert not app.exception

    def last(kind, what):
        return [box for box in getattr(app, kind) if str(box.key).endswith(f"_{what}")][-1]

    last("selectbox", "field").select("channel").run()
    last("multiselect", "words").select("抖音").run()
    next(button for button in app.button if str(button.key).endswith("_add")).click().run()
    last("selectbox", "field").select("net_sales").run()
    assert [text.value for text in app.caption if "1 个条件没填完" in text.value]
    last("number_input", "value0").set_value(1000).run()
    last("selectbox", "period").set_value("60").run()
    figures = {figure.label: figure.value for figure in app.metric}
    assert figures["客户数"] == "1"  # 顾客0001 spent 6,500 within 60 days, 顾客0002 100
    assert any("渠道是 抖音，且近 60 天净销售额" in text.value.replace("\\", "") for text in app.markdown)
    app.get_by_key("rule_name").set_value("抖音大客户").run()
    app.get_by_key("rule_save_new").click().run()
    assert not app.exception
    assert [done.value for done in app.success]
    app.get_by_key("rule_other").select("tier_vip").run()
    assert any("重叠 1 人" in text.value.replace("\\", "") for text in app.caption)


def open_tab(visit, data, name, lang="zh"):
    app = visit("segments", data, lang=lang)
    app.session_state["segments_tab"] = say(f"segments.page.tab_{name}", lang)
    return app.run()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_tab_opens_in_both_languages(visit, filled, lang):
    for name in ("movement", "profile", "value"):
        app = open_tab(visit, filled, name, lang)
        assert not app.exception
        assert not app.error
        assert app.dataframe


def test_movement_says_who_rose_and_who_slipped(visit, filled):
    app = open_tab(visit, filled, "movement")
    # 成员001, 成员002 and 顾客0002 were quiet members of more than 30 days on 8 November, and spoke or bought since.
    table = app.dataframe[0].value
    assert dict(zip(table["way"], table["customers"], strict=False))["↑ 上升"] == 3
    assert any("↑ 3 人上升，↓ 0 人下滑" in text.value for text in app.markdown)


def test_thresholds_show_their_effect_before_they_are_saved(visit, filled):
    app = visit("segments", filled)
    app.session_state["thresholds_tier"] = True
    app.run()
    box = [box for box in app.number_input if str(box.key).startswith("threshold_vip_above")]
    if not box:
        pytest.skip("expanders cannot be opened from here")
    box[0].set_value(50).run()
    effect = next(table.value for table in app.dataframe if "moved_in" in table.value)
    assert list(effect["then"]) == [0, 2, 182]  # 6,500 and 100 are above 50; 50 is not
    app.get_by_key("thresholds_save_tier").click().run()
    tiers = next(table.value for table in app.dataframe if "share" in table.value)
    assert list(tiers["customers"])[:2] == [0, 2]
