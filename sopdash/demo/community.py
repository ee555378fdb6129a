"""Groups, who is in them, and what is said: a city's groups fill up one after the other, some go silent."""

from __future__ import annotations

import heapq

import numpy as np
import pandas as pd

from sopdash.demo import days
from sopdash.demo.chain import CHANNELS, QUARTERS, REGIONS, Chain

SEATS = ((142, 157, 128), (118, 97, 124), (131, 181, 120), (198, 183, 140), (106, 121, 93), (185, 148, 110))
"""Customers a city's team lets into its welfare groups, in turn, before it opens the next; three staff come on top.

One group runs full (200 and more), some nearly, most teams open the next one earlier.
"""
LOOSE, SMALL = (150,), (50,)
"""The same for groups of benefits and interests, and for VIP groups."""
_INTERESTS = np.array(["护肤", "彩妆", "防晒", "成分", "礼盒", "试用"], dtype=object)
_CITIES = np.array([city for _, _, city in REGIONS], dtype=object)
"""The city of each of the QUARTERS, in their order: stores of one quarter lie in one city."""
_NAT = np.datetime64("NaT", "s")
_NEVER = np.datetime64("2100-01-01", "s")


def joining(rng: np.random.Generator, people: pd.DataFrame) -> np.ndarray:
    """When each customer joins the store's welfare group (NaT: never); a few by scanning the group code first."""
    size = len(people)
    added = people["added_at"].to_numpy().astype("datetime64[s]")
    chance = np.array([channel.joins for channel in CHANNELS] + [0.0])[people["channel"].to_numpy()]
    delay = np.exp(rng.normal(np.log(3 * days.HOUR), 1.6, size))
    delay = np.where(rng.random(size) < 0.03, -rng.exponential(days.DAY, size), delay)
    at = np.maximum(added + days.seconds(delay), days.START + np.timedelta64(9, "h"))
    joins = (rng.random(size) < chance) & (at < days.END)
    return np.where(joins, at, _NAT)


