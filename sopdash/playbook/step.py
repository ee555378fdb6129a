"""What one step of the operating procedure is: its stage, when it is due, what to say, to whom, who does it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class Stage(StrEnum):
    """The loop of the operation; a step belongs to one of them."""

    ACQUIRE = "acquire"
    KEEP = "keep"
    CONVERT = "convert"
    BRING_BACK = "bring_back"
    SPREAD = "spread"
    REVIEW = "review"


class Event(StrEnum):
    """What a step may be timed by."""

    ADDED = "added"  # a staff member's contact relation began; hand-overs are none
    JOINED = "joined"  # joined a group
    FIRST_ORDERED = "first_ordered"
    ORDERED = "ordered"  # each paid order
    RECEIVED = "received"  # receipt confirmed, else the days of delivery after a shipped order
    ACTIVE = "active"  # a day with an order, a message or a click
    BIRTHDAY = "birthday"  # every year


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class After(_Strict):
    """So long after an event of a customer: on day n at a time of day, or hours after the moment itself.

    `unless`: not for whom that happened before it is due (`ever`: at any time; else only since the event).
    """

    kind: Literal["after"] = "after"
    event: Event
    days: int = Field(default=0, ge=-30, le=730)
    hours: float = Field(default=0, ge=0, le=72)
    at: dt.time | None = None
    unless: Event | None = None
    ever: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> After:
        if self.hours and (self.days or self.at is not None):
            raise PydanticCustomError("timing", "hours alone, or days with a time of day")
        if self.days < 0 and self.event is not Event.BIRTHDAY:
            raise PydanticCustomError("timing", "only a birthday is known before it comes")
        if self.event is Event.BIRTHDAY and self.hours:
            raise PydanticCustomError("timing", "a birthday has no hour")
        return self


class Weekly(_Strict):
    """Every week on one weekday (0 = Monday)."""

    kind: Literal["weekly"] = "weekly"
    weekday: int = Field(ge=0, le=6)
    at: dt.time


class Monthly(_Strict):
    """Every month on one day; a day the month does not have falls on its last."""

    kind: Literal["monthly"] = "monthly"
    day_of_month: int = Field(ge=1, le=31)
    at: dt.time


class Once(_Strict):
    """On one day."""

    kind: Literal["once"] = "once"
    day: dt.date
    at: dt.time


Timing = Annotated[After | Weekly | Monthly | Once, Field(discriminator="kind")]


def _clean(value: Any) -> Any:
    """Blank for nothing; control characters dropped."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "".join(c if c in "\n\t" or c.isprintable() else " " for c in value).strip()
    return value


Line = Annotated[str, BeforeValidator(_clean), Field(max_length=120)]


class Step(_Strict):
    """One step. `owner` is who does it where no staff member of the customer is known; `audience` a saved segment."""

    id: str = ""
    version: int = 0
    playbook: Line = ""
    stage: Stage
    name: Annotated[str, BeforeValidator(_clean), Field(min_length=1, max_length=120)]
    timing: Timing
    owner: Line = ""
    script: Annotated[str, BeforeValidator(_clean), Field(max_length=2000)] = ""
    audience: Line = ""
    enabled: bool = True
    position: int = 0
    updated_by: str = ""
    updated_at: dt.datetime | None = None

    @property
    def after(self) -> After | None:
        """The timing, where the step follows an event of a customer."""
        return self.timing if isinstance(self.timing, After) else None

    def falls_on(self, day: dt.date) -> dt.datetime | None:
        """When a step of the team (no customer) is due on `day`; None when it is not, or follows an event."""
        match self.timing:
            case Weekly(weekday=weekday, at=at) if day.weekday() == weekday:
                return dt.datetime.combine(day, at)
            case Monthly(day_of_month=number, at=at) if day.day == min(number, _last_of(day)):
                return dt.datetime.combine(day, at)
            case Once(day=only, at=at) if day == only:
                return dt.datetime.combine(day, at)
        return None


def _last_of(day: dt.date) -> int:
    following = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return (following - dt.timedelta(days=1)).day
