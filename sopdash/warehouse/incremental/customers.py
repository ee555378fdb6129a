"""The customers whom anything touched: their row of facts and their way through the funnel."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import named, steps
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.schema import listed

_OF_CUSTOMERS = (
    "mart.identities", "mart.follows", "mart.memberships", "mart.touches", "mart.holdings", "kept.customer_talk",
)  # fmt: skip
"""What tells of customers; their orders are looked for once for all buyers."""


BEGAN = ("customer", "first_followed_at", "first_joined_at", "first_ordered_at")
"""What cohorts are made of."""


def customer_facts(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Touched customers anew; of whoever only bought, spoke or clicked once more, what that changes."""
    _touch_named(cursor)
    steps.temp(cursor, "bought_more", _BOUGHT_MORE)
    steps.temp(
        cursor,
        "customers_now",
        """select customer from touched_customers
           union select customer from buying_customers anti join bought_more using (customer)""",
    )
    began = listed(BEGAN)
    steps.temp(
        cursor, "began_before", f"select {began} from kept.customer_facts semi join customers_now using (customer)"
    )
    _note_purchases(cursor, values)
    _compute(cursor, name, values)
    cursor.execute("""
        delete from kept.customer_facts as them using customers_now as now where them.customer = now.customer""")
    cursor.execute("""
        update kept.customer_facts as them
        set last_active_at = greatest(them.last_active_at, seen.spoke_at, seen.clicked_at),
            last_spoke_at = greatest(them.last_spoke_at, seen.spoke_at),
            last_clicked_at = greatest(them.last_clicked_at, seen.clicked_at)
        from (
            select
                customer,
                max("at") filter (kind = 'spoke') as spoke_at,
                max("at") filter (kind = 'clicked') as clicked_at
            from lately anti join customers_now using (customer) group by customer
        ) as seen
        where seen.customer = them.customer""")
    cursor.execute("""
        update kept.customer_facts as them
        set orders = bought.orders, net_sales = bought.net_sales, second_ordered_at = bought.second_ordered_at,
            last_ordered_at = bought.last_ordered_at, last_refunded_at = bought.last_refunded_at,
            frequent_on = bought.frequent_on,
            last_active_at = greatest(them.last_active_at, bought.last_ordered_at)
        from (from purchased anti join customers_now using (customer)) as bought
        where bought.customer = them.customer""")
    cursor.execute("insert into kept.customer_facts from facts_now")


_BOUGHT_MORE = """
    select buying.customer
    from buying_customers as buying join kept.customer_facts as known using (customer)
    where buying.dated and known.first_ordered_at < buying.since
        and (buying.named_from is null or known.named_at < buying.named_from)"""
"""Who bought before and has paid again since, under no name that could be an earlier one."""


def _touch_named(cursor: Cursor) -> None:
    for fact in ("customer_profiles", "opt_outs"):
        for column, kind_of_key in named.KINDS.items():
            cursor.execute(
                f"""insert into touched_customers
                    select ids.customer from moved."{fact}" as them
                    join mart.identities as ids on ids.kind = '{kind_of_key}' and ids.value = them."{column}" """
            )


def _note_purchases(cursor: Cursor, values: steps.Values) -> None:
    steps.temp(
        cursor,
        "of_buyers",
        """select customer, account, ordered_at, is_paid, refunds, net_sales, nth, region, store, staff
           from mart.orders
           semi join (from customers_now union from bought_more) as them using (customer)""",
    )
    steps.temp(cursor, "purchased", narrowed(refresh.sql_of("purchased"), {"mart.orders": "temp.of_buyers"}), values)


def _compute(cursor: Cursor, name: str, values: steps.Values) -> None:
    """`facts_now`: the rows of touched customers."""
    steps.temp(
        cursor, "acquisitions", steps.acquired("(select * from mart.follows semi join customers_now using (customer))")
    )
    tables = {source: source for source in _OF_CUSTOMERS} | {"mart.orders": "of_buyers"}
    for source, rows in tables.items():
        of_them = f"of_{source.split('.')[-1]}"
        steps.temp(cursor, of_them, f"select * from {rows} semi join customers_now using (customer)")
        tables[source] = f"temp.{of_them}"
    sql = narrowed(refresh.sql_of(name), tables)
    steps.temp(cursor, "facts_now", sql, values)


def customer_paths(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    if values["other_needs"]:  # a stage came or went
        refresh.build(cursor, kind, name, values)
    else:
        steps.temp(cursor, "paths_now", _OTHER_PATHS)
        steps.of_customers(cursor, name, "paths_now", ("customers", "customer_events"))


_OTHER_PATHS = """
    with reached as (
        select moves.customer, moves.kind, moves."at", paths.added, paths.joined, paths.engaged, paths.ordered_again,
            not have.added or paths.added is not null as to_join,
            case
                when have.joined then paths.joined is not null
                when have.added then paths.added is not null
                else true
            end as to_engage,
            have.engaged as engaging
        from event_moves as moves cross join kept.stages as have left join mart.customer_paths as paths using (customer)
    )
    select distinct customer from reached
    where kind = 'added' and not coalesce("at" > added, false)
        or kind = 'joined' and to_join and not coalesce("at" > joined, false)
        or kind in ('spoke', 'clicked') and to_engage and not coalesce("at" > engaged, false)
        or kind = 'ordered' and (case when engaging then engaged is not null else to_engage end)
            and not coalesce("at" > ordered_again, false)
    union select customer from changed_customers"""
"""Whose way an event that came or went can change: one that is not after the moment by which the way passed it, and
that the stage before it was reached for."""
