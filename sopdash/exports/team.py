"""The team's own formats: exports no shipped format knows, mapped once on the screen and recognised from then on.

Each is a row of the workspace's `formats`: its definition is JSON of the grammar of `formats/*.toml` (see `format`)
with `owner` beside; the row's version makes concurrent edits a Conflict.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any

from sopdash.errors import Conflict, SopdashError, UnknownName
from sopdash.exports.format import Format, formats, parse
from sopdash.exports.recognise import matching
from sopdash.warehouse import Store

log = logging.getLogger("sopdash")

LEAST_COLUMNS = 2
"""A format of one column would claim files that are something else."""
_saving = Lock()


@dataclass(frozen=True)
class TeamFormat:
    """One stored format as it was read. `at` is UTC."""

    made: Format
    definition: dict[str, Any]
    id: str
    version: int
    owner: str
    by: str
    at: datetime


def made_of(definition: Mapping[str, Any]) -> Format:
    """The format a definition describes, marked as the team's."""
    content = json.dumps(definition, ensure_ascii=False, sort_keys=True)
    return replace(parse(dict(definition)), team=hashlib.sha256(content.encode()).hexdigest())


def listed(store: Store) -> list[TeamFormat]:
    """All readable team formats by name; a broken one is left out and logged."""
    found = []
    for row in store.workspace.table("formats").to_dict("records"):
        try:
            definition = json.loads(str(row["definition"]))
            made = made_of(definition)
        except (ValueError, KeyError, TypeError):
            log.warning("the team's format %s cannot be read", row["name"], exc_info=True)
            continue
        owner = str(definition.get("owner", row["updated_by"]))
        found.append(
            TeamFormat(
                made, definition, str(row["id"]), int(row["version"]), owner, str(row["updated_by"]), row["updated_at"]
            )
        )
    return sorted(found, key=lambda one: one.made.name)


def known(store: Store) -> dict[str, Format]:
    """The team's formats by name."""
    return {one.made.name: one.made for one in listed(store)}


def format_of(store: Store, name: str) -> Format:
    """The format `name`, shipped or the team's; UnknownName lists those there are."""
    every = {**known(store), **formats()}
    if name not in every:
        raise UnknownName("format_unknown", name=name, allowed=", ".join(sorted(every)))
    return every[name]


def save(store: Store, definition: Mapping[str, Any], by: str, seen: TeamFormat | None = None) -> Format:
    """Stores a format, new or in the place of the one that was `seen`.

    Refused in words: no name, too few columns, headers a shipped format knows, headers another team format fits as
    well. Conflict: the name is taken, or somebody changed the format since it was seen.
    """
    made = made_of(definition)
    values = {"name": made.name, "definition": json.dumps(dict(definition), ensure_ascii=False)}
    with _saving:
        others = [one for one in listed(store) if seen is None or one.id != seen.id]
        _check(made, others)
        if seen is None:
            store.workspace.add("formats", values, by)
        else:
            store.workspace.change("formats", seen.id, seen.version, values, by)
    store.workspace.record(by, "format", object=made.name, outcome="saved")
    return made


def remove(store: Store, seen: TeamFormat, by: str) -> None:
    """Forgets a format; what was imported with it stays. Conflict when somebody changed it since."""
    store.workspace.remove("formats", seen.id, seen.version)
    store.workspace.record(by, "format", object=seen.made.name, outcome="removed")


def _check(made: Format, others: Iterable[TeamFormat]) -> None:
    if not made.name.strip():
        raise SopdashError("mapping_unnamed")
    if made.name in formats():
        raise SopdashError("mapping_name_shipped", name=made.name)
    if len(made.required) < LEAST_COLUMNS:
        raise SopdashError("mapping_too_few", least=LEAST_COLUMNS)
    if shipped := matching(_headers(made), formats().values()):
        raise SopdashError("mapping_known", format=shipped[0].label)
    for other in others:
        if other.made.name == made.name:
            raise Conflict("mapping_name_taken", name=made.name, by=other.by)
        _check_apart(made, other.made)


def _check_apart(made: Format, other: Format) -> None:
    """The file one was made from must be recognised as that one, whichever of the two is asked."""
    for own in (made, other):
        if matching(_headers(own), [made, other]) != [own]:
            raise SopdashError("mapping_ambiguous", name=made.name, other=other.name)


def _headers(made: Format) -> list[str]:
    """The headers of the file a team format was made from."""
    return list(dict.fromkeys([*made.required, *made.known, *made.drop]))
