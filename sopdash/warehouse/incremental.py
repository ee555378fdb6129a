"""Marts after an import or an undo: only rows that what moved can have touched are computed again.

The same SQL runs over fewer rows: a table it reads is narrowed to the touched ones, which are replaced in the mart.
What counts as touched may be too much, never too little; so the result always equals a full rebuild. Marts without an
own way here are rebuilt. Where stores, staff or codes moved, on which every row may hang, or a large part of a fact,
all are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sopdash.warehouse import coverage, moved, refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS, Fact
from sopdash.warehouse.schema import listed, quoted
from sopdash.warehouse.settings import Settings

_EVERYWHERE = {"stores", "staff", "codes"}
"""Facts that any row of the marts may take a value from."""

Values = dict[str, Any]


def bring_up_to_date(cursor: Cursor, settings: Settings, progress: refresh.Progress | None = None) -> int:
    """Brings the marts into line with the facts inside the caller's transaction; returns their new version."""
    if not moved.is_open(cursor) or not refresh.same_rules(cursor, settings) or moved.facts(cursor) & _EVERYWHERE:
        return refresh.rebuild(cursor, settings, progress)
    version = refresh.next_version(cursor)
    moved.complete(cursor)
    refresh.tag_channels(cursor, settings)
    for name, columns in _TOUCHED.items():
        cursor.execute(f"create or replace temp table {name} ({columns})")
    refresh.run(cursor, refresh.values_of(settings, version), _WAYS, progress)
    refresh.finish(cursor, settings, version)
    return version


_TOUCHED = {
    "touched_customers": "customer bigint",
    "related_customers": "customer bigint",
    "buying_since": 'customer bigint, "at" timestamp',
    "touched_days": "customer bigint, day date",
    "talked_days": '"group" varchar, day date',
}
"""What is collected on the way: all touched customers; those whose relations moved; from when on a customer's orders
have to be counted anew; touched days of customers, and of groups."""


def narrowed(sql: str, tables: Mapping[str, str]) -> str:
    """The query reading other tables: {'fact.follows': 'touched_follows'}."""
    for name, instead in tables.items():
        sql = re.sub(rf"\b{re.escape(name)}\s+as\b", f"{instead} as", sql)
        sql = re.sub(rf"\b{re.escape(name)}\b(?!\.)", f"{instead} as {name.split('.')[-1]}", sql)
    return sql


def _temp(cursor: Cursor, name: str, sql: str, values: Values | None = None) -> None:
    refresh.store(cursor, refresh.STEP, name, sql, values or {})


def _view(cursor: Cursor, name: str, sql: str) -> None:
    cursor.execute(f"create or replace temp view {name} as {sql}")


def _drop(cursor: Cursor, *names: str) -> None:
    for name in names:
        cursor.execute(f"drop table if exists temp.{name}")


def _any(cursor: Cursor, table: str) -> bool:
    return cursor.execute(f"select 1 from {table} limit 1").fetchone() is not None


