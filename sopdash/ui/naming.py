"""Names of dimensions, their values and the exports, as the screen says them."""

from __future__ import annotations

from collections.abc import Iterable

from sopdash.exports.format import formats
from sopdash.text import phrases, say
from sopdash.text.names import dimension, value

__all__ = ["dimension", "export_format", "exports", "fact", "joined", "value"]


def export_format(name: str, lang: str) -> str:
    """An export format's own label; its name where it is one of the team's own."""
    known = formats().get(name)
    return known.label.say(lang) if known else name


def fact(name: str, lang: str) -> str:
    """What a fact is called on screen; the bare name where it has none."""
    key = f"ui.fact_{name}"
    return say(key, lang) if key in phrases() else name


def exports(needs: Iterable[str], lang: str) -> str:
    """The exports that meet the needs, in the back office's words: 渠道投放模板."""
    words = []
    for need in needs:
        first = need.split("|")[0]
        keys = (f"metrics.supplier.{first.replace('.', '__')}", f"metrics.supplier.{first.split('.')[0]}")
        words.append(next((say(key, lang) for key in keys if key in phrases()), need))
    return joined(dict.fromkeys(words), lang)


def joined(words: Iterable[str], lang: str) -> str:
    """Words in a row, with the language's comma."""
    return ("、" if lang == "zh" else ", ").join(words)
