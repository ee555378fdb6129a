"""Frames as imports of a shop: thousands of rows at once."""

import datetime as dt

import numpy as np
import pandas as pd

from sopdash.warehouse import NewBatch, append


def load(tables, fact, frame):
    """Appends a frame of text and numbers as one import, in one statement."""
    with tables.store.warehouse.write() as cursor:
        marks = ", ".join(f'unnest($c{index}) as "{name}"' for index, name in enumerate(frame.columns))
        values = {f"c{index}": frame[name].tolist() for index, name in enumerate(frame.columns)}
        cursor.execute(f"create or replace temp table told as select {marks}", values)
        cursor.execute("alter table told add column row_no bigint")
        batch = NewBatch(f"{fact}.csv", fact, f"test_{fact}", dt.datetime(1998, 7, 1), "")
        append(cursor, batch, {fact: "told"})
        cursor.execute("drop table told")
    tables.store.refresh()


def as_orders(frame):
    """Order rows of `customer`, `day`, `paid`; store S1 or S2 by customer."""
    return pd.DataFrame(
        {
            "platform": "test",
            "shop": "",
            "order_id": [f"o{number}" for number in range(len(frame))],
            "account": frame["customer"],
            "status": "paid",
            "paid_at": frame["day"].dt.strftime("%Y-%m-%d 10:00:00"),
            "paid_amount": frame["paid"],
            "store": np.where(frame["customer"].astype(int) % 2 == 1, "S1", "S2"),
        }
    )
