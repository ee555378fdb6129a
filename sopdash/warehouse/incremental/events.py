"""What people did, row by row and day by day: touches, orders, and the sums by day."""

from __future__ import annotations

from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.schema import listed


def touches(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    told = {"external_id": "external_id", "bare_account": "account", "phone": "phone_key", "name": "name"}
    more = [
        f"""select "at" from fact.touches
            where "{column}" in (select value from changed_identities where kind = '{kind}')"""
        for kind, column in told.items()
    ]
    steps.rows(cursor, name, values, ("at",), more, name)
    steps.collect(cursor, "touched_customers")
    steps.collect_days(cursor)


def orders(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """First the orders that moved, which tell the customers; then these customers' orders from that moment on."""
    by = FACTS["orders"].key
    more = ["select platform, shop, order_id from moved.refunds"]
    if steps.has_rows(cursor, "changed_shared_phones"):
        more.append(
            """select platform, shop, order_id from fact.orders
               where phone_key in (select phone_key from changed_shared_phones)"""
        )
    steps.touch(cursor, name, by, more, name)
    steps.temp(cursor, "acquisitions", steps.acquired("(select * from mart.follows limit 0)"))
    steps.compute(cursor, name, values, by, name)
    steps.collect(cursor, "touched_customers")
    steps.collect_days(cursor)
    for rows in ("rows_before", "rows_now"):
        cursor.execute(f"insert into buying_since select customer, ordered_at from {rows} where customer is not null")
    steps.temp(
        cursor,
        "since",
        """select customer, coalesce(min("at"), 'infinity') as "at" from buying_since group by customer""",
    )
    steps.temp(
        cursor,
        "counted",
        """select orders.customer, max(orders.nth) as nth
           from mart.orders join since on since.customer = orders.customer
           where orders.is_paid and orders.ordered_at < since.at
           group by orders.customer""",
    )
    keys = listed(by)
    steps.temp(
        cursor,
        "touched_keys",
        f"""select {keys} from touched_keys
            union
            select {keys} from mart.orders join since on since.customer = orders.customer
            where orders.ordered_at >= since.at or orders.ordered_at is null""",
    )
    # The two paid orders before stand for all earlier ones: they are counted on from, and not written again.
    steps.temp(
        cursor,
        "earlier_keys",
        f"""select {keys} from mart.orders join counted on counted.customer = orders.customer
            where orders.is_paid and orders.nth > counted.nth - 2 and orders.nth <= counted.nth
            except select {keys} from touched_keys""",
    )
    steps.temp(cursor, "acquisitions", steps.acquired("(select * from mart.follows semi join since using (customer))"))
    steps.compute(cursor, name, values, by, name, "earlier_keys")
    cursor.execute(f"delete from mart.orders as them using touched_keys where {steps.equal('touched_keys', by)}")
    cursor.execute(
        f"""insert into mart.orders
            select rows_now.* replace (rows_now.nth + greatest(coalesce(counted.nth, 0) - 2, 0) as nth)
            from (select * from rows_now anti join earlier_keys using ({keys})) as rows_now
            left join counted on counted.customer = rows_now.customer"""
    )


def customer_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    steps.narrow_and_replace(cursor, name, "touched_days", ("customer", "day"), ("orders", "speaker_days", "touches"))


def active_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """A customer's days from the first touched one on: the rows before it know nothing of what came after."""
    steps.temp(
        cursor,
        "active_since",
        "select customer, min(day) as since from touched_days where day is not null group by customer",
    )
    steps.temp(
        cursor,
        "active_now",
        """with days as (
               select days.customer, days.day, moved.since
               from mart.customer_days as days join active_since as moved using (customer)
               where days.day >= moved.since
               union all
               select days.customer, max(days.day), any_value(moved.since)
               from mart.customer_days as days join active_since as moved using (customer)
               where days.day < moved.since
               group by days.customer
           ),
           chained as (
               select customer, day, since, lag(day) over (partition by customer order by day) as previous_day from days
           )
           select customer, day, previous_day from chained where day >= since order by day""",
    )
    cursor.execute(
        """delete from mart.active_days as them using active_since as moved
           where them.customer = moved.customer and them.day >= moved.since"""
    )
    cursor.execute("insert into mart.active_days select customer, day, previous_day from active_now")


def customer_weeks(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    steps.temp(cursor, "active_customers", "select distinct customer from touched_days")
    steps.of_customers(cursor, name, "active_customers", ("customer_days",))
