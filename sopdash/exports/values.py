"""Text becomes values: the staged files → `door_read` → `door_cells` (values, faulty or not).

For each kind of cell there is the form nearly all cells have, read at once while the file is, and all other forms, read
by `readings/<kind>.sql` from their distinct texts only: a million clean cells cost one comparison each. Text is most of
a file, so only that of rows with an odd cell is kept, in `door_tidy` (without wrapping).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sopdash.errors import FileRefused
from sopdash.exports.cells import Cell, Cells
from sopdash.exports.table import Ready, Staged
from sopdash.warehouse import Cursor

Execute = Callable[..., Cursor]
"""Runs SQL with the parameters it names."""

_READINGS = Path(__file__).parent / "readings"
_NUMBERS = {
    "money": ("元", "try_cast(digits as decimal(18, 2))"),
    "count": (
        "[件个人次条张单位名群分]$",
        "try_cast(nullif(regexp_extract(digits, '^([+-]?\\d+)(\\.0*)?$', 1), '') as bigint)",
    ),
    "rate": ("[%分]$|分钟$", "try_cast(digits as double)"),
}
"""Kind → units that may stand behind the number, and the value of its digits."""


def read(cursor: Cursor, cells: Cells, stage: Callable[[Ready], Staged]) -> Staged:
    """`door_read`: every row with the values of its cells of the usual form, and all its `texts` where one is not.

    Lines passed on are read by a thread while `stage` writes the next ones: DuckDB works where Python would wait.
    """
    _drop(cursor)
    with ThreadPoolExecutor(1) as thread:
        parts: list[Future[None]] = []
        try:
            staged = stage(
                lambda so_far, path: parts.append(thread.submit(_take, cursor, cells, _passed(so_far, path)))
            )
            for part in parts:
                part.result()
        finally:
            thread.shutdown(cancel_futures=True)
    _take(cursor, cells, _single(staged))
    names = ", ".join(cell.name for cell in cells)
    rows = f"select row_no, {names}, texts from door_single"
    if staged.runs:
        number = _number(staged.runs, f"(rowid - {_first_place(cursor, staged)})")
        rows = f"select {number} as row_no, {names}, texts from door_plain union all {rows}"
    cursor.execute(f"create or replace temp view door_read as {rows}")
    return staged


def _drop(cursor: Cursor) -> None:
    cursor.execute("drop view if exists temp.door_read")
    for table in ("door_plain", "door_single"):
        cursor.execute(f"drop table if exists temp.{table}")


def _take(cursor: Cursor, cells: Cells, lines: Lines) -> None:
    """Adds the values of some lines to their table. Their dialect is known, so nothing is guessed."""
    own = "row_no, " if lines.numbered else ""
    taken = ", ".join(dict.fromkeys(f"c{cell.column}" for cell in cells))
    names, texts = ", ".join(cell.name for cell in cells), ", ".join(cell.text for cell in cells)
    odd = " or ".join(f"({cell.text} is not null and {cell.name} is null)" for cell in cells)
    there = cursor.execute("select 1 from duckdb_tables() where temporary and table_name = ?", [lines.table]).fetchone()
    cursor.execute(
        f"""{f"insert into temp.{lines.table}" if there else f"create temp table {lines.table} as"}
            with told as (select {own}{taken}, {_plain(cells)} as plain from {lines.source}),
            tidied as (select *, {", ".join(f"{_unless_plain(cell)} as {cell.text}" for cell in cells)} from told),
            valued as (select *, {", ".join(f"{_value_read(cell)} as {cell.name}" for cell in cells)} from tidied)
            select {own}{names}, case when {odd} then [{texts}] end as texts from valued""",
        lines.parameters,
    )


def _plain(cells: Cells) -> str:
    """SQL: whether all cells of a row that are ids or numbers are bare and of the usual form, asked of all at once."""
    looked_at = [cell for cell in cells if cell.plain]
    if len(looked_at) < _TOGETHER:
        return "false"
    texts = ", ".join(f"coalesce(c{cell.column}, '')" for cell in looked_at)
    forms = "\x1f".join(f"(?:{cell.plain})?" for cell in looked_at)
    return f"regexp_full_match(concat_ws(chr(31), {texts}), '{forms}')"


_TOGETHER = 2
"""From so many cells on, one look at a row costs less than one at each cell."""


def _unless_plain(cell: Cell) -> str:
    return f"case when plain then c{cell.column} else {cell.tidied} end" if cell.plain else cell.tidied


def _value_read(cell: Cell) -> str:
    return f"case when plain then {cell.plain_value} else {cell.usual} end" if cell.plain else cell.usual


def _tidied(cells: Cells) -> str:
    return ", ".join(f"{cell.tidied} as {cell.text}" for cell in cells)


@dataclass(frozen=True)
class Lines:
    """One of the two staged files."""

    table: str
    """The temporary table of its values."""
    source: str
    """SQL: its rows as text."""
    parameters: dict[str, Any]
    numbered: bool = False
    """Whether the file holds the rows' numbers in the export; else they follow from their places."""


