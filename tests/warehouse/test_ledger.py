"""The log decides: precedence, counts, taking back, what formats do not say."""

from datetime import datetime

import pytest

from sopdash.errors import UnknownName
from sopdash.warehouse import NewBatch, append, history, rejects, same_content, undo

CURRENT = "select order_id, status, paid_amount, refund_amount from fact.orders order by order_id"


def test_later_export_wins_whichever_comes_first(warehouse):
    later = """
        order_id  customer  paid_at           status     paid  refund
        o1        ann       2026-11-02 10:00  completed  100   20
    """
    earlier = """
        order_id  customer  paid_at           status     paid  refund
        o1        ann       2026-11-02 10:00  shipped    100   -
        o2        bob       2026-11-02 11:00  shipped     50   -
    """
    warehouse.orders(later, as_of="2026-11-16")
    second = warehouse.orders(earlier, as_of="2026-11-09")
    assert (second.main.new, second.main.changed, second.main.unchanged) == (1, 0, 1)
    assert warehouse.rows(CURRENT) == [("o1", "completed", 100, 20), ("o2", "shipped", 50, None)]


@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        (("closed", 30), ("paid", 30), ("closed", 30)),  # same moment: the later status
        (("paid", 30), ("paid", 10), ("paid", 30)),  # same status: the larger refund
        (("paid", 0), ("paid", 0), ("paid", 0)),
        (("unknown", 5), ("unpaid", 0), ("unpaid", 0)),  # an unknown word ranks lowest
    ],
)
def test_ties_go_to_the_later_status_then_the_larger_refund(warehouse, first, second, wins):
    for status, refund in (first, second):
        warehouse.orders(
            f"""
            order_id  paid_at     status    paid  refund
            o1        2026-11-02  {status}  100   {refund}
            """,
            as_of="2026-11-09",
        )
    assert warehouse.rows("select status, refund_amount from fact.orders") == [wins]


def test_the_newest_row_of_a_format_wins_whole_but_other_formats_keep_their_columns(warehouse):
    warehouse.orders(
        """
        order_id  customer  paid_at     status  paid  store
        o1        ann       2026-11-02  paid    100   S1
        """,
        as_of="2026-11-03",
        format="orders",
    )
    warehouse.add(
        "orders", "order_id  refund\no1  30", as_of="2026-11-05", format="refund_list", supplied=("refund_amount",)
    )
    assert warehouse.rows("select status, paid_amount, refund_amount, store from fact.orders") == [
        ("paid", 100, 30, "S1")
    ]
    warehouse.orders(
        """
        order_id  customer  paid_at     status  paid  store
        o1        ann       2026-11-02  paid    100   -
        """,
        as_of="2026-11-10",
        format="orders",
    )
    assert warehouse.rows("select refund_amount, store from fact.orders") == [
        (30, None)
    ]  # its own format took the store back


def test_counts_new_changed_unchanged(warehouse):
    warehouse.orders("order_id  paid_at  paid\no1  2026-11-02  10\no2  2026-11-02  10")
    result = warehouse.orders("order_id  paid_at  paid\no1  2026-11-02  10\no2  2026-11-02  11\no3  2026-11-03  5")
    assert (result.main.new, result.main.changed, result.main.unchanged) == (1, 1, 1)
    assert history(warehouse.store.warehouse)[["new", "changed", "unchanged"]].values.tolist() == [[1, 1, 1], [2, 0, 0]]


def test_undo_leaves_the_state_as_if_the_import_never_came(warehouse):
    warehouse.orders("order_id  paid_at  paid\no1  2026-11-02  10", as_of="2026-11-03")
    before = warehouse.rows("select * from fact.orders")
    second = warehouse.orders("order_id  paid_at  paid\no1  2026-11-02  99\no2  2026-11-02  5", as_of="2026-11-10")
    assert warehouse.one("select sum(gmv) from mart.orders") == 104
    warehouse.undo(second.batch)
    assert warehouse.rows("select * from fact.orders") == before
    assert warehouse.one("select sum(gmv) from mart.orders") == 10
    with pytest.raises(UnknownName):
        warehouse.undo(second.batch)


def test_same_bytes_are_found_among_live_imports_only(warehouse):
    store = warehouse.store.warehouse
    moment = datetime(2026, 11, 9)
    with store.write() as cursor:
        cursor.execute("create temp table staged as select 'S1' as store, 2 as row_no")
        first = append(cursor, NewBatch("门店.csv", "abc", "stores", moment, "甲店"), {"stores": "staged"})
    with store.read() as cursor:
        assert same_content(cursor, "abc", "甲店", moment) == first.batch
        assert same_content(cursor, "abc", "乙店", moment) is None
        assert same_content(cursor, "abc", "甲店", datetime(2026, 11, 10)) is None
    undo(store, first.batch, "test")
    with store.read() as cursor:
        assert same_content(cursor, "abc", "甲店", moment) is None


def test_rejects_are_kept_with_their_rows(warehouse):
    store = warehouse.store.warehouse
    with store.write() as cursor:
        cursor.execute("create temp table staged as select 'S1' as store, 2 as row_no")
        cursor.execute("""create temp table bad as select * from (values
            (3, 'a', '1.2E+17', 'id_damaged'), (3, 'b', 'x', 'amount'), (5, 'a', '', 'empty')
        ) as t (row_no, "column", value, reason)""")
        result = append(cursor, NewBatch("x.csv", "x", "stores", datetime(2026, 11, 9)), {"stores": "staged"}, "bad")
    assert store.rows("select rejected from imports") == [(2,)]  # rows, not cells
    assert rejects(store, result.batch)[["row_no", "column", "reason"]].values.tolist() == [
        [3, "a", "id_damaged"],
        [3, "b", "amount"],
        [5, "a", "empty"],
    ]


def test_a_failed_append_stores_nothing(warehouse):
    store = warehouse.store.warehouse

    def keyless():
        with store.write() as cursor:
            cursor.execute("create temp table staged as select cast(null as varchar) as store, 2 as row_no")
            append(cursor, NewBatch("x.csv", "x", "stores", datetime(2026, 11, 9)), {"stores": "staged"})

    with pytest.raises(ValueError, match="lacks part of its key"):
        keyless()
    assert store.rows("select count(*) from imports") == [(0,)]
