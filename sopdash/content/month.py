"""One month as a calendar shows it: whole weeks, Monday to Sunday."""

from __future__ import annotations

import calendar as months
import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """The month that holds `day`."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, name: str) -> Month:
        """The month written 2026-11."""
        return cls.of(dt.date.fromisoformat(f"{name}-01"))

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return dt.date(self.year, self.number, months.monthrange(self.year, self.number)[1])

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    def plus(self, count: int) -> Month:
        """The month `count` months later (earlier when negative)."""
        years, month = divmod(self.number - 1 + count, 12)
        return Month(self.year + years, month + 1)

    def around(self, before: int, after: int) -> list[Month]:
        """The months from `before` earlier to `after` later, this one among them."""
        return [self.plus(count) for count in range(-before, after + 1)]

    def days(self) -> list[dt.date]:
        """Every day a calendar shows: from the Monday on or before the 1st to the Sunday on or after the last."""
        monday = self.first - dt.timedelta(days=self.first.weekday())
        sunday = self.last + dt.timedelta(days=6 - self.last.weekday())
        return [monday + dt.timedelta(days=n) for n in range((sunday - monday).days + 1)]
