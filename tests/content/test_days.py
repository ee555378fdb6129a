"""Holidays and shopping festivals stand on their days."""

import datetime as dt

import pytest
from holidays.calendars.chinese import _ChineseLunisolar

from sopdash.content import days


def named(day):
    day = dt.date.fromisoformat(day)
    return [(str(mark.kind), mark.label.zh, mark.label.en) for mark in days.marks(day, day).get(day, ())]


@pytest.mark.parametrize(
    ("day", "names"),
    [
        ("2026-11-11", [("festival", "双 11", "11.11")]),
        ("2026-12-12", [("festival", "双 12", "12.12")]),
        ("2027-06-18", [("festival", "618", "6.18")]),
        ("2027-03-08", [("festival", "38 女神节", "3.8 Queen's Day")]),
        ("2026-10-01", [("holiday", "国庆节", "National Day")]),
        ("2026-02-17", [("holiday", "春节", "Chinese New Year")]),
        ("2026-01-02", [("holiday", "调休", "Day off")]),  # the State Council's notice for 2026
        ("2026-05-10", [("festival", "母亲节", "Mother's Day")]),  # second Sunday of May
        ("2027-06-20", [("festival", "父亲节", "Father's Day")]),  # third Sunday of June
        ("2026-11-24", []),
    ],
)
def test_names_of_days(day, names):
    assert named(day) == names


def test_a_span_over_the_years_end():
    found = days.marks(dt.date(2026, 12, 24), dt.date(2027, 1, 10))
    assert [str(day) for day in sorted(found)] == ["2026-12-24", "2026-12-25", "2027-01-01", "2027-01-10"]


def test_qixi_is_37_or_38_days_before_mid_autumn():
    """7th of the 7th lunar month to 15th of the 8th: the 7th month has 29 or 30 days."""
    lunar = _ChineseLunisolar()
    for year in range(2025, 2031):
        [day] = [day for day, marks in days.marks(dt.date(year, 7, 1), dt.date(year, 9, 30)).items()
                 if "七夕" in [mark.label.zh for mark in marks]]  # fmt: skip
        assert (lunar.mid_autumn_date(year)[0] - day).days in (37, 38)
