"""From staged text to typed rows and rejects, set-based inside the caller's transaction.

Steps, each temporary: `door_read` (usual values, odd text) → `door_cells` (values) → `door_<fact>` (rows of each fact);
`door_rejects` holds every row that was left out, with its reason. Values enter SQL as parameters; identifiers come from
column positions and from `facts.FACTS` only, never from the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sopdash.errors import FileRefused
from sopdash.exports import orders, values
from sopdash.exports.cells import Cells
from sopdash.exports.recognise import Recognised
from sopdash.exports.results import SHOWN_REJECTS, Note, Reject
from sopdash.exports.rows import EMPTY_KEYS, Rows
from sopdash.exports.table import Ready, Staged
from sopdash.warehouse import Cursor
from sopdash.warehouse.facts import FACTS

REFUSE_SHARE = 0.2
"""More rejected rows than this: the file was not understood."""
_PARAMETER = re.compile(r"\$(\w+)")


@cache
def macros() -> str:
    """SQL of the readings the cleaning steps use."""
    return Path(__file__).with_name("macros.sql").read_text(encoding="utf-8")


@dataclass
class Options:
    """What the person importing said about the file, and the zone its wall times are of."""

    shop: str = ""
    date_order: str | None = None
    as_of: datetime | None = None
    zone: str = "Asia/Shanghai"
    now: datetime = field(default_factory=datetime.now)
    """Wall time in the zone; later times are noted."""


class Cleaner:
    """Cleans one table on one cursor."""

    def __init__(self, cursor: Cursor, found: Recognised, options: Options) -> None:
        self.cursor, self.found, self.options = cursor, found, options
        self.format = found.format
        self.notes: list[Note] = []
        self.staged: Staged
        self.data_rows = 0
        """Data rows of the file, once it is staged."""

    def run(self, stage: Callable[[Ready], Staged], phone_keys: Any) -> dict[str, str]:
        """{fact: temporary table}, the main fact first. `phone_keys`: list of numbers → {number: key}."""
        self.cursor.execute(macros())
        self.cells = Cells(self.found)
        self.staged = values.read(self.cursor, self.cells, stage)
        self.data_rows = self.staged.rows
        self.odd = values.tidy(self.cursor, self.cells)
        values.value(self.execute, self.cells, self.odd, self.options.date_order)
        self._reject_cells()
        self._refuse_lost_ids()
        self._phones(phone_keys)
        self.rows = Rows(self)
        tables = {fact: self.rows.of(fact) for fact in self.format.facts}
        for fact, table in tables.items():
            self._reject_missing_keys(fact, table)
        orders.prepare(self)
        self._once(self.format.main, tables)
        self.drop_rejected(tables.values())
        if self.format.main == "orders":
            self.notes += orders.settle(self)
        for fact in tables:
            if fact != self.format.main:
                self._latest_only(fact)
        self._keep_rejected()
        return tables

    def execute(self, sql: str, **parameters: Any) -> Cursor:
        """Runs SQL with the parameters it names ($zone, $shop, …)."""
        known = {"zone": self.options.zone, "shop": self.options.shop, **parameters}
        return self.cursor.execute(sql, {name: known[name] for name in set(_PARAMETER.findall(sql)) & known.keys()})

    def count(self, sql: str, **parameters: Any) -> int:
        """The single number a query gives."""
        row = self.execute(sql, **parameters).fetchone()
        return int(row[0]) if row and row[0] is not None else 0

    def _reject_cells(self) -> None:
        self.cursor.execute("drop table if exists temp.door_rejects")
        self.cursor.execute(
            """create temp table door_rejects
               (row_no bigint, "column" varchar, value varchar, reason varchar, raw varchar)"""
        )
        rows = [(reject.row, reject.column, reject.value, reject.reason) for reject in self.staged.ragged]
        if rows:
            self.cursor.executemany("insert into door_rejects values (?, ?, ?, ?, null)", rows)
        if not self.odd or not self.count("select count(*) from door_mended where faulty"):
            return
        sql, headers = values.faults(self.cells, self.odd)
        self.execute(f"insert into door_rejects by name {sql}", **headers)

    def _refuse_lost_ids(self) -> None:
        """Ids with nothing but zeros beyond the 15th digit were rounded by Excel; one is chance, half of them not."""
        for cell in self.cells:
            if cell.kind != "id":
                continue
            lost = f"select row_no, true as rounded from door_tidy where door_lost({cell.text})"
            marked = self.count(f"select count(*) from ({lost})") if cell.name in self.odd else 0
            rounded = f"ends_with({cell.name}, '00') and {cell.name} similar to '\\d{{15}}0+'"
            if not marked and not self.count(f"select count(*) from door_cells where {rounded}"):
                continue
            row = self.cursor.execute(
                f"""with long as (
                        select row_no, {rounded} as rounded from door_cells where {cell.name} similar to '\\d{{17,}}'
                        union all {lost})
                    select count(*), count(*) filter (where rounded), min(row_no) filter (where rounded) from long"""
            ).fetchone()
            if row and row[0] >= 2 and row[1] * 2 >= row[0]:
                raise FileRefused("id_precision", row=row[2], column=cell.header)

    def _phones(self, phone_keys: Any) -> None:
        """`door_phones`: number → key. Numbers are hashed outside SQL: the key never enters a query."""
        self.cursor.execute("drop table if exists temp.door_phones")
        self.cursor.execute("create temp table door_phones (phone varchar, phone_key varchar)")
        names = [cell.name for cell in self.cells if cell.kind == "phone"]
        if not names:
            return
        every = " union ".join(f"select {name} from door_cells where {name} <> ''" for name in names)
        numbers = [number for (number,) in self.cursor.execute(every).fetchall()]
        keys = phone_keys(numbers) if numbers else {}
        self.cursor.execute(
            "insert into door_phones select unnest($numbers::varchar[]), unnest($keys::varchar[])",
            {"numbers": list(keys), "keys": list(keys.values())},
        )

    def _reject_missing_keys(self, fact: str, table: str) -> None:
        there = {name for name, *_ in self.cursor.execute(f"describe {table}").fetchall()}
        for name in FACTS[fact].key:
            if name not in there:
                raise FileRefused("header_missing", detail=name, column=name, format=self.format.name)
            if name in EMPTY_KEYS.get(fact, ()):
                continue
            self.cursor.execute(
                f"""insert into door_rejects select row_no, ?, '', 'missing', null from {table}
                    where {name} is null and row_no not in (select row_no from door_rejects)""",
                [self.rows.header_of(fact, name)],
            )

    def drop_rejected(self, tables: Any) -> None:
        """Takes rejected rows out of every fact: a row counts as a whole."""
        for table in tables:
            self.cursor.execute(f"delete from {table} where row_no in (select row_no from door_rejects)")

    def _once(self, fact: str, tables: Mapping[str, str]) -> None:
        """Same key twice: identical rows count once; different ones are all rejected."""
        self.drop_rejected([tables[fact]])
        table, key = tables[fact], ", ".join(orders.line_key(self, fact))
        if not self.count(f"select count(*) - count(distinct hash({key})) from {table}"):
            return
        content = [f'"{name}"' for name, *_ in self.cursor.execute(f"describe {table}").fetchall() if name != "row_no"]
        self.cursor.execute("drop table if exists temp.door_twice")
        self.cursor.execute(
            f"""create temp table door_twice as
                with twice as (select {key} from {table} group by all having count(*) > 1),
                copies as (
                    select row_no, {key}, md5(cast(row({", ".join(content)}) as varchar)) as content
                    from {table} semi join twice using ({key}))
                select *, row_number() over (partition by {key}, content order by row_no) as copy,
                       count(distinct content) over (partition by {key}) as versions
                from copies"""
        )
        self._reject_conflicts(fact)
        same = self.count("select count(*) from door_twice where copy > 1 and versions = 1")
        if same:
            self.notes.append(Note("duplicate_row", same))
            for each in tables.values():
                copies = "select row_no from door_twice where copy > 1 and versions = 1"
                self.cursor.execute(f"delete from {each} where row_no in ({copies})")

    def _reject_conflicts(self, fact: str) -> None:
        name = orders.line_key(self, fact)[-1]
        item = self.format.field_of(fact, name)
        shown = f"cast({name} as varchar)" if item is None or self.cells.of(item) else "''"
        self.cursor.execute(
            f"""insert into door_rejects
                select row_no, ?, {shown}, 'duplicate_key', null
                from door_twice where versions > 1""",
            [self.rows.header_of(fact, name)],
        )

    def _keep_rejected(self) -> None:
        """The mapped cells of each rejected row as JSON, personal ones masked: what the download of rejects shows."""
        if not self.count("select count(*) from door_rejects"):
            return
        values.keep_texts(self.cursor, self.staged, self.cells)
        pairs = ", ".join(f"$header_{place}, {values.shown(cell)}" for place, cell in enumerate(self.cells))
        headers = {f"header_{place}": cell.header for place, cell in enumerate(self.cells)}
        self.execute(
            f"""update door_rejects set raw = cells.raw
                from (select row_no, cast(json_object({pairs}) as varchar) as raw from door_tidy
                      semi join door_rejects using (row_no)) as cells
                where cells.row_no = door_rejects.row_no""",
            **headers,
        )

    def _latest_only(self, fact: str) -> None:
        """A fact told beside the main one (a group beside its day): its last row in the file counts."""
        key = ", ".join(FACTS[fact].key)
        self.cursor.execute(
            f"""delete from door_{fact} where row_no not in (select max(row_no) from door_{fact} group by {key})"""
        )

    def supplied(self, fact: str) -> list[str]:
        """Columns of a fact this file fills; what it does not fill stays what other exports said."""
        rows = self.cursor.execute(f"describe door_{fact}").fetchall()
        return [name for name, *_ in rows if name in FACTS[fact].columns]

    def rejects(self) -> tuple[int, tuple[Reject, ...]]:
        """How many rows were rejected, and the first of them."""
        total = self.count("select count(distinct row_no) from door_rejects")
        rows = self.cursor.execute(
            """select row_no, coalesce("column", ''), coalesce(value, ''), reason from door_rejects
               order by row_no limit ?""",
            [SHOWN_REJECTS],
        ).fetchall()
        return total, tuple(Reject(*row) for row in rows)
