"""Every phrase stands in every language, with the same placeholders, and every key the code asks for exists."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from sopdash.text import LANGUAGES, language_of, phrases

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "sopdash").rglob("*.py")]


def placeholders(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}


@pytest.mark.parametrize("key", sorted(phrases()))
def test_a_phrase_is_complete_in_every_language(key):
    phrase = phrases()[key]
    said = {lang: phrase.say(lang) for lang in LANGUAGES}
    assert all(text.strip() for text in said.values())
    assert len({frozenset(placeholders(text)) for text in said.values()}) == 1, said


def asked_keys() -> set[tuple[str, str]]:
    """Literal keys given to `say("key", …)` anywhere, with the file that asks."""
    asked = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name == "say" and isinstance(node.args[0].value, str) and "." in node.args[0].value:
                asked.add((node.args[0].value, str(path.relative_to(ROOT))))
    return asked


def test_every_key_the_code_asks_for_exists():
    assert {(key, path) for key, path in asked_keys() if key not in phrases()} == set()


def test_every_error_code_has_its_sentence():
    """`SopdashError("code")` in the source ↔ [errors.code] in text/."""
    errors = {"SopdashError", "FileRefused", "UnknownName", "NotAllowed", "Conflict", "StoreUnavailable"}
    missing = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors:
                code = node.args[0] if node.args else None
                if isinstance(code, ast.Constant) and f"errors.{code.value}" not in phrases():
                    missing.add((code.value, str(path.relative_to(ROOT))))
    assert missing == set()


@pytest.mark.parametrize(
    ("locale", "language"), [("zh-CN", "zh"), ("zh-TW", "zh"), ("en-GB", "en"), ("fr-FR", "en"), (None, "zh")]
)
def test_the_browser_chooses_the_language(locale, language):
    assert language_of(locale) == language
