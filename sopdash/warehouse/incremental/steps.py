"""What the ways of bringing a mart up to date share: a query over fewer rows, and rows that give way to others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS, Fact
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.schema import listed, quoted

Values = dict[str, Any]


def temp(cursor: Cursor, name: str, sql: str, values: Values | None = None) -> None:
    refresh.store(cursor, refresh.STEP, name, sql, values or {})


def view(cursor: Cursor, name: str, sql: str) -> None:
    cursor.execute(f"create or replace temp view {name} as {sql}")


def drop(cursor: Cursor, *names: str) -> None:
    for name in names:
        cursor.execute(f"drop table if exists temp.{name}")


def has_rows(cursor: Cursor, table: str) -> bool:
    return cursor.execute(f"select 1 from {table} limit 1").fetchone() is not None


def has_lost(cursor: Cursor, fact: Fact, columns: Iterable[str]) -> bool:
    """Whether a row of the fact said something in these columns that it says no more."""
    temp(cursor, "gone_rows", f'select * from moved."{fact.name}" where gone')
    if not has_rows(cursor, "gone_rows"):
        return False
    said = listed([*fact.key, *(name for name in columns if name in fact.columns and name not in fact.key)])
    now = sharing(f'fact."{fact.name}"', fact.key, "gone_rows", said)
    return has_rows(cursor, f"(select {said} from gone_rows except {now})")


def gather(cursor: Cursor, kind: str, name: str, values: Values, columns: Iterable[str]) -> None:
    """A list of what rows of facts say in these columns: what is new is added, and left as changed_<name>.

    Where a row says something no more, all is gathered again.
    """
    sql = refresh.sql_of(name)
    told = [fact for fact in FACTS.values() if re.search(rf"\bfact\.{fact.name}\b", sql)]
    if any(has_lost(cursor, fact, columns) for fact in told):
        compare(cursor, kind, name, values)
        return
    come = narrowed(sql, {f"fact.{fact.name}": f"moved.{fact.name}" for fact in told})
    temp(cursor, f"changed_{name}", f"({come}) except from kept.{name}")
    cursor.execute(f"insert into kept.{name} from changed_{name}")


def compare(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    """Rebuilds a small list and keeps what came and went as changed_<name>."""
    temp(cursor, "before", f"select * from kept.{name}")
    refresh.build(cursor, kind, name, values)
    temp(
        cursor,
        f"changed_{name}",
        f"(from temp.before except from kept.{name}) union (from kept.{name} except from temp.before)",
    )


def rows(cursor: Cursor, name: str, values: Values, by: tuple[str, ...], more: Iterable[str], fact: str) -> None:
    """Replaces the rows of a mart that moved or belong to a changed customer: those that share `by` with such a row.

    `more`: queries for further values of `by`. What the rows were and are is left in `rows_before` and `rows_now`.
    """
    touch(cursor, name, by, more, fact)
    replace(cursor, name, values, by, fact)


def touch(cursor: Cursor, name: str, by: tuple[str, ...], more: Iterable[str], fact: str) -> None:
    names = listed(by)
    asked = [
        f'select {names} from moved."{fact}"',
        f'select {names} from mart."{name}" semi join ({_left(name)}) as left_by using (customer)',
        *more,
    ]
    temp(cursor, "touched_keys", " union ".join(asked))


_NAMED_BY = {"messages": ("external_id", "name"), "orders": ("external_id", "unionid", "account", "phone")}
"""By which kinds of identity the rows of a mart find their customer; others: by any."""


def _left(name: str) -> str:
    """Customers whom an identity left: rows of theirs may be another's now. Whom one came to keep what they have."""
    kinds = " or ".join(f"kind = '{kind}'" for kind in _NAMED_BY.get(name, ())) or "true"
    return f"select distinct before as customer from changed_identities where before is not null and ({kinds})"


def replace(cursor: Cursor, name: str, values: Values, by: tuple[str, ...], fact: str) -> None:
    compute(cursor, name, values, by, fact)
    cursor.execute(f'delete from mart."{name}" as them using touched_keys where {equal("touched_keys", by)}')
    cursor.execute(f'delete from mart."{name}" where {quoted(by[0])} is null')
    cursor.execute(f'insert into mart."{name}" from rows_now')


def compute(
    cursor: Cursor, name: str, values: Values, by: tuple[str, ...], fact: str, columns: str = "*", before: bool = True
) -> None:
    """`rows_before` as the mart has the touched rows, `rows_now` as they shall be.

    Without `before` from the `touched_rows` that there are."""
    if before:
        temp(cursor, "rows_before", among(f'mart."{name}"', by, columns))
        temp(cursor, "touched_rows", among(f'fact."{fact}"', by))
    for step in _STEPS_OF.get(name, ()):
        temp(cursor, step, _of_touched(step, fact), values)
    temp(cursor, "rows_now", f"select {columns} from ({_of_touched(name, fact)})", values)


_STEPS_OF = {
    "orders": ("judged_orders", "order_history"),
    "follows": ("follow_people",),
    "memberships": ("member_people",),
}
"""Steps of one mart alone."""


def _of_touched(name: str, fact: str) -> str:
    return narrowed(refresh.sql_of(name), {f"fact.{fact}": "temp.touched_rows"})


