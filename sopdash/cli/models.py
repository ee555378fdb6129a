"""Commands that answer with models: clv, survival, forecast."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

from sopdash.access import LOCAL_OWNER
from sopdash.cli import output
from sopdash.cli.options import Pair, about_whom, period_of
from sopdash.cli.session import LANG, load_segments, session, with_session, word

Asked = tuple[tuple[str, str], ...]


@click.command("clv", help=word("clv"))
@click.option("--where", type=Pair(), multiple=True, metavar="DIM=VALUE", help=word("where"))
@click.option("--segment", metavar="NAME", help=word("segment_option"))
@with_session
def clv(where: Asked, segment: str | None) -> None:
    from sopdash.metrics import value as room
    from sopdash.metrics.records import for_json

    load_segments()
    with session().store() as store:
        found = room.run(store, LOCAL_OWNER).as_json(LANG)
        found["customers"] = for_json(room.customers(store, where, segment, LOCAL_OWNER))
    if session().as_json:
        output.document(found)
    else:
        for name in ("parameters", "check", "customers"):
            output.table(found[name])
    _say_missing(found.get("missing", {}))


@click.command("survival", help=word("survival"))
@click.option("--by", metavar="DIM", help=word("by"))
@about_whom
@with_session
def survival(by: str | None, since: dt.date | None, until: dt.date | None, where: Asked, segment: str | None) -> None:
    from sopdash.metrics import survival as room

    load_segments()
    with session().store() as store:
        asked = room.SurvivalQuery(period_of(store, since, until), by, where, segment)
        found = room.run(store, asked, LOCAL_OWNER).as_json(LANG)
    if session().as_json:
        output.document(found)
    else:
        output.table(found["groups"])
        if found["test"]:
            click.echo(word("log_rank", **found["test"]), err=True)
    _say_missing(found.get("missing", {}))


@click.command("forecast", help=word("forecast"))
@click.argument("metric", type=click.Choice(["customers_held", "wau", "orders", "net_sales"]))
@click.option("--weeks", type=click.IntRange(1, 26), default=4, show_default=True, help=word("weeks"))
@click.option("--where", type=Pair(), multiple=True, metavar="DIM=VALUE", help=word("where"))
@click.option("--segment", metavar="NAME", help=word("segment_option"))
@with_session
def forecast(metric: str, weeks: int, where: Asked, segment: str | None) -> None:
    from sopdash.metrics import forecast as room

    load_segments()
    with session().store() as store:
        found = room.run(store, room.ForecastQuery(metric, weeks, where, segment), LOCAL_OWNER).as_json(LANG)
    if session().as_json:
        output.document(found)
    else:
        output.table(found["ahead"])
        output.table(found["models"])
    _say_missing(found.get("missing", {}))


COMMANDS = (clv, survival, forecast)


def _say_missing(missing: dict[str, Any]) -> None:
    for name, reason in missing.items():
        click.echo(word("missing", name=name, reason=reason), err=True)
