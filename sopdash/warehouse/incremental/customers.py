"""The customers whom anything touched: their row of facts and their way through the funnel."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.schema import listed

_OF_CUSTOMERS = ("identities", "orders", "follows", "memberships", "touches", "holdings")


def customer_facts(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Touched customers anew, the others as the mart still has them."""
    told = {"external_id": "external_id", "bare_account": "account", "phone": "phone_key", "name": "name"}
    for fact in ("customer_profiles", "opt_outs"):
        for kind_of_key, column in told.items():
            cursor.execute(
                f"""insert into touched_customers
                    select ids.customer from moved."{fact}" as them
                    join mart.identities as ids on ids.kind = '{kind_of_key}' and ids.value = them."{column}" """
            )
    steps.temp(cursor, "customers_now", "select distinct customer from touched_customers")
    steps.temp(
        cursor, "acquisitions", steps.acquired("(select * from mart.follows semi join customers_now using (customer))")
    )
    for source in _OF_CUSTOMERS:
        steps.view(cursor, f"narrow_{source}", f"select * from mart.{source} semi join customers_now using (customer)")
    steps.view(cursor, "narrow_talk", "select * from kept.customer_talk semi join customers_now using (customer)")
    tables = {f"mart.{source}": f"temp.narrow_{source}" for source in _OF_CUSTOMERS}
    sql = steps.narrowed(refresh.sql_of(name), tables | {"kept.customer_talk": "temp.narrow_talk"})
    steps.temp(cursor, "facts_now", sql, values)
    columns = listed(row[0] for row in cursor.execute("describe temp.facts_now").fetchall())
    steps.temp(
        cursor,
        name,
        f"""select {columns} from mart.customers anti join customers_now using (customer)
            union all select {columns} from facts_now""",
    )


def customer_paths(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    if values["other_needs"]:  # a stage came or went
        refresh.build(cursor, kind, name, values)
    else:
        steps.of_customers(cursor, name, "customers_now", ("customers", "customer_events"))
