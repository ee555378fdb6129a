"""Any sequence of imports and undos against a model in plain Python, and any order of the same imports."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sopdash.warehouse import NewBatch, append, undo

RANK = {"unpaid": 1, "paid": 2, "shipped": 3, "completed": 4, "closed": 5, "deleted": 6}
FORMATS = {
    "orders": ("status", "paid_amount", "store"),
    "refund_list": ("refund_amount",),
    "report": ("status", "refund_amount"),
}
COLUMNS = ("status", "paid_amount", "refund_amount", "store")

row = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from("abc"),
        "status": st.sampled_from([*RANK, "unknown", None]),
        "paid_amount": st.sampled_from([None, 0, 10]),
        "refund_amount": st.sampled_from([None, 0, 5]),
        "store": st.sampled_from([None, "S1", "S2"]),
    }
)
file = st.tuples(st.sampled_from(list(FORMATS)), st.integers(0, 3), st.lists(row, min_size=1, max_size=4))
bounded = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


def store_file(warehouse, format, day, rows):
    supplied = FORMATS[format]
    moment = datetime(2026, 11, 1) + timedelta(days=day)
    with warehouse.write() as cursor:
        cursor.execute("""create or replace temp table told (
            platform varchar, shop varchar, order_id varchar, status varchar,
            paid_amount decimal(18, 2), refund_amount decimal(18, 2), store varchar, row_no bigint)""")
        for number, values in enumerate(rows, 2):
            told = [values[name] if name in supplied else None for name in COLUMNS]
            cursor.execute(
                "insert into told values ('test', '', ?, ?, ?, ?, ?, ?)", [values["order_id"], *told, number]
            )
        batch = NewBatch("f.csv", "f", format, moment)
        return append(cursor, batch, {"orders": "told"}, supplied={"orders": supplied}).batch


def current(warehouse):
    return {key: rest for key, *rest in warehouse.rows(f"select order_id, {', '.join(COLUMNS)} from fact.orders")}


def expected(files):
    """files: {batch: (format, day, rows)}. Each column from the highest row among the formats that fill it."""
    logged = []
    for batch, (format, day, rows) in files.items():
        for number, values in enumerate(rows):
            told = {name: values[name] for name in FORMATS[format]}
            refund = told.get("refund_amount")
            order = (day, RANK.get(told.get("status"), 0), -1 if refund is None else refund, batch, number)
            logged.append((order, values["order_id"], told))
    model = {}
    for _, key, told in sorted(logged, key=lambda entry: entry[0]):
        model.setdefault(key, dict.fromkeys(COLUMNS)).update(told)
    return {key: [values[name] for name in COLUMNS] for key, values in model.items()}


@bounded
@given(steps=st.lists(st.one_of(file, st.integers(0, 5)), min_size=1, max_size=7))
def test_facts_are_what_the_model_says(warehouse, steps):
    store, live = warehouse.store.warehouse, {}
    for step in steps:
        if isinstance(step, int):
            if live:
                batch = sorted(live)[step % len(live)]
                undo(store, batch, "test")
                del live[batch]
        else:
            live[store_file(store, *step)] = step
        assert current(store) == expected(live)
    for batch in live:
        undo(store, batch, "test")
    assert current(store) == {}
    assert store.rows("select count(*) from log.orders") == [(0,)]


@bounded
@given(files=st.lists(file, min_size=2, max_size=4, unique_by=lambda told: told[1]), data=st.data())
def test_the_order_of_importing_does_not_matter(warehouse, files, data):
    store = warehouse.store.warehouse
    states = []
    for order in (files, data.draw(st.permutations(files))):
        batches = [store_file(store, *told) for told in order]
        states.append(current(store))
        for batch in batches:
            undo(store, batch, "test")
    assert states[0] == states[1]
