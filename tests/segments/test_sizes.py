"""Saved segments are counted again at every import, and each count is kept."""

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.errors import SopdashError
from sopdash.segments import (
    Segment,
    both,
    counted,
    find,
    predicate_of,
    remove,
    save,
    sizes,
    value,
    where,
    without,
)


def test_a_saved_segment_is_counted_at_every_import(warehouse):
    warehouse.orders("customer  paid_at  paid\nann  2026-11-02T10:00  100")
    segment = save(warehouse.store, Segment("买过", where("orders", "at_least", 1)), "运营A")
    sizes.count(warehouse.store, segment)
    warehouse.orders("customer  paid_at  paid\nbob  2026-11-09T10:00  50")
    warehouse.orders("customer  paid_at  paid\ncid  2026-11-09T11:00  25")
    assert warehouse.store  # both files, one refresh
    found = sizes.history(warehouse.store, segment)
    assert [day.date() for day in found["day"]] == [dt.date(2026, 11, 2), dt.date(2026, 11, 9)]
    assert list(found["customers"]) == [1, 3]
    assert list(found["net_sales"]) == [100, 175]
    assert sizes.keep_up(warehouse.store) == 0  # nothing left to count


def test_a_changed_rule_is_counted_anew_and_the_latest_count_of_a_day_stands(warehouse):
    warehouse.orders("customer  paid_at  paid\nann  2026-11-02T10:00  100\nbob  2026-11-02T10:00  900")
    first = save(warehouse.store, Segment("大单", where("net_sales", "at_least", 500)), "运营A")
    sizes.count(warehouse.store, first)
    changed = save(warehouse.store, Segment("大单", both(), id=first.id, version=first.version), "运营A")
    sizes.count(warehouse.store, changed)
    assert list(sizes.history(warehouse.store, changed)["customers"]) == [2]


def test_segments_built_on_each_other(warehouse):
    warehouse.orders("customer  paid_at  paid\nann  2026-11-02T10:00  100\nbob  2026-11-02T10:00  900")
    store = warehouse.store
    big = save(store, Segment("大单", where("net_sales", "at_least", 500)), "运营A")
    rest = save(store, Segment("其他", where("segment", "not_in", "大单")), "运营A")
    assert rest.sentence("zh") == "不属于“大单”"
    with pytest.raises(SopdashError, match="segment_in_circle"):
        save(store, Segment("大单", where("segment", "in", "其他"), id=big.id, version=big.version), "运营A")
    with pytest.raises(SopdashError, match="segment_in_use"):
        remove(store, big, "运营A")
    with pytest.raises(SopdashError, match="segment_in_use"):  # under another name 其他 would ask for nobody
        save(store, Segment("大客户", big.rule, id=big.id, version=big.version), "运营A")
    with pytest.raises(SopdashError, match="segment_in_circle"):
        save(store, Segment("自己", where("segment", "in", "自己")), "运营A")
    assert find(store, "大单").rule == big.rule


def test_many_rules_are_counted_as_each_of_them_is(demo_store):
    rules = [
        where("orders", "equals", 1),
        where("platform", "in", "youzan"),  # asks for a list, the others for columns alone
        both(where("last_ordered_at", "between", 10, 60), without(where("channel", "in", "抖音"))),
        where("refunded_orders", "at_least", 1),
        where("r_score", "at_least", 4),
        where("first_joined_at", "unknown"),
    ]
    told = [predicate_of(demo_store, rule) for rule in rules]
    found = counted(demo_store, told, LOCAL_OWNER).to_dict("records")
    each = [value(demo_store, rule, LOCAL_OWNER) for rule in rules]
    assert [row["customers"] for row in found] == [one["customers"] for one in each]
    assert [row["net_sales"] for row in found] == pytest.approx([one["net_sales"] for one in each])
    assert len({one["customers"] for one in each}) == len(rules)
