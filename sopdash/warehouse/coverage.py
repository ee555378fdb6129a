"""What the data covers: SQL generated from FACTS, since it asks the same of every fact and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sopdash.warehouse.facts import FACTS, TEXT, Fact
from sopdash.warehouse.schema import TIMES


def day_of(fact: Fact, table: str = "rows_of") -> str:
    """SQL for the day a row of the fact speaks of, NULL for facts without a moment."""
    times = ", ".join(f'{table}."{column}"' for column in TIMES.get(fact.name, ()))
    return f"cast(coalesce({times}) as date)" if times else "cast(null as date)"


def _fact_days() -> str:
    return _union(
        f"select '{fact.name}' as fact, min({day_of(fact)}) as first_day, max({day_of(fact)}) as last_day"
        f' from fact."{fact.name}" as rows_of'
        for fact in FACTS.values()
    )


def _coverage() -> str:
    """One row: a need ('orders', 'orders.refund_amount', 'orders.customer') that at least one row fills."""
    return f"""
        with filled as ({_union(_filled(fact) for fact in FACTS.values())}),
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


def _filled(fact: Fact) -> str:
    day = day_of(fact)
    asks = ["struct_pack(need := '', n := count(*), first_day := min(day), last_day := max(day))"]
    for name, kind in fact.columns.items():
        given = f"nullif(\"{name}\", '')" if kind == TEXT else f'"{name}"'
        asks.append(
            f"struct_pack(need := '{name}', n := count({given}), "
            f"first_day := min(case when {given} is not null then day end), "
            f"last_day := max(case when {given} is not null then day end))"
        )
    return f"""select '{fact.name}' as fact, ask.need, ask.n as rows, ask.first_day, ask.last_day
        from (select unnest([{", ".join(asks)}]) as ask
              from (select rows_of.*, {day} as day from fact."{fact.name}" as rows_of))"""


def _sources() -> str:
    """One row: a format × fact among live imports: freshness."""
    return f"""
        with logged as ({_union(_logged(fact) for fact in FACTS.values())})
        select imports.format, logged.fact, min(logged.first_day) as first_day, max(logged.last_day) as last_day,
            cast(sum(logged.rows) as bigint) as rows,
            max(imports.imported_at) as last_import_at, max(imports.as_of) as as_of
        from logged join imports using (batch)
        group by imports.format, logged.fact
    """


def _logged(fact: Fact) -> str:
    day = day_of(fact)
    return (
        f"select '{fact.name}' as fact, batch, min({day}) as first_day, max({day}) as last_day, count(*) as rows"
        f' from log."{fact.name}" as rows_of group by batch'
    )


def _week_sources() -> str:
    """One row: a format × ISO week (Monday to Sunday) with rows."""
    weekly = _union(
        f"select batch, cast(date_trunc('week', {day_of(fact)}) as date) as monday, count(*) as rows"
        f' from log."{fact.name}" as rows_of where {day_of(fact)} is not null group by batch, monday'
        for fact in FACTS.values()
        if fact.name in TIMES
    )
    return f"""
        with weekly as ({weekly}),
        named as (select *, monday + 3 as thursday from weekly)
        select imports.format,
            cast(extract(year from thursday) as varchar) || '-W'
            || lpad(cast((extract(doy from thursday) - 1) // 7 + 1 as varchar), 2, '0') as week,
            cast(sum(named.rows) as bigint) as rows
        from named join imports using (batch)
        group by imports.format, week
    """


def _union(selects: Iterable[str]) -> str:
    return " union all ".join(selects)


SQL: dict[str, Callable[[], str]] = {
    "fact_days": _fact_days,
    "coverage": _coverage,
    "sources": _sources,
    "week_sources": _week_sources,
}
"""Generated marts and steps by name."""


def definition() -> str:
    """All generated SQL, to notice when it changes."""
    return "".join(make() for make in SQL.values())
