"""The question an unknown table leads to: what is one row, what is each column; with a dry run after each answer."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from sopdash.errors import SopdashError
from sopdash.exports import mapping, sample, team
from sopdash.exports.format import Format
from sopdash.exports.kinds import FIXED, STATUSES, Kind, kinds, missing
from sopdash.exports.recognise import matching
from sopdash.exports.results import FileResult, message_of
from sopdash.exports.sample import Sample
from sopdash.text import formats as words
from sopdash.text import safe
from sopdash.ui import context, errors
from sopdash.ui.frame import Page
from sopdash.ui.import_job import ASKED, Shown

SHOWN_ROWS = 5
SHOWN_REJECTS = 3
EXAMPLE_LENGTH = 24
LARGE_MB = 8
"""Files from this size are tried on request only: a dry run reads all of the file."""


def show(page: Page, shown: Shown, said: Mapping[str, Any], answered: Callable[[bool], None]) -> None:
    """The form of one file. `answered(True)`: the format is stored, import now; `answered(False)`: drop the file."""
    assert shown.kept is not None
    state = st.session_state.setdefault(_prefix(shown), {})
    if "sample" not in state:
        state["sample"] = sample.sample(shown.kept.path, shown.kept.name, shown.result.file)
    if state["sample"] is not None:
        _form(page, shown, said, answered, state)


@st.fragment
def _form(
    page: Page, shown: Shown, said: Mapping[str, Any], answered: Callable[[bool], None], state: dict[str, Any]
) -> None:
    seen: Sample = state["sample"]
    prefix = _prefix(shown)
    if known := matching(seen.headers, team.known(context.own_store()).values()):
        _known_by_now(page, known[0], answered, prefix)
        return
    st.markdown(page.say("mapping.title"))
    _rows(page, seen)
    if "guess" not in state:
        state["guess"] = mapping.guess(seen)
    fact = st.selectbox(
        page.say("mapping.kind"), list(kinds()), index=list(kinds()).index(state["guess"]), key=f"{prefix}_kind",
        format_func=lambda name: page.say(f"mapping.row.{name}"), width=420,
    )  # fmt: skip
    kind = kinds()[fact]
    chosen, problem = _columns(page, seen, kind, f"{prefix}_{fact}", state)
    fixed = _fixed(page, kind, chosen, f"{prefix}_{fact}")
    statuses = _statuses(page, seen, kind, chosen, f"{prefix}_{fact}")
    name = st.text_input(
        page.say("mapping.name"), key=f"{prefix}_name", placeholder=page.say("mapping.name_example"), width=420,
        max_chars=40,
    )  # fmt: skip
    described = mapping.definition(
        kind, name, seen.headers, chosen, owner=page.viewer.name, statuses=statuses, fixed=fixed
    )
    problem = problem or _still(page, kind, [*chosen.values(), *fixed])
    ready = False
    if problem:
        st.caption(f":orange[:material/edit:] {problem}")
    else:
        ready = _trial(page, shown, said, described, state)
    _buttons(page, described, ready, answered, prefix)


def _prefix(shown: Shown) -> str:
    """Of the keys of one form: an archive may ask about several of its members."""
    return f"map_{shown.kept.path.stem if shown.kept else ''}_{zlib.crc32(shown.result.file.encode())}"


def _known_by_now(page: Page, made: Format, answered: Callable[[bool], None], prefix: str) -> None:
    """A colleague's answer, or the one for another file of the same upload, holds for this file too."""
    st.markdown(page.say("mapping.known_by_now", name=safe.markdown(made.label.say(page.lang))))
    if st.button(page.say("data.import_now"), type="primary", key=f"{prefix}_known"):
        st.session_state.pop(prefix, None)
        answered(True)


def _rows(page: Page, seen: Sample) -> None:
    rows = seen.masked(SHOWN_ROWS)
    st.caption(page.say("mapping.sample", count=len(rows)))
    st.dataframe(pd.DataFrame(rows, columns=list(seen.headers)), hide_index=True, row_height=28)


