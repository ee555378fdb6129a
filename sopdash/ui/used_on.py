"""Which pages show a metric: read from the pages' own code, so that no list of it has to be kept.

A page shows the metrics that its script, or a view it draws with, names in a query or in a constant of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from sopdash.metrics import REGISTRY
from sopdash.ui.navigation import ROOT, SECTIONS

VIEWS = Path(__file__).parent
ASKS = {"query", "Query", "headline"}
"""Calls that take names of metrics."""
SHARED = {"figures", "frame", "tables", "naming", "navigation", "filters", "people", "glossary_view", "used_on"}
"""Modules that every page draws with; they name no metric of a page."""


@lru_cache(maxsize=1)
def pages() -> dict[str, tuple[str, ...]]:
    """Metric → the pages that show it, in the order of the navigation; metrics on no page are left out.

    Pages of the basis (data, glossary) name facts, some of which are called like a metric.
    """
    found: dict[str, list[str]] = {}
    for page in (page for section in ("numbers", "work") for page in SECTIONS[section]):
        for name in sorted(_named(ROOT / "pages" / f"{page}.py", set())):
            found.setdefault(name, []).append(page)
    return {name: tuple(shown) for name, shown in found.items()}


def _named(path: Path, seen: set[Path]) -> set[str]:
    """The metrics named in a file and in the views it imports."""
    if path in seen or not path.exists():
        return set()
    seen.add(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {text for node in _places(tree) for text in _texts(node) if text in REGISTRY}
    return names.union(*(_named(VIEWS / f"{view}.py", seen) for view in _views(tree)))


def _places(tree: ast.Module) -> Iterator[ast.AST]:
    """Where code names the metrics it shows: arguments of a query, and constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ASKS:
            yield from node.args
    for node in tree.body:
        if isinstance(node, ast.Assign) and all(isinstance(to, ast.Name) and to.id.isupper() for to in node.targets):
            yield node.value
        if isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            yield node.value


def _texts(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _views(tree: ast.Module) -> Iterator[str]:
    """The modules of this room a file imports, but for those that all pages share."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sopdash.ui"):
            inside = (node.module or "").removeprefix("sopdash.ui").lstrip(".")
            yield from ({inside} if inside else {name.name for name in node.names}) - SHARED
