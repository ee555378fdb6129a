"""Numbers as operators read them, in both languages."""

from datetime import date
from decimal import Decimal

import pytest

from sopdash.text import formats


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (9_876, "9,876", "9,876"),
        (9_999.6, "1.00万", "10.0K"),  # rounds up to the scale, and is then written in it
        (12_345, "1.23万", "12.3K"),
        (123_456, "12.3万", "123K"),
        (99_996_000, "1.00亿", "100M"),
        (1_234_567_890, "12.3亿", "1.23B"),
        (-54_321, "-5.43万", "-54.3K"),
        (None, "–", "–"),
        (float("nan"), "–", "–"),
    ],
)
def test_short_numbers(value, zh, en):
    assert (formats.short(value, "zh"), formats.short(value, "en")) == (zh, en)


def test_money_is_short_on_cards_and_full_on_hover():
    assert formats.money_short(12_345.678, "zh") == "¥1.23万"
    assert formats.money_short(12_345.678, "en") == "¥12.3K"
    assert formats.money(Decimal("12345.60"), "en") == "¥12,345.60"
    assert formats.money_short(98.9, "zh") == "¥98.9"
    assert formats.money_short(-1200, "zh") == "−¥1,200"
    assert formats.money_short(12, "en", "USD") == "US$12.0"


def test_rates_change_in_points_and_counts_in_percent():
    assert formats.change(0.012, "rate", "zh") == "+1.2 个百分点"
    assert formats.change(0.012, "rate", "en") == "+1.2 pts"
    assert formats.change(0.012, "rate", "zh", brief=True) == "+1.2pp"
    assert formats.change(-0.0823, "count", "zh") == "−8.2%"
    assert formats.change(0.0004, "money", "en") == "0.0%"  # rounds to nothing: no sign
    assert formats.change(None, "rate", "zh") == "–"
    assert formats.change(float("inf"), "count", "zh") == "–"  # from nothing to something


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        (date(2026, 11, 9), date(2026, 11, 15), "2026-W46, 11月9日–15日", "2026-W46, 9–15 Nov"),
        (date(2026, 10, 1), date(2026, 10, 31), "2026-10", "2026-10"),
        (date(2026, 10, 19), date(2026, 11, 15), "10月19日–11月15日", "19 Oct–15 Nov"),
        (date(2025, 12, 20), date(2026, 1, 5), "2025年12月20日–2026年1月5日", "20 Dec 2025–5 Jan 2026"),
        (date(2026, 11, 8), date(2026, 11, 8), "2026年11月8日", "8 Nov 2026"),
    ],
)
def test_periods_in_words(first, last, zh, en):
    assert (formats.period(first, last, "zh"), formats.period(first, last, "en")) == (zh, en)


def test_weeks_belong_to_the_year_of_their_thursday():
    assert formats.week(date(2027, 1, 3)) == "2026-W53"


def test_durations_choose_their_unit():
    assert [formats.duration(value, "zh") for value in (0.5, 5.23, 80, None)] == ["30 分钟", "5.2 小时", "3.3 天", "–"]


def test_a_rate_says_what_it_stands_on():
    assert formats.of(75, 500, "count", "zh") == "75 / 500"
    assert formats.of(12_345, 60, "money", "en") == "¥12.3K / 60"
