"""Built-in and saved segments, their value, and every figure filtered by one."""

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER, Role, Viewer
from sopdash.errors import Conflict, UnknownName
from sopdash.metrics import Query, funnel, run
from sopdash.metrics.funnel import FunnelQuery
from sopdash.segments import (
    Segment,
    classes,
    find,
    members,
    of_customers,
    people,
    predicate_of,
    remove,
    save,
    saved,
    value,
    values,
    where,
)
from sopdash.segments.predicates import compiled
from sopdash.segments.rfm import RfmQuery
from sopdash.segments.rfm import run as run_rfm
from sopdash.segments.rules import All, both

WEEK_BUYERS = """
    customer  paid_at           paid
    ann       2026-11-02 10:00  5000.00
    ann       2026-11-09 10:00  0.01       -- 5,000.01 in all: VIP
    bob       2026-11-03 10:00  5000.00    -- exactly 5,000.00: not VIP
    cid       2026-11-04 10:00  20000.00   -- super from 20,000
    dan       2026-11-05 10:00  6000.00
"""


@pytest.fixture
def shop(warehouse):
    warehouse.orders(WEEK_BUYERS)
    warehouse.orders("customer  paid_at  paid  refund\ndan  2026-11-06T10:00  3000  4500")  # 4,500 net in all
    warehouse.follows(
        """
        customer  added_at          channel  store
        ann       2026-11-01 10:00  抖音     S1
        eve       2026-11-01 10:00  小红书   S2
        """
    )
    return warehouse


def names(frame):
    return sorted(frame["name"])


def test_five_thousand_is_not_vip_and_a_cent_more_is(shop):
    assert names(members(shop.store, "tier_vip", LOCAL_OWNER)) == ["ann"]
    assert names(members(shop.store, "tier_super", LOCAL_OWNER)) == ["cid"]
    assert names(members(shop.store, "tier_ordinary", LOCAL_OWNER)) == ["bob", "dan", "eve"]


def test_thresholds_are_settings(shop):
    shop.set(vip_above=4999.99)
    assert names(members(shop.store, "tier_vip", LOCAL_OWNER)) == ["ann", "bob"]


def test_classes_with_their_value(shop):
    found = classes(shop.store, "tier", (), None, LOCAL_OWNER).set_index("class")
    assert list(found.index) == ["super", "vip", "ordinary"]
    assert list(found["customers"]) == [1, 1, 3]
    assert list(found["orders"]) == [1, 2, 3]  # bob 1, dan 2, eve 0
    assert list(found["net_sales"]) == [20000.0, 5000.01, 9500.0]
    assert found.loc["vip", "aov"] == pytest.approx(5000.01 / 2)
    assert found.loc["super", "share"] == 1 / 5
    assert found.loc["super", "net_sales_share"] == pytest.approx(20000 / 34500.01)


def test_classes_cover_everybody(shop):
    for dimension, customers in (("tier", 5), ("value_class", 5), ("life_cycle", 2)):  # ann and eve have joined
        assert classes(shop.store, dimension, (), None, LOCAL_OWNER)["customers"].sum() == customers
    rfm = classes(shop.store, "rfm_class", (), None, LOCAL_OWNER).set_index("class")["customers"]
    assert rfm.sum() == 4  # eve never ordered
    by_scores = run_rfm(shop.store, RfmQuery("mean"), LOCAL_OWNER).classes().set_index("class")["customers"]
    assert dict(rfm) == dict(by_scores)  # the class kept with the customer is the mean scoring


def test_many_rules_counted_in_one_pass_as_one_by_one(shop):
    """More than one number has bits for; of classes alone, of none, and of everybody."""
    rules = [where("orders", "equals", number) for number in range(65)]
    rules += [
        where("tier", "in", "ordinary"),
        both(where("tier", "in", "vip"), where("orders", "at_least", 1)),
        All(parts=()),
    ]
    for only in ((), (("tier", "ordinary"),)):
        counted = people.counted(shop.store, [compiled(rule) for rule in rules], LOCAL_OWNER, only)
        ones = [value(shop.store, compiled(rule), LOCAL_OWNER, only) for rule in rules]
        assert counted["customers"].tolist() == [one["customers"] for one in ones]
        assert counted["orders"].tolist() == [one["orders"] for one in ones]
        assert counted["customers"].iloc[-1] > 0


def test_all_segments_counted_in_one_pass_as_one_by_one(shop):
    counted = values(shop.store, LOCAL_OWNER).set_index("name")
    assert set(counted.index) == {segment.name for segment in saved(shop.store)}
    for segment in saved(shop.store):
        one = value(shop.store, segment.name, LOCAL_OWNER)
        assert (
            counted.loc[segment.name, "customers"] == one["customers"] == len(members(shop.store, segment, LOCAL_OWNER))
        )
        assert counted.loc[segment.name, "net_sales"] == pytest.approx(one["net_sales"])


