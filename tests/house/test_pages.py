"""Pages choose, load and show: no SQL, arithmetic or literal text, no forbidden import (import-linter skips them)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))
ALLOWED_IMPORTS = {"__future__", "streamlit", "sopdash", "functools", "datetime"}
SQL = re.compile(r"\b(select|insert|update|delete)\b.*\b(from|into|set)\b", re.IGNORECASE | re.DOTALL)


def docstrings(tree: ast.AST) -> set[int]:
    """The ids of docstring nodes: words for developers, not for viewers."""
    owners = (ast.Module, ast.FunctionDef, ast.ClassDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr)
    }


@pytest.fixture(params=PAGES, ids=lambda path: path.stem)
def tree(request) -> ast.Module:
    return ast.parse(request.param.read_text(encoding="utf-8"))


def test_there_is_a_page_for_each_question_of_the_product():
    assert {path.stem for path in PAGES} == {
        "overview", "funnel", "channels", "groups", "retention", "segments", "calendar", "playbook", "review",
        "data", "glossary",
    }  # fmt: skip


def test_a_page_imports_only_streamlit_and_the_product(tree):
    roots = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            roots.add(node.module.split(".")[0])
    assert roots <= ALLOWED_IMPORTS


def test_a_page_does_no_arithmetic(tree):
    sums = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
    found = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, sums)]
    assert not found, f"arithmetic on lines {found}: it belongs to the metrics module"


def test_a_page_holds_no_words_for_viewers_and_no_sql(tree):
    skip = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skip:
            assert not re.search(r"[\u4e00-\u9fff]", node.value), f"line {node.lineno}: a Chinese word belongs to text/"
            assert not re.search(r"[A-Za-z]+ [A-Za-z]+", node.value), f"line {node.lineno}: a sentence belongs to text/"
            assert not SQL.search(node.value), f"line {node.lineno}: SQL"


def test_a_page_is_short():
    lengths = {path.stem: len(path.read_text(encoding="utf-8").splitlines()) for path in PAGES}
    assert {name: length for name, length in lengths.items() if length > 100} == {}
