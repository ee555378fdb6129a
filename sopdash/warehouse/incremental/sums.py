"""Sums over the rows of a mart: those of the rows that came are added, those of the rows that went taken off."""

from __future__ import annotations

from collections.abc import Mapping

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import customers, steps, talk
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.schema import listed, quoted

WHICH = ("gone", "come")


def order_sums(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    gone = narrowed(refresh.sql_of(name), {"mart.orders": "temp.orders_gone", "kept.customer_facts": "temp.had_bought"})
    come = narrowed(refresh.sql_of(name), {"mart.orders": "temp.orders_come"})
    counts = ("orders", "refunded", "acquired", "with_units", "with_gmv", "with_refunds")
    told = {"units": "with_units", "gmv": "with_gmv", "refunds": "with_refunds", "net_sales": "with_gmv"}
    shown = {column: f"case when {count} > 0 then {column} end" for column, count in told.items()}
    differ(cursor, name, gone, come, dict.fromkeys(counts, "") | shown, "orders > 0")


def buyer_turns(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    gone, come = (narrowed(refresh.sql_of(name), {"mart.orders": f"temp.orders_{which}"}) for which in WHICH)
    counts = dict.fromkeys(("buyers", "seconds", "short", "waited"), "")
    differ(cursor, name, gone, come, counts, "buyers <> 0 or seconds <> 0")


def active_turns(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    tables = "temp.active_days_gone", "temp.active_days_now"
    gone, come = (narrowed(refresh.sql_of(name), {"mart.active_days": table}) for table in tables)
    differ(cursor, name, gone, come, {"customers": ""}, "customers > 0")


def speaker_turns(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """The weeks from the first one on in which anyone spoke otherwise than before; names that several bear are few, and
    counted anew."""
    if talk.begins_elsewhere(cursor, name):
        refresh.build(cursor, refresh.STEP, "told_weeks", values)
        refresh.build(cursor, kind, name, values)
        return
    steps.temp(
        cursor,
        "spoke_otherwise",
        """select come.customer, come.page, xor(come.spoke, coalesce(gone.spoke, 0)) as bits
           from weeks_come as come left join weeks_gone as gone using (customer, page)
           where come.spoke <> coalesce(gone.spoke, 0)""",
    )
    spoken = "select customer, page, spoke from {} semi join spoke_otherwise using (customer)"
    steps.temp(cursor, "spoke_come", spoken.format("(from mart.customer_weeks where unit = 'week') as weeks"))
    steps.temp(
        cursor,
        "spoke_gone",
        f"from spoke_come anti join weeks_come using (customer, page) union all {spoken.format('weeks_gone')}",
    )
    steps.temp(cursor, "weeks_otherwise", _WEEKS_OTHERWISE)
    told = {"told_weeks": "temp.weeks_otherwise"}
    nobody = {table: f"(select * from {table} limit 0)" for table in ("mart.customer_weeks", "mart.speaker_days")}
    weeks = {which: {"mart.customer_weeks": f"(select *, 'week' as unit from spoke_{which})"} for which in WHICH}
    gone, come = (narrowed(refresh.sql_of(name), told | nobody | weeks[which]) for which in WHICH)
    names = narrowed(refresh.sql_of(name), told | {"mart.customer_weeks": nobody["mart.customer_weeks"]})
    gone, come = f"({gone}) union all from mart.{name} where not known", f"({come}) union all ({names})"
    differ(cursor, name, gone, come, {"speakers": ""}, "speakers > 0")


_WEEKS_OTHERWISE = """
    with first as (
        select min(page * 64 + cast(highest_bit(xor(bits, bits - 1)) as integer)) as week from spoke_otherwise
    ),
    pages as (select distinct page from spoke_come union select distinct page from spoke_gone),
    bits as (select cast(unnest(range(64)) as utinyint) as bit)
    select page, bit from pages cross join bits cross join first where page * 64 + bit >= first.week"""
"""All that can differ; of a week before only which one it was counts."""


def cohort_sums(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Of who began at another time all weeks; of others those in which they were active or are."""
    _note_began(cursor)
    gone, come = (_cohorts(which) for which in WHICH)
    acts = {act: f"case when week is not null then {act} end" for act in ("ordered", "spoke")}
    differ(cursor, name, gone, come, {"customers": ""} | acts, "customers > 0")


def _cohorts(which: str) -> str:
    tables = {"mart.customers": f"temp.began_{which}", "mart.customer_weeks": f"temp.active_{which}"}
    weeks = narrowed(refresh.sql_of("told_weeks"), {"mart.customer_weeks": f"temp.active_{which}"})
    parts = narrowed(refresh.sql_of("cohort_parts"), tables | {"told_weeks": f"({weeks})"})
    return narrowed(refresh.sql_of("cohort_sums"), {"cohort_parts": f"({parts})"})


def _note_began(cursor: Cursor) -> None:
    """`began_<gone|come>`: when customers began, `active_<gone|come>`: in which weeks they were active."""
    began = listed(customers.BEGAN)
    steps.temp(cursor, "began_now", f"select {began} from facts_now")
    steps.temp(
        cursor,
        "begin_otherwise",
        """select distinct customer
           from ((from began_before except from began_now) union all (from began_now except from began_before))""",
    )
    steps.temp(
        cursor,
        "begin_as_before",
        f"""select {began} from kept.customer_facts
            semi join (select customer from weeks_come) as active using (customer)
            anti join begin_otherwise using (customer)""",
    )
    steps.temp(
        cursor,
        "weeks_of_others",
        """select * exclude (unit), cast(18446744073709551615 as ubigint) as mask from mart.customer_weeks
           semi join begin_otherwise using (customer) where unit = 'week'""",
    )
    whole = {
        "gone": """from weeks_of_others anti join weeks_come using (customer, page)
            union all from weeks_gone semi join begin_otherwise using (customer)""",
        "come": "from weeks_of_others",
    }
    for which, rows in (("gone", "began_before"), ("come", "began_now")):
        otherwise = f"from {rows} semi join begin_otherwise using (customer)"
        steps.view(cursor, f"began_{which}", f"from begin_as_before union all {otherwise}")
        masked = ", ".join(f"{act} & mask as {act}" for act in ("ordered", "spoke", "clicked"))
        steps.view(
            cursor,
            f"active_{which}",
            f"""select *, 'week' as unit from (
                    select * replace ({masked}) from weeks_{which} anti join begin_otherwise using (customer)
                    union all {whole[which]}
                )""",
        )


def differ(cursor: Cursor, name: str, gone: str, come: str, sums: Mapping[str, str], there: str) -> None:
    """Brings a mart of sums up to date: its query over what went and over what came.

    `sums`: the columns that add up, with the SQL of what is shown where that is another; `there`: when a row stays.
    """
    columns = [column for column, *_ in cursor.execute(f"describe mart.{name}").fetchall()]
    by = listed(column for column in columns if column not in sums)
    less = ", ".join(f"-{column} as {column}" for column in sums)
    added = ", ".join(f"sum({column}) as {column}" for column in sums)
    shown = ", ".join(f"{sums.get(column) or quoted(column)} as {quoted(column)}" for column in columns)
    steps.temp(
        cursor,
        "summed",
        f"""with told as (
                from mart.{name} union all select * replace ({less}) from ({gone}) union all from ({come})
            ),
            added as (select {by}, {added} from told group by {by})
            select {shown} from added where {there}""",
    )
    cursor.execute(f"delete from mart.{name}")
    cursor.execute(f"insert into mart.{name} from summed")
