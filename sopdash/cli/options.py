"""Typed options of the number commands: days, weeks and months; filters; periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from sopdash.cli.session import word
from sopdash.errors import UnknownName

if TYPE_CHECKING:
    from sopdash.metrics import Period
    from sopdash.warehouse import Store


class Moment(click.ParamType[Any]):
    """A day, or a week or month of which the first or last day is meant: 2026-11-09, 2026-W46, 2026-11."""

    name = "day"

    def __init__(self, last: bool = False) -> None:
        self.last = last

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        from sopdash.metrics import Period

        shape = "week" if "W" in value else "month" if len(value) == len("2026-11") else "day"
        try:
            period = Period.named(shape, value)
        except UnknownName:
            self.fail(word("not_a_day", value=value), param, ctx)
        return period.last if self.last else period.first


class Against(click.ParamType[Any]):
    """What a period is compared with: previous, year, or the day (week, month) that parts before from after."""

    name = "previous|year|D"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in ("previous", "year"):
            return str(value)
        return Moment().convert(value, param, ctx).isoformat()


class Pair(click.ParamType[Any]):
    """NAME=VALUE; the split is at the first sign, or at the last one where names are outside text (column headers)."""

    name = "NAME=VALUE"

    def __init__(self, last: bool = False) -> None:
        self.last = last

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, sign, wanted = value.rpartition("=") if self.last else value.partition("=")
        if not sign or not name:
            self.fail(word("not_a_pair", value=value), param, ctx)
        return name, wanted


def about_whom(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--from``, ``--to``, ``--where`` and ``--segment``."""
    for option in (
        click.option("--segment", metavar="NAME", help=word("segment_option")),
        click.option("--where", type=Pair(), multiple=True, metavar="DIM=VALUE", help=word("where")),
        click.option("--to", "until", type=Moment(last=True), metavar="D", help=word("to")),
        click.option("--from", "since", type=Moment(), metavar="D", help=word("from")),
    ):
        command = option(command)
    return command


def period_of(store: Store, since: dt.date | None, until: dt.date | None) -> Period | None:
    """The days asked for, an open end being the data's own; None (all data) where neither is given."""
    from sopdash.metrics import Period

    if since is None and until is None:
        return None
    data = Period.of_data(store)
    first = since or (min(data.first, until) if data and until else until)
    last = until or (max(data.last, since) if data and since else since)
    if first is None or last is None or first > last:
        raise click.UsageError(word("reversed", first=first, last=last))
    return Period(first, last)