_SHARED = "header = false, auto_detect = false, strict_mode = true"


def _single(staged: Staged) -> Lines:
    """The rows read cell by cell."""
    columns = {"row_no": "BIGINT"} | {f"c{column}": "VARCHAR" for column in staged.columns}
    source = (
        f"""read_csv($path, columns = $columns, delim = ',', quote = '"', escape = '"', new_line = '\\n', {_SHARED})"""
    )
    return Lines("door_single", source, {"path": str(staged.path), "columns": columns}, numbered=True)


def _passed(staged: Staged, *parts: Path) -> Lines:
    """Parts of the lines passed on."""
    columns = {f"c{column}": "VARCHAR" for column in range(staged.head.width)}
    ends = "" if staged.returns else "new_line = '\\n', "  # CR LF is read unless it is told
    source = f"read_csv($path, columns = $columns, delim = $delimiter, quote = '', escape = '', {ends}{_SHARED})"
    told = {"path": [str(part) for part in parts], "columns": columns, "delimiter": staged.head.dialect.delimiter}
    return Lines("door_plain", source, told)


def _number(runs: Sequence[tuple[int, int]], place: str) -> str:
    """SQL: the number of a row from its place among the lines passed on, counted from 0."""
    whens, passed = [], 0
    for first, rows in runs:
        whens.append(f"when {place} < {passed + rows} then {place} + {first - passed}")
        passed += rows
    return f"case {' '.join(whens)} end" if len(runs) > 1 else f"{place} + {runs[0][0]}"


def _first_place(cursor: Cursor, staged: Staged) -> int:
    """The first `rowid` of the lines passed on: not 0 inside a transaction. Every line must be one row, in order."""
    row = cursor.execute("select min(rowid), max(rowid), count(*) from door_plain").fetchone()
    rows = sum(rows for _, rows in staged.runs)
    if row is None or row[2] != rows or row[1] - row[0] + 1 != rows:
        raise RuntimeError(f"{row} read of {staged.runs}")
    return int(row[0])


def tidy(cursor: Cursor, cells: Cells) -> dict[str, int]:
    """`door_tidy`: the texts of rows with an odd cell. Returns how many cells are not of the usual form."""
    texts = ", ".join(f"texts[{place}] as {cell.text}" for place, cell in enumerate(cells, 1))
    cursor.execute("drop table if exists temp.door_tidy")
    cursor.execute(f"create temp table door_tidy as select row_no, {texts} from door_read where texts is not null")
    counts = ", ".join(f"count(*) filter (where {_is_odd(cell)})" for cell in cells)
    found = cursor.execute(f"select {counts} from door_tidy").fetchone() or ()
    return {cell.name: count for cell, count in zip(cells, found, strict=True) if count}


def value(execute: Execute, cells: Cells, odd: dict[str, int], date_order: str | None) -> None:
    """`door_cells`: the value of every cell; `faulty` where a row has text that can't be read."""
    names = ", ".join(cell.name for cell in cells)
    strange = [cell for cell in cells if cell.name in odd]
    usual = f"select row_no, {names}, false as faulty from door_read where texts is null"
    execute("drop view if exists temp.door_cells")
    if not strange:
        execute(f"create temp view door_cells as {usual}")
        return
    for cell in strange:
        _read_odd(execute, cell, date_order)
    values = ", ".join(f"{_value(cell, odd)} as {cell.name}" for cell in cells)
    joins = " ".join(f"left join odd_{cell.name} on odd_{cell.name}.text = door_tidy.{cell.text}" for cell in strange)
    faults = " or ".join(f"({cell.text} is not null and {cell.name} is null)" for cell in strange)
    execute("drop table if exists temp.door_mended")
    execute(
        f"""create temp table door_mended as
            with valued as (select door_tidy.*, {values} from door_tidy {joins})
            select row_no, {names}, {faults} as faulty from valued"""
    )
    execute(f"create temp view door_cells as {usual} union all from door_mended")


