"""A month is shown in whole weeks, Monday to Sunday."""

import datetime as dt

import pytest

from sopdash.content.month import Month


@pytest.mark.parametrize(
    ("month", "first", "last", "weeks"),
    [
        (Month(2026, 11), dt.date(2026, 10, 26), dt.date(2026, 12, 6), 6),  # 1 Nov 2026 is a Sunday
        (Month(2027, 2), dt.date(2027, 2, 1), dt.date(2027, 2, 28), 4),  # Monday the 1st, Sunday the 28th
        (Month(2026, 12), dt.date(2026, 11, 30), dt.date(2027, 1, 3), 5),
    ],
)
def test_days_of_a_month(month, first, last, weeks):
    days = month.days()
    assert (days[0], days[-1], len(days)) == (first, last, weeks * 7)
    assert (days[0].weekday(), days[-1].weekday()) == (0, 6)


def test_next_and_previous_cross_the_year():
    assert Month(2026, 12).plus(1) == Month(2027, 1)
    assert Month(2026, 1).plus(-1) == Month(2025, 12)
    assert Month(2026, 11).plus(-23) == Month(2024, 12)


def test_written_and_read():
    assert str(Month.parse("2026-02")) == "2026-02"
    assert Month.parse("2028-02").last == dt.date(2028, 2, 29)
    assert [str(m) for m in Month(2026, 12).around(1, 1)] == ["2026-11", "2026-12", "2027-01"]
