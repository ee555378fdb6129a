"""The review as a workbook: one sheet per part, numbers as numbers, ready for the reader's own sums."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from sopdash.metrics import REGISTRY, Result
from sopdash.report import words
from sopdash.report.contents import CHANNEL, FIGURES, STORE, TREND, Review
from sopdash.text import safe, say
from sopdash.text.formats import missing
from sopdash.text.names import dimension, value

_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_PATTERNS = {"money": "#,##0.00", "rate": "0.0%", "ratio": "0.00", "days": "0.0", "minutes": "0", "count": "#,##0"}


def to_xlsx(review: Review, lang: str, path: Path) -> Path:
    """Writes the workbook; returns `path`."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as book:
        writer = _Writer(book)
        _figures(writer, review, lang)
        _split(writer, review.trend, "week", TREND, "report.sheet_trend", lang)
        _words(writer, words.stages(review, lang), "report.funnel", lang)
        _split(writer, review.channels, "channel", CHANNEL, "report.channels", lang)
        _split(writer, review.stores, "store", STORE, "report.stores", lang)
        _words(writer, words.groups(review, lang, most=10_000), "report.groups", lang)
        _words(writer, words.moves(review, lang, most=1_000), "report.movement", lang)
        _findings(writer, review, lang)
        _goals(writer, review, lang)
        _words(writer, words.results(review, lang), "report.content", lang)
        _words(writer, words.plan(review.ahead, lang), "report.ahead", lang)
    return path


class _Writer:
    """Sheets with a frozen header; text never a formula, figures in the format of their unit."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        self.text = book.add_format({"num_format": "@", "valign": "top"})
        self.quoted = book.add_format({"num_format": "@", "valign": "top", "quote_prefix": True})
        self.formats = {unit: book.add_format({"num_format": pattern}) for unit, pattern in _PATTERNS.items()}

    def sheet(self, name: str, headers: Sequence[str], rows: Iterable[Sequence[tuple[Any, str | None]]]) -> None:
        """One sheet; a cell is (value, unit), unit None for text."""
        page = self.book.add_worksheet(_NO_SHEET_NAME.sub("", name)[:31])
        page.freeze_panes(1, 0)
        page.set_column(0, 0, 26)
        page.set_column(1, max(1, len(headers) - 1), 16)
        for place, header in enumerate(headers):
            page.write_string(0, place, str(safe.cell(header)), self.bold)
        for line, row in enumerate(rows, 1):
            for place, (cell, unit) in enumerate(row):
                self._cell(page, line, place, cell, unit)

    def _cell(self, page: Any, line: int, place: int, cell: Any, unit: str | None) -> None:
        if cell is None or (unit is not None and missing(cell)):
            return
        if unit is not None:
            page.write_number(line, place, float(cell), self.formats.get(unit, self.formats["count"]))
        else:
            # A text that would run once edited carries Excel's own apostrophe.
            style = self.text if safe.cell(str(cell)) == str(cell) else self.quoted
            page.write_string(line, place, str(cell), style)


def _figures(writer: _Writer, review: Review, lang: str) -> None:
    headers = [
        "",
        *(
            say(f"report.column_{name}", lang)
            for name in ("now", "before", "change", "numerator", "denominator", "why")
        ),
    ]
    row = review.figures.first()
    lines = []
    for name in (name for group in FIGURES.values() for name in group):
        metric = REGISTRY[name]
        reason = review.figures.missing.get(name)
        unit = str(metric.unit)
        moved = "rate" if unit != "rate" else "ratio"
        change = row.get(f"{name}__change")
        if unit == "rate" and change is not None and not missing(change):
            change = float(change) * 100  # points
        lines.append([
            (metric.label.say(lang), None), (row.get(name), unit), (row.get(f"{name}__before"), unit), (change, moved),
            (row.get(f"{name}__num"), "ratio"), (row.get(f"{name}__den"), "ratio"),
            (reason.say(lang) if reason else None, None),
        ])  # fmt: skip
    writer.sheet(say("report.figures", lang), headers, lines)


def _split(writer: _Writer, result: Result, by: str, names: Sequence[str], title: str, lang: str) -> None:
    known = [name for name in names if name in result.rows]
    headers = [dimension(by, lang), *(REGISTRY[name].label.say(lang) for name in known)]
    rows = [
        [(value(by, row[by], lang), None), *((row[name], str(REGISTRY[name].unit)) for name in known)]
        for row in (result.records() if isinstance(result.rows, pd.DataFrame) else [])
    ]
    writer.sheet(say(title, lang), headers, rows)


def _words(writer: _Writer, table: words.Table, title: str, lang: str) -> None:
    writer.sheet(say(title, lang), table.headers, [[(cell, None) for cell in row] for row in table.rows])


def _findings(writer: _Writer, review: Review, lang: str) -> None:
    headers = [say(f"report.finding_{name}", lang) for name in ("title", "evidence", "strength", "review", "actions")]
    rows = [
        [
            (words.finding_title(one, lang), None), (words.evidence(one, lang), None),
            (say(f"playbook.strength_{one.strength}", lang), None), (one.rule.review.say(lang), None),
            ("\n".join(action.say(lang) for action in one.rule.actions), None),
        ]
        for one in review.diagnosis.findings
    ]  # fmt: skip
    writer.sheet(say("report.diagnosis", lang), headers, rows)


def _goals(writer: _Writer, review: Review, lang: str) -> None:
    headers = [
        say(f"report.goal_{name}", lang) for name in ("title", "baseline", "today", "target", "low", "high", "standing")
    ]
    rows = []
    for one in review.goals:
        unit = str(REGISTRY[one.goal.metric].unit)
        line = one.forecast
        rows.append([
            (words.goal_title(one, lang), None), (one.goal.baseline, unit), (one.today, unit), (one.goal.target, unit),
            (line.low if line else None, unit), (line.high if line else None, unit),
            (say(f"playbook.standing_{one.standing}", lang), None),
        ])  # fmt: skip
    writer.sheet(say("report.goals", lang), headers, rows)
