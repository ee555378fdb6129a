"""The calendar as files: CSV and XLSX for Excel, iCalendar for phones and office calendars.

All of them carry the entry's id and version (iCalendar: UID and SEQUENCE), so that `intake` takes a file that was
worked on back as changes of the same entries.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import xlsxwriter
from icalendar import Calendar, Event, Timezone, vText

from sopdash.content.entry import FIELDS, Entry, Status
from sopdash.text import safe, say

LENGTH = dt.timedelta(minutes=30)
"""How long an entry lasts in an office calendar: the tolerance within which it counts as on time."""

_STATUS = {Status.PLANNED: "TENTATIVE", Status.CANCELLED: "CANCELLED"}
CODED = ("form", "channel", "status", "purpose", "mass")
"""Fields shown by a word of the language."""
COLUMNS = (*FIELDS, "id", "version")
MARK = "X-SOPDASH-"
"""Prefix of the iCalendar properties that carry what a calendar has no place for."""
_OWN = tuple(name for name in FIELDS if name not in ("day", "time", "theme"))
_WIDTHS = {"theme": 34, "body": 40, "note": 30, "material": 24, "id": 12}


def to_csv(entries: Iterable[Entry], lang: str) -> bytes:
    """CSV that opens in Excel in Chinese (UTF-8 with BOM), words in `lang`, nothing in it runs as a formula."""
    return safe.csv_bytes(_header(lang), ([_shown(entry, name, lang) for name in COLUMNS] for entry in entries))


def to_xlsx(entries: Iterable[Entry], lang: str) -> bytes:
    """A workbook of one sheet, days as days, all else as text that is neither formula nor link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(say("calendar.title", lang)[:31])
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, (name, header) in enumerate(zip(COLUMNS, _header(lang), strict=True)):
            sheet.set_column(place, place, _WIDTHS.get(name, 12))
            sheet.write_string(0, place, header, bold)
        for line, entry in enumerate(entries, 1):
            sheet.write_datetime(line, 0, entry.day, day)
            for place, name in enumerate(COLUMNS[1:], 1):
                words = _shown(entry, name, lang)
                sheet.write_string(line, place, words, text if safe.cell(words) == words else quoted)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


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


def _header(lang: str) -> list[str]:
    return [say(f"calendar.field.{name}", lang) for name in COLUMNS]


def _shown(entry: Entry, name: str, lang: str) -> str:
    value = getattr(entry, name)
    if name in CODED:
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
    for name in _OWN:
        if (value := getattr(entry, name)) != "":
            event.add(f"{MARK}{name.upper()}", vText(str(value)))
    return event


def _description(entry: Entry, lang: str) -> str:
    names = ("group_type", "segment", "owner", "campaign", "coupon", "material", "body", "note")
    said = [(name, getattr(entry, name)) for name in names]
    return "\n".join(f"{say(f'calendar.field.{name}', lang)}: {value}" for name, value in said if value)
