"""Days on which customers were active without being held: of whoever has one that moved, and of nobody else."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.schema import listed

_TOLD = listed(("customer", "day", "orders", "net_sales"))


def unheld_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Touched days, and those from which on it differs when a customer was held, are looked at again, with the later
    ones of the same customers; all of whoever is held at other times now."""
    _look(cursor)
    _tell(cursor)
    tables = {"mart.customer_days": "temp.days_told", "mart.unheld": "temp.stretches_now"}
    now = f"""select now.* from ({narrowed(refresh.sql_of(name), tables)}) as now join unheld_since as them
        using (customer) where now.day >= them.since order by now.day"""
    steps.temp(cursor, "unheld_now", now)
    cursor.execute(
        """delete from mart.unheld_days as them using unheld_since as now
           where them.customer = now.customer and them.day >= now.since"""
    )
    cursor.execute("insert into mart.unheld_days from unheld_now")


def _look(cursor: Cursor) -> None:
    """`days_again`: the active days at which something moved; `unheld_customers`: who was not held on one, or has
    had such days and is held at other times now."""
    steps.temp(
        cursor, "held_since", """select customer, cast(min("at") as date) as since from held_moves group by customer"""
    )
    near = steps.near_days(cursor, "mart.active_days", "held_since", "customer", "since", "date '9999-12-31'")
    steps.temp(
        cursor,
        "days_again",
        f"""select customer, day from touched_days
            union all
            select customer, days.day
            from ({near}) as days join held_since using (customer) where days.day >= held_since.since""",
    )
    known = steps.near_days(cursor, "mart.unheld_days", "days_again", "customer", "day", "day")
    told = [
        f"select customer from days_again semi join ({known}) as known using (customer, day)",
        "select customer from mart.unheld_days semi join held_since using (customer)",
    ]
    for low, high in steps.stretches_of(cursor, "days_again", "day", "day"):
        days = f"day between date '{low}' and date '{high}'"
        told.append(
            f"""select customer from days_again
                join (select * from mart.unheld where held_from > date '{low}' and held_until < date '{high}') as them
                using (customer)
                where {days} and day > them.held_until and day < them.held_from"""
        )
    steps.temp(cursor, "unheld_customers", " union ".join(told))


def _tell(cursor: Cursor) -> None:
    """`days_told`: the active days of these customers from `unheld_since` on, as far as they were or are not held, and
    the last ones before; `stretches_now`: when they are not."""
    steps.temp(cursor, "stretches_now", "select * from mart.unheld semi join unheld_customers using (customer)")
    steps.temp(cursor, "days_anew", "select * from days_again semi join unheld_customers using (customer)")
    steps.temp(
        cursor,
        "unheld_since",
        """select customer, min(since) as since
           from (
               select customer, day as since from days_anew
               union all
               select customer, date '0001-01-01' from unheld_customers semi join held_since using (customer)
           ) group by customer""",
    )
    steps.temp(cursor, "known_days", f"select {_TOLD}, since from mart.unheld_days join unheld_since using (customer)")
    near = steps.near_days(cursor, "mart.customer_days", "days_anew", "customer", "day", "day")
    steps.temp(
        cursor,
        "days_told",
        f"""select {_TOLD} from known_days anti join days_anew using (customer, day) where day >= since
            union all
            select {_TOLD} from ({near}) as near semi join days_anew using (customer, day)
            union all
            select customer, max(day), 0, null from known_days where day < since group by customer
            union all
            select customer, max(day), 1, null from known_days where day < since and orders > 0 group by customer""",
    )
