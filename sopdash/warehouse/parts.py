"""Large steps in parts, so that what a step has to keep in memory at one time does not grow with the data.

Above these sizes a step that joins wide rows, or many things per customer, would move all of them to disk and back.
"""

from __future__ import annotations

from collections.abc import Iterator

from sopdash.warehouse.connection import Cursor

ROWS = 2_000_000
"""So many orders at a time."""

IDENTITIES = 500_000
"""The customers of so many identities at a time."""

_CUSTOMERS = 2**63
"""Customers are evenly spread hashes below this number."""

_OF_PLACES = {"orders": ("judged_orders", "order_history")}
"""Steps over the rows of a fact, with the steps that go by the row's place in it."""

_OF_CUSTOMERS = {
    "customer_facts": (
        "mart.identities", "mart.follows", "mart.memberships", "mart.touches", "kept.customer_talk",
        "mart.holdings", "acquisitions", "purchased", "shop_homes", "kept.order_names",
    ),
    "customer_weeks": ("mart.customer_days",),
    "cohort_parts": ("mart.customers", "mart.customer_weeks"),
    "customer_paths": ("mart.customers", "mart.customer_events"),
}  # fmt: skip
"""Steps whose rows are each made of the rows of one customer, or are sums that the next step adds up."""


def of(cursor: Cursor, name: str) -> Iterator[dict[str, str]]:
    """Per part of a step: which tables its query shall read instead of others (see `narrow`). One part: none."""
    if name in _OF_PLACES:
        yield from _places(cursor, name, _OF_PLACES[name])
    elif name in _OF_CUSTOMERS:
        yield from _customers(cursor, _OF_CUSTOMERS[name])
    else:
        yield {}


def _places(cursor: Cursor, fact: str, steps: tuple[str, ...]) -> Iterator[dict[str, str]]:
    found = cursor.execute(f'select distinct rowid // {ROWS} from fact."{fact}" order by 1').fetchall()
    if len(found) < 2:
        yield {}
        return
    for (number,) in found:
        first, end = int(number) * ROWS, (int(number) + 1) * ROWS
        part = f"select *, rowid as rowid from fact.{fact} where rowid >= {first} and rowid < {end}"
        tables = {f"fact.{fact}": _view(cursor, fact, part)}
        for step in steps:
            part = f"select * from temp.{step} where row >= {first} and row < {end}"
            tables[step] = _view(cursor, step, part)
        yield tables


def _customers(cursor: Cursor, sources: tuple[str, ...]) -> Iterator[dict[str, str]]:
    row = cursor.execute("select count(*) from mart.identities").fetchone()
    parts = 1 + (int(row[0]) if row else 0) // IDENTITIES
    if parts == 1:
        yield {}
        return
    for part in range(parts):
        first, last = _CUSTOMERS * part // parts, _CUSTOMERS * (part + 1) // parts - 1
        yield {
            source: _view(
                cursor,
                source.split(".")[-1],
                f"select * from {source} where customer between {first} and {last}",
            )
            for source in sources
        }


def _view(cursor: Cursor, name: str, sql: str) -> str:
    cursor.execute(f"create or replace temp view part_{name} as {sql}")
    return f"temp.part_{name}"
