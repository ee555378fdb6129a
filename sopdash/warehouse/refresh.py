"""Marts: `mart.*` rebuilt from the facts by the SQL files of `marts/`, in dependency order, in one transaction.

Pages read nothing else, so they always see one consistent state. Steps are temporary: only marts stay.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sopdash.warehouse import coverage, moved, parts, schema, value
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.settings import Settings

STEP, KEPT, MART, VIEW, MACRO = "temp", "kept", "mart", "view", "macro"

PLAN: tuple[tuple[str, str], ...] = (
    (MACRO, "highest_bit"),
    (MART, "thresholds"),
    (KEPT, "staff_names"),
    (KEPT, "mentions"),
    (STEP, "customer_mentions"),
    (KEPT, "account_labels"),
    (KEPT, "shared_phones"),
    (KEPT, "strong_nodes"),
    (STEP, "links"),
    (STEP, "edges"),
    (STEP, "labels"),
    (STEP, "components"),
    (KEPT, "people"),
    (STEP, "follow_people"),
    (STEP, "member_people"),
    (STEP, "name_people"),
    (MART, "identities"),
    (STEP, "add_ways"),
    (STEP, "store_names"),
    (STEP, "staff_homes"),
    (MART, "follows"),
    (KEPT, "group_writings"),
    (KEPT, "group_names"),
    (STEP, "group_keys"),
    (MART, "groups"),
    (MART, "memberships"),
    (MART, "messages"),
    (MART, "speaker_days"),
    (MART, "message_hours"),
    (KEPT, "customer_talk"),
    (MART, "holdings"),
    (MART, "stands"),
    (VIEW, "profiles"),
    (STEP, "acquisitions"),
    (STEP, "judged_orders"),
    (STEP, "order_history"),
    (MART, "orders"),
    (KEPT, "order_names"),
    (MART, "touches"),
    (MART, "customer_days"),
    (MART, "active_days"),
    (MART, "customer_weeks"),
    (VIEW, "customer_events"),
    (STEP, "bought_span"),
    (KEPT, "bought"),
    (STEP, "purchases"),
    (MART, "value_model"),
    (MART, "customer_value"),
    (KEPT, "filled_days"),
    (KEPT, "batch_days"),
    (KEPT, "batch_groups"),
    (STEP, "fact_days"),
    (MART, "meta"),
    (STEP, "purchased"),
    (STEP, "shop_homes"),
    (KEPT, "customer_facts"),
    (KEPT, "customer_bounds"),
    (VIEW, "customers"),
    (MACRO, "sided"),
    (MART, "recent_sides"),
    (VIEW, "unheld"),
    (MART, "unheld_spans"),
    (MART, "unheld_days"),
    (KEPT, "group_talk"),
    (KEPT, "member_spans"),
    (KEPT, "message_spans"),
    (STEP, "group_since"),
    (MART, "group_days"),
    (MART, "group_seen"),
    (MART, "group_weeks"),
    (MART, "channel_days"),
    (MART, "staff_days"),
    (MART, "coupons"),
    (MART, "referrals"),
    (MART, "activities"),
    (MART, "conversations"),
    (MART, "surveys"),
    (MART, "sends"),
    (MART, "posts"),
    (MART, "order_items"),
    (MART, "campaigns"),
    (MART, "codes"),
    (MART, "stores"),
    (MART, "staff"),
    (MART, "order_sums"),
    (MART, "buyer_turns"),
    (MART, "match"),
    (MART, "choices"),
    (MART, "class_sums"),
    (MART, "rfm_cuts"),
    (MART, "order_gaps"),
    (VIEW, "gap_days"),
    (MACRO, "gap_quantiles"),
    (MART, "recent_gaps"),
    (MART, "second_orders"),
    (MART, "around_joining"),
    (MART, "held_spans"),
    (MART, "active_turns"),
    (MART, "added_days"),
    (MART, "value_days"),
    (STEP, "told_weeks"),
    (STEP, "cohort_parts"),
    (MART, "cohort_sums"),
    (MART, "speaker_turns"),
    (MART, "group_turns"),
    (MART, "recent_groups"),
    (MART, "coverage"),
    (KEPT, "stages"),
    (MART, "customer_paths"),
    (MART, "sources"),
    (MART, "week_sources"),
)
"""What is built in which order: steps, kept steps (what the next refresh needs to see what moved), marts; macros: what
several queries say alike."""

_FOLDER = Path(__file__).parent / "marts"

Progress = Callable[[str, int, int], None]
Builder = Callable[[Cursor, str, str, dict[str, Any]], None]


def rebuild(cursor: Cursor, settings: Settings, progress: Progress | None = None) -> int:
    """Rebuilds every mart inside the caller's transaction; returns the new version (0: nothing was ever imported)."""
    version = next_version(cursor)
    _clear(cursor)
    tag_channels(cursor, settings)
    values = values_of(settings, version)
    run(cursor, values, {}, progress)
    finish(cursor, settings, version)
    return version


