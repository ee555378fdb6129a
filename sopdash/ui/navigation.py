"""The pages of the app: files, addresses, sections and titles in the reader's language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from sopdash.text import phrases, say
from sopdash.ui import address

ROOT = Path(__file__).parents[2]

SECTIONS: dict[str, dict[str, str]] = {
    "numbers": {
        "overview": ":material/space_dashboard:",
        "funnel": ":material/filter_list:",
        "channels": ":material/hub:",
        "groups": ":material/groups:",
        "retention": ":material/autorenew:",
    },
    "work": {
        "segments": ":material/person_search:",
        "calendar": ":material/calendar_month:",
        "playbook": ":material/checklist:",
        "review": ":material/rate_review:",
    },
    "basis": {
        "data": ":material/upload_file:",
        "glossary": ":material/menu_book:",
    },
}
"""Section → page → icon, in the order of the navigation. The first page is the one the bare address opens."""

FIRST = "overview"


def page(name: str, lang: str) -> Any:
    """One page; its path is absolute, since a folder `pages/` beside the script would be run by Streamlit itself."""
    icon = next(pages[name] for pages in SECTIONS.values() if name in pages)
    return st.Page(
        ROOT / "pages" / f"{name}.py",
        title=say(f"{name}.title", lang),
        icon=icon,
        url_path=name if name != FIRST else None,
        default=name == FIRST,
    )


def sections(lang: str) -> dict[str, list[Any]]:
    """All pages that exist, by the title of their section."""
    return {
        say(f"app.section_{section}", lang): [page(name, lang) for name in pages if _ready(name)]
        for section, pages in SECTIONS.items()
    }


def _ready(name: str) -> bool:
    return (ROOT / "pages" / f"{name}.py").exists() and f"{name}.title" in phrases()


def draw(pages: dict[str, list[Any]]) -> None:
    """The navigation of the sidebar. Its links carry the view, so that Back undoes a page switch in one step."""
    view = address.held()
    for section, members in pages.items():
        st.caption(section)
        for member in members:
            st.page_link(member, width="stretch", query_params=view)


def link(name: str, lang: str, label: str) -> None:
    """A link to another page, with the view."""
    if _ready(name):
        st.page_link(page(name, lang), label=label, query_params=address.held())
