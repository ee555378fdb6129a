"""Rules: every operator by hand, random rules against plain Python, refusals, sentences."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segments.conftest import empty_marts

from sopdash.access import LOCAL_OWNER
from sopdash.errors import SopdashError, UnknownName
from sopdash.segments import FIELDS, both, compiled, either, from_json, members, sentence, to_json, where, without
from sopdash.segments.fields import DATES
from sopdash.segments.library import predicate_of
from sopdash.segments.predicates import Around
from sopdash.text import phrases
from sopdash.warehouse import Settings

LAST_DAY = dt.date(2026, 11, 30)
CUSTOMERS = """
    customer  name      channel  tier      gender  birthday    tags      first_followed_at  last_ordered_at   orders  net_sales
    1         顾客0001  抖音     vip       female  1990-11-05  口红;会员  2026-11-30T23:59   2026-11-30T08:00  3       6000.00
    2         顾客0002  抖音     ordinary  male    -           口红膏     2026-11-01T00:00   2026-10-31T23:00  1       100.00
    3         顾客0003  小红书   ordinary  -       1985-03-01  -         2026-10-01T10:00   -                 0       -
    4         顾客0004  -        super     female  -           会员      -                  2026-09-01T10:00  9       5000.00
"""  # noqa: E501


@pytest.fixture(scope="module")
def four():
    marts = empty_marts()
    marts.fill("customers", CUSTOMERS)
    marts.fill(
        "customer_days",
        """
        customer  day         orders  net_sales  messages
        1         2026-11-30  1       1000.00    2
        1         2026-11-24  0       0          1      # the first of the last 7 days
        2         2026-11-23  0       0          5      # the day before them
        4         2026-09-01  9       5000.00    0
        """,
    )
    marts.fill("groups", "group  group_type\n福利群01  福利群\nVIP群01  VIP群")
    marts.fill(
        "memberships",
        """
        group     customer  is_staff  joined_at         left_at
        福利群01  1         false     2026-11-01T00:00  -
        VIP群01   2         false     2026-11-01T00:00  2026-11-05T00:00     # has left
        福利群01  -         false     2026-11-01T00:00  -                    # nobody known
        福利群01  3         true      2026-11-01T00:00  -                    # staff
        """,
    )
    marts.fill(
        "orders",
        """
        order_id  customer  is_paid  platform  product
        a         1         true     taobao    口红
        b         4         true     youzan    面霜
        c         2         false    youzan    面霜
        d         -         true     youzan    面霜
        """,
    )
    marts.fill(
        "coupons",
        """
        coupon  campaign  customer  received_at       redeemed_at
        满减    会员日    1         2026-11-01T10:00  2026-11-02T10:00
        满减    -         2         2026-11-01T10:00  -
        满减    -         -         2026-11-01T10:00  2026-11-02T10:00
        """,
    )
    marts.fill(
        "sends",
        """
        send_id  customer  day
        1        3         2026-11-24
        2        3         2026-11-30
        3        4         2026-11-23
        4        4         2026-11-30
        """,
    )
    marts.fill("profiles", "customer  trait  value\n2  occupation  教师\n2  income  1-2万\n4  income  1万以下")
    marts.fill("customer_value", "customer  p_alive  expected_orders  clv\n1  0.9  2.5  100.00\n4  0.2  -  -")
    marts.covers("2026-09-01", LAST_DAY.isoformat(), "orders", "messages")
    marts.connection.execute("update mart.meta set last_order_at = timestamp '2026-11-30 08:00:00'")
    return marts


@pytest.fixture(scope="module")
def store(four):
    return SimpleNamespace(warehouse=four, settings=Settings(), workspace=SimpleNamespace(rows=lambda sql: []))


def ids(store, rule):
    return sorted(members(store, rule, LOCAL_OWNER)["customer"])


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        (where("channel", "in", "抖音"), [1, 2]),
        (where("channel", "not_in", "抖音"), [3, 4]),  # who has no channel is not of 抖音
        (where("channel", "known"), [1, 2, 3]),
        (where("channel", "unknown"), [4]),
        (where("tier", "in", "vip", "super"), [1, 4]),
        (where("birth_month", "in", 11), [1]),
        (where("tags", "in", "口红"), [1]),  # the whole tag: 口红膏 is another
        (where("tags", "in", "口红膏", "会员"), [1, 2, 4]),
        (where("tags", "not_in", "会员"), [2, 3]),
        (where("tags", "unknown"), [3]),
        (where("group", "in", "福利群01"), [1]),
        (where("group_type", "known"), [1]),  # 2 left, 3 is staff
        (where("group_type", "unknown"), [2, 3, 4]),
        (where("in_group", "no"), [2, 3, 4]),
        (where("platform", "in", "youzan"), [4]),  # 2's was not paid
        (where("platform", "not_in", "youzan"), [1, 2, 3]),
        (where("product", "in", "口红", "面霜"), [1, 4]),
        (where("last_ordered_at", "equals", 0), [1]),  # on the last day of the data
        (where("last_ordered_at", "between", 30, 90), [2, 4]),  # 31 October is 30 days before 30 November
        (where("last_ordered_at", "less_than", 30), [1]),
        (where("last_ordered_at", "more_than", 30), [4]),
        (where("last_ordered_at", "unknown"), [3]),
        (where("first_followed_at", "at_most", 29), [1, 2]),
        (where("orders", "equals", 0), [3]),
        (where("orders", "between", 1, 3), [1, 2]),
        (where("net_sales", "more_than", "5000.00"), [1]),
        (where("net_sales", "at_least", 5000), [1, 4]),
        (where("messages", "at_least", 3), [1, 2]),
        (where("messages", "at_least", 1, days=7), [1]),
        (where("messages", "equals", 0, days=7), [2, 3, 4]),
        (where("messages", "at_least", 1, days=8), [1, 2]),
        (where("net_sales", "less_than", 1, days=30), [2, 3, 4]),
        (where("followed", "yes"), [1, 2, 3]),
        (where("age", "between", 36, 40), [1]),  # 5 November 1990: 36 on the last day; 1 March 1985: 41
        (where("age", "at_least", 41), [3]),
        (where("age", "unknown"), [2, 4]),
        (where("first_followed_at", "since", "2026-11-01"), [1, 2]),
        (where("first_followed_at", "during", "2026-10-01", "2026-11-01"), [2, 3]),  # both days included
        (where("last_ordered_at", "until", "2026-10-31"), [2, 4]),
        (where("messages", "at_least", 1, since=dt.date(2026, 11, 23), until=dt.date(2026, 11, 24)), [1, 2]),
        (where("messages", "at_most", 4, until=dt.date(2026, 11, 23)), [1, 3, 4]),
        (where("messages", "between", 0, 4, until=dt.date(2026, 11, 23)), [1, 3, 4]),
        (where("product", "contains", "口"), [1]),
        (where("tags", "contains", "口红"), [1, 2]),
        (where("channel", "contains", "小红"), [3]),
        (where("product", "in", "口红", days=7), []),  # the order has no day
        (where("aov", "more_than", 1000), [1]),
        (where("aov", "unknown"), [3]),
        (where("segment", "in", "tier_vip", "tier_super"), [1, 4]),
        (where("segment", "not_in", "tier_vip"), [2, 3, 4]),
        # R days of buyers 1, 2, 4: 1, 31, 91; the cuts at 0.4, 0.8, 1.2, 1.6 of the way: 13, 25, 43, 67.
        (where("r_score", "equals", 5), [1]),
        (where("r_score", "equals", 3), [2]),
        (where("f_score", "at_least", 5), [4]),
        (where("f_score", "unknown"), [3]),
        (where("r_fixed", "at_least", 4), [1, 2]),  # 31 days lie between 30 and 60
        (where("m_fixed", "equals", 5), [1]),  # 5,000 is not above 5,000
        (where("coupons_received", "at_least", 1), [1, 2]),
        (where("coupons_redeemed", "at_least", 1), [1]),
        (where("coupons_redeemed", "at_most", 0), [2, 3, 4]),
        (where("sends", "at_least", 2, days=7), [3]),
        (where("campaign", "in", "会员日"), [1]),
        (where("clv", "at_least", 100), [1]),
        (where("occupation", "in", "教师"), [2]),
        (where("income", "known"), [2, 4]),
        (where("p_alive", "less_than", "0.5"), [4]),
        (where("p_alive", "unknown"), [2, 3]),
        (both(), [1, 2, 3, 4]),
        (either(), []),
        (both(where("channel", "in", "抖音"), where("orders", "at_least", 2)), [1]),
        (either(where("tier", "in", "super"), where("orders", "equals", 0)), [3, 4]),
        (without(where("channel", "in", "抖音")), [3, 4]),
        (without(both(where("channel", "in", "抖音"), without(where("gender", "in", "male")))), [2, 3, 4]),
        (where("channel", "in", "' or true --"), []),
    ],
)
def test_a_rule_and_its_customers(four, store, rule, who):
    assert ids(store, rule) == who
    assert from_json(to_json(rule)) == rule


def some_values(field, operator):
    count = {"between": 2, "during": 2, "known": 0, "unknown": 0, "yes": 0, "no": 0}.get(operator, 1)
    one = "tier_vip" if field.kind == "segment" else "2026-11-01" if operator in DATES else "1"
    return [one] * count


def test_every_field_compiles_with_every_operator(four, store):
    for field in FIELDS.values():
        rules = [where(field.name, operator, *some_values(field, operator)) for operator in field.operators]
        told = [predicate_of(store, rule) for rule in rules]
        columns = ", ".join(one.sql for one in told)
        rows = four.rows(f"select {columns} from mart.customers c", [value for one in told for value in one.params])
        assert len(rows) == 4
        assert {truth for row in rows for truth in row} <= {True, False}


NUMBERS = {
    1: (3, Decimal(6000), "抖音"),
    2: (1, Decimal(100), "抖音"),
    3: (0, Decimal(0), "小红书"),
    4: (9, Decimal(5000), None),
}
LEAVES = st.one_of(
    st.builds(lambda op, n: where("orders", op, n), st.sampled_from(["at_least", "less_than"]), st.integers(0, 10)),
    st.builds(lambda op, n: where("net_sales", op, n), st.sampled_from(["more_than", "at_most"]), st.integers(0, 6001)),
    st.builds(
        lambda op, v: where("channel", op, v), st.sampled_from(["in", "not_in"]), st.sampled_from(["抖音", "微博"])
    ),
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: both(*parts), st.lists(inner, max_size=3)),
        st.builds(lambda parts: either(*parts), st.lists(inner, max_size=3)),
        st.builds(without, inner),
    ),
    max_leaves=12,
)


def belongs(rule, orders, net_sales, channel):
    """The rule's meaning in plain Python."""
    if hasattr(rule, "parts"):
        inner = [belongs(part, orders, net_sales, channel) for part in rule.parts]
        return all(inner) if type(rule).__name__ == "All" else any(inner)
    if hasattr(rule, "part"):
        return not belongs(rule.part, orders, net_sales, channel)
    if rule.field == "channel":
        return (channel in rule.values) == (rule.operator == "in")
    value, limit = {"orders": orders, "net_sales": net_sales}[rule.field], Decimal(rule.values[0])
    return {
        "at_least": value >= limit, "less_than": value < limit, "more_than": value > limit, "at_most": value <= limit,
    }[rule.operator]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rule=RULES)
