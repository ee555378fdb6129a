"""Numbers, money, dates and periods as people read them, in one place (Babel; the short forms 万 / K are ours).

Units are named by the strings of the metrics registry: count, money, rate, ratio, days, hours, minutes, number.
Every function takes the language last and shows a missing value (None, NaN) as a dash.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import numbers

from sopdash.text import say

MISSING = "–"
MINUS = "−"
LOCALES = {"zh": "zh_CN", "en": "en_GB"}
SCALES = {
    "zh": ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")),
    "en": ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K")),
}
SHORT_FROM = Decimal(10_000)
"""Below this a number is written out: 9,876 reads as fast as 9.88K."""

Value = float | int | Decimal | None


def missing(value: object) -> bool:
    """Whether a value is absent: None, NaN or NaT. Absent is not 0."""
    return value is None or value != value  # NaN and NaT are the values that differ from themselves


def _decimal(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(float(value or 0)))


def _round(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding="ROUND_HALF_UP")


@lru_cache(maxsize=4096)
def _grouped(value: Decimal, digits: int, lang: str) -> str:
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    return str(numbers.format_decimal(_round(value, digits), format=pattern, locale=LOCALES[lang]))


def _scaled(value: Decimal, lang: str) -> tuple[Decimal, int, str]:
    """Value in its short scale, digits after the point (three significant), and the scale's word."""
    for size, word in SCALES[lang]:
        part = value / size
        digits = 2 if abs(part) < Decimal("9.995") else 1 if abs(part) < Decimal("99.95") else 0
        if abs(_round(part, digits)) >= 1:
            return part, digits, word
    return value, 0, ""


def number(value: Value, lang: str, digits: int = 0) -> str:
    """1,234 or 1,234.5: grouped, half up."""
    return MISSING if missing(value) else _grouped(_decimal(value), digits, lang)


def short(value: Value, lang: str, small_digits: int = 0) -> str:
    """1.23万 / 12.3K from 10,000 on; written out below, with `small_digits` under 1,000."""
    if missing(value):
        return MISSING
    exact = _decimal(value)
    if abs(_round(exact, 0)) < SHORT_FROM:
        return _grouped(exact, small_digits if abs(exact) < 1000 else 0, lang)
    part, digits, word = _scaled(exact, lang)
    return f"{_grouped(part, digits, lang)}{word}"


@lru_cache(maxsize=32)
def currency_sign(currency: str, lang: str) -> str:
    """¥ for the yuan in both languages (Babel would write CN¥ in English), else Babel's symbol."""
    return "¥" if currency == "CNY" else str(numbers.get_currency_symbol(currency, locale=LOCALES[lang]))


def _signed_money(amount: str, currency: str, lang: str) -> str:
    sign = currency_sign(currency, lang)
    return f"{MINUS}{sign}{amount[1:]}" if amount.startswith("-") else f"{sign}{amount}"


def money(value: Value, lang: str, currency: str = "CNY") -> str:
    """¥12,345.60: the full amount."""
    return MISSING if missing(value) else _signed_money(number(value, lang, 2), currency, lang)


def money_short(value: Value, lang: str, currency: str = "CNY") -> str:
    """¥1.23万 / ¥12.3K; ¥98.9 under 1,000."""
    return MISSING if missing(value) else _signed_money(short(value, lang, 1), currency, lang)


def percent(value: Value, lang: str, digits: int = 1) -> str:
    """0.1234 → 12.3%."""
    return MISSING if missing(value) else f"{_grouped(_decimal(value) * 100, digits, lang)}%"


def _timed(unit: str, digits: int) -> Callable[[Value, str], str]:
    def shown(value: Value, lang: str) -> str:
        return MISSING if missing(value) else say(f"formats.{unit}", lang, value=number(value, lang, digits))

    return shown


hours = _timed("hours", 1)
days = _timed("days", 1)
minutes = _timed("minutes", 0)


def duration(value_hours: Value, lang: str) -> str:
    """Hours in the unit a person would choose: 35 分钟, 5.2 小时, 3.4 天."""
    if missing(value_hours):
        return MISSING
    value = float(value_hours or 0)
    if value < 1:
        return minutes(value * 60, lang)
    return hours(value, lang) if value < 48 else days(value / 24, lang)


