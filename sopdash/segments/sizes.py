"""How large was a segment? The saved ones are counted again whenever the marts move, and each count is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sopdash.access import LOCAL_OWNER
from sopdash.errors import SopdashError
from sopdash.metrics.filters import Predicate
from sopdash.segments.library import Segment, own, predicate_of
from sopdash.segments.people import counted
from sopdash.warehouse import FOLLOWERS

if TYPE_CHECKING:
    from sopdash.warehouse import Store


def keep_up(store: Store) -> int:
    """Counts the saved segments not yet counted on the marts as they are; returns how many that were."""
    known = own(store)
    if not known:
        return 0
    done = "select segment from segment_sizes where version = ?"
    there = {name for (name,) in store.workspace.rows(done, [store.warehouse.version])}
    return _count(store, [segment for segment in known if segment.id not in there])


def count(store: Store, segment: Segment) -> None:
    """Counts a segment just saved: its rule may be another one now."""
    _count(store, [segment])


def history(store: Store, segment: Segment) -> pd.DataFrame:
    """The sizes of a saved segment by last day of the data, oldest first: day, customers, net_sales, counted_at; the
    latest count where one day was counted more than once."""
    return store.workspace.frame(
        """
        -- How did the segment grow? One row: a last day of the data.
        select day, arg_max(customers, counted_at) as customers, arg_max(net_sales, counted_at) as net_sales,
               max(counted_at) as counted_at
        from segment_sizes where segment = ? group by day order by day
        """,
        [segment.id],
    )


def _count(store: Store, segments: list[Segment]) -> int:
    day = store.warehouse.rows("select last_day from mart.meta")
    if not segments or not day or day[0][0] is None:
        return 0
    sound = [(segment, rule) for segment in segments if (rule := _rule(store, segment)) is not None]
    sizes = counted(store, [rule for _, rule in sound], LOCAL_OWNER)
    now = store.settings.now()
    with store.workspace.write() as cursor:
        for (segment, _), size in zip(sound, sizes.to_dict("records"), strict=True):
            cursor.execute(
                "insert into segment_sizes (segment, day, customers, net_sales, version, counted_at) "
                "values (?, ?, ?, ?, ?, ?)",
                [segment.id, day[0][0], size["customers"], size["net_sales"], store.warehouse.version, now],
            )
    return len(sound)


def _rule(store: Store, segment: Segment) -> Predicate | None:
    """The predicate; None where the rule cannot be read any more."""
    try:
        return predicate_of(store, segment)
    except SopdashError:
        return None


def _follow(store: Store) -> None:
    keep_up(store)


FOLLOWERS.append(_follow)