def keep_texts(cursor: Cursor, staged: Staged, cells: Cells) -> None:
    """Adds to `door_tidy` the texts of rejected rows without an odd cell; they are read once more for that."""
    taken = ", ".join(f"c{column}" for column in staged.columns)
    for lines in [*([_passed(staged, *staged.plain)] if staged.plain else []), _single(staged)]:
        numbers, source = "row_no", lines.source
        if not lines.numbered:
            source = f"(select row_number() over () - 1 as place, {taken} from {source})"
            numbers = _number(staged.runs, "place")
        cursor.execute(
            f"""insert into door_tidy by name
                with numbered as (select {numbers} as row_no, {taken} from {source})
                select row_no, {_tidied(cells)} from numbered
                semi join door_rejects using (row_no) anti join door_tidy using (row_no)""",
            lines.parameters,
        )


def faults(cells: Cells, odd: dict[str, int]) -> tuple[str, dict[str, Any]]:
    """SQL for `row_no, header, value, reason` of the first unreadable cell of each row, and its parameters."""
    parts, headers = [], {}
    for place, cell in enumerate(cells):
        if cell.name in odd:
            headers[f"header_{place}"] = cell.header
            parts.append(
                f"""select row_no, {place} as place, $header_{place} as header, {shown(cell)} as value, why as reason
                    from suspects join odd_{cell.name} on text = {cell.text} where odd_{cell.name}.value is null"""
            )
    sql = f"""
        with suspects as (
            select * from door_tidy semi join (select row_no from door_mended where faulty) using (row_no)),
        found as ({" union all ".join(parts)})
        select row_no, header as "column", value, reason from found
        qualify row_number() over (partition by row_no order by place) = 1"""
    return sql, headers


def _is_odd(cell: Cell) -> str:
    return f"{cell.text} is not null and {cell.usual} is null"


def _value(cell: Cell, odd: dict[str, int]) -> str:
    return f"coalesce({cell.usual}, odd_{cell.name}.value)" if cell.name in odd else cell.usual


def _read_odd(execute: Execute, cell: Cell, date_order: str | None) -> None:
    """`odd_<cell>`: text, value and reason of the distinct texts that are not of the usual form."""
    first = _date_order(execute, cell, date_order) if cell.kind in ("time", "day") else ""
    reading, parameters = _reading(cell.kind)
    execute(f"drop table if exists temp.odd_{cell.name}")
    execute("drop table if exists temp.texts")
    execute(f"create temp table texts as select distinct {cell.text} as text from door_tidy where {_is_odd(cell)}")
    execute(f"create temp table odd_{cell.name} as {reading}", first=first, **parameters)


@cache
def _reading(kind: str) -> tuple[str, dict[str, str]]:
    """SQL over `texts(text)` giving `text, value, why`, and its parameters."""
    if kind in _NUMBERS:
        units, cast = _NUMBERS[kind]
        return f"select text, {cast} as value, why from ({_sql('number')})", {"units": units}
    if kind == "day":
        return f"select text, cast(value as date) as value, why from ({_sql('time')})", {}
    return _sql(kind), {}


def _sql(name: str) -> str:
    return (_READINGS / f"{name}.sql").read_text(encoding="utf-8")


def _date_order(execute: Execute, cell: Cell, told: str | None) -> str:
    """Order of day and month where the year stands last: told, or proved by a day above 12; else refused."""
    if told:
        return told
    row = execute(
        f"""with written as (
                select row_no, regexp_extract({cell.text}, '^(\\d{{1,2}})[-/.](\\d{{1,2}})', ['a', 'b']) as part
                from door_tidy where door_has_year_last({cell.text}))
            select max(cast(part.a as integer)), max(cast(part.b as integer)), min(row_no) from written"""
    ).fetchone()
    if row is None or row[2] is None:
        return ""
    first, second, row_no = row
    if (first > 12) == (second > 12):
        raise FileRefused("date_ambiguous", row=row_no, column=cell.header)
    return "dmy" if first > 12 else "mdy"


def shown(cell: Cell) -> str:
    """SQL: a rejected value as it may be shown."""
    return f"left({cell.text}, 3) || '****' || right({cell.text}, 2)" if cell.personal else f"left({cell.text}, 80)"
