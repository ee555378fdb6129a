"""Commands that answer with people: saved segments, and a segment's list as a file."""

from __future__ import annotations

from pathlib import Path

import click

from sopdash.cli.session import with_session, word


@click.command("segments", help=word("segments"))
@with_session
def segments() -> None:
    raise NotImplementedError


@click.command("segment", help=word("segment"))
@click.argument("name")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE", help=word("out_list")
)
@click.option("--format", "kind", type=click.Choice(["csv", "xlsx", "wecom"]), default="csv", help=word("list_format"))
@click.option("--unmasked", is_flag=True, help=word("unmasked"))
@click.option("--purpose", metavar="TEXT", help=word("purpose"))
@with_session
def segment(name: str, out: Path, kind: str, unmasked: bool, purpose: str | None) -> None:
    raise NotImplementedError


COMMANDS = (segments, segment)
