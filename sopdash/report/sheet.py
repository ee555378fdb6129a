"""The review as one HTML file: no script, no network, pictures inside, A4 when printed."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Any

from sopdash.metrics import REGISTRY
from sopdash.report import drawings, words
from sopdash.report.contents import FIGURES, TREND, Review
from sopdash.text import say
from sopdash.text.formats import day, number, percent, span

STORES = 12
"""Stores in the file; the workbook holds them all."""


def to_html(review: Review, lang: str) -> str:
    """The whole file as text. Everything from the data is escaped; only the pictures made here are markup."""
    return str(_template().render(**_filled(review, lang)))


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("template.html")


def _filled(review: Review, lang: str) -> dict[str, Any]:
    told = partial(say, lang=lang)
    stores, moves = words.stores(review, lang), words.moves(review, lang)
    missing = [f"{REGISTRY[name].label.say(lang)}: {reason.say(lang)}" for name, reason in review.missing.items()]
    return {
        "lang": lang,
        "say": told,
        "title": words.title(review, lang),
        "scope": _scope(review, lang),
        "headline": words.headline(review.figures, review.drivers, lang).replace("**", ""),
        "trends": _trends(review, lang),
        "stages": [
            {"label": say(f"playbook.stage_{stage}", lang) if stage != "money" else say("report.money", lang),
             "lines": words.figures(review, stage, lang)}
            for stage in FIGURES
        ],
        "drivers_svg": _drivers(review, lang),
        "funnel": words.stages(review, lang),
        "funnel_note": say("report.funnel_note", lang, period=span(review.span.first, review.span.last, lang)),
        "funnel_skipped": [
            say("funnel.skipped", lang, stage=say(f"funnel.stage_{name}", lang), reason=reason.say(lang))
            for name, reason in review.funnel.skipped.items()
        ],
        "channels": words.channels(review, lang),
        "stores": words.Table(stores.headers, stores.rows[:STORES]),
        "stores_more": say("report.more", lang, count=len(stores.rows) - STORES) if len(stores.rows) > STORES else "",
        "groups": words.groups(review, lang),
        "group_counts": words.group_counts(review, lang),
        "movement": moves if moves.rows else None,
        "results": words.results(review, lang) if review.planned and review.results.missing is None else None,
        "findings": [
            {"title": words.finding_title(one, lang), "evidence": words.evidence(one, lang),
             "strength": say(f"playbook.strength_{one.strength}", lang), "review": one.rule.review.say(lang),
             "actions": [action.say(lang) for action in one.rule.actions]}
            for one in review.diagnosis.findings
        ],
        "diagnosis_note": say(
            "report.diagnosis_note", lang, period=span(review.span.first, review.span.last, lang),
            rules=len(review.diagnosis.findings) + len(review.diagnosis.silent),
        ),
        "goals": [
            {"title": words.goal_title(one, lang), "line": words.goal_line(one, lang),
             "standing": say(f"playbook.standing_{one.standing}", lang)}
            for one in review.goals
        ],
        "adherence": _adherence(review, lang),
        "ahead": words.plan(review.ahead, lang),
        "notes": [note.say(lang) for note in review.figures.notes] + missing,
        "footer": say("report.footer", lang),
    }  # fmt: skip


def _scope(review: Review, lang: str) -> str:
    until = day(review.data.last, lang, year=True) if review.data else "—"
    return say("report.scope", lang, period=span(review.week.first, review.week.last, lang), until=until)


def _trends(review: Review, lang: str) -> list[dict[str, Any]]:
    from markupsafe import Markup

    drawn = []
    for name in TREND:
        if name in review.trend.missing or name not in review.trend.rows:
            continue
        rows = review.trend.rows
        weeks = [str(week).split("-")[1] for week in rows["week"]]
        metric = REGISTRY[name]
        # Only what this module drew is markup; the library escapes the words in it.
        svg = Markup(drawings.line(weeks, list(rows[name]), metric.unit, lang))  # noqa: S704
        drawn.append({"label": metric.label.say(lang), "svg": svg})
    return drawn


def _drivers(review: Review, lang: str) -> Any:
    from markupsafe import Markup

    told = list(words.drivers(review, lang))
    if not told:
        return ""
    names, effects, said = zip(*told, strict=True)
    return Markup(drawings.bars(names, effects, said, signed=True))  # noqa: S704 - drawn here


def _adherence(review: Review, lang: str) -> str:
    told = review.adherence
    if told is None or not told.due:
        return ""
    return say(
        "playbook.kept_total", lang, due=number(told.due, lang), done=number(told.done, lang),
        rate=percent(told.rate, lang), on_time=number(told.on_time, lang),
    )  # fmt: skip
