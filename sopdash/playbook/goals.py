"""Goals: a metric, where it stood, where it should be by when; how far it is, at what pace, and where it will end.

A goal is measured in consecutive windows of equal length that end with the data's last day, so that a rate over four
weeks is always compared with rates over four weeks. The forecast is the straight line through the windows (ordinary
least squares) with its 95 % prediction interval at the deadline.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, nan, sqrt
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sopdash.access import Viewer
from sopdash.errors import SopdashError
from sopdash.metrics import Missing, Period, Query, Unit, metric, run
from sopdash.playbook.diagnosis import Finding

if TYPE_CHECKING:
    from sopdash.warehouse import Store

_TABLE = "goals"
FEWEST_WINDOWS = 4
"""A line through fewer windows has no interval worth showing."""
MOST_WINDOWS = 26


class Standing(StrEnum):
    """Where a goal stands."""

    REACHED = "reached"  # the latest window is at the target
    ON_TRACK = "on_track"  # the line reaches the target by the deadline
    AT_RISK = "at_risk"  # it does not, but the interval holds the target
    OFF = "off"  # the whole interval falls short
    MISSED = "missed"  # the deadline is over
    UNKNOWN = "unknown"  # too few windows


class Goal(BaseModel):
    """`baseline` is the metric in the window before `starts_on`, `target` what it should be in the last one before the
    end of `deadline`; rates as fractions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    version: int = 0
    metric: str
    where: tuple[tuple[str, str], ...] = ()
    segment: str | None = None
    window_days: int = Field(default=28, ge=1, le=366)
    baseline: float
    target: float
    starts_on: dt.date
    deadline: dt.date
    owner: Annotated[str, Field(max_length=120)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""
    updated_by: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Goal:
        if self.starts_on >= self.deadline:
            raise PydanticCustomError("goal", "the deadline lies before the start")
        if self.target == self.baseline:
            raise PydanticCustomError("goal", "the target is the baseline")
        return self

    @property
    def change(self) -> float:
        """Target against baseline as a fraction; NaN from a baseline of 0."""
        return self.target / self.baseline - 1 if self.baseline else nan

    def measured(self, period: Period) -> Query:
        """The goal's metric in one window."""
        return Query((self.metric,), (), period, self.where, self.segment)


class Line(NamedTuple):
    """A forecast with its 95 % prediction interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Progress:
    """`windows`: first, last, value (NaN unknown), oldest first. `today` is the latest window's value, `wanted` where
    an even pace would be by then, `share` how much of the way is done, `elapsed` how much of the time."""

    goal: Goal
    windows: pd.DataFrame
    today: float
    until: dt.date | None
    wanted: float
    share: float
    elapsed: float
    forecast: Line | None
    standing: Standing
    missing: Missing | None = None


def draft(
    store: Store,
    name: str,
    viewer: Viewer,
    *,
    starts_on: dt.date,
    deadline: dt.date,
    change: float | None = None,
    target: float | None = None,
    window_days: int = 28,
    where: tuple[tuple[str, str], ...] = (),
    segment: str | None = None,
    owner: str = "",
    note: str = "",
) -> Goal:
    """A goal with its baseline measured in the window before `starts_on`; "+20 %" (`change` 0.2) is of the baseline.

    Raises SopdashError("goal_no_baseline") where the metric has no value there.
    """
    window = Period(starts_on - dt.timedelta(days=window_days), starts_on - dt.timedelta(days=1))
    result = run(store, Query((metric(name).name,), (), window, where, segment), viewer)
    baseline = result.value(name)
    if baseline is None:
        reason = result.missing.get(name)
        raise SopdashError("goal_no_baseline", metric=name, reason=reason.code if reason else "no_rows")
    if target is None:
        if change is None:
            raise SopdashError("goal_no_target")
        target = baseline * (1 + change)
    return Goal(
        metric=name, where=where, segment=segment, window_days=window_days, baseline=baseline, target=target,
        starts_on=starts_on, deadline=deadline, owner=owner, note=note,
    )  # fmt: skip


def goals(store: Store) -> list[Goal]:
    """The team's goals, the nearest deadline first."""
    frame = store.workspace.table(_TABLE)
    return sorted(
        (_read({str(name): cell for name, cell in row.items()}) for row in frame.to_dict("records")),
        key=lambda goal: (goal.deadline, goal.id),
    )


def add(store: Store, goal: Goal, by: str) -> Goal:
    """Stores a new goal and returns it with its id."""
    row_id = store.workspace.add(_TABLE, _values(goal), by)
    return goal.model_copy(update={"id": row_id, "version": 1, "updated_by": by})


def change(store: Store, goal: Goal, by: str) -> Goal:
    """Stores an edited goal; a Conflict where somebody changed it since."""
    version = store.workspace.change(_TABLE, goal.id, goal.version, _values(goal), by)
    return goal.model_copy(update={"version": version, "updated_by": by})


def remove(store: Store, goal: Goal) -> None:
    """Deletes a goal; a Conflict where somebody changed it since."""
    store.workspace.remove(_TABLE, goal.id, goal.version)


def progress(store: Store, goal: Goal, viewer: Viewer) -> Progress:
    """How the goal stands on the data's last day."""
    days = Period.of_data(store)
    spans = _windows(goal, days)
    results = [run(store, goal.measured(span), viewer) for span in spans]
    missing = next((found for one in results if (found := one.missing.get(goal.metric))), None)
    values = [nan if (value := one.value(goal.metric)) is None else value for one in results]
    windows = pd.DataFrame(
        {"first": [span.first for span in spans], "last": [span.last for span in spans], "value": values}
    )
    if not values or days is None:
        return Progress(goal, windows, nan, None, nan, nan, nan, None, Standing.UNKNOWN, missing)
    today = values[-1]
    elapsed = min(1.0, max(0.0, (days.last - goal.starts_on).days + 1) / ((goal.deadline - goal.starts_on).days + 1))
    share = (today - goal.baseline) / (goal.target - goal.baseline)
    wanted = goal.baseline + (goal.target - goal.baseline) * elapsed
    forecast = _line(windows, goal.deadline, share=metric(goal.metric).unit is Unit.RATE)
    return Progress(
        goal, windows, today, days.last, wanted, share, elapsed, forecast,
        _standing(goal, today, days.last, forecast), missing,
    )  # fmt: skip


def _windows(goal: Goal, days: Period | None) -> list[Period]:
    """Whole windows that end with the data's last day, oldest first; they reach back as far as the data does."""
    if days is None:
        return []
    size = dt.timedelta(days=goal.window_days)
    last = min(days.last, goal.deadline)
    spans: list[Period] = []
    while last - size + dt.timedelta(days=1) >= days.first and len(spans) < MOST_WINDOWS:
        spans.append(Period(last - size + dt.timedelta(days=1), last))
        last -= size
    return spans[::-1]


def _line(windows: pd.DataFrame, deadline: dt.date, share: bool) -> Line | None:
    """Ordinary least squares over the windows' last days, read at the deadline; None below four windows."""
    from scipy.stats import t

    known = windows[windows["value"].notna()]
    n = len(known)
    if n < FEWEST_WINDOWS:
        return None
    x = np.array([last.toordinal() for last in known["last"]], dtype=float)
    y = known["value"].to_numpy(dtype=float)
    slope, level = np.polyfit(x - x.mean(), y, 1)
    away = deadline.toordinal() - x.mean()
    spread = sqrt(float(((y - level - slope * (x - x.mean())) ** 2).sum()) / (n - 2))
    half = float(t.ppf(0.975, n - 2)) * spread * sqrt(1 + 1 / n + away**2 / float(((x - x.mean()) ** 2).sum()))
    value = float(level + slope * away)
    # A line knows no bounds; counts and shares do.
    low, high = (0.0 if y.min() >= 0 else -inf), (1.0 if share and y.max() <= 1 else inf)
    return Line(*(min(high, max(low, end)) for end in (value, value - half, value + half)))


def _standing(goal: Goal, today: float, until: dt.date, forecast: Line | None) -> Standing:
    up = goal.target > goal.baseline

    def there(value: float) -> bool:
        return value >= goal.target if up else value <= goal.target

    if there(today):
        return Standing.REACHED
    if until >= goal.deadline:
        return Standing.MISSED
    if forecast is None:
        return Standing.UNKNOWN
    if there(forecast.value):
        return Standing.ON_TRACK
    return Standing.AT_RISK if there(forecast.high if up else forecast.low) else Standing.OFF


def pace(goal: Goal, days: Sequence[dt.date]) -> list[float | None]:
    """Where an even pace would stand at the end of each day; None before the start."""
    whole = (goal.deadline - goal.starts_on).days + 1
    gone = [(day - goal.starts_on).days + 1 for day in days]
    return [goal.baseline + (goal.target - goal.baseline) * min(1, n / whole) if n >= 0 else None for n in gone]


def of_finding(store: Store, finding: Finding, viewer: Viewer, period: Period, within: dt.timedelta) -> Goal:
    """As good as the others, or as before: the goal a finding of a rate asks for, from the day after `period` on.

    Raises SopdashError where the finding is a count or the metric has no value.
    """
    if finding.p != finding.p or finding.rule.kind == "slot":
        raise SopdashError("goal_no_target")
    where = () if finding.rule.by is None or finding.unit is None else ((finding.rule.by, finding.unit),)
    return draft(
        store, finding.rule.metric, viewer, starts_on=period.end, deadline=period.last + within, target=finding.other,
        window_days=period.days, where=where, note=finding.rule.name,
    )  # fmt: skip


def _values(goal: Goal) -> dict[str, Any]:
    return {
        "metric": goal.metric, "target": goal.target, "baseline": goal.baseline, "starts_on": goal.starts_on,
        "deadline": goal.deadline, "owner": goal.owner, "note": goal.note, "window_days": goal.window_days,
        "filters": json.dumps({"where": goal.where, "segment": goal.segment}, ensure_ascii=False),
    }  # fmt: skip


def _read(row: dict[str, Any]) -> Goal:
    told = json.loads(row["filters"] or "{}")
    return Goal(
        id=row["id"], version=row["version"], metric=row["metric"], baseline=row["baseline"], target=row["target"],
        starts_on=pd.Timestamp(row["starts_on"]).date(), deadline=pd.Timestamp(row["deadline"]).date(),
        owner=row["owner"] or "", note=row["note"] or "", window_days=int(row["window_days"]),
        where=tuple((name, value) for name, value in told.get("where", ())), segment=told.get("segment"),
        updated_by=row["updated_by"],
    )  # fmt: skip
