"""What is wrong with a plan, said while there is time to change it; nothing is ever held up.

Clashes and quotas are counted on the customers and groups the sends would reach (`sopdash.metrics.audience`); length,
picture ratio, publishing hours, frequency and the share of promotion are the team's own rules, kept in the settings.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sopdash.access import Viewer
from sopdash.content.entry import Entry, Form, Outlet, Purpose, Status
from sopdash.metrics import audience
from sopdash.metrics.audience import Audience, Reach

if TYPE_CHECKING:
    from sopdash.warehouse import Settings, Store

PUSHED = (Outlet.GROUP, Outlet.PRIVATE)
"""What reaches people without their asking: clashes, quiet hours and quotas are about these."""
WITH_PICTURE = (Form.PICTURE, Form.VIDEO)


class Level(StrEnum):
    """Something breaks a rule, or something is still missing."""

    WARNING = "warning"
    TODO = "todo"


@dataclass(frozen=True)
class Finding:
    """One thing to look at: of one entry, or of a window of days (`entry` blank)."""

    code: str
    level: Level
    entry: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def run(store: Store, entries: Sequence[Entry], viewer: Viewer) -> tuple[Finding, ...]:
    """Every finding about `entries`, whole weeks and months of the calendar (all of them count, cancelled ones not)."""
    settings = store.settings
    planned = [one for one in entries if one.status is not Status.CANCELLED]
    reach = audience.reach(store, [_audience(one) for one in planned if one.channel in PUSHED], viewer)
    found = [finding for one in planned if one.is_open for finding in _own(one, settings)]
    found += _clashes(planned, settings, reach)
    found += _too_often(planned, settings)
    found += _promotion(planned, settings)
    found += _quota(store, planned, settings, viewer)
    return tuple(found)


def by_entry(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Entry → its findings, warnings first."""
    sorted_by_level = sorted(findings, key=lambda one: one.level is Level.TODO)
    found: dict[str, list[Finding]] = defaultdict(list)
    for one in sorted_by_level:
        found[one.entry].append(one)
    return found


def _audience(entry: Entry) -> Audience:
    to_groups = entry.channel is Outlet.GROUP
    return Audience(to_groups, entry.group_type, "" if to_groups else entry.segment)


def _own(entry: Entry, settings: Settings) -> Iterable[Finding]:
    """What one entry says about itself."""
    if not entry.owner:
        yield Finding("no_owner", Level.TODO, entry.id)
    if entry.form in WITH_PICTURE and not entry.material:
        yield Finding("no_material", Level.TODO, entry.id)
    if entry.form is Form.TEXT and not entry.body:
        yield Finding("no_body", Level.TODO, entry.id)
    if len(entry.body) > settings.content_length:
        values = {"length": len(entry.body), "limit": settings.content_length}
        yield Finding("length", Level.WARNING, entry.id, values)
    if entry.ratio and not _ratio_fits(entry.ratio, settings.content_ratios):
        allowed = ", ".join(settings.content_ratios)
        yield Finding("ratio", Level.WARNING, entry.id, {"ratio": entry.ratio, "allowed": allowed})
    if entry.channel in PUSHED and _within(entry.time, settings.quiet_from, settings.quiet_until):
        hours = {"first": settings.quiet_from, "last": settings.quiet_until}
        yield Finding("quiet", Level.WARNING, entry.id, hours)
    windows = [window.split("-") for window in settings.content_windows]
    if windows and not any(_within(entry.time, first, last, closed=True) for first, last in windows):
        yield Finding("window", Level.WARNING, entry.id, {"allowed": ", ".join(settings.content_windows)})


def _clashes(entries: Sequence[Entry], settings: Settings, reach: Reach) -> Iterable[Finding]:
    """Two sends to the same people within the least gap; said at both."""
    gap = dt.timedelta(minutes=settings.content_gap_minutes)
    sends = sorted((one for one in entries if one.channel in PUSHED), key=lambda one: one.at)
    for at, one in enumerate(sends):
        for other in sends[at + 1 :]:
            if other.at - one.at >= gap:
                break
            people = reach.both(_audience(one), _audience(other))
            if people == 0 or (people is None and not _may_meet(one, other)):
                continue
            for mine, its in ((one, other), (other, one)):
                if mine.is_open:
                    values = {"theme": its.theme, "time": f"{its.time:%H:%M}", "people": people}
                    code = "clash" if people is not None else "clash_unknown"
                    yield Finding(code, Level.WARNING, mine.id, values)


