"""A page opened first, by its address, on a fresh server: the frame is there, and it is the right page.

Streamlit's old multipage code would otherwise run a page file alone: without language, sign-in or navigation. It
decides once per process, so two fresh servers tell, and the other pages are opened in fresh browsers on one of them.
"""

from __future__ import annotations

import re

import pytest
from browser.driving import PAGES, serve
from playwright.sync_api import expect

from sopdash.text import say

pytestmark = pytest.mark.browser

OTHERS = tuple(name for name in PAGES if name != "overview")


def is_right(page, name):
    assert page.get_by_role("dialog").count() == 0
    assert page.locator("h4").first.inner_text().startswith(say(f"{name}.title", "en"))
    sidebar = page.get_by_test_id("stSidebar")
    for other in OTHERS:
        link = sidebar.get_by_role("link").filter(has_text=re.compile(f"{say(f'{other}.title', 'en')}$"))
        expect(link).to_have_count(1)
    assert sidebar.get_by_text("中文").count() == 1
    assert page.get_by_test_id("stException").count() == 0


@pytest.mark.parametrize("first", ["funnel", "data"])
def test_pages_opened_by_their_address(own_data, visit, first):
    with serve(own_data) as address:
        is_right(visit(f"{address}/{first}", locale="en-GB"), first)
        for name in OTHERS if first == "funnel" else ():
            is_right(visit(f"{address}/{name}", locale="en-GB"), name)
