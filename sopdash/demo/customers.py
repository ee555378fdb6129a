"""Who the customers are, how each was added, and when some of them deleted the staff member again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sopdash.demo import days
from sopdash.demo.chain import CARD, CHANNELS, PHONE, SCAN, TRANSFER, Chain, Scale

AGES = ("18-24", "25-34", "35-44", "45-54", "55+")


def customers(rng: np.random.Generator, scale: Scale, chain: Chain) -> pd.DataFrame:
    """One row per customer: identity, store, channel (-1: never added) and when first added."""
    size = scale.customers
    number = np.arange(1, size + 1)
    added = rng.random(size) < 0.8
    shares = np.array([channel.share for channel in CHANNELS])
    channel = np.where(added, rng.choice(len(CHANNELS), size, p=shares / shares.sum()), -1)
    store = rng.choice(len(chain.stores), size, p=chain.weights)
    day = rng.choice(days.programme_days(), size, p=days.day_weights(growth=0.35))
    added_at = day.astype("datetime64[s]") + days.clock(rng, size)
    age = rng.choice(len(AGES), size, p=[0.14, 0.38, 0.30, 0.13, 0.05])
    return pd.DataFrame(
        {
            "number": number,
            "name": [f"顾客{n:05d}" for n in number],
            "phone": [f"199{n:08d}" for n in number],
            "gender": rng.choice(["女", "男", ""], size, p=[0.72, 0.20, 0.08]),
            "age": age,
            "birthday": _birthdays(rng, age),
            "channel": channel,
            "code": _codes(rng, chain, channel, store),
            "store": store,
            "staff": store * scale.staff_per_store + rng.integers(0, scale.staff_per_store, size),
            "added_at": np.where(added, added_at, np.datetime64("NaT")),
            "existing": rng.random(size) < _of_channel("existing", channel, otherwise=1.0),
            "knows_phone": rng.random(size) < _of_channel("phone", channel, otherwise=0.0),
        }
    )


def follows(rng: np.random.Generator, people: pd.DataFrame, chain: Chain) -> pd.DataFrame:
    """One row per customer × staff: the first follow, a second one for some, transfers for a few."""
    first = people.loc[people["added_at"].notna(), ["number", "staff", "channel", "code", "added_at"]].copy()
    first["way"] = np.array([channel.way for channel in CHANNELS])[first["channel"]]
    by_phone = (first["way"] == PHONE).to_numpy()
    first.loc[by_phone, "way"] = rng.choice([PHONE, CARD, SCAN], by_phone.sum(), p=[0.4, 0.3, 0.3])

    second = _later(rng, first.sample(frac=0.09, random_state=int(rng.integers(1 << 31))), chain, same_store=True)
    second["way"] = rng.choice([CARD, "群聊"], len(second), p=[0.4, 0.6])
    moved = _later(rng, first.sample(frac=0.02, random_state=int(rng.integers(1 << 31))), chain, same_store=False)
    moved["way"] = TRANSFER

    table = pd.concat([first, second, moved], ignore_index=True)
    table = table[table["added_at"] < days.END].drop_duplicates(["number", "staff"]).reset_index(drop=True)
    table["lost_at"], table["lost_by"] = _losses(rng, table)
    return table.sort_values("added_at", ignore_index=True)


def _of_channel(field: str, channel: np.ndarray, otherwise: float) -> np.ndarray:
    values: np.ndarray = np.array([getattr(row, field) for row in CHANNELS] + [otherwise])
    return np.asarray(values[channel])


def _birthdays(rng: np.random.Generator, age: np.ndarray) -> np.ndarray:
    years = np.array([21, 29, 39, 49, 60])[age] + rng.integers(-3, 4, len(age))
    return np.asarray(
        np.datetime64("2026-01-01") - (years * 365 + rng.integers(0, 365, len(age))).astype("timedelta64[D]")
    )


def _codes(rng: np.random.Generator, chain: Chain, channel: np.ndarray, store: np.ndarray) -> np.ndarray:
    """A live code of each customer's channel, and of the own store where the channel's codes hang in stores."""
    result = np.full(len(channel), "", dtype=object)
    for number, row in enumerate(CHANNELS):
        mine = np.flatnonzero(channel == number)
        place = rng.integers(0, len(row.places), len(mine))
        names = chain.codes.loc[chain.codes["channel_index"] == number, "code"].to_numpy()
        result[mine] = names[place * len(chain.stores) + store[mine]] if row.per_store else names[place]
    return result


def _later(rng: np.random.Generator, rows: pd.DataFrame, chain: Chain, same_store: bool) -> pd.DataFrame:
    """The same customers, followed by another staff member some days later."""
    rows = rows.copy()
    per_store = len(chain.staff) // len(chain.stores)
    if same_store:
        home = rows["staff"] // per_store * per_store
        rows["staff"] = home + (rows["staff"] - home + rng.integers(1, per_store, len(rows))) % per_store
    else:
        rows["staff"] = rng.integers(0, len(chain.staff), len(rows))
    delay = days.seconds(rng.exponential(12 * days.DAY, len(rows)) + days.HOUR)
    rows["added_at"] = rows["added_at"].to_numpy() + delay
    rows["code"] = ""
    return rows


def _losses(rng: np.random.Generator, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """When and by whom a follow ended: half of the losses fall in the first week."""
    size = len(table)
    lost = rng.random(size) < _of_channel("lost", table["channel"].to_numpy(), otherwise=0.0)
    early = rng.random(size) < 0.5
    wait = np.where(early, rng.exponential(1.8, size), 7 + rng.exponential(25, size)) * days.DAY + 10 * days.MINUTE
    at = table["added_at"].to_numpy().astype("datetime64[s]") + days.seconds(wait)
    gone = lost & (at < days.END)
    by = np.where(gone, rng.choice(["customer", "staff"], size, p=[0.93, 0.07]), "")
    return np.where(gone, at, np.datetime64("NaT")), by
