"""The address in a real browser: a link, a page switch and the Back button keep the view."""

from __future__ import annotations

import pytest
from browser.driving import serving, settled

pytestmark = pytest.mark.browser


def test_the_view_survives_page_switch_back_language_and_reload(visit, own_data):
    with serving(own_data) as server:
        page = visit(f"{server.address}/funnel?period=4w")
        sidebar = page.get_by_test_id("stSidebar")

        def where() -> str:
            settled(page)
            return page.url.removeprefix(server.address)

        assert where() == "/funnel?period=4w"
        sidebar.get_by_role("link", name="渠道").click()
        page.wait_for_url("**/channels?period=4w")
        assert where() == "/channels?period=4w"
        page.go_back()
        assert where() == "/funnel?period=4w"  # one step, the view with it

        sidebar.get_by_text("English").click()
        page.wait_for_url("**lang=en")
        assert where() == "/funnel?period=4w&lang=en"
        page.reload()
        assert where() == "/funnel?period=4w&lang=en"
        assert page.locator(".st-key-title h4").inner_text() == "Funnel"

        page.get_by_role("button", name="Clear").click()
        page.wait_for_url("**/funnel?lang=en")
        assert where() == "/funnel?lang=en"


def test_nothing_is_asked_of_other_hosts_and_the_policy_blocks_nothing(visit, own_data):
    with serving(own_data) as server:
        page = visit(server.address)
        outside, blocked = [], []
        page.on("request", lambda request: outside.append(request.url))
        page.on("console", lambda said: blocked.append(said.text) if "Content Security Policy" in said.text else None)
        for name in ("", "funnel", "channels", "glossary"):
            page.goto(f"{server.address}/{name}")
            settled(page)
        own = (server.address, server.address.replace("http", "ws"), "data:", "blob:")
        assert [url for url in outside if not url.startswith(own)] == []
        assert blocked == []
