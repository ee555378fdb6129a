"""Current facts: `fact.<fact>` recomputed from `log.<fact>` for the keys an import or an undo touched.

There are no primary keys (they make loading four times slower): keys that need it are deleted and inserted again. A
key seen for the first time, once in its file, is simply inserted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sopdash.warehouse import moved
from sopdash.warehouse.changes import Changes, measure
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import Fact
from sopdash.warehouse.schema import listed, quoted

STATUS_RANK = ("unpaid", "paid", "shipped", "completed", "closed", "deleted")
"""The later status wins between rows of the same export moment."""
_WHENS = " ".join(f"when '{word}' then {rank}" for rank, word in enumerate(STATUS_RANK, 1))
_RANK = f"case {{0}} {_WHENS} else 0 end"
"""SQL: how far on a status is."""

_STEPS = ("ledger_filled", "ledger_keys", "ledger_hard", "ledger_latest", "ledger_moved")


def stage(cursor: Cursor, fact: Fact, table: str, there: set[str], unnamed: Mapping[str, str]) -> None:
    """Types the caller's staged table as `ledger_rows`; a row that lacks part of its key is a fault of the caller.

    `unnamed`: {platform: shop} for rows without a shop.
    """
    lacking = " or ".join(f"{quoted(name)} is null" for name in fact.key)
    if _count(cursor, f"select count(*) from {table} where {lacking}"):
        raise ValueError(f"a staged row of {fact.name} lacks part of its key {fact.key}")
    _clear(cursor)
    if unnamed:
        cursor.execute(f"create temp table ledger_filled as from {table}")
        table = "ledger_filled"
        for platform, shop in unnamed.items():
            cursor.execute(f"update {table} set shop = ? where platform = ? and shop = ''", [shop, platform])
    values = ", ".join(
        f"cast({quoted(name) if name in there else 'null'} as {kind}) as {quoted(name)}"
        for name, kind in fact.columns.items()
    )
    row_no = "row_no" if "row_no" in there else "null"
    cursor.execute(f"create temp view ledger_rows as select {values}, cast({row_no} as bigint) as row_no from {table}")


def merge(cursor: Cursor, fact: Fact, supplied: Iterable[str]) -> tuple[int, int, int, Changes]:
    """Brings `fact.<fact>` up to date with `ledger_rows`, already logged.

    Returns (new, changed, unchanged) keys and what changed.
    """
    found = _insert_all_new(cursor, fact)
    if found is None:
        found = _merge(cursor, fact, supplied)
    _clear(cursor)
    return found


def _insert_all_new(cursor: Cursor, fact: Fact) -> tuple[int, int, int, Changes] | None:
    """The first rows of a fact, each with a key of its own, are simply inserted; None where there is more to do."""
    names, key = listed(fact.columns), listed(fact.key)
    if _count(cursor, f'select count(*) from (select 1 from fact."{fact.name}" limit 1)'):
        return None
    # Two keys of one hash only cost the longer way.
    row = cursor.execute(f"select count(*), count(distinct hash({key})) from ledger_rows").fetchone()
    if row is None or row[0] != row[1]:
        return None
    moved.note(cursor, fact, "ledger_rows")
    cursor.execute(f'insert into fact."{fact.name}" ({names}) select {names} from ledger_rows')
    return row[0], 0, 0, Changes()


def _merge(cursor: Cursor, fact: Fact, supplied: Iterable[str]) -> tuple[int, int, int, Changes]:
    names, key = listed(fact.columns), listed(fact.key)
    cursor.execute(f"create temp table ledger_keys as select {key}, count(*) as copies from ledger_rows group by {key}")
    cursor.execute(
        f"""create temp table ledger_hard as
            select {key}, known.it is not null as known
            from ledger_keys left join (select {key}, true as it from fact."{fact.name}") as known using ({key})
            where known.it or copies > 1"""
    )
    fresh = f"ledger_rows anti join ledger_hard using ({key})"
    moved.note(cursor, fact, fresh)
    cursor.execute(f'insert into fact."{fact.name}" ({names}) select {names} from {fresh}')
    hard = _count(cursor, "select count(*) from ledger_hard")
    changed, what = _recompute(cursor, fact, supplied) if hard else (0, Changes())
    keys = _count(cursor, "select count(*) from ledger_keys")
    known = _count(cursor, "select count(*) from ledger_hard where known")
    return keys - known, changed, known - changed, what


def withdraw(cursor: Cursor, fact: Fact, batch: int) -> None:
    """Takes a batch out of the log and recomputes its keys from what is left."""
    key = listed(fact.key)
    _clear(cursor)
    cursor.execute(
        f'create temp table ledger_hard as select distinct {key} from log."{fact.name}" where batch = ?', [batch]
    )
    cursor.execute(f'delete from log."{fact.name}" where batch = ?', [batch])
    _recompute(cursor, fact, ())
    _clear(cursor)


def move(cursor: Cursor, fact: Fact, batch: int, platform: str, old: str, new: str) -> None:
    """Gives a batch's rows of shop `old` to shop `new` and recomputes the keys of both."""
    rest = listed(name for name in fact.key if name != "shop")
    told = {"batch": batch, "platform": platform, "old": old, "new": new}
    _clear(cursor)
    cursor.execute(
        f"""create temp table ledger_hard as
            with moving as (
                select distinct {rest} from log."{fact.name}"
                where batch = $batch and platform = $platform and shop = $old)
            select {rest}, shop from moving cross join (values ($old), ($new)) as shops(shop)""",
        told,
    )
    where = "batch = $batch and platform = $platform and shop = $old"
    cursor.execute(f'update log."{fact.name}" set shop = $new where {where}', told)
    _recompute(cursor, fact, ())
    _clear(cursor)


