"""What leaves as a file comes back as the same entries; what others wrote is understood or named."""

import datetime as dt

import icalendar
import pytest

from sopdash import content
from sopdash.content import Entry, Form, Outlet, Purpose, Status, ical_intake, intake, to_csv, to_ics, to_xlsx
from sopdash.errors import FileRefused
from sopdash.exports import sample

FAR = (dt.date(2020, 1, 1), dt.date(2040, 1, 1))
RICH = {
    "time": dt.time(23, 45), "theme": "=跨年, 倒数；\"福利\"", "form": Form.VIDEO, "channel": Outlet.PRIVATE,
    "group_type": "福利群", "segment": "高价值客户", "owner": "导购A01", "status": Status.READY, "campaign": "年货节",
    "coupon": "满99减20", "note": "第一行\n第二行", "purpose": Purpose.PROMOTION,
    "body": "新年好；a,b\\c", "ratio": "9:16", "material": "新年.mp4", "mass": False,
}  # fmt: skip


@pytest.fixture
def planned(store):
    """An entry with every field filled on the year's last evening, and a plain one on its first day."""
    content.add(store, Entry(day=dt.date(2026, 12, 31), **RICH), by="a")
    content.add(store, Entry(day=dt.date(2027, 1, 1), theme="元旦问候"), by="a")
    return content.entries(store, *FAR)


def read_table(raw, name, folder):
    path = folder / name
    path.write_bytes(raw)
    seen = sample.sample(path, name, name)
    return intake.of_table(seen.headers, seen.rows, seen.row + 1)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ics"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_there_and_back_nothing_changes(store, planned, tmp_path, kind, lang):
    if kind == "ics":
        found = ical_intake.of_ics(to_ics(planned, lang), "Asia/Shanghai")
    else:
        raw = to_csv(planned, lang) if kind == "csv" else to_xlsx(planned, lang)
        found = read_table(raw, f"plan.{kind}", tmp_path)
    same = intake.compare(store, *found)
    assert (same.unchanged, same.added, same.changed, same.conflicts, same.refused) == (2, [], [], [], [])
    # In another calendar, where nothing of it stands, the file makes the very same entries, over the year's end too.
    content.delete_all(store, planned, by="a")
    with store.workspace.write() as cursor:
        cursor.execute("delete from calendar_entries; delete from calendar_history")
    intake.apply(store, intake.compare(store, *found), by="b")
    back = content.entries(store, *FAR)
    assert [one.plan() for one in back] == [one.plan() for one in planned]
    assert [one.id for one in back] == [one.id for one in planned]


def test_a_file_worked_on_changes_what_it_says_and_nothing_else(store, planned, tmp_path):
    raw = f"日期,主题,编号\r\n2027/1/2,元旦问候·改,{planned[1].id}\r\n".encode("gb18030")
    found = intake.compare(store, *read_table(raw, "改.csv", tmp_path))
    [changed] = intake.apply(store, found, by="b").stored
    assert (changed.theme, changed.day, changed.time) == ("元旦问候·改", dt.date(2027, 1, 2), dt.time(10, 0))
    assert changed.version == 2


def test_a_file_older_than_the_calendar_overwrites_nothing(store, planned):
    raw = to_ics(planned, "zh")
    newer = content.change(store, planned[1].revised(theme="同事改过"), by="同事")
    found = intake.compare(store, *ical_intake.of_ics(raw, "Asia/Shanghai"))
    [conflict] = found.conflicts
    assert (conflict.values["theirs"], conflict.values["mine"].theme) == (newer, "元旦问候")
    assert found.changed == []


