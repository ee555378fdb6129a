"""Acquisition: channel of a customer, transfers, existing customers, and being held."""


def test_channel_is_the_rows_own_else_the_codes_else_a_tags_else_how_added(warehouse):
    warehouse.set(tag_channels={"小红书来": "小红书"})
    warehouse.codes("code  channel  store\nC1  门店海报  S9")
    warehouse.follows("""
        customer  channel  code  tags             add_way     added_at
        own       抖音     C1    -                1           2026-11-01
        code      -        C1    小红书来         1           2026-11-01
        tag       -        -     老客;小红书来    1           2026-11-01
        way       -        -     老客             1           2026-11-01
        word      -        -     -                名片分享    2026-11-01
        none      -        -     -                0           2026-11-01
    """)
    assert dict(warehouse.rows("select name, channel from mart.customers")) == {
        "own": "抖音",
        "code": "门店海报",
        "tag": "小红书",
        "way": "扫描二维码",
        "word": "名片分享",
        "none": "unknown",
    }
    assert warehouse.rows("select distinct store from mart.follows where code = 'C1'") == [("S9",)]


def test_never_followed_has_no_channel(warehouse):
    warehouse.orders("customer  paid_at\nann  2026-11-01")
    assert warehouse.rows("select channel, existing, held, life_cycle from mart.customers") == [
        (None, False, False, None)
    ]


def test_a_transfer_is_no_acquisition_but_the_customer_stays_held(warehouse):
    warehouse.follows("""
        customer  staff   channel  add_way              added_at          lost_at           lost_by
        ann       导购A   抖音     1                    2026-11-01 10:00  2026-11-10 10:00  staff
        ann       导购B   -        管理员/负责人分配    2026-11-10 10:00  -                 -
        bob       导购B   -        202                  2026-11-10 10:00  -                 -
    """)
    assert warehouse.rows("select name, staff, is_first, is_transfer from mart.follows order by name, added_at") == [
        ("ann", "导购A", True, False),
        ("ann", "导购B", False, True),
        ("bob", "导购B", False, True),
    ]
    assert warehouse.rows(
        "select name, channel, cast(first_followed_at as varchar), held from mart.customers order by 1"
    ) == [
        ("ann", "抖音", "2026-11-01 10:00:00", True),
        ("bob", "unknown", None, True),
    ]
    assert warehouse.one("select count(*) from mart.customer_events where kind = 'added'") == 1
    assert warehouse.rows(
        "select cast(held_from as varchar), held_until from mart.holdings where customer = ?",
        [warehouse.customer("ann")],
    ) == [("2026-11-01 10:00:00", None)]


def test_ordered_before_being_added_is_existing(warehouse):
    warehouse.follows("customer  added_at\nann  2026-11-05 10:00\nbob  2026-11-05 10:00")
    warehouse.orders(
        """
        customer  paid_at  status
        ann  2026-11-05 09:59  paid
        bob  2026-11-01 10:00  unpaid
        bob  2026-11-05 10:00  paid
    """
    )
    assert warehouse.rows("select name, existing from mart.customers order by 1") == [("ann", True), ("bob", False)]


def test_a_follow_once_seen_stays_known_when_later_lists_omit_it(warehouse):
    warehouse.follows("follow_id  customer  added_at\nf1  ann  2026-11-01\nf2  bob  2026-11-01", as_of="2026-11-02")
    warehouse.follows("follow_id  customer  added_at\nf2  bob  2026-11-01", as_of="2026-11-09")
    assert warehouse.one("select count(*) from mart.customers where held") == 2


def test_holdings_merge_overlapping_and_touching_intervals(warehouse):
    warehouse.follows("""
        customer  added_at    lost_at
        ann       2026-11-01  2026-11-05
        ann       2026-11-05  2026-11-07     -- touches
        ann       2026-11-20  2026-11-25     -- a second time
        bob       2026-11-01  2026-11-30
        cat       -           2026-11-03     -- nobody knows since when
    """)
    warehouse.group_members("""
        customer  joined_at   left_at
        ann       2026-11-06  2026-11-10     -- overlaps
        bob       2026-11-02  2026-11-03     -- inside
    """)
    found = warehouse.rows("""
        select name, cast(holdings.held_from as date), cast(holdings.held_until as date)
        from mart.holdings join mart.customers using (customer)
        order by 1, 2
    """)
    assert [(name, str(start), str(end)) for name, start, end in found] == [
        ("ann", "2026-11-01", "2026-11-10"),
        ("ann", "2026-11-20", "2026-11-25"),
        ("bob", "2026-11-01", "2026-11-30"),
        ("cat", "1970-01-01", "2026-11-03"),
    ]


def test_a_dissolved_group_holds_nobody(warehouse):
    warehouse.groups("group  dissolved_at\nG1  2026-11-10")
    warehouse.group_members("customer  group_id  group_name  joined_at\nann  G1  G1  2026-11-01")
    assert warehouse.rows("select cast(left_at as varchar), leave_kind from mart.memberships") == [
        ("2026-11-10 00:00:00", None)
    ]
    assert warehouse.one("select held from mart.customers") is False


def test_store_comes_from_staff_and_from_a_known_department(warehouse):
    warehouse.stores("store  name\nS1  一店\nS2  二店")
    warehouse.staff("staff  staff_account  store\n导购A  a01  一店")
    warehouse.follows("""
        customer  staff   staff_account  department  store  added_at
        ann       导购A   a01            总部        -      2026-11-01
        bob       导购B   b01            二店        -      2026-11-01
        cat       导购C   c01            总部        -      2026-11-01
        dan       导购C   c01            总部        一店   2026-11-01
    """)
    assert warehouse.rows("select name, store from mart.customers order by 1") == [
        ("ann", "S1"),
        ("bob", "S2"),
        ("cat", None),
        ("dan", "S1"),
    ]
