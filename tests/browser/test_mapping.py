"""An unknown table in a real browser: asked about once, on a desk or a phone, and recognised the next time."""

from __future__ import annotations

import pytest
from browser.driving import serve, settled
from playwright.sync_api import expect

from sopdash.text import say

pytestmark = pytest.mark.browser

HEAD = "优惠凭证码,优惠名称,领取人手机号,领取日期,核销日期,面额(元)\n"


def coupons(path, *numbers):
    rows = [f"C0000000{n:02d},新人券,138000000{n:02d},2026-11-10 10:00:00,-,20.00\n" for n in numbers]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


def upload(page, path):
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(str(path))
    expect(page.get_by_test_id("stMainBlockContainer").get_by_text(path.name).first).to_be_visible(timeout=90_000)
    settled(page)


def test_a_table_is_mapped_on_a_phone_and_known_at_the_desk(own_data, tmp_path, visit):
    with serve(own_data) as address:
        phone = visit(f"{address}/data", width=390, height=844, locale="en-US", dark=True)
        upload(phone, coupons(tmp_path / "coupons1.csv", 1, 2, 3))
        expect(phone.get_by_text(say("mapping.title", "en"))).to_be_visible()
        good = say("mapping.good", "en", rows="3", accepted="3", rejected="0")
        expect(phone.get_by_text(good)).to_be_visible()
        assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert "13800000001" not in phone.content()
        phone.get_by_label(say("mapping.name", "en")).fill("有赞优惠券")
        phone.keyboard.press("Tab")
        settled(phone)
        phone.get_by_role("button", name=say("mapping.save", "en")).click()
        expect(phone.get_by_text("3 rows: 3 new")).to_be_visible()

        desk = visit(f"{address}/data")
        upload(desk, coupons(tmp_path / "coupons2.csv", 3, 4))
        expect(desk.get_by_text("2 行：新增 1，更新 0，不变 1")).to_be_visible()
        assert "有赞优惠券" in desk.get_by_test_id("stMainBlockContainer").inner_text()
