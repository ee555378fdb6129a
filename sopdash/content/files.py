"""The calendar as files: CSV for Excel, iCalendar for phones and office calendars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from sopdash.content.entry import FIELDS, Entry, Status
from sopdash.text import safe, say

LENGTH = dt.timedelta(minutes=30)
"""How long an entry lasts in an office calendar: the tolerance within which it counts as on time."""

_STATUS = {Status.PLANNED: "TENTATIVE", Status.CANCELLED: "CANCELLED"}
_WORDS = ("form", "channel", "status")


def to_csv(entries: Iterable[Entry], lang: str) -> bytes:
    """CSV that opens in Excel in Chinese (UTF-8 with BOM), words in `lang`, nothing in it runs as a formula."""
    header = [say(f"calendar.field.{name}", lang) for name in FIELDS]
    return safe.csv_bytes(header, ([_shown(entry, name, lang) for name in FIELDS] for entry in entries))


def to_ics(entries: Iterable[Entry], lang: str, timezone: str = "Asia/Shanghai") -> bytes:
    """iCalendar (RFC 5545) in the business time zone; an entry keeps its UID, so that a second import updates it."""
    zone = ZoneInfo(timezone)
    events = [_event(entry, lang, zone) for entry in entries]
    book = Calendar()
    book.add("prodid", f"-//sopdash//calendar//{lang.upper()}")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", say("calendar.title", lang))
    book.add("x-wr-timezone", timezone)
    years = [event.decoded("dtstart").year for event in events] or [dt.date.today().year]
    # Only the zone's rules of the years shown: readers choke on decades of transitions.
    book.add_component(
        Timezone.from_tzinfo(
            zone, timezone, first_date=dt.date(min(years) - 1, 1, 1), last_date=dt.date(max(years) + 1, 12, 31)
        )
    )
    for event in events:
        book.add_component(event)
    return bytes(book.to_ical())


def _shown(entry: Entry, name: str, lang: str) -> str:
    value = getattr(entry, name)
    if name in _WORDS:
        return say(f"calendar.{name}.{value}", lang)
    return value.strftime("%H:%M") if name == "time" else str(value)


def _event(entry: Entry, lang: str, zone: ZoneInfo) -> Event:
    starts = dt.datetime.combine(entry.day, entry.time, zone)
    changed = (entry.updated_at or dt.datetime(1970, 1, 1)).replace(tzinfo=dt.UTC)
    event = Event()
    event.add("uid", f"{entry.id}@sopdash")
    event.add("sequence", max(entry.version - 1, 0))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", starts)
    event.add("dtend", starts + LENGTH)
    event.add("summary", entry.theme)
    event.add("status", _STATUS.get(entry.status, "CONFIRMED"))
    event.add("categories", [_shown(entry, "form", lang), _shown(entry, "channel", lang)])
    if described := _description(entry, lang):
        event.add("description", described)
    return event


def _description(entry: Entry, lang: str) -> str:
    said = [(name, getattr(entry, name)) for name in ("group_type", "segment", "owner", "campaign", "coupon", "note")]
    return "\n".join(f"{say(f'calendar.field.{name}', lang)}: {value}" for name, value in said if value)
