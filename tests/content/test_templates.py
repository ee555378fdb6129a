"""Weekly templates fill the period that holds a day, and never twice."""

import datetime as dt

import pytest

from sopdash import content
from sopdash.errors import UnknownName

WED = dt.date(2026, 11, 11)


def planned(store, name, day=WED, lang="zh"):
    content.apply_template(store, name, day, by="a", lang=lang)
    return [
        (e.day, e.time.strftime("%H:%M"), str(e.form))
        for e in content.entries(store, dt.date(2026, 1, 1), dt.date(2028, 1, 1))
    ]


def test_week_a_is_preview_quiz_lottery_coupon_from_monday(store):
    assert planned(store, "week_a") == [
        (dt.date(2026, 11, 9), "10:00", "picture"),  # Mon preview
        (dt.date(2026, 11, 10), "20:00", "text"),  # Tue quiz
        (dt.date(2026, 11, 11), "20:00", "picture"),  # Wed lottery
        (dt.date(2026, 11, 12), "12:30", "picture"),  # Thu coupon
    ]


def test_week_b_is_new_product_live_customer_story(store):
    assert planned(store, "week_b", dt.date(2027, 1, 3)) == [  # a Sunday: its week began in 2026
        (dt.date(2026, 12, 28), "10:00", "video"),
        (dt.date(2026, 12, 30), "20:00", "live"),
        (dt.date(2027, 1, 1), "19:30", "picture"),
    ]


def test_community_day_runs_from_half_past_eight_to_nine(store):
    assert [time for day, time, _ in planned(store, "community_day") if day == WED] == [
        "08:30", "10:00", "12:30", "15:00", "19:30", "21:00",
    ]  # fmt: skip


def test_member_day_is_the_eighth(store):
    assert {day.day for day, _, _ in planned(store, "member_day")} == {7, 8}


def test_flash_sale_is_at_eight_and_repeats_daily(store):
    [first] = content.apply_template(store, "flash_sale", WED, by="a")
    content.repeat(store, first, content.Repetition(content.Every.DAY, dt.date(2026, 11, 14)), by="a")
    found = content.entries(store, WED, dt.date(2026, 12, 31))
    assert [(one.day.day, one.time.hour, str(one.purpose)) for one in found] == [
        (11, 20, "promotion"), (12, 20, "promotion"), (13, 20, "promotion"), (14, 20, "promotion"),
    ]  # fmt: skip


def test_a_big_sale_stands_round_its_day_over_the_years_end(store):
    days = [str(day) for day, _, _ in planned(store, "big_sale", dt.date(2027, 1, 2))]
    assert (days[0], days[-1], days.count("2027-01-02")) == ("2026-12-26", "2027-01-03", 3)


@pytest.mark.parametrize("name", [name for name, one in content.templates().items() if one.repeat == "week"])
def test_no_weekly_template_breaks_the_rule_of_promotion(name):
    drafts = content.templates()[name].drafts(WED, "zh")
    assert sum(draft.purpose == "promotion" for draft in drafts) <= 0.3 * len(drafts)


def test_applied_twice_it_stands_once_and_what_people_changed_stays(store):
    first = content.apply_template(store, "week_a", WED, by="a")
    edited = content.change(store, first[0].revised(theme="双 11 返场预告"), by="b")
    again = content.apply_template(store, "week_a", WED, by="a")
    assert [e.theme for e in again] == [first[0].theme]  # the renamed one is no longer the template's, so it is missing
    assert edited in content.entries(store, *content.templates()["week_a"].period(WED))
    assert content.apply_template(store, "week_a", WED, by="a") == []


def test_language_of_the_text(store):
    [first, *_] = content.apply_template(store, "week_a", WED, by="a", lang="en")
    assert first.theme == "Preview of the week"


def test_unknown_template_names_the_known(store):
    with pytest.raises(UnknownName) as refused:
        content.apply_template(store, "week_z", WED, by="a")
    assert "week_a" in refused.value.values["allowed"]
