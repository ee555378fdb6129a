"""Pages, glossary and command line take every metric from the one registry; nothing else computes one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPUTES = re.compile(r"\b(sum|count|avg|median|quantile_cont)\s*\(", re.IGNORECASE)
QUERIES = re.compile(r"\bselect\b[\s\S]*\bfrom\b", re.IGNORECASE)
SHOWING = ["pages", "sopdash/ui", "sopdash/charts", "sopdash/cli", "sopdash/content"]


def strings(path: Path) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("room", SHOWING)
def test_no_showing_room_aggregates_in_sql(room):
    files = [*(ROOT / room).rglob("*.py")] or [ROOT / f"{room}.py"]
    found = [
        (str(path.relative_to(ROOT)), line)
        for path in files
        if path.exists()
        for line, text in strings(path)
        if QUERIES.search(text) and COMPUTES.search(text)
    ]
    assert found == [], "an aggregate over facts or marts belongs to sopdash/metrics or sopdash/segments"


@pytest.mark.parametrize("room", ["pages", "sopdash/ui", "sopdash/charts"])
def test_no_showing_room_groups_or_averages_a_frame(room):
    banned = {"groupby", "pivot_table", "mean", "median", "quantile", "nunique", "agg", "aggregate"}
    found = [
        (str(path.relative_to(ROOT)), node.lineno, node.func.attr)
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in banned
    ]
    assert found == []
