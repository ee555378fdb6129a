"""Which export is this? Decided by the headers alone: never by their count or order, nor by the file's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from sopdash.errors import FileRefused, UnknownName
from sopdash.exports.format import Field, Format, canonical, formats
from sopdash.text import phrases
from sopdash.warehouse.facts import FACTS

_IDENTITY_CARD = re.compile("身份证|idnumber|idname|证件号")


@dataclass(frozen=True)
class Recognised:
    """A format and where its columns are in this file."""

    format: Format
    headers: tuple[str, ...]
    index: dict[str, int]
    """Header as the format says it → position in the file."""
    like: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Fields filled from a family of columns (``fact.column``) → their positions."""
    unknown: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    """Header the format expects → the alias this file uses."""

    @property
    def corrected(self) -> bool:
        """Whether this is a download of rejected rows, corrected and uploaded again."""
        return len(_added() & {canonical(header) for header in self.headers}) >= 2

    def shown(self, header: str) -> str:
        """The file's own spelling of a header of the format."""
        return self.headers[self.index[header]].strip() if header in self.index else header


@cache
def _added() -> frozenset[str]:
    """Headers that the download of rejected rows adds to those of the file, see `corrections`."""
    names = [phrases()[f"exports.corrections.{name}"] for name in ("row", "column", "reason")]
    return frozenset(canonical(text) for name in names for text in (name.zh, name.en))


def with_mapping(made: Format, mapping: Mapping[str, str]) -> Format:
    """`made` with columns of the user's own: file header → column of a fact (``order_id`` or ``orders.order_id``)."""
    fields, names, required = list(made.fields), dict(made.names), list(made.required)
    for header, target in mapping.items():
        fact, _, name = target.rpartition(".")
        fact = fact or made.main
        if fact not in FACTS or name not in FACTS[fact].columns:
            raise UnknownName(
                "format_field_unknown", name=target, allowed=", ".join(FACTS.get(fact, FACTS[made.main]).columns)
            )
        old = made.field_of(fact, name)
        required = [need for need in required if old is None or not set(need.split("|")) & set(old.columns)]
        fields = [item for item in fields if item is not old] + [Field(fact, name, (header,))]
        names[canonical(header)] = header
        required.append(header)
    return replace(made, fields=tuple(fields), names=names, required=tuple(required))


def _places(made: Format, headers: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    present = {canonical(header) for header in headers}
    for position, header in enumerate(headers):
        key = canonical(header)
        name = made.names.get(key)
        if name is not None and not present & set(made.unless.get(key, ())):
            places.setdefault(name, []).append(position)
    return places


def _choose(made: Format, name: str, positions: list[int], headers: Sequence[str]) -> int:
    """The position of `name` among columns that could be it: its own spelling, else the first alias declared."""
    spelled = [canonical(headers[position]) for position in positions]
    for wanted in (name, *made.alias.get(name, ())):
        hits = [position for position, text in zip(positions, spelled, strict=True) if text == canonical(wanted)]
        if len(hits) == 1:
            return hits[0]
        if hits:
            raise FileRefused("header_duplicate", column=headers[hits[0]].strip())
    return positions[0]


def _family(item: Field, headers: Sequence[str]) -> tuple[int, ...]:
    found = []
    for position, header in enumerate(headers):
        hit = re.fullmatch(item.like or "", canonical(header))
        if hit and (not item.named or any(word in canonical(header) for word in item.named)):
            found.append(position)
    return tuple(found)


def place(made: Format, headers: Sequence[str]) -> Recognised:
    """Where `made` finds its columns among `headers`; refuses a mapped column that is there twice."""
    index = {name: _choose(made, name, found, headers) for name, found in _places(made, headers).items()}
    like = {f"{item.fact}.{item.name}": _family(item, headers) for item in made.fields if item.like}
    used = set(index.values()) | {position for found in like.values() for position in found}
    quiet = {canonical(name) for name in made.known} | _added()
    personal = {canonical(name) for name in made.drop}
    rest = [
        (header.strip(), canonical(header)) for at, header in enumerate(headers) if at not in used and header.strip()
    ]
    dropped = tuple(header for header, key in rest if key in personal or _IDENTITY_CARD.search(key))
    unknown = tuple(header for header, key in rest if key not in quiet and header not in dropped)
    renamed = {name: headers[at].strip() for name, at in index.items() if canonical(headers[at]) != canonical(name)}
    return Recognised(made, tuple(headers), index, like, unknown, dropped, renamed)


def matching(headers: Sequence[str], among: Iterable[Format]) -> list[Format]:
    """The most specific formats whose required headers are all there and whose excluded ones are not.

    A format of a back office comes before a fallback, and what ships with the product before the team's own.
    """
    present = {canonical(header) for header in headers}
    fits = [
        made
        for made in among
        if not made.missing({made.names.get(key, "") for key in present}) and not present & set(made.absent)
    ]
    shipped = [made for made in fits if not made.team]
    own = [made for made in shipped if not made.fallback] or shipped or fits
    most = max((len(made.required) for made in own), default=0)
    return [made for made in own if len(made.required) == most]


def recognise(headers: Sequence[str], among: Iterable[Format] | None = None) -> Recognised | None:
    """The one format these headers belong to, or None. Two equally good ones: refused, naming both."""
    found = matching(headers, formats().values() if among is None else among)
    if len(found) > 1:
        raise FileRefused("format_ambiguous", formats=", ".join(made.name for made in found))
    return place(found[0], headers) if found else None


def nearest(headers: Sequence[str], among: Iterable[Format] | None = None) -> tuple[Format, tuple[str, ...]] | None:
    """The format that misses least, and the required headers it misses; None where nothing is near."""
    present = {canonical(header) for header in headers}
    best: tuple[float, Format, tuple[str, ...]] | None = None
    for made in formats().values() if among is None else among:
        names = {made.names.get(key, "") for key in present}
        missing = made.missing(names)
        known = {name for name in names if name}
        share = (len(made.required) - len(missing)) / max(1, len(made.required)) + 0.01 * len(known)
        if len(missing) * 2 <= len(made.required) and (best is None or share > best[0]):
            best = (share, made, missing)
    return (best[1], best[2]) if best else None


def twice(headers: Sequence[str]) -> list[str]:
    """Headers that occur more than once, for a notice."""
    counts = Counter(canonical(header) for header in headers if header.strip())
    return [key for key, count in counts.items() if count > 1]
