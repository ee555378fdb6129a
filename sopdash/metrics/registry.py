"""The one registry: every figure that any page, chart, glossary or command shows."""

from __future__ import annotations

import difflib
from typing import Any

from sopdash.errors import UnknownName
from sopdash.metrics.catalogue import acquire, convert, keep, members, money, retention, value, work
from sopdash.metrics.definition import Metric, Room
from sopdash.metrics.sources import TIME
from sopdash.text import say


def _registered(*catalogues: tuple[Metric, ...]) -> dict[str, Metric]:
    registry: dict[str, Metric] = {}
    stages = list(Room)
    for metric in sorted((metric for room in catalogues for metric in room), key=lambda one: stages.index(one.room)):
        if metric.name in registry:
            raise ValueError(f"metric {metric.name} is defined twice")
        registry[metric.name] = metric
    return registry


REGISTRY: dict[str, Metric] = _registered(
    money.METRICS, value.METRICS, acquire.METRICS, keep.METRICS, retention.METRICS, convert.METRICS, work.METRICS
)
"""Every metric by name, in the order of the operation's stages."""

BY_PEOPLE: dict[str, Metric] = {metric.name: metric for metric in members.METRICS}
"""Metrics that are counted otherwise where a question is about some customers only (see `catalogue.members`)."""

DIMENSIONS: tuple[str, ...] = (
    *TIME,
    "channel", "code", "store", "staff", "region", "platform", "sales_channel",
    "tier", "rfm_class", "life_cycle", "campaign", "group", "group_type", "gender", "age_band",
)  # fmt: skip
"""Everything a query may be split or filtered by, in the order people think of it."""


def known(code: str, name: str, allowed: tuple[str, ...]) -> None:
    """Raises UnknownName with the close or all allowed names unless `name` is one of them."""
    if name not in allowed:
        near = difflib.get_close_matches(name, allowed, n=3) or list(allowed)
        raise UnknownName(code, name=name, near=", ".join(near), allowed=allowed)


def metric(name: str) -> Metric:
    """The metric of that name; UnknownName with the closest names otherwise."""
    known("unknown_metric", name, tuple(REGISTRY))
    return REGISTRY[name]


def dimensions(name: str) -> tuple[str, ...]:
    """All that a metric can be split by, in the order people think of it."""
    found = {*REGISTRY[name].dimensions, *(BY_PEOPLE[name].dimensions if name in BY_PEOPLE else ())}
    return tuple(dimension for dimension in DIMENSIONS if dimension in found)


def catalogue_rows(lang: str) -> list[dict[str, Any]]:
    """The whole catalogue in one language: one row per metric, for the glossary, the command line and the README."""
    return [
        {
            "name": metric.name,
            "room": metric.room.value,
            "stage": say(f"metrics.room.{metric.room}", lang),
            "label": metric.label.say(lang),
            "definition": metric.definition.say(lang),
            "formula": metric.formula,
            "unit": metric.unit.value,
            "better": metric.better.value,
            "grain": metric.grain.value,
            "dimensions": list(dimensions(metric.name)),
            "needs": list(metric.needs),
        }
        for metric in REGISTRY.values()
    ]
