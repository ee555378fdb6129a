"""Many rows at once, for scale work: rows whose keys are new and distinct go straight into log and facts.

What is left is what `ledger.append` would have left (ledger, log, facts; an import can be taken back), without its
staging and its search for keys that are known already. Whether keys are new is the caller's promise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sopdash.warehouse import moved, shops
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS
from sopdash.warehouse.ledger import NewBatch
from sopdash.warehouse.schema import listed, quoted, read_state, write_state


def load(cursor: Cursor, batch: NewBatch, queries: Mapping[str, str], values: Mapping[str, Any]) -> int:
    """Stores the result of each fact's query as one import and returns its number.

    A query gives columns of its fact; `$name` in it is a parameter of `values`.
    """
    found = cursor.execute("select coalesce(max(batch), 0) + 1 from imports").fetchone()
    number = int(found[0]) if found else 1
    counts = [_load_fact(cursor, number, fact, sql, values) for fact, sql in queries.items()]
    rows = counts[0] if counts else 0
    cursor.execute(
        """insert into imports (batch, file, sha256, format, shop, as_of, by_whom, imported_at, rows, accepted,
               rejected, new, changed, unchanged, notes, changes)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0, '[]', '{}')""",
        [number, batch.file, batch.sha256, batch.format, batch.shop, batch.as_of, batch.by,
         batch.at or datetime.now(UTC).replace(tzinfo=None), rows, rows, rows],
    )  # fmt: skip
    write_state(cursor, "log_sequence", int(read_state(cursor, "log_sequence") or 0) + 1)
    return number


def _load_fact(cursor: Cursor, number: int, name: str, sql: str, values: Mapping[str, Any]) -> int:
    fact = FACTS[name]
    used = {key: values[key] for key in set(re.findall(r"\$(\w+)", sql))}
    told = cursor.execute(f"describe {sql}", used).fetchall()
    columns = [row[0] for row in told if row[0] in fact.columns]
    cast = ", ".join(f"cast({quoted(column)} as {fact.columns[column]})" for column in columns)
    cursor.execute(
        f"""insert into log."{name}" ({listed(columns)}, batch, row_no)
            select {cast}, {number}, row_number() over () + 1 from ({sql})""",
        used,
    )
    moved.note(cursor, fact, f'log."{name}" where batch = {number}')
    names = listed(fact.columns)
    cursor.execute(f'insert into fact."{name}" ({names}) select {names} from log."{name}" where batch = {number}')
    counted = cursor.execute(f'select count(*) from log."{name}" where batch = {number}').fetchone()
    rows = int(counted[0]) if counted else 0
    cursor.execute("insert into batch_facts values (?, ?, ?, ?, ?, 0, 0)", [number, name, columns, rows, rows])
    if name in shops.SHOP_FACTS:
        cursor.execute(
            f"""insert into batch_shops
                select distinct {number}, platform, shop, false from log."{name}" where batch = {number}
                except select * from batch_shops"""
        )
    return rows
