"""Marts brought up to date after any sequence of imports and undos equal marts rebuilt from nothing."""

import random
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
    day = date(2026, 11, 1) + timedelta(days=random.randrange(12))
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
        "select schema_name, table_name from duckdb_tables() where schema_name in ('mart', 'kept')"
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


@pytest.mark.parametrize("seed", range(2))
def test_marts_after_any_imports_and_undos_equal_a_full_rebuild(warehouse, seed):
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
