"""What is there: needs, freshness, match rate; and marts of nothing."""


def types(warehouse):
    return warehouse.rows("""
        select table_name, column_name, data_type from duckdb_columns()
        where schema_name = 'mart' order by 1, column_index
    """)


def test_marts_of_nothing_have_no_rows_and_the_same_types(warehouse):
    empty = types(warehouse)
    tables = {table for table, _, _ in empty} - {"meta", "thresholds"}
    assert all(warehouse.one(f'select count(*) from mart."{table}"') == 0 for table in tables)
    assert warehouse.rows("select version, first_day, last_order_at from mart.meta") == [(0, None, None)]
    warehouse.orders("customer  paid_at  paid\nann  2026-11-02  10")
    warehouse.follows("customer  added_at\nann  2026-11-02")
    warehouse.group_members("customer  joined_at\nann  2026-11-02")
    warehouse.messages("customer  at\nann  2026-11-02")
    assert types(warehouse) == empty


def test_needs_name_facts_and_filled_columns(warehouse):
    warehouse.channel_days(
        "channel  day  spend  scans\n抖音  2026-11-02  -  5\n抖音  2026-11-03  10  -", format="channel_spend"
    )
    warehouse.orders("account  paid_at  paid\n-  2026-11-05  10")
    found = {
        need: (rows, str(first), str(last))
        for need, rows, first, last in warehouse.rows("select need, rows, first_day, last_day from mart.coverage")
    }
    assert found["channel_days"] == (2, "2026-11-02", "2026-11-03")
    assert found["channel_days.spend"] == (1, "2026-11-03", "2026-11-03")
    assert "channel_days.reach" not in found
    assert "channel_days.code" not in found  # '' everywhere
    assert "orders" in found
    assert "orders.customer" not in found
    assert warehouse.one("select formats from mart.coverage where need = 'channel_days'") == "channel_spend"
    warehouse.orders("customer  paid_at  paid\nann  2026-11-05  10")
    assert warehouse.one("select rows from mart.coverage where need = 'orders.customer'") == 1  # of two


def test_version_moves_with_every_refresh_and_days_span_the_data(warehouse):
    warehouse.orders("customer  paid_at\nann  2026-11-05 10:00\nbob  2026-11-07 10:00")
    warehouse.follows("customer  added_at\nann  2026-10-01")
    assert warehouse.rows(
        """select version, cast(first_day as varchar), cast(last_day as varchar), cast(last_order_at as varchar)
           from mart.meta"""
    ) == [(1, "2026-10-01", "2026-11-07", "2026-11-07 10:00:00")]
    assert warehouse.store.warehouse.version == 1
    warehouse.follows("customer  added_at\nbob  2026-12-01")
    assert warehouse.store.warehouse.version == 2


def test_weeks_with_rows_by_format(warehouse):
    warehouse.orders("paid_at\n2026-11-09\n2026-11-15\n2026-11-16\n2026-01-01\n2027-01-01", format="taobao_orders")
    assert warehouse.rows("select week, rows from mart.week_sources order by week") == [
        ("2026-W01", 1),
        ("2026-W46", 2),  # Monday 9 to Sunday 15 November
        ("2026-W47", 1),
        ("2026-W53", 1),  # 1 January 2027 is a Friday
    ]
    assert warehouse.rows("select format, fact, rows, cast(last_day as varchar) from mart.sources") == [
        ("taobao_orders", "orders", 5, "2027-01-01")
    ]


def test_match_rate_by_source(warehouse):
    warehouse.follows("customer  added_at\nann  2026-11-01")
    warehouse.orders(
        """
        platform  customer  paid_at  status
        youzan  ann  2026-11-02  paid
        youzan  bob  2026-11-02  paid
        youzan  -  2026-11-02  paid
        youzan  -  2026-11-02  unpaid
    """
    )
    assert warehouse.rows(
        "select source, part, rows, matched, followed, by_account from mart.match where source = 'orders'"
    ) == [("orders", "youzan", 3, 2, 1, 2)]
