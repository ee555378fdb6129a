"""How large the synthetic year is, and the shape of its weeks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sopdash.demo.days import LAST

WEEKS = 52
_SEASON = {0: 1.1, 8: 0.8, 9: 0.7, 30: 1.25, 50: 1.4, 51: 1.5}
"""Weeks that sell more or less than the others: the sales of June and November, the holidays."""

HOURS = (3, 1, 0.5, 0.3, 0.3, 0.6, 2, 4, 6, 7, 8, 8, 10, 8, 6, 6, 6, 7, 9, 13, 19, 20, 13, 6)
WEEKDAYS = (0.95, 0.9, 1.0, 0.95, 1.05, 1.15, 1.2)


@dataclass(frozen=True)
class Size:
    """Everything a hundredth as large: Size(0.01); a shorter year, with weeks as full: Size(0.01, weeks=4)."""

    factor: float = 1.0
    weeks: int = WEEKS

    def __post_init__(self) -> None:
        if not 0 < self.factor <= 1:
            raise ValueError(f"a factor lies between 0 and 1, not {self.factor}")

    def of(self, count: float, least: int = 1) -> int:
        """A count of the whole case at this size."""
        return max(least, round(count * self.factor))

    @property
    def first(self) -> dt.date:
        """The Monday the year begins; it ends with the demo's last Sunday."""
        return LAST - dt.timedelta(days=7 * self.weeks - 1)

    @property
    def people(self) -> int:
        """Customers."""
        return self.of(1_800_000, 500)

    @property
    def groups(self) -> int:
        """Customer groups."""
        return self.of(9_100, 5)

    @property
    def stores(self) -> int:
        """Stores, each with `staff_per_store` members of staff."""
        return self.of(1_200, 6)

    @property
    def staff_per_store(self) -> int:
        """Members of staff of a store."""
        return 5

    def orders(self, week: int) -> float:
        """Orders of a week: 35,000 a day in the mean of the year."""
        season = [_SEASON.get(number, 1.0) for number in range(WEEKS)]
        return 35_000 * 7 * self.factor * _SEASON.get(week, 1.0) * WEEKS / sum(season)

    @property
    def joins(self) -> float:
        """Memberships that begin in a week: 600,000 a month."""
        return 600_000 * 12 / WEEKS * self.factor

    @property
    def messages(self) -> float:
        """Customer messages of a week: 60 million a year, those of staff included."""
        return 60e6 / WEEKS * self.factor / 1.065

    def parameters(self) -> dict[str, float]:
        """What the SQL files know the size by."""
        return {
            "factor": self.factor, "people": self.people, "groups": self.groups, "stores": self.stores,
            "staff": self.stores * self.staff_per_store, "staff_per_store": self.staff_per_store,
            "days": 7 * self.weeks, "joins": self.joins, "messages": self.messages,
            "adds": self.people * 0.8 / self.weeks,
        }  # fmt: skip