def next_version(cursor: Cursor) -> int:
    """The version after this one; 0 as long as nothing was ever imported."""
    known = int(schema.read_state(cursor, "mart_version") or 0)
    return known + 1 if schema.read_state(cursor, "log_sequence") else 0


def values_of(settings: Settings, version: int) -> dict[str, Any]:
    """Everything that the SQL of a mart may name as a parameter."""
    return parameters(settings) | {"version": version, "built_at": datetime.now(UTC).replace(tzinfo=None)}


def run(cursor: Cursor, values: dict[str, Any], other: Mapping[str, Builder], progress: Progress | None) -> None:
    """Goes through the plan; `other` builders take the place of a rebuild."""
    for done, (kind, name) in enumerate(PLAN):
        if progress is not None:
            progress(name, done, len(PLAN))
        other.get(name, build)(cursor, kind, name, values)
    if progress is not None:
        progress("", len(PLAN), len(PLAN))


def build(cursor: Cursor, kind: str, name: str, values: dict[str, Any]) -> None:
    """Builds one step or mart anew."""
    _BUILDERS.get(name, _from_file)(cursor, kind, name, values)


def finish(cursor: Cursor, settings: Settings, version: int) -> None:
    """Notes what state of the log and the settings the marts now show."""
    moved.clear(cursor)
    schema.write_state(cursor, "mart_version", version)
    schema.write_state(cursor, "refreshed", _wanted(cursor, settings))


def is_behind(cursor: Cursor, settings: Settings) -> bool:
    """Whether log, settings or mart definitions moved since the marts were built."""
    return schema.read_state(cursor, "refreshed") != _wanted(cursor, settings)


def parameters(settings: Settings) -> dict[str, Any]:
    """The settings that marts depend on, by the name SQL knows them."""
    names = (
        "vip_above", "super_from", "group_capacity", "high_value_orders", "high_value_share",
        "potential_days", "new_days", "growing_days", "active_days",
    )  # fmt: skip
    return {name: getattr(settings, name) for name in names}


def same_rules(cursor: Cursor, settings: Settings) -> bool:
    """Whether the marts were built by the settings and definitions of now."""
    built = schema.read_state(cursor, "refreshed")
    return built is not None and built.split()[1] == _wanted(cursor, settings).split()[1]


def _wanted(cursor: Cursor, settings: Settings) -> str:
    sequence = schema.read_state(cursor, "log_sequence") or "0"
    told = f"{_definitions()} {sorted(parameters(settings).items())} {sorted(settings.tag_channels.items())}"
    return f"{sequence} {hashlib.sha256(told.encode()).hexdigest()}"


