"""Names of dimensions and of their values, as screen, reports and lists say them."""

from __future__ import annotations

from typing import Any

from sopdash.text import phrases, say


def dimension(name: str, lang: str) -> str:
    """A dimension's name; the bare name where it has none."""
    key = f"ui.{name}" if f"ui.{name}" in phrases() else f"ui.dim_{name}"
    return say(key, lang) if key in phrases() else name


def value(of: str, name: Any, lang: str) -> str:
    """A dimension's value: by its name in the reader's language where the product knows it."""
    if name is None or name == "":
        return say("ui.no_value", lang)
    key = f"value.{of}.{name}"
    return say(key, lang) if key in phrases() else str(name)
