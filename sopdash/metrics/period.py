"""Periods: whole days of the business time zone, both ends included. Weeks run Monday to Sunday."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sopdash.errors import SopdashError, UnknownName

if TYPE_CHECKING:
    from sopdash.warehouse import Store

YEAR = dt.timedelta(days=364)
"""How far back "the same period last year" lies: 52 whole weeks, so that weekdays agree."""


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise SopdashError("period_reversed", first=self.first.isoformat(), last=self.last.isoformat())

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def end(self) -> dt.date:
        """The day after `last`: the period is the half-open [first, end)."""
        return self.last + dt.timedelta(days=1)

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    def previous(self) -> Period:
        """The equally long period just before."""
        return Period(self.first - dt.timedelta(days=self.days), self.first - dt.timedelta(days=1))

    def year_before(self) -> Period:
        """The same weekdays 364 days earlier."""
        return Period(self.first - YEAR, self.last - YEAR)

    def around(self, day: dt.date, most: int | None = None) -> tuple[Period, Period] | None:
        """The stretches just before `day` and from it on, equally long, as long as this period's days (and `most`)
        allow; None where one side has no day."""
        length = min((day - self.first).days, (self.last - day).days + 1, most or self.days)
        if length < 1:
            return None
        side = dt.timedelta(days=length)
        return Period(day - side, day - dt.timedelta(days=1)), Period(day, day + side - dt.timedelta(days=1))

    def within(self, other: Period) -> Period | None:
        """The days both have; None where there are none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None

    @classmethod
    def last_complete_week(cls, day: dt.date) -> Period:
        """The latest Monday-to-Sunday week that ends on or before `day`."""
        sunday = day - dt.timedelta(days=day.isoweekday() % 7)
        return cls(sunday - dt.timedelta(days=6), sunday)

    @classmethod
    def week_of(cls, day: dt.date) -> Period:
        """The Monday-to-Sunday week that holds `day`."""
        monday = day - dt.timedelta(days=day.weekday())
        return cls(monday, monday + dt.timedelta(days=6))

    @classmethod
    def named(cls, dimension: str, label: str) -> Period:
        """The days of a label as the product writes them: day 2026-11-02, week 2026-W45, month 2026-11."""
        try:
            if dimension == "day":
                day = dt.date.fromisoformat(label)
                return cls(day, day)
            if dimension == "week" and (found := re.fullmatch(r"(\d{4})-W(\d{2})", label)):
                return cls.week_of(dt.date.fromisocalendar(int(found[1]), int(found[2]), 1))
            if dimension == "month" and re.fullmatch(r"\d{4}-\d{2}", label):
                first = dt.date.fromisoformat(f"{label}-01")
                return cls(first, _month_after(first) - dt.timedelta(days=1))
        except ValueError:
            pass
        raise UnknownName(
            "unknown_time", dimension=dimension, value=label, allowed=("2026-11-02", "2026-W45", "2026-11")
        )

    @classmethod
    def of_data(cls, store: Store) -> Period | None:
        """All days of the data, None where there is none."""
        found = store.warehouse.rows("select first_day, last_day from mart.meta where first_day is not null")
        return cls(*found[0]) if found else None


def _month_after(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1)
