"""Who is who after an import: only connected sets of identities that a moved row names are searched again."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS, Fact
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
    steps.temp(cursor, "moved_mentions", "(from told_mentions) except (from kept.mentions)")
    if any(_renamed(cursor, fact) for fact in told):
        refresh.build(cursor, kind, name, values)
        cursor.execute("insert into moved_mentions (from told_mentions) except (from kept.mentions)")
    else:
        cursor.execute("insert into kept.mentions from moved_mentions")


def _renamed(cursor: Cursor, fact: Fact) -> bool:
    """Whether a row of the fact named somebody in a way it does no more."""
    columns = listed([*fact.key, *(name for name in _IDENTITIES if name in fact.columns and name not in fact.key)])
    now = f'fact."{fact.name}" semi join moved."{fact.name}" as moved using ({listed(fact.key)})'
    return steps.has_rows(cursor, f'(select {columns} from moved."{fact.name}" except select {columns} from {now})')


def account_labels(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    steps.temp(cursor, "before", f"from kept.{name}")
    refresh.build(cursor, kind, name, values)
    steps.temp(
        cursor,
        "moved_labels",
        f"""select label from (from temp.before except from kept.{name})
            union select label from (from kept.{name} except from temp.before)""",
    )


def links(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Only of connected sets that a moved row names, now or before."""
    values["all_people"] = steps.has_rows(cursor, "changed_staff_names") or steps.has_rows(
        cursor, "changed_shared_phones"
    )
    if values["all_people"]:
        refresh.build(cursor, kind, name, values)
        return
    customers = narrowed(refresh.sql_of("customer_mentions"), {"kept.mentions": "temp.moved_mentions"})
    steps.temp(cursor, "moved_nodes", narrowed(refresh.sql_of("strong_nodes"), {"customer_mentions": f"({customers})"}))
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
    steps.temp(
        cursor, "near_nodes", "select * from strong_nodes where hash(first_node) in (select number from moved_numbers)"
    )
    steps.temp(cursor, name, narrowed(refresh.sql_of(name), {"strong_nodes": "temp.near_nodes"}))


_NODES = ("external_node", "unionid_node", "account_node", "phone_node")


def people(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    if values["all_people"]:
        refresh.build(cursor, kind, name, values)
        return
    cursor.execute("delete from kept.people where number in (select number from moved_numbers)")
    cursor.execute(f"insert into kept.people {narrowed(refresh.sql_of(name), {'strong_nodes': 'temp.near_nodes'})}")


def identities(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    steps.temp(cursor, "identities_now", refresh.sql_of(name))
    steps.temp(
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
    steps.temp(
        cursor,
        "changed_customers",
        """select before as customer from changed_identities where before is not null
           union select after from changed_identities where after is not null""",
    )
    cursor.execute("insert into touched_customers from changed_customers")
    steps.drop(cursor, "identities_now")
