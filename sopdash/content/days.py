"""What day is it for a shop in China: public holidays, days off moved about, shopping festivals."""

from __future__ import annotations

import calendar as months
import datetime as dt
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sopdash.text import Text

_OBSERVED = ("（补假）", " (observed)")
_MOVED = ("休息日（", "Day off (")


class Kind(StrEnum):
    HOLIDAY = "holiday"
    FESTIVAL = "festival"


class Mark(NamedTuple):
    """What a day is called, and whether it is a day off."""

    kind: Kind
    label: Text


def marks(first: dt.date, last: dt.date) -> dict[dt.date, tuple[Mark, ...]]:
    """Day → its holiday and festivals, from `first` to `last` (both included); plain days are left out."""
    found: dict[dt.date, tuple[Mark, ...]] = {}
    for year in range(first.year, last.year + 1):
        for day, some in _year(year).items():
            if first <= day <= last:
                found[day] = some
    return found


@cache
def _year(year: int) -> dict[dt.date, tuple[Mark, ...]]:
    found: dict[dt.date, list[Mark]] = {}
    for day, label in _holidays(year).items():
        found.setdefault(day, []).append(Mark(Kind.HOLIDAY, label))
    for day, label in _festivals(year):
        found.setdefault(day, []).append(Mark(Kind.FESTIVAL, label))
    return {day: tuple(some) for day, some in found.items()}


def _holidays(year: int) -> dict[dt.date, Text]:
    """Public holidays by the State Council's notice where the library has it, by law before that."""
    import holidays  # 0.2 s: only where a calendar is drawn

    zh = holidays.country_holidays("CN", years=year, language="zh_CN")
    en = holidays.country_holidays("CN", years=year, language="en_US")
    return {day: Text(_short(zh[day]), _short(en[day])) for day in sorted(zh)}


def _short(name: str) -> str:
    """The holiday's bare name; a working day moved away is a day off."""
    if name.startswith(_MOVED[0]):
        return "调休"
    if name.startswith(_MOVED[1]):
        return "Day off"
    for tail in _OBSERVED:
        name = name.removesuffix(tail)
    return name.split(";")[0].split(" (Spring")[0]


def _festivals(year: int) -> list[tuple[dt.date, Text]]:
    found = []
    for one in _told():
        label = Text(**one["label"])
        if "days" in one:
            days = [day for day in map(dt.date.fromisoformat, one["days"]) if day.year == year]
        elif "nth" in one:
            days = [_nth(year, one["month"], one["weekday"], one["nth"])]
        else:
            days = [dt.date(year, one["month"], one["day"])]
        found += [(day, label) for day in days]
    return found


def _nth(year: int, month: int, weekday: int, nth: int) -> dt.date:
    first = dt.date(year, month, 1)
    offset = (weekday - first.weekday()) % 7 + 7 * (nth - 1)
    return first.replace(day=min(1 + offset, months.monthrange(year, month)[1]))


@cache
def _told() -> list[dict[str, Any]]:
    path = Path(__file__).with_name("festivals.toml")
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["festival"])
