"""Marts brought up to date after any sequence of imports and undos equal marts rebuilt from nothing."""

import random
import sys
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest

from sopdash.warehouse import FACTS, NewBatch, Settings, append, incremental, open_store, parts, refresh, undo
from sopdash.warehouse.facts import COUNT, DAY, FLAG, MONEY, RATE, TEXT, TIME


@pytest.fixture(autouse=True)
def never_too_few(monkeypatch):
    """Also a handful of rows is brought up to date, not rebuilt."""
    monkeypatch.setattr(incremental, "FEW", 0)


WORDS = {
    "external_id": (None, "", "e1", "e2", "e3"),
    "unionid": (None, None, "u1", "u2"),
    "account": (None, "a1", "a2", "a3", "a4", "a5", "a6", "a7"),
    "phone_key": (None, "p1", "p1", "p2"),
    "name": (None, "", "n1", "n2", "n3"),
    "staff": (None, "s1", "s2", "n3"),
    "store": (None, "店1", "店2"),
    "platform": ("test",),
    "shop": ("x", "x", "y"),
    "group_id": (None, "g1", "g2"),
    "group_name": (None, "群1", "群2"),
    "status": (None, "unpaid", "paid", "completed", "closed"),
    "kind": ("click", "view"),
    "tags": (None, "t1", "t1;t2"),
    "channel": ("", "c1"),
    "code": ("", "k1"),
    "add_way": (None, "1", "201"),
}
ALIKE = {"sender": "name", "owner": "staff", "staff_account": "staff"}
OFTEN = (
    "orders",
    "follows",
    "group_members",
    "messages",
    "touches",
    "refunds",
    "customer_profiles",
    "groups",
    "group_days",
)
RARE = ("stores", "staff", "codes")
APART = 1
"""Days between one day of the random rows and the next: with 45 they fill a year and a half."""


def value(random, fact, name, kind):
    """A value of few: so that rows meet."""
    if name in fact.key and name.endswith("_id") and name != "group_id":
        return random.choice("123456")
    if fact.name == "groups" and name == "name":
        return random.choice(("群1", "群2"))
    for column, words in WORDS.items():
        if kind == TEXT and (ALIKE.get(name, name) == column or name.endswith(f"_{column}")):
            chosen = random.choice(words)
            return (chosen or "z") if name in fact.key and name not in ("channel", "code", "store") else chosen
    day = date(2026, 11, 12) - timedelta(days=random.randrange(12) * APART)
    moment = datetime.combine(day, datetime.min.time()) + timedelta(hours=random.choice((9, 9, 21)))
    given = {
        TIME: random.choice((None, moment, moment, moment)), DAY: day, MONEY: random.choice((None, 0, 10, 6000)),
        COUNT: random.choice((None, 1, 2)), FLAG: random.choice((None, False, False, True)), RATE: 0.5,
    }.get(kind, random.choice((None, "w")))  # fmt: skip
    return given if given is not None or name not in fact.key else "z"


def store_file(warehouse, random):
    """One import of a few rows of one fact."""
    pool = [*OFTEN * 4, *FACTS, *RARE] if random.random() < 0.5 else OFTEN
    fact = FACTS[random.choice([name for name in pool if name not in RARE or random.random() < 0.2])]
    columns = {name: kind for name, kind in fact.columns.items() if name in fact.key or random.random() < 0.8}
    with warehouse.write() as cursor:
        told = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        cursor.execute(f"create or replace temp table told ({told}, row_no bigint)")
        for number in range(random.randrange(1, 7)):
            row = [value(random, fact, name, kind) for name, kind in columns.items()]
            if fact.name == "channel_days":
                row = [entry or "" if name in fact.key and name != "day" else entry
                       for name, entry in zip(columns, row, strict=True)]  # fmt: skip
            cursor.execute(f"insert into told values ({', '.join('?' * len(row))}, ?)", [*row, number])
        at = datetime(2026, 11, random.randrange(1, 14))
        return append(cursor, NewBatch("f", "f", f"f_{fact.name}", at), {fact.name: "told"}).batch


def marts(cursor):
    """Every table the refresh keeps, as a multiset; what depends on the moment of refreshing left out."""
    tables = cursor.execute(
        """select schema_name, table_name from duckdb_tables() where schema_name in ('mart', 'kept')
           union all select schema_name, view_name from duckdb_views() where view_name = 'customers'"""
    ).fetchall()
    found = {}
    for schema, table in tables:
        rest = "exclude (version, built_at)" if table == "meta" else ""
        rows = cursor.execute(f'select * {rest} from {schema}."{table}"').fetchall()
        found[f"{schema}.{table}"] = sorted(rows, key=repr)
    return found


