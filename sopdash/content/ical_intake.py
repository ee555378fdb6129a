"""An iCalendar file taken in: from this product, an office calendar or a phone.

Times become wall time of the business zone, whatever zone they were written in; repeating events become a series.
An event of this product is known by its UID; any other gets an id made from its UID, so that a second import of the
same file finds what the first one made.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar

from sopdash.content import words
from sopdash.content.entry import FIELDS, Status
from sopdash.content.files import MARK
from sopdash.content.intake import MOST, Candidate, Refusal, stamp, too_many
from sopdash.errors import FileRefused

_OURS = "@sopdash"
_NAMESPACE = uuid.UUID("5b0c9bb5-6a5c-4f0e-9f6e-2f6d3f0a8b11")
_ALL_DAY = dt.time(10, 0)
_AHEAD = dt.timedelta(days=731)
"""How far a repeating event is planned ahead."""
_FREQUENCIES = {"DAILY": "daily", "WEEKLY": "weekly", "MONTHLY": "monthly", "YEARLY": "yearly"}


def of_ics(raw: bytes, timezone: str) -> tuple[list[Candidate], list[Refusal]]:
    """Candidates of every event of the file; raises FileRefused where it is no iCalendar."""
    zone = ZoneInfo(timezone)
    found: list[Candidate] = []
    refused: list[Refusal] = []
    for number, event in enumerate(_events(raw), 1):
        try:
            found.extend(_candidates(number, event, zone))
        except (ValueError, KeyError, TypeError, AttributeError):
            refused.append(Refusal(number, "time", str(event.get("summary", ""))))
        if len(found) > MOST:
            raise too_many()
    return _without_replaced(found), refused


def _events(raw: bytes) -> list[Any]:
    try:
        books: list[Any] = Calendar.from_ical(raw, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise FileRefused("calendar_no_ics") from error
    events = [event for book in books for event in book.walk("VEVENT")]
    if not events:
        raise FileRefused("calendar_no_ics")
    return events


def _candidates(number: int, event: Any, zone: ZoneInfo) -> Iterator[Candidate]:
    uid = str(event.get("uid", "")).strip()
    fields = _fields(event)
    starts = _wall(event.decoded("dtstart"), zone)
    version = int(event.get("sequence", 0)) + 1
    if uid.endswith(_OURS):
        yield Candidate(number, {**fields, **_when(starts)}, uid.removesuffix(_OURS), version)
        return
    uid = uid or f"{starts} {fields.get('theme', '')}"
    if "rrule" not in event:
        replaced = event.decoded("recurrence-id") if "recurrence-id" in event else None
        key = f"{uid} {_wall(replaced, zone)}" if replaced else uid
        yield Candidate(number, {**fields, **_when(starts)}, _id(key), 0)
        return
    series = f"{_FREQUENCIES.get(event['rrule']['FREQ'][0], 'other')}-{_id(uid)}"
    for moment in _moments(event, zone):
        yield Candidate(number, {**fields, **_when(moment), "series": series}, _id(f"{uid} {moment}"), 0)


def _moments(event: Any, zone: ZoneInfo) -> list[dt.datetime]:
    """The wall times of a repeating event, at most two years ahead; it repeats at the wall time of its own zone."""
    rule, starts = event["rrule"], event.decoded("dtstart")
    if rule["FREQ"][0] not in _FREQUENCIES:
        raise ValueError(rule["FREQ"][0])
    own = (getattr(starts, "tzinfo", None) or zone) if isinstance(starts, dt.datetime) else zone
    begins = _wall(starts, own)
    ends = [_wall(end, own) + dt.timedelta(days=not isinstance(end, dt.datetime)) for end in rule.get("UNTIL", [])]
    last = min([*ends, begins + _AHEAD])
    text = ";".join(part for part in rule.to_ical().decode().split(";") if not part.startswith("UNTIL="))
    left_out = {_wall(moment, own) for moment in _exdates(event)}
    coming = takewhile(lambda moment: moment <= last, islice(rrulestr(text, dtstart=begins), MOST + 1))
    return [_wall(moment.replace(tzinfo=own), zone) for moment in coming if moment not in left_out]


def _exdates(event: Any) -> Iterator[Any]:
    given = event.get("exdate", [])
    for one in given if isinstance(given, list) else [given]:
        yield from (each.dt for each in one.dts)


def _without_replaced(found: list[Candidate]) -> list[Candidate]:
    """One candidate per id: an event that replaces one of a series stands after it in the file and wins."""
    return list({(one.id or str(at)): one for at, one in enumerate(found)}.values())


def _fields(event: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"theme": str(event.get("summary", "")).strip()}
    for name in FIELDS:
        if (value := event.get(f"{MARK}{name.upper()}")) is not None:
            fields[name] = words.understood(name, _text(str(value)))
    if str(event.get("status", "")).upper() == "CANCELLED":
        fields["status"] = Status.CANCELLED
    if not str(event.get("uid", "")).endswith(_OURS) and event.get("description"):
        fields["note"] = str(event["description"])[:2000]
    return fields


def _text(value: str) -> str:
    """Text of a property the library does not know, which it hands over as it stands in the file (RFC 5545, 3.3.11)."""
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], value)


def _when(moment: dt.datetime) -> dict[str, Any]:
    return {"day": moment.date(), "time": moment.time()}


def _wall(moment: Any, zone: dt.tzinfo) -> dt.datetime:
    """A day or moment of any zone as wall time of the business zone."""
    if not isinstance(moment, dt.datetime):
        return dt.datetime.combine(moment, _ALL_DAY)
    if moment.tzinfo is not None:
        moment = moment.astimezone(zone).replace(tzinfo=None)
    return stamp(moment)


def _id(key: str) -> str:
    return uuid.uuid5(_NAMESPACE, key).hex