def _columns(
    page: Page, seen: Sample, kind: Kind, prefix: str, state: dict[str, Any]
) -> tuple[dict[str, str], str | None]:
    """Header → role as chosen, and what is wrong with it. Columns nothing was suggested for are folded away."""
    suggested: dict[str, str] = state.setdefault("suggested", {}).setdefault(kind.fact, mapping.suggest(seen, kind))
    st.markdown(f"**{page.say('mapping.columns')}**")
    st.caption(page.say("mapping.columns_note"))
    draw = partial(_column, page, seen, kind, prefix)
    picked: dict[str, str] = {}
    # With few columns nothing is gained by folding.
    few = len(seen.headers) <= 8
    first = [header for header in seen.headers if few or header in suggested]
    rest = [header for header in seen.headers if header not in first]
    with st.grid(4, min_column_width=150, gap="small"):
        for header in first:
            picked[header] = draw(header, suggested.get(header))
    if rest:
        unmet = bool(missing(kind, suggested.values()))
        with (
            st.expander(page.say("mapping.rest", count=words.number(len(rest), page.lang)), expanded=unmet),
            st.grid(4, min_column_width=150, gap="small"),
        ):
            for header in rest:
                picked[header] = draw(header, None)
    chosen = {header: role for header, role in picked.items() if role}
    return chosen, _twice(page, chosen)


def _column(page: Page, seen: Sample, kind: Kind, prefix: str, header: str, suggestion: str | None) -> str:
    options = ["", *kind.roles]
    value = next(iter(seen.values(header)), "")
    shown = sample.masked(header, value)[:EXAMPLE_LENGTH]
    example = page.say("mapping.example", value=shown) if value else page.say("mapping.nothing_there")
    with st.container(gap=None):
        role: str = st.selectbox(
            safe.markdown(header), options, index=options.index(suggestion or ""), key=f"{prefix}_{header}",
            format_func=partial(_role, page, kind),
        )  # fmt: skip
        st.caption(safe.markdown(example))
    return role


def _role(page: Page, kind: Kind, role: str) -> str:
    if not role:
        return page.say("mapping.leave")
    label = page.say(f"mapping.role.{role}")
    need = next((need for need in kind.needs if role in need), ())
    if not need:
        return label
    return page.say("mapping.required" if len(need) == 1 else "mapping.required_one", role=label)


def _twice(page: Page, chosen: Mapping[str, str]) -> str | None:
    """The same role for two columns: which one counts cannot be guessed."""
    roles = list(chosen.values())
    role = next((role for role in roles if roles.count(role) > 1), None)
    if role is None:
        return None
    columns = ("、" if page.lang == "zh" else ", ").join(h for h, own in chosen.items() if own == role)
    return page.say("mapping.twice", role=page.say(f"mapping.role.{role}"), columns=safe.markdown(columns))


def _still(page: Page, kind: Kind, roles: list[str]) -> str | None:
    either = f" {page.say('mapping.either')} " if page.lang != "zh" else page.say("mapping.either")
    needs = [either.join(page.say(f"mapping.role.{role}") for role in need) for need in missing(kind, roles)]
    joined = ("、" if page.lang == "zh" else ", ").join(needs)
    return page.say("mapping.still", roles=joined) if needs else None


def _fixed(page: Page, kind: Kind, chosen: Mapping[str, str], prefix: str) -> dict[str, str]:
    """One word for the whole table, where no column tells it."""
    role = FIXED.get(kind.fact)
    if role is None or role in chosen.values():
        return {}
    label = page.say("mapping.fixed", role=page.say(f"mapping.role.{role}"))
    example = page.say("mapping.fixed_example")
    word = st.text_input(label, key=f"{prefix}_fixed", placeholder=example, width=420, max_chars=40).strip()
    return {role: word} if word else {}


