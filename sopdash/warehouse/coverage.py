"""What the data covers: SQL generated from FACTS, since it asks the same of every fact and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS, TEXT, Fact
from sopdash.warehouse.schema import TIMES


def day_of(fact: Fact, table: str = "rows_of") -> str:
    """SQL for the day a row of the fact speaks of, NULL for facts without a moment."""
    times = ", ".join(f'{table}."{column}"' for column in TIMES.get(fact.name, ()))
    return f"cast(coalesce({times}) as date)" if times else "cast(null as date)"


def filled(fact: Fact, table: str) -> str:
    """SQL: one row per day of the rows in `table` and need (a column; '' for the row itself): rows that fill it."""
    asks = ["struct_pack(need := '', n := count(*))"]
    for name, kind in fact.columns.items():
        given = f"nullif(\"{name}\", '')" if kind == TEXT else f'"{name}"'
        asks.append(f"struct_pack(need := '{name}', n := count({given}))")
    return f"""select '{fact.name}' as fact, day, ask.need, ask.n as rows
        from (select day, unnest([{", ".join(asks)}]) as ask
              from (select rows_of.*, {day_of(fact)} as day from {table} as rows_of) group by day)
        where ask.n > 0"""


def logged(fact: Fact, where: str = "true") -> str:
    """SQL: one row per import and day with rows of the fact in the log."""
    return (
        f"select batch, '{fact.name}' as fact, {day_of(fact)} as day, count(*) as rows"
        f' from log."{fact.name}" as rows_of where {where} group by batch, day'
    )


def grouped(name: str, where: str = "true") -> str:
    """SQL: one row per import and way of writing a group in the log of a fact."""
    return f"""select distinct batch, '{name}' as fact, group_id, group_name from log."{name}" where {where}"""


GROUPED = ("group_members", "messages")
"""Facts whose log says which groups an import speaks of."""


def _filled_days(held: Iterable[Fact] = FACTS.values()) -> str:
    return _union(filled(fact, f'fact."{fact.name}"') for fact in held)


def _batch_days(held: Iterable[Fact] = FACTS.values()) -> str:
    return _union(logged(fact) for fact in held)


def _batch_groups() -> str:
    return _union(grouped(name) for name in GROUPED)


def _fact_days() -> str:
    return (
        "select fact, min(day) as first_day, max(day) as last_day from kept.filled_days where need = '' group by fact"
    )


def _coverage() -> str:
    """One row: a need ('orders', 'orders.refund_amount', 'orders.customer') that at least one row fills."""
    return """
        with filled as (
            select fact, need, cast(sum(rows) as bigint) as rows, min(day) as first_day, max(day) as last_day
            from kept.filled_days
            group by fact, need
        ),
        arrived as (
            select batch_facts.fact, max(imports.imported_at) as last_import_at,
                string_agg(distinct imports.format, ';' order by imports.format) as formats
            from batch_facts join imports using (batch)
            where imports.undone_at is null
            group by batch_facts.fact
        ),
        needs as (
            select case need when '' then fact else fact || '.' || need end as need, fact, rows, first_day, last_day
            from filled
            union all
            select 'orders.customer', 'orders', count(*), min(day), max(day) from mart.orders where customer is not null
        )
        select needs.need, needs.rows, needs.first_day, needs.last_day, arrived.last_import_at, arrived.formats
        from needs left join arrived on arrived.fact = needs.fact
        where needs.rows > 0
    """


def _sources() -> str:
    """One row: a format × fact among live imports: freshness."""
    return """
        select imports.format, days.fact, min(days.day) as first_day, max(days.day) as last_day,
            cast(sum(days.rows) as bigint) as rows,
            max(imports.imported_at) as last_import_at, max(imports.as_of) as as_of
        from kept.batch_days as days join imports using (batch)
        group by imports.format, days.fact
    """


def _week_sources() -> str:
    """One row: a format × ISO week (Monday to Sunday) with rows."""
    return """
        with named as (
            select batch, rows, cast(date_trunc('week', day) as date) + 3 as thursday
            from kept.batch_days
            where day is not null
        )
        select imports.format,
            cast(extract(year from thursday) as varchar) || '-W'
            || lpad(cast((extract(doy from thursday) - 1) // 7 + 1 as varchar), 2, '0') as week,
            cast(sum(named.rows) as bigint) as rows
        from named join imports using (batch)
        group by imports.format, week
    """


def _union(selects: Iterable[str]) -> str:
    return " union all ".join(selects)


def sql_of(cursor: Cursor, name: str) -> str:
    """The query of one of these. Facts without a row are left out: many columns cost time even so."""
    if name not in ("filled_days", "batch_days"):
        return SQL[name]()
    sizes = cursor.execute("select table_name from duckdb_tables() where schema_name = 'fact' and estimated_size > 0")
    held = {found for (found,) in sizes.fetchall()} or {"orders"}
    return SQL[name](fact for fact in FACTS.values() if fact.name in held)


SQL: dict[str, Callable[..., str]] = {
    "filled_days": _filled_days,
    "batch_days": _batch_days,
    "batch_groups": _batch_groups,
    "fact_days": _fact_days,
    "coverage": _coverage,
    "sources": _sources,
    "week_sources": _week_sources,
}
"""Generated marts and steps by name."""


def definition() -> str:
    """All generated SQL, to notice when it changes."""
    return "".join(make() for make in SQL.values())
