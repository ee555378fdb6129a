"""Which identity is whose after an import: only what a moved row, or a key of a person who changed, names."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.narrow import narrowed

_ROWS = {"follows": "follow_id", "group_members": "membership_id"}
"""Facts whose rows may be all that is known of somebody, by the id that then stands for them."""


def whole(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """A step that is needed whole only where all people are searched again."""
    if values["all_people"]:
        refresh.build(cursor, kind, name, values)


def identities(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """`changed_identities`: those that are somebody else's now, with whose they were and are."""
    if values["all_people"]:
        steps.view(cursor, "known_before", "from mart.identities")
    else:
        _touch_names(cursor)
        _touch_rows(cursor)
        _build_touched(cursor)
    steps.temp(cursor, "identities_now", _now(name, values))
    if not values["all_people"]:
        steps.view(cursor, "known_before", f"select * from mart.identities semi join ({_TOUCHED}) using (kind, value)")
    steps.temp(
        cursor,
        "changed_identities",
        """select kind, value, old.customer as before, fresh.customer as after
           from known_before as old full join identities_now as fresh using (kind, value)
           where old.customer is distinct from fresh.customer""",
    )
    steps.temp(cursor, "other_owners", _OTHER_OWNERS + ("" if values["all_people"] else _NAMED_BEFORE))
    _store(cursor)
    if not values["all_people"]:
        steps.view(cursor, "name_people", "select value as name, customer from mart.identities where kind = 'name'")


_OTHER_OWNERS = "select distinct kind, value from changed_identities"
_NAMED_BEFORE = " where before is not null or kind not in ('external_id', 'unionid', 'phone')"
"""`other_owners`: by which a row that did not move may be somebody else's. Who has a key of a person has had it since
the first row that said so."""


def _touch_names(cursor: Cursor) -> None:
    """`other_names`: may mean somebody else now, since a mention of theirs moved or a key that they go with belongs to
    somebody else; `touched_names`: with those of rows that moved."""
    steps.temp(
        cursor,
        "other_names",
        """select name
           from (
               select name from kept.strong_nodes where first_number in (select number from changed_people)
               union select name from kept.mentions where shop is null and account in (select account from moved_labels)
               union select name from moved_mentions
           )
           where name <> ''""",
    )
    steps.temp(
        cursor,
        "touched_names",
        """select name
           from (from other_names union select name from moved.follows union select name from moved.group_members)
           where name <> ''""",
    )


def _touch_rows(cursor: Cursor) -> None:
    """`touched_<fact>`: ids of rows that moved, or whose name or account may mean somebody else now. Where a row has an
    external id, its name says nothing."""
    for fact, key in _ROWS.items():
        steps.temp(
            cursor,
            f"touched_{fact}",
            f"""select {key} from moved.{fact}
                union select {key} from fact.{fact}
                    where (external_id is null or external_id = '') and name in (select name from other_names)
                union select {key} from fact.{fact} where account in (select account from moved_labels)""",
        )


def _build_touched(cursor: Cursor) -> None:
    """The steps before this one, for touched names and rows alone."""
    for step, (fact, key) in zip(("follow_people", "member_people"), _ROWS.items(), strict=True):
        steps.temp(cursor, "touched_keys", f"from touched_{fact}")
        steps.locate(cursor, (key,), fact)
        steps.temp(cursor, step, narrowed(refresh.sql_of(step), {f"fact.{fact}": "temp.touched_rows"}))
    steps.view(cursor, "named_nodes", "select * from kept.strong_nodes semi join touched_names using (name)")
    steps.temp(cursor, "near_names", narrowed(refresh.sql_of("name_people"), {"kept.strong_nodes": "temp.named_nodes"}))
    steps.temp(
        cursor,
        "near_labels",
        """select * from kept.account_labels
           where account in (select account from moved_labels)
               or hash('3account:' || label) in (select number from changed_people)""",
    )
    steps.temp(
        cursor,
        "near_people",
        """select * from kept.people
           where number in (
               select number from changed_people union select hash('3account:' || label) from near_labels)""",
    )


def _now(name: str, values: steps.Values) -> str:
    near = {
        "kept.people": "temp.near_people", "kept.account_labels": "temp.near_labels", "name_people": "temp.near_names",
    }  # fmt: skip
    return narrowed(refresh.sql_of(name), {} if values["all_people"] else near)


_TOUCHED = """
    select kind, value from changed_people
    union select 'bare_account', account from moved_labels
    union select 'name', name from touched_names
    union select 'follow', follow_id from touched_follows
    union select 'member', membership_id from touched_group_members
    union select kind, value from identities_now"""


def _store(cursor: Cursor) -> None:
    if steps.has_rows(cursor, "(from changed_identities where before is not null)"):
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
