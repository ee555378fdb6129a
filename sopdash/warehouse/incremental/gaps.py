"""What hangs on orders near each other or near a day: as far as the orders that are written again change it."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.narrow import narrowed


def order_gaps(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """`gap_moves`: gaps that are there more often now (n > 0) or less often."""
    gone, come = (
        narrowed(refresh.sql_of(name), {"mart.orders": f"temp.orders_{which}"}).rpartition("order by")[0]
        for which in ("gone", "come")
    )
    steps.temp(
        cursor,
        "gap_moves",
        f"""select day, whole, waited, cast(sum(n) as bigint) as n
            from (select *, -1 as n from ({gone}) union all select *, 1 from ({come}))
            group by all having sum(n) <> 0""",
    )
    if steps.has_rows(cursor, "(from gap_moves where n < 0)"):
        _take_off(cursor, name)
    cursor.execute(
        f"""insert into mart.{name}
            select day, whole, waited from (select *, unnest(range(n)) from gap_moves) order by waited"""
    )


def _take_off(cursor: Cursor, name: str) -> None:
    """Of gaps that are the same as others only so many: those that stay are put back with the ones that come."""
    cursor.execute(
        f"""insert into gap_moves
            select day, whole, waited, count(*)
            from mart.{name} semi join (from gap_moves where n < 0) using (day, whole, waited)
            group by all"""
    )
    cursor.execute(
        f"""delete from mart.{name} as them using (from gap_moves where n < 0) as gone
            where them.day = gone.day and them.whole = gone.whole and them.waited = gone.waited"""
    )
    steps.temp(
        cursor, "gap_moves", "select day, whole, waited, cast(sum(n) as bigint) as n from gap_moves group by all"
    )


def around_joining(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Of touched customers, and of who ordered, or did no more, near the day of joining."""
    steps.temp(
        cursor,
        "near_joining",
        """select customer from customers_now
           union
           select moved.customer
           from (select customer, day from orders_gone union all select customer, day from orders_come) as moved
           join kept.customer_facts as facts using (customer)
           where abs(moved.day - cast(facts.first_joined_at as date)) <= 28""",
    )
    steps.of_customers(cursor, name, "near_joining", ("customers", "orders"))