def equal(warehouse):
    """Refreshes, then rebuilds everything beside it and compares."""
    warehouse.refresh(Settings())
    with warehouse.write() as cursor:
        brought = marts(cursor)
        refresh.rebuild(cursor, Settings())
        whole = marts(cursor)
    differing = [name for name in brought | whole if brought.get(name) != whole.get(name)]
    assert not differing, {name: (brought.get(name), whole.get(name)) for name in differing[:2]}


@pytest.mark.parametrize(("seed", "apart"), [(1, 1), (10, 7), (13, 45)])
def test_marts_after_any_imports_and_undos_equal_a_full_rebuild(warehouse, monkeypatch, seed, apart):
    monkeypatch.setattr(sys.modules[__name__], "APART", apart)
    chosen, store, live = random.Random(seed), warehouse.store.warehouse, []
    for _ in range(4):
        for _ in range(chosen.choice((1, 3, 8))):
            if live and chosen.random() < 0.25:
                undo(store, live.pop(chosen.randrange(len(live))), "test")
            else:
                live.append(store_file(store, chosen))
        equal(store)


def test_a_rebuild_in_parts_equals_one_at_a_stroke(own_demo, monkeypatch):
    store = open_store(own_demo / "demo.duckdb")
    with store.warehouse.write() as cursor:
        whole = marts(cursor)
        monkeypatch.setattr(parts, "ROWS", 500)
        monkeypatch.setattr(parts, "IDENTITIES", 700)
        refresh.rebuild(cursor, store.settings)
        assert len(list(parts.of(cursor, "orders"))) > 2
        [first, second, *_] = parts.of(cursor, "customer_facts")
        assert first == second
        assert all(source in refresh.sql_of("customer_facts") for source in first)
        found = marts(cursor)
    store.close()
    assert found == whole


@contextmanager
def brought(warehouse):
    """A cursor that still has the steps of the refresh it did; the marts are then those of a full rebuild."""
    with warehouse.write() as cursor:
        incremental.bring_up_to_date(cursor, Settings())
        yield cursor
        found = marts(cursor)
    with warehouse.write() as cursor:
        refresh.rebuild(cursor, Settings())
        assert found == marts(cursor)


def test_a_groups_days_are_written_again_from_the_first_that_differs(warehouse):
    warehouse.group_members("""
        customer  joined_at
        ann       2026-11-01 10:00
        bob       2026-11-03 10:00
    """)
    warehouse.group_members("group  customer  joined_at\n别群  cat  2026-11-01 10:00")
    store = warehouse.store.warehouse  # its marts are fresh
    warehouse.group_members("customer  joined_at\ndan  2026-11-08 09:00")
    with brought(store) as cursor:
        known = cursor.execute('select "group", since, counted_from, customers from group_since').fetchall()
        assert known == [("福利群", date(2026, 11, 4), date(2026, 11, 4), 2)]
        days = cursor.execute(
            """select day, customers from mart.group_days
               where "group" = '福利群' and day >= '2026-11-07' order by day"""
        ).fetchall()
        assert days == [(date(2026, 11, 7), 2), (date(2026, 11, 8), 3)]


def test_who_only_spoke_once_more_is_last_seen_later_and_not_looked_at_again(warehouse):
    warehouse.group_members("customer  joined_at\nann  2026-11-01 10:00\nbob  2026-11-01 10:00")
    warehouse.messages("customer  sent_at\nann  2026-11-02 10:00\nbob  2026-11-02 11:00")
    store = warehouse.store.warehouse  # its marts are fresh
    ann = warehouse.customer("ann")
    warehouse.messages("customer  sent_at\nann  2026-11-09 10:00")
    with brought(store) as cursor:
        assert cursor.execute("from customers_now").fetchall() == []
        assert cursor.execute("from paths_now").fetchall() == []
        seen = "select first_spoke_at, last_active_at, last_interacted_at from mart.customers where customer = ?"
        first, last = datetime(2026, 11, 2, 10), datetime(2026, 11, 9, 10)
        assert cursor.execute(seen, [ann]).fetchone() == (first, last, last)


