"""Days on which customers were active without being held: of whoever has one that moved, and of nobody else."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.schema import listed

_TOLD = listed(("customer", "day", "orders", "net_sales"))


def unheld_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Touched days, and those from which on it differs when a customer was held, are looked at again; the other days of
    the same customers are told from the mart."""
    _look(cursor)
    steps.temp(cursor, "unheld_customers", _CUSTOMERS)
    near = steps.near_days(cursor, "mart.customer_days", "days_again", "customer", "day", "day")
    steps.temp(
        cursor,
        "days_told",
        f"""select {_TOLD}
            from mart.unheld_days semi join unheld_customers using (customer)
            anti join days_again using (customer, day)
            union all
            select {_TOLD}
            from ({near}) as near semi join days_again using (customer, day)
            semi join unheld_customers using (customer)""",
    )
    stretches = "(select * from mart.unheld semi join unheld_customers using (customer))"
    sql = narrowed(refresh.sql_of(name), {"mart.customer_days": "temp.days_told", "mart.unheld": stretches})
    steps.temp(cursor, "unheld_now", sql)
    cursor.execute(
        "delete from mart.unheld_days as them using unheld_customers as now where them.customer = now.customer"
    )
    cursor.execute("insert into mart.unheld_days from unheld_now")


def _look(cursor: Cursor) -> None:
    """`days_again`: the active days at which something moved."""
    steps.temp(
        cursor, "held_since", """select customer, cast(min("at") as date) as since from held_moves group by customer"""
    )
    near = steps.near_days(cursor, "mart.active_days", "held_since", "customer", "since", "date '9999-12-31'")
    steps.temp(
        cursor,
        "days_again",
        f"""select customer, day from touched_days
            union
            select customer, days.day
            from ({near}) as days join held_since using (customer) where days.day >= held_since.since""",
    )


_CUSTOMERS = """
    select customer from days_again join mart.unheld as stretches using (customer)
    where day > stretches.held_until and day < stretches.held_from
    union
    select customer from mart.unheld_days semi join days_again using (customer, day)
    union
    select customer from mart.unheld_days semi join held_since using (customer)"""
"""Who was not held on one of these days, or has had such days and is held at other times now."""
