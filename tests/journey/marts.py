"""The marts alone, in memory, filled from small text tables: metrics and segments are tested on what they read.

A table's first line names its columns; cells are parted by two or more blanks or by one where no cell holds any;
`-` is NULL and `# …` a remark.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from typing import Any

import duckdb

from sopdash.warehouse.refresh import sql_of

MARTS = {
    "meta": "version int, first_day date, last_day date, last_order_at timestamp, built_at timestamp",
    "coverage": "need varchar, rows bigint, first_day date, last_day date, last_import_at timestamp, formats varchar",
    "customers": """customer bigint, name varchar, account varchar, phone_key varchar, channel varchar, code varchar,
        store varchar, staff varchar, add_way varchar, region varchar, gender varchar, age_band varchar, birthday date,
        tags varchar, first_followed_at timestamp, first_joined_at timestamp, first_spoke_at timestamp,
        first_ordered_at timestamp, second_ordered_at timestamp, last_ordered_at timestamp, last_active_at timestamp,
        orders bigint, net_sales decimal(18,2), existing boolean, held boolean, tier varchar, value_class varchar,
        life_cycle varchar, rfm_class varchar, opted_out boolean, last_spoke_at timestamp, last_clicked_at timestamp,
        last_left_at timestamp, last_refunded_at timestamp, in_group boolean""",
    "orders": """platform varchar, shop varchar, order_id varchar, customer bigint, status varchar, is_paid boolean,
        created_at timestamp, ordered_at timestamp, day date, gmv decimal(18,2), refunds decimal(18,2),
        net_sales decimal(18,2), units bigint, product varchar, coupon varchar, store varchar, staff varchar,
        region varchar, sales_channel varchar, channel varchar, code varchar, nth bigint""",
    "follows": """follow_id varchar, customer bigint, staff varchar, store varchar, channel varchar, code varchar,
        added_at timestamp, day date, lost_at timestamp, is_first boolean, is_transfer boolean""",
    "groups": '"group" varchar, group_id varchar, name varchar, owner varchar, store varchar, group_type varchar',
    "memberships": '"group" varchar, customer bigint, is_staff boolean, joined_at timestamp, left_at timestamp',
    "messages": """"group" varchar, customer bigint, sender varchar, is_staff boolean, sent_at timestamp, day date,
        hour int, weekday int""",
    "channel_days": "channel varchar, code varchar, store varchar, day date, spend decimal(18,2), reach bigint",
    "customer_days": """customer bigint, day date, orders bigint, net_sales decimal(18,2), messages bigint,
        clicks bigint""",
    "touches": 'customer bigint, "at" timestamp, day date, kind varchar, channel varchar, campaign varchar',
    "coupons": """coupon_id varchar, coupon varchar, campaign varchar, customer bigint, issued_at timestamp,
        received_at timestamp, redeemed_at timestamp, order_id varchar, cost decimal(18,2)""",
    "sends": """send_id varchar, customer bigint, "group" varchar, sent_at timestamp, day date, channel varchar,
        campaign varchar""",
    "activities": 'activity_id varchar, activity varchar, kind varchar, customer bigint, "group" varchar, day date',
    "order_items": "order_id varchar, customer bigint, day date, is_paid boolean, product varchar",
    "value_model": "orders_refused varchar, money_refused varchar",
    "customer_value": "customer bigint, p_alive double, expected_orders double, clv decimal(18,2)",
    "profiles": "customer bigint, trait varchar, value varchar",
    "holdings": "customer bigint, held_from timestamp, held_until timestamp, next_from timestamp",
    "customer_events": 'customer bigint, kind varchar, "at" timestamp',
}

DERIVED = (
    "kept.stages", "mart.customer_paths", "mart.customer_weeks", "told_weeks", "cohort_parts", "mart.cohort_sums",
    "mart.message_hours", "mart.rfm_cuts",
)  # fmt: skip
"""Steps and marts made of the others by the product's own SQL."""


