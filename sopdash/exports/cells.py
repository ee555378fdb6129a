"""Cells: which columns of a file are read as what, and the SQL that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sopdash.exports.format import Field, Format
from sopdash.exports.recognise import Recognised

_KINDS = {
    "VARCHAR": "words",
    "TIMESTAMP": "time",
    "DATE": "day",
    "DECIMAL(18,2)": "money",
    "BIGINT": "count",
    "DOUBLE": "rate",
    "BOOLEAN": "flag",
}
_IDS = ("account", "unionid", "sku", "line", "code", "staff_account")
PERSONAL = ("phone", "phone_key", "name", "account", "unionid", "external_id")


def kind_of(item: Field) -> str:
    """How the cells of a field are read: words, id, phone, money, count, rate, flag, time or day."""
    if item.take == "length":
        return "words"
    if item.name.endswith("phone_key"):
        return "phone"
    if item.type == "VARCHAR" and not item.take and (item.name.endswith("_id") or item.name in _IDS):
        return "id"
    return _KINDS[item.type]


@dataclass(frozen=True)
class Cell:
    """One column of the file read as one kind. `first`: order of day and month where a year stands last."""

    column: int
    kind: str
    header: str
    personal: bool = False
    first: str = ""

    @property
    def name(self) -> str:
        """Its column in the typed table."""
        return f"{self.kind}_{self.column}"

    @property
    def tidied(self) -> str:
        """SQL: the cell's text without wrapping; NULL when empty."""
        tidy = "door_text" if self.kind == "words" else "door_bare"
        text = f"{tidy}(c{self.column})"
        return f"door_no_time({text})" if self.kind in ("time", "day") else text

    def value(self, text: str) -> str:
        """SQL: the value of tidied `text`, NULL when it can't be read."""
        extra = f", $zone, '{self.first}'" if self.kind in ("time", "day") else ""
        return f"door_{self.kind}({text}{extra})"


class Cells:
    """The cells a format reads from one file, each once."""

    def __init__(self, found: Recognised, firsts: dict[int, str] | None = None) -> None:
        self.found = found
        self._firsts = firsts or {}
        self._cells: dict[tuple[int, str], Cell] = {}
        for item in found.format.fields:
            list(self.of(item))
        rules = found.format.rules
        self.totals = self._rule_cells("money", rules.net_paid)
        self.status, self.refunded, self.joined = (
            next(iter(self._rule_cells("words", (name,) if name else ())), None)
            for name in (found.format.status_column, rules.refunded_column, rules.joined)
        )

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._cells.values())

    def of(self, item: Field) -> list[Cell]:
        """The cells a field is filled from, those present in this file."""
        family = self.found.like.get(f"{item.fact}.{item.name}", ())
        columns = [self.found.index[name] for name in item.columns if name in self.found.index]
        return [self._cell(column, kind_of(item), item.name in PERSONAL) for column in (*columns, *family)]

    def _rule_cells(self, kind: str, headers: tuple[str, ...]) -> list[Cell]:
        """The cells of columns a rule names, those present in this file."""
        return [self._cell(self.found.index[name], kind, False) for name in headers if name in self.found.index]

    def _cell(self, column: int, kind: str, personal: bool) -> Cell:
        key = (column, kind)
        if key not in self._cells:
            header = self.found.headers[column].strip()
            self._cells[key] = Cell(column, kind, header, personal or kind == "phone", self._firsts.get(column, ""))
        return self._cells[key]


def times(made: Format) -> list[Field]:
    """The fields of a format that hold moments or days."""
    return [item for item in made.fields if kind_of(item) in ("time", "day")]
