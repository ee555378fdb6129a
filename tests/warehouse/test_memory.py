"""How much memory queries may take, and what is said where it is not enough."""

from datetime import datetime

import duckdb
import pytest

from sopdash.errors import StoreUnavailable
from sopdash.warehouse import NewBatch, bulk, open_store

ORDERS = """select 'test' as platform, 'x' as shop, i::varchar as order_id, 'a' || i as account, 'paid' as status,
    timestamp '2026-11-01 09:00' as paid_at, 1 as paid_amount from range($rows) as numbers(i)"""


def load(store, rows):
    with store.warehouse.write() as cursor:
        bulk.load(cursor, NewBatch("f", "f", "f", datetime(2026, 11, 2)), {"orders": ORDERS}, {"rows": rows})


def gmv(store):
    return store.warehouse.rows("select sum(gmv) from mart.orders")


def test_figures_that_need_more_memory_stay_those_of_before_until_there_is_more(warehouse, monkeypatch):
    warehouse.orders("customer  paid_at  paid\nann  2026-11-01  10")
    store = warehouse.store
    store.refresh()
    path = store.warehouse.path
    load(store, 20_000)
    warehouse.close()
    monkeypatch.setenv("SOPDASH_MEMORY", "12MB")
    store = open_store(path)
    assert store.warehouse.lagging.code == "figures_memory_short"
    assert gmv(store) == [(10,)]
    with pytest.raises(StoreUnavailable) as refusal:
        store.refresh()
    assert refusal.value.code == "figures_memory_short"
    assert store.warehouse.rows("select count(*) from fact.orders") == [(20_001,)]
    store.close()
    monkeypatch.delenv("SOPDASH_MEMORY")
    store = open_store(path)
    assert store.warehouse.lagging is None
    assert gmv(store) == [(20_010,)]
    store.close()


def test_a_question_that_needs_more_memory_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("SOPDASH_MEMORY", "12MB")
    store = open_store(tmp_path / "w.duckdb")
    with pytest.raises(StoreUnavailable) as refusal:
        store.warehouse.rows("select list(i), list(i::varchar) from range(3000000) as numbers(i)")
    assert refusal.value.code == "store_memory_short"
    assert store.warehouse.rows("select 1") == [(1,)]
    store.close()


@pytest.mark.parametrize(("told", "memory", "most_threads"), [("600MB", 500_000_000, 2), ("120MB", 100_000_000, 1)])
def test_queries_are_held_to_five_sixths_of_what_is_told(tmp_path, monkeypatch, told, memory, most_threads):
    monkeypatch.setenv("SOPDASH_MEMORY", told)
    store = open_store(tmp_path / "w.duckdb")
    ask = "select parse_formatted_bytes(current_setting('memory_limit')), current_setting('threads')"
    [(limit, threads)] = store.warehouse.rows(ask)
    store.close()
    assert limit == pytest.approx(memory, rel=0.001)
    assert threads <= most_threads


def test_an_amount_that_is_none_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("SOPDASH_MEMORY", "plenty")
    with pytest.raises(StoreUnavailable) as refusal:
        open_store(tmp_path / "w.duckdb")
    assert refusal.value.code == "memory_not_understood"
    assert refusal.value.values["memory"] == "plenty"


@pytest.mark.parametrize(
    ("cores", "size", "limit"),
    [
        (2, 0, 600_000_000),  # 2 × 300 MB
        (1, 0, 600_000_000),  # never less
        (2, 700_000_000, 700_000_000),  # as large as the warehouse
        (10_000, 0, None),
        (2, 10**15, None),
    ],
)
def test_without_a_word_queries_take_what_the_warehouse_can_use_up_to_a_quarter_of_the_machine(
    tmp_path, monkeypatch, cores, size, limit
):
    monkeypatch.delenv("SOPDASH_MEMORY", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    with duckdb.connect(config={"memory_limit": "25%"}) as engine:
        [quarter] = engine.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchone()
    path = tmp_path / "w.duckdb"
    open_store(path).close()
    if size:
        monkeypatch.setattr("sopdash.warehouse.connection._size", lambda path: size)
    store = open_store(path)
    [(taken,)] = store.warehouse.rows("select parse_formatted_bytes(current_setting('memory_limit'))")
    store.close()
    expected = max(min(limit or quarter, quarter), 600_000_000)
    assert taken == pytest.approx(expected * 5 / 6, rel=0.01)
