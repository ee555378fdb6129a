"""The command line: the product's second front door, over the same functions as the pages.

Data goes to stdout (one JSON document with ``--json``), messages and progress to stderr. Exit status: 0 done;
1 something was refused; 2 wrong usage. It acts as the local owner, and every command that touches data is audited.
"""

from __future__ import annotations

import click

from sopdash.cli import judging, loading, models, numbers, people, work
from sopdash.cli.session import Commands, with_session, word


@click.group(cls=Commands, help=word("sopdash"), context_settings={"help_option_names": ["-h", "--help"]})
@with_session
def main() -> None:
    """The group all commands belong to; its options may also follow the command's name."""


for room in (loading, numbers, judging, models, people, work):
    for command in room.COMMANDS:
        main.add_command(command)
