"""CDNOW, the data the models were published with: it ships inside the (unmaintained) package lifetimes as files."""

import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from models.shops import as_orders, load
from tables import Tables

from sopdash.models.bgnbd import Histories
from sopdash.models.gamma_gamma import Spending


@pytest.fixture(scope="session")
def cdnow_files():
    """The package's folder of data; its code is never imported."""
    return Path(importlib.util.find_spec("lifetimes").origin).parent / "datasets"


@pytest.fixture(scope="session")
def cdnow(cdnow_files):
    """One row per customer of the 1/10 sample, 2,357: x, t_x, T in weeks over 39 weeks; zbar, mean repeat purchase."""
    return pd.read_csv(cdnow_files / "cdnow_customers_summary_with_transactions.csv").astype(float)


@pytest.fixture(scope="session")
def cdnow_orders(cdnow_files):
    """The sample's 6,919 orders of 78 weeks: customer, day, paid."""
    columns = ["all", "customer", "day", "units", "paid"]
    orders = pd.read_csv(cdnow_files / "CDNOW_sample.txt", sep=r"\s+", header=None, names=columns, dtype=str)
    return orders.assign(day=pd.to_datetime(orders["day"]), paid=orders["paid"].astype(float))


@pytest.fixture(scope="session")
def histories(cdnow):
    distinct = cdnow.groupby(["x", "t_x", "T"]).size().reset_index(name="count")
    return Histories(*(distinct[name].to_numpy(float) for name in ("x", "t_x", "T", "count")))


@pytest.fixture(scope="session")
def spending(cdnow_orders):
    """Repeat purchase days of the first 39 weeks and their exact means, as Fader and Hardie count them: 946 buyers."""
    seen = cdnow_orders[cdnow_orders["day"] <= "1997-09-30"]
    days = seen.groupby(["customer", "day"], as_index=False)["paid"].sum()
    repeat = days[days.groupby("customer").cumcount() > 0].groupby("customer")["paid"].agg(["size", "mean"])
    repeat = repeat[repeat["mean"] > 0]
    return Spending(repeat["size"].to_numpy(float), repeat["mean"].to_numpy(float), np.ones(len(repeat)))


@pytest.fixture(scope="session")
def cdnow_shop(empty_store, tmp_path_factory, cdnow_orders):
    """CDNOW's first 39 weeks as a shop's orders; 抖音 brought the first ten customers for 200 yuan."""
    folder = tmp_path_factory.mktemp("cdnow") / "data"
    shutil.copytree(empty_store, folder)
    tables = Tables(folder)
    seen = cdnow_orders[cdnow_orders["day"] <= "1997-09-30"]
    tables.follows("\n".join(["account channel added", *(f"{n:04}  抖音  1996-12-31" for n in range(1, 11))]))
    tables.channel_days("channel day spend\n抖音  1997-01-05  200")
    load(tables, "orders", as_orders(seen))
    yield tables
    tables.close()
