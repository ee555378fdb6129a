"""The days, weeks and months between two days, so that empty ones are shown and not left out."""

from __future__ import annotations

import datetime as dt

DAY = dt.timedelta(days=1)


def start(unit: str, day: dt.date) -> dt.date:
    """The first day of the week (Monday) or month that `day` lies in."""
    return day - dt.timedelta(days=day.weekday()) if unit == "week" else day.replace(day=1)


def after(unit: str, first: dt.date) -> dt.date:
    """The first day of the week or month after the one that begins on `first`."""
    return first + 7 * DAY if unit == "week" else (first.replace(day=28) + 4 * DAY).replace(day=1)


def label(unit: str, day: dt.date) -> str:
    """How a week or month is written: 2026-W46 (ISO year and week), 2026-11."""
    if unit == "month":
        return f"{day:%Y-%m}"
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def starts(unit: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """The first days of all weeks or months that touch the days from `first` to `last`."""
    found, day = [], start(unit, first)
    while day <= last:
        found.append(day)
        day = after(unit, day)
    return found


def labels(unit: str, first: dt.date, last: dt.date) -> list[str]:
    """All values of the dimension day, week or month from `first` to `last`; none for any other dimension."""
    if unit == "day":
        return [(first + n * DAY).isoformat() for n in range((last - first).days + 1)]
    return [label(unit, day) for day in starts(unit, first, last)] if unit in ("week", "month") else []
