"""Commands that judge differences: compare (two groups, or many units against the rest), drivers, gaps."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

import click

from sopdash.access import LOCAL_OWNER
from sopdash.cli import output
from sopdash.cli.options import Against, Pair, about_whom, period_of
from sopdash.cli.session import LANG, load_segments, session, with_session, word

Asked = tuple[tuple[str, str], ...]


@click.command("compare", help=word("compare_command"))
@click.argument("metric")
@click.option("--first", type=Pair(), multiple=True, metavar="DIM=VALUE", help=word("compare_first"))
@click.option("--second", type=Pair(), multiple=True, metavar="DIM=VALUE", help=word("compare_second"))
@click.option("--in-group", "in_group", is_flag=True, help=word("compare_in_group"))
@click.option("--by", metavar="DIM", help=word("compare_by"))
@about_whom
@with_session
def compare(
    metric: str,
    first: Asked,
    second: Asked,
    in_group: bool,
    by: str | None,
    since: dt.date | None,
    until: dt.date | None,
    where: Asked,
    segment: str | None,
) -> None:
    from sopdash.metrics import Missing, Query, comparison, ranking
    from sopdash.metrics.records import for_json

    if [bool(by), in_group, bool(first and second)].count(True) != 1:
        raise click.UsageError(word("compare_usage"))
    load_segments()
    with session().store() as store:
        asked = Query((metric,), (by,) if by else (), period_of(store, since, until), where, segment)
        if by:
            ranked = ranking.ranking(store, asked, LOCAL_OWNER)
            missing, rows = ranked.missing, for_json(ranked.rows)
            document: dict[str, Any] = {"metric": metric, "by": by, "tested": ranked.tested, "rows": rows}
        else:
            sides = comparison.Group(_plain(first), _segment(first)), comparison.Group(_plain(second), _segment(second))
            if in_group:
                sides = comparison.in_a_group(asked.period), comparison.in_a_group(asked.period, False)
            found = comparison.groups(store, asked, *sides, LOCAL_OWNER)
            missing = found if isinstance(found, Missing) else None
            document = {} if isinstance(found, Missing) else asdict(found) | {"real": found.real}
            rows = [document]
    _show(document, rows, {metric: missing.say(LANG)} if missing else {})


def _plain(pairs: Asked) -> Asked:
    return tuple(pair for pair in pairs if pair[0] != "segment")


def _segment(pairs: Asked) -> str | None:
    return next((value for name, value in pairs if name == "segment"), None)


@click.command("drivers", help=word("drivers"))
@click.option(
    "--of", "outcome", type=click.Choice(["net_sales", "buyers"]), default="net_sales", help=word("drivers_of")
)
@click.option("--by", metavar="DIM", help=word("drivers_by"))
@click.option(
    "--compare", "against", type=Against(), default="previous", metavar="previous|year|D", help=word("compare")
)
@about_whom
@with_session
def drivers(
    outcome: str,
    by: str | None,
    against: str,
    since: dt.date | None,
    until: dt.date | None,
    where: Asked,
    segment: str | None,
) -> None:
    from sopdash.metrics import Period, Query, drivers, mix
    from sopdash.metrics.records import for_json

    load_segments()
    with session().store() as store:
        period, data = period_of(store, since, until), Period.of_data(store)
        if period is None and data and against in ("previous", "year"):
            period = Period.last_complete_week(data.last)
        asked = Query(("net_sales",), (), period, where, segment, against)
        split = mix.split(store, asked, outcome, by, LOCAL_OWNER) if by else None
        moved = split.whole if split else drivers.moved(store, asked, outcome, LOCAL_OWNER)
    document: dict[str, Any] = {"of": outcome, "steps": []}
    if moved is not None:
        steps = [{"step": name, "effect": effect} for name, effect in moved.steps]
        document |= {"before": moved.before, "after": moved.after, "steps": steps}
    if split is not None:
        document |= {"by": by, "rows": for_json(split.rows)}
    missing = {outcome: split.missing.say(LANG)} if split and split.missing else {}
    _show(document, document.get("rows", document["steps"]), missing)


@click.command("gaps", help=word("gaps"))
@about_whom
@with_session
def gaps(since: dt.date | None, until: dt.date | None, where: Asked, segment: str | None) -> None:
    from sopdash.metrics import gaps as room
    from sopdash.metrics.records import for_json

    load_segments()
    with session().store() as store:
        found = room.run(store, room.GapQuery(period_of(store, since, until), where, segment), LOCAL_OWNER)
    told = {name: getattr(found, name) for name in ("n", "median", "p90", "mean")}
    missing = {"repurchase_gap_days": found.missing.say(LANG)} if found.missing else {}
    _show({**told, "bins": for_json(found.bins)}, for_json(found.bins), missing)


COMMANDS = (compare, drivers, gaps)


def _show(document: dict[str, Any], rows: list[dict[str, Any]], missing: dict[str, str]) -> None:
    if session().as_json:
        output.document(document | ({"missing": missing} if missing else {}))
    elif rows and rows[0]:
        output.table(rows)
    for name, reason in missing.items():
        click.echo(word("missing", name=name, reason=reason), err=True)
