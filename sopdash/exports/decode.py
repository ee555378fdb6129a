"""A file becomes tables: text, workbook sheets or archive members, each with its format and its staged rows.

This is the door's order of questions: what is it (`source`), how is it written (`source`, `workbook`), where does the
table begin and which export is it (`head`, `recognise`), what are its rows (`table`).
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

from sopdash.errors import FileRefused
from sopdash.exports import html_table
from sopdash.exports.decoding import Encoding
from sopdash.exports.format import Format
from sopdash.exports.head import Head, find_head
from sopdash.exports.results import Note
from sopdash.exports.source import Kind, Source, encoding_of, look, unpacking
from sopdash.exports.table import Ready, Staged, Stager, locate
from sopdash.exports.workbook import Sheet, check_directory, sheets_of

MEMBER_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xls")
_TYPED = ("TIMESTAMP", "DATE", "DECIMAL(18,2)", "BIGINT", "DOUBLE")


@dataclass(frozen=True)
class Table:
    """One table of a file, found and recognised, not yet read through."""

    source: Source
    name: str
    path: Path
    head: Head
    encoding: Encoding
    sheet: Sheet | None = None

    @property
    def notes(self) -> list[Note]:
        """What recognition says: unknown, dropped and renamed columns, hidden cells, content unlike the name."""
        found = self.head.recognised
        notes = [Note("unknown_column", 0, {"column": name[:60]}) for name in found.unknown[:20]]
        if found.dropped:
            notes.append(Note("dropped_columns", 0, {"columns": "、".join(found.dropped)}))
        if found.renamed and not found.format.template:
            pairs = "、".join(f"{was} ← {now}" for was, now in found.renamed.items())
            notes.append(Note("renamed_columns", 0, {"columns": pairs}))
        if self.sheet and self.sheet.hidden:
            notes.append(Note("hidden_cells", self.sheet.hidden))
        if self.source.kind is not _named_kind(self.source.name):
            notes.append(Note("other_kind", 0, {"kind": self.source.kind.value}))
        return notes

    def stage(self, out: Path, ready: Ready | None = None) -> Staged:
        """Writes the mapped columns of all rows to `out`; refused where the structure is damaged.

        `ready`: told of each part of the rows that can be read already.
        """
        found = self.head.recognised
        columns = sorted({*found.index.values(), *(at for family in found.like.values() for at in family)})
        if self.sheet:
            self._check_formulas(columns)
        stager = Stager(
            self.head, _typed(self.head), workbook=self.sheet is not None, ends_line=self.encoding.ends_line
        )
        return stager.stage(self.path, out, columns, ready)

    def _check_formulas(self, columns: Iterable[int]) -> None:
        assert self.sheet is not None
        for column in columns:
            if column in self.sheet.formulas:
                header = self.head.recognised.headers[column].strip()
                raise FileRefused("formula_no_value", row=self.sheet.formulas[column], column=header)


def _named_kind(name: str) -> Kind:
    suffix = Path(name).suffix.lower()
    kinds = {".xlsx": Kind.WORKBOOK, ".xlsm": Kind.WORKBOOK, ".xls": Kind.OLD_WORKBOOK, ".zip": Kind.ARCHIVE}
    return kinds.get(suffix, Kind.TEXT)


def _typed(head: Head) -> list[int]:
    found = head.recognised
    names = {name for item in found.format.fields if item.type in _TYPED for name in item.columns}
    return [found.index[name] for name in names if name in found.index]


@contextmanager
def scratch(staging: Path, owner: str) -> Iterator[Path]:
    """A folder of its own inside the staging folder, deleted with all it holds: source files never stay.

    `owner`: the warehouse's name; what a killed process left is deleted when that warehouse is next opened.
    """
    staging.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=staging, prefix="import-", suffix=f".{owner}"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tables(path: Path, name: str, folder: Path, among: Iterable[Format]) -> Iterator[Table | tuple[str, FileRefused]]:
    """Every table of a file that is a known export; a refused archive member comes as (its name, why)."""
    among = list(among)
    source = look(path, name)
    if source.kind is Kind.ARCHIVE:
        yield from _members(source, folder, among)
    elif source.kind is Kind.TEXT:
        yield _text_table(source, folder, among)
    elif source.kind is Kind.PAGE:
        yield _page_table(source, folder, among)
    else:
        yield from _sheet_tables(source, folder, among)


def _text_table(source: Source, folder: Path, among: list[Format]) -> Table:
    copy = folder / "decoded.csv"
    encoding = encoding_of(source.path, copy)
    if encoding.damage is None:
        path = source.path if encoding.codec == "utf-8" else copy
        return Table(source, source.name, path, find_head(path, "utf-8", among), encoding)
    copy.unlink(missing_ok=True)
    try:
        head = find_head(source.path, encoding.codec, among, errors="replace")
    except FileRefused as error:
        raise FileRefused(encoding.damage) from error
    row, column = locate(source.path, head, encoding.line)
    raise FileRefused(encoding.damage, row=row, column=column)


def _page_table(source: Source, folder: Path, among: list[Format]) -> Table:
    encoding = encoding_of(source.path)
    if encoding.damage is not None:
        raise FileRefused(encoding.damage)
    sheet = Sheet("", folder / "page.csv", 0, {})
    html_table.to_csv(source.path, encoding.codec, sheet.path)
    return Table(source, source.name, sheet.path, find_head(sheet.path, "utf-8", among), Encoding("utf-8"), sheet)


def _sheet_tables(source: Source, folder: Path, among: list[Format]) -> Iterator[Table]:
    refusals: list[FileRefused] = []
    found: list[Table] = []
    with unpacking():
        sheets = sheets_of(source.path, folder)
    for sheet in sheets:
        try:
            head = find_head(sheet.path, "utf-8", among)
        except FileRefused as error:
            refusals.append(error)
        else:
            found.append(Table(source, source.name, sheet.path, head, Encoding("utf-8"), sheet))
    if not found:
        raise max(refusals, key=lambda error: error.row or 0)
    for table in found:
        assert table.sheet is not None
        yield table if len(found) == 1 else replace(table, name=f"{source.name} › {table.sheet.name}")


def _members(source: Source, folder: Path, among: list[Format]) -> Iterator[Table | tuple[str, FileRefused]]:
    check_directory(source.path)
    with zipfile.ZipFile(source.path) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith(MEMBER_SUFFIXES)]
        if not entries:
            raise FileRefused("archive_empty")
        for at, entry in enumerate(entries):
            inside = folder / f"member{at}"
            inside.mkdir()
            target = inside / "member"
            shown = f"{source.name} › {member_name(entry)}"
            try:
                with unpacking(), archive.open(entry) as read, target.open("wb") as write:
                    shutil.copyfileobj(read, write)
                for table in tables(target, member_name(entry), inside, among):
                    if isinstance(table, Table):
                        yield replace(table, name=shown)
            except FileRefused as error:
                yield shown, error


def member_name(entry: zipfile.ZipInfo) -> str:
    """The member's own file name; old archivers write it in GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = entry.filename
    return name.rsplit("/", 1)[-1]
