"""The review in words and rows: what HTML and workbook both say, once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sopdash.content import Entry
from sopdash.metrics import REGISTRY, Better, Metric, Missing, Result
from sopdash.metrics.drivers import Drivers
from sopdash.metrics.group_health import Mark
from sopdash.playbook.diagnosis import Finding, Strength
from sopdash.playbook.goals import Progress
from sopdash.report.contents import CHANNEL, FIGURES, STORE, Review
from sopdash.segments.sentence import called
from sopdash.text import say
from sopdash.text.formats import MINUS, change, day, missing, money_short, number, percent, period_name, show, weekday
from sopdash.text.names import dimension, value


@dataclass(frozen=True)
class Figure:
    """One line of a figures table, in words; `good` says whether it moved the right way, None where there is none."""

    label: str
    now: str
    before: str
    moved: str
    good: bool | None
    base: str
    why: str = ""


@dataclass(frozen=True)
class Table:
    """A table in words: headers and rows of cells; numeric columns stand right."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def headline(result: Result, drivers: Drivers | None, lang: str) -> str:
    """How net sales moved and what moved them most, from a compared result; blank where there are none."""
    row = result.first()
    if missing(row.get("net_sales")):
        return ""
    words = {"after": money_short(row["net_sales"], lang)}
    if missing(row.get("net_sales__change")):
        return say("overview.not_compared", lang, **words)
    words["change"] = change(row["net_sales__change"], "money", lang)
    words["before"] = money_short(row["net_sales__before"], lang)
    if drivers is None or drivers.largest is None:
        return say("overview.moved", lang, **words)
    name, effect = drivers.largest
    driver = say(f"drivers.{name}_{'up' if effect > 0 else 'down'}", lang)
    step = f"{'+' if effect > 0 else MINUS}{money_short(abs(effect), lang)}"
    return say("overview.moved_by", lang, **words, driver=driver, effect=step)


def figures(review: Review, stage: str, lang: str) -> list[Figure]:
    """The lines of one stage; what cannot be computed says why."""
    row = review.figures.first()
    return [_figure(REGISTRY[name], row, review.figures.missing.get(name), lang) for name in FIGURES[stage]]


def _figure(metric: Metric, row: dict[str, Any], reason: Missing | None, lang: str) -> Figure:
    label = metric.label.say(lang)
    if reason is not None:
        return Figure(label, "—", "—", "", None, "", reason.say(lang))
    moved = row.get(f"{metric.name}__change")
    words = "" if missing(moved) else change(moved, metric.unit, lang)
    good = None
    if words[:1] in ("+", MINUS) and metric.better is not Better.NEITHER:
        good = words.startswith("+") == (metric.better is Better.HIGHER)
    base = ""
    if metric.has_parts and not missing(row.get(f"{metric.name}__den")):
        base = f"{number(row[f'{metric.name}__num'], lang)} / {number(row[f'{metric.name}__den'], lang)}"
    return Figure(
        label, show(row.get(metric.name), metric.unit, lang),
        show(row.get(f"{metric.name}__before"), metric.unit, lang), words, good, base,
    )  # fmt: skip


def split(result: Result, by: str, names: Sequence[str], lang: str) -> Table:
    """One row per value of the dimension, the largest first figure on top."""
    known = [name for name in names if name not in result.missing and name in result.rows]
    headers = (dimension(by, lang), *(REGISTRY[name].label.say(lang) for name in known))
    rows = result.records()
    if known:
        rows.sort(key=lambda row: -(row[known[-1] if by == "channel" else known[0]] or 0))
    shown = tuple(
        (value(by, row[by], lang), *(show(row[name], REGISTRY[name].unit, lang) for name in known)) for row in rows
    )
    return Table(headers, shown)


def channels(review: Review, lang: str) -> Table:
    """The channels of the week."""
    return split(review.channels, "channel", CHANNEL, lang)


def stores(review: Review, lang: str) -> Table:
    """The stores of the week."""
    return split(review.stores, "store", STORE, lang)


def stages(review: Review, lang: str) -> Table:
    """The funnel of the four weeks."""
    headers = tuple(
        say(f"report.funnel_{name}", lang) for name in ("stage", "customers", "from_previous", "from_first")
    )
    rows = tuple(
        (
            say(f"funnel.stage_{row['stage']}", lang),
            number(row["customers"], lang),
            percent(row["from_previous"], lang),
            percent(row["from_first"], lang),
        )
        for row in review.funnel.stages.to_dict("records")
    )
    return Table(headers, rows)


def groups(review: Review, lang: str, most: int = 10) -> Table:
    """The groups that call for attention."""
    names = ("group_members", "capacity_used", "speakers", "messages")
    known = [name for name in names if name in review.groups.rows]
    headers = (dimension("group", lang), say("groups.marks", lang), *(REGISTRY[name].label.say(lang) for name in known))
    marked = [row for row in review.groups.rows.to_dict("records") if row["marks"]][:most]
    rows = tuple(
        (
            str(row["group"]),
            " · ".join(say(f"groups.mark_{mark}", lang) for mark in row["marks"]),
            *(show(row[name], REGISTRY[name].unit, lang) for name in known),
        )
        for row in marked
    )
    return Table(headers, rows)


def group_counts(review: Review, lang: str) -> str:
    """How many groups carry each mark."""
    told: dict[Mark, int] = review.groups.counts()
    return " · ".join(f"{say(f'groups.mark_{mark}', lang)} {count}" for mark, count in told.items())


def finding_title(finding: Finding, lang: str) -> str:
    """The rule's words with what it is about."""
    return finding.rule.title.say(lang).format(unit=unit(finding, lang))


