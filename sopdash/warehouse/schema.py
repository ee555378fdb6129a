"""The tables of the warehouse file, generated from `facts.FACTS`.

`log.<fact>`   every accepted row with its batch and the line a person sees; nothing is overwritten
`fact.<fact>`  the current version per key, a function of the log
`moved.<fact>` keys that moved since the marts were refreshed (see `moved.py`)
`kept.*`       steps on the way to the marts that the next refresh compares with or adds to
`mart.*`       what pages read, a function of the facts (see `refresh.py`)
`imports`, `batch_facts`, `batch_shops`, `rejects`   the ledger; `phones`, `state` beside them
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sopdash.errors import StoreUnavailable
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS, Fact

VERSION = 1
"""Version of everything outside FACTS; columns added to FACTS need no new version."""

TIMES: dict[str, tuple[str, ...]] = {
    "orders": ("paid_at", "created_at"),
    "refunds": ("refunded_at",),
    "follows": ("added_at",),
    "group_days": ("day",),
    "group_members": ("joined_at",),
    "messages": ("sent_at",),
    "staff_days": ("day",),
    "channel_days": ("day",),
    "coupons": ("received_at", "issued_at", "redeemed_at"),
    "referrals": ("invited_at",),
    "touches": ("at",),
    "posts": ("published_at",),
    "activities": ("at",),
    "conversations": ("opened_at",),
    "surveys": ("at",),
    "opt_outs": ("at",),
    "sends": ("sent_at",),
}
"""The moment a row speaks of, first filled column wins. Facts that are not named here carry no moment of their own."""

_AS_THEY_ARE = {("orders", "order_id"), ("orders", "account")}
"""Texts that hardly repeat, of the longest fact: packing them is a sixth of the time of storing an order, for a quarter
of their size, and each search for keys unpacks them."""

_LEDGER = """
create table if not exists state (name varchar, value varchar);
create table if not exists imports (
    batch bigint, file varchar, sha256 varchar, format varchar, shop varchar, as_of timestamp,
    by_whom varchar, imported_at timestamp, rows bigint, accepted bigint, rejected bigint,
    new bigint, changed bigint, unchanged bigint, notes varchar, undone_at timestamp, undone_by varchar,
    changes varchar
);
create table if not exists batch_facts (
    batch bigint, fact varchar, columns varchar[], rows bigint, new bigint, changed bigint, unchanged bigint
);
create table if not exists batch_shops (batch bigint, platform varchar, shop varchar, assumed boolean);
create table if not exists rejects (
    batch bigint, row_no bigint, "column" varchar, value varchar, reason varchar, raw varchar
);
create table if not exists phones (phone_key varchar, masked varchar, sealed blob);
create schema if not exists log;
create schema if not exists fact;
create schema if not exists mart;
create schema if not exists kept;
create schema if not exists moved;
"""


def create(cursor: Cursor) -> None:
    """Creates what is missing and adds columns that FACTS gained; a file of a newer sopdash is refused."""
    ledger = cursor.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'main'"
    ).fetchall()
    cursor.execute(_LEDGER)  # statements for what exists write nothing, so a full disk can still be opened
    known = read_state(cursor, "version")
    if known is not None and int(known) > VERSION:
        raise StoreUnavailable("store_newer", found=known, known=VERSION)
    present = _columns(cursor)
    for fact in FACTS.values():
        _ensure(cursor, "fact", fact, {}, present)
        _ensure(cursor, "log", fact, {"batch": "BIGINT", "row_no": "BIGINT"}, present)
    _upgrade(cursor, set(ledger))
    if known != str(VERSION):
        write_state(cursor, "version", VERSION)


def _upgrade(cursor: Cursor, before: set[tuple[str, str]]) -> None:
    """Adds what the ledger of an older store lacks; before the first import there is nothing to add."""
    if not before:
        return
    if ("imports", "changes") not in before:
        cursor.execute("alter table imports add column if not exists changes varchar")
    if ("batch_shops", "batch") not in before:
        every = " union ".join(
            f'select batch, platform, shop from log."{name}"' for name, fact in FACTS.items() if "shop" in fact.key
        )
        cursor.execute(
            f"""insert into batch_shops
                select batch, platform, shop, shop = '' and count(*) over (partition by batch, platform) = 1
                from ({every})"""
        )


def _ensure(cursor: Cursor, schema: str, fact: Fact, extra: dict[str, str], present: dict[str, set[str]]) -> None:
    wanted = fact.columns | extra
    table = f'{schema}."{fact.name}"'
    there = present.get(f"{schema}.{fact.name}")
    if there is None:
        packed = {name: f"{kind}{_packing(fact, name)}" for name, kind in wanted.items()}
        cursor.execute(f"create table {table} ({declared(packed)})")
        return
    for name, kind in wanted.items():
        if name not in there:
            cursor.execute(f"alter table {table} add column {quoted(name)} {kind}")


def _packing(fact: Fact, column: str) -> str:
    return " using compression uncompressed" if (fact.name, column) in _AS_THEY_ARE else ""


def _columns(cursor: Cursor) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    rows = cursor.execute(
        """select schema_name || '.' || table_name, column_name
           from duckdb_columns() where schema_name in ('log', 'fact')"""
    ).fetchall()
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    return found


def listed(columns: Iterable[str]) -> str:
    """Column names for SQL."""
    return ", ".join(quoted(name) for name in columns)


def declared(columns: dict[str, str]) -> str:
    """Column definitions for `create table`."""
    return ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())


def quoted(name: str) -> str:
    """A column name for SQL: some (`at`) are keywords."""
    return f'"{name}"'


def read_state(cursor: Cursor, name: str) -> str | None:
    """One value of the store's own notes, None when never written."""
    row = cursor.execute("select value from state where name = ?", [name]).fetchone()
    return None if row is None else row[0]


def write_state(cursor: Cursor, name: str, value: Any) -> None:
    """Replaces one value of the store's own notes."""
    cursor.execute("delete from state where name = ?", [name])
    cursor.execute("insert into state values (?, ?)", [name, str(value)])
