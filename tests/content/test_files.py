"""The calendar leaves as files that Excel and calendars read, and that run nothing."""

import csv
import datetime as dt
import io

import icalendar

from sopdash.content import Entry, Form, Outlet, Status, to_csv, to_ics


def one(**fields):
    base = {"id": "a" * 32, "version": 1, "day": dt.date(2026, 11, 9), "time": dt.time(20, 0), "theme": "会员日",
            "updated_at": dt.datetime(2026, 11, 1, 2, 0)}  # fmt: skip
    return Entry.model_validate({**base, **fields})


def read_csv(raw):
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def events(raw):
    return icalendar.Calendar.from_ical(raw).walk("VEVENT")


def test_csv_has_bom_headers_and_words_of_the_language():
    raw = to_csv([one(form=Form.LIVE, channel=Outlet.MOMENTS, status=Status.DONE, note="两行\n备注")], "zh")
    assert raw.startswith(b"\xef\xbb\xbf")
    header, row = read_csv(raw)
    assert header[:5] == ["日期", "时间", "主题", "形式", "渠道"]
    assert row == ["2026-11-09", "20:00", "会员日", "直播", "朋友圈", "", "", "", "已发布", "", "", "两行\n备注",
                   "价值内容", "", "", "", "企业群发", "a" * 32, "1"]  # fmt: skip
    assert read_csv(to_csv([], "en"))[0][:3] == ["Date", "Time", "Theme"]


def test_csv_runs_nothing():
    row = read_csv(to_csv([one(theme="=HYPERLINK(1)", note="＠cmd", owner="\u200b+1")], "zh"))[1]
    assert [cell for cell in row if cell[:1] in "=+@＠\u200b" and cell] == []


def test_ics_says_when_in_the_zone_of_the_business():
    [event] = events(to_ics([one()], "zh"))
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert event.decoded("dtstart").astimezone(dt.UTC) == dt.datetime(2026, 11, 9, 12, 0, tzinfo=dt.UTC)  # 20:00 − 8 h
    assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(minutes=30)
    book = icalendar.Calendar.from_ical(to_ics([one()], "zh"))
    assert [str(zone["tzid"]) for zone in book.walk("VTIMEZONE")] == ["Asia/Shanghai"]


def test_ics_keeps_its_uid_and_counts_changes():
    before, after = (events(to_ics([one(version=v, theme=t)], "zh"))[0] for v, t in ((1, "甲"), (3, "乙")))
    assert str(before["uid"]) == str(after["uid"]) == "a" * 32 + "@sopdash"
    assert (before["sequence"], after["sequence"]) == (0, 2)


def test_ics_lines_are_crlf_and_at_most_75_octets_and_text_is_escaped():
    raw = to_ics([one(theme="，长标题；" * 30, note="a;b,c\\d\n下一行")], "zh")
    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines)
    [event] = events(raw)
    assert str(event["summary"]) == "，长标题；" * 30
    assert str(event["description"]) == "备注: a;b,c\\d\n下一行"


def test_ics_status():
    said = [str(events(to_ics([one(status=s)], "zh"))[0]["status"]) for s in Status]
    assert said == ["TENTATIVE", "CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
