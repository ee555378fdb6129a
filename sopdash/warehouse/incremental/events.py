"""What people did, row by row and day by day: touches, orders, and the sums by day."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS
from sopdash.warehouse.incremental import named, steps
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.schema import listed


def touches(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    more = [
        f"""select "at" from fact.touches
            where "{column}" in (select value from other_owners where kind = '{kind}')"""
        for column, kind in named.KINDS.items()
    ]
    steps.rows(cursor, name, values, ("at",), more, name)
    clicks = """select customer, "at", day from {} where customer is not null and kind = 'click'"""
    before, now = clicks.format("rows_before"), clicks.format("rows_now")
    steps.temp(cursor, "clicks_gone", f"({before}) except all ({now})")
    steps.temp(cursor, "clicks_come", f"({now}) except all ({before})")
    cursor.execute("insert into touched_customers select distinct customer from clicks_gone")
    cursor.execute("""insert into lately select customer, 'clicked', max("at") from clicks_come group by customer""")
    for rows, into in (("clicks_gone", "touched_days"), ("clicks_gone", "lost_days"), ("clicks_come", "touched_days")):
        cursor.execute(f"insert into {into} select distinct customer, day from {rows} where day is not null")
    steps.note_events(cursor, "clicked", "at", "kind = 'click'")


def orders(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """First the orders that moved, which tell the customers; then these customers' orders from that moment on.

    `orders_gone` and `orders_come`: as the rows that are written again were, and as they are.
    """
    by = FACTS["orders"].key
    _touch_orders(cursor, by)
    steps.temp(cursor, "acquisitions", steps.acquired("(select * from mart.follows limit 0)"))
    steps.locate(cursor, by, name)
    steps.temp(cursor, "rows_before", steps.among('mart."orders"', by, listed((*by, *_TOLD))))
    steps.temp(cursor, "judged_orders", steps.of_touched("judged_orders", name))
    steps.temp(cursor, "order_history", f"from ({steps.of_touched('order_history', name)}) limit 0")
    steps.compute_rows(cursor, name, values, name, listed(_MOVED))
    _note_customers(cursor)
    steps.note_events(cursor, "ordered", "ordered_at", "is_paid")
    _note_days(cursor)
    for rows in ("rows_before", "rows_now"):
        cursor.execute(f"insert into buying_since select customer, ordered_at from {rows} where customer is not null")
    steps.temp(
        cursor,
        "since",
        """select customer, coalesce(min("at"), 'infinity') as "at"
           from buying_since semi join kept.customer_facts using (customer) group by customer""",
    )  # whoever nobody knew yet has no orders in the mart
    _count_on(cursor)
    _add_later(cursor, by)
    buyers = "(select * from mart.follows semi join buying_since using (customer))"
    steps.temp(cursor, "acquisitions", steps.acquired(buyers))
    steps.temp(cursor, "order_history", steps.of_touched("order_history", name))
    steps.compute_rows(cursor, name, values, name)
    steps.temp(cursor, "written_orders", "from touched_keys")
    steps.remove(cursor, name, by)
    steps.temp(cursor, "orders_come", f"select {listed((*by, *_TOLD))} from ({_COUNTED_ON})")
    cursor.execute(f"insert into mart.orders {_COUNTED_ON}")


_MOVED = ("customer", "account", "ordered_at", "day", "is_paid", "gmv", "refunds", "net_sales")
"""What is asked of orders that moved, before more is told of them."""

_TOLD = (
    "customer", "account", "known_by", "sales_channel", "channel", "ordered_at", "day", "is_paid", "nth",
    "previous_at", "earlier_at", "held_before", "after_add", "units", "gmv", "refunds", "net_sales",
    "region", "store", "staff",
)  # fmt: skip
"""What sums and other marts are told of an order."""


def _touch_orders(cursor: Cursor, by: tuple[str, ...]) -> None:
    more = ["select platform, shop, order_id from moved.refunds"]
    if steps.has_rows(cursor, "changed_shared_phones"):
        more.append(
            """select platform, shop, order_id from fact.orders
               where phone_key in (select phone_key from changed_shared_phones)"""
        )
    steps.touch(cursor, "orders", by, more, "orders")


def _note_customers(cursor: Cursor) -> None:
    cursor.execute("insert into touched_customers select distinct customer from rows_before where customer is not null")
    cursor.execute(
        """insert into buying_customers
           select customer, min(ordered_at), bool_and(ordered_at is not null or not is_paid),
               min(coalesce(ordered_at, '-infinity')) filter (account <> '')
           from rows_now where customer is not null group by customer"""
    )


def _count_on(cursor: Cursor) -> None:
    """All earlier paid orders are counted on from: the last of them tells what the next ones came after. The table of
    customers, still of the last refresh, knows the last of all; where that is not earlier, the orders are asked."""
    steps.temp(
        cursor,
        "known_buyers",
        """select since.customer, since."at", facts.last_ordered_at < since."at" as all_before,
               facts.dated_orders as nth, facts.last_ordered_at as last_at, facts.previous_ordered_at as before_at
           from since join kept.customer_facts as facts using (customer) where facts.dated_orders > 0""",
    )
    steps.temp(
        cursor,
        "counted",
        """select customer, nth, last_at, before_at from known_buyers where all_before
           union all
           select orders.customer, max(orders.nth), arg_max(orders.ordered_at, orders.nth),
               arg_max_null(orders.previous_at, orders.nth)
           from mart.orders join (from known_buyers where not all_before) as since on since.customer = orders.customer
           where orders.is_paid and orders.ordered_at < since.at
           group by orders.customer""",
    )


_COUNTED_ON = """
    select rows_now.* replace (
        rows_now.nth + coalesce(counted.nth, 0) as nth,
        case when rows_now.nth = 1 then counted.last_at else rows_now.previous_at end as previous_at,
        case rows_now.nth when 1 then counted.before_at when 2 then counted.last_at else rows_now.earlier_at end
            as earlier_at
    )
    from rows_now left join counted on counted.customer = rows_now.customer"""


def order_names(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Of an account that an order left all orders are asked; of others the earlier first one counts."""
    told = "select customer, account, ordered_at from {} where customer is not null and account <> ''"
    steps.temp(
        cursor,
        "names_left",
        f"""select distinct customer, account
            from ({told.format("orders_gone")} except all {told.format("orders_come")})""",
    )
    come = narrowed(refresh.sql_of(name), {"mart.orders": "temp.orders_come"})
    steps.temp(
        cursor,
        "names_now",
        f"""select come.customer, come.account, least(come.first_at, known.first_at) as first_at
            from ({come}) as come
            anti join names_left using (customer, account)
            left join kept.{name} as known on known.customer = come.customer and known.account = come.account
            where known.customer is null or known.first_at is null or come.first_at < known.first_at""",
    )
    if steps.has_rows(cursor, "names_left"):
        left = narrowed(
            refresh.sql_of(name), {"mart.orders": "(from mart.orders semi join names_left using (customer, account))"}
        )
        cursor.execute(f"insert into names_now {left}")
    cursor.execute(
        f"""delete from kept.{name} as them
            using (select customer, account from names_now union from names_left) as touched
            where them.customer = touched.customer and them.account = touched.account"""
    )
    cursor.execute(f"insert into kept.{name} from names_now")


