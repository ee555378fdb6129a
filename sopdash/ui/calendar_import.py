"""A plan's file taken in: what it would do is shown first, then it is done."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from sopdash.content import ical_intake, intake
from sopdash.content.intake import Candidate, Intake, Refusal
from sopdash.errors import FileRefused, SopdashError
from sopdash.exports import sample
from sopdash.text import formats, safe
from sopdash.ui import calendar_saving, calendar_words, errors
from sopdash.ui.calendar_saving import OPEN
from sopdash.ui.frame import Page

OPENED = "import"
LARGEST_MB = 5
SHOWN = 8
_TABLES = (".csv", ".xlsx", ".xls", ".txt", ".tsv")


def start() -> None:
    """Asks for a file at the next run (a callback)."""
    st.session_state[OPEN] = OPENED


def show(page: Page) -> None:
    """The drop field, what the file would do, and the button that does it."""
    upload: Any = st.file_uploader(
        page.say("calendar.import_drop"), type=["csv", "xlsx", "xls", "ics"], max_upload_size=LARGEST_MB,
        key="calendar_upload", help=page.say("calendar.import_help"),
    )  # fmt: skip
    if upload is None:
        st.caption(page.say("calendar.import_help"))
        return
    try:
        found = intake.compare(page.store, *_read(page, upload.name, upload.getvalue()))
    except SopdashError as error:
        errors.show(error, page.lang)
        return
    _say(page, found)
    if (found.added or found.changed or found.conflicts) and st.button(
        page.say("calendar.import_now"), type="primary", key="calendar_import_now"
    ):
        calendar_saving.told_of(intake.apply(page.store, found, page.viewer.name))
        calendar_saving.done()


def _read(page: Page, name: str, raw: bytes) -> tuple[list[Candidate], list[Refusal]]:
    if Path(name).suffix.lower() == ".ics":
        return ical_intake.of_ics(raw, page.store.settings.timezone)
    suffix = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory(dir=page.store.warehouse.staging) as folder:
        path = Path(folder) / f"plan{suffix if suffix in _TABLES else ''}"
        path.write_bytes(raw)
        seen = sample.sample(path, path.name, path.name)
    if seen is None:
        raise FileRefused("calendar_no_table")
    if len(seen.rows) >= sample.ROWS:
        raise intake.too_many()
    return intake.of_table(seen.headers, seen.rows, seen.row + 1)


def _say(page: Page, found: Intake) -> None:
    lang = page.lang
    st.markdown(
        page.say(
            "calendar.import_counts", added=len(found.added), changed=len(found.changed), unchanged=found.unchanged,
            conflicts=len(found.conflicts), refused=len(found.refused),
        )
    )  # fmt: skip
    for one in [*found.added, *found.changed][:SHOWN]:
        st.caption(f"{formats.day(one.day, lang)} {one.time:%H:%M} · {safe.markdown(one.theme)}")
    for refused in found.refused[:SHOWN]:
        field = calendar_words.label(refused.field, lang)
        words = page.say(
            "calendar.import_refused", row=refused.row, field=field, value=safe.markdown(refused.value[:60])
        )
        st.caption(f":material/error: {words}")
