"""What one planned piece of content is."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Form(StrEnum):
    TEXT = "text"
    PICTURE = "picture"
    VIDEO = "video"
    LIVE = "live"


class Status(StrEnum):
    PLANNED = "planned"
    READY = "ready"
    DONE = "done"
    LATE = "late"
    CANCELLED = "cancelled"


class Purpose(StrEnum):
    """What a piece is for: something of use to the reader, or selling."""

    VALUE = "value"
    PROMOTION = "promotion"


class Outlet(StrEnum):
    """Where a piece goes out: what the calendar calls its channel."""

    GROUP = "group"
    PRIVATE = "private"
    MOMENTS = "moments"
    LIVE = "live"
    OFFICIAL = "official"
    MINI_PROGRAM = "mini_program"
    DOUYIN = "douyin"
    XIAOHONGSHU = "xiaohongshu"


def _clean(value: Any) -> Any:
    """Blank for nothing; control characters, which no field needs and files choke on, dropped."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "".join(c if c in "\n\t" or c.isprintable() else " " for c in value).strip()
    return value


def _or(default: object) -> BeforeValidator:
    """Rows written before a column existed hold NULL there."""
    return BeforeValidator(lambda value: default if value is None else value)


Line = Annotated[str, BeforeValidator(_clean), Field(max_length=120)]
"""One short line of text, blank when not said."""


class Entry(BaseModel):
    """One entry of the calendar. `version` counts its changes and is what a change must name to be taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    version: int = 0
    day: dt.date
    time: dt.time = dt.time(10, 0)
    theme: Annotated[str, BeforeValidator(_clean), Field(min_length=1, max_length=200)]
    form: Form = Form.TEXT
    channel: Outlet = Outlet.GROUP
    group_type: Line = ""
    segment: Line = ""
    owner: Line = ""
    status: Status = Status.PLANNED
    campaign: Line = ""
    coupon: Line = ""
    note: Annotated[str, BeforeValidator(_clean), Field(max_length=2000)] = ""
    purpose: Annotated[Purpose, _or(Purpose.VALUE)] = Purpose.VALUE
    body: Annotated[str, BeforeValidator(_clean), Field(max_length=4000)] = ""
    """The words that go out."""
    material: Annotated[str, BeforeValidator(_clean), Field(max_length=500)] = ""
    """Where picture or video is: a file name or a link."""
    ratio: Line = ""
    """Width to height of picture or video as people write it: 3:4 or 1080x1440."""
    mass: Annotated[bool, _or(True)] = True
    """Sent by WeCom's mass sending (企业群发), which counts against the quota; False: posted by hand."""
    series: Annotated[str, BeforeValidator(_clean)] = ""
    """What the entries of one repetition share: its kind and a number, such as weekly-8f3c…; blank when alone."""
    updated_by: str = ""
    updated_at: dt.datetime | None = None
    """Last change, UTC without zone, as stored."""

    def same_plan(self, other: Entry) -> bool:
        """Whether both say the same, whoever wrote it and when."""
        return self.plan() == other.plan()

    def plan(self) -> dict[str, Any]:
        """What a person wrote, in the order of FIELDS."""
        return self.model_dump(include=set(FIELDS))

    def revised(self, **fields: Any) -> Entry:
        """The same entry with some fields changed, checked again."""
        return Entry.model_validate({**self.model_dump(), **fields})

    @property
    def at(self) -> dt.datetime:
        """When it goes out, wall time of the business zone."""
        return dt.datetime.combine(self.day, self.time)

    @property
    def is_open(self) -> bool:
        """Whether it is still to go out."""
        return self.status in (Status.PLANNED, Status.READY)


_KEPT = ("id", "version", "updated_by", "updated_at", "series")
FIELDS = tuple(name for name in Entry.model_fields if name not in _KEPT)
"""Names of what a person writes, in the order a table shows them."""


class Filters(BaseModel):
    """Which entries to show; an empty tuple lets everything pass, several values mean any of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    group_type: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
