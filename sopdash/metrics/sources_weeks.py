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

OF_A_WEEK = replace(
    GROUP_MOVES, relation="mart.group_weeks d", per="", inner={}, joins={"b": _BUCKET, **GROUP_MOVES.joins}
)
"""Moves and talk where each bucket is one week: a row is all there is of a group in it."""

OF_RECENT = replace(OF_A_WEEK, relation="mart.recent_groups d", keep="d.told > 0")
"""The same where the bucket is the weeks that pages open with, or as many before them."""

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

_DAYS_TOLD = f"""sum(bit_count(cast(d.told_days as integer) >> greatest(
    cast({_QUIET_AFTER} as date) - cast(date_trunc('week', d.day) as date) + 1, 0
)))"""

GROUPS_OF_WEEKS = replace(
    GROUPS_AT_END,
    joins={
        "heard": f"""left join (
            select b2.bucket, d."group",
                {_DAYS_TOLD} as days,
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

_THERE = """g.since < {until} and coalesce(g.dissolved_at, timestamp 'infinity') >= {until}"""

QUIET_WEEKS = replace(
    GROUPS_AT_END,
    relation=f"""(
        with told as (select max(told_until) as until from mart.group_seen),
        s as (select cast(silent_group_days as integer) as quiet from settings),
        spoken as (select exists (select 1 from mart.messages) as known),
        g as (select * from {GROUPS_AT_END.relation}),
        -- Of a week that is told to its end one row says it all.
        heard as (
            select b2.first, b2.until, d."group", coalesce(d.heard_on > b2.last - s.quiet, false) as heard,
                d.replied_on > b2.last - s.quiet
                    or bit_count(cast(d.told_days as integer) >> (7 - s.quiet)) >= s.quiet as known
            from mart.group_weeks d cross join s cross join told
            join buckets b2 on date_trunc('week', b2.last) = date_trunc('week', d.day)
            where b2.last <= told.until
            union all
            select b2.first, b2.until, d."group", coalesce(bool_or(d.heard_on > {_QUIET_AFTER}), false),
                bool_or(d.replied_on > {_QUIET_AFTER}) or {_DAYS_TOLD} >= any_value(s.quiet)
            from mart.group_weeks d cross join s cross join told
            join buckets b2 on d.last_day > {_QUIET_AFTER} and d.day <= b2.last
            where b2.last > told.until
            group by all
        )
        select b.first as day, count(*) as groups, case when any_value(spoken.known) then count(*) else 0 end as silent
        from g join buckets b on {_THERE.format(until="b.until")} cross join spoken
        group by b.first
        union all
        select heard.first, 0, sum(case
            when spoken.known then -cast(heard.heard as integer)
            else cast(not heard.heard and coalesce(heard.known, false) as integer)
        end)
        from heard join g on g."group" = heard."group" and {_THERE.format(until="heard.until")} cross join spoken
        group by heard.first
    ) q""",  # noqa: S608 - declared names only
    when=When.DURING,
    day="q.day",
    joins={"b": "join buckets b on b.bucket = {bucket of q.day}", "told": GROUPS_AT_END.joins["told"]},
)
"""All groups together, where silence is told from the days of one week: the groups there are, less those heard of. Only
groups that reports speak of can be silent where there is no list of messages."""
