"""Messages and the sums of them: what came is added to what stands, what went is taken off; older ones are not read.

`message_moves`: messages that stand in the mart now and did not (n > 0), or no more (n < 0).
"""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.schema import listed


def messages(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    more = []
    if steps.has_rows(cursor, "changed_staff_names"):
        more.append("select sent_at from mart.messages where sender in (select name from changed_staff_names)")
    if steps.has_rows(cursor, "changed_groups"):
        more.append('select sent_at from mart.messages where "group" in (select "group" from changed_groups)')
    steps.temp(
        cursor,
        "named_speakers",
        """select sender from kept.customer_talk
           where customer is null
               and sender in (select value from changed_identities where kind = 'name' and after is not null)""",
    )
    if steps.has_rows(cursor, "named_speakers"):
        more.append(
            """select sent_at from mart.messages
               where customer is null and not is_staff and sender in (select sender from named_speakers)"""
        )
    steps.rows(cursor, name, values, ("sent_at",), more, name)
    _note(cursor)


def _note(cursor: Cursor) -> None:
    columns = listed(("group", "customer", "sender", "is_staff", "sent_at", "day"))
    steps.temp(
        cursor,
        "message_moves",
        f"""select {columns}, sum(n) as n
            from (select {columns}, -1 as n from rows_before union all select {columns}, 1 from rows_now)
            group by {columns} having sum(n) <> 0""",
    )
    cursor.execute(
        """insert into event_moves
           select customer, 'spoke', min(sent_at) from message_moves
           where not is_staff and customer is not null and sent_at is not null group by customer"""
    )
    cursor.execute(
        """insert into touched_days
           select distinct customer, day from message_moves where customer is not null and day is not null"""
    )
    cursor.execute(
        """insert into lost_days
           select distinct customer, day from message_moves where n < 0 and customer is not null and day is not null"""
    )


def speaker_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Counts alone: what came is added, what went taken off."""
    by = ("group", "day", "customer", "sender")
    steps.temp(
        cursor,
        "more",
        """select "group", day, customer, case when customer is null then sender end as sender, sum(n) as n
           from message_moves where not is_staff and day is not null
           group by "group", day, customer, case when customer is null then sender end""",
    )
    steps.meet(cursor, "mart.speaker_days", by)
    cursor.execute("delete from mart.speaker_days where rowid in (select place from met)")
    cursor.execute(
        f"""insert into mart.speaker_days
            select {listed(by)}, sum(n) as messages
            from (select {listed(by)}, n from more union all select {listed(by)}, messages from met)
            group by {listed(by)} having sum(n) > 0 order by day"""
    )


def message_hours(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Counts alone, like those of the speakers."""
    by = ("day", "hour")
    steps.temp(
        cursor,
        "more",
        """select day, cast(extract(hour from sent_at) as bigint) as hour, cast(sum(n) as bigint) as messages
           from message_moves where not is_staff and day is not null group by day, hour""",
    )
    steps.meet(cursor, f"mart.{name}", by)
    cursor.execute(f"delete from mart.{name} where rowid in (select place from met)")
    cursor.execute(
        f"""insert into mart.{name}
            select day, hour, sum(messages) from (select * from more union all select day, hour, messages from met)
            group by day, hour having sum(messages) > 0"""
    )


def group_turns(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """From the first touched week on: the weeks before know nothing of what came after."""
    found = cursor.execute(
        "select cast(date_trunc('week', min(day)) as date) from message_moves where not is_staff and day is not null"
    ).fetchone()
    if begins_elsewhere(cursor, name):
        refresh.build(cursor, kind, name, values)
    elif found is not None and found[0] is not None:
        by = ("group", "customer", "sender")
        since = f"date '{found[0].isoformat()}'"
        steps.temp(cursor, "more", f"select distinct {listed(by)} from mart.speaker_days where day >= {since}")
        last = f"""select more.*, max(them.day) as day
            from mart.speaker_days as them join {{who}} as more on {steps.same("them", "more", by)}
            where {{when}} group by all"""
        # Most have spoken there of late: only the others are looked for among all earlier days.
        lately = f"them.day < {since} and them.day >= {since} - {_LATELY}"
        steps.temp(cursor, "turning_days", last.format(who="more", when=lately))
        steps.temp(
            cursor,
            "not_of_late",
            f"select more.* from more anti join turning_days as found on {steps.same('found', 'more', by)}",
        )
        if steps.has_rows(cursor, "not_of_late"):
            earlier = last.format(who="not_of_late", when=f"them.day < {since} - {_LATELY}")
            cursor.execute(f"insert into turning_days {earlier}")
        cursor.execute(f"insert into turning_days select {listed(by)}, day from mart.speaker_days where day >= {since}")
        turns = narrowed(refresh.sql_of(name), {"mart.speaker_days": "temp.turning_days"})
        cursor.execute(f"delete from mart.{name} where day >= {since}")
        cursor.execute(f"insert into mart.{name} select * from ({turns}) where day >= {since} order by day")


_LATELY = 28
"""Days before a week in which most of its speakers have spoken too."""


def begins_elsewhere(cursor: Cursor, name: str) -> bool:
    """Whether the first week is told from another day on than when its turns were counted."""
    found = cursor.execute(
        f"""select min(turns.day) <> greatest(cast(date_trunc('week', min(turns.day)) as date), min(meta.first_day))
            from mart.{name} as turns cross join mart.meta as meta"""
    ).fetchone()
    return bool(found and found[0])


def customer_talk(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Counts and moments. Where some of a speaker's messages went and some stayed, the moments are looked up again."""
    by = ("customer", "sender")
    steps.temp(
        cursor,
        "more",
        """select customer, sender, sum(n) as n, min(n) < 0 as gone, min(sent_at) as first_at, max(sent_at) as last_at
           from message_moves where not is_staff group by customer, sender""",
    )
    steps.meet(cursor, "kept.customer_talk", by)
    steps.temp(
        cursor,
        "talk_now",
        f"""select more.customer, more.sender,
                more.n + coalesce(met.messages, 0) as messages,
                least(more.first_at, met.first_at) as first_at,
                greatest(more.last_at, met.last_at) as last_at,
                more.gone
            from more left join met on {steps.same("more", "met", by)}""",
    )
    # Whoever only said more under a known name is last seen later; all else of theirs is as it was.
    cursor.execute(
        f"""insert into touched_customers
            select more.customer from more left join met on {steps.same("more", "met", by)}
            where more.customer is not null and (more.gone or not coalesce(met.first_at <= more.first_at, false))"""
    )
    cursor.execute("insert into lately select customer, 'spoke', last_at from more where customer is not null")
    cursor.execute("delete from kept.customer_talk where rowid in (select place from met)")
    cursor.execute(
        "insert into kept.customer_talk select * exclude (gone) from talk_now where messages > 0 and not gone"
    )
    if steps.has_rows(cursor, "(from talk_now where messages > 0 and gone)"):
        cursor.execute(
            f"""insert into kept.customer_talk
                select them.customer, them.sender, count(*), min(sent_at), max(sent_at)
                from mart.messages as them
                join (from talk_now where messages > 0 and gone) as again on {steps.same("them", "again", by)}
                where not them.is_staff group by them.customer, them.sender"""
        )
