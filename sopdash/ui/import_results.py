"""How imports ended: one calm block per file, and the history with undo."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from sopdash.access import Viewer
from sopdash.exports import corrections
from sopdash.exports.format import formats
from sopdash.exports.results import FileResult, Note, Reject, changes_said, message_of
from sopdash.text import formats as words
from sopdash.text import safe, say
from sopdash.ui import context, tables
from sopdash.ui.frame import Page
from sopdash.ui.import_job import Job, Report, Shown
from sopdash.warehouse import Store, history, rejects, undo
from sopdash.warehouse.shops import known as known_shops

ICONS = {"imported": ":green[:material/check_circle:]", "unchanged": ":gray[:material/task_alt:]"}
REFUSED = ":red[:material/block:]"
ASKING = ":orange[:material/help:]"
REJECTS_SHOWN = 5
RESULTS = "import_results"
"""Session key: how the files of the last upload ended (a list of Shown)."""


def show(page: Page, shown: Shown, ask: Callable[[], None]) -> None:
    """One file: what it was recognised as, its counts, notes and rejects; or why it was refused and what to do.

    `ask` draws the question whose answer lets the file in, where there is one.
    """
    result = shown.result
    icon = ASKING if shown.kept else ICONS.get(result.status, REFUSED)
    with st.container(border=True, gap="xsmall"):
        head = f"{icon} **{safe.markdown(result.file)}**"
        st.markdown(f"{head} · {format_label(page, result.format)}" if result.format else head)
        if result.error is not None:
            # Where the columns are asked for, the question leads and the reason is a remark.
            tell = st.caption if shown.kept and result.error.code == "header_missing" else st.markdown
            tell(safe.markdown(message_of(result.error, page.lang)))
        else:
            st.caption(_counts(page, result))
            _changed(page, result.changes.as_json())
        _rejected(page, result)
        for note in result.notes:
            st.caption(f":material/info: {safe.markdown(note.message(page.lang))}")
        if shown.kept is not None:
            ask()


def format_label(page: Page, name: str) -> str:
    """The format's name on screen; several joined where one file held several tables."""
    known = formats()
    labels = [known[part].label.say(page.lang) if part in known else part for part in name.split(" + ")]
    return safe.markdown(" + ".join(labels))


def _counts(page: Page, result: FileResult) -> str:
    if result.status == "unchanged":
        return say("data.same_again", page.lang)
    counts = {
        name: words.number(getattr(result, name), page.lang)
        for name in ("rows", "new", "changed", "unchanged", "rejected")
    }
    key = "data.counts_rejected" if result.rejected else "data.counts"
    return say(key, page.lang, **counts)


def _changed(page: Page, changes: dict[str, Any]) -> None:
    """What changed about the changed rows, where anything did."""
    said = changes_said(changes, page.lang, page.store.settings.currency)
    if said:
        st.caption(f":material/update: {safe.markdown(said)}")


def _rejected(page: Page, result: FileResult) -> None:
    if not result.rejects:
        return
    for reject in result.rejects[:REJECTS_SHOWN]:
        st.caption(f":orange[:material/warning:] {safe.markdown(_place(page, reject))}")
    st.download_button(
        say("data.download_rejects", page.lang, count=words.number(result.rejected, page.lang)),
        partial(_rejects_of, page, result), _rejects_name(page, result), "text/csv", on_click="ignore",
        icon=":material/download:", key=f"rejects_{result.file}_{result.batch}",
        help=say("data.rejects_help", page.lang) if _originals(result) else None,
    )  # fmt: skip


def _originals(result: FileResult) -> bool:
    """Whether the rejected rows are at hand as they stood in the file: only for a day after the import."""
    return result.originals is not None and result.originals.exists()


def _rejects_name(page: Page, result: FileResult) -> str:
    """Named after the file, so that a day in its name goes with it."""
    stem = Path(result.file.replace("/", "-").replace(" › ", "-")).stem
    return f"{stem}-{say('data.rejects_name', page.lang)}.csv"


def _place(page: Page, reject: Reject) -> str:
    return say(
        "data.reject_line", page.lang, row=reject.row, column=reject.column, value=reject.value
    ) + reject.message(page.lang)


