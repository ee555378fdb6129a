"""What the door says about a file: counts, rejected rows, notes, or why it was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from sopdash.errors import FileRefused, SopdashError
from sopdash.text import Text, formats, say
from sopdash.warehouse.changes import Changes

SHOWN_REJECTS = 1000
"""Rejected rows listed in a result; all of them are in the warehouse."""


def fill(key: str, lang: str, values: Mapping[str, Any]) -> str:
    """The phrase `key` with its values, those that are phrases themselves in the same language."""
    return say(
        key, lang, **{name: value.say(lang) if isinstance(value, Text) else value for name, value in values.items()}
    )


@dataclass(frozen=True)
class Reject:
    """A row that was not stored. `row` counts as Excel does; `value` is masked where it is personal."""

    row: int
    column: str
    value: str
    reason: str

    def message(self, lang: str) -> str:
        """What is wrong and what to do."""
        return fill(
            f"exports.reasons.{self.reason}", lang, {"column": self.column, "value": self.value, "row": self.row}
        )

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "value": self.value, "reason": self.reason}


@dataclass(frozen=True)
class Note:
    """Something worth knowing about an import that did not stop it. `rows`: how many rows it concerns."""

    code: str
    rows: int = 0
    values: dict[str, Any] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """The sentence."""
        return fill(f"exports.notes.{self.code}", lang, {"rows": self.rows, **self.values})

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        return {"code": self.code, "message": self.message(lang), "rows": self.rows}

    def stored(self) -> dict[str, Any]:
        """The note as the ledger keeps it: `Note(**stored)` says it again in any language."""
        return {"code": self.code, "rows": self.rows, "values": self.values}


def changes_said(changes: Mapping[str, Any], lang: str, currency: str = "CNY") -> str:
    """What changed, in a line; `changes` as `Changes.as_json` gives it. Empty where nothing did."""
    amount = formats.money(Decimal(str(changes.get("refund_amount") or 0)), lang, currency)
    parts = (("status", "status_forward"), ("refunds", "refunds"), ("other", "other"))
    said = [
        say(f"exports.changes.{key}", lang, n=formats.number(changes[name], lang), amount=amount)
        for key, name in parts
        if changes.get(name)
    ]
    return say("exports.changes_joined", lang).join(said)


def message_of(error: SopdashError, lang: str) -> str:
    """The sentence of a refusal, beginning with its row and column where they are known."""
    place = {key: error.values[key] for key in ("row", "column") if error.values.get(key)}
    parts = "both" if len(place) == 2 else "".join(place)
    where = say(f"exports.where_{parts}", lang, **place) if place else ""
    return fill(f"errors.{error.code}", lang, {"where": where, **error.values})


@dataclass(frozen=True)
class FileResult:
    """How one file (or one sheet or member of it) ended: `imported`, `unchanged` or `refused`."""

    file: str
    status: str
    format: str | None = None
    rows: int = 0
    accepted: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()
    batch: str | None = None
    error: SopdashError | None = None
    facts: dict[str, dict[str, int]] = field(default_factory=dict)
    """new, changed and unchanged keys of every fact the file feeds."""
    changes: Changes = field(default_factory=Changes)
    """What changed about the changed keys."""
    originals: Path | None = None
    """Where asked for: the rejected rows as they stood in the file, see `corrections`."""
    dry_run: bool = False

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """The public shape of `import --json`."""
        found = {
            "file": self.file,
            "format": self.format,
            "status": self.status,
            "rows": self.rows,
            "accepted": self.accepted,
            "new": self.new,
            "changed": self.changed,
            "changes": self.changes.as_json(),
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "rejects": [reject.as_json() for reject in self.rejects],
            "notes": [note.as_json(lang) for note in self.notes],
            "batch": self.batch,
            "error": self._error(lang),
        }
        return {**found, "dry_run": True} if self.dry_run else found

    def _error(self, lang: str) -> dict[str, Any] | None:
        if self.error is None:
            return None
        shown: dict[str, Any] = {"code": self.error.code, "message": message_of(self.error, lang)}
        if isinstance(self.error, FileRefused):
            places = {"row": self.error.row, "column": self.error.column, "reason": self.error.values.get("reason")}
            shown |= {key: value for key, value in places.items() if value is not None}
        return shown


def refused(name: str, error: SopdashError, made: str | None = None, **known: Any) -> FileResult:
    """The result of a file nothing was stored of."""
    return FileResult(name, "refused", made, error=error, **known)
