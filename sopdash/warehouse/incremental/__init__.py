"""Marts after an import or an undo: only rows that what moved can have touched are computed again.

The same SQL runs over fewer rows: a table it reads is narrowed to the touched ones, which are replaced in the mart.
What counts as touched may be too much, never too little; so the result always equals a full rebuild. Marts without an
own way here are rebuilt. Where stores, staff or codes moved, on which every row may hang, or a large part of a fact,
all are.

`people`, `identities`, `groups`, `relations`, `talk`, `events`, `named`, `customers`, `counts`, `gaps`, `sums`,
`purchases` and `unheld` hold the ways; `steps` what they share.
"""

from __future__ import annotations

from functools import partial

from sopdash.warehouse import moved, refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.incremental import (
    counts,
    customers,
    events,
    gaps,
    groups,
    identities,
    named,
    people,
    purchases,
    relations,
    steps,
    sums,
    talk,
    unheld,
)
from sopdash.warehouse.settings import Settings

_EVERYWHERE = {"stores", "staff", "codes"}
"""Facts that any row of the marts may take a value from."""

FEW = 5_000
"""Up to so many rows of facts, all marts are built again in two thirds of the time of finding out what moved."""


def bring_up_to_date(cursor: Cursor, settings: Settings, progress: refresh.Progress | None = None) -> int:
    """Brings the marts into line with the facts inside the caller's transaction; returns their new version."""
    whole = not moved.is_open(cursor) or not refresh.same_rules(cursor, settings)
    if whole or moved.facts(cursor) & _EVERYWHERE or _are_few(cursor):
        return refresh.rebuild(cursor, settings, progress)
    version = refresh.next_version(cursor)
    moved.complete(cursor)
    refresh.tag_channels(cursor, settings)
    for name, columns in _TOUCHED.items():
        cursor.execute(f"create or replace temp table {name} ({columns})")
    refresh.run(cursor, refresh.values_of(settings, version), _WAYS, progress)
    refresh.finish(cursor, settings, version)
    return version


def _are_few(cursor: Cursor) -> bool:
    counted = "select sum(estimated_size) from duckdb_tables() where schema_name = 'fact'"
    row = cursor.execute(counted).fetchone()
    return row is not None and row[0] < FEW


_TOUCHED = {
    "touched_customers": "customer bigint",
    "buying_customers": "customer bigint, since timestamp, dated boolean, named_from timestamp",
    "related_customers": "customer bigint",
    "held_moves": 'customer bigint, "at" timestamp',
    "buying_since": 'customer bigint, "at" timestamp',
    "touched_days": "customer bigint, day date",
    "buying_days": "customer bigint, day date",
    "lost_days": "customer bigint, day date",
    "event_moves": 'customer bigint, kind varchar, "at" timestamp',
    "lately": 'customer bigint, kind varchar, "at" timestamp',
    "group_moves": '"group" varchar, day date',
}
"""What is collected on the way: customers whose facts moved, or of whom only orders came: since when, and since when by
an account; those whose relations moved; from when on a customer is held otherwise, and from when on the orders have to
be counted anew; touched days of customers, those of which orders moved, and those of which anything went; their events
that came or went; until when they are seen now, where nothing else of theirs moved; days from which on a group's days
differ."""


_WAYS: dict[str, refresh.Builder] = {
    "staff_names": partial(steps.gather, columns=("staff", "staff_account", "owner", "name", "sender", "is_staff")),
    "group_writings": partial(steps.gather, columns=("group_id", "group_name", "name")),
    "customer_mentions": people.customer_mentions,
    "shared_phones": people.shared_phones,
    "strong_nodes": people.strong_nodes,
    "mentions": people.mentions,
    "account_labels": people.account_labels,
    "links": people.links,
    "people": people.people,
    **dict.fromkeys(("follow_people", "member_people", "name_people"), identities.whole),
    "identities": identities.identities,
    "follows": relations.follows,
    "group_names": groups.group_names,
    "groups": groups.groups,
    "memberships": relations.memberships,
    "messages": talk.messages,
    "speaker_days": talk.speaker_days,
    "message_hours": talk.message_hours,
    "customer_talk": talk.customer_talk,
    "holdings": relations.holdings,
    "stands": relations.stands,
    "acquisitions": steps.nothing,
    "judged_orders": steps.nothing,
    "order_history": steps.nothing,
    "orders": events.orders,
    "order_names": events.order_names,
    "touches": events.touches,
    "customer_days": events.customer_days,
    "active_days": events.active_days,
    "customer_events": steps.nothing,
    "bought_span": steps.nothing,
    "bought": purchases.bought,
    **dict.fromkeys(("purchased", "shop_homes"), steps.nothing),
    "customer_weeks": events.customer_weeks,
    "customer_facts": customers.customer_facts,
    "order_sums": sums.order_sums,
    "buyer_turns": sums.buyer_turns,
    "active_turns": sums.active_turns,
    **dict.fromkeys(("told_weeks", "cohort_parts"), steps.nothing),
    "cohort_sums": sums.cohort_sums,
    "speaker_turns": sums.speaker_turns,
    "unheld_days": unheld.unheld_days,
    "coverage": counts.covered,
    "customer_paths": customers.customer_paths,
    "filled_days": counts.filled_days,
    "batch_days": counts.batches,
    "batch_groups": counts.batches,
    "channel_days": named.days,
    "staff_days": named.days,
    "order_items": named.order_items,
    **dict.fromkeys(("coupons", "referrals", "activities", "conversations", "surveys", "sends"), named.rows),
    "group_talk": groups.group_talk,
    "member_spans": groups.member_spans,
    "message_spans": groups.message_spans,
    "group_since": groups.group_since,
    "group_days": groups.group_days,
    "order_gaps": gaps.order_gaps,
    "around_joining": gaps.around_joining,
    "group_weeks": groups.group_weeks,
    "group_turns": talk.group_turns,
}
