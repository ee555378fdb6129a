"""What the ways of bringing a mart up to date share: a query over fewer rows, and rows that give way to others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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
    """`other_keys`: of rows that did not move, and yet may be otherwise; `touched_keys`: with those that moved."""
    names, left = listed(by), _left(name)
    asked = [*more, f'select {names} from mart."{name}" limit 0']
    if has_rows(cursor, f"({left})"):
        asked.append(f'select {names} from mart."{name}" semi join ({left}) as left_by using (customer)')
    temp(cursor, "other_keys", " union ".join(f"({one})" for one in asked))
    temp(cursor, "touched_keys", f'from other_keys union select {names} from moved."{fact}"')


_NAMED_BY = {"messages": ("external_id", "name"), "orders": ("external_id", "unionid", "account", "phone")}
"""By which kinds of identity the rows of a mart find their customer; others: by any."""


def _left(name: str) -> str:
    """Customers whom an identity left: rows of theirs may be another's now. Whom one came to keep what they have."""
    kinds = " or ".join(f"kind = '{kind}'" for kind in _NAMED_BY.get(name, ())) or "true"
    return f"select distinct before as customer from changed_identities where before is not null and ({kinds})"


def replace(cursor: Cursor, name: str, values: Values, by: tuple[str, ...], fact: str) -> None:
    compute(cursor, name, values, by, fact)
    remove(cursor, name, by)
    cursor.execute(f'insert into mart."{name}" from rows_now')


def remove(cursor: Cursor, name: str, by: tuple[str, ...]) -> None:
    """Takes the rows of the known keys out of a mart."""
    if has_rows(cursor, "known_keys"):
        cursor.execute(f'delete from mart."{name}" as them using known_keys where {equal("known_keys", by)}')
    cursor.execute(f'delete from mart."{name}" where {quoted(by[0])} is null')


def compute(cursor: Cursor, name: str, values: Values, by: tuple[str, ...], fact: str) -> None:
    """`rows_before` as the mart has the touched rows, `rows_now` as they shall be."""
    locate(cursor, by, fact)
    temp(cursor, "rows_before", among(f'mart."{name}"', by))
    compute_rows(cursor, name, values, fact)


def locate(cursor: Cursor, by: tuple[str, ...], fact: str) -> None:
    """`touched_rows` of the fact, and `known_keys`: the touched ones that the mart may have rows of to take out.

    Of what only came, what moved has the rows, and neither mart nor fact are searched for them. Written down, so that
    what reads them is planned by how many they are.
    """
    keys = listed(by)
    if by == FACTS[fact].key:
        fresh = f'select {keys} from moved."{fact}" group by {keys} having count(*) = 1 and not bool_or(gone)'
        temp(cursor, "known_keys", f"from touched_keys except {fresh}")
    else:
        has_gone = has_rows(cursor, f'(from moved."{fact}" where gone)')
        temp(cursor, "known_keys", f"from {'touched_keys' if has_gone else 'other_keys'}")
    come = f"""select * exclude (gone) from moved."{fact}" anti join known_keys using ({keys})
        where not gone and {quoted(by[0])} is not null"""
    temp(cursor, "touched_rows", f'{among(f"""fact."{fact}" """, by)} union all by name {come}')


def compute_rows(cursor: Cursor, name: str, values: Values, fact: str, columns: str = "*") -> None:
    """`rows_now` from the touched rows."""
    for step in _STEPS_OF.get(name, ()):
        temp(cursor, step, of_touched(step, fact), values)
    temp(cursor, "rows_now", f"select {columns} from ({of_touched(name, fact)})", values)


_STEPS_OF = {"follows": ("follow_people",), "memberships": ("member_people",)}
"""Steps of one mart alone."""


def of_touched(name: str, fact: str, touched: str = "temp.touched_rows") -> str:
    """The query of a mart or step over the touched rows of a fact."""
    return narrowed(refresh.sql_of(name), {f"fact.{fact}": touched})


def equal(touched: str, by: tuple[str, ...]) -> str:
    return " and ".join(f"them.{quoted(column)} = {touched}.{quoted(column)}" for column in by)


def same(one: str, other: str, by: Iterable[str]) -> str:
    """Whether all columns agree; what both lack agrees too."""
    return " and ".join(f"{one}.{quoted(column)} is not distinct from {other}.{quoted(column)}" for column in by)


def among(table: str, by: tuple[str, ...], columns: str = "*") -> str:
    """The rows of a table by known keys. Rows that lack a time are always replaced."""
    return f"""{sharing(table, by, "known_keys", columns)}
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


def narrow_and_replace(
    cursor: Cursor, name: str, touched: str, by: tuple[str, str], sources: Iterable[str], schema: str = "mart"
) -> None:
    """Replaces the rows of a sum by the touched values of `by`, the last a day, from sources with these columns."""
    temp(cursor, "touched_keys", f"select distinct * from {touched}")
    for source in sources:
        near = near_days(cursor, f"mart.{source}", "touched_keys", by[0], "day", "day")
        view(cursor, f"narrow_{source}", f"select * from ({near}) as near semi join touched_keys using ({listed(by)})")
    sql = narrowed(refresh.sql_of(name), {f"mart.{source}": f"temp.narrow_{source}" for source in sources})
    for low, high in stretches_of(cursor, "touched_keys", "day", "day"):
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
    for low, high in stretches_of(cursor, keys, first, last):
        others = f"semi join (select * from {keys} where {first} <= date '{high}') as early using ({quoted(by)})"
        days = f"where them.day between date '{low}' and date '{high}'"
        parts.append(f"select * from {table} as them {others if parts else ''} {days}")
    return " union all ".join(parts or [f"select * from {table} limit 0"])


def stretches_of(cursor: Cursor, keys: str, first: str, last: str) -> list[tuple[date, date]]:
    """The days from which on nine of ten keys lie, and the ones before them."""
    found = cursor.execute(f"select min({first}), quantile_disc({first}, 0.1), max({last}) from {keys}").fetchone()
    if found is None or found[0] is None:
        return []
    earliest, recent, latest = found
    return [(recent, latest), *([(earliest, recent - timedelta(1))] if earliest < recent else [])]


def of_customers(
    cursor: Cursor, name: str, customers: str, sources: Iterable[str], instead: Mapping[str, str] | None = None
) -> None:
    """Replaces the rows of some customers in a mart that has one or more rows per customer. `instead`: a source → the
    relation that has all of its rows that these customers need."""
    for source in sources:
        rows_of = (instead or {}).get(source, f"mart.{source}")
        view(cursor, f"narrow_{source}", f"select * from {rows_of} as them semi join {customers} using (customer)")
    sql = narrowed(refresh.sql_of(name), {f"mart.{source}": f"temp.narrow_{source}" for source in sources})
    cursor.execute(f'delete from mart."{name}" as them using {customers} as now where them.customer = now.customer')
    cursor.execute(f'insert into mart."{name}" {sql}')


def meet(cursor: Cursor, table: str, by: Iterable[str]) -> None:
    """`met`: the rows of the table that share all of `by` with a row of `more`, with their place in it."""
    rows = f"select them.*, them.rowid as place from {table} as them join more on {same('them', 'more', by)}"
    near = [""]
    if "day" in by:
        stretches = stretches_of(cursor, "more", "day", "day")
        near = [f" where them.day between date '{low}' and date '{high}'" for low, high in stretches] or [
            " where false"
        ]
    temp(cursor, "met", " union all ".join(rows + days for days in near or [" where false"]))


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
