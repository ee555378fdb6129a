"""The team's playbook in the workspace: its steps, kept with versions like everything people edit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sopdash.playbook.starters import starters
from sopdash.playbook.step import Stage, Step

if TYPE_CHECKING:
    from sopdash.warehouse import Store

_TABLE = "playbook_steps"
_EDITED = ("playbook", "stage", "name", "timing", "owner", "script", "audience", "enabled", "position")

_ALL = """
-- Which steps does the playbook hold? One row: a step not taken out.
select * exclude (deleted) from playbook_steps where deleted is not true order by position, name, id
"""


def steps(store: Store) -> list[Step]:
    """All steps of the playbook, by stage, then in the order people gave them."""
    frame = store.workspace.frame(_ALL)
    read = [_read({str(name): value for name, value in row.items()}) for row in frame.to_dict("records")]
    return sorted(read, key=lambda step: (list(Stage).index(step.stage), step.position))


def ever_had_steps(store: Store) -> bool:
    """Whether anybody ever wrote a step, also when it was taken out since."""
    return bool(store.workspace.rows("select 1 from playbook_steps limit 1"))


def add(store: Store, step: Step, by: str) -> Step:
    """Stores a new step and returns it with its id."""
    row_id = store.workspace.add(_TABLE, _values(step), by)
    return step.model_copy(update={"id": row_id, "version": 1, "updated_by": by})


def change(store: Store, step: Step, by: str) -> Step:
    """Stores an edited step; a Conflict where somebody changed it since `step.version`."""
    version = store.workspace.change(_TABLE, step.id, step.version, _values(step), by)
    return step.model_copy(update={"version": version, "updated_by": by})


def remove(store: Store, step: Step, by: str) -> None:
    """Takes a step out; what was ticked off under it stays."""
    store.workspace.change(_TABLE, step.id, step.version, {"deleted": True}, by)


def install(store: Store, starter: str, by: str, lang: str = "zh") -> list[Step]:
    """Adds the steps of a starter playbook, those that stand there already (same playbook and name) left out."""
    offered = starters()[starter].steps(lang)
    standing = {(step.playbook, step.name) for step in steps(store)}
    return [add(store, step, by) for step in offered if (step.playbook, step.name) not in standing]


def _values(step: Step) -> dict[str, Any]:
    told = step.model_dump(mode="json", include=set(_EDITED))
    return told | {"timing": json.dumps(told["timing"], ensure_ascii=False)}


def _read(row: dict[str, Any]) -> Step:
    known = {name: row[name] for name in (*_EDITED, "id", "version", "updated_by", "updated_at")}
    return Step.model_validate(known | {"timing": json.loads(row["timing"])})
