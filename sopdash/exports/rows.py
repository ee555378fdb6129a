"""From values to rows: `door_<fact>`, one row per accepted row of the file, with the columns this file fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sopdash.exports import orders
from sopdash.exports.cells import Cell, kind_of
from sopdash.exports.format import Field

if TYPE_CHECKING:
    from sopdash.exports.clean import Cleaner

EMPTY_KEYS = {
    "orders": ("platform", "shop"),
    "order_items": ("platform", "shop"),
    "refunds": ("platform", "shop"),
    "channel_days": ("channel", "code", "store"),
}
"""Key columns that are '' where the file does not say."""


class Rows:
    """Makes the rows of each fact from the cells of one file."""

    def __init__(self, cleaner: Cleaner) -> None:
        self.cleaner, self.cells, self.format = cleaner, cleaner.cells, cleaner.format
        self.fields: dict[str, list[Field]] = {}
        """Fact → the fields this file fills."""

    def of(self, fact: str) -> str:
        """`door_<fact>`: one row per accepted row of the file, with all columns this file fills and `row_no`."""
        fields = [item for item in self.format.fields if item.fact == fact and self._filled(item)]
        self.fields[fact] = fields
        plain = [item for item in fields if not item.key]
        made = [item for item in fields if item.key]
        columns = [f"{self._expression(item)} as {item.name}" for item in plain]
        columns += self._fixed(fact, {item.name for item in plain})
        owned = [item for item in made if self.cells.of(item)]
        columns += [f"{self._expression(item)} as own_{item.name}" for item in owned]
        inner = ", ".join(["row_no", *columns, *orders.line_columns(self.cleaner, fact)])
        outer = "".join(f", {self._made_key(item, plain)} as {item.name}" for item in made)
        without = f" exclude ({', '.join('own_' + item.name for item in owned)})" if owned else ""
        joins = " ".join(
            f"left join door_phones as book_{cell.name} on book_{cell.name}.phone = door_cells.{cell.name}"
            for cell in self.cells
            if cell.kind == "phone"
        )
        joins += " " + orders.said(self.cleaner, fact)
        table = f"door_{fact}"
        self.cleaner.execute(f"drop table if exists temp.{table}")
        self.cleaner.execute(
            f"""create temp table {table} as
                select lines.*{without}{outer}
                from (select {inner} from door_cells {joins}) as lines
                anti join door_rejects using (row_no)""",
            day=self.cleaner.options.as_of,
            platform=self.format.platform,
            **orders.parameters(self.cleaner),
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
        if item.name in EMPTY_KEYS.get(item.fact, ()):
            cells.append(_given(item.name))
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
        return [f"{_given(name)} as {name}" for name in EMPTY_KEYS.get(fact, ()) if name not in there]

    def header_of(self, fact: str, name: str) -> str:
        """The file's header behind a column of a fact."""
        item = self.format.field_of(fact, name)
        cells = self.cells.of(item) if item else []
        if cells:
            return cells[0].header
        made = [self.header_of(fact, part) for part in item.key] if item else []
        return " + ".join(made) or name


def _given(name: str) -> str:
    """SQL: a key column where the file is silent: shop as told, platform of the format, else ''."""
    return {"platform": "$platform", "shop": "$shop"}.get(name, "''")


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