def unit(finding: Finding, lang: str) -> str:
    """The channel, store, hour … a finding is about, as people say it."""
    if finding.unit is None:
        return ""
    if finding.rule.kind == "slot":
        at, hour = finding.unit.split("-")
        return f"{weekday(int(at), lang)} {hour}:00"
    return value(finding.rule.by or "", finding.unit, lang)


def evidence(finding: Finding, lang: str) -> str:
    """The figures a finding stands on, and how sure it is."""
    metric = REGISTRY[finding.rule.metric]
    if finding.strength is Strength.COUNTED:
        return say("playbook.evidence_count", lang, count=number(finding.value, lang), of=number(finding.size, lang))
    p = "< 0.001" if finding.p < 0.001 else f"= {finding.p:.3f}"
    if finding.rule.kind == "slot":
        return say(
            "playbook.evidence_slot", lang, share=percent(finding.value, lang, 0), size=number(finding.size, lang), p=p
        )
    return say(
        f"playbook.evidence_{finding.rule.kind}", lang, metric=metric.label.say(lang),
        value=show(finding.value, metric.unit, lang), other=show(finding.other, metric.unit, lang),
        size=number(finding.size, lang), p=p,
    )  # fmt: skip


def goal_title(told: Progress, lang: str) -> str:
    """Metric, its scope and the change wanted."""
    goal = told.goal
    metric = REGISTRY[goal.metric]
    scope = "".join(f" · {value(name, one, lang)}" for name, one in goal.where)
    wanted = change(goal.change, "count", lang)  # a goal is told relative to its baseline, also of a rate
    return f"{metric.label.say(lang)}{scope} {wanted}"


def goal_line(told: Progress, lang: str) -> str:
    """Baseline → today → target, pace, forecast."""
    goal, metric = told.goal, REGISTRY[told.goal.metric]

    def figure(number_: float) -> str:
        return show(number_, metric.unit, lang)

    words = say(
        "playbook.goal_line", lang,
        baseline=figure(goal.baseline), today=figure(told.today), target=figure(goal.target),
        deadline=day(goal.deadline, lang, year=True), wanted=figure(told.wanted), days=goal.window_days,
    )  # fmt: skip
    if told.forecast is None:
        return words + say("playbook.goal_no_forecast", lang)
    line = told.forecast
    return words + say(
        "playbook.goal_forecast", lang, value=figure(line.value), low=figure(line.low), high=figure(line.high)
    )


def plan(entries: Sequence[Any], lang: str) -> Table:
    """Entries of the content calendar."""
    headers = tuple(
        say(f"calendar.field.{name}", lang) for name in ("day", "time", "theme", "channel", "owner", "status")
    )
    rows = tuple(
        (
            f"{day(one.day, lang)} {weekday(one.day.weekday(), lang)}", f"{one.time:%H:%M}", one.theme,
            say(f"calendar.channel.{one.channel}", lang), one.owner, say(f"calendar.status.{one.status}", lang),
        )
        for one in entries
    )  # fmt: skip
    return Table(headers, rows)


def moves(review: Review, lang: str, most: int = 12) -> Table:
    """Who rose and who slipped over the week, by tier and life cycle; who stayed is not told."""
    headers = tuple(say(key, lang) for key in (*_MOVE_HEADERS, "movement.customers", "movement.net_sales"))
    rows = []
    for score, told in review.moves.items():
        moved = told[(told["before"] != told["after"]) & told["before"].notna() & told["after"].notna()]
        rows += [
            (
                dimension(score, lang), called(score, row["before"], lang),
                called(score, row["after"], lang), _ways(row["direction"], lang), number(row["customers"], lang),
                money_short(row["net_sales"], lang),
            )
            for row in moved.head(most).to_dict("records")
        ]  # fmt: skip
    return Table(headers, tuple(rows))


_WAYS = {1: "up", -1: "down"}
_MOVE_HEADERS = ("segments.page.score", "movement.before", "movement.after", "movement.way")


def _ways(direction: int, lang: str) -> str:
    return say(f"movement.way_{_WAYS.get(direction, 'side')}", lang)


def results(review: Review, lang: str) -> Table:
    """What became of the week's plan: on time, seen, clicked, orders in the hours after against normal."""
    names = ("at", "theme", "published", "views", "clicks", "orders_after", "normal")
    headers = tuple(say(f"report.result_{name}", lang) for name in names)
    told = {row["id"]: row for row in review.results.rows.to_dict("records")}
    return Table(headers, tuple(_result(entry, told.get(entry.id), lang) for entry in review.planned))


def _result(entry: Entry, told: dict[Hashable, Any] | None, lang: str) -> tuple[str, ...]:
    when = f"{day(entry.day, lang)} {entry.time:%H:%M}"
    if told is None:
        return (when, entry.theme, say("report.not_published", lang), *["—"] * 4)
    punctual = say(
        "report.on_time" if told["on_time"] else "report.off_time", lang, at=f"{told['published_at']:%m-%d %H:%M}"
    )
    figures = (number(told[name], lang) for name in ("views", "clicks", "orders_after"))
    return (when, entry.theme, punctual, *figures, number(told["normal"], lang, 1))


def title(review: Review, lang: str) -> str:
    """The review's title: its week."""
    return say("report.title", lang, period=period_name(review.week.first, review.week.last, lang))


def drivers(review: Review, lang: str) -> Iterator[tuple[str, float, str]]:
    """(driver, effect, effect in words) in the order they are split."""
    for name, effect in review.drivers.steps if review.drivers else ():
        words = f"{'+' if effect >= 0 else MINUS}{money_short(abs(effect), lang)}"
        yield say(f"drivers.{name}", lang), effect, words