def test_who_only_bought_more_has_other_sums_and_is_not_looked_at_again(warehouse):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-02 10:00  10
        bob       2026-11-02 10:00  10
        cat       2026-11-02 10:00  10
    """)
    store = warehouse.store.warehouse  # its marts are fresh
    warehouse.orders("""
        customer  status  paid_at           paid
        ann       paid    2026-11-09 10:00  20
        ann       paid    2026-11-10 10:00  -
        bob       paid    2026-11-01 10:00  20
        cat       unpaid  -                 20
    """)
    with brought(store) as cursor:
        names = "select name from mart.customers semi join {} using (customer) order by name"
        assert cursor.execute(names.format("ordered_anew")).fetchall() == [("bob",)]  # all his orders are asked
        assert cursor.execute(names.format("customers_now")).fetchall() == [("bob",), ("cat",)]
        asked = """select orders, net_sales, first_ordered_at, second_ordered_at, last_ordered_at, last_active_at
            from mart.customers where name = 'ann'"""
        first, second, last = (datetime(2026, 11, day, 10) for day in (2, 9, 10))
        assert cursor.execute(asked).fetchone() == (3, 30, first, second, last, last)


def test_an_order_whose_customer_turns_out_to_be_somebody_has_the_channel_of_their_follow(warehouse):
    warehouse.orders("account  paid_at\nshopper  2026-11-02 10:00")
    store = warehouse.store.warehouse  # its marts are fresh
    warehouse.follows("external_id  channel  added_at\ne1  douyin  2026-11-01 10:00")
    warehouse.orders("external_id  account  paid_at\ne1  shopper  2026-11-04 10:00")
    with brought(store) as cursor:
        found = cursor.execute("select count(distinct customer), count(*), min(channel) from mart.orders").fetchone()
        assert found == (1, 2, "douyin")


def test_an_order_under_a_name_that_could_be_the_earlier_one_is_looked_at(warehouse):
    warehouse.orders("external_id  paid_at\ne1  2026-11-02 10:00")
    warehouse.follows("external_id  name  account  added_at\ne1  late  shopper  2026-11-20 10:00")
    store = warehouse.store.warehouse  # its marts are fresh
    warehouse.orders("external_id  account  paid_at\ne1  shopper  2026-11-04 10:00")
    with brought(store) as cursor:
        assert cursor.execute("select name, orders from mart.customers").fetchall() == [("shopper", 2)]


def test_a_known_customers_new_account_moves_no_earlier_message(warehouse):
    warehouse.messages("external_id  sender  sent_at\ne1  ann  2026-11-02 10:00\ne1  ann  2026-11-03 10:00")
    store = warehouse.store.warehouse  # its marts are fresh
    warehouse.orders("external_id  account  paid_at\ne1  shopper  2026-11-04 10:00")
    with brought(store) as cursor:
        assert cursor.execute("from message_moves").fetchall() == []
        assert cursor.execute("select count(*), count(account) from mart.customers").fetchone() == (1, 1)


def test_orders_after_the_last_refresh_are_counted_on_from_the_ones_before(warehouse):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-02 10:00  10
        ann       2026-11-03 10:00  20
        ann       2026-11-04 10:00  30
    """)
    store = warehouse.store.warehouse  # its marts are fresh
    warehouse.orders("customer  paid_at  paid\nann  2026-11-09 10:00  40\nann  2026-11-10 10:00  50")
    with brought(store) as cursor:
        assert len(cursor.execute("from written_orders").fetchall()) == 2
        found = cursor.execute("select nth, previous_at, earlier_at from mart.orders order by nth").fetchall()
        third, fourth = datetime(2026, 11, 4, 10), datetime(2026, 11, 9, 10)
        assert found[3:] == [(4, third, datetime(2026, 11, 3, 10)), (5, fourth, third)]


def test_rows_that_name_customers_follow_what_their_names_mean(warehouse):
    warehouse.coupons("external_id  phone_key  issued_at\ne1  -  2026-11-02 10:00\n-  p1  2026-11-02 10:00")
    store = warehouse.store.warehouse  # its marts are fresh
    warehouse.follows("external_id  phone_key  added_at\ne1  p1  2026-11-03 10:00")
    with brought(store) as cursor:
        assert cursor.execute("select count(*), count(distinct customer) from mart.coupons").fetchone() == (2, 1)


def test_active_days_of_customers_not_held_follow_when_they_are_held(warehouse):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-02 10:00  10
        ann       2026-11-04 10:00  20
        bob       2026-11-03 10:00  30
    """)
    store = warehouse.store.warehouse  # its marts are fresh
    ann, bob = (warehouse.customer(name) for name in ("ann", "bob"))
    warehouse.follows("customer  added_at          lost_at\nann  2026-11-04 09:00  2026-11-06 09:00")
    warehouse.orders("customer  paid_at  paid\nann  2026-11-09 10:00  40\nbob  2026-11-09 11:00  50")
    never, still, day = date(1, 1, 1), date(9999, 12, 31), date(2026, 11, 1).replace
    with brought(store) as cursor:
        assert sorted(cursor.execute("select customer, day from unheld_now").fetchall()) == sorted(
            [(ann, day(day=2)), (ann, day(day=9)), (bob, day(day=9))]  # bob's first is as it was
        )
        rows = "select day, held_until, held_from, active_after, bought_after from mart.unheld_days where customer = ?"
        assert sorted(cursor.execute(rows, [ann]).fetchall()) == [
            (day(day=2), never, day(day=4), never, never),
            (day(day=9), day(day=6), still, day(day=6), day(day=6)),
        ]
        assert sorted(cursor.execute(rows, [bob]).fetchall())[1] == (day(day=9), never, still, day(day=3), day(day=3))