def _may_meet(one: Entry, other: Entry) -> bool:
    """Whether two sends may reach the same people, where only their words are known."""
    return all(
        not mine or not its or mine == its
        for mine, its in ((one.group_type, other.group_type), (one.segment, other.segment))
    )


def _too_often(entries: Sequence[Entry], settings: Settings) -> Iterable[Finding]:
    """More sends to one audience on one day than the team allows; said at those beyond."""
    seen: Counter[tuple[dt.date, Audience]] = Counter()
    for one in sorted(entries, key=lambda entry: entry.at):
        if one.channel not in PUSHED:
            continue
        place = (one.day, _audience(one))
        seen[place] += 1
        if seen[place] > settings.content_daily_limit and one.is_open:
            values = {"count": seen[place], "limit": settings.content_daily_limit}
            yield Finding("too_often", Level.WARNING, one.id, values)


def _promotion(entries: Sequence[Entry], settings: Settings) -> Iterable[Finding]:
    """Weeks in which promotion has a larger share than the team wants."""
    weeks: dict[dt.date, list[Entry]] = defaultdict(list)
    for one in entries:
        weeks[one.day - dt.timedelta(days=one.day.weekday())].append(one)
    for monday, week in weeks.items():
        promoting = [one for one in week if one.purpose is Purpose.PROMOTION]
        if len(promoting) > settings.content_promotion_share * len(week) and any(one.is_open for one in promoting):
            values = {
                "monday": monday,
                "count": len(promoting),
                "all": len(week),
                "share": len(promoting) / len(week),
                "limit": settings.content_promotion_share,
            }
            yield Finding("promotion", Level.WARNING, "", values)


def _quota(store: Store, entries: Sequence[Entry], settings: Settings, viewer: Viewer) -> Iterable[Finding]:
    """Windows (months, weeks or days) in which customers or groups get more mass messages than WeCom lets through."""
    sends = sorted((one for one in entries if one.mass and one.channel in PUSHED), key=lambda one: one.at)
    last = audience.last_send(store)
    for first, end in _windows(sends, settings.send_quota):
        most = (end - first).days if settings.send_quota == "month" else 7 if settings.send_quota == "week" else 1
        coming = [one for one in sends if first <= one.day < end and (last is None or one.at > last)]
        if not any(one.is_open for one in coming):
            continue
        planned = Counter(_audience(one) for one in coming)
        for code, use, mine in (
            ("quota_customers", audience.customers_use(store, first, end, planned, most, viewer), Outlet.PRIVATE),
            ("quota_groups", audience.groups_use(store, first, end, planned, most), Outlet.GROUP),
        ):
            if use.over:
                values = {"first": first, "last": end - dt.timedelta(days=1), "most": use.most, "limit": most,
                          "over": use.over, "sent": use.sent}  # fmt: skip
                yield Finding(code, Level.WARNING, "", values)
                room = max(most - use.sent, 0)
                beyond = [one for one in coming if one.channel is mine][room:]
                yield from (Finding(code, Level.WARNING, one.id, values) for one in beyond if one.is_open)


def _windows(sends: Sequence[Entry], kind: str) -> list[tuple[dt.date, dt.date]]:
    """The months, weeks or days that hold a send: first day, and the day after the last."""
    starts = sorted({_window_start(one.day, kind) for one in sends})
    return [(first, _window_start(first + dt.timedelta(days={"month": 31, "week": 7, "day": 1}[kind]), kind))
            for first in starts]  # fmt: skip


def _window_start(day: dt.date, kind: str) -> dt.date:
    if kind == "month":
        return day.replace(day=1)
    return day - dt.timedelta(days=day.weekday()) if kind == "week" else day


def _within(time: dt.time, first: str, last: str, closed: bool = False) -> bool:
    """Whether a time of day lies from `first` to before `last` (to `last` when `closed`), over midnight too."""
    low, high = dt.time.fromisoformat(first.strip()), dt.time.fromisoformat(last.strip())
    below = time <= high if closed else time < high
    return (low <= time and below) if low <= high else (time >= low or below)


def _ratio_fits(written: str, allowed: Iterable[str]) -> bool:
    """3:4 and 1080×1440 are the same; what is no ratio fits none."""
    mine = _ratio(written)
    return mine is not None and any(abs(mine - (_ratio(one) or 0)) <= 0.01 * mine for one in allowed)


def _ratio(written: str) -> float | None:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*[:：xX×*/]\s*(\d+(?:\.\d+)?)\s*", written)
    return float(found[1]) / float(found[2]) if found and float(found[2]) else None
