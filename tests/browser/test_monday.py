"""Monday morning, from an empty warehouse to the list of customers and the plan for the week, in a real browser."""

from __future__ import annotations

import csv
import io

import pytest
from browser.driving import Grid, serve, settled
from browser.monday import files
from playwright.sync_api import expect

from sopdash.text import say

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    """The week's files and a data folder in which nothing was ever imported."""
    folder = tmp_path_factory.mktemp("monday")
    return files(folder / "exports"), folder / "data"


@pytest.fixture(scope="module")
def monday(week):
    with serve(week[1]) as address:
        yield address


def card(page, label):
    """The metric card of that name, as the lines a person reads."""
    shown = page.get_by_test_id("stMetric").filter(has_text=label).first
    expect(shown).to_be_visible()
    return shown.inner_text().splitlines()


def upload(page, paths):
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files([str(path) for path in paths])
    for path in paths:
        expect(page.get_by_test_id("stMainBlockContainer").get_by_text(path.name).first).to_be_visible(timeout=90_000)
    settled(page)


def zh(key, **values):
    return say(key, "zh", **values)


def test_1_the_files_go_in_together(monday, week, visit):
    page = visit(f"{monday}/data")
    upload(page, week[0])
    said = page.get_by_test_id("stMainBlockContainer").inner_text()
    for label in ("淘宝 / 天猫 订单报表", "企业微信 客户列表", "客户群导出", "渠道投入与触达"):
        assert label in said
    assert "10 行：新增 10" in said


def test_2_the_same_files_again_change_nothing(monday, week, visit):
    page = visit(f"{monday}/data")
    upload(page, week[0])
    said = page.get_by_test_id("stMainBlockContainer").inner_text()
    assert "新增 10" not in said
    assert said.count(zh("data.same_again")) == len(week[0])


def test_3_overview_shows_the_week(monday, visit):
    page = visit(monday)
    # 9–15 November: 800.00 paid, 20.00 refunded by 5 buyers in 6 orders; 买家01 bought twice.
    assert "¥780.0" in card(page, "净销售额")
    assert "6" in card(page, "订单数")
    assert "5" in card(page, "下单客户数")
    assert "¥130.0" in card(page, "笔单价")  # 780 / 6
    assert "20.0%" in card(page, "复购率")  # 1 of 5
    assert "W45 ¥6,400" in card(page, "净销售额")


def test_4_the_other_pages_show_figures_or_name_the_missing_export(monday, visit):
    page = visit(f"{monday}/channels")
    assert "1,000" in card(page, "触达人数")
    assert "¥250.0" in card(page, "投入")
    page.goto(f"{monday}/groups")
    settled(page)
    assert "305" in card(page, "群成员数")  # 120 + 185
    assert "13" in card(page, "入群")  # of the snapshot's day: 4 + 9, said to be partial
    said = page.get_by_test_id("stMainBlockContainer").inner_text()
    assert zh("metrics.note.partly_reported", n=2) in said
    assert "需要 群消息模板" in said
    page.goto(f"{monday}/funnel")
    settled(page)
    assert "5" in card(page, "新增客户")
    assert "需要 群成员模板" in page.get_by_test_id("stMainBlockContainer").inner_text()
    page.goto(f"{monday}/glossary")
    settled(page)
    assert Grid(page, page.get_by_test_id("stDataFrame").first).text(0, 1) == "订单数"


def test_5_the_vip_list_is_downloaded(monday, visit):
    page = visit(f"{monday}/segments")
    tiers = page.get_by_test_id("stDataFrame").first
    Grid(page, tiers)
    tiers.get_by_test_id("data-grid-canvas").click(position={"x": 15, "y": 35 + 35 + 17}, force=True)  # second row: VIP
    settled(page)
    page.get_by_role("button", name=zh("ui.people_prepare")).first.click()
    with page.expect_download() as caught:
        page.get_by_text(zh("ui.people_csv")).first.click()
    raw = caught.value.path().read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    [row] = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    # 买家09 paid ¥6,000.00, more than the VIP threshold of 5,000; nobody else does.
    assert "买家09" in row.values()
    assert "6000.0" in row.values() or "6000" in row.values() or "6000.00" in row.values()
    address = page.locator("a.sopdash-download").first.get_attribute("href")
    assert page.request.get(f"{monday}{address}").status == 410


def test_6_a_calendar_entry_is_planned_changed_and_survives_a_restart(own_data, visit):
    with serve(own_data) as address:
        page = visit(f"{address}/calendar")
        page.get_by_role("button", name=zh("calendar.add"), exact=False).first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label(zh("calendar.field.theme")).fill("周二答题")
        dialog.get_by_role("button", name=zh("calendar.save")).click()
        expect(dialog).to_have_count(0)
        settled(page)
        page.get_by_role("button").filter(has_text="周二答题").first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label(zh("calendar.field.theme")).fill("周二答题·改")
        dialog.get_by_role("button", name=zh("calendar.save")).click()
        expect(dialog).to_have_count(0)
        settled(page)
        expect(page.get_by_role("button").filter(has_text="周二答题·改").first).to_be_visible()
    with serve(own_data) as address:
        page = visit(f"{address}/calendar")
        expect(page.get_by_role("button").filter(has_text="周二答题·改").first).to_be_visible()