def memberships(
    rng: np.random.Generator, people: pd.DataFrame, joined: np.ndarray, spent: np.ndarray, chain: Chain
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(groups, memberships of customers). `spent`: fen paid per customer, which opens the VIP groups."""
    rows = pd.concat(
        [
            _welfare(people, joined),
            _benefit(rng, people, joined, spent),
            _interest(rng, people, joined),
            _vip(rng, people, joined, spent),
        ],
        ignore_index=True,
    )
    rows = rows[rows["joined_at"].to_numpy() < days.END].reset_index(drop=True)
    leaves = rng.random(len(rows)) < 0.13
    left = rows["joined_at"].to_numpy() + days.seconds(rng.exponential(18 * days.DAY, len(rows)) + 20 * days.MINUTE)
    rows["left_at"] = np.where(leaves & (left < days.END), left, _NAT)
    rows = _seated(rows)
    groups = _groups(rng, rows, chain)
    rows["group"] = rows["group_name"].map(groups.set_index("name")["group"])
    rows["left_at"] = _tired(rng, rows, groups)
    rows["leave_kind"] = np.where(rng.random(len(rows)) < 0.94, "自己退群", "群主移出")
    return groups, rows


def messages(
    rng: np.random.Generator, people: pd.DataFrame, groups: pd.DataFrame, rows: pd.DataFrame, chain: Chain
) -> pd.DataFrame:
    """Messages of customers (sender index ≥ 0) and of staff (−1 − staff index), in time order."""
    said = pd.concat([_customer_messages(rng, people, groups, rows), _staff_messages(rng, groups)], ignore_index=True)
    said = said[said["sent_at"].to_numpy() < days.END].sort_values(["sent_at", "group"], ignore_index=True)
    kinds = ["文本", "图片", "表情", "小程序", "链接"]
    said["kind"] = rng.choice(kinds, len(said), p=[0.72, 0.12, 0.08, 0.05, 0.03])
    return said


def _welfare(people: pd.DataFrame, joined: np.ndarray) -> pd.DataFrame:
    customer = np.flatnonzero(~np.isnat(joined))
    area = people["store"].to_numpy()[customer] % len(QUARTERS)
    return pd.DataFrame(
        {
            "customer": customer,
            "joined_at": joined[customer],
            "area": area,
            "seats": [SEATS[number] for number in area],
            "series": _CITIES[area] + "·福利",
            "group_type": "福利群",
            "scene": "扫描群二维码",
        }
    )


def _benefit(rng: np.random.Generator, people: pd.DataFrame, joined: np.ndarray, spent: np.ndarray) -> pd.DataFrame:
    customer = np.flatnonzero(~np.isnat(joined) & (spent > 0) & (rng.random(len(people)) < 0.8))
    area = people["store"].to_numpy()[customer] % len(QUARTERS)
    return pd.DataFrame(
        {
            "customer": customer,
            "joined_at": joined[customer] + days.seconds(rng.exponential(14 * days.DAY, len(customer)) + days.HOUR),
            "area": area,
            "seats": [LOOSE] * len(customer),
            "series": _CITIES[area] + "·权益",
            "group_type": "权益群",
            "scene": "通过邀请链接邀请",
        }
    )


def _interest(rng: np.random.Generator, people: pd.DataFrame, joined: np.ndarray) -> pd.DataFrame:
    customer = np.flatnonzero(~np.isnat(joined) & (rng.random(len(people)) < 0.27))
    theme = rng.integers(0, len(_INTERESTS), len(customer))
    return pd.DataFrame(
        {
            "customer": customer,
            "joined_at": joined[customer] + days.seconds(rng.exponential(9 * days.DAY, len(customer)) + days.HOUR),
            "area": theme,
            "seats": [LOOSE] * len(customer),
            "series": _INTERESTS[theme] + "兴趣",
            "group_type": "兴趣群",
            "scene": "通过邀请链接邀请",
        }
    )


def _vip(rng: np.random.Generator, people: pd.DataFrame, joined: np.ndarray, spent: np.ndarray) -> pd.DataFrame:
    customer = np.flatnonzero(~np.isnat(joined) & (spent > 60_000))
    return pd.DataFrame(
        {
            "customer": customer,
            "joined_at": joined[customer] + days.seconds(rng.exponential(25 * days.DAY, len(customer)) + days.DAY),
            "area": 0,
            "seats": [SMALL] * len(customer),
            "series": "VIP",
            "group_type": "VIP群",
            "scene": "成员直接邀请",
        }
    )


def _seated(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with `group_name`: who joins a series of groups takes the first one with a free seat."""
    rows = rows.sort_values("joined_at", ignore_index=True)
    left = rows["left_at"].fillna(_NEVER).to_numpy()
    taken: dict[str, list[list[np.datetime64]]] = {}
    ordinal = [
        _seat(taken.setdefault(series, []), seats, at, until)
        for series, seats, at, until in zip(
            rows["series"], rows["seats"], rows["joined_at"].to_numpy(), left, strict=True
        )
    ]
    return rows.assign(group_name=rows["series"] + pd.Series(ordinal).astype(str) + "群")


def _seat(taken: list[list[np.datetime64]], seats: tuple[int, ...], at: np.datetime64, until: np.datetime64) -> int:
    """Number (1-based) of the group joined; `taken`: per group, when each of its taken seats becomes free (a heap)."""
    for number, frees in enumerate(taken):
        while frees and frees[0] <= at:
            heapq.heappop(frees)
        if len(frees) < seats[number % len(seats)]:
            heapq.heappush(frees, until)
            return number + 1
    taken.append([until])
    return len(taken)


def _tired(rng: np.random.Generator, rows: pd.DataFrame, groups: pd.DataFrame) -> np.ndarray:
    """When each leaves; from a fading group some more, in the last three weeks."""
    left, joined = rows["left_at"].to_numpy(), rows["joined_at"].to_numpy()
    at = days.END - days.seconds(rng.random(len(rows)) * 21 * days.DAY + 60)
    more = groups["fading"].to_numpy()[rows["group"]] & (rng.random(len(rows)) < 0.2) & np.isnat(left) & (at > joined)
    return np.where(more, at, left)


def _groups(rng: np.random.Generator, rows: pd.DataFrame, chain: Chain) -> pd.DataFrame:
    """One row per group; its owner manages a store of the city. Every seventh is fading: silent for weeks."""
    groups = rows.groupby("group_name", as_index=False).agg(
        first=("joined_at", "min"), area=("area", "first"), group_type=("group_type", "first")
    )
    groups = groups.rename(columns={"group_name": "name"}).sort_values("first", ignore_index=True)
    size = len(groups)
    per_store = len(chain.staff) // len(chain.stores)
    turn = groups.groupby("area").cumcount()
    groups["group"] = np.arange(size)
    groups["group_id"] = [f"wrDEMO{i + 1:010d}" for i in range(size)]
    groups["owner"] = (groups["area"] + len(QUARTERS) * turn) % len(chain.stores) * per_store
    groups["created_at"] = groups["first"].to_numpy() - days.seconds(rng.exponential(days.HOUR, size) + 600)
    groups["fading"] = (np.arange(size) % 7 == 6) & (groups["first"].to_numpy() < days.END - np.timedelta64(42, "D"))
    return groups


def _customer_messages(
    rng: np.random.Generator, people: pd.DataFrame, groups: pd.DataFrame, rows: pd.DataFrame
) -> pd.DataFrame:
    """Most members are silent, a few talk a lot; everybody talks less the longer they are in; evenings are busiest."""
    talks = np.array([channel.talks for channel in CHANNELS] + [1.0])[people["channel"].to_numpy()[rows["customer"]]]
    rate = rng.gamma(0.30, 1.2, len(rows)) * talks * np.where(rows["group_type"] == "福利群", 1.0, 1.5)
    joined = rows["joined_at"].to_numpy()
    until = np.where(np.isnat(rows["left_at"].to_numpy()), days.END, rows["left_at"].to_numpy())
    stay = (until - joined).astype("int64") / days.DAY
    decay = 30.0  # days: mean life of a member's eagerness
    count = rng.poisson(rate * decay * (1 - np.exp(-stay / decay)) * 0.9)
    row = np.repeat(np.arange(len(rows)), count)
    share = rng.random(len(row)) * (1 - np.exp(-stay[row] / decay))
    at = days.at_clock(rng, joined[row] + days.seconds(-decay * np.log1p(-share) * days.DAY))
    said = pd.DataFrame(
        {"group": rows["group"].to_numpy()[row], "sender": rows["customer"].to_numpy()[row], "sent_at": at}
    )
    silent = groups["fading"].to_numpy()[said["group"]] & (at > days.END - np.timedelta64(24, "D"))
    return said[(at >= joined[row]) & (at < until[row]) & ~silent]


def _staff_messages(rng: np.random.Generator, groups: pd.DataFrame) -> pd.DataFrame:
    """The day's fixed slots (good morning, lunch question, evening preview), each sent on most days."""
    slots = np.array([8.5, 12.5, 19.5, 21.0]) * days.HOUR
    day, group, slot = np.meshgrid(days.programme_days(), np.arange(len(groups)), slots, indexing="ij")
    at = day.ravel().astype("datetime64[s]") + days.seconds(slot.ravel() + rng.normal(0, 400, slot.size))
    group = group.ravel()
    sent = (rng.random(len(at)) < 0.55) & (at > groups["created_at"].to_numpy()[group])
    return pd.DataFrame(
        {"group": group[sent], "sender": -1 - groups["owner"].to_numpy()[group[sent]], "sent_at": at[sent]}
    )
