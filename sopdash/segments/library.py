"""The segments a team can choose from: the built-in ones, and those saved in the workspace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sopdash.errors import SopdashError, UnknownName
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate
from sopdash.segments.built_in import BUILT_IN, label_of
from sopdash.segments.predicates import Around, compiled
from sopdash.segments.rules import Rule, from_json, named, to_json
from sopdash.segments.sentence import sentence

if TYPE_CHECKING:
    from sopdash.warehouse import Store

OWN = "own"
"""The group of segments a team saved itself."""


@dataclass(frozen=True)
class Segment:
    """A named rule. `id` and `version` are those of the workspace row; built-in segments have none."""

    name: str
    rule: Rule
    group: str = OWN
    owner: str = ""
    note: str = ""
    id: str = ""
    version: int = 0
    changed_by: str = ""
    changed_at: dt.datetime | None = None

    def label(self, lang: str) -> str:
        """What it is called on screen."""
        if self.group == OWN:
            return self.name
        return label_of(self.name, lang)

    def sentence(self, lang: str) -> str:
        """Its rule in words."""
        return sentence(self.rule, lang)


AnySegment = str | Segment | Rule | Predicate
"""A segment by name, as read, as a rule, or already as a predicate."""

_BUILT_IN = {name: Segment(name, rule, group) for name, (group, rule) in BUILT_IN.items()}


def saved(store: Store) -> tuple[Segment, ...]:
    """Every segment: the team's own first, by name, then the built-in ones."""
    return (*_own(store).values(), *_BUILT_IN.values())


def own(store: Store) -> tuple[Segment, ...]:
    """The segments the team saved itself, by name."""
    return tuple(_own(store).values())


def find(store: Store, name: str) -> Segment:
    """The segment of that name, or of that label in any language; raises UnknownName."""
    own = _own(store)
    if name in own:
        return own[name]
    if name in _BUILT_IN:
        return _BUILT_IN[name]
    labelled = [segment for segment in _BUILT_IN.values() if name in (segment.label("zh"), segment.label("en"))]
    if len(labelled) == 1:
        return labelled[0]
    raise UnknownName("unknown_segment", segment=name, allowed=(*own, *_BUILT_IN))


def save(store: Store, segment: Segment, by: str) -> Segment:
    """Stores a new segment, or a changed one read before; raises Conflict when someone changed it since."""
    values = {"name": segment.name.strip(), "rule": to_json(segment.rule), "owner": segment.owner, "note": segment.note}
    own = _own(store)
    twin = own.get(values["name"])
    if not values["name"] or values["name"] in _BUILT_IN or (twin is not None and twin.id != segment.id):
        raise UnknownName("segment_name_taken", segment=values["name"], allowed=())
    _no_circle(store, segment, own)
    if segment.id:
        store.workspace.change("segments", segment.id, segment.version, values, by)
    else:
        store.workspace.add("segments", values, by)
    return find(store, values["name"])


def remove(store: Store, segment: Segment, by: str) -> None:
    """Deletes a saved segment and writes so to the audit; raises Conflict when someone changed it since, SopdashError
    where other segments are built on it."""
    users = [one.name for one in _own(store).values() if segment.name in named(one.rule)]
    if users:
        raise SopdashError("segment_in_use", segment=segment.name, users=", ".join(users))
    store.workspace.remove("segments", segment.id, segment.version)
    store.workspace.record(by, "segment_removed", object=segment.name, rule=to_json(segment.rule))


def predicate_of(store: Store, segment: AnySegment) -> Predicate:
    """Who belongs to it, over `c` = mart.customers. Hashable: a cache key that changes with the rule."""
    if isinstance(segment, Predicate):
        return segment
    if isinstance(segment, str):
        segment = find(store, segment)
    rule = segment.rule if isinstance(segment, Segment) else segment
    within = (segment.name,) if isinstance(segment, Segment) else ()
    return compiled(rule, around(store, within))


def around(store: Store, within: tuple[str, ...] = (), own: dict[str, Segment] | None = None) -> Around:
    """What rules of this store mean beside themselves: its segments by name and its fixed cut points."""
    known: list[dict[str, Segment]] = [] if own is None else [own]

    def rule_of(name: str) -> Rule:
        if not known:
            known.append(_own(store))
        found = known[0].get(name) or _BUILT_IN.get(name)
        if found is None:
            raise UnknownName("unknown_segment", segment=name, allowed=(*known[0], *_BUILT_IN))
        return found.rule

    return Around(rule_of, _Cuts(store), within)


class _Cuts(Mapping[str, Sequence[float]]):
    """The fixed cut points of the settings, read only when a rule asks for them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, one: str) -> Sequence[float]:
        cuts: Sequence[float] = getattr(self._store.settings, f"rfm_{one}_cuts")
        return cuts

    def __iter__(self) -> Iterator[str]:
        return iter("rfm")

    def __len__(self) -> int:
        return 3


def _no_circle(store: Store, segment: Segment, own: dict[str, Segment]) -> None:
    """Raises SopdashError where the segment, as it is about to be saved, would speak of itself."""
    others = {name: one for name, one in own.items() if one.id != segment.id}
    name = segment.name.strip()
    renamed = [one.name for one in own.values() if one.id == segment.id and one.name != name]
    for old in renamed:
        users = [one.name for one in others.values() if old in named(one.rule)]
        if users:
            raise SopdashError("segment_in_use", segment=old, users=", ".join(users))
    compiled(segment.rule, around(store, (name,), others | {name: segment}))


def of_customers(customers: Any) -> Predicate:
    """A segment of the customers themselves: those behind a number, by id."""
    return Predicate("c.customer in (select unnest(cast(? as bigint[])))", (tuple(int(one) for one in customers),))


def _own(store: Store) -> dict[str, Segment]:
    rows = store.workspace.rows(
        "select name, rule, owner, note, id, version, updated_by, updated_at from segments order by name"
    )
    return {
        name: Segment(name, from_json(rule), OWN, owner or "", note or "", row_id, version, by or "", at)
        for name, rule, owner, note, row_id, version, by, at in rows
    }


filters.resolve_segments_by(predicate_of)
