"""Templates of the calendar: a week, a day or a month planned ahead, each one a TOML file of `templates/`."""

from __future__ import annotations

import calendar as months
import datetime as dt
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from sopdash.content import calendar
from sopdash.content.entry import Entry, Form, Outlet, Purpose
from sopdash.errors import UnknownName
from sopdash.text import Text

if TYPE_CHECKING:
    from sopdash.warehouse import Store

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BLANK = Text(zh="", en="")


class Repeat(StrEnum):
    """What one use of a template fills."""

    WEEK = "week"
    DAY = "day"
    MONTH = "month"
    CAMPAIGN = "campaign"
    """The days round one day: `offset` days before (negative) or after it."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Slot(_Strict):
    """One entry to be: its place in the day, week or month, and what goes out."""

    time: dt.time
    theme: Text
    form: Form
    channel: Outlet
    weekday: str | None = None
    day_of_month: int | None = None
    offset: int = 0
    group_type: str = ""
    coupon: Text = _BLANK
    note: Text = _BLANK
    purpose: Purpose = Purpose.VALUE
    mass: bool = True


class Template(_Strict):
    """A named set of slots."""

    name: str
    label: Text
    repeat: Repeat
    entry: tuple[Slot, ...]

    def period(self, day: dt.date) -> tuple[dt.date, dt.date]:
        """First and last day of the day, week or month that holds `day`, or of the campaign round it."""
        if self.repeat is Repeat.CAMPAIGN:
            offsets = [slot.offset for slot in self.entry]
            return day + dt.timedelta(days=min(offsets)), day + dt.timedelta(days=max(offsets))
        if self.repeat is Repeat.DAY:
            return day, day
        if self.repeat is Repeat.WEEK:
            monday = day - dt.timedelta(days=day.weekday())
            return monday, monday + dt.timedelta(days=6)
        return day.replace(day=1), day.replace(day=months.monthrange(day.year, day.month)[1])

    def drafts(self, day: dt.date, lang: str) -> list[Entry]:
        """The entries that fill the period holding `day`; a day the month does not have falls on its last."""
        return [_draft(slot, _on(slot, day, self.period(day), self.repeat), lang) for slot in self.entry]


@cache
def templates() -> dict[str, Template]:
    """All templates by name, from the folder `templates`; weeks first, then days, then months."""
    paths = sorted((Path(__file__).parent / "templates").glob("*.toml"))
    read = [Template.model_validate({"name": path.stem, **tomllib.loads(path.read_text("utf-8"))}) for path in paths]
    return {one.name: one for one in sorted(read, key=lambda one: list(Repeat).index(one.repeat))}


def apply_template(store: Store, name: str, day: dt.date, by: str, lang: str = "zh") -> list[Entry]:
    """Fills the day, week or month that holds `day`; what stands there (same day, time, theme) is not doubled."""
    if name not in templates():
        raise UnknownName("unknown_template", name=name, allowed=", ".join(templates()))
    template = templates()[name]
    standing = {(e.day, e.time, e.theme) for e in calendar.entries(store, *template.period(day))}
    missing = [draft for draft in template.drafts(day, lang) if (draft.day, draft.time, draft.theme) not in standing]
    return calendar.add_all(store, missing, by)


def _on(slot: Slot, day: dt.date, period: tuple[dt.date, dt.date], repeat: Repeat) -> dt.date:
    """The day of a slot in the period round `day`."""
    first, last = period
    if repeat is Repeat.CAMPAIGN:
        return day + dt.timedelta(days=slot.offset)
    if slot.weekday is not None:
        return first + dt.timedelta(days=WEEKDAYS.index(slot.weekday))
    if slot.day_of_month is not None:
        return first.replace(day=min(slot.day_of_month, last.day))
    return first


def _draft(slot: Slot, day: dt.date, lang: str) -> Entry:
    return Entry(
        day=day, time=slot.time, theme=slot.theme.say(lang), form=slot.form, channel=slot.channel,
        group_type=slot.group_type, coupon=slot.coupon.say(lang), note=slot.note.say(lang), purpose=slot.purpose,
        mass=slot.mass,
    )  # fmt: skip
