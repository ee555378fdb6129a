"""Who is who after an import: only connected sets of identities that a moved row names are searched again."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.schema import listed

_IDENTITIES = (
    "external_id", "unionid", "account", "phone_key", "name", "sender", "is_staff",
    "inviter_external_id", "inviter_phone_key", "inviter_name",
    "invitee_external_id", "invitee_phone_key", "invitee_name",
)  # fmt: skip
"""Columns of facts that say who somebody is."""


def mentions(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Adds the new ways of naming people; where one may have gone, all are collected again. `moved_mentions`: both."""
    sql = refresh.sql_of(name)
    told = [fact for fact in FACTS.values() if f"fact.{fact.name}\n" in sql]
    steps.temp(cursor, "told_mentions", narrowed(sql, {f"fact.{fact.name}": f"moved.{fact.name}" for fact in told}))
    steps.temp(cursor, "moved_mentions", "from told_mentions anti join kept.mentions using (number)")
    values["keys_went"] = any(steps.has_lost(cursor, fact, _IDENTITIES) for fact in told)
    if values["keys_went"]:
        refresh.build(cursor, kind, name, values)
        cursor.execute("insert into moved_mentions from told_mentions anti join kept.mentions using (number)")
    else:
        cursor.execute("insert into kept.mentions from moved_mentions")


def customer_mentions(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    steps.view(cursor, name, refresh.sql_of(name))


def account_labels(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Of accounts that a moved mention names. `moved_labels`: those that came or went."""
    steps.temp(cursor, "before", f"from kept.{name}")
    if steps.has_rows(cursor, "changed_staff_names"):
        refresh.build(cursor, kind, name, values)
    else:
        _again(cursor, name, "account", "select account from moved_mentions where account is not null")
    steps.temp(
        cursor,
        "moved_labels",
        f"""(from temp.before except from kept.{name}) union (from kept.{name} except from temp.before)""",
    )


def shared_phones(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    steps.temp(cursor, "before", f"from kept.{name}")
    if steps.has_rows(cursor, "changed_staff_names"):
        refresh.build(cursor, kind, name, values)
    else:
        relabelled = """select phone_key from customer_mentions
            where shop is null and account in (select account from moved_labels)"""
        phones = f"select phone_key from moved_mentions union {relabelled}"
        _again(cursor, name, "phone_key", f"select phone_key from ({phones}) where phone_key is not null")
    steps.temp(
        cursor,
        f"changed_{name}",
        f"(from temp.before except from kept.{name}) union (from kept.{name} except from temp.before)",
    )


def _again(cursor: Cursor, name: str, column: str, touched: str) -> None:
    """A list by one column of the mentions, for some of its values."""
    steps.temp(cursor, "touched_keys", f"select distinct {column} from ({touched})")
    near = f"select * from customer_mentions where {column} in (select {column} from touched_keys)"
    steps.view(cursor, "near_mentions", near)
    sql = narrowed(refresh.sql_of(name), {"customer_mentions": "near_mentions"})
    cursor.execute(f"delete from kept.{name} where {column} in (select {column} from touched_keys)")
    cursor.execute(f"insert into kept.{name} {sql}")


def strong_nodes(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Of mentions that moved, or whose account means another label now."""
    changed = ("changed_staff_names", "changed_shared_phones")
    values["all_people"] = any(steps.has_rows(cursor, names) for names in changed)
    if values["all_people"]:
        refresh.build(cursor, kind, name, values)
        return
    relabelled = "select * from kept.mentions where shop is null and account in (select account from moved_labels)"
    steps.temp(
        cursor,
        "mentions_again",
        f"""select * from moved_mentions semi join kept.mentions using (number)
            union all
            select * from ({relabelled}) anti join moved_mentions using (number)""",
    )
    cursor.execute(
        f"""delete from kept.{name}
            where number in (select number from moved_mentions union all select number from mentions_again)"""
    )
    customers = narrowed(refresh.sql_of("customer_mentions"), {"kept.mentions": "temp.mentions_again"})
    cursor.execute(f"insert into kept.{name} {narrowed(refresh.sql_of(name), {'customer_mentions': f'({customers})'})}")


def links(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Only of connected sets that a moved row names, now or before. Where nothing went, whoever was one person is one
    still: the keys of each say so, and no older row is asked."""
    if values["all_people"]:
        refresh.build(cursor, kind, name, values)
        return
    customers = narrowed(refresh.sql_of("customer_mentions"), {"kept.mentions": "temp.moved_mentions"})
    nodes = narrowed(refresh.sql_of("strong_nodes"), {"customer_mentions": f"({customers})"})
    steps.temp(cursor, "moved_nodes", nodes)
    named = " union ".join(
        f"select hash({node}) as number from moved_nodes where {node} is not null" for node in _NODES
    )
    steps.temp(
        cursor,
        "moved_numbers",
        f"""with named as ({named} union select hash('3account:' || label) from moved_labels),
            met as (select customer from kept.people semi join named using (number))
            select number from named union select number from kept.people semi join met using (customer)""",
    )
    steps.temp(cursor, "people_before", "select * from kept.people semi join moved_numbers using (number)")
    nodes = listed(_NODES)
    if values["keys_went"] or steps.has_rows(cursor, "moved_labels"):
        near = f"select {nodes} from kept.strong_nodes where first_number in (select number from moved_numbers)"
        steps.temp(cursor, "near_nodes", near)
        steps.temp(cursor, name, narrowed(refresh.sql_of(name), {"kept.strong_nodes": "temp.near_nodes"}))
    else:
        steps.temp(
            cursor, "near_nodes", f"select {nodes} from moved_nodes union all select {nodes} from ({_NODES_OF_PEOPLE})"
        )
        come = narrowed(refresh.sql_of(name), {"kept.strong_nodes": "temp.moved_nodes"})
        steps.temp(cursor, name, f"({come}) union ({_LINKS_OF_PEOPLE})")


_NODES = ("external_node", "unionid_node", "account_node", "phone_node")
_NODES_OF_PEOPLE = """
    select
        customer,
        case when kind = 'external_id' then '1external_id:' || value end as external_node,
        case when kind = 'unionid' then '2unionid:' || value end as unionid_node,
        case when kind = 'account' then '3account:' || value end as account_node,
        case when kind = 'phone' then '4phone:' || value end as phone_node
    from people_before"""
_LINKS_OF_PEOPLE = f"""
    select first_node, other_node, hash(first_node) as a, hash(other_node) as b
    from (
        select node as other_node, min(node) over (partition by customer) as first_node
        from (select customer, coalesce({listed(_NODES)}) as node from ({_NODES_OF_PEOPLE}))
    ) where first_node <> other_node"""


def people(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """`changed_people`: keys that belong to somebody else now."""
    if values["all_people"]:
        refresh.build(cursor, kind, name, values)
        return
    moved = "select * from kept.people semi join moved_numbers using (number)"
    cursor.execute("delete from kept.people where number in (select number from moved_numbers)")
    cursor.execute(
        f"insert into kept.people {narrowed(refresh.sql_of(name), {'kept.strong_nodes': 'temp.near_nodes'})}"
    )
    steps.temp(
        cursor,
        "changed_people",
        f"""select kind, value, number
            from people_before as old full join ({moved}) as fresh using (kind, value, number)
            where old.customer is distinct from fresh.customer""",
    )
