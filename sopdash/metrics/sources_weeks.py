"""Groups by whole weeks: what `mart.group_weeks` says of a week stands in for the days it is made of."""

from __future__ import annotations

from dataclasses import replace

from sopdash.metrics.sources import GROUP_MOVES, GROUP_TALK, GROUPS_AT_END, MEMBERS_AT_END, PARTLY, STOCK_DAYS, When

MOVES_OF_WEEKS = replace(
    GROUP_MOVES,
    relation="mart.group_weeks d",
    inner={
        "joins": "sum(d.joins)", "leaves": "sum(d.leaves)",
        "by_rows": "sum(d.member_rows)", "reported": "sum(d.joins_told)",
    },
)  # fmt: skip

TALK_OF_WEEKS = replace(
    GROUP_TALK,
    relation="mart.group_weeks d",
    inner={
        "messages": "sum(d.messages)",
        "by_rows": "sum(d.message_rows)",
        "reported": "sum(d.messages_told)",
    },
)

_BUCKET = "join buckets b on b.bucket = {bucket of d.day}"
_PARTLY = "count(*) filter (d.{rows} = 0 and d.{told} < b.days and d.{told} > 0)"

MOVES_OF_A_WEEK, TALK_OF_A_WEEK = (
    replace(source, relation="mart.group_weeks d", per="", inner={}, joins={"b": _BUCKET, **source.joins})
    for source in (GROUP_MOVES, GROUP_TALK)
)
"""Where each bucket is one week: a row is all there is of a group in it."""

SUMS_OF_MOVES = {
    "sum(joins)": "sum(d.joins)",
    "sum(leaves)": "sum(d.leaves)",
    GROUP_MOVES.flags[PARTLY]: _PARTLY.format(rows="member_rows", told="joins_told"),
}
SUMS_OF_TALK = {
    "sum(messages)": "sum(d.messages)",
    GROUP_TALK.flags[PARTLY]: _PARTLY.format(rows="message_rows", told="messages_told"),
}

MEMBERS_STANDING = replace(
    MEMBERS_AT_END,
    relation="mart.group_weeks d",
    when=When.AT_END,
    since="cast(d.members_on as timestamp)",
    until="cast(d.members_until as timestamp)",
    day="d.members_on",
    trailing=STOCK_DAYS,
    keep="true",
    per="",
    inner={},
    summed=True,
)
"""All groups together: what a group's members came to stands until it is known again."""

SUMS_OF_MEMBERS = {"sum(members)": "sum(d.members)", "sum(people)": "sum(d.people)"}

MEMBERS_OF_WEEKS = replace(
    MEMBERS_AT_END,
    relation="mart.group_weeks d",
    day="d.members_on",
    keep="coalesce(g.dissolved_at, timestamp 'infinity') >= b.until",
    inner={
        "members": "arg_max(d.members, d.members_on)",
        "people": "arg_max(d.people, d.members_on)",
        "capacity": "any_value(g.capacity)",
    },
)
"""The last day known of a week or the one before it: an earlier one of either is no later."""

_QUIET_AFTER = "least(b2.last, told.until) - s.quiet"

GROUPS_OF_WEEKS = replace(
    GROUPS_AT_END,
    joins={
        "heard": f"""left join (
            select b2.bucket, d."group",
                sum(bit_count(cast(d.told_days as integer) >> greatest(
                    cast({_QUIET_AFTER} as date) - cast(date_trunc('week', d.day) as date) + 1, 0
                ))) as days,
                max(d.replied_on) filter (d.replied_on > {_QUIET_AFTER}) as last_at,
                bool_or(d.heard_on > {_QUIET_AFTER}) as heard
            from mart.group_weeks d cross join (select cast(silent_group_days as integer) as quiet from settings) s
            cross join (select max(told_until) as until from mart.group_seen) told
            join buckets b2 on d.last_day > {_QUIET_AFTER} and d.day <= b2.last
            where d.last_day > least({{first}}, told.until) - s.quiet and d.day <= {{last}}
            group by b2.bucket, d."group"
        ) heard on heard.bucket = b.bucket and heard."group" = g."group" """,  # noqa: S608 - declared names only
        "told": GROUPS_AT_END.joins["told"],
    },
)
"""Whom is heard of in the days before a bucket's end: of a week that lies across their first one, its later days."""