def _statuses(page: Page, seen: Sample, kind: Kind, chosen: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Word of the file → status, where a status column was chosen and the kind's statuses are those of orders."""
    header = next((header for header, role in chosen.items() if role == kind.status), None)
    if header is None or kind.fact != "orders":
        return {}
    st.markdown(f"**{page.say('mapping.statuses')}**")
    st.caption(page.say("mapping.statuses_note"))
    options = ["", *STATUSES]
    found: dict[str, str] = {}
    with st.grid(4, min_column_width=150, gap="small"):
        for word in mapping.status_words(seen, header):
            status = st.selectbox(
                safe.markdown(sample.masked(header, word)), options,
                index=options.index(mapping.status_of(kind, word) or ""),
                key=f"{prefix}_{header}_status_{word}",
                format_func=lambda s: page.say(f"mapping.status.{s}" if s else "mapping.status_unknown"),
            )  # fmt: skip
            found[word] = status
    return found


def _trial(page: Page, shown: Shown, said: Mapping[str, Any], described: dict[str, Any], state: dict[str, Any]) -> bool:
    """What would come in; True where saving makes sense."""
    assert shown.kept is not None
    asked = json.dumps([{**described, "name": "", "label": {}}, dict(said)], sort_keys=True, default=str)
    if state.get("tried") != asked:
        if shown.kept.path.stat().st_size > LARGE_MB << 20:
            st.caption(page.say("mapping.try_note"))
            if not st.button(page.say("mapping.try_now"), key=f"{_prefix(shown)}_try"):
                return False
        with st.spinner(page.say("mapping.trying")):
            told = {**described, "name": described["name"] or "?"}
            options = {key: value for key, value in said.items() if key in ("shop", "strict", "date_order", "by")}
            state["result"] = mapping.preview(context.own_store(), shown.kept.path, shown.kept.name, told, **options)
        state["tried"] = asked
    result: FileResult = state["result"]
    _told(page, result)
    return result.error is None or ASKED.get(result.error.code, "mapping") != "mapping"


def _told(page: Page, result: FileResult) -> None:
    if result.error is not None:
        reason = safe.markdown(message_of(result.error, page.lang))
        st.caption(f":orange[:material/error:] {page.say('mapping.refused')}{reason}")
        return
    counts = {key: words.number(getattr(result, key), page.lang) for key in ("rows", "accepted", "rejected")}
    icon = ":orange[:material/warning:]" if result.rejected else ":green[:material/check_circle:]"
    st.markdown(f"{icon} {page.say('mapping.good', **counts)}")
    for reject in result.rejects[:SHOWN_REJECTS]:
        place = page.say("data.reject_line", row=reject.row, column=reject.column, value=reject.value)
        st.caption(safe.markdown(place + reject.message(page.lang)))
    for note in result.notes:
        if note.code not in ("unknown_column", "dropped_columns"):
            st.caption(f":material/info: {safe.markdown(note.message(page.lang))}")


def _buttons(page: Page, described: dict[str, Any], ready: bool, answered: Callable[[bool], None], prefix: str) -> None:
    with st.container(horizontal=True):
        save = st.button(
            page.say("mapping.save"), type="primary", disabled=not ready, key=f"{prefix}_save", icon=":material/save:"
        )
        drop = st.button(page.say("mapping.discard"), type="tertiary", key=f"{prefix}_drop")
    if drop:
        st.session_state.pop(prefix, None)
        answered(False)
    if save:
        try:
            team.save(context.own_store(), described, page.viewer.name)
        except SopdashError as refusal:
            st.warning(safe.markdown(_refusal(page, refusal)), icon=":material/info:")
            return
        st.session_state.pop(prefix, None)
        answered(True)


def _refusal(page: Page, refusal: SopdashError) -> str:
    return (
        message_of(refusal, page.lang) if refusal.code.startswith("mapping_") else errors.sentence(refusal, page.lang)
    )