def test_random_rules_choose_whom_plain_python_chooses(four, store, rule):
    assert ids(store, rule) == [who for who, values in NUMBERS.items() if belongs(rule, *values)]
    assert from_json(to_json(rule)) == rule


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "not json",
        '{"field": "phone_key", "operator": "known"}',
        '{"field": "c.customer = 1 or true", "operator": "known"}',
        '{"field": "tier", "operator": "at_least", "values": ["1"]}',
        '{"field": "tier", "operator": "in", "values": []}',
        '{"field": "orders", "operator": "between", "values": [1]}',
        '{"field": "orders", "operator": "at_least", "values": ["many"]}',
        '{"field": "orders", "operator": "at_least", "values": ["NaN"]}',
        '{"field": "tier", "operator": "in", "values": ["vip"], "days": 3}',
        '{"field": "orders", "operator": "at_least", "values": [1], "days": 0}',
        '{"all": [{"field": "tier"}]}',
        '{"field": "tier", "operator": "in", "values": ["vip"], "sql": "true"}',
        '{"field": "orders", "operator": "at_least", "values": [1], "days": 3, "since": "2026-11-01"}',
        '{"field": "orders", "operator": "at_least", "values": [1], "since": "2026-11-02", "until": "2026-11-01"}',
        '{"field": "age", "operator": "at_least", "values": [1], "days": 3}',
        '{"field": "last_ordered_at", "operator": "since", "values": ["30"]}',
        '{"field": "last_ordered_at", "operator": "during", "values": ["2026-11-01"]}',
        '{"field": "product", "operator": "contains", "values": [""]}',
        '{"field": "orders", "operator": "at_least", "values": ["1e400"]}',
    ],
)
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(UnknownName):
        from_json(text)