def test_a_saved_segment_filters_every_figure(shop):
    save(shop.store, Segment("大单客户", where("net_sales", "more_than", 4999)), by="运营A")
    metric = run(shop.store, Query(("orders", "buyers"), segment="大单客户"), LOCAL_OWNER).rows
    assert list(metric.loc[0, ["orders", "buyers"]]) == [4, 3]  # ann 2, bob 1, cid 1
    added = funnel.run(shop.store, FunnelQuery(segment="大单客户"), LOCAL_OWNER).stages
    assert added.loc[0, "customers"] == 1  # ann; eve never ordered
    assert names(run_rfm(shop.store, RfmQuery(segment="大单客户"), LOCAL_OWNER).customers) == ["ann", "bob", "cid"]


def test_saving_finding_changing_removing(shop):
    store = shop.store
    first = save(
        store, Segment(" 新客 30 ", where("first_followed_at", "at_most", 30), owner="运营A", note="试"), "运营A"
    )
    assert (first.name, first.version, first.changed_by, first.group) == ("新客 30", 1, "运营A", "own")
    assert saved(store)[0] == first
    changed = save(store, Segment(**{**first.__dict__, "rule": where("orders", "equals", 0)}), "运营B")
    assert (changed.version, find(store, "新客 30").rule) == (2, where("orders", "equals", 0))
    with pytest.raises(Conflict):
        save(store, first, "运营A")  # read before 运营B's change
    with pytest.raises(Conflict):
        remove(store, first, "运营A")
    remove(store, changed, "运营B")
    with pytest.raises(UnknownName):
        find(store, "新客 30")


@pytest.mark.parametrize("name", ["", "   ", "tier_vip", "已有"])
def test_names_are_taken_once(shop, name):
    save(shop.store, Segment("已有", where("followed", "yes")), "运营A")
    with pytest.raises(UnknownName):
        save(shop.store, Segment(name, where("followed", "yes")), "运营A")


def test_segments_are_found_by_name_or_label(shop):
    assert find(shop.store, "dormant_vip") == find(shop.store, "沉睡 VIP") == find(shop.store, "Dormant VIPs")
    with pytest.raises(UnknownName):
        run(shop.store, Query(("orders",), segment="没有的"), LOCAL_OWNER)


def test_every_built_in_segment_reads_in_both_languages(shop):
    labels = [segment.label(lang) for segment in saved(shop.store) for lang in ("zh", "en")]
    assert all(labels)
    assert all(segment.sentence("zh") and segment.sentence("en") for segment in saved(shop.store))
    assert len({predicate_of(shop.store, segment) for segment in saved(shop.store)}) == len(saved(shop.store))


def test_built_in_rules_by_hand(warehouse):
    warehouse.follows(
        """
        customer  added_at
        a         2026-08-01 10:00
        b         2026-11-01 10:00
        """
    )
    warehouse.group_members("customer  joined_at\na  2026-08-02T10:00\nc  2026-08-02T10:00")
    warehouse.orders(
        """
        customer  paid_at           paid
        a         2026-10-01 10:00  100     -- the only one, 45 days before the last day
        d         2026-08-01 10:00  9000    -- VIP, silent for 106 days
        e         2026-11-15 10:00  9000    -- VIP, today
        """
    )
    found = {name: names(members(warehouse.store, name, LOCAL_OWNER)) for name in (
        "in_group_never_ordered", "added_not_joined", "ordered_once_30_90", "dormant_vip", "spoke_never_ordered",
    )}  # fmt: skip
    assert found == {
        "in_group_never_ordered": ["c"],
        "added_not_joined": ["b"],
        "ordered_once_30_90": ["a"],
        "dormant_vip": ["d"],
        "spoke_never_ordered": [],
    }


def test_people_behind_a_number_are_a_segment(shop):
    lost = funnel.people(shop.store, FunnelQuery(), "ordered", True, LOCAL_OWNER)
    assert names(members(shop.store, of_customers(lost["customer"]), LOCAL_OWNER)) == ["eve"]
    assert members(shop.store, of_customers([]), LOCAL_OWNER).empty


def test_a_viewer_sees_the_own_rows_only(shop):
    manager = Viewer("店长S2", Role.STORE, stores=("S2",))
    assert names(members(shop.store, where("orders", "at_least", 0), manager)) == ["eve"]
    assert values(shop.store, manager).set_index("name").loc["tier_vip", "customers"] == 0
    assert members(shop.store, of_customers([1, 2, 3]), Viewer("店长", Role.STORE)).empty


def test_days_ago_count_from_the_last_day_of_the_data(shop):
    assert shop.one("select last_day from mart.meta") == dt.date(2026, 11, 9)
    assert names(members(shop.store, where("last_ordered_at", "equals", 5), LOCAL_OWNER)) == ["cid"]
