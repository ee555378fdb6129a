"""Upload: files go to disk at once and are imported; the page shows how each ended, and asks where it must."""

from __future__ import annotations

import shutil
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from sopdash.errors import SopdashError
from sopdash.exports import corrections
from sopdash.exports.load import load_files
from sopdash.text import safe, say
from sopdash.ui import context, errors, import_results, mapping_form
from sopdash.ui.frame import Page
from sopdash.ui.import_job import ASKED, Job, Received, Report, Shown, load_received, sweep

JOB = "import_job"
ROUND = "upload_round"
TYPES = ["csv", "xlsx", "xls", "txt", "tsv", "zip"]
NAME_LENGTH = 120


def show(page: Page) -> None:
    """The drop field with its options, progress while importing, and how each file ended."""
    job: Job | None = st.session_state.get(JOB)
    if job is not None:
        _follow(page, job)
    left, right = st.columns([3, 1], gap="medium")
    with left:
        received = _drop_field(page)
    with right:
        said = _options(page)
    if received:
        _begin(received, said)
    for shown in st.session_state.get(import_results.RESULTS, []):
        import_results.show(page, shown, partial(_ask, page, shown, said))


def _drop_field(page: Page) -> list[Received]:
    # The uploader holds whole files in memory and keeps them until its key changes: written to disk, then a new key.
    uploads: Any = st.file_uploader(
        say("data.drop", page.lang), type=TYPES, accept_multiple_files=True,
        key=f"upload_{st.session_state.setdefault(ROUND, 0)}", help=say("data.drop_help", page.lang),
    )  # fmt: skip
    return [_write(upload) for upload in uploads or []]


def _write(upload: Any) -> Received:
    """Stored under a random name, so that no name from outside becomes a path."""
    folder = context.own_store().warehouse.staging / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    path = (
        folder
        / f"{uuid.uuid4().hex}{Path(upload.name).suffix.lower() if Path(upload.name).suffix[1:] in TYPES else ''}"
    )
    with path.open("wb") as target:
        shutil.copyfileobj(upload, target)
    return Received(path, display_name(upload.name))


def display_name(name: str) -> str:
    """The file's own name without folders, control characters and excess length; its ending stays."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(mark for mark in last if mark.isprintable()).strip() or "?"
    stem, dot, suffix = clean.rpartition(".")
    return clean if len(clean) <= NAME_LENGTH else f"{stem[: NAME_LENGTH - 8]}…{dot}{suffix[:6]}"


def _options(page: Page) -> dict[str, Any]:
    shops = page.load(import_results.shops)
    shop = st.selectbox(
        say("data.shop", page.lang), shops, index=None, accept_new_options=True, key="upload_shop",
        placeholder=say("data.shop_from_file", page.lang), help=say("data.shop_help", page.lang),
        persist_state="session",
    )  # fmt: skip
    strict = st.toggle(say("data.strict", page.lang), key="upload_strict", help=say("data.strict_help", page.lang))
    return {"shop": shop or None, "strict": strict, "by": page.viewer.name, "keep_rejects": True}


def _begin(files: list[Received], said: dict[str, Any]) -> None:
    store = context.own_store()
    sweep(store.warehouse.staging / "uploads")
    sweep(store.warehouse.staging / corrections.FOLDER)
    st.session_state[JOB] = Job(partial(_import, store, files, said)).start()
    st.session_state[ROUND] += 1
    st.rerun()


def _import(store: Any, files: list[Received], said: dict[str, Any], report: Report) -> list[Shown]:
    return load_received(partial(load_files, store), files, report, **said)


def _follow(page: Page, job: Job) -> None:
    bar = st.progress(0.0, say("data.importing", page.lang))
    job.wait(partial(_progress, page, bar))
    del st.session_state[JOB]
    if isinstance(job.failure, SopdashError):
        errors.show(job.failure, page.lang)
        return
    if job.failure is not None:
        st.error(say("data.import_failed", page.lang), icon=":material/error:")
        return
    answered = {shown.kept for shown in job.outcome}
    waiting = [one for one in st.session_state.get(import_results.RESULTS, []) if one.kept and one.kept.path.exists()]
    st.session_state[import_results.RESULTS] = [*job.outcome, *(one for one in waiting if one.kept not in answered)]
    st.rerun()


def _progress(page: Page, bar: Any, what: str, done: int, of: int) -> None:
    key = "data.reading" if what else "data.computing"
    words = say(key, page.lang, name=safe.markdown(what), done=min(done + 1, of), of=of)
    bar.progress(min(done / max(of, 1), 1.0), words)


def _ask(page: Page, shown: Shown, said: dict[str, Any]) -> None:
    """The one question whose answer lets the file in."""
    assert shown.kept is not None
    assert shown.result.error is not None
    question = ASKED[shown.result.error.code]
    if question == "mapping":
        mapping_form.show(page, shown, said, partial(_mapped, shown, said))
        return
    with (
        st.form(f"ask_{shown.kept.path.stem}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        if question == "as_of":
            answer: Any = st.date_input(
                say("data.ask_as_of", page.lang), value=None, max_value=page.store.settings.now().date(),
                format="YYYY-MM-DD", width=180,
            )  # fmt: skip
        elif question == "shop":
            answer = st.selectbox(
                say("data.ask_shop", page.lang), page.load(import_results.shops), index=None, width=220,
                accept_new_options=True,
            )  # fmt: skip
        else:
            answer = st.selectbox(
                say("data.ask_date_order", page.lang), ["ymd", "mdy", "dmy"], index=None, width=220,
                format_func=lambda code: say(f"data.date_order_{code}", page.lang),
            )  # fmt: skip
        if st.form_submit_button(say("data.import_now", page.lang), type="primary") and answer:
            _forget(shown)
            _begin([shown.kept], {**said, question: answer})


def _mapped(shown: Shown, said: dict[str, Any], imported: bool) -> None:
    """The columns of an unknown file were told, or the file is not wanted."""
    assert shown.kept is not None
    _forget(shown)
    if imported:
        _begin([shown.kept], said)
    shown.kept.path.unlink(missing_ok=True)
    st.rerun()


def _forget(shown: Shown) -> None:
    """Other parts of the same file are read again with it."""
    st.session_state[import_results.RESULTS] = [
        one for one in st.session_state[import_results.RESULTS] if one is not shown and one.kept != shown.kept
    ]
