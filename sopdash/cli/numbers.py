"""Commands that answer with numbers: metrics, query, funnel, cohorts, heatmap, rfm."""

from __future__ import annotations

import datetime as dt
import difflib
from typing import Any

import click

from sopdash.access import LOCAL_OWNER
from sopdash.cli import output
from sopdash.cli.options import Against, Moment, about_whom, period_of
from sopdash.cli.session import LANG, load_segments, session, with_session, word
from sopdash.errors import UnknownName

Asked = tuple[tuple[str, str], ...]


@click.command("metrics", help=word("metrics"))
@click.argument("name", required=False)
@with_session
def metrics(name: str | None) -> None:
    from sopdash.metrics import REGISTRY

    if name is not None and name not in REGISTRY:
        near = difflib.get_close_matches(name, REGISTRY, n=3)
        raise UnknownName("unknown_metric", name=name, near=", ".join(near), allowed=tuple(REGISTRY))
    chosen = [REGISTRY[name]] if name else list(REGISTRY.values())
    rows = [_described(metric) for metric in chosen]
    if session().as_json:
        output.document({"metrics": rows})
    elif name:
        output.table([{"field": key, "value": value} for key, value in rows[0].items()], cut=1_000)
    else:
        output.table(rows, ["name", "label", "unit", "formula"])


@click.command("query", help=word("query"))
@click.argument("names", nargs=-1, required=True, metavar="METRIC…")
@click.option("--by", multiple=True, metavar="DIM", help=word("by"))
@click.option("--compare", type=Against(), metavar="previous|year|D", help=word("compare"))
@about_whom
@with_session
def query(
    names: tuple[str, ...],
    by: tuple[str, ...],
    compare: str | None,
    since: dt.date | None,
    until: dt.date | None,
    where: Asked,
    segment: str | None,
) -> None:
    from sopdash.metrics import Query, run
    from sopdash.metrics.records import for_json

    load_segments()
    with session().store() as store:
        asked = Query(names, by, period_of(store, since, until), where=where, segment=segment, compare=compare)
        result = run(store, asked, LOCAL_OWNER)
        rows = for_json(result.rows)
    missing = {name: reason.say(LANG) for name, reason in result.missing.items()}
    if session().as_json:
        output.document({"rows": rows, "missing": missing})
    else:
        hidden = ("__num", "__den")
        output.table(rows, [name for name in result.rows.columns if not str(name).endswith(hidden)])
    _say_missing(missing)
    for note in result.notes:
        click.echo(note.say(LANG), err=True)


@click.command("funnel", help=word("funnel"))
@click.option("--by", metavar="DIM", help=word("by"))
@click.option("--window", type=click.IntRange(min=1), metavar="DAYS", help=word("window"))
@click.option("--open", "any_order", is_flag=True, help=word("open"))
@about_whom
@with_session
def funnel(
    by: str | None,
    window: int | None,
    any_order: bool,
    since: dt.date | None,
    until: dt.date | None,
    where: Asked,
    segment: str | None,
) -> None:
    from sopdash.metrics import funnel as room

    load_segments()
    with session().store() as store:
        window = window or store.settings.funnel_window_days
        period = period_of(store, since, until)
        asked = room.FunnelQuery(period, by, where, segment, window_days=window, open=any_order)
        found = room.run(store, asked, LOCAL_OWNER).as_json(LANG)
    if session().as_json:
        output.document(found)
    else:
        output.table(found["stages"])
    _say_missing(found["skipped"])


@click.command("cohorts", help=word("cohorts"))
@click.option("--by", type=click.Choice(["week", "month"]), default="week", help=word("cohorts_by"))
@click.option("--start", type=click.Choice(["joined", "first_order"]), default="joined", help=word("cohorts_start"))
@click.option(
    "--activity", type=click.Choice(["orders", "messages", "any"]), default="orders", help=word("cohorts_activity")
)
@click.option("--last", type=Moment(last=True), metavar="D", help=word("cohorts_last"))
@about_whom
@with_session
def cohorts(
    by: Any,
    start: str,
    activity: str,
    last: dt.date | None,
    since: dt.date | None,
    until: dt.date | None,
    where: Asked,
    segment: str | None,
) -> None:
    from sopdash.metrics import cohorts as room

    load_segments()
    with session().store() as store:
        period = period_of(store, since, until)
        asked = room.CohortQuery(by, start, activity, last, period, where, segment)
        found = room.run(store, asked, LOCAL_OWNER).as_json(LANG)
    if session().as_json:
        output.document(found)
    else:
        output.table(_triangle(found["rows"]))
    _say_missing(found.get("missing", {}))


@click.command("heatmap", help=word("heatmap"))
@click.argument("measure", type=click.Choice(["orders", "messages", "speakers"]))
@about_whom
@with_session
def heatmap(measure: str, since: dt.date | None, until: dt.date | None, where: Asked, segment: str | None) -> None:
    from sopdash.metrics import heatmap as room

    load_segments()
    with session().store() as store:
        asked = room.HeatmapQuery(measure, period_of(store, since, until), where, segment)
        found = room.run(store, asked, LOCAL_OWNER).as_json(LANG)
    if session().as_json:
        output.document(found)
    else:
        days = word("weekdays").split()
        hours = [
            {"": day} | {str(hour): row[hour] for hour in range(24)}
            for day, row in zip(days, found["matrix"], strict=True)
        ]
        output.table(hours)
    _say_missing(found.get("missing", {}))


@click.command("rfm", help=word("rfm"))
@click.option("--scoring", type=click.Choice(["quintile", "cuts", "mean"]), default="quintile", help=word("scoring"))
@click.option("--snapshot", type=Moment(), metavar="DATE", help=word("snapshot"))
@about_whom
@with_session
def rfm(
    scoring: Any,
    snapshot: dt.date | None,
    since: dt.date | None,
    until: dt.date | None,
    where: Asked,
    segment: str | None,
) -> None:
    from sopdash.segments import rfm as room

    with session().store() as store:
        period = period_of(store, since, until)
        asked = room.RfmQuery(scoring, snapshot, period, where, segment)
        found = room.run(store, asked, LOCAL_OWNER).as_json(LANG)
    if session().as_json:
        output.document(found)
    else:
        output.table(found["customers"])
    _say_missing(found.get("missing", {}))


COMMANDS = (metrics, query, funnel, cohorts, heatmap, rfm)


def _described(metric: Any) -> dict[str, Any]:
    from sopdash.metrics.registry import dimensions

    return {
        "name": metric.name,
        "label": metric.label.say(LANG),
        "definition": metric.definition.say(LANG),
        "formula": metric.formula,
        "unit": str(metric.unit),
        "better": str(metric.better),
        "grain": str(metric.grain),
        "dimensions": list(dimensions(metric.name)),
        "needs": list(metric.needs),
    }


def _triangle(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One line per cohort: size, then the rate at each k; immature cells stay blank."""
    lines: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = lines.setdefault(row["cohort"], {"cohort": row["cohort"], "size": row["size"]})
        line[str(row["k"])] = None if row["rate"] is None else f"{row['rate']:.1%}"
    widest = max(lines.values(), key=len, default={})
    return [{name: line.get(name) for name in widest} for line in lines.values()]


def _say_missing(missing: dict[str, str]) -> None:
    for name, reason in missing.items():
        click.echo(word("missing", name=name, reason=reason), err=True)
