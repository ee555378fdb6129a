"""Commands about the work: today's list, and the weekly review."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from sopdash.access import LOCAL_OWNER
from sopdash.cli import output
from sopdash.cli.options import Moment
from sopdash.cli.session import LANG, load_segments, session, with_session, word

_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command("report", help=word("report"))
@click.option("--week", metavar="YYYY-Www", required=True, help=word("report_week"))
@click.option("--out", type=_OUT, required=True, metavar="FILE", help=word("report_out"))
@click.option("--lang", type=click.Choice(["zh", "en"]), help=word("report_lang"))
@with_session
def report(week: str, out: Path, lang: str | None) -> None:
    from sopdash import report as room
    from sopdash.metrics import Period

    if out.suffix not in (".html", ".xlsx"):
        raise click.UsageError(word("report_suffix", suffix=out.suffix or "-"))
    period = Period.named("week", week)
    spoken = lang or LANG
    load_segments()
    with session().store() as store:
        review = room.collect(store, period, LOCAL_OWNER)
        if out.suffix == ".html":
            out.write_text(room.to_html(review, spoken), encoding="utf-8")
        else:
            room.to_xlsx(review, spoken, out)
    if session().as_json:
        output.document({"week": week, "file": str(out), "findings": len(review.diagnosis.findings)})
    click.echo(word("report_written", path=out), err=True)


@click.command("todo", help=word("todo"))
@click.option("--day", type=Moment(), metavar="D", help=word("todo_day"))
@with_session
def todo(day: dt.date | None) -> None:
    from sopdash import playbook
    from sopdash.metrics import Period
    from sopdash.metrics.records import for_json

    load_segments()
    with session().store() as store:
        asked = day or playbook.day_of_work(store)
        names = {step.id: step.name for step in playbook.steps(store)}
        tasks = playbook.todo(store, Period(asked, asked), LOCAL_OWNER)
        rows = for_json(tasks.assign(step=tasks["step"].map(names)).drop(columns="customer"))
    if session().as_json:
        output.document({"day": asked.isoformat(), "tasks": rows})
    else:
        output.table(rows, ["due_at", "staff", "name", "step", "status"])


COMMANDS = (report, todo)
