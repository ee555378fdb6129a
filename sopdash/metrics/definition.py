"""What a metric is: every field required, nothing extra.

A metric is a measure, or two measures put together (`Combine`), each measure an SQL aggregate over a declared source.
`unit` alone decides how a figure is shown and compared: rates in points, everything else in percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sopdash.metrics.sources import TIME, Source
from sopdash.text import Text, say


class Unit(StrEnum):
    """What a figure is measured in; the names are those of `sopdash.text.formats.show`."""

    COUNT = "count"
    MONEY = "money"
    RATE = "rate"
    RATIO = "ratio"
    DAYS = "days"
    MINUTES = "minutes"


class Better(StrEnum):
    """Which direction a manager wants."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Room(StrEnum):
    """The stage of the operation a metric belongs to."""

    MONEY = "money"
    ACQUIRE = "acquire"
    KEEP = "keep"
    CONVERT = "convert"


class Grain(StrEnum):
    """What is counted. Distinct customers over a month are not the sum of those of its weeks; orders are."""

    ORDER = "order"
    CUSTOMER = "customer"
    FOLLOW = "follow"
    GROUP = "group"
    MEMBERSHIP = "membership"
    MESSAGE = "message"
    CHANNEL_DAY = "channel_day"
    CONVERSATION = "conversation"
    ANSWER = "answer"
    INVITATION = "invitation"
    COUPON = "coupon"
    POST = "post"
    ACTIVITY = "activity"


class Combine(StrEnum):
    """How numerator and denominator make the figure."""

    VALUE = "value"  # the numerator alone
    RATIO = "ratio"  # numerator / denominator
    DIFFERENCE = "difference"  # numerator − denominator
    GROWTH = "growth"  # numerator / denominator − 1


@dataclass(frozen=True)
class Measure:
    """One aggregate over one source. `zero`: no rows means 0 where the source covers the days, else unknown."""

    source: Source
    sql: str
    zero: bool = True


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One figure of the catalogue.

    `needs`: facts or fact columns, "a|b" where either will do (`mart.coverage`), or `settings.<name>`, a setting
    without a default. `notes`: codes of `metrics.note.*` said wherever the figure stands.
    """

    name: str
    room: Room
    label: Text
    definition: Text
    formula: str
    unit: Unit
    better: Better
    grain: Grain
    combine: Combine
    numerator: Measure
    denominator: Measure | None
    needs: tuple[str, ...]
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        if (self.combine is Combine.VALUE) != (self.denominator is None):
            raise ValueError(f"{self.name}: a value has no denominator, everything else has one")

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Numerator, and denominator where there is one."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The distinct sources the measures read."""
        return tuple(dict.fromkeys(measure.source for measure in self.measures))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What the metric can be split by: the dimensions all its sources have."""
        shared = [name for name in self.sources[0].own if all(name in source.own for source in self.sources)]
        return (*TIME, *shared)

    @property
    def has_parts(self) -> bool:
        """Whether numerator and denominator travel with the figure."""
        return self.combine in (Combine.RATIO, Combine.GROWTH)

    def caption(self, lang: str) -> str:
        """Definition and what is counted, for a tooltip."""
        grain = say(f"metrics.grain.{self.grain}", lang)
        return say("metrics.caption", lang, definition=self.definition.say(lang), grain=grain)
