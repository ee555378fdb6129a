"""Every word shown to a person, in Chinese and English; numbers, money and dates in `sopdash.text.formats`.

Words live in one TOML file per room (`text/<room>.toml`); each entry holds one string per language::

    [funnel.title]
    zh = "漏斗"
    en = "Funnel"

A test holds keys and placeholders equal in all languages. A language is added by its code in `LANGUAGES` and one more
line in each entry.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

LANGUAGES: dict[str, str] = {"zh": "中文", "en": "English"}
"""Language code → its own name. `zh` is zh-CN; the first is the default."""


class Text(NamedTuple):
    """One phrase in every language, where words belong to a definition (a metric, a format) and not to a page."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """The phrase in `lang`."""
        return self.zh if lang == "zh" else self.en


def _flatten(tree: dict[str, Any], prefix: str, into: dict[str, Text]) -> None:
    for key, value in tree.items():
        name = f"{prefix}.{key}" if prefix else key
        if set(value) == set(LANGUAGES) and all(isinstance(phrase, str) for phrase in value.values()):
            if name in into:
                raise ValueError(f"text key {name} is defined twice")
            into[name] = Text(**value)
        else:
            _flatten(value, name, into)


@cache
def phrases() -> dict[str, Text]:
    """All phrases by dotted key, from every TOML file of this folder."""
    found: dict[str, Text] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        _flatten(tomllib.loads(path.read_text(encoding="utf-8")), "", found)
    return found


def say(key: str, lang: str, **values: Any) -> str:
    """The phrase `key` in `lang`, its placeholders filled from `values` (str.format); a missing key is a KeyError."""
    phrase = phrases()[key].say(lang)
    return phrase.format(**values) if values else phrase


def language_of(locale: str | None) -> str:
    """The language code for a browser or system locale: Chinese for zh-*, English for any other named locale."""
    if not locale:
        return next(iter(LANGUAGES))
    return "zh" if locale.lower().startswith("zh") else "en"
