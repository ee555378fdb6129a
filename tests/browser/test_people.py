"""From a number to the list of the people behind it, and a segment built in the page, as a new user would."""

from __future__ import annotations

import csv
import io
import re
import shutil

import pytest
from browser.driving import serve, settled
from playwright.sync_api import expect

from sopdash.text import say

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chain(demo_data, tmp_path_factory):
    """The app on a copy of the demo chain."""
    with serve(shutil.copytree(demo_data, tmp_path_factory.mktemp("people") / "data")) as address:
        yield address


def zh(key, **values):
    return say(key, "zh", **values)


def number_in(words):
    return int(re.search(r"([\d,]+)\s*人?$", words.strip())[1].replace(",", ""))


def test_from_fewer_repurchases_to_the_list_in_two_clicks_and_to_the_file(chain, visit):
    page = visit(chain)
    pill = page.get_by_test_id("stButtonGroup").get_by_text(zh("list.behind_missed"))
    told = number_in(pill.inner_text())
    assert told > 0
    pill.click()  # one
    settled(page)
    expect(page.get_by_text(zh("ui.people", name=zh("list.behind_missed"), count="")[:8]).first).to_be_visible()
    notes = page.get_by_test_id("stMainBlockContainer").inner_text()
    left_out = sum(int(count) for count in re.findall(r"客户 (\d+) 人", notes))
    page.get_by_role("button", name=zh("ui.people_prepare")).first.click()  # two
    settled(page)
    with page.expect_download() as started:
        page.locator("a.sopdash-download").first.click()
    text = started.value.path().read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0][0] == "客户"
    assert told - left_out <= len(rows) - 1 <= told
    assert all(re.fullmatch(r"|\d{3}\*{4}\d{4}", row[rows[0].index("手机号")]) for row in rows[1:])


def test_women_of_thirty_to_fifty_from_douyin_who_bought_once_and_spoke_lately(chain, visit):
    page = visit(f"{chain}/segments", height=1500)
    page.get_by_role("tab", name=zh("segments.page.tab_builder")).click()
    settled(page)
    rows = page.locator('[class*="st-key-rule_row_"]')

    def pick(row, nth, words):
        box = rows.nth(row).get_by_test_id("stSelectbox").nth(nth).locator("input")
        box.click()
        box.fill(words)
        page.get_by_role("option").first.click()
        settled(page)

    def choose(row, words):
        box = rows.nth(row).get_by_test_id("stMultiSelect").locator("input")
        box.click()
        box.fill(words)
        page.get_by_role("option", name=words, exact=True).first.click()
        page.keyboard.press("Escape")
        settled(page)

    def fill(row, *numbers):
        boxes = rows.nth(row).get_by_test_id("stNumberInput").locator("input")
        for place, number in enumerate(numbers):
            boxes.nth(place).fill(str(number))
            boxes.nth(place).press("Enter")
            settled(page)

    def add():
        page.get_by_role("button", name=zh("rule.add"), exact=True).last.click()
        settled(page)

    pick(0, 0, "性别")
    choose(0, "女")
    add()
    pick(1, 0, "年龄")
    pick(1, 1, "介于")
    fill(1, 30, 50)
    add()
    pick(2, 0, "来源 · 渠道")
    choose(2, "抖音")
    add()
    pick(3, 0, "购买 · 订单数")
    pick(3, 1, "等于")
    fill(3, 1)
    add()
    pick(4, 0, "发言数")
    fill(4, 1)
    pick(4, 2, "近 14 天")
    sentence = "性别是 女，且年龄在 30 到 50 之间，且渠道是 抖音，且订单数 = 1，且近 14 天发言数 ≥ 1"
    expect(page.get_by_text(sentence).first).to_be_visible()
    page.get_by_label(zh("rule.name"), exact=True).fill("抖音女客")
    page.get_by_label(zh("rule.name"), exact=True).press("Enter")
    page.get_by_role("button", name=zh("rule.save_new")).click()
    settled(page)
    expect(page.get_by_text(zh("rule.saved", name="抖音女客"))).to_be_visible()
    shown = page.locator(".st-key-rule_counted").get_by_test_id("stMetricValue").first.inner_text()
    assert re.fullmatch(r"[\d,]+", shown)
