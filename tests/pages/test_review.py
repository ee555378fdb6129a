"""The review page: a goal set by hand, a finding dismissed, the file offered."""

from __future__ import annotations

from sopdash.playbook import goals
from sopdash.text import say
from sopdash.ui import context


def test_goals_findings_and_the_file_are_there(visit, filled):
    app = visit("review", filled)
    assert not app.exception
    assert not app.error
    assert [one.value for one in app.caption if one.value == say("playbook.goals_none", "zh")]
    titles = [one.value for one in app.markdown]
    assert {f"##### {say('playbook.goals', 'zh')}", f"##### {say('report.diagnosis', 'zh')}"} <= set(titles)
    assert any("快满" in title for title in titles)  # 福利1群 holds 180 of 200


def test_a_goal_is_set_and_shown_with_its_standing(visit, filled):
    app = visit("review", filled)
    next(button for button in app.button if button.label == "定一个目标").click().run()
    metric = next(box for box in app.selectbox if box.label == "指标")
    metric.set_value("orders")
    next(one for one in app.number_input if one.label.startswith("相对基线")).set_value(50.0)
    next(button for button in app.button if button.label == "保存").click().run()
    assert not app.exception
    [goal] = goals.goals(context.own_store())
    # the 28 days up to 15 November hold three orders (20 Oct is before 19 Oct + …: 20 Oct, 10, 11, 15 Nov are four)
    assert (goal.metric, goal.baseline, goal.target) == ("orders", 4, 6)
    assert any("订单数" in one.value for one in app.markdown)


def test_a_dismissed_finding_stays_away(visit, filled):
    app = visit("review", filled)
    before = len([button for button in app.button if button.label == "忽略"])
    assert before
    next(button for button in app.button if button.label == "忽略").click().run()
    assert not app.exception
    assert len([button for button in app.button if button.label == "忽略"]) == before - 1
