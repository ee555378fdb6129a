"""The to-do list: which step is due when, for which customer, by whom; from the data, and what people ticked off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import Period, filters
from sopdash.playbook.step import Step
from sopdash.playbook.steps import steps as stored

if TYPE_CHECKING:
    from sopdash.warehouse import Store

COLUMNS = ("step", "customer", "name", "staff", "store", "event_at", "due_at", "status", "done_at")
STALE = dt.timedelta(days=14)
"""Data older than this tells nothing about who is due what today."""
_TICK = ("step", "customer", "due_at")
NOBODY = -1
"""Stands for the customer in the ticks of a step of the team."""


class Done(StrEnum):
    """What became of a task; open where nobody said."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


def todo(store: Store, period: Period, viewer: Viewer) -> pd.DataFrame:
    """The tasks due in `period` that the viewer may see, by time.

    One row per step and customer (`COLUMNS`): `step` the step's id, `customer` NULL for a step of the team, `staff` who
    does it (for the team: the step's owner), `status` of `Done`, `done_at` wall time.
    """
    return ticked(store, falling(store, period, tuple(stored(store)), viewer))


def day_of_work(store: Store) -> dt.date:
    """The day whose list is wanted first: today; with data that ended long ago (the demo's), the day after its end."""
    today = store.settings.now().date()
    days = Period.of_data(store)
    if days is None or today - days.last <= STALE:
        return today
    return days.end


def falling(store: Store, period: Period, playbook: tuple[Step, ...], viewer: Viewer) -> pd.DataFrame:
    """What the enabled steps of `playbook` ask for in `period`: `todo` without what people ticked off."""
    enabled = [step for step in playbook if step.enabled]
    told = [_of_customers(store, audience, chosen, period, viewer) for audience, chosen in _by_audience(enabled)]
    tasks = pd.concat([*told, _of_team(enabled, period, viewer)], ignore_index=True)
    return tasks.sort_values(["due_at", "staff", "name"], kind="stable", ignore_index=True)


def tick(store: Store, task: dict[str, Any], status: Done, viewer: Viewer, note: str = "") -> None:
    """Writes down what became of a task of `todo` (a row as dict), or takes that back (`Done.OPEN`)."""
    key = _key(task)
    with store.workspace.write() as cursor:
        cursor.execute("delete from tasks where step = ? and customer = ? and due_at = ?", list(key))
    if status is Done.OPEN:
        return
    values = dict(zip(_TICK, key, strict=True)) | {
        "day": key[2].date(), "staff": _text(task.get("staff")), "store": _text(task.get("store")),
        "status": str(status), "done_at": store.settings.now(), "note": note.strip(),
    }  # fmt: skip
    store.workspace.add("tasks", values, viewer.name)


def _by_audience(playbook: Iterable[Step]) -> list[tuple[str, list[Step]]]:
    grouped: dict[str, list[Step]] = {}
    for step in playbook:
        if step.after is not None:
            grouped.setdefault(step.audience, []).append(step)
    return list(grouped.items())


def _of_customers(store: Store, audience: str, chosen: list[Step], period: Period, viewer: Viewer) -> pd.DataFrame:
    who = filters.customers(store, (), audience or None, viewer)
    sql, named = who.named("who")
    values = _values(chosen) | named
    values |= {
        "first": period.first, "end": period.end, "delivery_days": store.settings.delivery_days,
        "quiet_from": _clock(store.settings.quiet_from), "quiet_until": _clock(store.settings.quiet_until),
        "quiet_span": _span(_clock(store.settings.quiet_until)),
    }  # fmt: skip
    return store.warehouse.frame(_statement().replace("{who}", sql), values)


@cache
def _statement() -> str:
    return (Path(__file__).parent / "due.sql").read_text("utf-8")


def _values(chosen: list[Step]) -> dict[str, list[Any]]:
    """The steps as lists of equal length, one per column."""
    timings = [(step.id, step.after) for step in chosen if step.after is not None]
    return {
        "step": [step for step, _ in timings],
        "event": [str(after.event) for _, after in timings],
        "days": [after.days for _, after in timings],
        "minutes": [None if after.at or after.days else round(after.hours * 60) for _, after in timings],
        "time_of_day": [after.at and _span(after.at) for _, after in timings],
        "unless": [after.unless and str(after.unless) for _, after in timings],
        "ever": [after.ever for _, after in timings],
    }


def _clock(words: str) -> dt.time:
    return dt.time.fromisoformat(words)


def _span(time: dt.time) -> dt.timedelta:
    return dt.timedelta(hours=time.hour, minutes=time.minute)


def _of_team(playbook: list[Step], period: Period, viewer: Viewer) -> pd.DataFrame:
    """Steps without a customer; they are the whole team's, so a narrow role sees none."""
    days = [] if viewer.scope else [period.first + dt.timedelta(days=n) for n in range(period.days)]
    rows = [
        {"step": step.id, "customer": None, "name": None, "staff": step.owner or None, "store": None, "due_at": due_at}
        for day in days
        for step in playbook
        if (due_at := step.falls_on(day)) is not None
    ]
    return pd.DataFrame(rows, columns=[*COLUMNS[:5], "event_at", "due_at"]).astype({"due_at": "datetime64[us]"})


def ticked(store: Store, tasks: pd.DataFrame) -> pd.DataFrame:
    """The tasks of `falling` with what people wrote down about them, as `todo` gives them."""
    ticks = store.workspace.frame("select step, customer, due_at, status, done_at from tasks")
    keyed = tasks.assign(
        customer=tasks["customer"].astype("Int64"), key=tasks["customer"].astype("Int64").fillna(NOBODY)
    )
    known = ticks.astype({"customer": "Int64"}).rename(columns={"customer": "key"})
    merged = keyed.merge(known, how="left", on=["step", "key", "due_at"]).drop(columns="key")
    return merged.assign(status=merged["status"].fillna(str(Done.OPEN)))[list(COLUMNS)]


def _key(task: dict[str, Any]) -> tuple[str, int, dt.datetime]:
    customer = task.get("customer")
    number = NOBODY if customer is None or pd.isna(customer) else int(customer)
    return str(task["step"]), number, pd.Timestamp(task["due_at"]).to_pydatetime()


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value)
