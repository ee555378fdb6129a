"""A step's timing in words, in both languages."""

from __future__ import annotations

from sopdash.playbook.step import After, Event, Monthly, Step, Weekly
from sopdash.text import say
from sopdash.text.formats import day, weekday


def timing(step: Step, lang: str) -> str:
    """加好友后 48 小时（未下单）· 10:00"""
    told = step.timing
    if isinstance(told, Weekly):
        return say("playbook.timing_weekly", lang, weekday=weekday(told.weekday, lang), at=f"{told.at:%H:%M}")
    if isinstance(told, Monthly):
        return say("playbook.timing_monthly", lang, day=told.day_of_month, at=f"{told.at:%H:%M}")
    if not isinstance(told, After):
        return say("playbook.timing_once", lang, day=day(told.day, lang, year=True), at=f"{told.at:%H:%M}")
    return "".join((_when(told, lang), _unless(told, lang)))


def _when(told: After, lang: str) -> str:
    event = say(f"playbook.event_{told.event}", lang)
    at = f" {told.at:%H:%M}" if told.at else ""
    if told.event is Event.BIRTHDAY and told.days <= 0:
        key = "playbook.timing_birthday_before" if told.days else "playbook.timing_birthday"
        return say(key, lang, days=-told.days) + at
    if told.days:
        return say("playbook.timing_days", lang, event=event, days=told.days) + at
    if not told.hours:
        return say("playbook.timing_at_once", lang, event=event) + at
    if told.hours < 1:
        return say("playbook.timing_minutes", lang, event=event, minutes=round(told.hours * 60))
    return say("playbook.timing_hours", lang, event=event, hours=f"{told.hours:g}")


def _unless(told: After, lang: str) -> str:
    if told.unless is None:
        return ""
    key = "playbook.unless_ever" if told.ever else "playbook.unless_since"
    return say(key, lang, event=say(f"playbook.not_{told.unless}", lang))
