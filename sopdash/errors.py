"""The error tree: everything sopdash refuses, it refuses with one of these.

An error carries a code and the values of its sentence, never the sentence itself: `sopdash.text` says it in the
reader's language under the key ``errors.<code>``.
"""

from __future__ import annotations

from typing import Any


class SopdashError(Exception):
    """Base of all refusals. `code` names the sentence in `text/errors.toml`, `values` fill its placeholders."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value!r}" for key, value in self.values.items())
        return f"{self.code}({shown})" if shown else self.code


class FileRefused(SopdashError):
    """A whole file was refused; nothing of it was stored. `row` and `column` are set where they are known."""

    def __init__(self, code: str, *, row: int | None = None, column: str | None = None, **values: Any) -> None:
        super().__init__(code, **values)
        self.row = row
        self.column = column
        if row is not None:
            self.values["row"] = row
        if column is not None:
            self.values["column"] = column


class UnknownName(SopdashError):
    """A metric, dimension, format, segment or value that does not exist; `values["allowed"]` lists those that do."""


class NotAllowed(SopdashError):
    """The viewer's role does not permit this."""


class Conflict(SopdashError):
    """Somebody else changed the same thing first; `values` carry who and when."""


class StoreUnavailable(SopdashError):
    """The warehouse or the workspace cannot be opened: held by another process, damaged, or its key is missing."""
