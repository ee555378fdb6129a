"""On which days customers bought: what came after a customer's last one is added; of others, all are counted anew."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.narrow import narrowed


def bought(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Brings the days up to date, and what was seen of them up to the day that is now the last one seen."""
    _part(cursor)
    steps.temp(cursor, "bought_span", narrowed(refresh.sql_of("bought_span"), {"mart.customer_days": _ENDS}))
    found = cursor.execute("select (select max(seen_until) from kept.bought), seen_until from bought_span").fetchone()
    if found is None or None in found or found[1] < found[0]:
        steps.temp(cursor, "bought_span", refresh.sql_of("bought_span"))
        refresh.build(cursor, kind, name, values)
        return
    anew = narrowed(refresh.sql_of(name), {"mart.customer_days": "temp.days_anew"})
    with_days = _WITH_DAYS.format(before=f"date '{found[0]}'", until=f"date '{found[1]}'")
    steps.temp(cursor, "bought_now", f"{with_days} union all by name ({anew})")
    cursor.execute(f"create or replace table kept.{name} as from bought_now")


def _part(cursor: Cursor) -> None:
    """`days_come`: purchases after all known ones of their customers; `days_anew`: all of `counted_anew`, the others of
    whom a day moved: it may have been a purchase before."""
    steps.temp(
        cursor,
        "counted_anew",
        """select distinct moved.customer from buying_days as moved join kept.bought as known using (customer)
           where moved.day <= known.last_day""",
    )
    near = steps.near_days(cursor, "mart.customer_days", "buying_days", "customer", "day", "day")
    days = "select customer, day, net_sales, orders from {} where orders > 0"
    come = f"({near}) as near semi join buying_days using (customer, day) anti join counted_anew using (customer)"
    steps.temp(cursor, "days_come", days.format(come))
    anew = "mart.customer_days semi join counted_anew using (customer)"
    steps.temp(cursor, "days_anew", days.format(anew) + ("" if steps.has_rows(cursor, "counted_anew") else " limit 0"))


_ENDS = """(
    select unnest([min(first_day), max(last_day)]) as day, 1 as orders
    from kept.bought anti join counted_anew using (customer)
    union all select day, orders from days_come
    union all select day, orders from days_anew
)"""

_WITH_DAYS = """
    -- What stands of whom nothing is counted anew, with the days that came, and with those that are seen now.
    with come as (
        select
            customer, min(day) as first_day, max(day) as last_day, count(*) as purchases, sum(net_sales) as net_sales,
            arg_min(net_sales, day) as first_sales, count(*) filter (day <= {before}) as seen,
            max(day) filter (day <= {before}) as last_seen
        from days_come group by customer
    ),
    passed as (
        select customer, count(*) as seen, max(day) as last_seen
        from mart.customer_days anti join counted_anew using (customer)
        where orders > 0 and day > {before} and day <= {until}
        group by customer
    ),
    moved as (
        select
            customer, come.first_day, come.last_day, come.purchases, come.net_sales, come.first_sales,
            coalesce(come.seen, 0) + coalesce(passed.seen, 0) as seen,
            greatest(come.last_seen, passed.last_seen) as last_seen
        from come full join passed using (customer)
    ),
    known as (from kept.bought anti join counted_anew using (customer))
    select
        customer,
        least(known.first_day, moved.first_day) as first_day,
        greatest(known.last_day, moved.last_day) as last_day,
        coalesce(known.purchases, 0) + coalesce(moved.purchases, 0) as purchases,
        cast(coalesce(known.net_sales + moved.net_sales, known.net_sales, moved.net_sales) as decimal(18, 2))
            as net_sales,
        coalesce(known.first_sales, moved.first_sales) as first_sales,
        coalesce(known.purchases_seen, 0) + coalesce(moved.seen, 0) as purchases_seen,
        greatest(known.last_day_seen, moved.last_seen) as last_day_seen,
        {until} as seen_until
    from known full join moved using (customer)"""
