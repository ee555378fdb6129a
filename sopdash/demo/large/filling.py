"""Fills a warehouse with the synthetic year: one week after the other, each export one import.

Randomness is a hash of (seed, what, week), so the same seed and factor give the same rows in any order. The traits of
people stand in a schema of their own, `large`, which is dropped at the end.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sopdash.demo.chain import CHANNELS, PRODUCTS
from sopdash.demo.files import SEED
from sopdash.demo.large.size import HOURS, WEEKDAYS, Size
from sopdash.errors import Conflict
from sopdash.warehouse import Cursor, NewBatch, Store, bulk

Progress = Callable[[str, int, int], None]

BY = "demo"
_FOLDER = Path(__file__).parent
_PHONES = 0.8
"""Share of people whose phone number is known."""

STANDING = (
    ("stores", "stores"), ("staff", "staff"), ("live_codes", "codes"), ("scrm_groups", "groups"),
    ("campaigns", "campaigns"), ("youzan_customers", "customer_profiles"),
)  # fmt: skip
"""Format and fact of the lists that are loaded once."""

_SHOP_ORDERS = "select * from week_orders where platform = '{platform}'"
WEEKLY: tuple[tuple[str, dict[str, str]], ...] = (
    ("taobao_orders", {"orders": _SHOP_ORDERS.format(platform="taobao")}),
    ("youzan_orders", {"orders": _SHOP_ORDERS.format(platform="youzan")}),
    ("douyin_orders", {"orders": _SHOP_ORDERS.format(platform="douyin")}),
    ("jd_orders", {"orders": _SHOP_ORDERS.format(platform="jd"), "order_items": ""}),
    ("douyin_aftersales", {"refunds": ""}),
    ("wecom_customers", {"follows": ""}),
    ("group_members", {"group_members": ""}),
    ("group_messages", {"messages": "select * from week_messages"}),
    ("linkwechat_store_group_days", {"group_days": ""}),
    ("channel_spend", {"channel_days": ""}),
    ("staff_days", {"staff_days": ""}),
    ("touches", {"touches": ""}),
    ("coupons", {"coupons": ""}),
    ("service_conversations", {"conversations": ""}),
    ("surveys", {"surveys": ""}),
    ("referrals", {"referrals": ""}),
    ("opt_outs", {"opt_outs": ""}),
    ("sends", {"sends": ""}),
    ("activities", {"activities": ""}),
    ("posts", {"posts": ""}),
)
"""Format and facts of a week's exports; a fact's query is the file of its name where none stands here."""


def build(store: Store, size: Size | None = None, seed: int = SEED, progress: Progress | None = None) -> None:
    """Fills an empty store, log and facts; the marts are the caller's. Raises Conflict where it holds imports."""
    size = size or Size()
    if not store.warehouse.empty:
        raise Conflict("store_not_empty", path=str(store.warehouse.path))
    with store.warehouse.write() as cursor:
        _people(store, cursor, size, seed)
        _standing(cursor, size)
    for number in range(size.weeks):
        if progress is not None:
            progress("demo", number, size.weeks)
        with store.warehouse.write() as cursor:
            prepare(cursor, size, number)
            for name, queries in week().items():
                bulk.load(cursor, batch(size, name, number), queries, values(size, number))
    with store.warehouse.write() as cursor:
        cursor.execute("drop schema large cascade")


def week() -> dict[str, dict[str, str]]:
    """The exports of a week: format → fact → the query of its rows, after `prepare`."""
    return {name: {fact: sql or _sql(fact) for fact, sql in facts.items()} for name, facts in WEEKLY}


def values(size: Size, number: int) -> dict[str, Any]:
    """The parameters of a week's queries."""
    first = dt.datetime.combine(size.first, dt.time())
    return size.parameters() | {
        "week": number, "monday": first + dt.timedelta(weeks=number),
        "first": first, "end": first + dt.timedelta(weeks=size.weeks),
        "orders": size.orders(number),
    }  # fmt: skip


def prepare(cursor: Cursor, size: Size, number: int) -> None:
    """The week's memberships, buyers, orders and messages, which several exports tell of."""
    told = values(size, number)
    joining = _sql("members")
    cursor.execute(f"insert into large.members {joining}", _used(joining, told | _turn(cursor, size, number)))
    for name, file in (
        ("buyers", "buyers"),
        ("week_orders", "orders"),
        ("week_messages", "messages"),
        ("drawn", "drawn"),
    ):
        cursor.execute(f"create or replace temp table {name} as {_sql(file)}", _used(_sql(file), told))


def _turn(cursor: Cursor, size: Size, number: int) -> dict[str, Any]:
    """How many stand in the queue for groups before this week, and how far their turn moves in it."""
    turns, pace, known = 0.0, 0.0, 0
    counts = dict(cursor.execute(
        "select greatest(0, date_diff('day', $first, added_at) // 7), count(*) from large.joiners group by 1",
        {"first": dt.datetime.combine(size.first, dt.time())},
    ).fetchall())  # fmt: skip
    for past in range(number + 1):
        turns += pace
        known = sum(count for came, count in counts.items() if came < past)
        pace = max(0.0, size.joins - counts.get(past, 0)) / known if known else 0.0
    return {"turns": turns, "pace": pace, "known": known}


