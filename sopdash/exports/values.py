"""Text becomes values: `door_raw` (as staged) → `door_tidy` (without wrapping) → `door_cells` (values, faulty or not).

For each kind of cell there is the form nearly all cells have, read at once, and all other forms, read by
`readings/<kind>.sql` from their distinct texts only: a million clean cells cost one comparison each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sopdash.errors import FileRefused
from sopdash.exports.cells import Cell, Cells
from sopdash.exports.table import Staged
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


def read(cursor: Cursor, staged: Staged) -> None:
    """`door_raw`: the staged rows, all text, in whatever order. The dialects are known, so nothing is guessed."""
    taken = {"row_no": "BIGINT"} | {f"c{column}": "VARCHAR" for column in staged.columns}
    every = {"row_no": "BIGINT"} | {f"c{column}": "VARCHAR" for column in range(staged.head.width)}
    shared = "header = false, auto_detect = false, strict_mode = true, new_line = '\\n'"
    sql = f"""select * from read_csv($path, columns = $taken, delim = ',', quote = '"', escape = '"', {shared})"""
    told = {"path": str(staged.path), "taken": taken}
    if staged.plain.stat().st_size:
        sql += f""" union all select {", ".join(taken)}
                    from read_csv($plain, columns = $every, delim = $delimiter, quote = '', escape = '', {shared})"""
        told |= {"plain": str(staged.plain), "every": every, "delimiter": staged.head.dialect.delimiter}
    cursor.execute("drop table if exists temp.door_raw")
    cursor.execute(f"create temp table door_raw as {sql}", told)


def tidy(cursor: Cursor, cells: Cells) -> dict[str, int]:
    """`door_tidy`: the text of every cell without wrapping. Returns how many cells are not of the usual form."""
    texts = ", ".join(f"{cell.tidied} as {cell.text}" for cell in cells)
    cursor.execute("drop table if exists temp.door_tidy")
    cursor.execute(f"create temp table door_tidy as select row_no, {texts} from door_raw")
    cursor.execute("drop table door_raw")
    counts = ", ".join(f"count(*) filter (where {_is_odd(cell)})" for cell in cells)
    found = cursor.execute(f"select {counts} from door_tidy").fetchone() or ()
    return {cell.name: count for cell, count in zip(cells, found, strict=True) if count}


def value(execute: Execute, cells: Cells, odd: dict[str, int], date_order: str | None) -> None:
    """`door_cells`: the value of every cell; `faulty` where a row has text that can't be read."""
    strange = [cell for cell in cells if cell.name in odd]
    for cell in strange:
        _read_odd(execute, cell, date_order)
    values = ", ".join(f"{_value(cell, odd)} as {cell.name}" for cell in cells)
    joins = " ".join(f"left join odd_{cell.name} on odd_{cell.name}.text = door_tidy.{cell.text}" for cell in strange)
    faults = " or ".join(f"({cell.text} is not null and {cell.name} is null)" for cell in strange) or "false"
    execute("drop table if exists temp.door_cells")
    execute(
        f"""create temp table door_cells as
            with valued as (select door_tidy.*, {values} from door_tidy {joins})
            select row_no, {", ".join(cell.name for cell in cells)}, {faults} as faulty from valued"""
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
            select * from door_tidy semi join (select row_no from door_cells where faulty) using (row_no)),
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