def test_rows_nobody_can_read_are_named_and_the_others_come_in(store):
    headers = ("计划日期", "时刻", "栏目", "形式", "渠道", "状态")
    rows = [
        ("2026年11月30日", "8：30", "早安", "海报", "社群", "未执行"),
        ("30/11", "20:00", "看不懂的日期", "图文", "群消息", ""),
        ("2026-11-30", "20:00", "看不懂的形式", "动图", "群消息", ""),
        ("2026-11-30", "25:00", "没有的时间", "图文", "群消息", ""),
        ("2026-11-30", "20:00", "", "图文", "群消息", ""),
    ]
    found = intake.compare(store, *intake.of_table(headers, rows))
    [good] = found.added
    assert (good.day, good.time, good.form, good.channel) == (
        dt.date(2026, 11, 30), dt.time(8, 30), Form.PICTURE, Outlet.GROUP,
    )  # fmt: skip
    assert [(one.row, one.field) for one in found.refused] == [(3, "day"), (4, "form"), (5, "time"), (6, "theme")]


def test_a_table_without_a_day_is_refused():
    with pytest.raises(FileRefused, match="calendar_no_column"):
        intake.of_table(("主题",), [("x",)])


FOREIGN = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Other//Calendar//EN\r
BEGIN:VEVENT\r
UID:abc\r
DTSTAMP:20261101T000000Z\r
DTSTART;TZID=America/New_York:20261030T073000\r
RRULE:FREQ=WEEKLY;COUNT=3\r
EXDATE;TZID=America/New_York:20261113T073000\r
SUMMARY:Team call\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:day\r
DTSTAMP:20261101T000000Z\r
DTSTART;VALUE=DATE:20261225\r
SUMMARY:Christmas\r
STATUS:CANCELLED\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:broken\r
DTSTAMP:20261101T000000Z\r
SUMMARY:No time\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_other_calendars_come_in_as_wall_time_and_once_only(store):
    found = ical_intake.of_ics(FOREIGN, "Asia/Shanghai")
    first = intake.compare(store, *found)
    intake.apply(store, first, by="a")
    # 07:30 in New York is 19:30 in Shanghai, after its clocks went back on 1 November 20:30; one date is left out.
    assert [(str(one.at), one.theme, str(one.status)) for one in content.entries(store, *FAR)] == [
        ("2026-10-30 19:30:00", "Team call", "planned"),
        ("2026-11-06 20:30:00", "Team call", "planned"),
        ("2026-12-25 10:00:00", "Christmas", "cancelled"),
    ]
    assert [one.value for one in first.refused] == ["No time"]
    again = intake.compare(store, *ical_intake.of_ics(FOREIGN, "Asia/Shanghai"))
    assert (again.added, again.unchanged) == ([], 3)


@pytest.mark.parametrize("raw", [b"", b"hello", b"BEGIN:VCALENDAR\r\nEND:VEVENT", b"\xff\xfe\x00"])
def test_what_is_no_calendar_is_refused(raw):
    with pytest.raises(FileRefused, match="calendar_no_ics"):
        ical_intake.of_ics(raw, "Asia/Shanghai")


def test_a_rule_without_end_stays_small(store):
    raw = FOREIGN.replace(b"FREQ=WEEKLY;COUNT=3", b"FREQ=DAILY")
    found, _ = ical_intake.of_ics(raw, "Asia/Shanghai")
    assert 700 < len(found) <= 735  # two years of days
    found, refused = ical_intake.of_ics(raw.replace(b"DAILY", b"SECONDLY"), "Asia/Shanghai")
    assert [one.value for one in refused] == ["Team call", "No time"]


def test_ics_is_a_valid_calendar_over_the_years_end(planned):
    book = icalendar.Calendar.from_ical(to_ics(planned, "zh"))
    assert book["version"] == "2.0"
    assert book["prodid"]
    for event in book.walk("VEVENT"):
        assert event.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(event)
    last, first = book.walk("VEVENT")
    assert last.decoded("dtend").astimezone(dt.UTC) == dt.datetime(2026, 12, 31, 16, 15, tzinfo=dt.UTC)  # 00:15 +08:00
    assert last.decoded("dtend").year == 2027
    assert first.decoded("dtstart").astimezone(dt.UTC).year == 2027