def _people(store: Store, cursor: Cursor, size: Size, seed: int) -> None:
    cursor.execute("drop schema if exists large cascade")
    cursor.execute("create schema large")
    salt = (seed % 90_000) * 10**14
    cursor.execute(
        f"""create macro large.u(i, w, s) as
            (hash(cast(i as bigint) * 100000 + cast(w as bigint) * 100 + s + {salt}) >> 11) / 9007199254740992.0"""
    )
    cursor.execute("create macro large.store(no) as '门店' || lpad(cast(no + 1 as varchar), 4, '0')")
    cursor.execute("create macro large.guide(no) as '导购' || lpad(cast(no + 1 as varchar), 5, '0')")
    _shares(cursor)
    _phones(store, cursor, size.people)
    told = values(size, 0)
    _make(cursor, "people", _sql("people"), told)
    _make(cursor, "joiners", _sql("joiners"), told)
    _make(cursor, "members", f"select * from ({_sql('members')}) limit 0", told | _turn(cursor, size, 0))  # noqa: S608


def _shares(cursor: Cursor) -> None:
    """Small tables to draw from: a draw between `low` and `high` is that row."""
    cursor.execute(
        "create table large.channels (no integer, channel varchar, add_way varchar, reach double, cost double, "
        "orders double, loss double, share double, low double, high double)"
    )
    low = 0.0
    for number, channel in enumerate(CHANNELS):
        row = [
            number,
            channel.name,
            channel.way,
            channel.reach,
            channel.cost,
            0.4 + channel.converts,
            channel.lost,
            channel.share,
        ]
        cursor.execute(
            "insert into large.channels values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*row, low, low + channel.share]
        )
        low += channel.share
    cursor.execute("update large.channels set high = 1.01 where low = (select max(low) from large.channels)")
    cursor.execute("create table large.products (product varchar, price decimal(18, 2), low double, high double)")
    low, whole = 0.0, float(PRODUCTS["weight"].sum())
    for product, fen, weight in zip(PRODUCTS["product"], PRODUCTS["fen"], PRODUCTS["weight"], strict=True):
        high = low + float(weight) / whole
        cursor.execute("insert into large.products values (?, ?, ?, ?)", [str(product), int(fen) / 100, low, high])
        low = high
    cursor.execute("update large.products set high = 1.01 where low = (select max(low) from large.products)")
    cursor.execute("create table large.hours (seconds integer, weight double)")
    for day, weekday in enumerate(WEEKDAYS):
        rows = [[day * 86_400 + hour * 3_600, weekday * weight] for hour, weight in enumerate(HOURS)]
        cursor.executemany("insert into large.hours values (?, ?)", rows)
    cursor.execute(
        """create table large.moments as
           with running as (
               select seconds, sum(weight) over (order by seconds) / sum(weight) over () as high from large.hours
           ),
           ranged as (select seconds, coalesce(lag(high) over (order by seconds), 0) as low, high from running)
           select slot, seconds from range(10000) as slots (slot)
           join ranged on (slot + 0.5) / 10000 >= low and (slot + 0.5) / 10000 < high"""
    )


def _phones(store: Store, cursor: Cursor, people: int) -> None:
    """Numbers of the range 1990xxxxxxx, kept as any number is: hashed for joining, sealed for showing."""
    cursor.execute("create table large.phone_keys (i bigint, phone_key varchar)")
    chosen = [i for (i,) in cursor.execute(
        "select i from range(?) as t (i) where large.u(i, 0, 3) < ? order by i", [people, _PHONES]
    ).fetchall()]  # fmt: skip
    for start in range(0, len(chosen), 100_000):
        numbers = {f"1990{i:07d}": i for i in chosen[start : start + 100_000]}
        keys = store.warehouse.phones.keys(numbers)
        cursor.execute(
            "insert into large.phone_keys select unnest(?::bigint[]), unnest(?::varchar[])",
            [list(numbers.values()), [keys[number] for number in numbers]],
        )


def _standing(cursor: Cursor, size: Size) -> None:
    for name, fact in STANDING:
        bulk.load(cursor, batch(size, name, None), {fact: _sql(fact)}, values(size, 0))


def batch(size: Size, name: str, number: int | None) -> NewBatch:
    """One export of a week as an import; of a list that is loaded once: number None."""
    day = size.first + dt.timedelta(weeks=0 if number is None else number + 1)
    file = f"{name}_{day:%Y%m%d}.csv"
    as_of = dt.datetime.combine(day, dt.time(9))
    return NewBatch(file, hashlib.sha256(file.encode()).hexdigest(), name, as_of, by=BY, at=as_of)


def _make(cursor: Cursor, name: str, sql: str, told: dict[str, Any]) -> None:
    cursor.execute(f"create or replace table large.{name} as {sql}", _used(sql, told))


def _used(sql: str, told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in set(re.findall(r"\$(\w+)", sql))}


@cache
def _sql(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text("utf-8")
