"""Entries, findings and conflicts in words."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from sopdash import content
from sopdash.content.checks import Finding
from sopdash.content.files import CODED
from sopdash.errors import Conflict
from sopdash.metrics import choices
from sopdash.segments import saved
from sopdash.text import formats, safe, say
from sopdash.ui.frame import Page


def finding(one: Finding, lang: str) -> str:
    """A finding as a sentence with its numbers; words of people stand in it as they are."""
    return say(
        f"calendar.check.{one.code}", lang, **{name: _said(name, value, lang) for name, value in one.values.items()}
    )


def field(name: str, value: object, lang: str) -> str:
    """The value of an entry's field as people read it."""
    if name in CODED:
        return say(f"calendar.{name}.{value}", lang)
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value) or formats.MISSING


def label(name: str, lang: str) -> str:
    """What a field is called."""
    return say(f"calendar.field.{name}", lang)


def conflict(page: Page, refused: Conflict) -> str:
    """Who was faster, and when, as Markdown."""
    said = {name: safe.markdown(refused.values.get(name) or "") for name in ("theme", "by")}
    if refused.values.get("at"):
        said["at"] = moment(page, refused.values["at"])
    return say(f"errors.{refused.code}", page.lang, **said)


def moment(page: Page, at: dt.datetime) -> str:
    """A stored moment (UTC) as wall time of the business zone."""
    zone = ZoneInfo(page.store.settings.timezone)
    return formats.moment(at.replace(tzinfo=dt.UTC).astimezone(zone), page.lang)


def offered(page: Page) -> dict[str, list[str]]:
    """What the free fields offer: words written before, then the data's groups, staff and campaigns, and segments."""
    words = content.words_used(page.store)
    known = {name: list(page.load(choices, dimension))[:MOST] for name, dimension in _FROM_DATA.items()}
    known["segment"] = [one.label(page.lang) for one in saved(page.store)]
    return {name: list(dict.fromkeys([*used, *known.get(name, [])])) for name, used in words.items()}


MOST = 200
"""Values of the data offered for one field."""
_FROM_DATA = {"group_type": "group_type", "owner": "staff", "campaign": "campaign"}


def _said(name: str, value: Any, lang: str) -> str:
    if name in ("share",) or (name == "limit" and isinstance(value, float)):
        return formats.percent(value, lang, 0)
    if isinstance(value, dt.date):
        return formats.day(value, lang)
    return formats.number(value, lang) if isinstance(value, int) else str(value)
