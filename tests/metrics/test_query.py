"""The shape of answers: empty buckets, NULL keys, filters, comparison, scope, unknown names."""

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER, Role, Viewer
from sopdash.errors import SopdashError, UnknownName
from sopdash.metrics import DIMENSIONS, REGISTRY, Period, choices, planned
from sopdash.metrics.choices import seen
from sopdash.metrics.compile import Days, Plan, compiled
from sopdash.metrics.filters import Predicate
from sopdash.metrics.query import handed
from sopdash.metrics.registry import BY_PEOPLE
from sopdash.metrics.sources import TIME

SALES = """
    customer  store  platform  paid_at           paid
    ann       S01    taobao    2026-12-28 00:00  10
    ann       S01    taobao    2027-01-01 12:00  20
    bob       S02    jd        2027-01-03 23:59  30
    -         -      jd        2027-01-18 10:00  40
"""


def test_a_week_over_new_year_is_one_week(warehouse, ask):
    warehouse.orders(SALES)
    assert ask("orders", "buyers", "aov", by="week") == [
        {"week": "2026-W53", "orders": 3, "buyers": 2, "aov": 20, "aov__num": 60, "aov__den": 3},
        {"week": "2027-W01", "orders": 0, "buyers": 0, "aov": None, "aov__num": 0, "aov__den": 0},
        {"week": "2027-W02", "orders": 0, "buyers": 0, "aov": None, "aov__num": 0, "aov__den": 0},
        {"week": "2027-W03", "orders": 1, "buyers": 0, "aov": 40, "aov__num": 40, "aov__den": 1},
    ]
    assert ask.column("orders", "month") == {"2026-12": 1, "2027-01": 3}


def test_buckets_are_cut_to_the_period(warehouse, ask):
    warehouse.orders(SALES)
    assert ask.column("orders", "week", first="2027-01-01", last="2027-01-05") == {"2026-W53": 2, "2027-W01": 0}


def test_days_nobody_imported_are_unknown_not_zero(warehouse, ask):
    warehouse.orders(SALES)
    result = ask.result("orders", by="week", first="2026-12-21", last="2027-01-31")
    assert [row["orders"] for row in result.records()] == [None, 3, 0, 0, 1, None]
    assert ("data_ends", dt.date(2027, 1, 18)) in [(note.code, note.values.get("day")) for note in result.notes]


def test_a_missing_key_is_shown_once_beside_the_others(warehouse, ask):
    warehouse.orders(SALES)
    warehouse.channel_days("""
        channel  day         spend
        抖音     2026-12-28  5
    """)
    rows = ask("orders", "net_sales", "spend", by="store")
    assert rows == [
        {"store": "S01", "orders": 2, "net_sales": 30, "spend": None},
        {"store": "S02", "orders": 1, "net_sales": 30, "spend": None},
        {"store": None, "orders": 1, "net_sales": 40, "spend": 5},
    ]


def test_time_and_dimensions_together_give_every_combination(warehouse, ask):
    warehouse.orders(SALES)
    rows = ask("orders", by=("month", "platform"))
    assert [(row["month"], row["platform"], row["orders"]) for row in rows] == [
        ("2026-12", "jd", 0), ("2026-12", "taobao", 1), ("2027-01", "jd", 2), ("2027-01", "taobao", 1),
    ]  # fmt: skip


def test_one_dimension_filtered_twice_means_either(warehouse, ask):
    warehouse.orders(SALES)
    assert ask.one("orders", where=[("store", "S01"), ("store", "S02")])["orders"] == 3
    assert ask.one("orders", where=[("store", "S01"), ("platform", "jd")])["orders"] == 0
    assert ask.one("orders", where=[("store", "")])["orders"] == 1  # '' is no value


def test_a_filter_on_time_narrows_the_period(warehouse, ask):
    warehouse.orders(SALES)
    assert ask.column("orders", "day", where=[("day", "2027-01-03")]) == {dt.date(2027, 1, 3): 1}
    assert ask.one("orders", where=[("week", "2026-W53"), ("week", "2027-W01")])["orders"] == 3
    with pytest.raises(SopdashError, match="time_filter_broken"):
        ask.one("orders", where=[("week", "2026-W53"), ("week", "2027-W03")])


def test_values_are_parameters_never_sql(warehouse, ask):
    warehouse.orders(SALES)
    assert ask.one("orders", where=[("store", "S01' or true --")])["orders"] == 0