def _add_later(cursor: Cursor, by: tuple[str, ...]) -> None:
    """The later orders of these customers, judged too."""
    keys = listed(by)
    later = " union all ".join(
        f"""select {", ".join(f"orders.{column}" for column in (*by, *_TOLD))}
            from mart.orders join since on since.customer = orders.customer where {when}"""
        for when in _later(cursor)
    )
    steps.temp(cursor, "later_rows", f"select * from ({later}) as later anti join touched_keys using ({keys})")
    last = cursor.execute("select coalesce(max(rowid), -1) from touched_rows").fetchone()
    cursor.execute(f"insert into touched_rows {steps.sharing('fact.orders', by, 'later_rows')}")
    added = f"(select *, rowid from temp.touched_rows where rowid > {last[0] if last else -1})"
    cursor.execute(f"insert into judged_orders {steps.of_touched('judged_orders', 'orders', added)}")
    for touched in ("touched_keys", "known_keys"):
        cursor.execute(f"insert into {touched} select {keys} from later_rows")
    steps.temp(cursor, "orders_gone", "from rows_before union all from later_rows")
    steps.temp(
        cursor,
        "had_bought",
        """select customer, existing from kept.customer_facts semi join orders_gone using (customer) where existing""",
    )


def _later(cursor: Cursor) -> list[str]:
    """Which orders are not before `since`. Most of that is of late: a constant leaves out the orders of long ago."""
    found = cursor.execute("""
        select cast(min("at") as varchar), cast(quantile_disc("at", 0.1) as varchar) from since""").fetchone()
    if found is None or found[0] is None:
        return ["false"]
    earliest, recent = (f"timestamp '{moment}'" for moment in found)
    parts = [f'orders.ordered_at >= {recent} and orders.ordered_at >= since."at"', "orders.ordered_at is null"]
    if earliest != recent:
        parts.append(f"""orders.ordered_at < {recent} and since."at" < {recent} and orders.ordered_at >= since."at" """)
    return parts


