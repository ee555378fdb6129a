"""One synthetic world: everything that happened, before any back office writes it down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sopdash.demo import community, purchases
from sopdash.demo.chain import PRODUCTS, SCALES, Chain, chain
from sopdash.demo.customers import customers, follows


@dataclass(frozen=True)
class World:
    """Tables point at each other by position: `customer` into `people`, `staff` into `chain.staff`, and so on."""

    chain: Chain
    people: pd.DataFrame
    follows: pd.DataFrame
    orders: pd.DataFrame
    lines: pd.DataFrame
    groups: pd.DataFrame
    members: pd.DataFrame
    messages: pd.DataFrame


def world(scale: str, seed: int) -> World:
    """Simulate the chain; the same scale and seed give the same world."""
    rng = np.random.default_rng(seed)
    size = SCALES[scale]
    shops = chain(size)
    people = customers(rng, size, shops)
    joined = community.joining(rng, people)
    orders = purchases.orders(rng, people, ~np.isnat(joined), shops)
    orders, lines = purchases.price(rng, orders, purchases.lines(rng, orders))
    spent = np.bincount(
        orders["customer"],
        weights=np.where(orders["is_paid"], orders["paid"] - orders["refund"], 0),
        minlength=len(people),
    )
    groups, members = community.memberships(rng, people, joined, spent, shops)
    return World(
        chain=shops,
        people=people.assign(knows_phone=_known_phones(rng, people, orders)),
        follows=follows(rng, people, shops),
        orders=_named(orders, lines),
        lines=lines,
        groups=groups,
        members=members,
        messages=community.messages(rng, people, groups, members, shops),
    )


def _known_phones(rng: np.random.Generator, people: pd.DataFrame, orders: pd.DataFrame) -> np.ndarray:
    """Contacts with a phone number on their card: those who left one, and most who bought in the mini shop since."""
    added = people["added_at"].to_numpy()[orders["customer"]]
    bought = orders[orders["is_paid"] & (orders["platform"] == "youzan") & (orders["paid_at"].to_numpy() > added)]
    asked = people.index.isin(bought["customer"]) & (rng.random(len(people)) < 0.9)
    return np.asarray(people["knows_phone"] | asked)


def _named(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Orders with their id in the platform's shape, and their lines in words."""
    names = PRODUCTS["product"].to_numpy()[lines["product"]]
    words = [""] * len(orders)
    for order, name in zip(lines["order"], names, strict=True):
        words[order] += f"，{name}" if words[order] else name
    tail = (orders["number"] * 7919 % 45_000 * 2 + 10_001).astype(str)
    serial = orders["number"].astype(str).str.zfill(9)
    day = orders["created_at"].dt.strftime("%Y%m%d%H%M%S")
    shapes = {
        "taobao": "3100" + serial + tail,
        "youzan": "E" + day + serial + tail,
        "douyin": "6920" + serial + tail + "0",
        "jd": "310" + serial,
    }
    ids = np.select([orders["platform"] == name for name in shapes], list(shapes.values()), "")
    return orders.assign(
        order_id=ids,
        products=words,
        kinds=lines.groupby("order").size().to_numpy(),
        units=lines.groupby("order")["units"].sum().to_numpy(),
    )
