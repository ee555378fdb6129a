"""The customers whom anything touched: their row of facts and their way through the funnel."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import named, steps
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.schema import listed

_OF_CUSTOMERS = {
    "mart.identities": "*",
    "mart.follows": "*",
    "mart.memberships": "customer, name, is_staff, joined_at, left_at",
    "mart.touches": 'customer, kind, "at"',
    "mart.holdings": "*",
    "kept.customer_talk": "*",
    "kept.order_names": "*",
}
"""What tells of customers besides their orders, with the columns that do."""

BEGAN = ("customer", "first_followed_at", "first_joined_at", "first_ordered_at")
"""What cohorts are made of."""


def customer_facts(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Touched customers anew; of whoever only bought, spoke or clicked once more, what that changes."""
    _touch_named(cursor)
    steps.temp(cursor, "bought_later", _BOUGHT_LATER)
    steps.temp(
        cursor,
        "customers_now",
        """select customer from touched_customers
           union select customer from buying_customers
               anti join (from bought_later where not newly_named) as more using (customer)""",
    )
    began = listed(BEGAN)
    steps.temp(
        cursor, "began_before", f"select {began} from kept.customer_facts semi join customers_now using (customer)"
    )
    _note_purchases(cursor, values)
    _compute(cursor, name, values)
    cursor.execute("""
        delete from kept.customer_facts as them using customers_now as now where them.customer = now.customer""")
    _see_later(cursor)
    _add_purchases(cursor)
    cursor.execute("insert into kept.customer_facts from facts_now")


_BOUGHT_LATER = """
    select
        buying.customer,
        not coalesce(buying.named_from is null or known.named_at < buying.named_from, false) as newly_named
    from buying_customers as buying join kept.customer_facts as known using (customer)
    where buying.dated and known.first_ordered_at < coalesce(buying.since, timestamp 'infinity')"""
"""Who bought before and has ordered again since; `newly_named`: under a name that could be an earlier one. What was not
paid for is no purchase, and where a customer comes from says the first order still."""


def _touch_named(cursor: Cursor) -> None:
    for fact in ("customer_profiles", "opt_outs"):
        for column, kind_of_key in named.KINDS.items():
            cursor.execute(
                f"""insert into touched_customers
                    select ids.customer from moved."{fact}" as them
                    join mart.identities as ids on ids.kind = '{kind_of_key}' and ids.value = them."{column}" """
            )


def _note_purchases(cursor: Cursor, values: steps.Values) -> None:
    """`purchased` and `shop_homes` of touched customers. Of whom orders went, or came before others, the orders are
    asked; what the others had bought says the table of customers, still of the last refresh."""
    steps.temp(
        cursor,
        "ordered_anew",
        """select customer from customers_now semi join orders_gone using (customer)
           union
           select customer from customers_now semi join buying_customers using (customer)
               anti join bought_later using (customer)""",
    )
    _note_more(cursor, values)
    told = "customer, ordered_at, is_paid, refunds, net_sales, nth, previous_at, region, store, staff"
    steps.temp(
        cursor,
        "of_orders",
        f"""select {told} from orders_come semi join ordered_anew using (customer)
                anti join kept.customer_facts using (customer)
            union all
            select {told} from mart.orders
            semi join (from ordered_anew semi join kept.customer_facts using (customer)) as known using (customer)""",
    )  # whoever nobody knew yet has no orders but those that came
    others = "semi join customers_now using (customer) anti join ordered_anew using (customer)"
    for step, known in (("purchased", _PURCHASED), ("shop_homes", _SHOP_HOMES)):
        anew = narrowed(refresh.sql_of(step), {"mart.orders": "temp.of_orders"})
        steps.temp(cursor, step, f"from ({anew}) as anew union all by name {known.format(who=others)}", values)


def _note_more(cursor: Cursor, values: steps.Values) -> None:
    """`more_bought`: of who bought after all they had bought first, what came less what went."""
    bought = """select customer, ordered_at, refunds, net_sales, nth, previous_at, {n} as n
        from orders_{which} semi join more_buyers using (customer) where is_paid"""
    steps.temp(cursor, "more_buyers", "from bought_later anti join ordered_anew using (customer)")
    steps.temp(
        cursor,
        "more_bought",
        f"""with moved as ({bought.format(which="come", n=1)} union all {bought.format(which="gone", n=-1)})
            select
                customer,
                cast(sum(n) as bigint) as orders,
                coalesce(sum(n * net_sales), 0) as net_sales,
                min(ordered_at) filter (n > 0 and nth = 2) as second_ordered_at,
                max(ordered_at) filter (n > 0) as last_ordered_at,
                max(ordered_at) filter (n > 0 and refunds > 0) as last_refunded_at,
                arg_max_null(previous_at, nth) filter (n > 0 and ordered_at is not null) as previous_ordered_at,
                count(ordered_at) filter (n > 0) - count(ordered_at) filter (n < 0) as dated
            from moved group by customer""",
    )
    steps.temp(
        cursor,
        "frequent",
        """with wanted as (
               select customer, facts.dated_orders + more.dated + 1 - $high_value_orders as nth
               from more_bought as more join kept.customer_facts as facts using (customer)
           )
           select customer, cast(orders.ordered_at as date) as frequent_on
           from mart.orders as orders join wanted using (customer, nth) where orders.is_paid""",
        values,
    )


