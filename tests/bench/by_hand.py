"""The figures of the large bench without the product: SQL on the facts, polars, pandas.

The synthetic year is kind to them: one account name and one external id are one customer, so no identity has to be
resolved. Loading rows into polars and pandas is not counted, and their keys are numbers already.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from sopdash.demo.days import LAST
from sopdash.warehouse import Store

Figures = dict[Any, tuple[float, ...]]

PAID = """(status in ('paid', 'shipped', 'completed')
    or status = 'closed' and paid_at is not null and (paid_amount > 0 or refund_amount > 0))"""
SINCE = "date '1970-01-05'"
ORDERS = f"""
    select (cast(coalesce(paid_at, created_at) as date) - {SINCE}) // 7 as week,
        coalesce(paid_at, created_at) as moment,
        cast(substr(account, 3) as integer) as customer,
        cast(paid_amount - coalesce(case when status = 'closed' and refund_amount is null then paid_amount
            else refund_amount end, 0) as double) as net
    from fact.orders where {PAID}
"""
SPOKEN = f"""
    select (cast(sent_at as date) - {SINCE}) // 7 as week, cast(substr(external_id, 5) as integer) as customer
    from fact.messages where not is_staff
"""

WEEKS = (LAST - dt.date(1970, 1, 5)).days // 7
"""The last complete week: what a store says beyond it is looked at in scores only."""

SQL = {
    "sales": f"select week, round(sum(net)), count(*), count(distinct customer) from ({ORDERS})"
    f" where week <= {WEEKS} group by week",
    "speakers": f"select week, count(distinct customer) from ({SPOKEN}) group by week",
    "rfm": f"""
        with bought as (
            select customer, count(*) as f, sum(net) as m,
                greatest(1, date_diff('second', max(moment), (select cast(max(moment) as date) + 1 from ({ORDERS})))
                    // 86400) as r
            from ({ORDERS}) where customer is not null group by customer
        ),
        cuts as (
            select quantile_cont(r::double, [.2, .4, .6, .8]) as r, quantile_cont(f::double, [.2, .4, .6, .8]) as f,
                quantile_cont(m::double, [.2, .4, .6, .8]) as m
            from bought
        )
        select (5 - len(list_filter(cuts.r, lambda x: x < bought.r)) >= 4)::int
            || (1 + len(list_filter(cuts.f, lambda x: x < bought.f)) >= 4)::int::varchar
            || (1 + len(list_filter(cuts.m, lambda x: x < bought.m)) >= 4)::int::varchar as class, count(*)
        from bought cross join cuts group by class""",
    "cohorts": f"""
        with active as (select distinct customer, week from ({ORDERS}) where customer is not null and week <= {WEEKS}),
        began as (select customer, min(week) as began from active group by customer)
        select (began, week - began), count(*) from active join began using (customer) group by all""",
}


def _sql(store: Store, name: str) -> Callable[[], Figures]:
    return lambda: {row[0]: tuple(map(float, row[1:])) for row in store.warehouse.rows(SQL[name])}


def _rows(store: Store, name: str) -> pd.DataFrame:
    frame = store.warehouse.frame(SPOKEN if name == "speakers" else ORDERS)
    frame["customer"] = frame["customer"].astype("Int32")
    return frame


def _pandas(store: Store, name: str) -> Callable[[], Figures]:
    rows = _rows(store, name)

    def sales() -> Figures:
        weekly = (
            rows[rows["week"] <= WEEKS]
            .groupby("week")
            .agg(net=("net", "sum"), n=("week", "size"), buyers=("customer", "nunique"))
        )
        return {week: (float(round(net)), float(n), float(b)) for week, net, n, b in weekly.itertuples()}

    def speakers() -> Figures:
        return {week: (float(n),) for week, n in rows.groupby("week")["customer"].nunique().items()}

    def scores() -> Figures:
        known = rows[rows["customer"].notna()]
        bought = known.groupby("customer").agg(moment=("moment", "max"), f=("moment", "size"), m=("net", "sum"))
        end = rows["moment"].max().normalize() + pd.Timedelta(days=1)
        bought["r"] = ((end - bought["moment"]).dt.total_seconds() // 86400).clip(lower=1)
        high = {}
        for part in "rfm":
            cuts = bought[part].quantile([0.2, 0.4, 0.6, 0.8])
            below = sum((bought[part] > cut).astype(int) for cut in cuts)
            high[part] = ((5 - below) if part == "r" else (1 + below)) >= 4
        names = (
            high["r"].astype(int).astype(str) + high["f"].astype(int).astype(str) + high["m"].astype(int).astype(str)
        )
        return {name: (float(n),) for name, n in names.value_counts().items()}

    def triangle() -> Figures:
        active = rows.loc[rows["customer"].notna() & (rows["week"] <= WEEKS), ["customer", "week"]].drop_duplicates()
        began = active.groupby("customer")["week"].transform("min")
        counts = active.assign(began=began, k=active["week"] - began).groupby(["began", "k"]).size()
        return {key: (float(n),) for key, n in counts.items()}

    return {"sales": sales, "speakers": speakers, "rfm": scores, "cohorts": triangle}[name]


def _polars(store: Store, name: str) -> Callable[[], Figures]:
    import polars as pl

    rows = pl.from_pandas(_rows(store, name))
    customer = pl.col("customer")

    def sales() -> Figures:
        weekly = (
            rows.filter(pl.col("week") <= WEEKS)
            .group_by("week")
            .agg(pl.col("net").sum().round(), pl.len(), customer.drop_nulls().n_unique().alias("buyers"))
        )
        return {week: tuple(map(float, rest)) for week, *rest in weekly.iter_rows()}

    def speakers() -> Figures:
        weekly = rows.group_by("week").agg(customer.drop_nulls().n_unique())
        return {week: (float(n),) for week, n in weekly.iter_rows()}

    def scores() -> Figures:
        end = rows["moment"].max()
        midnight = pd.Timestamp(end).normalize() + pd.Timedelta(days=1)
        bought = (
            rows.filter(customer.is_not_null())
            .group_by("customer")
            .agg(pl.col("moment").max(), pl.len().alias("f"), pl.col("net").sum().alias("m"))
            .with_columns(
                ((pl.lit(midnight.to_pydatetime()) - pl.col("moment")).dt.total_seconds() // 86400).clip(1).alias("r")
            )
        )
        high = []
        for part in "rfm":
            cuts = [bought[part].quantile(share, "linear") for share in (0.2, 0.4, 0.6, 0.8)]
            below = sum(((pl.col(part) > cut).cast(pl.Int32) for cut in cuts), pl.lit(0))
            score = (5 - below) if part == "r" else (1 + below)
            high.append((score >= 4).cast(pl.Int32).cast(pl.String))
        classes = bought.select(pl.concat_str(high).alias("class")).group_by("class").len()
        return {name: (float(n),) for name, n in classes.iter_rows()}

    def triangle() -> Figures:
        active = rows.filter(customer.is_not_null() & (pl.col("week") <= WEEKS)).select("customer", "week").unique()
        began = active.group_by("customer").agg(pl.col("week").min().alias("began"))
        counts = (
            active.join(began, on="customer").group_by("began", (pl.col("week") - pl.col("began")).alias("k")).len()
        )
        return {(first, k): (float(n),) for first, k, n in counts.iter_rows()}

    return {"sales": sales, "speakers": speakers, "rfm": scores, "cohorts": triangle}[name]


ENGINES: dict[str, Callable[[Store, str], Callable[[], Figures]]] = {"SQL": _sql, "polars": _polars, "pandas": _pandas}


def _number(label: str) -> int:
    return (pd.Timestamp.fromisocalendar(int(label[:4]), int(label[6:]), 1) - pd.Timestamp("1970-01-05")).days // 7


def flat(name: str, frame: pd.DataFrame) -> Figures:
    """The app's result in the shape of the others."""
    if name == "rfm":
        return {row["class"]: (float(row["customers"]),) for row in frame.to_dict("records") if row["customers"]}
    if name == "cohorts":
        known = frame[frame["active"].notna() & (frame["active"] > 0)]
        return {
            (_number(cohort), k): (float(n),)
            for cohort, k, n in zip(known["cohort"], known["k"], known["active"], strict=True)
        }
    columns = ["net_sales", "orders", "buyers"] if name == "sales" else ["speakers"]
    known = frame.dropna(subset=columns)
    values = zip(known["week"], *(known[column] for column in columns), strict=True)
    found = {_number(week): tuple(float(round(one)) for one in rest) for week, *rest in values}
    return {week: figures for week, figures in found.items() if any(figures)}  # weeks without rows are 0 in the app


def _close(ours: tuple[float, ...] | None, theirs: tuple[float, ...] | None) -> bool:
    """Counts are equal, sums of money but for the cents that floats lose."""
    return (
        ours is not None
        and theirs is not None
        and all(
            one == other or (one > 1e5 and math.isclose(one, other, rel_tol=1e-6))
            for one, other in zip(ours, theirs, strict=True)
        )
    )


def same(name: str, engine: str, ours: Figures, theirs: Figures) -> None:
    """Raises where the figures differ."""
    wrong = [key for key in ours.keys() | theirs.keys() if not _close(ours.get(key), theirs.get(key))]
    if wrong:
        said = ", ".join(f"{key}: {ours.get(key)} against {theirs.get(key)}" for key in wrong[:3])
        raise AssertionError(f"{name} by {engine} differs in {len(wrong)} of {len(ours)}: {said}")
