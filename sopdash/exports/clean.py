"""From staged text to typed rows and rejects, set-based inside the caller's transaction.

Steps, each a temporary table: `door_raw` (text) → `door_cells` (values per cell) → `door_<fact>` (rows of each fact);
`door_rejects` holds every row that was left out, with its reason. Values enter SQL as parameters; identifiers come from
column positions and from `facts.FACTS` only, never from the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sopdash.errors import FileRefused
from sopdash.exports import orders, values
from sopdash.exports.cells import Cell, Cells, kind_of
from sopdash.exports.format import Field
from sopdash.exports.results import SHOWN_REJECTS, Note, Reject
from sopdash.exports.table import Staged
from sopdash.warehouse import Cursor
from sopdash.warehouse.facts import FACTS

REFUSE_SHARE = 0.2
"""More rejected rows than this: the file was not understood."""
_EMPTY_KEYS = {
    "orders": ("platform", "shop"),
    "order_items": ("platform", "shop"),
    "refunds": ("platform", "shop"),
    "channel_days": ("channel", "code", "store"),
}
"""Key columns that are '' where the file does not say."""
_PARAMETER = re.compile(r"\$(\w+)")


@cache
def _macros() -> str:
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
    """Cleans one staged table on one cursor."""

    def __init__(self, cursor: Cursor, staged: Staged, options: Options) -> None:
        self.cursor, self.staged, self.options = cursor, staged, options
        self.found = staged.head.recognised
        self.format = self.found.format
        self.notes: list[Note] = []
        self.fields: dict[str, list[Field]] = {}

    def run(self, phone_keys: Any) -> dict[str, str]:
        """{fact: temporary table}, the main fact first. `phone_keys`: list of numbers → {number: key}."""
        self.cursor.execute(_macros())
        values.read(self.cursor, self.staged.path, self.staged.columns)
        self.cells = Cells(self.found)
        self.odd = values.tidy(self.cursor, self.cells)
        values.value(self.execute, self.cells, self.odd, self.options.date_order)
        self._reject_cells()
        self._refuse_lost_ids()
        self._phones(phone_keys)
        tables = {fact: self._fact(fact) for fact in self.format.facts}
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
            'create temp table door_rejects (row_no bigint, "column" varchar, value varchar, reason varchar)'
        )
        rows = [(reject.row, reject.column, reject.value, reject.reason) for reject in self.staged.ragged]
        if rows:
            self.cursor.executemany("insert into door_rejects values (?, ?, ?, ?)", rows)
        if not self.count("select count(*) from door_cells where faulty"):
            return
        sql, headers = values.faults(self.cells, self.odd)
        self.execute(f"insert into door_rejects {sql}", **headers)

    def _refuse_lost_ids(self) -> None:
        """Ids whose digits beyond the 15th are all zero: Excel has rounded them; one may be chance, half of them is not."""
        for cell in self.cells:
            if cell.kind != "id":
                continue
            row = self.cursor.execute(
                f"""select count(*), count(*) filter (where {cell.name} similar to '\\d{{15}}0+'),
                           min(row_no) filter (where {cell.name} similar to '\\d{{15}}0+')
                    from door_cells where {cell.name} similar to '\\d{{17,}}'"""
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

    def _fact(self, fact: str) -> str:
        """`door_<fact>`: one row per accepted row of the file, with all columns this file fills and `row_no`."""
        fields = [item for item in self.format.fields if item.fact == fact and self._filled(item)]
        self.fields[fact] = fields
        plain = [item for item in fields if not item.key]
        made = [item for item in fields if item.key]
        columns = [f"{self._expression(item)} as {item.name}" for item in plain]
        columns += self._fixed(fact, {item.name for item in plain})
        owned = [item for item in made if self.cells.of(item)]
        columns += [f"{self._expression(item)} as own_{item.name}" for item in owned]
        inner = ", ".join(["row_no", *columns, *orders.line_columns(self, fact)])
        outer = "".join(f", {self._made_key(item, plain)} as {item.name}" for item in made)
        without = f" exclude ({', '.join('own_' + item.name for item in owned)})" if owned else ""
        joins = " ".join(
            f"left join door_phones as book_{cell.name} on book_{cell.name}.phone = door_cells.{cell.name}"
            for cell in self.cells
            if cell.kind == "phone"
        )
        table = f"door_{fact}"
        self.cursor.execute(f"drop table if exists temp.{table}")
        self.execute(
            f"""create temp table {table} as
                select lines.*{without}{outer}
                from (select {inner} from door_cells {joins}) as lines
                anti join door_rejects using (row_no)""",
            day=self.options.as_of,
            platform=self.format.platform,
            **orders.parameters(self, fact),
            **{f"else_{item.name}": item.otherwise for item in fields if item.otherwise is not None},
            **{f"words_{item.name}": [word for word, _ in item.words] for item in fields},
            **{f"codes_{item.name}": [code for _, code in item.words] for item in fields},
        )
        return table

    def _filled(self, item: Field) -> bool:
        return bool(self.cells.of(item) or item.otherwise is not None or item.day_of_export or item.key)

    def _expression(self, item: Field) -> str:
        """SQL: the value of a field from its cells."""
        cells = [_cell_value(cell, item) for cell in self.cells.of(item)]
        if item.day_of_export:
            return f"cast($day as {item.type})"
        if item.total:
            known = " or ".join(f"{cell} is not null" for cell in cells)
            return f"case when {known} then {' + '.join(f'coalesce({cell}, 0)' for cell in cells)} end"
        if item.like:
            return f"nullif(concat_ws(';', {', '.join(cells)}), '')" if cells else "null"
        if item.otherwise is not None:
            cells.append(f"cast($else_{item.name} as {item.type})")
        return f"coalesce({', '.join(cells)})" if len(cells) > 1 else cells[0]

    def _made_key(self, item: Field, plain: list[Field]) -> str:
        """SQL: an id of the file's own, else made of other columns of the row; NULL where all of those are empty."""
        there = {other.name for other in plain}
        parts = [f'cast("{name}" as varchar)' for name in item.key if name in there]
        own = [f"own_{item.name}"] if self.cells.of(item) else []
        if parts:
            # A column the file lacks counts as an empty one: the id must not depend on which columns were exported.
            texts = (f"coalesce(cast(\"{name}\" as varchar), '')" if name in there else "''" for name in item.key)
            text = ", chr(31), ".join(texts)
            own.append(f"case when coalesce({', '.join(parts)}) is not null then md5(concat({text})) end")
        return f"coalesce({', '.join(own)})" if own else "cast(null as varchar)"

    def line_expression(self) -> str:
        """SQL: what tells item rows of one order apart: the sub-order id, else product and variant."""
        item = self.format.field_of("order_items", "line")
        if item is None:
            return "cast(row_no as varchar)"
        if self.cells.of(item):
            return self._expression(item)
        others = [self.format.field_of("order_items", name) for name in item.key]
        parts = [
            f"coalesce(cast({self._expression(other)} as varchar), '')"
            for other in others
            if other and self._filled(other)
        ]
        return f"md5(concat({', chr(31), '.join(parts)}))"

    def _fixed(self, fact: str, there: set[str]) -> list[str]:
        """Key columns every row has though no cell says so."""
        fixed = []
        for name in _EMPTY_KEYS.get(fact, ()):
            if name not in there:
                given = {"platform": "$platform", "shop": "$shop"}.get(name, "''")
                fixed.append(f"{given} as {name}")
        return fixed

    def _reject_missing_keys(self, fact: str, table: str) -> None:
        there = {name for name, *_ in self.cursor.execute(f"describe {table}").fetchall()}
        for name in FACTS[fact].key:
            if name not in there:
                raise FileRefused("header_missing", detail=name, column=name, format=self.format.name)
            if name in _EMPTY_KEYS.get(fact, ()):
                self.cursor.execute(f"update {table} set {name} = '' where {name} is null")
                continue
            self.cursor.execute(
                f"""insert into door_rejects select row_no, ?, '', 'missing' from {table}
                    where {name} is null and row_no not in (select row_no from door_rejects)""",
                [self.header_of(fact, name)],
            )

    def header_of(self, fact: str, name: str) -> str:
        """The file's header behind a column of a fact."""
        item = self.format.field_of(fact, name)
        cells = self.cells.of(item) if item else []
        if cells:
            return cells[0].header
        made = [self.header_of(fact, part) for part in item.key] if item else []
        return " + ".join(made) or name

    def drop_rejected(self, tables: Any) -> None:
        """Takes rejected rows out of every fact: a row counts as a whole."""
        for table in tables:
            self.cursor.execute(f"delete from {table} where row_no in (select row_no from door_rejects)")

    def _once(self, fact: str, tables: Mapping[str, str]) -> None:
        """Same key twice: identical rows count once; different ones are all rejected."""
        self.drop_rejected([tables[fact]])
        table, key = tables[fact], ", ".join(orders.line_key(self, fact))
        content = [f'"{name}"' for name, *_ in self.cursor.execute(f"describe {table}").fetchall() if name != "row_no"]
        self.cursor.execute("drop table if exists temp.door_twice")
        self.cursor.execute(
            f"""create temp table door_twice as
                with twice as (select {key} from {table} group by all having count(*) > 1),
                copies as (select row_no, {key}, md5(cast(row({", ".join(content)}) as varchar)) as content from {table} semi join twice using ({key}))
                select *, row_number() over (partition by {key}, content order by row_no) as copy,
                       count(distinct content) over (partition by {key}) as versions
                from copies"""
        )
        self._reject_conflicts(fact)
        same = self.count("select count(*) from door_twice where copy > 1 and versions = 1")
        if same:
            self.notes.append(Note("duplicate_row", same))
            for each in tables.values():
                self.cursor.execute(
                    f"delete from {each} where row_no in (select row_no from door_twice where copy > 1 and versions = 1)"
                )

    def _reject_conflicts(self, fact: str) -> None:
        name = orders.line_key(self, fact)[-1]
        self.cursor.execute(
            f"""insert into door_rejects
                select row_no, ?, cast({name} as varchar), 'duplicate_key'
                from door_twice where versions > 1""",
            [self.header_of(fact, name)],
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
            "select row_no, coalesce(\"column\", ''), coalesce(value, ''), reason from door_rejects order by row_no limit ?",
            [SHOWN_REJECTS],
        ).fetchall()
        return total, tuple(Reject(*row) for row in rows)


def _cell_value(cell: Cell, item: Field) -> str:
    """SQL: what a field takes of a cell."""
    if cell.kind == "phone":
        return f"book_{cell.name}.phone_key"
    value = f"door_cells.{cell.name}"
    if item.words:
        return f"coalesce($codes_{item.name}[list_position($words_{item.name}, {value})], {value})"
    if item.take == "length":
        return f"length({value})"
    if item.take:
        return f"door_{item.take}({value})"
    if item.name == "gender":
        return f"door_gender({value})"
    return f"cast({value} as date)" if kind_of(item) == "day" and cell.kind == "time" else value
