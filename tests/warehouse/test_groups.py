"""Groups: one display name each, rows win over reports, stock on its day only."""


def days(warehouse, *columns):
    found = warehouse.rows(f'select day, {", ".join(columns)} from mart.group_days order by "group", day')
    return [(f"{day:%m-%d}", *rest) for day, *rest in found]


def test_reports_alone_stand_for_their_day(warehouse):
    warehouse.group_days("""
        group  day         members  customers  staff_members  joins  leaves  messages
        G1     2026-11-02  30       28         2              3      1       40
        G1     2026-11-05  33       -          2              -      -       -
    """)
    assert days(warehouse, "customers", "joins", "messages", "speakers", "origin") == [
        ("11-02", 28, 3, 40, None, "report"),
        ("11-05", 31, None, None, None, "report"),  # 33 − 2 staff; the days between are absent, not 0
    ]


def test_rows_win_and_reports_fill_the_other_days(warehouse):
    warehouse.groups("group  name\nG1  福利群")
    warehouse.group_days("""
        group_id  name    day         members  customers  joins  messages
        G1        福利群  2026-10-31  9        8          1      12
        G1        福利群  2026-11-01  9        8          1      12
        G1        福利群  2026-11-04  9        8          7      77
    """)
    warehouse.group_members(
        """
        group_name  customer  is_staff  joined_at         left_at           leave_kind
        福利群      staff1    true      2026-11-01 09:00  -                 -
        福利群      ann       false     2026-11-01 10:00  -                 -
        福利群      bob       false     2026-11-02 10:00  2026-11-03 10:00  left
        """,
        as_of="2026-11-03",
    )
    warehouse.messages("""
        group_name  customer  is_staff  sent_at
        福利群      ann       false     2026-11-01 10:00
        福利群      ann       false     2026-11-01 11:00
        福利群      staff1    true      2026-11-01 11:00
        福利群      bob       false     2026-11-03 09:00
    """)
    assert days(warehouse, "customers", "staff_members", "joins", "leaves", "messages", "speakers", "origin") == [
        ("10-31", 8, None, 1, None, 12, None, "report"),
        ("11-01", 1, 1, 1, 0, 2, 1, "rows"),  # ann; two messages of hers, the staff member's apart
        ("11-02", 2, 1, 1, 0, 0, 0, "rows"),  # covered by the message file and silent: 0
        ("11-03", 1, 1, 0, 1, 1, 1, "rows"),  # bob spoke and left
        ("11-04", 8, None, 7, None, 77, None, "report"),
    ]


def test_a_message_file_covers_only_the_groups_it_names(warehouse):
    warehouse.messages(
        "group  customer  at\nA  ann  2026-11-01 10:00\nA  ann  2026-11-03 10:00\nB  bob  2026-11-02 10:00"
    )
    warehouse.messages("group  customer  at\nB  bob  2026-11-05 10:00")
    assert warehouse.rows('select "group", count(*), sum(messages) from mart.group_days group by 1 order by 1') == [
        ("A", 3, 2),  # 1–3 November
        ("B", 4, 2),  # 1–3 and 5 November
    ]


def test_members_without_a_joining_time_are_stock_from_the_start(warehouse):
    warehouse.group_members("customer  joined_at  left_at\nann  -  -\nbob  2026-11-02  -\ncat  -  2026-11-03")
    assert days(warehouse, "customers", "joins", "leaves") == [("11-02", 3, 1, 0), ("11-03", 2, 0, 1)]


def test_groups_that_share_a_name_carry_their_id(warehouse):
    warehouse.groups("group_id  name\nG1  福利群\nG2  福利群\nG3  新品群")
    warehouse.messages("group_name  customer  at\n福利群  ann  2026-11-01\n新品群  ann  2026-11-01")
    assert sorted(group for (group,) in warehouse.rows('select "group" from mart.groups')) == [
        "新品群",
        "福利群",  # which of the two is not known
        "福利群 · G1",
        "福利群 · G2",
    ]
    assert sorted(group for (group,) in warehouse.rows('select "group" from mart.messages')) == ["新品群", "福利群"]


def test_a_renamed_group_stays_one_group(warehouse):
    warehouse.group_days("group_id  name  day  members\nG1  旧名  2026-11-01  5\nG1  新名  2026-11-08  6")
    warehouse.messages("group_name  customer  at\n旧名  ann  2026-11-01")
    assert warehouse.rows('select "group", group_id from mart.groups') == [("新名", "G1")]
    assert warehouse.rows('select "group" from mart.messages') == [("新名",)]


def test_capacity_is_the_groups_own_or_the_setting(warehouse):
    warehouse.set(group_capacity=450)
    warehouse.groups("group  capacity\nG1  500\nG2  -")
    assert warehouse.rows("select capacity from mart.groups order by group_id") == [(500,), (450,)]


def test_monday_is_weekday_zero(warehouse):
    warehouse.messages("customer  at\nann  2026-11-16 08:30\nann  2026-11-22 23:59")  # a Monday and the Sunday after
    assert warehouse.rows("select weekday, hour from mart.messages order by sent_at") == [(0, 8), (6, 23)]
