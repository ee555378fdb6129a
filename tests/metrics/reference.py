"""The catalogue's figures once more, in pandas, from its words: no SQL of the product, no shared code.

`Facts` reads rows (orders, follows, memberships, messages, …) as the marts hold them, before anything is counted; a
`Cell` is a period and one value of one dimension; `REFERENCE[name](cell)` is the figure, or its (numerator,
denominator). NaN is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

PERSON = ("region", "tier", "rfm_class", "life_cycle", "gender", "age_band")
CUSTOMER = ("channel", "code", "store", "staff", *PERSON)
IDS = ("customer", "inviter", "invitee")
MARGIN = 0.4
FOREVER = pd.Timestamp("2200-01-01")
NEVER = pd.Timestamp("1970-01-01")


class Facts:
    """Rows of the demo with the dimensions they can be split by."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self._parts: dict[tuple[Any, ...], pd.DataFrame] = {}
        self.customers = self._read("customers")

    def _read(self, table: str) -> pd.DataFrame:
        rows = self.store.warehouse.frame(f'select * from mart."{table}"')
        counts = [name for name in rows.select_dtypes(["Int64", "Float64"]) if name not in IDS]
        return rows.astype(dict.fromkeys(counts, "float64"))

    def _of_customer(self, rows: pd.DataFrame, *names: str, key: str = "customer") -> pd.DataFrame:
        dims = self.customers.set_index("customer")[list(names)]
        return rows.drop(columns=[name for name in names if name in rows]).join(dims, on=key)

    def _of_group(self, rows: pd.DataFrame) -> pd.DataFrame:
        groups = self._read("groups").rename(columns={"owner": "staff"}).set_index("group")
        mine = ["staff", "store", "group_type", "dissolved_at", "capacity"]
        return rows.drop(columns=[name for name in mine if name in rows]).join(groups[mine], on="group")

    @cached_property
    def all_orders(self) -> pd.DataFrame:
        return self._of_customer(self._read("orders"), *PERSON[1:])

    @cached_property
    def orders(self) -> pd.DataFrame:
        paid = self.all_orders[self.all_orders["is_paid"]]
        paid = paid.sort_values(["ordered_at", "platform", "shop", "order_id"], ignore_index=True)
        known = paid[paid["customer"].notna()]
        per = known.groupby("customer")["ordered_at"]
        paid["number"] = known.groupby("customer").cumcount()
        paid["gap"] = (known["ordered_at"] - per.shift()).dt.total_seconds() / 86_400
        paid["first_at"], paid["next_at"] = per.transform("min"), per.shift(-1)
        held = paid.reset_index()[["index", "customer", "ordered_at"]].merge(self.spans, on="customer")
        held = held[(held["begin"] <= held["ordered_at"]) & (held["ordered_at"] <= held["end"])]
        paid["held"] = paid.index.isin(held["index"])
        return paid

    @cached_property
    def orders_of_customers(self) -> pd.DataFrame:
        """Paid orders under the dimensions of their customer, not their own."""
        return self._of_customer(self.orders, *CUSTOMER)

    @cached_property
    def follows(self) -> pd.DataFrame:
        follows = self._of_customer(self._read("follows"), *PERSON)
        follows["begin"], follows["end"] = follows["added_at"].fillna(NEVER), follows["lost_at"].fillna(FOREVER)
        return follows

    @cached_property
    def first_follows(self) -> pd.DataFrame:
        own = self.follows[~self.follows["is_transfer"]].sort_values(["added_at", "follow_id"])
        first = own.drop_duplicates("customer")
        orders = self.orders.groupby("customer")["ordered_at"].agg(["min", "max"])
        return first.join(orders, on="customer")

    @cached_property
    def memberships(self) -> pd.DataFrame:
        rows = self._of_customer(self._of_group(self._read("memberships")), "channel", *PERSON)
        rows["begin"], rows["end"] = rows["joined_at"].fillna(NEVER), rows["left_at"].fillna(FOREVER)
        return rows[~rows["is_staff"]]

    @cached_property
    def members_of_customers(self) -> pd.DataFrame:
        return self._of_customer(self.memberships[self.memberships["customer"].notna()], *CUSTOMER)

    @cached_property
    def spans(self) -> pd.DataFrame:
        """When customers were held: one row per follow or membership, overlaps and all."""
        names = ["customer", "begin", "end"]
        both = pd.concat([self.follows[names], self.memberships[names]])
        both = both[both["customer"].notna() & (both["begin"] <= both["end"])]
        return self._of_customer(both, *CUSTOMER)

    @cached_property
    def messages(self) -> pd.DataFrame:
        rows = self._of_customer(self._of_group(self._read("messages")), "channel", *PERSON)
        rows = rows[~rows["is_staff"]]
        named = "name " + rows["sender"].astype(str)
        return rows.assign(speaker=rows["customer"].astype("Int64").astype(str).where(rows["customer"].notna(), named))

    @cached_property
    def acts(self) -> pd.DataFrame:
        """What customers do: order, speak, click, take part."""
        clicks, part = self._read("touches"), self._read("activities")
        kinds = {
            "order": (self.orders, "ordered_at"),
            "message": (self.messages, "sent_at"),
            "click": (clicks[clicks["kind"] == "click"], "at"),
            "part": (part, "at"),
        }
        acts = [
            pd.DataFrame({"customer": rows["customer"], "at": rows[at], "kind": kind})
            for kind, (rows, at) in kinds.items()
        ]
        acts = pd.concat(acts)
        return self._of_customer(acts[acts["customer"].notna()], *CUSTOMER)

    @cached_property
    def group_days(self) -> pd.DataFrame:
        return self._of_group(self._read("group_days")).assign(
            at=lambda rows: pd.to_datetime(rows["day"]),
            size=lambda rows: rows["customers"].fillna(rows["members"]),
            people=lambda rows: rows["members"].fillna(rows["customers"]),
        )

    @cached_property
    def groups(self) -> pd.DataFrame:
        groups = self._read("groups").rename(columns={"owner": "staff"})
        days = self.group_days
        seen = days[days["size"].notna() | (days["messages"] > 0)].groupby("group")["at"].min()
        groups["begin"] = groups[["created_at"]].assign(seen=groups["group"].map(seen)).min(axis=1).fillna(NEVER)
        spoken = self.messages.groupby("group")["sent_at"].max()
        return groups.assign(end=groups["dissolved_at"].fillna(FOREVER), spoken=groups["group"].map(spoken))

    @cached_property
    def channel_days(self) -> pd.DataFrame:
        days = self._read("channel_days")
        reaching = days.groupby("channel")["reach"].transform("count") > 0
        return days.assign(at=pd.to_datetime(days["day"]), met=days["reach"].where(reaching, days["scans"]))

    @cached_property
    def staff_days(self) -> pd.DataFrame:
        return self._read("staff_days").assign(at=lambda rows: pd.to_datetime(rows["day"]))

    @cached_property
    def conversations(self) -> pd.DataFrame:
        rows = self._of_customer(self._read("conversations"), "channel", *PERSON)
        return rows.assign(minutes=(rows["first_reply_at"] - rows["opened_at"]).dt.total_seconds() / 60)

    @cached_property
    def surveys(self) -> pd.DataFrame:
        return self._of_customer(self._read("surveys"), "channel", *PERSON)

    @cached_property
    def referrals(self) -> pd.DataFrame:
        rows = self._of_customer(self._read("referrals"), "channel", "store", "staff", *PERSON, key="inviter")
        dates = self.customers.set_index("customer")[["first_followed_at", "first_joined_at"]].min(axis=1)
        rows["came_at"] = rows["invitee"].map(dates).fillna(rows["joined_at"])
        rows["who"] = rows["invitee"].astype("Int64").astype(str).where(rows["invitee"].notna(), rows["referral_id"])
        return rows

    @cached_property
    def coupons(self) -> pd.DataFrame:
        return self._of_customer(self._read("coupons"), *CUSTOMER)

    @cached_property
    def touched(self) -> pd.DataFrame:
        """Paid orders with the customer's last touch before."""
        touches = self._read("touches")
        touches = touches[touches["customer"].notna()][["customer", "at", "campaign"]].sort_values("at")
        orders = self.orders[self.orders["customer"].notna()].sort_values("ordered_at")
        touches["customer"] = touches["customer"].astype("int64")
        orders = orders.astype({"customer": "int64"})
        near = pd.merge_asof(orders, touches, left_on="ordered_at", right_on="at", by="customer")
        return near.assign(wait=near["ordered_at"] - near["at"])

    @cached_property
    def posts(self) -> pd.DataFrame:
        return self._read("posts")

    @cached_property
    def activities(self) -> pd.DataFrame:
        rows = self._of_group(self._read("activities"))
        return rows.assign(occasion=rows["activity"] + rows["at"].dt.strftime("%F"))

    @cached_property
    def targeted(self) -> pd.DataFrame:
        """Whom a campaign was meant for: one row per campaign and customer."""
        coupons, sends = self._read("coupons"), self._read("sends")
        got = coupons["issued_at"].fillna(coupons["received_at"]).fillna(coupons["redeemed_at"])
        both = pd.concat([
            coupons[["campaign", "customer"]].assign(at=got, redeemed=coupons["redeemed_at"].notna()),
            sends[["campaign", "customer"]].assign(at=sends["sent_at"], redeemed=False),
        ])  # fmt: skip
        both = both[both["customer"].notna() & both["campaign"].notna() & (both["campaign"] != "")]
        met = both.groupby(["campaign", "customer"]).agg(at=("at", "min"), redeemed=("redeemed", "any")).reset_index()
        return self._of_customer(met, *CUSTOMER)

    @cached_property
    def campaign_customers(self) -> pd.DataFrame:
        """Customers held when a campaign began, with the change of their net sales against as many days before."""
        parts = []
        history = self.all_orders["created_at"].min().normalize()
        for campaign in self._read("campaigns").to_dict("records"):
            first, until = campaign["starts_at"].normalize(), campaign["ends_at"].normalize()
            length = until - first + pd.Timedelta(days=1)
            if until > self.last_day or first - length < history:
                continue
            held = self.spans[(self.spans["begin"] < first) & (self.spans["end"] >= first)][
                "customer"
            ].drop_duplicates()
            orders = self.orders[self.orders["customer"].notna()]
            during = orders[(orders["ordered_at"] >= first) & (orders["ordered_at"] < first + length)]
            before = orders[(orders["ordered_at"] >= first - length) & (orders["ordered_at"] < first)]
            sums = [part.groupby("customer")["net_sales"].sum() for part in (during, before)]
            meant = self.targeted[(self.targeted["campaign"] == campaign["campaign"])]
            meant = meant[meant["at"] < until + pd.Timedelta(days=1)]["customer"]
            change = (held.map(sums[0]).fillna(0) - held.map(sums[1]).fillna(0)).astype("float64")
            parts.append(pd.DataFrame({
                "campaign": campaign["campaign"], "at": first, "customer": held, "change": change,
                "treated": held.isin(meant),
            }))  # fmt: skip
        return self._of_customer(pd.concat(parts), *CUSTOMER)

    @cached_property
    def planned(self) -> pd.DataFrame:
        sql = "select * from calendar_entries where deleted is not true and status <> 'cancelled'"
        entries = self.store.workspace.frame(sql)
        at = pd.to_datetime(entries["day"]) + pd.to_timedelta(entries["time"].astype(str))
        entries = entries.assign(at=at, staff=entries["owner"])
        for name in ("staff", "group_type", "campaign"):
            entries[name] = entries[name].replace("", None)
        return entries[entries["at"] + pd.Timedelta(minutes=30) <= self.posts["published_at"].max()]

    @cached_property
    def begun(self) -> pd.DataFrame:
        """Customers and when they were first followed or first joined a group."""
        return self.customers.assign(began=self.customers[["first_followed_at", "first_joined_at"]].min(axis=1))

    @cached_property
    def weeks_ordered(self) -> set[tuple[int, pd.Timestamp]]:
        orders = self.orders[self.orders["customer"].notna()]
        return set(zip(orders["customer"], monday(orders["ordered_at"]), strict=True))

    @cached_property
    def last_day(self) -> pd.Timestamp:
        return pd.Timestamp(self.store.warehouse.rows("select last_day from mart.meta")[0][0])

    @cached_property
    def opted_out(self) -> set[int]:
        return set(self.customers[self.customers["opted_out"]]["customer"])

    @cached_property
    def follows_seen_until(self) -> pd.Timestamp:
        as_of = self.store.warehouse.rows("select max(as_of) from mart.sources where fact = 'follows'")[0][0]
        return max(pd.Timestamp(as_of), self.follows["added_at"].max(), self.follows["lost_at"].max())

    def part(self, table: str, dimension: str | None, value: Any) -> pd.DataFrame:
        """The rows of one value of one dimension."""
        rows: pd.DataFrame = getattr(self, table)
        if dimension is None:
            return rows

        def chosen() -> pd.DataFrame:
            return rows[rows[dimension].isna() if value is None else rows[dimension] == value]

        return self.once((table, dimension, value), chosen)

    def once(self, key: tuple[Any, ...], make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Many figures ask for the same rows."""
        if key not in self._parts:
            self._parts[key] = make()
        return self._parts[key]


@dataclass(frozen=True)
class Cell:
    """A period, and the rows of one value of one dimension."""

    facts: Facts
    first: dt.date
    last: dt.date
    dimension: str | None = None
    value: Any = None

    @property
    def start(self) -> pd.Timestamp:
        return pd.Timestamp(self.first)

    @property
    def end(self) -> pd.Timestamp:
        return pd.Timestamp(self.last) + pd.Timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def all(self, table: str) -> pd.DataFrame:
        return self.facts.part(table, self.dimension, self.value)

    def rows(self, table: str, at: str = "at") -> pd.DataFrame:
        """The rows whose time falls in the period."""
        rows = self.all(table)
        key = (table, at, self.first, self.last, self.dimension, self.value)
        return self.facts.once(key, lambda: rows[(rows[at] >= self.start) & (rows[at] < self.end)])

    def holding(self, table: str, moment: pd.Timestamp) -> pd.DataFrame:
        """The rows that hold just before the moment."""
        rows = self.all(table)
        key = (table, moment, self.dimension, self.value)
        return self.facts.once(key, lambda: rows[(rows["begin"] < moment) & (rows["end"] >= moment)])

    def held(self, moment: pd.Timestamp) -> set[int]:
        return set(self.holding("spans", moment)["customer"])

    @property
    def orders(self) -> pd.DataFrame:
        return self.rows("orders", "ordered_at")

    @property
    def known(self) -> pd.DataFrame:
        key = ("known", self.first, self.last, self.dimension, self.value)
        return self.facts.once(key, lambda: self.orders[self.orders["customer"].notna()])


Figure = float | tuple[float, float]
REFERENCE: dict[str, Callable[[Cell], Figure]] = {}


def figure(name: str) -> Callable[[Callable[[Cell], Figure]], Callable[[Cell], Figure]]:
    def add(make: Callable[[Cell], Figure]) -> Callable[[Cell], Figure]:
        REFERENCE[name] = make
        return make

    return add


def monday(at: pd.Series) -> pd.Series:
    """The day each week begins."""
    return at.dt.normalize() - pd.to_timedelta(at.dt.day_of_week, unit="D")


def total(rows: pd.DataFrame, column: str) -> float:
    """The sum of what is known; NaN where nothing is."""
    return float(rows[column].sum(min_count=1))


def share(yes: pd.Series) -> tuple[float, float]:
    return float(yes.sum()), float(len(yes))


# --- money -----------------------------------------------------------------------------------------------------------

REFERENCE |= {
    "orders": lambda cell: len(cell.orders),
    "buyers": lambda cell: cell.known["customer"].nunique(),
    "gmv": lambda cell: cell.orders["gmv"].sum(),
    "refunds": lambda cell: cell.orders["refunds"].sum(),
    "net_sales": lambda cell: cell.orders["gmv"].sum() - cell.orders["refunds"].sum(),
    "aov": lambda cell: (cell.orders["gmv"].sum() - cell.orders["refunds"].sum(), len(cell.orders)),
    "spend_per_buyer": lambda cell: (cell.known["net_sales"].sum(), cell.known["customer"].nunique()),
    "refund_rate": lambda cell: share(cell.orders["refunds"] > 0),
    "order_match_rate": lambda cell: share(cell.orders["customer"].notna()),
    "purchase_frequency": lambda cell: (len(cell.known), cell.known["customer"].nunique()),
    "repurchase_rate": lambda cell: share(cell.known["customer"].value_counts() >= 2),
    "returning_buyer_rate": lambda cell: share(cell.known.groupby("customer")["first_at"].min() < cell.start),
    "new_buyers": lambda cell: int((cell.known["number"] == 0).sum()),
    "weekly_repurchasers": lambda cell: cell.known[cell.known["number"] > 0]["customer"].nunique(),
    "private_sales_share": lambda cell: (
        cell.orders[cell.orders["held"]]["net_sales"].sum(), cell.orders["net_sales"].sum()
    ),
    "item_units": lambda cell: total(cell.orders, "units"),
    "attach_rate": lambda cell: (cell.orders["units"].sum(), cell.orders["units"].count()),
    "repurchase_gap_days": lambda cell: cell.orders["gap"].median(),
    "repurchase_gap_days_mean": lambda cell: cell.orders["gap"].mean(),
    "repurchase_gap_days_p90": lambda cell: cell.orders["gap"].quantile(0.9),
}  # fmt: skip


@figure("arpu")
def _(cell: Cell) -> Figure:
    held = cell.held(cell.end)
    orders = cell.rows("orders_of_customers", "ordered_at")
    return orders[orders["customer"].isin(held)]["net_sales"].sum(), len(held)


@figure("payment_rate")
def _(cell: Cell) -> Figure:
    created = cell.rows("all_orders", "created_at")
    return share(created[created["status"] != "deleted"]["is_paid"])


def _unknown(cell: Cell) -> pd.DataFrame:
    orders = cell.rows("all_orders", "ordered_at")
    return orders[orders["status"] == "unknown"]


REFERENCE["orders_unknown_status"] = lambda cell: len(_unknown(cell))
REFERENCE["orders_unknown_amount"] = lambda cell: _unknown(cell)["amount"].sum()


def _again_within(days: int) -> Callable[[Cell], Figure]:
    def make(cell: Cell) -> Figure:
        first = cell.known[cell.known["number"] == 0]
        wait = pd.Timedelta(days=days)
        old = first[first["ordered_at"] + wait <= cell.facts.orders["ordered_at"].max()]
        return share(old["next_at"] <= old["ordered_at"] + wait)

    return make


REFERENCE |= {f"repurchase_{days}d": _again_within(days) for days in (30, 60, 90)}

# --- acquire ---------------------------------------------------------------------------------------------------------

REFERENCE |= {
    name: lambda cell, name=name: total(cell.rows("channel_days"), name)
    for name in ("reach", "impressions", "scans", "spend")
}


def _added(cell: Cell) -> pd.DataFrame:
    return cell.rows("first_follows", "added_at")


def _started(cell: Cell) -> pd.DataFrame:
    rows = cell.rows("follows", "added_at")
    return rows[~rows["is_transfer"]]


def _lost(cell: Cell) -> pd.DataFrame:
    rows = cell.rows("follows", "lost_at")
    return rows[rows["lost_by"] != "staff"]


def _acquired(cell: Cell) -> int:
    orders = cell.rows("orders_of_customers", "ordered_at")
    followed = orders["customer"].map(cell.facts.first_follows.set_index("customer")["added_at"])
    return int(((orders["number"] == 0) & (followed <= orders["ordered_at"])).sum())


def _brought(cell: Cell) -> float:
    orders = cell.rows("orders_of_customers", "ordered_at")
    followed = orders["customer"].map(cell.facts.first_follows.set_index("customer")["added_at"])
    return orders[orders["channel"].notna() & ~(orders["first_at"] < followed)]["net_sales"].sum()


REFERENCE |= {
    "adds": lambda cell: len(_started(cell)),
    "customers_added": lambda cell: len(_added(cell)),
    "add_rate": lambda cell: (len(_added(cell)), total(cell.rows("channel_days"), "met")),
    "losses": lambda cell: len(_lost(cell)),
    "loss_rate": lambda cell: (len(_lost(cell)), len(cell.holding("follows", cell.start))),
    "net_adds": lambda cell: len(_started(cell)) - len(cell.rows("follows", "lost_at")),
    "follows_held": lambda cell: len(cell.holding("follows", cell.end)),
    "cost_per_add": lambda cell: (total(cell.rows("channel_days"), "spend"), len(_added(cell))),
    "cac": lambda cell: (total(cell.rows("channel_days"), "spend"), _acquired(cell)),
    "roas": lambda cell: (_brought(cell), total(cell.rows("channel_days"), "spend")),
    "roi": lambda cell: (_brought(cell) * MARGIN, total(cell.rows("channel_days"), "spend")),  # less 1
}


@figure("channel_conversion")
def _(cell: Cell) -> Figure:
    added = _added(cell)
    new = added[~(added["min"] < added["added_at"])]
    return share(new["max"] >= new["added_at"])


def _lost_within(days: int) -> Callable[[Cell], Figure]:
    def make(cell: Cell) -> Figure:
        rows, wait = _started(cell), pd.Timedelta(days=days)
        old = rows[rows["added_at"] + wait <= cell.facts.follows_seen_until]
        return share((old["lost_at"] <= old["added_at"] + wait) & (old["lost_by"] != "staff"))

    return make


REFERENCE |= {f"loss_{days}d": _lost_within(days) for days in (1, 7)}


@figure("accept_rate")
def _(cell: Cell) -> Figure:
    days = cell.rows("staff_days")
    both = days[days["requests_sent"].notna() & days["requests_accepted"].notna()]
    return total(both, "requests_accepted"), total(both, "requests_sent")


def _invited(cell: Cell) -> int:
    rows = cell.rows("referrals", "came_at")
    return rows[rows["invited_at"] <= rows["came_at"]]["who"].nunique()


REFERENCE |= {
    "invites": lambda cell: len(cell.rows("referrals", "invited_at")),
    "invited_customers": _invited,
    "invite_conversion": lambda cell: (_invited(cell), len(cell.rows("referrals", "invited_at"))),
    "k_factor": lambda cell: (_invited(cell), len(cell.held(cell.start))),
}

# --- keep ------------------------------------------------------------------------------------------------------------


def _sizes(cell: Cell) -> pd.DataFrame:
    """Each group's latest size on the period's last day or the seven days before it."""
    days = cell.all("group_days")
    near = days[(days["at"] < cell.end) & (days["at"] >= cell.end - pd.Timedelta(days=8)) & days["size"].notna()]
    near = near[~(near["dissolved_at"] < cell.end)]
    return near.sort_values("at").drop_duplicates("group", keep="last")


def _speakers(cell: Cell) -> int:
    return cell.rows("messages", "sent_at")["speaker"].nunique()


def _active(cell: Cell, days: int) -> int:
    acts = cell.all("acts")
    recent = acts[(acts["at"] < cell.end) & (acts["at"] >= cell.end - pd.Timedelta(days=days))]
    return recent[recent["kind"] != "part"]["customer"].nunique()


def _left(cell: Cell, kind: str) -> int:
    rows = cell.rows("memberships", "left_at")
    return int((rows["leave_kind"] == kind).sum())


REFERENCE |= {
    "groups": lambda cell: len(cell.holding("groups", cell.end)),
    "group_members": lambda cell: total(_sizes(cell), "size"),
    "joins": lambda cell: total(cell.rows("group_days"), "joins"),
    "leaves": lambda cell: total(cell.rows("group_days"), "leaves"),
    "leaves_left": lambda cell: _left(cell, "left"),
    "leaves_removed": lambda cell: _left(cell, "removed"),
    "speakers": _speakers,
    "speaking_rate": lambda cell: (_speakers(cell), total(_sizes(cell), "size")),
    "messages": lambda cell: total(cell.rows("group_days"), "messages"),
    "messages_per_speaker": lambda cell: (len(cell.rows("messages", "sent_at")), _speakers(cell)),
    "capacity_used": lambda cell: (total(_sizes(cell), "people"), total(_sizes(cell), "capacity")),
    "customers_held": lambda cell: len(cell.held(cell.end)),
    "customer_growth": lambda cell: (len(cell.held(cell.end)), len(cell.held(cell.start))),
    "mau": lambda cell: _active(cell, 30),
    "wau": lambda cell: _active(cell, 7),
}


def _turnover(cell: Cell) -> pd.DataFrame:
    """Groups whose leaves are known for the whole period: leaves, and members when it began."""
    during = cell.rows("group_days").assign(by_rows=lambda rows: rows["members_origin"] == "rows")
    per = during.groupby("group").agg(leaves=("leaves", "sum"), told=("leaves", "count"), by_rows=("by_rows", "any"))
    days = cell.all("group_days")
    past = days[(days["at"] < cell.start) & (days["at"] >= cell.start - pd.Timedelta(days=8)) & days["size"].notna()]
    before = past.sort_values("at").drop_duplicates("group", keep="last").set_index("group")["size"]
    per["before"] = before.reindex(per.index).fillna(0).astype("float64")
    return per[per["by_rows"] | (per["told"] >= cell.days)]


@figure("leave_rate")
def _(cell: Cell) -> Figure:
    groups = _turnover(cell)
    return total(groups, "leaves"), total(groups, "before")


def _kind_rate(kind: str) -> Callable[[Cell], Figure]:
    def make(cell: Cell) -> Figure:
        groups = _turnover(cell)
        return _left(cell, kind), total(groups[groups["by_rows"]], "before")

    return make


REFERENCE |= {f"leave_rate_{kind}": _kind_rate(kind) for kind in ("left", "removed")}


@figure("join_rate")
def _(cell: Cell) -> Figure:
    joined = cell.facts.memberships[cell.facts.memberships["joined_at"].notna()]["customer"]
    return share(_added(cell)["customer"].isin(joined))


@figure("active_rate")
def _(cell: Cell) -> Figure:
    acts, members = cell.rows("acts"), cell.holding("members_of_customers", cell.end)["customer"].drop_duplicates()
    return share(members.isin(acts[acts["kind"] != "order"]["customer"]))


@figure("silent_groups")
def _(cell: Cell) -> Figure:
    groups = cell.holding("groups", cell.end)
    messages = cell.all("messages")
    recent = messages[(messages["sent_at"] < cell.end) & (messages["sent_at"] >= cell.end - pd.Timedelta(days=7))]
    snapshots = cell.all("group_days")
    snapshots = snapshots[(snapshots["messages_origin"] != "rows") & (snapshots["at"] < cell.end)]
    snapshots = snapshots[snapshots["at"] >= cell.end - pd.Timedelta(days=7)]
    said = snapshots[(snapshots["messages"] > 0) | (snapshots["last_message_at"] >= cell.end - pd.Timedelta(days=7))]
    heard = {*recent["group"], *said["group"]}
    return int((~groups["group"].isin(heard)).sum()) if len(groups) else np.nan


def _retained(k: int) -> Callable[[Cell], Figure]:
    def make(cell: Cell) -> Figure:
        chosen = cell.rows("begun", "began")
        week = monday(chosen["began"]) + pd.Timedelta(weeks=k)
        over = week + pd.Timedelta(days=6) <= cell.facts.last_day
        came = (pair in cell.facts.weeks_ordered for pair in zip(chosen["customer"], week, strict=True))
        return share(pd.Series(list(came), index=chosen.index, dtype=bool)[over])

    return make


REFERENCE |= {f"retention_week_{k}": _retained(k) for k in (1, 2, 4, 8, 12)}


def _asked(cell: Cell) -> pd.DataFrame:
    rows = cell.rows("conversations", "opened_at")
    return rows[rows["opened_by"] != "staff"]


def _flagged(cell: Cell, flag: str) -> pd.Series:
    return cell.rows("conversations", "opened_at")[flag].fillna(False).astype(bool)


def _answers(cell: Cell, kind: str) -> pd.Series:
    rows = cell.rows("surveys")
    return rows[(rows["kind"] == kind) & rows["score"].notna()]["score"]


REFERENCE |= {
    "first_reply_minutes": lambda cell: _asked(cell)["minutes"].median(),
    "reply_1h_rate": lambda cell: share(_asked(cell)["minutes"] <= 60),
    "auto_reply_rate": lambda cell: share(_flagged(cell, "auto_reply")),
    "complaint_rate": lambda cell: share(_flagged(cell, "complaint")),
    "csat": lambda cell: share(_answers(cell, "csat") >= 4),
    "nps": lambda cell: (((s := _answers(cell, "nps")) >= 9).sum() - (s <= 6).sum(), len(s)),
    **{name: lambda cell, name=name: total(cell.rows("staff_days"), name)
       for name in ("groups_created", "moments_posted", "moments_viewers")},
    **{f"live_{name}": lambda cell, name=name: cell.rows("activities").groupby("occasion")[name].max().sum(min_count=1)
       for name in ("viewers", "shares")},
}  # fmt: skip

BY_PEOPLE: dict[str, Callable[[Cell], Figure]] = {
    "group_members": lambda cell: len(cell.holding("memberships", cell.end)),
    "joins": lambda cell: len(cell.rows("memberships", "joined_at")),
    "leaves": lambda cell: len(cell.rows("memberships", "left_at")),
    "leave_rate": lambda cell: (len(cell.rows("memberships", "left_at")), len(cell.holding("memberships", cell.start))),
    "leave_rate_left": lambda cell: (_left(cell, "left"), len(cell.holding("memberships", cell.start))),
    "leave_rate_removed": lambda cell: (_left(cell, "removed"), len(cell.holding("memberships", cell.start))),
    "messages": lambda cell: len(cell.rows("messages", "sent_at")),
    "speaking_rate": lambda cell: (_speakers(cell), len(cell.holding("memberships", cell.end))),
}
"""Figures of groups where they are asked for some customers only: rows alone, no reports."""

# --- convert ---------------------------------------------------------------------------------------------------------


@figure("conversion_rate")
def _(cell: Cell) -> Figure:
    held = cell.held(cell.start) - cell.facts.opted_out
    orders = cell.facts.orders
    during = orders[(orders["ordered_at"] >= cell.start) & (orders["ordered_at"] < cell.end)]
    return len(held & set(during["customer"].dropna())), len(held)


@figure("coupon_cost_ratio")
def _(cell: Cell) -> Figure:
    used = cell.rows("coupons", "redeemed_at")
    used = used[used["order_id"].notna()]
    sales = cell.facts.orders.groupby("order_id")["net_sales"].sum()
    return total(used, "cost"), float(sales.reindex(used["order_id"].unique()).sum(min_count=1))


@figure("order_within_3h_rate")
def _(cell: Cell) -> Figure:
    near = cell.rows("touched", "ordered_at")
    return share(near[near["wait"] <= pd.Timedelta(days=7)]["wait"] <= pd.Timedelta(hours=3))


@figure("lift")
def _(cell: Cell) -> Figure:
    rows = cell.rows("campaign_customers")
    return rows[rows["treated"]]["change"].mean() - rows[~rows["treated"]]["change"].mean()


@figure("on_time_rate")
def _(cell: Cell) -> Figure:
    entries, posts = cell.rows("planned"), cell.facts.posts
    pairs = entries[["id", "at", "theme"]].merge(posts[["theme", "published_at"]], on="theme")
    near = pairs[(pairs["published_at"] - pairs["at"]).abs() <= pd.Timedelta(minutes=30)]
    return float(near["id"].nunique()), float(len(entries))


@figure("engagement_rate")
def _(cell: Cell) -> Figure:
    posts = cell.rows("posts", "published_at")
    seen = posts[posts["views"].notna()]
    acts = seen[["likes", "comments", "clicks"]].fillna(0).sum(axis=1)
    return acts.sum(min_count=1), total(seen, "views")


REFERENCE |= {
    "campaign_redemption_rate": lambda cell: share(cell.rows("targeted")["redeemed"]),
    **{f"coupons_{word}": lambda cell, word=word: len(cell.rows("coupons", f"{word}_at"))
       for word in ("issued", "received", "redeemed")},
    "redemption_rate": lambda cell: share(cell.rows("coupons", "received_at")["redeemed_at"].notna()),
    **{name: lambda cell, name=name: total(cell.rows("posts", "published_at"), name)
       for name in ("views", "likes", "comments", "clicks")},
}  # fmt: skip
