"""One calm line with the next step; never a trace on the screen, always one in the log under a number."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Iterator

import streamlit as st

from sopdash.errors import SopdashError
from sopdash.text import phrases, say
from sopdash.text.safe import markdown

log = logging.getLogger("sopdash")


def sentence(error: SopdashError, lang: str) -> str:
    """The error in words; its bare code where no sentence fits, so that nothing hides behind a second error."""
    key = f"errors.{error.code}"
    if key not in phrases():
        return say("ui.error_code", lang, code=error.code)
    try:
        return say(key, lang, **error.values)
    except (KeyError, IndexError, ValueError):
        return say("ui.error_code", lang, code=error.code)


def screen_sentence(error: SopdashError, lang: str) -> str:
    """The error as the screen says it, where its next step differs from the command line's."""
    key = f"app.{error.code}"
    return say(key, lang) if key in phrases() else sentence(error, lang)


def show(error: SopdashError, lang: str) -> None:
    """The error where the figure would have been."""
    st.warning(markdown(screen_sentence(error, lang)), icon=":material/info:")


@contextlib.contextmanager
def boundary(lang: str) -> Iterator[None]:
    """Whatever fails inside is said in one line; the rest of the page goes on."""
    try:
        yield
    except SopdashError as error:
        show(error, lang)
    except Exception:
        number = secrets.token_hex(3)
        log.exception("failure %s", number)
        st.error(say("ui.error_unexpected", lang, number=number), icon=":material/error:")