def test_rates_change_in_points_and_counts_in_percent(warehouse, ask):
    warehouse.orders("""
        customer  paid_at           paid  refund
        ann       2026-11-02 10:00  10    0
        ann       2026-11-03 10:00  10    5
        bob       2026-11-09 10:00  10    0
        bob       2026-11-10 10:00  10    5
        bob       2026-11-11 10:00  10    5
    """)
    row = ask.one("orders", "refund_rate", first="2026-11-09", last="2026-11-15", compare="previous")
    assert (row["orders"], row["orders__before"], row["orders__change"]) == (3, 2, 0.5)
    assert (row["refund_rate__before__num"], row["refund_rate__before__den"]) == (1, 2)
    assert row["refund_rate__change"] == pytest.approx(2 / 3 - 1 / 2)


def test_nothing_is_compared_with_days_that_were_not_imported(warehouse, ask):
    warehouse.orders(SALES)
    row = ask.one("orders", first="2026-12-28", last="2027-01-03", compare="year")
    assert (row["orders"], row["orders__before"], row["orders__change"]) == (3, None, None)


def test_comparison_keeps_keys_that_only_one_period_has(warehouse, ask):
    warehouse.orders("""
        store  paid_at           paid
        S01    2026-11-02 10:00  10
        S02    2026-11-10 10:00  10
    """)
    rows = ask("orders", by=("week", "store"), first="2026-11-09", last="2026-11-15", compare="previous")
    assert [(row["week"], row["store"], row["orders"], row["orders__before"]) for row in rows] == [
        ("2026-W46", "S01", 0, 1), ("2026-W46", "S02", 1, 0),
    ]  # fmt: skip


def test_a_store_sees_its_own_orders_only(warehouse, ask):
    warehouse.orders(SALES)
    manager = Viewer("店长", Role.STORE, stores=("S01",))
    assert ask.one("orders", "net_sales", viewer=manager) == {"orders": 2, "net_sales": 30}
    assert ask.column("orders", "store", viewer=manager) == {"S01": 2}
    assert choices(warehouse.store, "store", manager) == ["S01"]
    nobody = Viewer("没有门店", Role.STORE)
    assert ask.one("orders", viewer=nobody)["orders"] == 0


def test_what_everybody_may_choose_is_what_the_rows_say(demo_store):
    told = {name: choices(demo_store, name, LOCAL_OWNER) for name in DIMENSIONS}
    assert told == {name: seen(demo_store, name, LOCAL_OWNER) for name in DIMENSIONS}
    assert len(told["store"]) > 1
    assert told["tier"]
    assert told["week"] == []


def test_a_figure_that_cannot_be_cut_to_a_role_is_absent(warehouse, ask):
    warehouse.channel_days("""
        channel  day         spend
        抖音     2026-12-28  5
    """)
    guide = Viewer("导购A01", Role.STAFF, staff=("导购A01",))
    assert ask.result("spend", viewer=guide).missing["spend"].code == "out_of_scope"


def test_a_dimension_a_metric_does_not_have_is_said_not_ignored(warehouse, ask):
    warehouse.orders(SALES)
    warehouse.channel_days("""
        channel  day         spend
        抖音     2026-12-28  5
    """)
    result = ask.result("orders", "spend", by="platform")
    assert "cannot go by platform" in result.missing["spend"].say("en")
    assert "spend" not in result.rows
    assert "cannot be filtered by tier" in ask.result("spend", where=[("tier", "vip")]).missing["spend"].say("en")


def test_a_segment_is_a_predicate_over_customers(warehouse, ask):
    warehouse.orders(SALES)
    assert ask.one("orders", segment=Predicate("c.orders >= ?", (2,)))["orders"] == 2  # ann


@pytest.mark.parametrize(
    "how", [{"metrics": ("order",)}, {"by": ("weak",)}, {"where": [("shop", "x")]}, {"compare": "yesterday"}]
)
def test_unknown_names_are_refused_with_the_names_that_exist(warehouse, ask, how):
    with pytest.raises(UnknownName) as refused:
        ask.result(*how.pop("metrics", ("orders",)), **how)
    assert refused.value.values["near"]


def test_no_data_at_all_gives_no_rows_and_a_reason_for_each(warehouse, ask):
    result = ask.result("orders", "groups", by="week")
    assert result.records() == []
    assert set(result.missing) == {"orders", "groups"}


