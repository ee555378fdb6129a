"""The example of the sketch, through the ledger to the marts."""


def test_text_table_arrives_in_the_marts(warehouse):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-02 10:00  100
        ann       2026-11-09 20:00   50     -- second order: ann came back
        bob       2026-11-03 09:00   80
        -         2026-11-04 09:00   10     -- no customer
    """)
    warehouse.follows("""
        customer  added_at          channel
        ann       2026-11-01 10:00  抖音
        bob       2026-11-05 09:00  抖音
    """)
    warehouse.messages("""
        customer  at
        ann       2026-11-01 11:00
    """)
    assert warehouse.rows("select count(*), count(customer), sum(net_sales) from mart.orders") == [(4, 3, 240)]
    assert warehouse.rows(
        "select name, orders, net_sales, existing, channel, held from mart.customers order by name"
    ) == [
        ("ann", 2, 150, False, "抖音", True),
        ("bob", 1, 80, True, "抖音", True),  # ordered two days before being added
    ]
    events = warehouse.rows(
        'select kind from mart.customer_events where customer = ? order by "at"', [warehouse.customer("ann")]
    )
    assert events == [("added",), ("spoke",), ("ordered",), ("ordered",)]
