"""Groups and their days: from which day on each group's have to be built again.

A move of a membership changes the stock of all later days, so a group's days are replaced from the first day on which
anything differs. `group_moves` collects these days; no day there stands for all of them.
"""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.narrow import narrowed

_LONG = 3700
"""Days of a span from which on its days are left out."""


def group_names(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    steps.temp(cursor, "groups_before", _GROUPS)
    refresh.build(cursor, kind, name, values)


def groups(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """`changed_groups`: what a name or id meant before, where it means another group now or one with other traits."""
    refresh.build(cursor, kind, name, values)
    gone = f"from groups_before except ({_GROUPS})"
    steps.temp(cursor, "changed_groups", f'select "group" from ({gone}) where "group" is not null')
    come = f"({_GROUPS}) except from groups_before"
    cursor.execute(
        f"""insert into group_moves
            select "group", null from changed_groups
            union select "group", null from ({come}) where "group" is not null"""
    )


_GROUPS = """select names.kind, names.written, groups."group", groups.dissolved_at, groups.group_type, groups.store
    from kept.group_names as names left join mart.groups on groups.key = names.key"""


def note_memberships(cursor: Cursor) -> None:
    """Notes the days of joins and leaves that stand in `rows_before` or `rows_now` alone."""
    moves = """select membership_id, "group", is_staff, true as joins, joined_at as "at" from {0}
        union all
        select membership_id, "group", is_staff, false, left_at from {0} where left_at is not null"""
    before, now = moves.format("rows_before"), moves.format("rows_now")
    cursor.execute(
        f"""insert into group_moves
            select "group", cast("at" as date)
            from ((({before}) except ({now})) union all (({now}) except ({before})))
            where "group" is not null"""
    )


def group_talk(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """The touched days; noted are those that came out otherwise."""
    by, talked = ("group", "day"), 'select distinct "group", day from message_moves where day is not null'
    rows = 'select * from kept.group_talk semi join touched_keys using ("group", day)'
    steps.temp(cursor, "talk_before", f'from kept.group_talk semi join ({talked}) as talked using ("group", day)')
    steps.narrow_and_replace(cursor, name, f"({talked})", by, ("messages", "speaker_days"), "kept")
    cursor.execute(
        f"""insert into group_moves
            select "group", day
            from ((from talk_before except ({rows})) union all (({rows}) except from talk_before))"""
    )


def member_spans(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Where a span ends on another day, the days behind the nearer end came or went."""
    steps.temp(cursor, "spans_before", f"from kept.{name}")
    refresh.build(cursor, kind, name, values)
    cursor.execute(
        f"""insert into group_moves
            select "group",
                case
                    when old.first_day = now.first_day
                        and greatest(old.last_day, now.last_day) - old.first_day < {_LONG}
                    then least(old.last_day, now.last_day) + 1
                    else least(old.first_day, now.first_day)
                end
            from spans_before as old full join kept.{name} as now using ("group")
            where old.first_day is distinct from now.first_day or old.last_day is distinct from now.last_day"""
    )


def message_spans(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    steps.compare(cursor, kind, name, values)
    cursor.execute(f'insert into group_moves select "group", first_day from changed_{name}')


def group_since(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    cursor.execute(
        """insert into group_moves
           select groups."group", days.day from moved.group_days as days join mart.groups using (group_id)"""
    )
    steps.temp(
        cursor,
        name,
        """with moved as (
               select "group", min(coalesce(day, date '0001-01-01')) as since from group_moves group by "group"
           )
           select
               moved."group", moved.since,
               case when before.customers is null then date '0001-01-01' else moved.since end as counted_from,
               before.customers, before.members - before.customers as staff_members
           from moved
           left join mart.group_days as before
               on before."group" = moved."group" and before.day = moved.since - 1 and before.members_origin = 'rows'""",
    )


def group_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    cursor.execute(
        """delete from mart.group_days as them using group_since as moved
           where them."group" = moved."group" and them.day >= moved.since"""
    )
    cursor.execute(f"insert into mart.{name} {refresh.sql_of(name)}")


def group_weeks(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """The touched weeks of each group: from the one on before that in which its days differ, whose members may stand
    for days of it."""
    since = "cast(date_trunc('week', moved.since) as date) - 7"
    cursor.execute(
        f"""delete from mart.{name} as them using group_since as moved
            where them."group" = moved."group" and them.day >= {since}"""
    )
    steps.view(
        cursor,
        "days_now",
        f"""select them.* from mart.group_days as them
            join group_since as moved on moved."group" = them."group" and them.day >= {since}""",
    )
    weeks = narrowed(refresh.sql_of(name), {"mart.group_days": "temp.days_now"})
    cursor.execute(f"insert into mart.{name} {weeks}")