def _note_days(cursor: Cursor) -> None:
    bought = """select customer, day, gmv, refunds, net_sales from {}
        where is_paid and customer is not null and day is not null"""
    before, now = bought.format("rows_before"), bought.format("rows_now")
    cursor.execute(
        f"""insert into buying_days
            select distinct customer, day
            from ((({before}) except all ({now})) union all (({now}) except all ({before})))"""
    )
    cursor.execute("insert into touched_days from buying_days")
    cursor.execute(f"insert into lost_days select distinct customer, day from (({before}) except all ({now}))")


def customer_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    steps.narrow_and_replace(cursor, name, "touched_days", ("customer", "day"), ("orders", "speaker_days", "touches"))


def active_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """A customer's days from the first touched one on: the rows before it know nothing of what came after.
    `active_days_gone`, `active_days_now`: the rows that stood and those that stand.

    Who was last active before that day: the table of customers, still of the last refresh, says on which.
    """
    steps.temp(
        cursor,
        "active_since",
        """with touched as (select customer, min(day) as since from touched_days group by customer)
           select touched.customer, touched.since, cast(known.last_active_at as date) as last_day
           from touched left join kept.customer_facts as known on known.customer = touched.customer""",
    )
    near = steps.near_days(cursor, "mart.customer_days", "active_since", "customer", "since", "date '9999-12-31'")
    steps.temp(
        cursor,
        "active_days_now",
        f"""with days as (
               select days.customer, days.day, moved.since
               from ({near}) as days join active_since as moved using (customer)
               where days.day >= moved.since
               union all
               select customer, last_day, since from active_since where last_day < since
               union all
               select days.customer, max(days.day), any_value(moved.since)
               from mart.customer_days as days
               join (from active_since where last_day >= since) as moved using (customer)
               where days.day < moved.since
               group by days.customer
           ),
           chained as (
               select customer, day, since, lag(day) over (partition by customer order by day) as previous_day from days
           )
           select customer, day, previous_day from chained where day >= since order by day""",
    )
    # Of who was last active before that day nothing stands that could go.
    back = "select customer, since from active_since where last_day >= since"
    steps.temp(
        cursor,
        "active_days_gone",
        f"""select them.*, them.rowid as place
            from mart.active_days as them join ({back}) as moved using (customer) where them.day >= moved.since""",
    )
    if steps.has_rows(cursor, "active_days_gone"):
        cursor.execute("delete from mart.active_days where rowid in (select place from active_days_gone)")
    cursor.execute("insert into mart.active_days from active_days_now")


