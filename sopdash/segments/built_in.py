"""The segments every installation starts with: the classes of each score, and a few that call for action."""

from __future__ import annotations

from sopdash.segments.rules import Rule, both, where
from sopdash.text import phrases, say

CLASSES: dict[str, tuple[str, ...]] = {
    "tier": ("super", "vip", "ordinary"),
    "value_class": ("high", "potential", "ordinary"),
    "rfm_class": ("111", "011", "101", "001", "110", "010", "100", "000"),
    "life_cycle": ("new", "growing", "mature", "silent", "lost"),
}
"""The classes of each score, best or first first; columns of mart.customers."""


def class_segment(dimension: str, value: str) -> str:
    """The name of the built-in segment of one class: rfm_class 111 → rfm_111, life_cycle new → life_new."""
    return f"{_PREFIX[dimension]}_{value}"


_PREFIX = {"tier": "tier", "value_class": "value", "rfm_class": "rfm", "life_cycle": "life"}

_OF_CLASSES: dict[str, tuple[str, Rule]] = {
    class_segment(dimension, value): (dimension, where(dimension, "in", value))
    for dimension, values in CLASSES.items()
    for value in values
}

_OF_BEHAVIOUR: dict[str, tuple[str, Rule]] = {
    "in_group_never_ordered": ("rule", both(where("in_group", "yes"), where("orders", "equals", 0))),
    "added_not_joined": (
        "rule",
        both(where("followed", "yes"), where("held", "yes"), where("first_joined_at", "unknown")),
    ),
    "spoke_never_ordered": ("rule", both(where("messages", "at_least", 1, days=30), where("orders", "equals", 0))),
    "ordered_once_30_90": ("rule", both(where("orders", "equals", 1), where("last_ordered_at", "between", 30, 90))),
    "dormant_vip": ("rule", both(where("tier", "in", "vip", "super"), where("last_active_at", "more_than", 90))),
}

BUILT_IN: dict[str, tuple[str, Rule]] = {**_OF_BEHAVIOUR, **_OF_CLASSES}
"""Name → (group it is shown under, rule)."""

_CLASS_OF = {class_segment(field, value): (field, value) for field, values in CLASSES.items() for value in values}


def label_of(name: str, lang: str) -> str:
    """What a built-in segment is called on screen; a team's own name stays as it is."""
    if name in _CLASS_OF:
        field, value = _CLASS_OF[name]
        score = say(f"segments.group.{field}", lang)
        return say("segments.class", lang, score=score, value=say(f"segments.value.{field}.{value}", lang))
    key = f"segments.built_in.{name}"
    return say(key, lang) if key in phrases() else name