_PURCHASED = """
    select
        facts.customer,
        facts.orders + coalesce(more.orders, 0) as orders,
        cast(facts.net_sales + coalesce(more.net_sales, 0) as decimal(18, 2)) as net_sales,
        facts.first_ordered_at,
        coalesce(more.second_ordered_at, facts.second_ordered_at) as second_ordered_at,
        greatest(more.last_ordered_at, facts.last_ordered_at) as last_ordered_at,
        greatest(more.last_refunded_at, facts.last_refunded_at) as last_refunded_at,
        case when more.customer is null then facts.previous_ordered_at else more.previous_ordered_at end
            as previous_ordered_at,
        facts.dated_orders + coalesce(more.dated, 0) as dated,
        case when more.customer is null then facts.frequent_on else frequent.frequent_on end as frequent_on
    from (from kept.customer_facts {who}) as facts
    left join more_bought as more on more.customer = facts.customer
    left join frequent on frequent.customer = facts.customer"""
"""What customers have bought who had no other orders than the table of customers says, and those that came."""

_SHOP_HOMES = """
    select customer, shop_region as region, shop_store as store, shop_staff as staff from kept.customer_facts {who}
    where coalesce(shop_region, shop_store, shop_staff) is not null"""


def _see_later(cursor: Cursor) -> None:
    """Of whom nothing else moved. Only columns of which a value moves are written: each is packed again as a whole."""
    for kind in ("spoke", "clicked"):
        seen = f"from lately anti join customers_now using (customer) where kind = '{kind}'"
        if steps.has_rows(cursor, f"({seen})"):
            cursor.execute(
                f"""update kept.customer_facts as them
                    set last_active_at = greatest(them.last_active_at, seen."at"),
                        last_{kind}_at = greatest(them.last_{kind}_at, seen."at")
                    from (select customer, max("at") as "at" {seen} group by customer) as seen
                    where seen.customer = them.customer"""
            )


def _add_purchases(cursor: Cursor) -> None:
    """To customers of whom nothing else moved."""
    them = "semi join more_bought using (customer) anti join customers_now using (customer)"
    cursor.execute(
        f"""update kept.customer_facts as them
            set orders = bought.orders, net_sales = bought.net_sales, second_ordered_at = bought.second_ordered_at,
                last_ordered_at = bought.last_ordered_at, last_refunded_at = bought.last_refunded_at,
                previous_ordered_at = bought.previous_ordered_at, dated_orders = bought.dated,
                frequent_on = bought.frequent_on,
                last_active_at = greatest(them.last_active_at, bought.last_ordered_at)
            from ({_PURCHASED.format(who=them)}) as bought where bought.customer = them.customer"""
    )


def _compute(cursor: Cursor, name: str, values: steps.Values) -> None:
    """`facts_now`: the rows of touched customers."""
    steps.temp(
        cursor, "acquisitions", steps.acquired("(select * from mart.follows semi join customers_now using (customer))")
    )
    tables: dict[str, str] = {}
    for source, columns in _OF_CUSTOMERS.items():
        of_them = f"of_{source.split('.')[-1]}"
        steps.temp(cursor, of_them, f"select {columns} from {source} semi join customers_now using (customer)")
        tables[source] = f"temp.{of_them}"
    steps.temp(cursor, "facts_now", narrowed(refresh.sql_of(name), tables), values)


def customer_paths(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    if values["other_needs"]:  # a stage came or went
        refresh.build(cursor, kind, name, values)
    else:
        steps.temp(cursor, "paths_now", _OTHER_PATHS)
        events = f"(select * from mart.customer_events where kind <> 'spoke' union all {_spoken(cursor)})"
        instead = {"customer_events": events}
        steps.of_customers(cursor, name, "paths_now", ("customers", "customer_events"), instead)


def _spoken(cursor: Cursor) -> str:
    """When these customers spoke: sought from the day on when the first of them did."""
    steps.temp(
        cursor,
        "speakers_now",
        """select customer, cast(min(first_at) as date) as day
           from kept.customer_talk semi join paths_now using (customer) where first_at is not null group by customer""",
    )
    near = steps.near_days(cursor, "mart.messages", "speakers_now", "customer", "day", "date '9999-12-31'")
    return f"""select customer, 'spoke', sent_at from ({near}) as spoken
        semi join speakers_now using (customer) where sent_at is not null"""


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
