"""Child process: one workbook → one CSV per sheet, and what a CSV can't say, as JSON on stdout.

Run by path with a memory limit and a clock: a hostile workbook can abort the parser. Imports nothing of sopdash.
Usage: workbook_child.py WORKBOOK FOLDER MEMORY_BYTES MAX_ROWS MAX_COLUMNS
"""

from __future__ import annotations

import csv
import datetime
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LOST_DIGITS = "\ue000"
_CHUNK = 1 << 20
_FORMULA = re.compile(rb"<c\b([^>]*)>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_ADDRESS = re.compile(rb'\br="([A-Z]+)(\d+)"')
_HIDDEN_ROW = re.compile(rb'<row\b[^>]*\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<col\b[^>]*\bhidden="(?:1|true)"')


def text_of(value: Any) -> str:
    """A cell as the text a CSV would hold: whole numbers without .0, times as ISO."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return str(value)
        if value.is_integer():
            return str(int(value)) if abs(value) < 1e15 else LOST_DIGITS + str(int(value))
        return repr(value) if abs(value) >= 1e-4 else f"{value:f}"
    if isinstance(value, datetime.datetime):
        if value.microsecond:
            value = (value + datetime.timedelta(microseconds=500_000)).replace(microsecond=0)
        return str(value.isoformat(sep=" "))
    return "" if value is None else str(value)


def sheet_files(path: Path) -> dict[str, str]:
    """Sheet name → its XML inside an XLSX, by the workbook's relations."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
            return {}
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", relations):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        targets[found.get("Id", "")] = "xl/" + found.get("Target", "").removeprefix("/xl/").removeprefix("xl/")
    order = [dict(re.findall(r'([\w:]+)="([^"]*)"', tag)) for tag in re.findall(r"<sheet\b[^>]*>", book)]
    return {str(at): targets.get(tag.get("r:id", ""), "") for at, tag in enumerate(order)}


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def survey(path: Path, member: str) -> dict[str, Any]:
    """What the sheet's XML says beyond the values: formulas without a stored value, hidden rows and columns."""
    found: dict[str, Any] = {"formulas": {}, "hidden_rows": 0, "hidden_columns": 0}
    if not member:
        return found
    tail = b""
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            block = tail + chunk
            cut = block.rfind(b"<c ")
            cut = len(block) if cut < 0 or len(block) - cut > _CHUNK else cut
            whole, tail = block[:cut], block[cut:]
            note(whole, found)
    note(tail, found)
    return found


def note(block: bytes, found: dict[str, Any]) -> None:
    found["hidden_rows"] += len(_HIDDEN_ROW.findall(block))
    found["hidden_columns"] += len(_HIDDEN_COLUMN.findall(block))
    for attributes in _FORMULA.finditer(block):
        if b't="str"' in attributes[1] and b"<v" in attributes[0]:
            continue
        address = _ADDRESS.search(attributes[1])
        if address:
            found["formulas"].setdefault(column_number(address[1]) - 1, int(address[2]))


def rows_of(sheet: Any) -> Iterator[list[str]]:
    """Rows from the sheet's first one; the reader gives blank rows above the table, but no blank columns beside it."""
    if sheet.start is None:
        return
    blank = [""] * sheet.start[1]
    for row in sheet.iter_rows():
        yield blank + [text_of(value) for value in row]


def main() -> int:
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    memory, most_rows, most_columns = (int(value) for value in sys.argv[3:6])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    import python_calamine  # after the limit: everything it allocates counts

    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.PasswordError:
        return fail("encrypted")
    except (python_calamine.CalamineError, python_calamine.ZipError, python_calamine.XmlError, OSError):
        return fail("not_xlsx")
    members = sheet_files(path) if zipfile.is_zipfile(path) else {}
    sheets = []
    for at, name in enumerate(book.sheet_names):
        sheet = book.get_sheet_by_index(at)
        if sheet.start is None or sheet.end is None:
            continue
        if sheet.total_height > most_rows + 20:
            return fail("too_many_rows", sheet=name, rows=sheet.total_height, limit=most_rows)
        target = folder / f"sheet{at}.csv"
        width = min(sheet.end[1] + 1, most_columns + 1)
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            for row in rows_of(sheet):
                writer.writerow(row[:width])
        sheets.append({"name": name, "file": target.name, **survey(path, members.get(str(at), ""))})
    print(json.dumps({"sheets": sheets}))
    return 0


def fail(code: str, **values: Any) -> int:
    print(json.dumps({"error": code, "values": values}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