def test_values_are_parameters_only():
    rule = both(where("channel", "in", "x' or 1=1"), where("tags", "in", "t'"), where("orders", "at_least", 7, days=9))
    predicate = compiled(rule)
    assert predicate.params == ("x' or 1=1", "t'", 9, Decimal(7))
    assert "x'" not in predicate.sql


def test_a_rule_in_a_sentence():
    rule = both(
        where("tier", "in", "vip", "super"),
        either(where("last_ordered_at", "more_than", 90), without(where("in_group", "yes"))),
        where("messages", "at_least", 1, days=14),
    )
    assert sentence(rule, "zh") == (
        "等级是 VIP、超级会员，且（最近下单超过 90 天，或不是（在群里）），且近 14 天发言数 ≥ 1"
    )
    assert sentence(rule, "en") == (
        "tier is VIP, super and (last ordered more than 90 days ago or not (in a group)) "
        "and messages in the last 14 days ≥ 1"
    )


def test_every_field_has_words_and_every_operator_a_sentence():
    for field in FIELDS.values():
        assert f"segments.field.{field.name}" in phrases()
        for operator in field.operators:
            assert sentence(where(field.name, operator, *some_values(field, operator)), "zh")


def test_the_days_of_a_condition_in_a_sentence():
    rule = both(
        where("product", "contains", "口红", since=dt.date(2026, 11, 1)),
        where("net_sales", "at_least", 500, since=dt.date(2026, 11, 1), until=dt.date(2026, 11, 11)),
        where("segment", "not_in", "dormant_vip"),
    )
    assert sentence(rule, "zh") == (
        "2026-11-01 起买过的商品含“口红”，且2026-11-01 至 2026-11-11 净销售额 ≥ 500，且不属于“沉睡 VIP”"
    )
    assert sentence(rule, "en") == (
        "product bought since 2026-11-01 contains “口红” and net sales from 2026-11-01 to 2026-11-11 ≥ 500 "
        "and not in “Dormant VIPs”"
    )


