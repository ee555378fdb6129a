"""Commands that change what is stored: import, undo, demo, build; and what they are about: imports, formats."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sopdash.access import LOCAL_OWNER
from sopdash.cli import output
from sopdash.cli.options import Moment, Pair
from sopdash.cli.session import LANG, sentence, session, with_session, word
from sopdash.errors import SopdashError, StoreUnavailable, UnknownName

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("import", help=word("import"))
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE…")
@click.option("--format", "format_name", metavar="NAME", help=word("format"))
@click.option("--as-of", type=Moment(last=True), metavar="DATE", help=word("as_of"))
@click.option("--map", "mapping", type=Pair(last=True), multiple=True, metavar="COLUMN=FIELD", help=word("map"))
@click.option("--shop", metavar="NAME", help=word("shop"))
@click.option("--date-order", type=click.Choice(["ymd", "mdy", "dmy"]), help=word("date_order"))
@click.option("--dry-run", is_flag=True, help=word("dry_run"))
@click.option("--strict", is_flag=True, help=word("strict"))
@with_session
def import_(
    files: tuple[Path, ...],
    format_name: str | None,
    as_of: dt.date | None,
    mapping: tuple[tuple[str, str], ...],
    shop: str | None,
    date_order: Any,
    dry_run: bool,
    strict: bool,
) -> None:
    import sopdash.segments  # noqa: F401 - saved segments are counted again after every import
    from sopdash.exports.load import load_files

    options: dict[str, Any] = {
        "format": format_name,
        "as_of": as_of,
        "mapping": dict(mapping),
        "shop": shop,
        "date_order": date_order,
        "dry_run": dry_run,
        "strict": strict,
        "by": LOCAL_OWNER.name,
    }
    with session().store() as store, _progress() as progress:
        results = load_files(store, files, progress=progress, **options)
    if session().as_json:
        output.document({"files": [result.as_json(LANG) for result in results]})
    else:
        _print_results(results)
    if any(result.status == "refused" for result in results):
        click.get_current_context().exit(1)


@click.command("imports", help=word("imports"))
@with_session
def imports() -> None:
    from sopdash.metrics.records import for_json
    from sopdash.warehouse import history

    with session().store() as store:
        rows = for_json(history(store.warehouse))
    if session().as_json:
        output.document({"imports": rows})
    else:
        columns = [
            "batch",
            "file",
            "format",
            "as_of",
            "at",
            "rows",
            "accepted",
            "new",
            "changed",
            "rejected",
            "undone_at",
        ]
        output.table(rows, columns)


@click.command("undo", help=word("undo"))
@click.argument("batch", type=int)
@with_session
def undo(batch: int) -> None:
    from sopdash.warehouse import undo as take_back

    with session().store() as store:
        take_back(store.warehouse, batch, LOCAL_OWNER.name)
        with _progress() as progress:
            store.refresh(progress)
    if session().as_json:
        output.document({"undone": batch})
    click.echo(word("undone", batch=batch), err=True)


@click.command("formats", help=word("formats"))
@click.argument("name", required=False)
@with_session
def formats(name: str | None) -> None:
    from sopdash.exports.format import formats as shipped

    known = {**_team_formats(), **shipped()}
    if name and name not in known:
        raise UnknownName("format_unknown", name=name, allowed=", ".join(sorted(known)))
    rows = [_described(made) for made in ([known[name]] if name else known.values())]
    if session().as_json:
        output.document({"formats": rows})
    elif name:
        output.table([{"column": header, "field": target} for header, target in rows[0]["columns"].items()])
    else:
        output.table(rows, ["name", "label", "grain", "facts"])


@click.command("demo", help=word("demo"))
@click.option("--scale", type=click.Choice(["demo", "chain", "large"]), default="demo", help=word("scale"))
@click.option("--seed", type=int, help=word("seed"))
@click.option("--out", type=_FOLDER, required=True, metavar="DIR", help=word("out_demo"))
@with_session
def demo(scale: str, seed: int | None, out: Path) -> None:
    from sopdash.demo.files import SEED, write

    seed = SEED if seed is None else seed
    files = _large(out, seed) if scale == "large" else write(out, scale, seed)
    if session().as_json:
        output.document({"scale": scale, "files": [str(path) for path in files]})
    else:
        output.table([{"file": str(path), "bytes": path.stat().st_size} for path in files])


def _large(out: Path, seed: int) -> list[Path]:
    """The synthetic year of the largest size, built straight into a warehouse of its own folder."""
    from sopdash.demo import large
    from sopdash.warehouse import open_store

    store = open_store(out / "warehouse.duckdb")
    try:
        with _progress() as progress:
            large.build(store, seed=seed, progress=progress)
            store.refresh(progress)
        return [store.warehouse.path]
    finally:
        store.close()


@click.command("build", help=word("build"))
@click.option("--engine", default="duckdb", metavar="duckdb|sc://HOST:PORT", help=word("engine"))
@click.option("--lake", type=_FOLDER, metavar="DIR", help=word("lake"))
@with_session
def build(engine: str, lake: Path | None) -> None:
    if engine != "duckdb" or lake is not None:
        raise SopdashError("engine_not_available", engine=engine)
    with session().store() as store:
        with _progress() as progress:
            store.refresh(progress)
        version = store.warehouse.version
    if session().as_json:
        output.document({"engine": engine, "version": version})
    else:
        click.echo(word("built", version=version))


COMMANDS = (import_, imports, undo, formats, demo, build)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """One line of stderr that updates itself on a terminal and is gone at the end; nothing where it is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(what: str, done: int, of: int) -> None:
        click.echo(f"\r\x1b[K{word('progress', what=what, done=done, of=of)}", err=True, nl=False, color=True)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", err=True, nl=False, color=True)


def _print_results(results: Any) -> None:
    from sopdash.exports.results import changes_said

    columns = ["file", "status", "format", "rows", "accepted", "new", "changed", "unchanged", "rejected", "batch"]
    output.table([result.as_json(LANG) for result in results], columns)
    for result in results:
        shown = result.as_json(LANG)
        if shown["error"]:
            click.echo(f"{shown['file']}: {shown['error']['message']}", err=True)
        if changed := changes_said(shown["changes"], LANG):
            click.echo(f"{shown['file']}: {changed}", err=True)
        for note in shown["notes"]:
            click.echo(f"{shown['file']}: {note['message']}", err=True)
        for reject in result.rejects:
            click.echo(f"{shown['file']}: {reject.message(LANG)}", err=True)


def _team_formats() -> dict[str, Any]:
    """The team's own formats; none where there is no store yet, or the running app holds it."""
    from sopdash.exports import team
    from sopdash.warehouse import data_folder

    if not (session().db or data_folder() / "warehouse.duckdb").exists():
        return {}
    try:
        with session().store() as store:
            return dict(team.known(store))
    except StoreUnavailable as error:
        click.echo(sentence(error), err=True)
        return {}


def _described(made: Any) -> dict[str, Any]:
    columns: dict[str, str] = {}
    for item in made.fields:
        for header in item.columns or ((item.like,) if item.like else ()):
            columns.setdefault(header, f"{item.fact}.{item.name}")
    return {
        "name": made.name,
        "label": made.label.say(LANG),
        "where": made.where.say(LANG),
        "grain": made.grain.say(LANG),
        "facts": list(made.facts),
        "keys": list(made.required),
        "columns": columns,
        "template": made.template,
    }
