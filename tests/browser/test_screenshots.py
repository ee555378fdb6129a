"""A picture of every page, in both languages, light and dark, at desk and phone width: for people to look at.

python -m pytest -m screenshots        pictures into tests/screenshots/ (not kept in git)
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from browser.driving import PAGES, serve, settled

OUT = Path(__file__).parents[1] / "screenshots"
LOOKS = [
    ("zh-CN", False, 1440), ("zh-CN", True, 1440), ("en-GB", False, 1440), ("zh-CN", False, 390), ("en-GB", True, 390),
]  # fmt: skip

pytestmark = [pytest.mark.screenshots, pytest.mark.browser]


@pytest.fixture(scope="module")
def demo(demo_data, tmp_path_factory):
    OUT.mkdir(exist_ok=True)
    with serve(Path(shutil.copytree(demo_data, tmp_path_factory.mktemp("copy") / "data"))) as address:
        yield address


@pytest.mark.parametrize(("locale", "dark", "width"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_picture(demo, visit, name, locale, dark, width):
    page = visit(f"{demo}/{name}" if name != "overview" else demo, width=width, height=900, locale=locale, dark=dark)
    page.wait_for_timeout(1500)
    settled(page)
    height = page.locator('[data-testid="stMainBlockContainer"]').bounding_box()["height"]
    page.set_viewport_size({"width": width, "height": min(int(height) + 80, 6000)})
    page.wait_for_timeout(700)
    look = f"{locale[:2]}-{'dark' if dark else 'light'}-{width}"
    page.screenshot(path=OUT / f"{name or 'overview'}-{look}.png")
    scroll = page.evaluate("document.documentElement.scrollWidth")
    assert scroll <= width, f"the page scrolls sideways: {scroll} px"