def test_segments_that_go_round_in_a_circle_are_refused():
    rules = {
        "a": where("segment", "in", "b"),
        "b": without(where("segment", "in", "c")),
        "c": where("segment", "in", "a"),
    }
    for name in rules:
        with pytest.raises(SopdashError, match="segment_in_circle"):
            compiled(rules[name], Around(rules.__getitem__, within=(name,)))


@pytest.mark.parametrize("field", ["orders", "messages", "clicks", "refunded_orders", "group_leaves"])
def test_what_customers_did_last_says_as_much_as_all_they_did(demo_store, field):
    last = demo_store.warehouse.rows("select last_day from mart.meta")[0][0]
    for days, amount in ((7, ("at_least", 1)), (30, ("more_than", 0)), (30, ("equals", 0))):
        since = last - dt.timedelta(days - 1)
        counted = members(demo_store, where(field, *amount, since=since, until=last), LOCAL_OWNER)["customer"]
        assert 0 < len(counted) < demo_store.warehouse.rows("select count(*) from mart.customers")[0][0]
        for told in (where(field, *amount, days=days), where(field, *amount, since=since)):
            assert list(members(demo_store, told, LOCAL_OWNER)["customer"]) == list(counted)


def test_who_is_in_a_group_has_a_group(demo_store):
    inside = members(demo_store, where("in_group", "yes"), LOCAL_OWNER)["customer"]
    assert len(inside) > 0
    assert list(inside) == list(members(demo_store, where("group", "known"), LOCAL_OWNER)["customer"])
