"""The cohort triangle, written out: ten events, every cell."""

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.errors import UnknownName
from sopdash.metrics import cohorts
from sopdash.metrics.cohorts import CohortQuery
from sopdash.metrics.period import Period

# 2026-W45 = 2–8 November, W46 = 9–15, W47 = 16–22, W48 = 23–29.
CUSTOMERS = """
    customer  channel  first_followed_at  first_joined_at   first_ordered_at
    1         抖音     2026-11-02T10:00   2026-11-10T10:00  2026-11-03T10:00
    2         抖音     2026-11-08T23:59   -                 2026-11-16T00:00    # the last minute of W45
    3         小红书   2026-11-20T10:00   2026-11-04T10:00  -                   # in a group before being added: W45
    4         小红书   2026-11-09T00:00   -                 2026-11-22T10:00    # the first minute of W46
    5         -        -                  -                 2026-11-02T10:00    # no relation: no cohort of joining
"""
TEN_DAYS = """
    customer  day         orders  messages
    1         2026-11-03  1       0      # W45
    1         2026-11-12  2       1      # W46: two orders, one active customer
    1         2026-11-14  1       0      # W46 again
    1         2026-11-24  1       0      # W48, not over
    2         2026-11-16  1       0      # W47
    3         2026-11-05  0       4      # W45, spoke only
    3         2026-11-18  0       1      # W47
    4         2026-11-22  1       0      # W47
    5         2026-11-02  1       0
    5         2026-11-09  1       0
"""


@pytest.fixture
def three_weeks(marts):
    marts.fill("customers", CUSTOMERS)
    marts.fill("customer_days", TEN_DAYS)
    marts.covers("2026-11-02", "2026-11-24", "follows", "group_members", "messages", "orders", "orders.customer")
    return marts


def triangle(result):
    """cohort → (size, [active at k = 0, 1, …]), None where unknown."""
    found = {}
    for row in result.as_json()["rows"]:
        found.setdefault(row["cohort"], (row["size"], []))[1].append(row["active"])
    return found


def test_weeks_of_joining_and_their_orders(three_weeks, store):
    found = cohorts.run(store, CohortQuery(), LOCAL_OWNER)
    assert triangle(found) == {
        "2026-W45": (3, [1, 1, 1, None]),  # k 0: 1 · k 1: 1 · k 2: 2 · k 3 is W48, which is not over
        "2026-W46": (1, [0, 1, None]),  # k 1: 4
    }
    assert found.as_json()["rows"][1] == {"cohort": "2026-W45", "size": 3, "k": 1, "active": 1, "rate": 1 / 3}
    assert found.as_json()["rows"][3] == {"cohort": "2026-W45", "size": 3, "k": 3, "active": None, "rate": None}
    assert found.as_json()["pooled"] == [
        {"k": 0, "size": 4, "active": 1, "rate": 1 / 4},
        {"k": 1, "size": 4, "active": 2, "rate": 2 / 4},
        {"k": 2, "size": 3, "active": 1, "rate": 1 / 3},  # W46 is not known at 2
    ]


def test_messages_are_another_activity(three_weeks, store):
    found = cohorts.run(store, CohortQuery(activity="messages"), LOCAL_OWNER)
    assert triangle(found) == {"2026-W45": (3, [1, 1, 1, None]), "2026-W46": (1, [0, 0, None])}  # 3 · 1 · 3


def test_weeks_of_the_first_order(three_weeks, store):
    found = cohorts.run(store, CohortQuery(start="first_order"), LOCAL_OWNER)
    assert triangle(found) == {
        "2026-W45": (2, [2, 2, 0, None]),  # 1 and 5 · 1 and 5 · nobody
        "2026-W46": (0, [0, 0, None]),  # an empty week is shown; its rate has no denominator
        "2026-W47": (2, [2, None]),  # 2 and 4
    }
    assert found.as_json()["rows"][4]["rate"] is None


def test_an_earlier_end_blanks_later_cells(three_weeks, store):
    found = cohorts.run(store, CohortQuery(last=dt.date(2026, 11, 15)), LOCAL_OWNER)
    assert triangle(found) == {"2026-W45": (3, [1, 1]), "2026-W46": (1, [0])}
    found = cohorts.run(store, CohortQuery(last=dt.date(2026, 11, 14)), LOCAL_OWNER)
    assert triangle(found) == {"2026-W45": (3, [1, None]), "2026-W46": (1, [None])}


def test_a_source_that_ends_earlier_or_begins_later_leaves_cells_unknown(three_weeks, store):
    three_weeks.connection.execute(
        "update mart.coverage set first_day = '2026-11-09', last_day = '2026-11-13' where need = 'messages'"
    )
    found = cohorts.run(store, CohortQuery(activity="messages"), LOCAL_OWNER)
    assert triangle(found) == {"2026-W45": (3, [None, 1, None, None]), "2026-W46": (1, [0, None, None])}


