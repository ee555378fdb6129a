"""What is worth a note: cells that were read but look odd, totals that do not add up, far fewer rows than last time."""

from __future__ import annotations

import re
from decimal import Decimal

from sopdash.exports.cells import Cell
from sopdash.exports.clean import Cleaner
from sopdash.exports.results import Note

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def notes_of(cleaner: Cleaner) -> list[Note]:
    """All notes about the content of a cleaned file."""
    found = [*_phones(cleaner), *_times(cleaner), *_totals(cleaner), *_parts(cleaner)]
    skipped = cleaner.staged.skipped
    found += [Note(code, rows) for code, rows in skipped.items()]
    if cleaner.format.rules.note:
        found.append(Note(cleaner.format.rules.note))
    return [note for note in found if note is not None]


def _phones(cleaner: Cleaner) -> list[Note]:
    names = [cell.name for cell in cleaner.cells if cell.kind == "phone" and cell.name in cleaner.odd]
    notes = []
    for code, test in (
        ("phone_masked", "t_{0} similar to '.*[*xX#$].*'"),
        ("phone_unusable", "not t_{0} similar to '.*[*xX#$].*'"),
    ):
        either = " or ".join(f"({name} = '' and {test.format(name)})" for name in names)
        rows = (
            cleaner.count(f"select count(*) from door_mended join door_tidy using (row_no) where {either}")
            if names
            else 0
        )
        if rows:
            notes.append(Note(code, rows))
    return notes


def _times(cleaner: Cleaner) -> list[Note]:
    names = [cell.name for cell in cleaner.cells if cell.kind in ("time", "day")]
    if not names:
        return []
    future = " or ".join(f"{name} > $now + interval 1 day" for name in names)
    counts = {"date_future": cleaner.count(f"select count(*) from door_cells where {future}", now=cleaner.options.now)}
    if serial := " or ".join(f"door_is_serial(t_{name})" for name in names if name in cleaner.odd):
        counts["date_serial"] = cleaner.count(f"select count(*) from door_tidy where {serial}")
    return [Note(code, rows) for code, rows in counts.items() if rows]


def _totals(cleaner: Cleaner) -> list[Note]:
    """A totals row is no data; its figures are held against the sums of the rows above."""
    totals = cleaner.staged.totals
    if not totals:
        return []
    if len(totals) > 1:
        return [Note("total_rows", len(totals))]
    number, row = totals[0]
    for cell in cleaner.cells:
        if cell.kind not in ("money", "count"):
            continue
        said = _number(row[cell.column] if cell.column < len(row) else "")
        found = _sum(cleaner, cell)
        if said is not None and said != found:
            values = {"column": cell.header, "said": f"{said:,}", "found": f"{found:,}", "row": number}
            return [Note("total_mismatch", 1, values)]
    return [Note("total_row", 1)]


def _number(text: str) -> Decimal | None:
    plain = re.sub(r"[,，¥￥元\s]", "", text)
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def _sum(cleaner: Cleaner, cell: Cell) -> Decimal:
    row = cleaner.cursor.execute(f"select sum({cell.name}) from door_cells").fetchone()
    return Decimal(str(row[0] if row and row[0] is not None else 0))


def _parts(cleaner: Cleaner) -> list[Note]:
    """A whole and its parts in one row, such as members = staff + customers."""
    names = cleaner.format.rules.parts_of
    cells = [
        cell
        for name in names
        for cell in cleaner.cells
        if cell.kind == "count" and cell.column == cleaner.found.index.get(name)
    ]
    if len(cells) < 3:
        return []
    whole, *parts = (cell.name for cell in cells)
    rows = cleaner.count(f"select count(*) from door_cells where {whole} <> {' + '.join(parts)}")
    return [Note("parts_differ", rows, {"columns": "、".join(names)})] if rows else []