def _compare(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    """Rebuilds a small list and keeps what came and went as changed_<name>."""
    _temp(cursor, "before", f"select * from kept.{name}")
    refresh.build(cursor, kind, name, values)
    _temp(
        cursor,
        f"changed_{name}",
        f"(from temp.before except from kept.{name}) union (from kept.{name} except from temp.before)",
    )


_IDENTITIES = (
    "external_id", "unionid", "account", "phone_key", "name", "sender", "is_staff",
    "inviter_external_id", "inviter_phone_key", "inviter_name",
    "invitee_external_id", "invitee_phone_key", "invitee_name",
)  # fmt: skip
"""Columns of facts that say who somebody is."""


def _mentions(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    """Adds the new ways of naming people; where one may have gone, all are collected again. `moved_mentions`: both."""
    sql = refresh.sql_of(name)
    told = [fact for fact in FACTS.values() if f"fact.{fact.name}\n" in sql]
    _temp(cursor, "told_mentions", narrowed(sql, {f"fact.{fact.name}": f"moved.{fact.name}" for fact in told}))
    _temp(cursor, "moved_mentions", "(from told_mentions) except (from kept.mentions)")
    if any(_renamed(cursor, fact) for fact in told):
        refresh.build(cursor, kind, name, values)
        cursor.execute("insert into moved_mentions (from told_mentions) except (from kept.mentions)")
    else:
        cursor.execute("insert into kept.mentions from moved_mentions")


def _renamed(cursor: Cursor, fact: Fact) -> bool:
    """Whether a row of the fact named somebody in a way it does no more."""
    columns = listed([*fact.key, *(name for name in _IDENTITIES if name in fact.columns and name not in fact.key)])
    now = f'fact."{fact.name}" semi join moved."{fact.name}" as moved using ({listed(fact.key)})'
    return _any(cursor, f'(select {columns} from moved."{fact.name}" except select {columns} from {now})')


def _account_labels(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    _temp(cursor, "before", f"from kept.{name}")
    refresh.build(cursor, kind, name, values)
    _temp(
        cursor,
        "moved_labels",
        f"""select label from (from temp.before except from kept.{name})
            union select label from (from kept.{name} except from temp.before)""",
    )


def _links(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    """Only of connected sets that a moved row names, now or before."""
    values["all_people"] = _any(cursor, "changed_staff_names") or _any(cursor, "changed_shared_phones")
    if values["all_people"]:
        refresh.build(cursor, kind, name, values)
        return
    customers = narrowed(refresh.sql_of("customer_mentions"), {"kept.mentions": "temp.moved_mentions"})
    _temp(cursor, "moved_nodes", narrowed(refresh.sql_of("strong_nodes"), {"customer_mentions": f"({customers})"}))
    named = " union ".join(
        f"select hash({node}) as number from moved_nodes where {node} is not null" for node in _NODES
    )
    _temp(
        cursor,
        "moved_numbers",
        f"""with named as ({named} union select hash('3account:' || label) from moved_labels),
            met as (select customer from kept.people semi join named using (number))
            select number from named union select number from kept.people semi join met using (customer)""",
    )
    _temp(
        cursor, "near_nodes", "select * from strong_nodes where hash(first_node) in (select number from moved_numbers)"
    )
    _temp(cursor, name, narrowed(refresh.sql_of(name), {"strong_nodes": "temp.near_nodes"}))


_NODES = ("external_node", "unionid_node", "account_node", "phone_node")


def _people(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    if values["all_people"]:
        refresh.build(cursor, kind, name, values)
        return
    cursor.execute("delete from kept.people where number in (select number from moved_numbers)")
    cursor.execute(f"insert into kept.people {narrowed(refresh.sql_of(name), {'strong_nodes': 'temp.near_nodes'})}")


def _group_names(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    _temp(cursor, "groups_before", _GROUPS)
    refresh.build(cursor, kind, name, values)


def _groups(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    refresh.build(cursor, kind, name, values)
    moved_groups = f"from groups_before except ({_GROUPS})"
    _temp(cursor, "changed_groups", f'select "group" from ({moved_groups}) where "group" is not null')


_GROUPS = """select names.kind, names.written, groups."group", groups.dissolved_at
    from kept.group_names as names left join mart.groups on groups.key = names.key"""


def _identities(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    _temp(cursor, "identities_now", refresh.sql_of(name))
    _temp(
        cursor,
        "changed_identities",
        """select kind, value, old.customer as before, fresh.customer as after
           from mart.identities as old full join identities_now as fresh using (kind, value)
           where old.customer is distinct from fresh.customer""",
    )
    cursor.execute(
        """delete from mart.identities as old using changed_identities as changed
           where old.kind = changed.kind and old.value = changed.value"""
    )
    cursor.execute(
        "insert into mart.identities select kind, value, after from changed_identities where after is not null"
    )
    _temp(
        cursor,
        "changed_customers",
        """select before as customer from changed_identities where before is not null
           union select after from changed_identities where after is not null""",
    )
    cursor.execute("insert into touched_customers from changed_customers")
    _drop(cursor, "identities_now")


def _rows(cursor: Cursor, name: str, values: Values, by: tuple[str, ...], more: Iterable[str], fact: str) -> None:
    """Replaces the rows of a mart that moved or belong to a changed customer: those that share `by` with such a row.

    `more`: queries for further values of `by`. What the rows were and are is left in `rows_before` and `rows_now`.
    """
    _touch(cursor, name, by, more, fact)
    _replace(cursor, name, values, by, fact)


def _touch(cursor: Cursor, name: str, by: tuple[str, ...], more: Iterable[str], fact: str) -> None:
    names = listed(by)
    asked = [
        f'select {names} from moved."{fact}"',
        f'select {names} from mart."{name}" semi join changed_customers using (customer)',
        *more,
    ]
    _temp(cursor, "touched_keys", " union ".join(asked))


def _replace(cursor: Cursor, name: str, values: Values, by: tuple[str, ...], fact: str) -> None:
    _compute(cursor, name, values, by, fact)
    cursor.execute(f'delete from mart."{name}" as them using touched_keys where {_equal("touched_keys", by)}')
    cursor.execute(f'delete from mart."{name}" where {quoted(by[0])} is null')
    cursor.execute(f'insert into mart."{name}" from rows_now')


def _compute(
    cursor: Cursor, name: str, values: Values, by: tuple[str, ...], fact: str, besides: str | None = None
) -> None:
    """`rows_before` as the mart has the touched rows, `rows_now` as they shall be (with those of more keys besides)."""
    _temp(cursor, "rows_before", _among(f'mart."{name}"', by))
    more = f'union all select * from fact."{fact}" semi join {besides} using ({listed(by)})' if besides else ""
    _temp(cursor, "touched_rows", f'{_among(f"""fact."{fact}" """, by)} {more}')
    sql = narrowed(refresh.sql_of(name), {f"fact.{fact}": "temp.touched_rows"})
    _temp(cursor, "rows_now", sql, values)


def _equal(touched: str, by: tuple[str, ...]) -> str:
    return " and ".join(f"them.{quoted(column)} = {touched}.{quoted(column)}" for column in by)


def _among(table: str, by: tuple[str, ...]) -> str:
    """The touched rows of a table. Rows that lack a time are always replaced."""
    return f"""select * from {table} semi join touched_keys using ({listed(by)})
        union all select * from {table} where {quoted(by[0])} is null"""


def _collect(cursor: Cursor, *into: str) -> None:
    """Customers of the rows before and now."""
    for table in into:
        cursor.execute(
            f"""insert into {table}
                select customer from rows_before where customer is not null
                union select customer from rows_now where customer is not null"""
        )


def _collect_days(cursor: Cursor) -> None:
    cursor.execute(
        """insert into touched_days
           select customer, day from rows_before where customer is not null
           union select customer, day from rows_now where customer is not null"""
    )


def _follows(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    by = ("follow_id",)
    _touch(cursor, name, by, (), name)
    people = """select customer from mart.follows semi join touched_keys using (follow_id)
        union
        select people.customer from follow_people as people semi join touched_keys using (follow_id)
        union
        select named.customer from follow_people as people semi join touched_keys using (follow_id)
        join name_people as named on named.name = people.name"""
    cursor.execute(
        f"""insert into touched_keys
            select follow_id from mart.follows semi join ({people}) as people using (customer)
            except select follow_id from touched_keys"""
    )
    _replace(cursor, name, values, by, name)
    _collect(cursor, "touched_customers", "related_customers")
    before, now = _acquired("temp.rows_before"), _acquired("temp.rows_now")
    cursor.execute(
        f"""insert into buying_since
            select customer, timestamp '-infinity'
            from ((({before}) except ({now})) union all (({now}) except ({before})))"""
    )


def _memberships(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    more = (
        "select membership_id from mart.memberships where name in (select name from changed_staff_names)",
        'select membership_id from mart.memberships where "group" in (select "group" from changed_groups)',
    )
    _rows(cursor, name, values, ("membership_id",), more, "group_members")
    _collect(cursor, "touched_customers", "related_customers")


def _messages(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    more = []
    if _any(cursor, "changed_staff_names"):
        more.append("select sent_at from mart.messages where sender in (select name from changed_staff_names)")
    if _any(cursor, "changed_groups"):
        more.append('select sent_at from mart.messages where "group" in (select "group" from changed_groups)')
    more.append(
        """select sent_at from mart.messages
           where customer is null and not is_staff
               and sender in (select value from changed_identities where kind = 'name' and after is not null)"""
    )
    _rows(cursor, name, values, ("sent_at",), more, name)
    _collect(cursor, "touched_customers")
    _collect_days(cursor)
    cursor.execute(
        'insert into talked_days select "group", day from rows_before union select "group", day from rows_now'
    )


def _touches(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    told = {"external_id": "external_id", "bare_account": "account", "phone": "phone_key", "name": "name"}
    more = [
        f"""select "at" from fact.touches
            where "{column}" in (select value from changed_identities where kind = '{kind}')"""
        for kind, column in told.items()
    ]
    _rows(cursor, name, values, ("at",), more, name)
    _collect(cursor, "touched_customers")
    _collect_days(cursor)


def _holdings(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    sources = ("follows", "memberships")
    for source in sources:
        _view(cursor, f"related_{source}", f"select * from mart.{source} semi join related_customers using (customer)")
    _temp(cursor, "spans_before", "select * from mart.holdings semi join related_customers using (customer)")
    sql = narrowed(refresh.sql_of(name), {f"mart.{source}": f"temp.related_{source}" for source in sources})
    _temp(cursor, "spans_now", sql)
    cursor.execute(
        """insert into buying_since
           select customer,
               case when old.held and fresh.held
                   then least(coalesce(old.held_until, 'infinity'), coalesce(fresh.held_until, 'infinity'))
                   else held_from
               end
           from (select *, true as held from spans_before) as old
           full join (select *, true as held from spans_now) as fresh using (customer, held_from)
           where old.held is distinct from fresh.held or old.held_until is distinct from fresh.held_until"""
    )
    cursor.execute("delete from mart.holdings where customer in (select customer from related_customers)")
    cursor.execute("insert into mart.holdings from spans_now")


def _orders(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    """First the orders that moved, which tell the customers; then these customers' orders from that moment on."""
    by = FACTS["orders"].key
    more = ["select platform, shop, order_id from moved.refunds"]
    if _any(cursor, "changed_shared_phones"):
        more.append(
            """select platform, shop, order_id from fact.orders
               where phone_key in (select phone_key from changed_shared_phones)"""
        )
    _touch(cursor, name, by, more, name)
    _temp(cursor, "acquisitions", _acquired("(select * from mart.follows limit 0)"))
    _compute(cursor, name, values, by, name)
    _collect(cursor, "touched_customers")
    _collect_days(cursor)
    for rows in ("rows_before", "rows_now"):
        cursor.execute(f"insert into buying_since select customer, ordered_at from {rows} where customer is not null")
    _temp(
        cursor,
        "since",
        """select customer, coalesce(min("at"), 'infinity') as "at" from buying_since group by customer""",
    )
    _temp(
        cursor,
        "counted",
        """select orders.customer, max(orders.nth) as nth
           from mart.orders join since on since.customer = orders.customer
           where orders.is_paid and orders.ordered_at < since.at
           group by orders.customer""",
    )
    keys = listed(by)
    _temp(
        cursor,
        "touched_keys",
        f"""select {keys} from touched_keys
            union
            select {keys} from mart.orders join since on since.customer = orders.customer
            where orders.ordered_at >= since.at or orders.ordered_at is null""",
    )
    # The two paid orders before stand for all earlier ones: they are counted on from, and not written again.
    _temp(
        cursor,
        "earlier_keys",
        f"""select {keys} from mart.orders join counted on counted.customer = orders.customer
            where orders.is_paid and orders.nth > counted.nth - 2 and orders.nth <= counted.nth
            except select {keys} from touched_keys""",
    )
    _temp(cursor, "acquisitions", _acquired("(select * from mart.follows semi join since using (customer))"))
    _compute(cursor, name, values, by, name, "earlier_keys")
    cursor.execute(f"delete from mart.orders as them using touched_keys where {_equal('touched_keys', by)}")
    cursor.execute(
        f"""insert into mart.orders
            select rows_now.* replace (rows_now.nth + greatest(coalesce(counted.nth, 0) - 2, 0) as nth)
            from (select * from rows_now anti join earlier_keys using ({keys})) as rows_now
            left join counted on counted.customer = rows_now.customer"""
    )


def _acquired(follows: str) -> str:
    return narrowed(refresh.sql_of("acquisitions"), {"mart.follows": follows})


def _nothing(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    """Built where it is needed, or does not change."""


def _customer_days(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    _narrow_and_replace(cursor, name, "touched_days", ("customer", "day"), ("orders", "messages", "touches"))


def _group_talk(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    _narrow_and_replace(cursor, name, "talked_days", ("group", "day"), ("messages",), "kept")


def _narrow_and_replace(
    cursor: Cursor, name: str, touched: str, by: tuple[str, ...], sources: Iterable[str], schema: str = "mart"
) -> None:
    """Replaces the rows of a sum by the touched values of `by`, from sources that have these columns."""
    _temp(cursor, "touched_keys", f"select distinct * from {touched}")
    for source in sources:
        _view(cursor, f"narrow_{source}", f"select * from mart.{source} semi join touched_keys using ({listed(by)})")
    sql = narrowed(refresh.sql_of(name), {f"mart.{source}": f"temp.narrow_{source}" for source in sources})
    equal = " and ".join(f"them.{quoted(column)} = touched.{quoted(column)}" for column in by)
    cursor.execute(f'delete from {schema}."{name}" as them using touched_keys as touched where {equal}')
    cursor.execute(f'insert into {schema}."{name}" {sql}')


_OF_CUSTOMERS = ("identities", "orders", "follows", "memberships", "messages", "touches", "holdings")


def _customer_facts(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    """Touched customers anew, the others as the mart still has them."""
    told = {"external_id": "external_id", "bare_account": "account", "phone": "phone_key", "name": "name"}
    for fact in ("customer_profiles", "opt_outs"):
        for kind_of_key, column in told.items():
            cursor.execute(
                f"""insert into touched_customers
                    select ids.customer from moved."{fact}" as them
                    join mart.identities as ids on ids.kind = '{kind_of_key}' and ids.value = them."{column}" """
            )
    _temp(cursor, "customers_now", "select distinct customer from touched_customers")
    _temp(cursor, "acquisitions", _acquired("(select * from mart.follows semi join customers_now using (customer))"))
    for source in _OF_CUSTOMERS:
        _view(cursor, f"narrow_{source}", f"select * from mart.{source} semi join customers_now using (customer)")
    sql = narrowed(refresh.sql_of(name), {f"mart.{source}": f"temp.narrow_{source}" for source in _OF_CUSTOMERS})
    _temp(cursor, "facts_now", sql, values)
    columns = listed(row[0] for row in cursor.execute("describe temp.facts_now").fetchall())
    _temp(
        cursor,
        name,
        f"""select {columns} from mart.customers anti join customers_now using (customer)
            union all select {columns} from facts_now""",
    )


def _speaker_days(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    days = "(select day from talked_days where day is not null)"
    _narrow_and_replace(cursor, name, days, ("day",), ("messages",))


def _active_days(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    """A customer's days from the first touched one on: the rows before it know nothing of what came after."""
    _temp(
        cursor,
        "active_since",
        "select customer, min(day) as since from touched_days where day is not null group by customer",
    )
    _temp(
        cursor,
        "active_now",
        """with days as (
               select days.customer, days.day, moved.since
               from mart.customer_days as days join active_since as moved using (customer)
               where days.day >= moved.since
               union all
               select days.customer, max(days.day), any_value(moved.since)
               from mart.customer_days as days join active_since as moved using (customer)
               where days.day < moved.since
               group by days.customer
           ),
           chained as (
               select customer, day, since, lag(day) over (partition by customer order by day) as previous_day from days
           )
           select customer, day, previous_day from chained where day >= since order by day""",
    )
    cursor.execute(
        """delete from mart.active_days as them using active_since as moved
           where them.customer = moved.customer and them.day >= moved.since"""
    )
    cursor.execute("insert into mart.active_days select customer, day, previous_day from active_now")


def _customer_weeks(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    _temp(cursor, "active_customers", "select distinct customer from touched_days")
    _of_customers(cursor, name, "active_customers", ("customer_days",))


def _coverage(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    needs = "select string_agg(need, ' ' order by need) from mart.coverage"
    before = cursor.execute(needs).fetchone()
    refresh.build(cursor, kind, name, values)
    values["other_needs"] = before != cursor.execute(needs).fetchone()


def _customer_paths(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    if values["other_needs"]:  # a stage came or went
        refresh.build(cursor, kind, name, values)
    else:
        _of_customers(cursor, name, "customers_now", ("customers", "customer_events"))


def _of_customers(cursor: Cursor, name: str, customers: str, sources: Iterable[str]) -> None:
    """Replaces the rows of some customers in a mart that has one or more rows per customer."""
    for source in sources:
        _view(cursor, f"narrow_{source}", f"select * from mart.{source} semi join {customers} using (customer)")
    sql = narrowed(refresh.sql_of(name), {f"mart.{source}": f"temp.narrow_{source}" for source in sources})
    cursor.execute(f'delete from mart."{name}" as them using {customers} as now where them.customer = now.customer')
    cursor.execute(f'insert into mart."{name}" {sql}')


def _filled_days(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    never = "date '0001-01-01'"
    for fact in FACTS.values():
        if not _any(cursor, f'moved."{fact.name}"'):
            continue
        _temp(
            cursor,
            "touched_keys",
            f'select distinct coalesce({coverage.day_of(fact)}, {never}) as day from moved."{fact.name}" as rows_of',
        )
        cursor.execute(
            f"delete from kept.filled_days where fact = ? and coalesce(day, {never}) in (select day from touched_keys)",
            [fact.name],
        )
        rows = (
            f'(select * from fact."{fact.name}" as rows_of '
            f"where coalesce({coverage.day_of(fact)}, {never}) in (select day from touched_keys))"
        )
        cursor.execute(f"insert into kept.filled_days {coverage.filled(fact, rows)}")


def _batches(cursor: Cursor, kind: str, name: str, values: Values) -> None:
    """What the log says by import never changes: imports taken back go, new ones come."""
    cursor.execute(f"delete from kept.{name} where batch not in (select batch from imports where undone_at is null)")
    row = cursor.execute("select coalesce(max(batch), 0) from kept.batch_days").fetchone()
    where = f"batch > {0 if row is None else int(row[0])}"
    if name == "batch_days":
        values["newest"] = where
        for fact in FACTS.values():
            cursor.execute(f"insert into kept.batch_days {coverage.logged(fact, where)}")
    else:
        for fact_name in coverage.GROUPED:
            cursor.execute(f"insert into kept.batch_groups {coverage.grouped(fact_name, values['newest'])}")


_WAYS: dict[str, refresh.Builder] = {
    "staff_names": _compare,
    "shared_phones": _compare,
    "mentions": _mentions,
    "account_labels": _account_labels,
    "links": _links,
    "people": _people,
    "identities": _identities,
    "follows": _follows,
    "group_names": _group_names,
    "groups": _groups,
    "memberships": _memberships,
    "messages": _messages,
    "speaker_days": _speaker_days,
    "holdings": _holdings,
    "acquisitions": _nothing,
    "orders": _orders,
    "touches": _touches,
    "customer_days": _customer_days,
    "active_days": _active_days,
    "customer_events": _nothing,
    "customer_weeks": _customer_weeks,
    "customer_facts": _customer_facts,
    "coverage": _coverage,
    "customer_paths": _customer_paths,
    "filled_days": _filled_days,
    "batch_days": _batches,
    "batch_groups": _batches,
    "group_talk": _group_talk,
}
