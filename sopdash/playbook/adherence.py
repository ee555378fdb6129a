"""How well is the playbook kept, and what came of it? Done and on time by employee, store and step; orders after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import Period, statistics
from sopdash.playbook.due import Done, todo

if TYPE_CHECKING:
    from sopdash.warehouse import Store

BY = ("staff", "store", "step")
OUTCOME_DAYS = 7
"""An order within so many days after the task was due counts as its outcome."""


@dataclass(frozen=True)
class Outcome:
    """Tasks of customers done against those left: share followed by an order within seven days. Not causal."""

    done: int
    done_ordered: int
    left: int
    left_ordered: int

    @property
    def compared(self) -> statistics.Comparison:
        """Difference done − left with interval and test; NaN where one side is empty."""
        return statistics.two_proportions(self.done_ordered, self.done, self.left_ordered, self.left)


@dataclass(frozen=True)
class Adherence:
    """`rows`: `by`, due, done, skipped, on_time, open, done_rate, on_time_rate (of due), low, high (Wilson, of done).

    On time = ticked off by the end of the day it was due. Tasks that are not yet due by `until` do not count.
    """

    rows: pd.DataFrame
    due: int
    done: int
    on_time: int
    outcome: Outcome | None

    @property
    def rate(self) -> float:
        """Done of due; NaN where nothing was due."""
        return self.done / self.due if self.due else nan


def adherence(store: Store, period: Period, by: str, viewer: Viewer, until: dt.datetime | None = None) -> Adherence:
    """Tasks that fell due in `period` (at the latest `until`, default now) by employee, store or step."""
    tasks = todo(store, period, viewer)
    told = tasks[tasks["due_at"] <= pd.Timestamp(until or store.settings.now())]
    done = told["status"] == str(Done.DONE)
    on_time = done & (told["done_at"] < told["due_at"].dt.normalize() + pd.Timedelta(days=1))
    marked = told.assign(done=done, on_time=on_time, skipped=told["status"] == str(Done.SKIPPED))
    rows = (
        marked.groupby(by, dropna=False, sort=False)
        .agg(due=("done", "size"), done=("done", "sum"), skipped=("skipped", "sum"), on_time=("on_time", "sum"))
        .reset_index()
    )
    intervals = [statistics.wilson(*parts) for parts in zip(rows["done"], rows["due"], strict=True)]
    rows = rows.assign(
        open=rows["due"] - rows["done"] - rows["skipped"],
        done_rate=rows["done"] / rows["due"],
        on_time_rate=rows["on_time"] / rows["due"],
        low=[one.low for one in intervals],
        high=[one.high for one in intervals],
    ).sort_values(["due", by], ascending=[False, True], ignore_index=True)
    return Adherence(rows, len(marked), int(done.sum()), int(on_time.sum()), _outcome(store, marked))


def _outcome(store: Store, tasks: pd.DataFrame) -> Outcome | None:
    """Of tasks whose seven days are over by the data's last order: who ordered; None where there are none."""
    known = tasks[tasks["customer"].notna()]
    if known.empty:
        return None
    values = {
        "customer": [int(one) for one in known["customer"]],
        "due_at": [moment.to_pydatetime() for moment in known["due_at"]],
        "done": [bool(one) for one in known["done"]],
        "days": OUTCOME_DAYS,
    }
    sides = {bool(done): (int(n), int(ordered)) for done, n, ordered in store.warehouse.rows(_statement(), values)}
    if not sides:
        return None
    (done, done_ordered), (left, left_ordered) = sides.get(True, (0, 0)), sides.get(False, (0, 0))
    return Outcome(done, done_ordered, left, left_ordered)


@cache
def _statement() -> str:
    return (Path(__file__).parent / "outcome.sql").read_text("utf-8")
