"""What all commands share: the common options, the store, the audit, and how errors end a command."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sopdash.access import LOCAL_OWNER
from sopdash.errors import SopdashError, UnknownName
from sopdash.text import language_of, phrases, say

if TYPE_CHECKING:
    from sopdash.warehouse import Store


def _language() -> str:
    """Language of messages: Chinese where the locale is; English otherwise, also where none is set (scripts, cron)."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return language_of(locale or "en")


LANG = _language()


def word(key: str, **values: Any) -> str:
    """The phrase `cli.<key>` in the language of this process."""
    return say(f"cli.{key}", LANG, **values)


@dataclass
class Session:
    """The common options of one run."""

    db: Path | None = None
    as_json: bool = False
    asked: dict[str, Any] = field(default_factory=dict)
    """What the audit keeps: the command's own arguments."""

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The open store; the command and its arguments are written to the audit first."""
        from sopdash.warehouse import open_store

        store = open_store(self.db)
        try:
            context = click.get_current_context()
            asked = {key: str(value) for key, value in context.params.items() if value not in (None, (), False)}
            store.workspace.record(LOCAL_OWNER.name, f"cli.{context.info_name}", **asked)
            _tell_interruptions(store)
            if store.warehouse.lagging is not None:
                click.echo(sentence(store.warehouse.lagging), err=True)
            yield store
        finally:
            store.close()


def _tell_interruptions(store: Store) -> None:
    """Says once what came in of an import that was cut off, and what has to be imported again."""
    from sopdash.warehouse import interruption

    for one in store.warehouse.interruptions():
        if not one.told:
            stored, lost = (", ".join(names) or word("none") for names in (one.stored, one.lost))
            click.echo(word("interrupted", at=f"{one.at:%Y-%m-%d %H:%M}", stored=stored, lost=lost), err=True)
            interruption.told(one)


def _remember(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def keep(context: click.Context, _: click.Parameter, value: Any) -> None:
        session = context.ensure_object(Session)
        if value:
            setattr(session, name, value)

    return keep


def with_session(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--db`` and ``--json``; they mean the same before and after the command's name."""
    where = click.Path(dir_okay=False, path_type=Path)
    command = click.option(
        "--db", type=where, metavar="PATH", expose_value=False, callback=_remember("db"), help=word("db")
    )(command)
    return click.option("--json", is_flag=True, expose_value=False, callback=_remember("as_json"), help=word("json"))(
        command
    )


def session() -> Session:
    """The session of the running command."""
    return click.get_current_context().ensure_object(Session)


class Commands(click.Group):
    """Ends a command that was refused with a sentence and the right status instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SopdashError as error:
            click.echo(word("error", message=sentence(error)), err=True)
            ctx.exit(2 if isinstance(error, UnknownName) else 1)


def load_segments() -> None:
    """Saved segments resolve by name once their room is loaded."""
    import sopdash.segments  # noqa: F401


def sentence(error: SopdashError) -> str:
    """What an error says, with the names that are allowed."""
    values = {key: _spoken(value) for key, value in error.values.items()}
    key = f"errors.{error.code}"
    said = say(key, LANG, **values) if key in phrases() else str(error)
    allowed = values.get("allowed")
    return said if not allowed or allowed in said else f"{said}\n{word('allowed', names=allowed)}"


def _spoken(value: Any) -> Any:
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return value
    return value.say(LANG) if hasattr(value, "say") else ", ".join(str(item) for item in value)
