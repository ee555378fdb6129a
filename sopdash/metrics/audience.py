"""Whom does a planned send reach, who is reached by two of them, and whose monthly quota do they use up?

WeCom counts mass messages per customer and per group: in a month each may receive as many as the month has days,
company and staff sends together; a company may set 7 a week or 1 a day instead. What was sent is known from `sends`
up to its last row; planned sends count from there on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from sopdash.access import Viewer
from sopdash.errors import UnknownName
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate

if TYPE_CHECKING:
    from sopdash.warehouse import Store


@dataclass(frozen=True, order=True)
class Audience:
    """Whom a send is for: all members of groups (of a type), or contacts (of a segment)."""

    to_groups: bool
    group_type: str = ""
    segment: str = ""


@dataclass(frozen=True)
class Reach:
    """`people`: audience → customers in it now; audiences nobody can resolve (a segment unknown, a group type without
    groups) are left out. `shared`: two audiences → customers in both."""

    people: dict[Audience, int] = field(default_factory=dict)
    shared: dict[tuple[Audience, Audience], int] = field(default_factory=dict)

    def both(self, one: Audience, other: Audience) -> int | None:
        """Customers in both; None where that is not known."""
        if one not in self.people or other not in self.people:
            return None
        return self.people[one] if one == other else self.shared.get((min(one, other), max(one, other)), 0)


@dataclass(frozen=True)
class Use:
    """Of one kind of receiver (customers, groups): the most any one gets, how many get more than the limit, and the
    most already sent."""

    most: int
    over: int
    sent: int


_REACH = """
    -- Who is in which audiences? One row: a set of audiences (one bit each) and the customers in exactly those.
    with reached as ({reached}),
    placed as (select customer, bit_or(cast(1 as bigint) << audience) as audiences from reached group by customer)
    select audiences, count(*) from placed group by audiences
"""
_MOST = 60
"""Audiences counted at once: the bits of a number."""

_USE = """
    -- How many mass messages does each receiver get in the window? One row: most of any, how many over the limit, sent.
    with reached as ({reached}),
    planned as (select unnest($audiences) as audience, unnest($counts) as planned),
    coming as (
        select reached.receiver, sum(planned.planned) as messages
        from reached join planned on planned.audience = reached.audience group by reached.receiver
    ),
    gone as (
        select {receiver} as receiver, count(*) as messages
        from mart.sends s
        where {receiver} is not null and s.sent_at >= $first and s.sent_at < $end
        group by all
    ),
    both_ as (
        select coalesce(coming.messages, 0) + coalesce(gone.messages, 0) as messages,
            coalesce(gone.messages, 0) as sent, coming.receiver is not null as is_planned
        from coming full outer join gone on gone.receiver = coming.receiver
    )
    select coalesce(max(messages), 0), count(*) filter (messages > $most and is_planned), coalesce(max(sent), 0)
    from both_
"""

_LAST_SEND = """
    -- Up to when is known what was sent? One row.
    select max(sent_at) from mart.sends
"""


def reach(store: Store, audiences: Sequence[Audience], viewer: Viewer) -> Reach:
    """How many customers each audience has now, and how many two of them share."""
    known = _resolved(store, audiences, viewer)
    if not known:
        return Reach()
    order = sorted(known)[:_MOST]
    parts = [f"select {at} as audience, customer from ({known[one].sql})" for at, one in enumerate(order)]  # noqa: S608
    params = [value for one in order for value in known[one].params]
    people, shared = dict.fromkeys(order, 0), dict.fromkeys(combinations(order, 2), 0)
    for bits, count in store.warehouse.rows(_REACH.format(reached=" union all ".join(parts)), params):
        inside = [one for at, one in enumerate(order) if bits >> at & 1]
        for one in inside:
            people[one] += count
        for pair in combinations(inside, 2):
            shared[pair] += count
    return Reach({one: count for one, count in people.items() if count or not one.group_type}, shared)


def last_send(store: Store) -> dt.datetime | None:
    """The time of the last mass message the data knows of."""
    [[found]] = store.warehouse.rows(_LAST_SEND)
    last: dt.datetime | None = found
    return last


def customers_use(
    store: Store, first: dt.date, end: dt.date, planned: Mapping[Audience, int], most: int, viewer: Viewer
) -> Use:
    """Customers' use of the quota from `first` to before `end`: sent so far, and `planned` (audience → sends)."""
    known = _resolved(store, [one for one in planned if not one.to_groups], viewer)
    parts = [
        (f"select '{at}' as audience, customer as receiver from ({predicate.sql})", predicate.params)  # noqa: S608
        for at, predicate in enumerate(known.values())
    ]
    return _use(store, "s.customer", "bigint", parts, [planned[one] for one in known], first, end, most)


def groups_use(
    store: Store, first: dt.date, end: dt.date, planned: Mapping[Audience, int], most: int
) -> Use:  # fmt: skip
    """Groups' use of the quota, likewise."""
    wanted = [one for one in planned if one.to_groups]
    parts = [
        (
            f"""select '{at}' as audience, g."group" as receiver from mart.groups g
            where g.dissolved_at is null and (? = '' or g.group_type = ?)""",  # noqa: S608 - a number
            (one.group_type, one.group_type),
        )
        for at, one in enumerate(wanted)
    ]
    return _use(store, 's."group"', "varchar", parts, [planned[one] for one in wanted], first, end, most)


def _use(
    store: Store, receiver: str, kind: str, parts: Sequence[tuple[str, tuple[object, ...]]], counts: Sequence[int],
    first: dt.date, end: dt.date, most: int,
) -> Use:  # fmt: skip
    params: dict[str, object] = {
        "audiences": [str(at) for at in range(len(parts))], "counts": list(counts), "first": first, "end": end,
        "most": most,
    }  # fmt: skip
    named = []
    for at, (sql, values) in enumerate(parts):
        pieces = sql.split("?")
        named.append("".join(f"{piece}$p{at}_{n}" for n, piece in enumerate(pieces[:-1])) + pieces[-1])
        params |= {f"p{at}_{n}": value for n, value in enumerate(values)}
    reached = " union all ".join(named) or f"select '' as audience, cast(null as {kind}) as receiver where false"
    [[top, over, sent]] = store.warehouse.rows(_USE.format(reached=reached, receiver=receiver), params)
    return Use(int(top), int(over), int(sent))


def _resolved(store: Store, audiences: Sequence[Audience], viewer: Viewer) -> dict[Audience, Predicate]:
    """Audience → query of its customers; those whose segment nobody knows are left out."""
    found = {}
    for one in sorted(set(audiences)):
        try:
            found[one] = _members(store, one, viewer)
        except UnknownName:
            continue
    return found


def _members(store: Store, audience: Audience, viewer: Viewer) -> Predicate:
    if audience.to_groups:
        return Predicate(
            """select distinct m.customer from mart.memberships m join mart.groups g on g."group" = m."group"
            where m.left_at is null and m.customer is not null and not m.is_staff
              and (cast(? as varchar) = '' or g.group_type = cast(? as varchar))""",
            (audience.group_type, audience.group_type),
        )
    where = (("group_type", audience.group_type),) if audience.group_type else ()
    test = filters.customers(store, where, audience.segment or None, viewer)
    return Predicate(f"select c.customer from mart.customers c where c.held and ({test.sql})", test.params)  # noqa: S608
