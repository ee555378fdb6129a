"""A plan's file taken in: understood row by row, held against the calendar, stored when somebody says so.

An entry that the file names by id is changed in what the file says and nothing else; where the calendar's entry is
newer than the file's, both are shown and neither is lost. Nothing is deleted by a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from sopdash.content import calendar, words
from sopdash.content.calendar import Outcome
from sopdash.content.entry import Entry
from sopdash.errors import Conflict, FileRefused

if TYPE_CHECKING:
    from sopdash.warehouse import Store

MOST = 2000
"""Entries of one file."""


class Candidate(NamedTuple):
    """One row of a file: its place, what it says, and the entry it names (blank: none)."""

    row: int
    fields: dict[str, Any]
    id: str = ""
    version: int = 0


class Refusal(NamedTuple):
    """A row that cannot be taken: place, field and what stands there."""

    row: int
    field: str
    value: str


@dataclass
class Intake:
    """What a file would do."""

    added: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    unchanged: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def of_table(headers: Sequence[str], rows: Iterable[Sequence[str]], first_row: int = 2) -> tuple[
    list[Candidate], list[Refusal]
]:  # fmt: skip
    """Candidates of a table of text; columns nobody knows are left out. Refused without a day or a theme column."""
    places = {words.headers().get(header.strip().lower(), ""): at for at, header in enumerate(headers)}
    for needed in ("day", "theme"):
        if needed not in places:
            raise FileRefused("calendar_no_column", field=needed, column=None)
    found, refused = [], []
    for number, row in enumerate(rows, first_row):
        said = {name: row[at].strip() for name, at in places.items() if name and at < len(row)}
        try:
            found.append(_candidate(number, said))
        except _NotUnderstood as wrong:
            refused.append(Refusal(number, wrong.field, said.get(wrong.field, "")))
    return found, refused


def compare(store: Store, candidates: Iterable[Candidate], refused: Iterable[Refusal] = ()) -> Intake:
    """What the candidates would add and change, held against the calendar as it stands."""
    intake = Intake(refused=list(refused))
    for one in candidates:
        try:
            _place(store, one, intake)
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            intake.refused.append(Refusal(one.row, name, str(one.fields.get(name, ""))))
    return intake


def apply(store: Store, intake: Intake, by: str) -> Outcome:
    """Stores what `compare` found; refusals of the compared and of those changed since are in the outcome."""
    added = calendar.add_all(store, intake.added, by)
    changed = calendar.change_all(store, intake.changed, by)
    return Outcome([*added, *changed.stored], [*intake.conflicts, *changed.conflicts])


class _NotUnderstood(ValueError):
    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def _candidate(number: int, said: dict[str, str]) -> Candidate:
    identity, version = said.pop("id", ""), said.pop("version", "")
    fields: dict[str, Any] = {}
    for name, cell in said.items():
        if not cell and name in ("time", "form", "channel", "status", "purpose", "mass"):
            continue
        try:
            fields[name] = words.understood(name, cell)
        except ValueError as error:
            raise _NotUnderstood(name) from error
    return Candidate(number, fields, words.unquoted(identity), int(version) if version.isdigit() else 0)


def _place(store: Store, one: Candidate, intake: Intake) -> None:
    standing = calendar.find(store, one.id) if one.id else None
    if standing is None:
        draft = Entry.model_validate({**one.fields, "id": one.id if len(one.id) == 32 else ""})
        twin = standing is None and _twin(store, draft)
        if twin:
            intake.unchanged += 1
        else:
            intake.added.append(_free(store, draft))
        return
    wanted = standing.revised(**one.fields)
    if wanted.same_plan(standing):
        intake.unchanged += 1
    elif one.version and one.version < standing.version:
        intake.conflicts.append(
            Conflict(
                "calendar_changed", by=standing.updated_by, at=standing.updated_at, theme=standing.theme,
                mine=wanted.model_copy(update={"version": one.version}), theirs=standing,
            )
        )  # fmt: skip
    else:
        intake.changed.append(wanted)


def _twin(store: Store, draft: Entry) -> bool:
    """Whether the same is planned already: same day, time, theme and channel."""
    return any(
        (one.at, one.theme, one.channel) == (draft.at, draft.theme, draft.channel)
        for one in calendar.entries(store, draft.day, draft.day)
    )


def _free(store: Store, draft: Entry) -> Entry:
    """The draft under its own id, unless an entry of that id was deleted here: then it is a new one."""
    taken = bool(draft.id) and bool(calendar.history(store, draft.id))
    return draft.model_copy(update={"id": ""}) if taken else draft


def too_many() -> FileRefused:
    """The refusal of a file with more than MOST entries."""
    return FileRefused("calendar_too_many", most=MOST)


def stamp(moment: dt.datetime) -> dt.datetime:
    """A wall time to the minute."""
    return moment.replace(second=0, microsecond=0)
