"""The same figures, computed by pandas from the rows: random orders and follows, several dimensions and filters."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

NAMES = ("orders", "buyers", "net_sales", "aov", "repurchase_rate", "refund_rate", "new_buyers", "returning_buyer_rate")


def orders(seed):
    """300 orders of 60 customers and of nobody, over twelve weeks around New Year."""
    rng = np.random.default_rng(seed)
    at = pd.Timestamp("2026-11-16") + pd.to_timedelta(rng.integers(0, 84 * 86400, 300), unit="s")
    paid = rng.integers(0, 50000, 300) / 100
    return pd.DataFrame(
        {
            "customer": np.where(rng.random(300) < 0.15, None, [f"c{n:02}" for n in rng.integers(0, 60, 300)]),
            "platform": rng.choice(["taobao", "youzan", "jd"], 300),
            "store": rng.choice(["S01", "S02", None], 300),
            "status": rng.choice(["paid", "completed", "unpaid"], 300, p=[0.5, 0.4, 0.1]),
            "at": at,
            "paid": paid,
            "refund": np.where(rng.random(300) < 0.2, (paid * 50).round() / 100, 0),
        }
    )


def table(frame):
    text = frame.assign(at=frame["at"].dt.strftime("%Y-%m-%d %H:%M:%S"), paid=frame["paid"].map("{:.2f}".format))
    text["refund"] = frame["refund"].map("{:.2f}".format)
    text = text.astype(object).where(text.notna(), "-")
    return "\n".join(["  ".join(text.columns), *("  ".join(map(str, row)) for row in text.itertuples(index=False))])


def reference(frame, first, start):
    """The figures of one cell that begins at `start`; `first` is each customer's first order in all the data."""
    known = frame[frame["customer"].notna()]
    buyers = known.groupby("customer").size()
    net = (frame["paid"] - frame["refund"]).sum()
    returning = sum(first[customer] < start for customer in buyers.index)
    return {
        "orders": len(frame),
        "buyers": len(buyers),
        "net_sales": pytest.approx(net, abs=1e-6),
        "aov": pytest.approx(net / len(frame)) if len(frame) else None,
        "repurchase_rate": pytest.approx((buyers >= 2).mean()) if len(buyers) else None,
        "refund_rate": pytest.approx((frame["refund"] > 0).mean()) if len(frame) else None,
        "new_buyers": int((known["at"] == known["customer"].map(first)).sum()),
        "returning_buyer_rate": pytest.approx(returning / len(buyers)) if len(buyers) else None,
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_weeks_stores_and_platforms_agree_with_pandas(warehouse, ask, seed):
    frame = orders(seed)
    warehouse.orders(table(frame))
    paid = frame[frame["status"] != "unpaid"]
    first = paid.groupby("customer")["at"].min()
    monday = paid["at"].dt.normalize() - pd.to_timedelta(paid["at"].dt.day_of_week, unit="D")
    begin, end = dt.date(2026, 11, 16), dt.date(2027, 2, 7)
    span = {"first": str(begin), "last": str(end)}

    for row in ask(*NAMES, by="week", **span):
        start = pd.Timestamp(dt.datetime.strptime(row["week"] + "-1", "%G-W%V-%u"))
        expected = reference(paid[monday == start], first, start)
        assert {name: row[name] for name in NAMES} == expected, row["week"]

    for row in ask(*NAMES, by=("store", "platform"), where=[("platform", "jd"), ("platform", "youzan")], **span):
        same_store = paid["store"].isna() if row["store"] is None else paid["store"] == row["store"]
        chosen = paid[same_store & (paid["platform"] == row["platform"])]
        expected = reference(chosen, first, pd.Timestamp(begin))
        assert {name: row[name] for name in NAMES} == expected, row