def _recompute(cursor: Cursor, fact: Fact, compared: Iterable[str]) -> tuple[int, Changes]:
    """Recomputes the keys of `ledger_hard`; returns how many of them changed in a compared column, and what did."""
    names, key = listed(fact.columns), listed(fact.key)
    shapes = _count(
        cursor,
        f"""select count(distinct columns) from batch_facts
            where fact = '{fact.name}'
                and batch in (select batch from log."{fact.name}" semi join ledger_hard using ({key}))""",
    )
    cursor.execute(
        f"create temp table ledger_latest as {_latest_row(fact) if shapes <= 1 else _latest_by_column(fact)}"
    )
    cursor.execute(
        f"""create temp table ledger_moved as
            select {key}, old.it is not null and fresh.it is not null and ({_differs(compared)}) as changed
            from ledger_hard
            left join (select *, true as it from fact."{fact.name}") as old using ({key})
            left join (select *, true as it from ledger_latest) as fresh using ({key})
            where old.it is distinct from fresh.it or {_differs(set(fact.columns) - set(fact.key))}"""
    )
    changed = _count(cursor, "select count(*) from ledger_moved where changed")
    what = measure(cursor, fact, compared, _RANK) if changed else Changes()
    moved.note(cursor, fact, f'fact."{fact.name}" semi join ledger_moved using ({key})', gone=True)
    moved.note(cursor, fact, f"ledger_latest semi join ledger_moved using ({key})")
    matches = " and ".join(f"current.{quoted(name)} = moved.{quoted(name)}" for name in fact.key)
    cursor.execute(f'delete from fact."{fact.name}" as current using ledger_moved as moved where {matches}')
    cursor.execute(
        f"""insert into fact."{fact.name}" ({names})
            select {names} from ledger_latest semi join ledger_moved using ({key})"""
    )
    return changed, what


def _candidates(fact: Fact) -> str:
    """All log rows of the hard keys; precedence 1, 2, … within a key, the highest wins."""
    key = ", ".join(f"logged.{quoted(name)}" for name in fact.key)
    order = ["imports.as_of"]
    if fact.name == "orders":
        order.append(_RANK.format("logged.status"))
    if "refund_amount" in fact.columns:
        order.append("coalesce(logged.refund_amount, -1)")
    order += ["logged.batch", "logged.row_no"]
    return f"""select logged.*, batch_facts.columns,
                   row_number() over (partition by {key} order by {", ".join(order)}) as precedence
            from log."{fact.name}" as logged
            semi join ledger_hard using ({listed(fact.key)})
            join imports on imports.batch = logged.batch
            join batch_facts on batch_facts.batch = logged.batch and batch_facts.fact = '{fact.name}'"""


def _latest_row(fact: Fact) -> str:
    """Every batch fills the same columns: the newest row as a whole."""
    names, key = listed(fact.columns), listed(fact.key)
    return f"""with candidates as ({_candidates(fact)})
        select {names} from candidates
        qualify precedence = max(precedence) over (partition by {key})"""


def _latest_by_column(fact: Fact) -> str:
    """Formats differ in what they fill: each column from the newest row whose format fills it."""
    key = listed(fact.key)
    picked = ", ".join(
        f"arg_max_null({quoted(name)}, precedence) filter (where list_contains(columns, '{name}')) as {quoted(name)}"
        for name in fact.columns
        if name not in fact.key
    )
    return f"with candidates as ({_candidates(fact)}) select {key}, {picked} from candidates group by {key}"


def _differs(columns: Iterable[str]) -> str:
    return (
        " or ".join(f"old.{quoted(name)} is distinct from fresh.{quoted(name)}" for name in sorted(columns)) or "false"
    )


def _clear(cursor: Cursor) -> None:
    cursor.execute("drop view if exists temp.ledger_rows")
    for step in _STEPS:
        cursor.execute(f"drop table if exists temp.{step}")


def _count(cursor: Cursor, sql: str) -> int:
    row = cursor.execute(sql).fetchone()
    assert row is not None
    return int(row[0])