SETTINGS = {"margin": 0.5, "group_capacity": 200, "silent_group_days": 7}
EVERY = [*REGISTRY.values(), *BY_PEOPLE.values()]


def statement_of(store, metrics, by):
    measures = dict.fromkeys(measure for metric in metrics for measure in metric.measures)
    sources = dict.fromkeys(source for metric in metrics for source in metric.sources)
    plan = Plan(
        {measure: f"m{index}" for index, measure in enumerate(measures)}, dict.fromkeys(sources, Predicate()), by
    )
    tables = planned.tables(store, (name for source in sources for name in source.tables))
    days = Days(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    with store.warehouse.read() as cursor:
        tables += handed(cursor, plan, days)
    return compiled(plan, days, SETTINGS, tables)


@pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.name)
def test_every_metric_is_explained_over_empty_tables(opened_empty, metric):
    """Alone, in total and by all its dimensions at once: each binds to a column."""
    dimensions = tuple(dimension for dimension in metric.dimensions if dimension not in TIME)
    with opened_empty.warehouse.read() as cursor:
        for by in ((), ("week", *dimensions)):
            statement = statement_of(opened_empty, [metric], by)
            cursor.execute(f"explain {statement.sql}", statement.params)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_metric_runs_over_empty_tables_by_each_dimension(opened_empty, dimension):
    """All that have it together: empty weeks are shown, and of a dimension without values nothing."""
    metrics = [metric for metric in EVERY if dimension in metric.dimensions]
    statement = statement_of(opened_empty, metrics, (dimension,))
    with opened_empty.warehouse.read() as cursor:
        rows = cursor.execute(statement.sql, statement.params).fetchall()
    assert len(rows) == {"day": 30, "week": 6, "month": 1}.get(dimension, 0)


@pytest.fixture(scope="session")
def opened_empty(empty_store):
    from sopdash.warehouse import open_store

    store = open_store(empty_store / "warehouse.duckdb")
    yield store
    store.close()


def test_before_and_after_a_day_have_equal_lengths_cut_by_the_data(warehouse, ask):
    warehouse.orders("""
        customer  id  at                paid
        ann       o1  2026-11-01 10:00  10      -- the data's first day
        ann       o2  2026-11-06 10:00  20
        bob       o3  2026-11-07 10:00  30
        ann       o4  2026-11-08 00:00  40      -- the day itself belongs to after
        bob       o5  2026-11-11 23:59  50
        bob       o6  2026-11-12 10:00  60      -- the data's last day
    """)
    found = ask.result("orders", "net_sales", compare="2026-11-08")
    # 7 days before (1–7 November), 5 days after (8–12): five on either side.
    assert (found.before, found.period) == (
        Period(dt.date(2026, 11, 3), dt.date(2026, 11, 7)),
        Period(dt.date(2026, 11, 8), dt.date(2026, 11, 12)),
    )
    [row] = found.records()
    assert (row["orders__before"], row["orders"], row["orders__change"]) == (2, 3, 0.5)
    assert (row["net_sales__before"], row["net_sales"]) == (50, 150)
    assert "因果" in found.notes[0].say("zh")
    assert "5" in found.notes[0].say("en")
    shorter = ask.result("orders", compare="2026-11-08", first="2026-11-06", last="2026-11-30")
    assert shorter.before == Period(dt.date(2026, 11, 6), dt.date(2026, 11, 7))  # the period limits both sides
    with pytest.raises(SopdashError, match="nothing_around"):
        ask.result("orders", compare="2026-11-01")  # nothing before the first day


def test_before_and_after_compares_only_what_is_covered_on_both_sides(warehouse, ask):
    warehouse.orders("customer id at paid\nann o1 2026-11-01T10:00 10\nann o2 2026-11-20T10:00 10")
    warehouse.messages("customer message_id at\nann x1 2026-11-06T10:00\nann x2 2026-11-12T10:00")
    found = ask.result("orders", "speakers", compare="2026-11-10")
    assert found.period == Period(dt.date(2026, 11, 10), dt.date(2026, 11, 18))  # 1–9 November before it
    [row] = found.records()
    assert (row["orders__before"], row["orders"], row["orders__change"]) == (1, 0, -1)
    assert (row["speakers__before"], row["speakers"], row["speakers__change"]) == (1, 1, None)  # messages: 6–12 only
