"""Scores of a customer as of the data's last day, worked out by hand."""


def test_tiers_from_lifetime_net_sales(warehouse):
    warehouse.orders("""
        customer  paid_at     paid      refund
        ann       2026-11-02  5000      -
        bob       2026-11-02  5000.01   -
        cat       2026-11-02  15000     -
        cat       2026-11-03  5000      0
        dan       2026-11-02  20000     0.01
    """)
    assert warehouse.rows("select name, tier from mart.customers order by 1") == [
        ("ann", "ordinary"),  # VIP is strictly more than 5,000
        ("bob", "vip"),
        ("cat", "super"),  # 20,000 and more
        ("dan", "vip"),  # 19,999.99 after the refund
    ]
    warehouse.set(vip_above=4999)
    assert warehouse.rows("select tier from mart.customers where name = 'ann'") == [("vip",)]


def test_rfm_by_means(warehouse):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-10 09:00  100      -- R: T is 11-11 00:00, 15 h: at least 1 day
        ann       2026-11-01 09:00  100
        bob       2026-11-08 00:00   40      -- R 3
        cat       2026-10-31 12:00  160      -- R 10 (10.5 days)
    """)
    # means: R (1 + 3 + 10) / 3 = 4.67, F 4 / 3 = 1.33, M 400 / 3 = 133.3; high is strictly better
    assert warehouse.rows("select name, rfm_class from mart.customers order by 1") == [
        ("ann", "111"),
        ("bob", "100"),
        ("cat", "001"),
    ]


def test_all_alike_is_high_in_nothing(warehouse):
    warehouse.orders("customer  paid_at  paid\nann  2026-11-10  0.1\nbob  2026-11-10  0.1\ncat  2026-11-10  0.1")
    assert warehouse.rows("select distinct rfm_class from mart.customers") == [("000",)]


def test_life_cycle(warehouse):
    warehouse.follows("""
        customer  added_at    lost_at
        day0      2026-11-30  -
        day7      2026-11-23  -
        day8      2026-11-22  -
        day30     2026-10-31  -
        quiet     2026-10-30  -
        buyer     2026-01-01  -
        asleep    2026-01-01  -
        gone      2026-01-01  2026-11-01
    """)
    warehouse.orders("""
        customer  paid_at
        buyer     2026-09-01     -- 90 days before 30 November
        asleep    2026-08-31     -- 91
        gone      2026-11-01
        stranger  2026-11-30
    """)
    assert dict(warehouse.rows("select name, life_cycle from mart.customers")) == {
        "day0": "new",
        "day7": "new",
        "day8": "growing",
        "day30": "growing",
        "quiet": "silent",
        "buyer": "mature",
        "asleep": "silent",
        "gone": "lost",
        "stranger": None,  # never in the private domain
    }


def test_value_class(warehouse):
    orders = [f"c{n}  2026-11-{n:02}  {n}" for n in range(1, 11) for _ in range(4 if n in (8, 9, 10) else 3)]
    warehouse.orders("customer  paid_at  paid\n" + "\n".join(orders) + "\nonce  2026-01-01  1")
    found = dict(warehouse.rows("select name, value_class from mart.customers"))
    # 11 buyers: the top fifth is ceil(2.2) = 3: c10 (40), c9 (36), c8 (32), all with four orders a year
    assert {name for name, value in found.items() if value == "high"} == {"c8", "c9", "c10"}
    assert found["once"] == "potential"
    assert found["c7"] == "ordinary"  # three orders, not interacted


def test_name_is_that_of_the_earliest_source(warehouse):
    warehouse.orders("account  external_id  paid_at\ntb-ann  wm1  2026-11-05\ntb-bob  wm2  2026-11-01")
    warehouse.follows("name  external_id  added_at\n安  wm1  2026-11-01\n波  wm2  2026-11-05")
    assert sorted(warehouse.rows("select name, account from mart.customers")) == [
        ("tb-bob", "tb-bob"),
        ("安", "tb-ann"),
    ]


def test_profile_and_dates(warehouse):
    warehouse.follows(
        """
        customer  gender  birthday  tags  province  added_at
        ann  女  2000-12-01  新客;爱茶  浙江  2026-11-01
        ann  2  -  爱茶;VIP  -  2026-11-02
    """
    )
    warehouse.group_members("customer  joined_at\nann  2026-11-03")
    warehouse.messages("customer  at\nann  2026-11-04 10:00\nann  2026-11-30 10:00")
    warehouse.orders("customer  paid_at\nann  2026-11-05\nann  2026-11-06")
    warehouse.opt_outs("customer  at\nann  2026-11-20")
    [row] = warehouse.rows("""
        select gender, age_band, tags, region, opted_out, orders,
            strftime(first_followed_at, '%d'), strftime(first_joined_at, '%d'), strftime(first_spoke_at, '%d'),
            strftime(first_ordered_at, '%d'), strftime(second_ordered_at, '%d'), strftime(last_active_at, '%d')
        from mart.customers
    """)
    assert row == (
        "female",
        "25-34",
        "VIP;新客;爱茶",
        "浙江",
        True,
        2,
        "01",
        "03",
        "04",
        "05",
        "06",
        "30",
    )  # 25 until 1 December
