"""The registry prints its own catalogue: `sopdash/metrics/README.md`, held fresh by a test."""

from __future__ import annotations

from pathlib import Path

from sopdash.metrics.definition import Metric, Room
from sopdash.metrics.registry import REGISTRY, dimensions
from sopdash.text import say

PATH = Path(__file__).parent / "README.md"

_HEAD = """# The metrics

Every figure sopdash shows comes from this registry. This page is generated: `python -m sopdash.metrics` renews it.

A period is half-open, `[from, to + 1 day)`, in the business time zone; weeks run Monday to Sunday. A figure is absent
with a reason where its export is missing, and unknown, never 0, where the data does not cover the days or the
denominator is 0. `a|b` under "needs" means that either will do. All metrics go by day, week and month; the other
dimensions are listed.
"""


def document() -> str:
    """The whole catalogue as Markdown."""
    return "\n".join([_HEAD, *(_room(room) for room in Room)])


def write() -> Path:
    """Renews the file."""
    PATH.write_text(document(), encoding="utf-8")
    return PATH


def _room(room: Room) -> str:
    metrics = [metric for metric in REGISTRY.values() if metric.room is room]
    title = f"## {say(f'metrics.room.{room}', 'en')} · {say(f'metrics.room.{room}', 'zh')}"
    return "\n".join([title, "", *(_entry(metric) for metric in metrics)])


def _entry(metric: Metric) -> str:
    unit, better = (
        say(f"metrics.{kind}.{value}", "en") for kind, value in (("unit", metric.unit), ("better", metric.better))
    )
    splits = ", ".join(name for name in dimensions(metric.name) if name not in ("day", "week", "month")) or "time only"
    return "\n".join(
        [
            f"### `{metric.name}` {metric.label.en} · {metric.label.zh}",
            "",
            f"{metric.definition.en}.",
            "",
            f"{metric.definition.zh}。",
            "",
            f"- formula: {metric.formula}",
            f"- {unit}, {better}, counted per {say(f'metrics.grain.{metric.grain}', 'en')}",
            f"- by: {splits}",
            f"- needs: {', '.join(f'`{need}`' for need in metric.needs)}",
            "",
        ]
    )
