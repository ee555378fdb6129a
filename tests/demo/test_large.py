"""The synthetic year straight into a warehouse, a thousandth as large and two weeks long: counts as asked, every mart
filled, imports that can be taken back."""

from __future__ import annotations

import pytest

from sopdash.demo import large
from sopdash.demo.days import LAST
from sopdash.errors import Conflict
from sopdash.warehouse import FACTS, open_store, undo

SIZE = large.Size(0.001, weeks=2)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = open_store(tmp_path_factory.mktemp("large") / "warehouse.duckdb")
    large.build(store, SIZE)
    store.refresh()
    yield store
    store.close()


def count(store, what: str) -> int:
    return store.warehouse.rows(f"select count(*) from {what}")[0][0]


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("mart.customers", 1_800),
        ("fact.orders", 35 * 14),
        ("fact.messages", 60_000 / 52 * 2),
        ("fact.group_days", 9 * 14),
        ("mart.groups", 9),
    ],
)
def test_it_is_as_large_as_asked(store, what, asked):
    assert count(store, what) == pytest.approx(asked, rel=0.1)


def test_the_whole_case_is_the_largest_known():
    whole = large.Size()
    assert (whole.people, whole.groups) == (1_800_000, 9_100)
    assert sum(whole.orders(week) for week in range(52)) == pytest.approx(35_000 * 364)
    assert whole.joins * 52 == pytest.approx(600_000 * 12)
    assert whole.messages * 1.065 * 52 == pytest.approx(60e6)
    assert whole.groups * 364 == pytest.approx(3.3e6, rel=0.01)


def test_it_ends_with_the_last_complete_week(store):
    [(first, last)] = store.warehouse.rows("select first_day, last_day from mart.meta")
    assert (first, last) == (SIZE.first, LAST)


def test_every_fact_and_every_mart_is_filled(store):
    names = store.warehouse.rows(
        "select schema_name || '.\"' || table_name || '\"' from duckdb_tables() where schema_name in ('fact', 'mart')"
    )
    empty = {name for (name,) in names if not count(store, name)}
    # Two weeks are too short to hold a model of lifetime value to account; nobody is there twelve weeks before.
    assert empty <= {'mart."value_check"', 'mart."recent_sides"'}
    assert {f'fact."{name}"' for name in FACTS} <= {name for (name,) in names}


def test_few_buy_most_and_few_write_most(store):
    for column, table in (("account", "fact.orders"), ("external_id", "fact.messages")):
        [(share,)] = store.warehouse.rows(
            f"""with people as (select count(*) as n from {table} where {column} is not null group by {column}),
                ranked as (select n, ntile(10) over (order by n desc) as tenth from people)
                select sum(n) filter (tenth = 1) / sum(n) from ranked"""
        )
        assert share > 0.3


def test_the_log_is_what_imports_leave(store):
    [(imports,)] = store.warehouse.rows("select count(*) from imports where rows > 0")
    assert imports == count(store, "imports") == 6 + 2 * len(large.week())
    for fact in FACTS:
        key = ", ".join(FACTS[fact].key)
        [(same,)] = store.warehouse.rows(
            f"""select (select count(*) from log."{fact}") = (select count(*) from fact."{fact}")
                and (select count(*) from log."{fact}") = (select sum(rows) from batch_facts where fact = '{fact}')
                and not exists (select 1 from fact."{fact}" group by {key} having count(*) > 1)"""
        )
        assert same, fact


def test_a_filled_store_is_refused(store):
    with pytest.raises(Conflict):
        large.build(store, SIZE)


def test_the_same_seed_gives_the_same_rows_and_an_import_can_be_taken_back(tmp_path):
    one, two = open_store(tmp_path / "one.duckdb"), open_store(tmp_path / "two.duckdb")
    for made in (one, two):
        large.build(made, large.Size(0.001, weeks=1))
    sums = "select count(*), sum(paid_amount), sum(hash(order_id, account, status)) from fact.orders"
    assert one.warehouse.rows(sums) == two.warehouse.rows(sums)
    [(batch, rows)] = one.warehouse.rows("select batch, rows from imports where format = 'group_messages'")
    undo(one.warehouse, batch, "test")
    assert rows > 0
    assert count(one, "fact.messages") == 0
    one.close()
    two.close()
