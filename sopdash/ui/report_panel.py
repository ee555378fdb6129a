"""The weekly review to take along: HTML that prints, and a workbook."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from sopdash import report
from sopdash.text.formats import period_name
from sopdash.text.safe import markdown
from sopdash.ui.frame import Page


def show(page: Page) -> None:
    """Two buttons; the file is made when one is clicked. It holds totals and no customer."""
    period = page.filters.period
    name = f"sopdash-{period_name(period.first, period.last, 'en').replace(' ', '')}"
    st.markdown(f"##### {page.say('report.take')}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            page.say("report.as_html"), lambda: _html(page), f"{name}.html", "text/html", type="primary",
            icon=":material/description:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            page.say("report.as_xlsx"), lambda: _xlsx(page), f"{name}.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", icon=":material/table:",
            on_click="ignore",
        )  # fmt: skip
        words = page.say("report.take_note", period=period_name(period.first, period.last, page.lang))
        st.caption(markdown(words), width="content")


def _html(page: Page) -> bytes:
    return report.to_html(_review(page), page.lang).encode()


def _xlsx(page: Page) -> bytes:
    with tempfile.TemporaryDirectory(prefix="sopdash-review-") as folder:
        return report.to_xlsx(_review(page), page.lang, Path(folder) / "review.xlsx").read_bytes()


def _review(page: Page) -> report.Review:
    page.store.workspace.record(page.viewer.name, "review_made", object=str(page.filters.period))
    return report.collect(page.store, page.filters.period, page.viewer)
