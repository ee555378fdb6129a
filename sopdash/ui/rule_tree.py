"""The rule being edited: a tree of plain nodes in the session, and its way from and to a rule.

A group is {"id", "kind": "all" | "any", "out": bool, "parts": [...]}, a condition {"id", "field", "operator", "values",
"days", "since", "until"}. Unlike a rule it may be unfinished.
"""

from __future__ import annotations

import datetime as dt
import itertools
import time
from typing import Any

from sopdash.errors import SopdashError
from sopdash.segments import FIELDS, Kind, Operator, Rule, both, either, without
from sopdash.segments.rules import All, AnyOf, Condition, Not

Node = dict[str, Any]

DEEPEST = 3
"""Groups within each other that the editor offers to make."""

PERIOD = ("days", "since", "until")
_ids = itertools.count(time.time_ns() // 1_000_000)


def group(kind: str = "all", parts: list[Node] | None = None, out: bool = False) -> Node:
    """A group of parts of which all, or any, must hold; `out`: those for whom they hold are left out."""
    return {"id": next(_ids), "kind": kind, "out": out, "parts": parts or []}


def condition(field: str = "") -> Node:
    """A condition still to be filled."""
    node: Node = {"id": next(_ids), "field": "", "operator": "", "values": [], **dict.fromkeys(PERIOD)}
    if field:
        ask(node, field)
    return node


def ask(node: Node, field: str) -> None:
    """Lets a condition ask of another field: its usual comparison, nothing filled in."""
    kept = node["operator"] if node["operator"] in FIELDS[field].operators else FIELDS[field].operators[0]
    node |= {"field": field, "operator": str(kept), "values": [], **dict.fromkeys(PERIOD)}


def compare(node: Node, operator: str) -> None:
    """Compares in another way; values stay where they still mean something."""
    alike = [_shape(FIELDS[node["field"]].kind, Operator(one)) for one in (node["operator"], operator)]
    node["operator"] = operator
    if alike[0] != alike[1]:
        node["values"] = []


def of_rule(rule: Rule) -> Node:
    """The tree of a rule; its root is always a group."""
    node = _node(rule)
    return node if "parts" in node and not node["out"] else group("all", [node])


def rule_of(tree: Node) -> tuple[Rule, int]:
    """The rule of a tree, and how many conditions were left out because they are unfinished."""
    parts, unfinished = [], 0
    for part in tree["parts"]:
        if "parts" in part:
            inner, open_ = rule_of(part)
            unfinished += open_
            if isinstance(inner, All | AnyOf) and not inner.parts and open_:
                continue
            if part["out"] and isinstance(inner, All) and len(inner.parts) == 1:
                inner = inner.parts[0]
            parts.append(without(inner) if part["out"] else inner)
            continue
        told = finished(part)
        unfinished += told is None
        parts += [] if told is None else [told]
    # Nothing told yet: everybody, not nobody.
    return (either(*parts) if tree["kind"] == "any" and parts else both(*parts)), unfinished


def finished(node: Node) -> Condition | None:
    """The condition, when it can be asked as it stands."""
    if not node["field"]:
        return None
    try:
        told = {name: node[name] for name in ("field", "operator", "values", *PERIOD) if node[name] is not None}
        return Condition.model_validate(told)
    except (SopdashError, ValueError):
        return None


def find(tree: Node, id_: int) -> Node | None:
    """The node of that id."""
    if tree["id"] == id_:
        return tree
    found = (find(part, id_) for part in tree.get("parts", ()))
    return next((node for node in found if node is not None), None)


def take_out(tree: Node, id_: int) -> None:
    """Removes a node."""
    tree["parts"] = [part for part in tree["parts"] if part["id"] != id_]
    for part in tree["parts"]:
        if "parts" in part:
            take_out(part, id_)


def count(tree: Node) -> int:
    """How many conditions it holds."""
    return sum(count(part) if "parts" in part else 1 for part in tree["parts"])


def _node(rule: Rule) -> Node:
    match rule:
        case All(parts=parts):
            return group("all", [_node(part) for part in parts])
        case AnyOf(parts=parts):
            return group("any", [_node(part) for part in parts])
        case Not(part=part):
            inner = _node(part)
            if "parts" not in inner or inner["out"]:
                return group("all", [inner], out=True)
            return inner | {"out": True}
        case _:
            node = condition()
            return node | rule.model_dump() | {"operator": str(rule.operator), "values": list(rule.values)}


def _shape(kind: Kind, operator: Operator) -> str:
    """Comparisons whose values can be taken over from one to the other."""
    if operator in (Operator.KNOWN, Operator.UNKNOWN, Operator.YES, Operator.NO):
        return "none"
    if operator in (Operator.SINCE, Operator.UNTIL):
        return "day"
    if operator in (Operator.IN, Operator.NOT_IN):
        return "words"
    return str(operator) if operator in (Operator.BETWEEN, Operator.DURING, Operator.CONTAINS) else f"number {kind}"


def day(value: str | None) -> dt.date | None:
    """A day as the tree holds it."""
    return dt.date.fromisoformat(value) if value else None
