"""What the choices of the filter bar mean."""

from datetime import date

import pytest

from sopdash.metrics import Period
from sopdash.ui.filters import Filters, described, period_of, weeks

DATA = Period(date(2026, 8, 24), date(2026, 11, 18))  # ends on a Wednesday


@pytest.mark.parametrize(
    ("choice", "first", "last"),
    [
        ("last_week", (11, 9), (11, 15)),  # the week of the 18th is not complete
        ("4w", (10, 19), (11, 15)),  # 28 days
        ("12w", (8, 24), (11, 15)),  # 84 days
        ("month", (11, 1), (11, 18)),
        ("all", (8, 24), (11, 18)),
        ("2026-W44", (10, 26), (11, 1)),
    ],
)
def test_a_choice_is_anchored_at_the_data(choice, first, last):
    assert period_of(choice, DATA) == Period(date(2026, *first), date(2026, *last))


def test_own_dates_count_once_both_are_there():
    days = (date(2026, 9, 1), date(2026, 9, 10))
    assert period_of("custom", DATA, days) == Period(*days)
    assert period_of("custom", DATA, days[:1]) == period_of("last_week", DATA)


def test_weeks_offered_are_complete_and_newest_first():
    offered = weeks(DATA)
    assert offered[0] == "2026-W46"
    assert offered[-1] == "2026-W35"  # 24 Aug is its Monday
    assert len(offered) == 12


def test_filters_become_pairs_and_a_compared_period():
    week = Period(date(2026, 11, 9), date(2026, 11, 15))
    chosen = Filters(week, "year", channel=("抖音", "微博"), store=("门店01",))
    assert chosen.where == (("channel", "抖音"), ("channel", "微博"), ("store", "门店01"))
    assert chosen.compared == Period(date(2025, 11, 10), date(2025, 11, 16))  # 364 days: Monday stays Monday
    assert Filters(week, None).compared is None


def test_the_title_line_says_period_and_comparison():
    week = Period(date(2026, 11, 9), date(2026, 11, 15))
    assert described(Filters(week, "previous"), "zh") == "2026-W46, 11月9日–15日 · 对比 W45"
    assert described(Filters(week, None), "en") == "2026-W46, 9–15 Nov"


def test_before_and_after_a_day_says_so_and_that_it_is_no_cause():
    split = date(2026, 11, 4)
    chosen = Filters(Period(split, date(2026, 11, 10)), "date", split=split)
    assert chosen.compared == Period(date(2026, 10, 28), date(2026, 11, 3))
    assert chosen.comparison == "2026-11-04"
    assert described(chosen, "zh") == "11月4日–10日 · 11月4日前后：对比 10月28日–11月3日，不等于因果"
