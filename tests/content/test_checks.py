"""What a plan breaks is said at the entry, with the numbers behind it."""

import datetime as dt
import shutil

import pytest
from tables import Tables

from sopdash.access import LOCAL_OWNER
from sopdash.content import Entry, Form, Outlet, Purpose, Status, checks

MON = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def filled(empty_store, tmp_path_factory):
    """甲 and 乙 in a 福利群, 乙 and 丙 in a VIP群; all three contacts, 丁 lost."""
    tables = Tables(shutil.copytree(empty_store, tmp_path_factory.mktemp("checks") / "data"))
    tell(tables)
    assert tables.store
    yield tables
    tables.close()


@pytest.fixture
def people(filled):
    """The shared store of these people; rules set by a test go back to their defaults."""
    yield filled
    filled.store.workspace.set_settings({"content_windows": None, "send_quota": None}, "test")


def tell(warehouse):
    warehouse.groups("""
        group    name     group_type
        福利1群  福利1群  福利群
        VIP1群   VIP1群   VIP群
    """)
    warehouse.group_members("""
        customer  membership_id  group    joined            left
        甲        a              福利1群  2026-10-01 10:00  -
        乙        b              福利1群  2026-10-01 10:00  -
        乙        c              VIP1群   2026-10-01 10:00  -
        丙        d              VIP1群   2026-10-01 10:00  -
        丁        e              VIP1群   2026-10-01 10:00  2026-10-09 10:00
    """)
    warehouse.follows("""
        customer  follow_id  added_at          lost_at
        甲        f1         2026-10-01 09:00  -
        乙        f2         2026-10-01 09:00  -
        丙        f3         2026-10-01 09:00  -
        丁        f4         2026-10-01 09:00  2026-10-09 10:00
    """)


numbers = iter(range(10**6))


def send(day=MON, hour=10, minute=0, **fields):
    base = {"owner": "导购A01", "body": "早安", "theme": "早安", "group_type": "福利群"}
    number = next(numbers)
    return Entry(id=f"{number}", day=day, time=dt.time(hour, minute), **{**base, **fields})


def found(people, *entries):
    """(code, entry's place in what was given or -1) of every finding."""
    places = {entry.id: at for at, entry in enumerate(entries)}
    return sorted((one.code, places.get(one.entry, -1)) for one in checks.run(people.store, entries, LOCAL_OWNER))


def one(people, code, *entries):
    [finding, *_] = [one for one in checks.run(people.store, entries, LOCAL_OWNER) if one.code == code]
    return finding.values


def test_two_sends_to_the_same_people_within_half_an_hour_clash(people):
    early, late = send(), send(minute=29, theme="秒杀")
    assert found(people, early, late) == [("clash", 0), ("clash", 1)]
    assert one(people, "clash", early, late) == {"theme": "秒杀", "time": "10:29", "people": 2}  # 甲 and 乙
    assert found(people, early, send(minute=30)) == []


def test_who_is_in_both_audiences_decides(people):
    vip = send(group_type="VIP群")
    assert one(people, "clash", send(), vip)["people"] == 1  # 乙
    contacts = send(channel=Outlet.PRIVATE, group_type="")
    assert one(people, "clash", vip, contacts)["people"] == 2  # 乙 and 丙; 丁 left
    assert found(people, vip, send(channel=Outlet.MOMENTS)) == []  # Moments disturb nobody
    assert found(people, vip, send(status=Status.CANCELLED)) == []


def test_audiences_nobody_can_count_are_compared_by_their_words(people):
    one_, same = send(group_type="新品群"), send(group_type="新品群", minute=5)
    assert found(people, one_, same) == [("clash_unknown", 0), ("clash_unknown", 1)]
    assert found(people, one_, send(group_type="福利群", minute=5)) == []


def test_the_teams_rules(people):
    assert found(people, send(hour=22), send(hour=7, minute=59)) == [("quiet", 0), ("quiet", 1)]
    assert found(people, send(hour=8), send(hour=21, minute=59)) == []
    assert one(people, "length", send(body="长" * 501)) == {"length": 501, "limit": 500}
    picture = {"form": Form.PICTURE, "material": "a.png"}
    assert found(people, send(ratio="1080×1440", **picture), send(hour=12, ratio="16：9", **picture)) == []
    assert found(people, send(ratio="4:5", **picture), send(hour=12, ratio="方图", **picture)) == [
        ("ratio", 0), ("ratio", 1),
    ]  # fmt: skip
    people.store.workspace.set_setting("content_windows", ("08:30-09:30", "19:00-21:30"), "test")
    assert found(people, send(hour=9, minute=30)) == []
    assert found(people, send(hour=9, minute=31)) == [("window", 0)]
    assert found(people, send(hour=21, minute=30)) == []


def test_what_is_missing_is_a_to_do_until_it_went_out(people):
    bare = {"owner": "", "body": ""}
    assert found(people, send(**bare)) == [("no_body", 0), ("no_owner", 0)]
    assert found(people, send(form=Form.VIDEO, **bare)) == [("no_material", 0), ("no_owner", 0)]
    assert found(people, send(status=Status.DONE, **bare)) == []


def test_more_than_six_sends_a_day_and_more_than_three_tenths_promotion(people):
    day = [send(hour=9 + n) for n in range(8)]
    assert found(people, *day) == [("too_often", 6), ("too_often", 7)]
    week = [send(day=MON + dt.timedelta(days=n), purpose=Purpose.PROMOTION if n < 2 else Purpose.VALUE)
            for n in range(6)]  # fmt: skip
    assert one(people, "promotion", *week)["share"] == 2 / 6
    assert found(people, *week, send(day=MON + dt.timedelta(days=6), hour=9)) == []  # 2 of 7 is 28.6 %


def test_the_months_quota_counts_planned_and_sent(warehouse):
    """November has 30 days: a group takes 30 messages. 3 were sent, so 27 may be planned, 28 are one too many."""
    people = warehouse
    tell(people)
    people.sends("""
        send_id  group    at
        s1       福利1群  2026-11-01 10:00
        s2       福利1群  2026-11-02 10:00
        s3       福利1群  2026-11-03 10:00
        s4       福利1群  2026-10-31 10:00
    """)
    day = dt.date(2026, 11, 4)
    plan = [send(day=day + dt.timedelta(days=n % 27), hour=9 + 3 * (n // 27)) for n in range(28)]
    assert found(people, *plan[:27]) == []
    assert [code for code, _ in found(people, *plan)] == ["quota_groups", "quota_groups"]
    values = one(people, "quota_groups", *plan)
    assert (values["most"], values["limit"], values["over"], values["sent"]) == (31, 30, 1, 3)
    # Before the last known send it is in the file already; by hand it does not count.
    assert found(people, *plan[:27], send(day=dt.date(2026, 11, 2), hour=12)) == []
    assert found(people, *plan[:27], send(day=dt.date(2026, 11, 29), hour=12, mass=False)) == []


def test_a_company_may_have_set_one_a_day(people):
    people.store.workspace.set_setting("send_quota", "day", "test")
    private = {"channel": Outlet.PRIVATE, "group_type": ""}
    plan = [send(hour=10, **private), send(hour=15, **private), send(day=MON + dt.timedelta(days=1), **private)]
    values = one(people, "quota_customers", *plan)
    assert (values["most"], values["limit"], values["over"]) == (2, 1, 3)  # 甲, 乙 and 丙
    assert found(people, *plan) == [("quota_customers", -1), ("quota_customers", 1)]


def test_nothing_planned_nothing_found(people):
    assert found(people) == []