@cache
def _definitions() -> str:
    text = "".join(path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.sql")))
    text += coverage.definition() + value.definition() + moved.definition()
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def sql_of(name: str) -> str:
    """The query of one mart or step."""
    return (_FOLDER / f"{name}.sql").read_text("utf-8")


def _from_file(cursor: Cursor, kind: str, name: str, values: dict[str, Any]) -> None:
    for at, tables in enumerate(parts.of(cursor, name)):
        (add if at else store)(cursor, kind, name, narrowed(sql_of(name), tables), values)


def store(cursor: Cursor, kind: str, name: str, sql: str, values: dict[str, Any]) -> None:
    """Keeps the result of a query as a step or mart."""
    cursor.execute(f"create or replace {_CREATED[kind]} {_placed(kind, name)} as {sql}", _used(sql, values))


def add(cursor: Cursor, kind: str, name: str, sql: str, values: dict[str, Any]) -> None:
    """Adds the result of a query to a step or mart."""
    cursor.execute(f"insert into {_placed(kind, name)} {sql}", _used(sql, values))


_CREATED = {STEP: "temp table", KEPT: "table", MART: "table", VIEW: "view"}


def _placed(kind: str, name: str) -> str:
    return {STEP: "temp", KEPT: "kept"}.get(kind, "mart") + f'."{name}"'


def _used(sql: str, values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if f"${key}" in sql}


def _clear(cursor: Cursor) -> None:
    """Drops all marts, also those of older versions: a view cannot replace a table."""
    found = cursor.execute(
        """select 'view', view_name from duckdb_views() where schema_name = 'mart' and not internal
           union all select 'table', table_name from duckdb_tables() where schema_name = 'mart'"""
    ).fetchall()
    for kind, name in found:
        cursor.execute(f'drop {kind} mart."{name}"')


def tag_channels(cursor: Cursor, settings: Settings) -> None:
    """The team's mapping of tags to channels, as a step."""
    cursor.execute("create or replace temp table tag_channels (tag varchar, channel varchar)")
    for tag, channel in settings.tag_channels.items():
        cursor.execute("insert into tag_channels values (?, ?)", [tag, channel])


def _labels(cursor: Cursor, kind: str, name: str, values: dict[str, Any]) -> None:
    """Connected components: each node takes the smallest label within reach until nothing moves."""
    store(cursor, kind, name, sql_of("labels_start"), values)
    while True:
        store(cursor, kind, "labels_next", sql_of("labels_step"), values)
        moved = cursor.execute(
            "select 1 from labels join labels_next using (node) where labels.label <> labels_next.label limit 1"
        ).fetchone()
        store(cursor, kind, name, "select node, label from labels_next", values)
        if moved is None:
            return


def _value(cursor: Cursor, kind: str, name: str, values: dict[str, Any]) -> None:
    """`value_model` with `value_check` and the step `value_curve`: functions of the purchases alone."""
    value.build(cursor)


def _bounded(cursor: Cursor, kind: str, name: str, values: dict[str, Any]) -> None:
    """The view of customers: what their scores are parted by stands in it as constants, which cost a query nothing."""
    store(cursor, kind, name, with_constants(cursor, sql_of(name), "mart.thresholds, kept.customer_bounds"), {})


def with_constants(cursor: Cursor, sql: str, row: str) -> str:
    """The query with the columns of a row, numbers and dates, where it names parameters: views take none."""
    told = cursor.execute(f"select cast(columns(*) as varchar) from {row}").fetchone() or ()
    names = cursor.execute(f"describe select * from {row}").fetchall()
    for (name, kind, *_), written in zip(names, told, strict=True):
        constant = "null" if written is None else f"'{written}'"
        sql = re.sub(rf"\${name}\b", f"cast({constant} as {kind})", sql)
    return sql


def _macro(cursor: Cursor, kind: str, name: str, values: dict[str, Any]) -> None:
    cursor.execute(sql_of(name))


def _generated(cursor: Cursor, kind: str, name: str, values: dict[str, Any]) -> None:
    store(cursor, kind, name, coverage.sql_of(cursor, name), values)


_BUILDERS: dict[str, Builder] = {
    "labels": _labels,
    "value_model": _value,
    "customers": _bounded,
    **{name: _macro for kind, name in PLAN if kind == MACRO},
    **dict.fromkeys(coverage.SQL, _generated),
}