def customer_weeks(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """To the bits that stand come those of touched days. Of whom anything went, touched weeks and months are told anew,
    from the days around.

    `weeks_gone`, `weeks_come`: the touched weeks as they were and are; `mask`: which of a page's weeks these are.
    """
    steps.temp(
        cursor,
        "spans",
        """select
               customer,
               cast(least(date_trunc('week', min(day)), date_trunc('month', min(day))) as date) as since,
               cast(greatest(date_trunc('week', max(day)) + interval 6 day, last_day(max(day))) as date) as until
           from touched_days semi join lost_days using (customer) group by customer""",
    )
    near = steps.near_days(cursor, "mart.customer_days", "spans", "customer", "since", "until")
    touched = steps.near_days(cursor, "mart.customer_days", "touched_days", "customer", "day", "day")
    days = f"""select days.* from ({near}) as days join spans using (customer) where day between since and until
        union all
        select * from ({touched}) as days
        semi join touched_days using (customer, day) anti join spans using (customer)"""
    steps.temp(cursor, "bits_now", narrowed(refresh.sql_of(name), {"mart.customer_days": f"({days})"}))
    marked = narrowed(refresh.sql_of(name), {"mart.customer_days": _MARKS})
    bits = ", ".join(f"(coalesce(met.{act}, 0) & ~more.lost) | more.{act} as {act}" for act in _ACTS)
    were = ", ".join(f"met.{act} as {act}_before" for act in _ACTS)
    steps.temp(
        cursor,
        "weeks_now",
        f"""select customer, unit, page, more.mask, {bits}, met.rowid as place, {were}
            from ({_MORE.format(marked=marked)}) as more
            left join mart.customer_weeks as met using (customer, unit, page)""",
    )
    weeks = "select customer, page, {acts}, mask from weeks_now where unit = 'week'"
    were = ", ".join(f"{act}_before as {act}" for act in _ACTS)
    steps.view(cursor, "weeks_gone", weeks.format(acts=were) + " and place is not null")
    steps.view(cursor, "weeks_come", weeks.format(acts=listed(_ACTS)))
    # A column is packed again from end to end where any value of it moves.
    for act in _ACTS:
        otherwise = f"from weeks_now where {act} <> {act}_before"
        if steps.has_rows(cursor, f"({otherwise})"):
            cursor.execute(
                f"""update mart.customer_weeks as them set {act} = now.{act}
                    from ({otherwise}) as now where them.rowid = now.place"""
            )
    told = f"{' | '.join(_ACTS)} <> 0"
    cursor.execute(
        f"""insert into mart.customer_weeks select customer, unit, page, {listed(_ACTS)} from weeks_now
            where place is null and {told}"""
    )
    if steps.has_rows(cursor, f"(from weeks_now where place is not null and not ({told}))"):
        cursor.execute(f"delete from mart.customer_weeks where not ({told})")


_ACTS = ("ordered", "spoke", "clicked")
_MARKS = """(select distinct customer, day, 1 as orders, 0 as messages, 0 as clicks
    from touched_days semi join spans using (customer))"""
_MORE = """
    -- Where nothing went each touched day has an act, and the acts tell the days.
    select *, ordered | spoke | clicked as mask, cast(0 as ubigint) as lost
    from bits_now anti join spans using (customer)
    union all by name
    select
        marked.customer, marked.unit, marked.page, marked.ordered as mask, marked.ordered as lost,
        coalesce(fresh.ordered, 0) & marked.ordered as ordered,
        coalesce(fresh.spoke, 0) & marked.ordered as spoke,
        coalesce(fresh.clicked, 0) & marked.ordered as clicked
    from ({marked}) as marked left join bits_now as fresh using (customer, unit, page)"""