def test_filters_and_period_choose_the_cohort_customers(three_weeks, store):
    found = cohorts.run(store, CohortQuery(where=(("channel", "抖音"),)), LOCAL_OWNER)
    assert triangle(found) == {"2026-W45": (2, [1, 1, 1, None])}
    week = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
    assert triangle(cohorts.run(store, CohortQuery(period=week), LOCAL_OWNER)) == {"2026-W46": (1, [0, 1, None])}


def test_months_and_the_turn_of_the_year(marts, store):
    marts.fill(
        "customers",
        """
        customer  first_followed_at
        1         2026-12-31T23:59
        2         2027-01-01T00:00
        """,
    )
    marts.fill(
        "customer_days",
        """
        customer  day         orders
        1         2027-01-02  1
        2         2027-01-03  1
        """,
    )
    marts.covers("2026-12-01", "2027-01-31", "follows", "orders", "orders.customer")
    assert triangle(cohorts.run(store, CohortQuery(by="month"), LOCAL_OWNER)) == {
        "2026-12": (1, [0, 1]),
        "2027-01": (1, [1]),
    }
    # Thursday 31 December to Sunday 3 January lie in one week, which ISO counts to 2026.
    assert triangle(cohorts.run(store, CohortQuery(), LOCAL_OWNER))["2026-W53"] == (2, [2, 0, 0, 0, 0])


def test_without_orders_of_known_customers_the_reason_is_given(three_weeks, store):
    three_weeks.connection.execute("delete from mart.coverage where need = 'orders.customer'")
    found = cohorts.run(store, CohortQuery(), LOCAL_OWNER)
    assert found.missing.code == "no_customer_column"
    assert found.as_json("en") == {"rows": [], "pooled": [], "missing": {"cohorts": found.missing.say("en")}}


@pytest.mark.parametrize("wrong", [{"by": "day"}, {"start": "born"}, {"activity": "clicks"}])
def test_unknown_choices_are_refused(marts, store, wrong):
    with pytest.raises(UnknownName):
        cohorts.run(store, CohortQuery(**wrong), LOCAL_OWNER)


def test_any_activity_needs_all_the_data_has(three_weeks, store):
    found = cohorts.run(store, CohortQuery(activity="any"), LOCAL_OWNER)
    assert triangle(found) == {
        "2026-W45": (3, [2, 1, 2, None]),  # k 0: 1, 3 · k 1: 1 · k 2: 2, 3
        "2026-W46": (1, [0, 1, None]),
    }
    # Messages that begin in W46 leave W45 unknown: an order alone would look like fewer people.
    three_weeks.connection.execute("update mart.coverage set first_day = '2026-11-09' where need = 'messages'")
    found = cohorts.run(store, CohortQuery(activity="any"), LOCAL_OWNER)
    assert triangle(found)["2026-W45"] == (3, [None, 1, 2, None])


def test_the_people_behind_a_cell(three_weeks, store):
    def who(cohort, k, active, **rest):
        found = cohorts.people(store, CohortQuery(**rest), cohort, k, active, LOCAL_OWNER)
        return list(found["customer"])

    assert who("2026-W45", 2, True) == [2]
    assert who("2026-W45", 2, False) == [1, 3]
    assert who("2026-W45", 2, True, activity="any") == [2, 3]
    assert who("2026-W45", 0, False, where=(("channel", "抖音"),)) == [2]
    assert who("2026-11", 0, True, by="month", start="first_order") == [1, 2, 4, 5]


def test_the_newest_cohorts_are_set_against_the_earlier_ones(marts, store):
    """Six weekly cohorts of 100; of the first three 40 come back in week 4, of the others 20."""
    monday, day = dt.date(2026, 8, 31), dt.timedelta(days=1)
    for week in range(6):
        first = monday + 7 * week * day
        marts.connection.execute(
            "insert into mart.customers (customer, first_followed_at) select i, ? from range(?, ?) t(i)",
            [first, 100 * week, 100 * week + 100],
        )
        marts.connection.execute(
            "insert into mart.customer_days select i, ?, 1, 10, 0, 0 from range(?, ?) t(i)",
            [first + 28 * day, 100 * week, 100 * week + (40 if week < 3 else 20)],
        )
    marts.covers("2026-08-31", "2026-11-08", "follows", "orders", "orders.customer")
    turn = cohorts.run(store, CohortQuery(), LOCAL_OWNER).turn
    assert (turn.k, turn.recent, turn.earlier) == (4, 3, 3)
    assert (turn.now, turn.before) == ((60, 300), (120, 300))
    assert turn.test.difference == pytest.approx(-0.2)
    assert turn.test.p < 0.001
    assert cohorts.run(store, CohortQuery(last=dt.date(2026, 10, 4)), LOCAL_OWNER).turn is None  # one cohort known
