"""The plan of a week in a real browser: template, drag, keys, quota, repetition, two editors, restart, files."""

from __future__ import annotations

import datetime as dt
import time

import icalendar
import pytest
from browser.driving import serve, settled
from playwright.sync_api import expect

from sopdash import content
from sopdash.content import Entry
from sopdash.text import say
from sopdash.warehouse import open_store

pytestmark = pytest.mark.browser
TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
MONDAY = TODAY - dt.timedelta(days=TODAY.weekday()) + dt.timedelta(days=7)
EVIL = "<img src=x onerror=alert(1)>“会员日”"


def zh(key, **values):
    return say(key, "zh", **values)


def press(page, name, exact=True):
    page.get_by_role("button", name=name, exact=exact).first.click()
    settled(page)


def entry(page, theme):
    return page.locator("button.entry").filter(has_text=theme)


def cell(page, day):
    return page.locator(f'section.day[data-day="{day}"]')


def open_week(page, address):
    page.goto(f"{address}/calendar?view=week&month={MONDAY:%Y-%m}")
    settled(page)
    while not cell(page, MONDAY).count():
        press(page, zh("calendar.next_week"), exact=False)


@pytest.fixture
def busy(own_data):
    """A month in which every group gets its thirty messages already."""
    store = open_store(own_data / "warehouse.duckdb")
    first = MONDAY.replace(day=1)
    drafts = [
        Entry(day=first + dt.timedelta(days=n // 3), time=dt.time(9 + 3 * (n % 3)), theme="日常", owner="导购A01")
        for n in range(40)
    ]
    content.add_all(store, drafts, "同事")
    store.close()
    return own_data


def test_a_week_is_planned_edited_by_two_and_survives_a_restart(busy, visit):
    friday = MONDAY + dt.timedelta(days=4)
    with serve(busy) as address:
        page = visit(address)
        open_week(page, address)

        # A week from a template, in clicks.
        began = time.monotonic()
        press(page, zh("calendar.template"))
        press(page, zh("calendar.template_apply"))
        expect(cell(page, MONDAY + dt.timedelta(days=2)).locator(".entry").filter(has_text="群内抽奖")).to_be_visible()
        assert time.monotonic() - began < 60

        # The quota of the month is exceeded, said in the line of checks.
        expect(page.get_by_text(zh("calendar.check_name.quota_groups"), exact=False).first).to_be_visible()

        # Dragged to Friday; then a day back by keys alone.
        entry(page, "有奖答题").drag_to(cell(page, friday))
        expect(cell(page, friday).locator(".entry")).to_have_count(1)
        settled(page)
        entry(page, "有奖答题").focus()
        page.keyboard.press("Alt+ArrowLeft")
        expect(cell(page, friday - dt.timedelta(days=1)).locator(".entry").filter(has_text="有奖答题")).to_be_visible()
        settled(page)

        # A line typed into a day; what people write is text and nothing else.
        cell(page, friday).hover()
        cell(page, friday).locator(".plus").click()
        page.keyboard.type(f"20:00 {EVIL}")
        page.keyboard.press("Enter")
        expect(cell(page, friday).locator(".theme")).to_have_text(EVIL)
        assert page.locator("#sheet img").count() == 0
        settled(page)

        # Repeated every month until the date given by default: three months ahead.
        entry(page, "会员日").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label(zh("calendar.repeat"), exact=True).click()
        page.get_by_role("option", name=zh("calendar.repeat_monthly")).click()
        dialog.get_by_role("button", name=zh("calendar.save")).click()
        expect(dialog).to_have_count(0)
        expect(entry(page, "会员日").locator(".series")).to_be_visible()
        settled(page)

        # Two editors open the same entry; the second is told, sees both, and chooses.
        other = visit(address)
        open_week(other, address)
        for one in (page, other):
            entry(one, "群内抽奖").click()
            expect(one.get_by_role("dialog").get_by_label(zh("calendar.field.theme"))).to_be_visible()
        for one, theme in ((page, "甲的抽奖"), (other, "乙的抽奖")):
            one.get_by_role("dialog").get_by_label(zh("calendar.field.theme")).fill(theme)
            one.get_by_role("dialog").get_by_role("button", name=zh("calendar.save")).click()
            expect(one.get_by_role("dialog")).to_have_count(0)
            settled(one)
        expect(other.get_by_text("甲的抽奖", exact=True).first).to_be_visible()
        expect(other.get_by_text("乙的抽奖", exact=True).first).to_be_visible()
        press(other, zh("calendar.keep_mine"))
        expect(entry(other, "乙的抽奖")).to_be_visible()

        # The file for phones.
        press(page, zh("calendar.files"), exact=False)
        with page.expect_download() as caught:
            page.get_by_role("button", name=zh("calendar.download_ics")).click()
        book = icalendar.Calendar.from_ical(caught.value.path().read_bytes())
        assert EVIL in [str(event["summary"]) for event in book.walk("VEVENT")]

    with serve(busy) as address:
        page = visit(address)
        open_week(page, address)
        expect(entry(page, "乙的抽奖")).to_be_visible()
        expect(cell(page, friday).locator(".theme")).to_have_text(EVIL)
        expect(cell(page, friday - dt.timedelta(days=1)).locator(".entry").filter(has_text="有奖答题")).to_be_visible()
    store = open_store(busy / "warehouse.duckdb")
    planned = content.entries(store, friday, friday + dt.timedelta(days=99))
    assert len([one for one in planned if one.theme == EVIL]) >= 3  # this month and the next ones
    versions = next(one for one in content.entries(store, MONDAY, friday) if one.theme == "乙的抽奖")
    made = [(str(v.action), v.entry.theme) for v in content.history(store, versions.id)]
    assert made == [("changed", "乙的抽奖"), ("changed", "甲的抽奖"), ("refused", "乙的抽奖"), ("added", "群内抽奖")]
    store.close()
