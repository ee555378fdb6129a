"""What repeats lands on the right days, and an edit reaches the entries it is meant for."""

import datetime as dt

import pytest

from sopdash import content
from sopdash.content import Entry, Every, Repetition, Scope, Status
from sopdash.errors import Conflict, SopdashError

FAR = (dt.date(2026, 1, 1), dt.date(2028, 12, 31))


def day(text):
    return dt.date.fromisoformat(text)


def days_of(store):
    return [str(entry.day) for entry in content.entries(store, *FAR)]


@pytest.fixture
def weekly(store):
    """A quiz on four Tuesdays, 17 Nov to 8 Dec."""
    first = content.add(store, Entry(day=day("2026-11-17"), time=dt.time(20, 0), theme="有奖答题"), by="a")
    content.repeat(store, first, Repetition(Every.WEEK, day("2026-12-14")), by="a")
    return content.entries(store, *FAR)


@pytest.mark.parametrize(
    ("every", "first", "until", "days"),
    [
        (Every.DAY, "2026-12-30", "2027-01-02", ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"]),
        (Every.WEEK, "2026-12-23", "2027-01-06", ["2026-12-23", "2026-12-30", "2027-01-06"]),
        (Every.MONTH, "2026-11-08", "2027-02-08", ["2026-11-08", "2026-12-08", "2027-01-08", "2027-02-08"]),
        # A month without the 31st takes its last day, and the next long month has the 31st again.
        (Every.MONTH, "2027-12-31", "2028-04-30",
         ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
        (Every.WEEK, "2026-11-17", "2026-11-01", ["2026-11-17"]),  # an end before the beginning: just the one
    ],
)  # fmt: skip
def test_days_of_a_repetition(every, first, until, days):
    assert [str(one) for one in Repetition(every, day(until)).days(day(first))] == days


def test_a_series_has_an_end():
    with pytest.raises(SopdashError, match="calendar_series_too_long"):
        Repetition(Every.DAY, day("2036-01-01")).days(day("2026-01-01"))


def test_the_entry_repeated_and_its_repeats_are_one_series_at_the_same_wall_time(store, weekly):
    assert [str(one.day) for one in weekly] == ["2026-11-17", "2026-11-24", "2026-12-01", "2026-12-08"]
    assert {one.time for one in weekly} == {dt.time(20, 0)}
    assert len({one.series for one in weekly}) == 1
    assert weekly[0].version == 2  # it learnt of its series


def test_this_and_following_all_one(store, weekly):
    content.change_series(store, weekly[1], weekly[1].revised(theme="答题 2.0"), Scope.FOLLOWING, by="b")
    assert [one.theme for one in content.entries(store, *FAR)] == ["有奖答题", "答题 2.0", "答题 2.0", "答题 2.0"]
    third = content.entries(store, *FAR)[2]
    content.change_series(store, third, third.revised(owner="导购A01"), Scope.ONE, by="b")
    third = content.entries(store, *FAR)[2]
    content.change_series(store, third, third.revised(coupon="满99减20"), Scope.ALL, by="b")
    now = content.entries(store, *FAR)
    assert [one.coupon for one in now] == ["满99减20"] * 4
    assert [one.owner for one in now] == ["", "", "导购A01", ""]


def test_only_what_changed_is_carried_over(store, weekly):
    content.change(store, weekly[2].revised(note="这次送样品"), by="b")
    content.change_series(store, weekly[0], weekly[0].revised(time=dt.time(21, 0)), Scope.ALL, by="a")
    now = content.entries(store, *FAR)
    assert [one.time.hour for one in now] == [21] * 4
    assert now[2].note == "这次送样品"


def test_moving_a_week_moves_all_and_a_month_keeps_the_months_ends(store, weekly):
    content.change_series(store, weekly[0], weekly[0].revised(day=day("2026-11-19")), Scope.ALL, by="a")
    assert days_of(store) == ["2026-11-19", "2026-11-26", "2026-12-03", "2026-12-10"]
    content.delete_all(store, content.entries(store, *FAR), by="a")
    content.repeat(store, Entry(day=day("2027-01-08"), theme="会员日"), Repetition(Every.MONTH, day("2027-03-31")), "a")
    first = content.entries(store, *FAR)[0]
    content.change_series(store, first, first.revised(day=day("2027-01-31")), Scope.ALL, by="a")
    assert days_of(store) == ["2027-01-31", "2027-02-28", "2027-03-31"]


def test_what_went_out_stays(store, weekly):
    content.change(store, weekly[0].revised(status=Status.DONE), by="a")
    last = weekly[3]
    content.change_series(store, last, last.revised(theme="新题目"), Scope.ALL, by="a")
    assert [one.theme for one in content.entries(store, *FAR)] == ["有奖答题", "新题目", "新题目", "新题目"]
    second = content.entries(store, *FAR)[1]
    assert len(content.delete_series(store, second, Scope.ALL, by="a")) == 3
    assert days_of(store) == ["2026-11-17"]


def test_an_edit_of_a_series_made_on_an_old_version_changes_nothing(store, weekly):
    content.change(store, weekly[0].revised(note="同事的"), by="b")
    with pytest.raises(Conflict, match="calendar_changed"):
        content.change_series(store, weekly[0], weekly[0].revised(theme="我的"), Scope.ALL, by="a")
    assert {one.theme for one in content.entries(store, *FAR)} == {"有奖答题"}
