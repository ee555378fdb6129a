"""What does lifetime value cost a refresh: histories in SQL, both fits with the holdout check, values of all customers?

Purchase days of N synthetic customers over a year, about five each, in memory. Prints seconds and CPU-seconds per step.

    python -m tests.bench.customer_value [CUSTOMERS …]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import duckdb

from sopdash.warehouse import Cursor, refresh, value

SIZES = [int(word) for word in sys.argv[1:] if word.isdigit()] or [18_000, 180_000]

PURCHASES = """
    create or replace table mart.customer_days as
    with people as (
        select i as customer, cast(floor(1 + ln(random()) * ln(random()) * 5) as int) as purchases,
            cast(floor(random() * 330) as int) as first, 30 + 300 * random() as stays, exp(4 + random()) as spends
        from range($customers) as t (i)
    ),
    bought as (
        select customer, spends, unnest(range(purchases)) as nth,
            first + cast(floor(random() * least(stays, 364 - first)) as int) as after
        from people
    )
    select customer, date '2025-11-16' + after as day, 1 as orders,
        cast(sum(spends * (0.5 + random())) as decimal(18, 2)) as net_sales
    from bought group by customer, day
"""


def timed(name: str, step: Callable[[], object]) -> None:
    """Runs and prints one step."""
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    print(f"  {name:<16} {time.perf_counter() - wall:6.2f} s  {time.process_time() - cpu:6.2f} CPU-s", flush=True)


def measure(cursor: Cursor, customers: int) -> None:
    """One refresh's part of the work."""
    cursor.execute(PURCHASES, {"customers": customers})
    days, histories = cursor.execute("select count(*), count(distinct customer) from mart.customer_days").fetchall()[0]
    print(f"{histories:,} customers, {days:,} purchase days")
    timed(
        "purchases", lambda: cursor.execute(f"create or replace temp table purchases as {refresh.sql_of('purchases')}")
    )
    timed("value_model", lambda: value.build(cursor))
    timed(
        "customer_value",
        lambda: cursor.execute(f"create or replace table mart.v as {refresh.sql_of('customer_value')}"),
    )


def main() -> None:
    """All sizes; the first one twice, since the first fit also imports scipy."""
    cursor = duckdb.connect()
    cursor.execute("create schema mart")
    for customers in (SIZES[0], *SIZES):
        measure(cursor, customers)


if __name__ == "__main__":
    main()
