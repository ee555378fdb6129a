"""A store from before imports noted their shops opens with them noted."""

from sopdash.warehouse import NewBatch, append, open_store
from sopdash.warehouse.shops import known, named


def orders(shop):
    return f"""create or replace temp table staged as
        select 'taobao' as platform, '{shop}' as shop, 'o1' as order_id, cast(10 as decimal(18, 2)) as paid_amount"""


def bring(store, shop, at):
    with store.warehouse.write() as cursor:
        cursor.execute(orders(shop))
        return append(cursor, NewBatch("a.csv", shop + at, "any", at), {"orders": "staged"})


def test_an_older_store_gains_its_shops(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    store = open_store(path)
    bring(store, "", "2026-11-02")
    with store.warehouse.write() as cursor:
        cursor.execute("drop table batch_shops")
        cursor.execute("alter table imports drop column changes")
    store.close()
    store = open_store(path)
    assert store.warehouse.rows("select batch, platform, shop, assumed from batch_shops") == [(1, "taobao", "", True)]
    done = bring(store, "甲店", "2026-11-03")
    assert (done.main.new, done.main.unchanged) == (0, 1)  # the order of the unnamed file was this shop's
    with store.warehouse.read() as cursor:
        assert (known(cursor), named(cursor, "taobao"), named(cursor, "jd")) == (["甲店"], ["甲店"], [])
    assert store.warehouse.rows("select shop, order_id from fact.orders") == [("甲店", "o1")]
    store.close()
