"""Keep, by people: figures of groups from rows that name customers, for questions about some customers only.

Groups are counted by rows and, where there are none, by daily reports, which name nobody. Asked by tier, under a
segment or for one employee's customers, the same metric is counted from member lists and messages alone, and says so.
"""

from __future__ import annotations

from dataclasses import replace

from sopdash.metrics.catalogue import keep
from sopdash.metrics.definition import Measure, Metric
from sopdash.metrics.sources import JOINED_GROUPS, LEFT_GROUPS, MEMBERSHIPS_AT_END, MEMBERSHIPS_AT_START, SPEAKERS

_MEMBERS = Measure(MEMBERSHIPS_AT_END, "count(*)")
_MEMBERS_BEFORE = Measure(MEMBERSHIPS_AT_START, "count(*)")
_LEAVES = Measure(LEFT_GROUPS, "count(*)")
_GROUPS = {metric.name: metric for metric in keep.METRICS}


def _by_people(name: str, numerator: Measure, denominator: Measure | None, *needs: str) -> Metric:
    return replace(
        _GROUPS[name], numerator=numerator, denominator=denominator, needs=needs, notes=("groups_with_rows_only",)
    )


METRICS = (
    _by_people("group_members", _MEMBERS, None, "group_members"),
    _by_people("joins", Measure(JOINED_GROUPS, "count(*)"), None, "group_members"),
    _by_people("leaves", _LEAVES, None, "group_members.left_at"),
    _by_people("leave_rate", _LEAVES, _MEMBERS_BEFORE, "group_members.left_at"),
    *(
        _by_people(name, _GROUPS[name].numerator, _MEMBERS_BEFORE, "group_members.leave_kind")
        for name in ("leave_rate_left", "leave_rate_removed")
    ),
    _by_people("messages", Measure(SPEAKERS, "count(*)"), None, "messages"),
    _by_people("speaking_rate", keep.SPEAKER_COUNT, _MEMBERS, "messages", "group_members"),
)