def show(value: Value, unit: str, lang: str, currency: str = "CNY") -> str:
    """A figure in its unit, short: what a card, a label or a bar carries."""
    shown: dict[str, Callable[[], str]] = {
        "money": lambda: money_short(value, lang, currency),
        "rate": lambda: percent(value, lang),
        "ratio": lambda: number(value, lang, 2),
        "number": lambda: number(value, lang, 2),
        "days": lambda: days(value, lang),
        "hours": lambda: hours(value, lang),
        "minutes": lambda: minutes(value, lang),
    }
    return shown.get(unit, lambda: short(value, lang))()


def full(value: Value, unit: str, lang: str, currency: str = "CNY") -> str:
    """The same figure in full: what the hover shows."""
    if unit == "money":
        return money(value, lang, currency)
    if unit == "rate":
        return percent(value, lang, 2)
    return number(value, lang) if unit == "count" else show(value, unit, lang, currency)


def change(value: Value, unit: str, lang: str, brief: bool = False) -> str:
    """A comparison with its sign: points for rates (0.012 → +1.2 个百分点, `brief` +1.2pp), else percent (+8.2%)."""
    if missing(value) or math.isinf(float(value or 0)):
        return MISSING
    exact = _round(_decimal(value) * 100, 1)
    sign = MINUS if exact < 0 else "+" if exact > 0 else ""
    amount = _grouped(abs(exact), 1, lang)
    if unit != "rate":
        return f"{sign}{amount}%"
    return f"{sign}{amount}pp" if brief else say("formats.points", lang, value=f"{sign}{amount}")


def of(numerator: Value, denominator: Value, unit: str, lang: str, currency: str = "CNY") -> str:
    """What a rate or ratio stands on: 75 / 500."""
    top = money_short(numerator, lang, currency) if unit == "money" else short(numerator, lang)
    return f"{top} / {short(denominator, lang)}"


def day(value: date | None, lang: str, year: bool = False) -> str:
    """11月9日 / 9 Nov; with `year`, 2026年11月9日 / 9 Nov 2026."""
    if value is None or missing(value):
        return MISSING
    key = "formats.day_year" if year else "formats.day"
    values = {"year": value.year} if year else {}
    return say(key, lang, day=value.day, name=_month(value.month, lang), **values)


@lru_cache(maxsize=64)
def _month(month: int, lang: str) -> str:
    return say(f"formats.month_{month}", lang)


def weekday(index: int, lang: str) -> str:
    """0 = Monday → 周一 / Mon."""
    return say(f"formats.weekday_{index}", lang)


def moment(value: datetime | None, lang: str) -> str:
    """11月9日 20:05 / 9 Nov 20:05."""
    if value is None or missing(value):
        return MISSING
    return f"{day(value, lang)} {value:%H:%M}"


def week(value: date) -> str:
    """The ISO week of a day: 2026-W46."""
    year, number_, _ = value.isocalendar()
    return f"{year}-W{number_:02d}"


def month(value: date) -> str:
    """2026-11."""
    return f"{value:%Y-%m}"


def is_week(first: date, last: date) -> bool:
    """Whether the days are one calendar week, Monday to Sunday."""
    return first.weekday() == 0 and last - first == timedelta(days=6)


def is_month(first: date, last: date) -> bool:
    """Whether the days are one calendar month."""
    return first.day == 1 and (last + timedelta(days=1)).day == 1 and first.month == last.month


def span(first: date, last: date, lang: str) -> str:
    """11月9日–15日 / 9–15 Nov; years only where they differ from each other."""
    if first == last:
        return day(first, lang, year=True)
    if first.year != last.year:
        return f"{day(first, lang, year=True)}–{day(last, lang, year=True)}"
    if first.month == last.month:
        return say("formats.span_month", lang, first=first.day, last=last.day, name=_month(last.month, lang))
    return f"{day(first, lang)}–{day(last, lang)}"


def period(first: date, last: date, lang: str) -> str:
    """A period in words: 2026-W46, 11月9日–15日."""
    if is_week(first, last):
        return f"{week(first)}, {span(first, last, lang)}"
    if is_month(first, last):
        return month(first)
    return span(first, last, lang)


def period_name(first: date, last: date, lang: str) -> str:
    """A period in one word for comparisons: W45, 2026-10, or the days."""
    if is_week(first, last):
        return week(first)[5:]
    return month(first) if is_month(first, last) else span(first, last, lang)
