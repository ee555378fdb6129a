"""Which orders count, and for how much."""

import pytest


@pytest.mark.parametrize(
    ("status", "paid_at", "paid", "refund", "is_paid", "gmv", "refunds"),
    [
        ("paid", "2026-11-02", 100, "-", True, 100, None),
        ("shipped", "2026-11-02", 100, 0, True, 100, 0),
        ("completed", "2026-11-02", 100, 30, True, 100, 30),  # also when refunded later
        ("paid", "2026-11-02", 0, "-", True, 0, None),  # an order of amount 0 is an order
        ("completed", "-", 100, "-", True, 100, None),
        ("closed", "2026-11-02", 100, 100, True, 100, 100),  # closed after payment
        ("closed", "2026-11-02", 100, "-", True, 100, 100),  # no file names the refund: all of it
        ("closed", "2026-11-02", 0, 50, True, 0, 50),
        ("closed", "2026-11-02", 0, 0, False, None, None),
        ("closed", "-", 100, 100, False, None, None),  # never paid
        ("unpaid", "2026-11-02", 100, "-", False, None, None),
        ("deleted", "2026-11-02", 100, "-", False, None, None),
        ("unknown", "2026-11-02", 100, "-", False, None, None),
    ],
)
def test_status_decides(warehouse, status, paid_at, paid, refund, is_paid, gmv, refunds):
    warehouse.orders(f"created_at  paid_at  status  paid  refund\n2026-11-01  {paid_at}  {status}  {paid}  {refund}")
    [found] = warehouse.rows("select is_paid, gmv, refunds, net_sales, amount from mart.orders")
    net = None if gmv is None else gmv - (refunds or 0)
    assert found == (is_paid, gmv, refunds, net, paid)


@pytest.mark.parametrize(
    ("paid_at", "status_absent", "paid_at_absent", "status", "is_paid"),
    [
        ("2026-11-02", "true", "false", "paid", True),
        ("-", "true", "false", "unpaid", False),  # a payment time column, and it is empty
        ("-", "true", "true", "paid", True),  # neither column: all rows are paid
        ("2026-11-02", "false", "false", "unknown", False),  # the status cell is empty
    ],
)
def test_without_a_status_the_payment_time_decides(warehouse, paid_at, status_absent, paid_at_absent, status, is_paid):
    warehouse.orders(f"""
        created_at  paid_at    status  status_absent    paid_at_absent    paid
        2026-11-01  {paid_at}  -       {status_absent}  {paid_at_absent}  10
    """)
    assert warehouse.rows("select status, is_paid from mart.orders") == [(status, is_paid)]


def test_after_sales_fill_a_refund_that_the_order_does_not_state(warehouse):
    warehouse.orders(
        "order_id  paid_at  paid  refund\no1  2026-11-02  100  -\no2  2026-11-02  100  10\no3  2026-11-02  100  -"
    )
    warehouse.refunds("order_id  amount  status\no1  20  finished\no1  5  finished\no2  99  finished\no3  50  open")
    assert warehouse.rows("select order_id, refunds from mart.orders order by 1") == [
        ("o1", 25),
        ("o2", 10),
        ("o3", None),
    ]


def test_paid_orders_of_a_customer_are_numbered_in_time(warehouse):
    warehouse.orders("""
        order_id  customer  paid_at           status  paid
        o3        ann       2026-11-05 10:00  paid    10
        o1        ann       2026-11-02 10:00  paid    10
        o2        ann       2026-11-03 10:00  unpaid  10
        o4        bob       2026-11-01 10:00  paid    10
        o5        -         2026-11-01 10:00  paid    10
    """)
    assert warehouse.rows("select order_id, nth, cast(previous_at as varchar) from mart.orders order by 1") == [
        ("o1", 1, None),
        ("o2", None, None),
        ("o3", 2, "2026-11-02 10:00:00"),
        ("o4", 1, None),
        ("o5", None, None),
    ]


def test_order_time_is_payment_else_creation(warehouse):
    warehouse.orders("order_id  created_at  paid_at\no1  2026-11-01 23:59  2026-11-02 00:01\no2  2026-11-01 10:00  -")
    assert [str(day) for (day,) in warehouse.rows("select day from mart.orders order by order_id")] == [
        "2026-11-02",
        "2026-11-01",
    ]


def test_an_order_takes_store_and_staff_of_its_customer_unless_it_names_its_own(warehouse):
    warehouse.follows("customer  store  staff  channel  added_at\nann  S1  导购A  抖音  2026-11-01")
    warehouse.orders(
        "order_id  customer  store  paid_at\no1  ann  -  2026-11-02\no2  ann  S2  2026-11-03\no3  bob  -  2026-11-03"
    )
    assert warehouse.rows("select order_id, store, staff, channel from mart.orders order by 1") == [
        ("o1", "S1", "导购A", "抖音"),
        ("o2", "S2", "导购A", "抖音"),
        ("o3", None, None, None),
    ]


def test_held_before_and_after_being_added(warehouse):
    warehouse.follows("customer  added_at  lost_at\nann  2026-11-05 10:00  2026-11-08 10:00")
    warehouse.orders("""
        order_id  customer  paid_at
        before    ann       2026-11-05 09:59
        tie       ann       2026-11-05 10:00
        during    ann       2026-11-06 10:00
        later     ann       2026-11-09 10:00     -- bought from us after he left
    """)
    assert warehouse.rows("select order_id, held_before, after_add from mart.orders order by ordered_at") == [
        ("before", False, False),
        ("tie", True, True),
        ("during", True, True),
        ("later", False, True),
    ]


def test_after_sales_cases_know_better_than_an_estimate(warehouse):
    warehouse.orders(
        """
        id  created_at  paid_at     status     paid  refund  refund_estimated
        o1  2026-11-01  2026-11-02  completed  100   100     true    -- 退款成功, but only 30 went back
        o2  2026-11-01  2026-11-02  completed  100   0       true    -- no word of it in the order file
        o3  2026-11-01  2026-11-02  completed  100   100     true    -- no case: the estimate stands
        o4  2026-11-01  2026-11-02  completed  100   40      false   -- the file's own amount stands
        """
    )
    warehouse.refunds("order_id  amount  status\no1  30  finished\no2  5  finished\no3  9  open\no4  10  finished")
    assert warehouse.rows("select order_id, refunds from mart.orders order by 1") == [
        ("o1", 30),
        ("o2", 5),
        ("o3", 100),
        ("o4", 40),
    ]
