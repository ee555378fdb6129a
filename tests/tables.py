"""Warehouses filled from small text tables, through the same ledger as real imports.

    warehouse.orders('''
        customer  paid_at           paid
        ann       2026-11-02 10:00  100
        -         2026-11-04 09:00   10     -- no customer
    ''')

Columns are those of `sopdash.warehouse.facts` plus the names of `ALIASES`, parted by two or more spaces (or by single
ones where no cell holds any); `-` is NULL, `--` starts a remark. `customer` is one person over all facts. What a table
leaves out gets a sensible default (`DEFAULTS`). Marts follow by themselves before the first read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sopdash.warehouse import FACTS, BatchResult, Cursor, NewBatch, Store, append, open_store, undo
from sopdash.warehouse.schema import declared, listed

PERSON = ("external_id", "account", "name", "sender")
"""Columns that `customer` fills where the fact has them (orders have no name, messages no account)."""

ALIASES = {
    "orders": {
        "paid": "paid_amount",
        "refund": "refund_amount",
        "at": "paid_at",
        "id": "order_id",
        "region": "province",
    },
    "follows": {"at": "added_at", "added": "added_at", "lost": "lost_at"},
    "group_members": {"group": "group_name", "at": "joined_at", "joined": "joined_at", "left": "left_at"},
    "messages": {"group": "group_name", "at": "sent_at"},
    "groups": {"group": "group_id"},
    "group_days": {"group": "group_id"},
    "activities": {"group": "group_name"},
    "sends": {"group": "group_name", "at": "sent_at"},
}

DEFAULTS = {
    "orders": {"platform": "test", "shop": "", "status": "paid"},
    "order_items": {"platform": "test", "shop": ""},
    "refunds": {"platform": "test", "shop": "", "status": "finished"},
    "follows": {"staff": "导购A01"},
    "group_members": {"group_name": "福利群"},
    "messages": {"group_name": "福利群", "kind": "text"},
    "touches": {"kind": "click"},
    "channel_days": {"code": "", "store": ""},
}


class Tables:
    """A store of its own in `folder`; `warehouse.<fact>(text)` appends rows, everything else reads."""

    def __init__(self, folder: Path) -> None:
        self._store = open_store(folder / "warehouse.duckdb")
        self._numbers = itertools.count(1)
        self._stale = False

    def __getattr__(self, name: str) -> Callable[..., BatchResult]:
        if name not in FACTS:
            raise AttributeError(name)
        return lambda text, **batch: self.add(name, text, **batch)

    def add(
        self,
        fact: str,
        text: str,
        *,
        as_of: str | None = None,
        format: str | None = None,
        shop: str = "",
        supplied: tuple[str, ...] | None = None,
    ) -> BatchResult:
        """Appends one text table as one import.

        `as_of` defaults to the newest time in it, `supplied` (the columns its format fills) to all columns.
        """
        rows = [self._row(fact, row) for row in parse(text)]
        columns = list(dict.fromkeys(name for row in rows for name in row))
        moment = as_of or max(
            (value for row in rows for value in row.values() if _is_time(value)), default="2026-01-01"
        )
        number = next(self._numbers)
        batch = NewBatch(
            f"{number}.txt", f"sha{number}", format or f"test_{fact}", datetime.fromisoformat(moment), shop
        )
        with self._store.warehouse.write() as cursor:
            _stage(cursor, fact, columns, rows)
            result = append(cursor, batch, {fact: "told"}, supplied={fact: supplied} if supplied else None)
            cursor.execute("drop table told")
        self._stale = True
        return result

    def undo(self, batch: int) -> None:
        """Takes one import back."""
        undo(self._store.warehouse, batch, "test")
        self._stale = True

    def set(self, **settings: Any) -> None:
        """Changes settings."""
        for name, value in settings.items():
            self._store.workspace.set_setting(name, value, "test")
        self._stale = True

    @property
    def store(self) -> Store:
        """The store with fresh marts, as `sopdash.metrics.run` takes it."""
        if self._stale:
            self._store.refresh()
            self._stale = False
        return self._store

    def rows(self, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
        """The result of a query over fresh marts."""
        return self.store.warehouse.rows(sql, params)

    def one(self, sql: str, params: Any = ()) -> Any:
        """The single value of a query over fresh marts."""
        [[value]] = self.rows(sql, params)
        return value

    def frame(self, sql: str, params: Any = ()) -> Any:
        """The result of a query over fresh marts as DataFrame."""
        return self.store.warehouse.frame(sql, params)

    @contextmanager
    def read(self) -> Iterator[Cursor]:
        """A cursor over fresh marts."""
        with self.store.warehouse.read() as cursor:
            yield cursor

    def customer(self, name: str) -> int:
        """The id of the customer called `name` in the tables."""
        return int(self.one("select min(customer) from mart.identities where value = ?", [name]))

    def close(self) -> None:
        """Closes the files."""
        self._store.close()

    def _row(self, fact: str, told: dict[str, str | None]) -> dict[str, str | None]:
        columns = FACTS[fact].columns
        row: dict[str, str | None] = dict(DEFAULTS.get(fact, {}))
        if "customer" in told:
            row |= {name: told["customer"] for name in PERSON if name in columns and name not in told}
        for name, value in told.items():
            column = ALIASES.get(fact, {}).get(name, name)
            if column in columns:
                row[column] = value
            elif name != "customer":
                raise AssertionError(f"{fact} has no column {name}; it has {', '.join(columns)}")
        if fact in ("groups", "group_days"):
            row.setdefault("name", row.get("group_id"))
        for name in FACTS[fact].key:
            row.setdefault(name, f"{name}-{next(self._numbers)}")
        return row


def parse(text: str) -> list[dict[str, str | None]]:
    """Rows of a text table by column name."""
    lines = [re.sub(r"(^|\s)--(\s.*)?$", "", line).strip() for line in text.splitlines()]
    header, *body = [line for line in lines if line]
    columns = header.split()
    rows = []
    for line in body:
        cells = re.split(r"\s{2,}", line)
        cells = cells if len(cells) == len(columns) else line.split()
        assert len(cells) == len(columns), f"{len(cells)} cells for {len(columns)} columns: {line!r}"
        rows.append({name: None if cell == "-" else cell for name, cell in zip(columns, cells, strict=True)})
    return rows


def _is_time(value: str | None) -> bool:
    return bool(value and re.match(r"\d{4}-\d\d-\d\d", value))


def _stage(cursor: Cursor, fact: str, columns: list[str], rows: list[dict[str, str | None]]) -> None:
    types = {name: FACTS[fact].columns[name] for name in columns}
    cursor.execute(f"create or replace temp table told ({declared(types)}, row_no bigint)")
    marks = ", ".join("?" for _ in columns)
    for number, row in enumerate(rows, 2):
        values = [row.get(name) for name in columns]
        cursor.execute(f"insert into told ({listed(columns)}, row_no) values ({marks}, {number})", values)
