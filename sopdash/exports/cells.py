"""Cells: which columns of a file are read as what, and the tables their values come to stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sopdash.exports.format import Field
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
_TIDY = {
    "words": "door_text({0})",
    "time": "door_moment({0})",
    "day": "door_moment({0})",
}
"""Kind → SQL for the tidied text; the others are `door_bare`."""

_USUAL = {
    "words": "case when not starts_with({0}, '#') and not starts_with({0}, chr(57344)) then {0} end",
    "id": "case when regexp_full_match({0}, '[0-9A-Za-z_-]+') then {0} end",
    "phone": "case when regexp_full_match({0}, '1[3-9]\\d{{9}}') then {0} end",
    "money": "case when regexp_full_match({0}, '-?\\d{{1,15}}(\\.\\d+)?') then try_cast({0} as decimal(18, 2)) end",
    "count": "case when regexp_full_match({0}, '\\d{{1,18}}') then try_cast({0} as bigint) end",
    "rate": "case when regexp_full_match({0}, '-?\\d{{1,15}}(\\.\\d+)?') then try_cast({0} as double) end",
    "flag": "case {0} when '是' then true when '否' then false end",
    "time": "case when strlen({0}) = 19 then try_strptime({0}, ['%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S']) end",
    "day": "case when regexp_full_match({0}, '\\d{{4}}-\\d{{2}}-\\d{{2}}') then try_cast({0} as date) end",
}
"""Kind → SQL for the value of the form nearly all cells have, NULL for any other."""
_PLAIN = {
    "id": ("[0-9A-Za-z]*[0-9_][0-9A-Za-z_-]*", "{0}"),  # with a digit or _: no word for nothing, as null
    "phone": ("1[3-9][0-9]{9}", "{0}"),
    "money": (r"-?[0-9]{1,15}(?:\.[0-9]+)?", "try_cast({0} as decimal(18, 2))"),
    "count": ("[0-9]{1,18}", "try_cast({0} as bigint)"),
    "rate": (r"-?[0-9]{1,15}(?:\.[0-9]+)?", "try_cast({0} as double)"),
}
"""Kind → pattern of staged texts that are bare as they stand and of the usual form, and SQL for their value."""
_IDS = ("account", "unionid", "sku", "line", "code", "staff_account")
_PERSONAL = ("phone_key", "name", "account", "unionid", "external_id", "sender")


def kind_of(item: Field) -> str:
    """How the cells of a field are read: words, id, phone, money, count, rate, flag, time or day."""
    if item.take:
        return "words"
    if item.name.endswith("phone_key"):
        return "phone"
    if item.type == "VARCHAR" and (item.name.endswith("_id") or item.name in _IDS):
        return "id"
    return _KINDS[item.type]


@dataclass(frozen=True)
class Cell:
    """One column of the file read as one kind."""

    column: int
    kind: str
    header: str
    personal: bool = False

    @property
    def name(self) -> str:
        """Its column in `door_cells`; the tidied text is `t_<name>` in `door_tidy`."""
        return f"{self.kind}_{self.column}"

    @property
    def text(self) -> str:
        """SQL: its tidied text."""
        return f"t_{self.name}"

    @property
    def plain(self) -> str | None:
        """Pattern of staged texts that need not be tidied, nor looked at again."""
        return _PLAIN[self.kind][0] if self.kind in _PLAIN else None

    @property
    def plain_value(self) -> str:
        """SQL over the staged text: the value of one of the pattern, NULL for the empty one."""
        return _PLAIN[self.kind][1].format(f"c{self.column}")

    @property
    def tidied(self) -> str:
        """SQL over the staged text: without wrapping, NULL when empty."""
        return _TIDY.get(self.kind, "door_bare({0})").format(f"c{self.column}")

    @property
    def usual(self) -> str:
        """SQL over `door_tidy`: the value of the usual form, NULL for any other."""
        return _USUAL[self.kind].format(self.text)


class Cells:
    """The cells a format reads from one file, each once."""

    def __init__(self, found: Recognised) -> None:
        self.found = found
        self._cells: dict[tuple[int, str], Cell] = {}
        for item in found.format.fields:
            self.of(item)
        rules = found.format.rules
        self.totals = self._named("money", rules.net_paid)
        self.status, self.refunded, self.joined = (
            next(iter(self._named("words", (name,) if name else ())), None)
            for name in (found.format.status_column, rules.refunded_column, rules.joined)
        )

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._cells.values())

    def of(self, item: Field) -> list[Cell]:
        """The cells a field is filled from, those present in this file."""
        family = self.found.like.get(f"{item.fact}.{item.name}", ())
        columns = [self.found.index[name] for name in item.columns if name in self.found.index]
        return [self._cell(column, kind_of(item), item.name in _PERSONAL) for column in (*columns, *family)]

    def _named(self, kind: str, headers: tuple[str, ...]) -> list[Cell]:
        """The cells of columns a rule names, those present in this file."""
        return [self._cell(self.found.index[name], kind, False) for name in headers if name in self.found.index]

    def _cell(self, column: int, kind: str, personal: bool) -> Cell:
        key = (column, kind)
        if key not in self._cells:
            header = self.found.headers[column].strip()
            self._cells[key] = Cell(column, kind, header, personal or kind == "phone")
        return self._cells[key]