class Marts:
    """Stands in for the warehouse: `frame` and `rows` of sopdash.warehouse.Warehouse over tables given as text."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self._lock = threading.Lock()
        self.connection.execute("create schema mart; create schema kept")
        for name, columns in MARTS.items():
            self.connection.execute(f"create table mart.{name} ({columns})")
        for name in DERIVED:
            self.connection.execute(f"create view {name} as {sql_of(name.split('.')[-1])}")

    def fill(self, mart: str, text: str) -> None:
        """Appends the rows of a text table to mart.<mart>."""
        header, *lines = [line.split("#")[0].rstrip() for line in text.splitlines() if line.split("#")[0].strip()]
        columns = header.split()
        for line in lines:
            cells = re.split(r"\s{2,}", line.strip())
            cells = cells if len(cells) == len(columns) else line.split()
            assert len(cells) == len(columns), line
            marks = ", ".join("?" for _ in cells)
            names = ", ".join(f'"{column}"' for column in columns)
            values = [None if cell == "-" else cell for cell in cells]
            self.connection.execute(f"insert into mart.{mart} ({names}) values ({marks})", values)

    def events(self, text: str) -> None:
        """`customer  kind  at` rows; customers without a row in mart.customers get one."""
        self.fill("customer_events", text)
        self.connection.execute("""
            insert into mart.customers (customer)
            select distinct customer from mart.customer_events e
            where customer not in (select customer from mart.customers)
        """)

    def covers(self, first: str, last: str, *needs: str) -> None:
        """The data reaches from `first` to `last` and holds these facts."""
        self.connection.execute("delete from mart.meta")
        self.connection.execute(
            "insert into mart.meta select 1, cast($first as date), cast($last as date), max(ordered_at), null "
            "from mart.orders where is_paid",
            {"first": first, "last": last},
        )
        self._count_orders()
        self._count_acts()
        for need in needs:
            self.connection.execute("insert into mart.coverage values (?, 1, ?, ?, null, null)", [need, first, last])

    def recount(self) -> None:
        """The customers' orders as mart.orders has them now."""
        self.connection.execute("update mart.customers set orders = null, net_sales = null, last_ordered_at = null")
        self._count_orders()

    def _count_orders(self) -> None:
        """Customers whose orders no test filled in get them from mart.orders."""
        self.connection.execute("""
            update mart.customers as c set orders = o.orders, net_sales = o.net_sales, last_ordered_at = o.last
            from (
                select customer, count(*) as orders, sum(net_sales) as net_sales, max(ordered_at) as last
                from mart.orders where is_paid group by customer
            ) o
            where o.customer = c.customer and c.orders is null
        """)

    def _count_acts(self) -> None:
        """When customers last spoke and clicked, and whether they are in a group, as the other marts have it."""
        self.connection.execute("""
            update mart.customers as c set
                last_spoke_at = (
                    select max(d.day) from mart.customer_days d where d.customer = c.customer and d.messages > 0
                ),
                last_clicked_at = (
                    select max(d.day) from mart.customer_days d where d.customer = c.customer and d.clicks > 0
                ),
                last_left_at = (
                    select max(m.left_at) from mart.memberships m where m.customer = c.customer and not m.is_staff
                ),
                last_refunded_at = (
                    select max(o.day) from mart.orders o where o.customer = c.customer and o.is_paid and o.refunds > 0
                ),
                in_group = exists (
                    from mart.memberships m where m.customer = c.customer and not m.is_staff and m.left_at is null
                )
        """)

    @contextlib.contextmanager
    def read(self) -> Iterator[Any]:
        """A cursor of one's own."""
        cursor = self.connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def once(self, cursor: Any, ask: Any) -> Any:
        """Asked each time: tests change the marts as they go."""
        return ask(cursor)

    def frame(self, sql: str, params: Any = ()) -> Any:
        """The result as a DataFrame."""
        with self.read() as cursor:
            return cursor.execute(sql, params).df()

    def rows(self, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
        """The result as tuples."""
        with self.read() as cursor:
            return cursor.execute(sql, params).fetchall()