def _rejects_of(page: Page, result: FileResult) -> bytes:
    """Every rejected row: as it stood in the file, else line, column, value (masked where personal) and reason."""
    if result.originals is not None and _originals(result):
        return corrections.as_csv(result.originals, page.lang)
    listed = [(one.row, one.column, one.value, one.message(page.lang)) for one in result.rejects]
    if result.batch and result.rejected > len(listed):
        stored = rejects(context.own_store().warehouse, int(_batches(result)[0]))
        listed = [_stored(page, row) for row in stored.itertuples()]
    header = [say(f"data.reject_{name}", page.lang) for name in ("row", "column", "value", "reason")]
    return safe.csv_bytes(header, listed)


def _stored(page: Page, row: Any) -> tuple[Any, ...]:
    reject = Reject(int(row.row_no), row.column or "", row.value or "", row.reason)
    return reject.row, reject.column, reject.value, reject.message(page.lang)


def shops(store: Store, viewer: Viewer) -> tuple[str, ...]:
    """The shops that imports named so far."""
    with store.warehouse.read() as cursor:
        return tuple(known_shops(cursor))


def past(page: Page) -> None:
    """All imports, newest first; the selected one can be taken back."""
    frame = history(page.store.warehouse)
    if frame.empty:
        st.caption(say("data.no_history", page.lang))
        return
    shown = page.figure("data.history", len(frame), lambda: _history(page, frame))
    row = tables.show(
        page, "history", shown, labels=_labels(page), units=_UNITS, wide=("file", "format"), select=True, rows=10
    )
    if row is None:
        st.caption(say("data.history_hint", page.lang))
        return
    _one(page, frame.iloc[row])


_UNITS = dict.fromkeys(("rows", "new", "changed", "unchanged", "rejected"), "count")
_SHOWN = (
    "at",
    "file",
    "format",
    "shop",
    "as_of",
    "rows",
    "new",
    "changed",
    "unchanged",
    "rejected",
    "by_whom",
    "state",
)


def _history(page: Page, frame: pd.DataFrame) -> pd.DataFrame:
    known = formats()
    shown = frame.copy()
    shown["at"] = tables.local_times(page, frame["at"])
    shown["format"] = [known[name].label.say(page.lang) if name in known else name for name in frame["format"]]
    shown["state"] = [say("data.undone" if pd.notna(at) else "data.live", page.lang) for at in frame["undone_at"]]
    said = {name for name in ("shop", "by_whom") if len(set(shown[name].fillna(""))) > 1}
    return shown[[name for name in _SHOWN if name in said or name not in ("shop", "by_whom")]]


def _labels(page: Page) -> dict[str, str]:
    return {name: say(f"data.history_{name}", page.lang) for name in _SHOWN}


def _one(page: Page, row: Any) -> None:
    _changed(page, json.loads(row["changes"]) if isinstance(row["changes"], str) else {})
    for note in json.loads(row["notes"] or "[]"):
        st.caption(f":material/info: {safe.markdown(_note(page, note))}")
    if page.store.demo or pd.notna(row["undone_at"]):
        return
    name = safe.markdown(row["file"])
    with st.popover(say("data.undo", page.lang, name=name), icon=":material/undo:"):
        st.markdown(say("data.undo_sure", page.lang, name=name, rows=words.number(int(row["rows"]), page.lang)))
        if st.button(say("data.undo_do", page.lang), type="primary", key=f"undo_{row['batch']}"):
            _take_back(page, int(row["batch"]))


def _note(page: Page, stored: dict[str, Any]) -> str:
    return Note(stored["code"], stored.get("rows", 0), stored.get("values", {})).message(page.lang)


def _take_back(page: Page, batch: int) -> None:
    store, by = page.store, page.viewer.name

    def work(report: Report) -> None:
        undo(store.warehouse, batch, by)
        store.refresh(report)

    job = Job(work).start()
    with st.spinner(say("data.undoing", page.lang)):
        job.wait(lambda *_: None)
    if job.failure:
        raise job.failure
    kept = [shown for shown in st.session_state.get(RESULTS, []) if str(batch) not in _batches(shown.result)]
    st.session_state[RESULTS] = kept
    st.rerun()


def _batches(result: FileResult) -> list[str]:
    return (result.batch or "").split(", ")
