"""Rejected rows as they stood in the file, to be corrected and uploaded again.

They hold people's data unmasked, so they are never stored: a file in the staging folder, made only where it was asked
for, right after the import, from the upload itself. Of orders that stand in several rows all rows are there: an order
uploaded again replaces the whole order.
"""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

from sopdash.exports.clean import Cleaner
from sopdash.exports.decode import Table
from sopdash.exports.head import reading
from sopdash.exports.results import Reject
from sopdash.text import safe, say

FOLDER = "rejects"
"""Inside the staging folder."""
_LONG_NUMBER = re.compile(r"\d{12,}")
_RULED = ("row", "column", "reason")


def keep(cleaner: Cleaner, table: Table, folder: Path) -> Path | None:
    """Writes the rejected rows of a cleaned file: number, columns and reasons, then the cells. None without rejects."""
    faults: dict[int, list[tuple[str, str, str]]] = {}
    found = cleaner.cursor.execute(
        """select row_no, coalesce("column", ''), coalesce(value, ''), reason from door_rejects order by row_no"""
    )
    for row_no, column, value, reason in found.fetchall():
        faults.setdefault(row_no, []).append((column, value, reason))
    if not faults:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4().hex}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_rows(table, faults, _siblings(cleaner)))
    path.chmod(0o600)
    return path


def _siblings(cleaner: Cleaner) -> set[int]:
    """Rows of the same orders as rejected rows, where an order has several rows."""
    item = cleaner.format.field_of("orders", "order_id")
    cells = cleaner.cells.of(item) if item else []
    if cleaner.format.rules.order_amounts == "row" or not cells:
        return set()
    order = cells[0].name
    rows = cleaner.cursor.execute(
        f"""select row_no from door_cells
            where {order} in (select {order} from door_cells semi join door_rejects using (row_no))"""
    ).fetchall()
    return {row_no for (row_no,) in rows}


def _rows(
    table: Table, faults: Mapping[int, Sequence[tuple[str, str, str]]], siblings: set[int]
) -> chain[Sequence[object]]:
    wanted = siblings | set(faults)

    def found() -> list[Sequence[object]]:
        lines: list[Sequence[object]] = []
        with reading(table.path, table.head.dialect, strict=False) as reader:
            for number, row in enumerate(reader, 1):
                if number in wanted:
                    said = faults.get(number, ())
                    parts = ["\x1f".join(part) for part in zip(*said, strict=True)] if said else ["", "", ""]
                    lines.append([number, *parts, *row])
        return lines

    return chain([["", "", "", "", *table.head.recognised.headers]], found())


def as_csv(path: Path, lang: str) -> bytes:
    """The kept rows as people correct them: the file's own columns, then row, column and reason."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    names = header[4:]
    return safe.csv_bytes(
        [*names, *(say(f"exports.corrections.{name}", lang) for name in _RULED)],
        [_line(row, len(names), lang) for row in rows],
    )


def _line(row: list[str], width: int, lang: str) -> list[str]:
    number, columns, values, reasons, *cells = row
    said = zip(columns.split("\x1f"), values.split("\x1f"), reasons.split("\x1f"), strict=True)
    rejects = [Reject(int(number), column, value, reason) for column, value, reason in said if reason]
    why = [" ".join(reject.message(lang) for reject in rejects) or say("exports.corrections.sibling", lang)]
    own = [_kept_whole(cell) for cell in [*cells, *[""] * (width - len(cells))]]
    # Cells beyond the header's come last: the row is of another width until somebody puts them in their place.
    return [*own[:width], number, "、".join(dict.fromkeys(reject.column for reject in rejects)), *why, *own[width:]]


def _kept_whole(cell: str) -> str:
    """Long numbers led by a TAB, as Douyin writes them: Excel would round them, and the door takes the TAB off."""
    return f"\t{cell}" if _LONG_NUMBER.fullmatch(cell) else cell
