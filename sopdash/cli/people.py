"""Commands that answer with people: saved segments, and a segment's list as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sopdash.access import LOCAL_OWNER
from sopdash.cli import output
from sopdash.cli.session import LANG, session, with_session, word

if TYPE_CHECKING:
    from sopdash.segments.lists import CustomerList
    from sopdash.warehouse import Store

_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command("segments", help=word("segments"))
@with_session
def segments() -> None:
    from sopdash.metrics.records import for_json
    from sopdash.segments import saved, values

    with session().store() as store:
        counted = {row.pop("name"): row for row in for_json(values(store, LOCAL_OWNER))}
        rows = [
            {"name": one.name, "label": one.label(LANG), "group": one.group, "rule": one.sentence(LANG)}
            | counted[one.name]
            for one in saved(store)
        ]
    if session().as_json:
        output.document({"segments": rows})
    else:
        output.table(rows, ["name", "label", "customers", "buyers", "orders", "net_sales"])


@click.command("segment", help=word("segment"))
@click.argument("name")
@click.option("--out", type=_OUT, required=True, metavar="FILE", help=word("out_list"))
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx", "wecom"]), help=word("list_format"))
@click.option("--unmasked", is_flag=True, help=word("unmasked"))
@click.option("--purpose", default="", metavar="TEXT", help=word("purpose"))
@with_session
def segment(name: str, out: Path, kind: str | None, unmasked: bool, purpose: str) -> None:
    if unmasked and not purpose.strip():
        raise click.UsageError(word("purpose_needed"))
    with session().store() as store:
        made = _build(store, name, kind, unmasked, purpose)
        _write(made, out, kind)
        store.workspace.record(
            LOCAL_OWNER.name, "list_written", object=made.name, row_count=len(made), purpose=purpose, file=out.name
        )
    if session().as_json:
        output.document({"segment": name, "file": str(out), "rows": len(made), "masked": made.masked})
    click.echo(word("written", rows=len(made), path=out), err=True)
    for note in made.notes():
        click.echo(note, err=True)


COMMANDS = (segments, segment)


def _build(store: Store, name: str, kind: str | None, unmasked: bool, purpose: str) -> CustomerList:
    from sopdash.segments import find, lists

    chosen = find(store, name)
    if kind == "wecom":
        return lists.build_wecom(store, chosen, LOCAL_OWNER, tag=chosen.label(LANG), lang=LANG)
    return lists.build(store, chosen, LOCAL_OWNER, lang=LANG, masked=not unmasked, purpose=purpose)


def _write(made: CustomerList, out: Path, kind: str | None) -> int:
    """As a workbook where asked for or where the file's name says so, else as CSV; returns how many lines."""
    from sopdash.segments import lists

    out.parent.mkdir(parents=True, exist_ok=True)
    as_workbook = kind == "xlsx" or (kind != "csv" and out.suffix.lower() == ".xlsx")
    write = lists.write_xlsx if as_workbook else lists.write_csv
    return write(made, out)
