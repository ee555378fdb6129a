"""Sources of lifetime value: customers with what they are still worth, as of the data's last order."""

from __future__ import annotations

from dataclasses import replace

from sopdash.metrics.sources import OF_CUSTOMER, Source, When, columns, with_customer

CUSTOMER_VALUE = Source(
    name="customer_value", relation="mart.customer_value v", when=When.AT_END, since="cast(v.first_day as timestamp)",
    until="null",
    own=columns("cu", *OF_CUSTOMER), customer="v.customer", joins={"cu": with_customer("v")}, covers=("orders",),
    flags={
        "model_not_better": "count(*) filter (exists (select 1 from mart.value_model where error_model >= error_naive))"
    },
)  # fmt: skip
"""One row per customer who has bought by the bucket's end; the values themselves are always those of today."""

CHANNEL_VALUE = replace(
    CUSTOMER_VALUE, name="channel_value", keep="cu.channel is not null and cu.existing is not true",
    own=columns("cu", "channel", "code", "store"),
)  # fmt: skip
"""Those of them whom a channel brought: followed, and no buyers before."""

ACQUISITION = Source(
    name="acquisition",
    relation="""(
        select day, channel, code, store, spend, 0 as acquired from mart.channel_days
        union all
        select o.day, c.channel, c.code, c.store, null, 1
        from mart.orders o join mart.customers c on c.customer = o.customer
        where o.is_paid and o.nth = 1 and o.after_add
    ) q""",
    when=When.DURING, day="q.day", own=columns("q", "channel", "code", "store"), covers=("channel_days",),
)  # fmt: skip
"""What channels cost, and the first orders of customers who had been added before: both sides of `cac`."""
