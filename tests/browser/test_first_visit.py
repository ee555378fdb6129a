"""Each page opened first, by its address, on a fresh server: the frame is there, and it is the right page.

Streamlit's old multipage code would otherwise run a page file alone: without language, sign-in or navigation.
"""

from __future__ import annotations

import re

import pytest
from browser.driving import serve
from playwright.sync_api import expect

from sopdash.text import say

pytestmark = pytest.mark.browser

PAGES = ("funnel", "channels", "groups", "retention", "segments", "calendar", "data", "glossary")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opened_first_by_its_address(own_data, visit, name):
    with serve(own_data) as address:
        page = visit(f"{address}/{name}", locale="en-GB")
        assert page.get_by_role("dialog").count() == 0
        assert page.locator("h4").first.inner_text().startswith(say(f"{name}.title", "en"))
        sidebar = page.get_by_test_id("stSidebar")
        for other in PAGES:
            link = sidebar.get_by_role("link").filter(has_text=re.compile(f"{say(f'{other}.title', 'en')}$"))
            expect(link).to_have_count(1)
        assert sidebar.get_by_text("中文").count() == 1
        assert page.get_by_test_id("stException").count() == 0