def equal(touched: str, by: tuple[str, ...]) -> str:
    return " and ".join(f"them.{quoted(column)} = {touched}.{quoted(column)}" for column in by)


def same(one: str, other: str, by: Iterable[str]) -> str:
    """Whether all columns agree; what both lack agrees too."""
    return " and ".join(f"{one}.{quoted(column)} is not distinct from {other}.{quoted(column)}" for column in by)


def among(table: str, by: tuple[str, ...], columns: str = "*") -> str:
    """The touched rows of a table. Rows that lack a time are always replaced."""
    return f"""{sharing(table, by, "touched_keys", columns)}
        union all select {columns} from {table} where {quoted(by[0])} is null"""


def sharing(table: str, by: tuple[str, ...], keys: str, columns: str = "*") -> str:
    """Rows whose key stands among others. The last column says most: it alone is looked at in every row."""
    last = quoted(by[-1])
    near = table if len(by) == 1 else f"(select * from {table} where {last} in (select {last} from {keys}))"
    return f"select {columns} from {near} as near semi join {keys} using ({listed(by)})"


def collect(cursor: Cursor, *into: str) -> None:
    """Customers of the rows before and now."""
    for table in into:
        cursor.execute(
            f"""insert into {table}
                select customer from rows_before where customer is not null
                union select customer from rows_now where customer is not null"""
        )


def collect_days(cursor: Cursor) -> None:
    cursor.execute(
        """insert into touched_days
           select customer, day from rows_before where customer is not null
           union select customer, day from rows_now where customer is not null"""
    )


def narrow_and_replace(
    cursor: Cursor, name: str, touched: str, by: tuple[str, str], sources: Iterable[str], schema: str = "mart"
) -> None:
    """Replaces the rows of a sum by the touched values of `by`, the last a day, from sources with these columns."""
    temp(cursor, "touched_keys", f"select distinct * from {touched}")
    for source in sources:
        near = near_days(cursor, f"mart.{source}", "touched_keys", by[0], "day", "day")
        view(cursor, f"narrow_{source}", f"select * from ({near}) as near semi join touched_keys using ({listed(by)})")
    sql = narrowed(refresh.sql_of(name), {f"mart.{source}": f"temp.narrow_{source}" for source in sources})
    for low, high in _stretches(cursor, "touched_keys", "day", "day"):
        cursor.execute(
            f"""delete from {schema}."{name}" as them using touched_keys
                where {equal("touched_keys", by)} and them.day between date '{low}' and date '{high}'"""
        )
    cursor.execute(f'insert into {schema}."{name}" {sql}')


def near_days(cursor: Cursor, table: str, keys: str, by: str, first: str, last: str) -> str:
    """Rows of a table by day among which are those of the keys' days.

    Most keys are of the last days. Of earlier ones only the rows of the few others: a join reads every block of rows,
    where constants leave most of them out.
    """
    parts: list[str] = []
    for low, high in _stretches(cursor, keys, first, last):
        others = f"semi join (select * from {keys} where {first} <= date '{high}') as early using ({quoted(by)})"
        days = f"where them.day between date '{low}' and date '{high}'"
        parts.append(f"select * from {table} as them {others if parts else ''} {days}")
    return " union all ".join(parts or [f"select * from {table} limit 0"])


def _stretches(cursor: Cursor, keys: str, first: str, last: str) -> list[tuple[date, date]]:
    """The days from which on nine of ten keys lie, and the ones before them."""
    found = cursor.execute(f"select min({first}), quantile_disc({first}, 0.1), max({last}) from {keys}").fetchone()
    if found is None or found[0] is None:
        return []
    earliest, recent, latest = found
    return [(recent, latest), *([(earliest, recent - timedelta(1))] if earliest < recent else [])]


def of_customers(cursor: Cursor, name: str, customers: str, sources: Iterable[str]) -> None:
    """Replaces the rows of some customers in a mart that has one or more rows per customer."""
    for source in sources:
        view(cursor, f"narrow_{source}", f"select * from mart.{source} semi join {customers} using (customer)")
    sql = narrowed(refresh.sql_of(name), {f"mart.{source}": f"temp.narrow_{source}" for source in sources})
    cursor.execute(f'delete from mart."{name}" as them using {customers} as now where them.customer = now.customer')
    cursor.execute(f'insert into mart."{name}" {sql}')


def meet(cursor: Cursor, table: str, by: Iterable[str]) -> None:
    """`met`: the rows of the table that share all of `by` with a row of `more`, with their place in it."""
    rows = f"select them.*, them.rowid as place from {table} as them join more on {same('them', 'more', by)}"
    temp(cursor, "met", rows)


def note_events(cursor: Cursor, event: str, moment: str, where: str) -> None:
    """Events of customers that stand in `rows_before` or `rows_now` alone: the earliest, which can change most."""
    events = f'select customer, {quoted(moment)} as "at" from {{}} where customer is not null and {where}'
    before, now = events.format("rows_before"), events.format("rows_now")
    cursor.execute(
        f"""insert into event_moves
            select customer, '{event}', min("at")
            from ((({before}) except all ({now})) union all (({now}) except all ({before})))
            where "at" is not null group by customer"""
    )


def nothing(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    """Built where it is needed, or does not change."""


def acquired(follows: str) -> str:
    return narrowed(refresh.sql_of("acquisitions"), {"mart.follows": follows})
