"""Follows, memberships and what they make: when a customer was reachable."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import groups, steps
from sopdash.warehouse.narrow import narrowed


def follows(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    by = ("follow_id",)
    steps.touch(cursor, name, by, (), name)
    steps.locate(cursor, by, name)
    steps.temp(
        cursor, "follow_people", narrowed(refresh.sql_of("follow_people"), {"fact.follows": "temp.touched_rows"})
    )
    people = """select customer from mart.follows semi join touched_keys using (follow_id)
        union
        select customer from follow_people
        union
        select named.customer from follow_people as people join name_people as named on named.name = people.name"""
    cursor.execute(
        f"""insert into touched_keys
            select follow_id from mart.follows semi join ({people}) as people using (customer)
            except select follow_id from touched_keys"""
    )
    steps.replace(cursor, name, values, by, name)
    steps.collect(cursor, "touched_customers", "related_customers")
    steps.note_events(cursor, "added", "added_at", "not is_transfer")
    before, now = steps.acquired("temp.rows_before"), steps.acquired("temp.rows_now")
    cursor.execute(
        f"""insert into buying_since
            select customer, timestamp '-infinity'
            from ((({before}) except ({now})) union all (({now}) except ({before})))"""
    )


def memberships(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    more = (
        "select membership_id from mart.memberships where name in (select name from changed_staff_names)",
        'select membership_id from mart.memberships where "group" in (select "group" from changed_groups)',
    )
    steps.rows(cursor, name, values, ("membership_id",), more, "group_members")
    groups.note_memberships(cursor)
    steps.note_events(cursor, "joined", "joined_at", "not is_staff")
    steps.collect(cursor, "touched_customers", "related_customers")


def holdings(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    sources = {"follows": "customer, added_at, lost_at", "memberships": "customer, is_staff, joined_at, left_at"}
    for source, columns in sources.items():
        related = f"select {columns} from mart.{source} semi join related_customers using (customer)"
        steps.temp(cursor, f"related_{source}", related)
    steps.temp(cursor, "spans_before", "select * from mart.holdings semi join related_customers using (customer)")
    sql = narrowed(refresh.sql_of(name), {f"mart.{source}": f"temp.related_{source}" for source in sources})
    steps.temp(cursor, "spans_now", sql)
    cursor.execute(
        """insert into held_moves
           select customer,
               case when old.held and fresh.held
                   then least(coalesce(old.held_until, 'infinity'), coalesce(fresh.held_until, 'infinity'))
                   else held_from
               end
           from (select *, true as held from spans_before) as old
           full join (select *, true as held from spans_now) as fresh using (customer, held_from)
           where old.held is distinct from fresh.held or old.held_until is distinct from fresh.held_until"""
    )
    cursor.execute("insert into buying_since from held_moves")
    cursor.execute("delete from mart.holdings where customer in (select customer from related_customers)")
    cursor.execute("insert into mart.holdings from spans_now")


def stands(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    near = {"mart.memberships": "temp.related_memberships", "mart.holdings": "temp.spans_now"}
    cursor.execute(f"delete from mart.{name} where customer in (select customer from related_customers)")
    cursor.execute(f"insert into mart.{name} {narrowed(refresh.sql_of(name), near)}")
