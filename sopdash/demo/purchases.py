"""What customers bought: order times, platforms, lines, money, refunds and statuses.

Every customer buys at an own pace and stops at some moment (the buy-till-you-die idea behind BG/NBD); new contacts buy
with their channel's chance, a third of them within three hours of being added.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sopdash.demo import days
from sopdash.demo.chain import CHANNELS, FADING_STORES, PRODUCTS, Chain

PLATFORMS = ("taobao", "youzan", "douyin", "jd")
_NAT = np.datetime64("NaT", "s")


def orders(rng: np.random.Generator, people: pd.DataFrame, joined: np.ndarray, chain: Chain) -> pd.DataFrame:
    """One row per order: customer index, platform, times, status and money in fen. `joined`: who is in a group."""
    pace = _pace(rng, joined)
    first, bought_before = _first_times(rng, people)
    table = _repeat(rng, first, pace)
    table = table[~_faded(rng, people, table)]
    table["platform"] = _platforms(rng, people, table, bought_before)
    table = table.sort_values(["paid_at", "customer"], ignore_index=True)
    table["number"] = np.arange(1, len(table) + 1)
    table["staff"] = people["staff"].to_numpy()[table["customer"]]
    table["whale"] = pace["whale"][table["customer"]]
    return _settle(rng, table)


def lines(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    """One row per order line: order number, product, units, price and amount in fen (before the order's discount)."""
    count = 1 + (rng.random(len(table)) < 0.22)
    order = np.repeat(np.arange(len(table)), count)
    whale = table["whale"].to_numpy()[order]
    product = rng.choice(len(PRODUCTS), len(order), p=PRODUCTS["weight"] / PRODUCTS["weight"].sum())
    product = np.where(whale, rng.integers(5, len(PRODUCTS), len(order)), product)
    units = np.where(whale, rng.integers(1, 5, len(order)), rng.choice([1, 2, 3], len(order), p=[0.8, 0.15, 0.05]))
    rows = pd.DataFrame({"order": order, "product": product, "units": units})
    rows = rows.drop_duplicates(["order", "product"], ignore_index=True)
    rows["line"] = rows.groupby("order").cumcount() + 1
    rows["fen"] = PRODUCTS["fen"].to_numpy()[rows["product"]]
    rows["amount"] = rows["fen"] * rows["units"]
    return rows


def price(rng: np.random.Generator, table: pd.DataFrame, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Money of orders and lines: goods, discount (full ¥99 less ¥20), paid, refund; all in fen and adding up."""
    goods = rows.groupby("order")["amount"].sum().to_numpy()
    discount = np.where((goods >= 9_900) & (rng.random(len(goods)) < 0.35), 2_000, 0)
    rows = rows.copy()
    rows["discount"] = np.where(rows["line"] == 1, discount[rows["order"]], 0)
    swap = rows["discount"] > rows["amount"]
    rows.loc[swap, "discount"] = 0
    table = table.copy()
    table["goods"] = goods
    table["discount"] = rows.groupby("order")["discount"].sum().to_numpy()
    table["paid"] = table["goods"] - table["discount"]
    partial = table["platform"].isin(["taobao", "youzan"]) & (rng.random(len(table)) < 0.4)
    whole = table["refunded"] & ~partial
    table["refund"] = np.where(whole, table["paid"], np.where(table["refunded"], table["paid"] * 3 // 10, 0))
    return table, rows


def _pace(rng: np.random.Generator, joined: np.ndarray) -> dict[str, np.ndarray]:
    """Mean days between orders and the chance of stopping after each; group members come back 30 % more often."""
    size = len(joined)
    whale = rng.random(size) < 0.012
    gap = np.exp(rng.normal(np.log(34), 0.55, size)) / np.where(joined, 1.3, 1.0)
    return {
        "whale": whale,
        "gap": np.where(whale, 8.0, gap),
        "stop": np.where(whale, 0.04, rng.beta(3, 3, size)),
    }


def _first_times(rng: np.random.Generator, people: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Each customer's first order (NaT: never) and whether it lies before being added."""
    size = len(people)
    added = people["added_at"].to_numpy().astype("datetime64[s]")
    never_added = np.isnat(added)
    until: np.ndarray = np.where(never_added, days.END, added)
    until = until - np.timedelta64(1, "D")
    span = (until - days.ORDERS_START).astype("int64")
    early = days.ORDERS_START + days.seconds(rng.random(size) ** 1.4 * span)
    before = days.at_clock(rng, early)

    quick = rng.random(size) < 0.35
    delay = np.where(quick, rng.gamma(1.5, 40 * days.MINUTE, size), rng.exponential(7 * days.DAY, size) + 4 * days.HOUR)
    after = np.where(never_added, _NAT, added + days.seconds(delay))
    chance = np.array([channel.converts for channel in CHANNELS] + [0.0])[people["channel"].to_numpy()]
    converts = rng.random(size) < chance
    existing = people["existing"].to_numpy()
    first = np.where(existing, before, np.where(converts, after, _NAT))
    return np.where(first < days.END, first, _NAT), existing


def _repeat(rng: np.random.Generator, first: np.ndarray, pace: dict[str, np.ndarray]) -> pd.DataFrame:
    """All orders of all customers: round after round, those still buying get their next order."""
    customer = np.flatnonzero(~np.isnat(first))
    at = first[customer]
    found = [(customer, at, np.zeros(len(customer), dtype=bool))]
    while len(customer):
        going = rng.random(len(customer)) >= pace["stop"][customer]
        customer, at = customer[going], at[going]
        gap = np.maximum(rng.exponential(pace["gap"][customer]), 1.0)
        at = days.at_clock(rng, _member_day(rng, at + days.seconds(gap * days.DAY)))
        inside = at < days.END
        customer, at = customer[inside], at[inside]
        found.append((customer, at, np.ones(len(customer), dtype=bool)))
    return pd.DataFrame(
        {
            "customer": np.concatenate([part[0] for part in found]),
            "paid_at": np.concatenate([part[1] for part in found]),
            "again": np.concatenate([part[2] for part in found]),
        }
    )


def _member_day(rng: np.random.Generator, at: np.ndarray) -> np.ndarray:
    """Some who would have bought on the two days before the 8th wait for the member day."""
    day = at.astype("datetime64[D]")
    wait = 7 - (day - at.astype("datetime64[M]").astype("datetime64[D]")).astype("int64")
    moves = (wait > 0) & (wait <= 2) & (rng.random(len(at)) < 0.5)
    return np.asarray(at + np.where(moves, wait, 0).astype("timedelta64[D]"))


def _faded(rng: np.random.Generator, people: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """Repeat orders that did not happen: in the last week, in the stores of the story."""
    store = people["store"].to_numpy()[table["customer"]]
    late = table["paid_at"].to_numpy() >= days.LAST_WEEK
    return np.asarray(late & table["again"] & np.isin(store, FADING_STORES) & (rng.random(len(table)) < 0.75))


def _platforms(rng: np.random.Generator, people: pd.DataFrame, table: pd.DataFrame, before: np.ndarray) -> np.ndarray:
    """Old shop customers buy mostly on Tmall, people won through the private domain mostly in the Youzan mini shop."""
    size = len(people)
    old = rng.choice(4, size, p=[0.52, 0.18, 0.15, 0.15])
    new = rng.choice(4, size, p=[0.18, 0.65, 0.12, 0.05])
    main = np.where(before, old, new)[table["customer"]]
    added = people["added_at"].to_numpy()[table["customer"]]
    moves = (table["paid_at"].to_numpy() > added) & (rng.random(len(table)) < 0.25)
    return np.array(PLATFORMS, dtype=object)[np.where(moves, 1, main)]


def _settle(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    """Statuses as they stand when the exports are taken, on the evening of the last day."""
    size = len(table)
    paid_at = table["paid_at"].to_numpy()
    age = (days.END - paid_at).astype("int64") / days.DAY
    status = np.where(age < 2, "paid", np.where(age < 9, "shipped", "completed")).astype(object)
    fate = rng.random(size)
    status[fate < 0.05] = "closed"  # never paid
    status[(fate < 0.03) & (age < 2)] = "unpaid"
    status[(fate > 0.998) & (table["platform"] == "taobao").to_numpy()] = "unknown"
    table["refunded"] = (fate >= 0.05) & (fate < 0.105) & (age > 1) & (table["platform"] != "jd").to_numpy()
    table["status"] = status
    table["is_paid"] = ~np.isin(status, ["closed", "unpaid", "unknown"])
    table["created_at"] = paid_at - days.seconds(rng.exponential(90, size) + 5)
    table["completed_at"] = np.where(
        status == "completed", paid_at + days.seconds(rng.normal(7, 1, size) * days.DAY), _NAT
    )
    return table
