"""Control groups: some of a list are left alone at random and remembered, so that what the rest do can be judged.

Who is held out follows from a seed kept with the control group: customers in the order of md5(seed | customer), the
first `share` of them. Both halves are kept, since segments move on.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sopdash.access import Viewer
from sopdash.errors import SopdashError
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.statistics import Interval, Moments, two_proportions, welch

if TYPE_CHECKING:
    from sopdash.warehouse import Store

SHARES = (0.05, 0.1, 0.2, 0.5)
"""Shares a page offers."""


@dataclass(frozen=True)
class Control:
    """One list with a control group. `last_day`: the data's last day when it was drawn."""

    id: str
    name: str
    made_by: str
    made_at: dt.datetime
    last_day: dt.date
    share: float
    seed: str
    treated: int
    held_out: int


@dataclass(frozen=True)
class Side:
    """What one side did since: customers, buyers, paid orders, net sales per customer."""

    customers: int
    buyers: int
    net_sales: Moments

    @property
    def rate(self) -> float | None:
        """Share who bought."""
        return self.buyers / self.customers if self.customers else None


@dataclass(frozen=True)
class Outcome:
    """Treated against held out over the same days; `days` 0: the data does not reach past the drawing yet."""

    control: Control
    days: int
    treated: Side
    held_out: Side
    rate_interval: Interval
    rate_p: float
    money_interval: Interval
    money_p: float


def draw(store: Store, who: Predicate, share: float, name: str, viewer: Viewer, seed: str | None = None) -> Control:
    """Holds out `share` of the customers of `who` that the viewer may see, and remembers both sides."""
    if not 0 < share < 1:
        raise SopdashError("control_share", share=share)
    seed = seed or secrets.token_hex(8)
    who = filters.customers(store, (), who, viewer)
    sql = f"""
        -- Who stands where in the draw? One row: a customer.
        select c.customer from mart.customers c where {who.sql} order by md5(? || '|' || c.customer), c.customer
    """  # noqa: S608 - declared names only
    drawn = [customer for (customer,) in store.warehouse.rows(sql, (*who.params, seed))]
    held = round(len(drawn) * share)
    day = store.warehouse.rows("select last_day from mart.meta")[0][0]
    control = Control(
        secrets.token_hex(8), name, viewer.name, store.settings.now(), day, share, seed, len(drawn) - held, held
    )
    _keep(store, control, drawn[:held], drawn[held:])
    return control


def not_held_out(store: Store, control: str) -> Predicate:
    """Everybody but those the control group leaves alone."""
    return Predicate("c.customer not in (select unnest(cast(? as bigint[])))", (_members(store, control, True),))


def saved(store: Store) -> tuple[Control, ...]:
    """Every control group drawn, newest first."""
    columns = "control, name, made_by, made_at, last_day, share, seed, treated, held_out"
    rows = store.workspace.rows(f"select {columns} from controls order by made_at desc, control")  # noqa: S608
    return tuple(Control(*row) for row in rows)


def outcome(store: Store, control: Control, viewer: Viewer) -> Outcome:
    """What both sides bought since the day after the drawing's last day of data. The draw was random: the difference
    may be read as the list's effect."""
    meta = store.warehouse.rows("select last_day from mart.meta")[0][0]
    treated, held_out = (_side(store, control, held, viewer) for held in (False, True))
    rates = two_proportions(treated.buyers, treated.customers, held_out.buyers, held_out.customers)
    interval, p = welch(treated.net_sales, held_out.net_sales)
    days = max(0, (meta - control.last_day).days)
    return Outcome(control, days, treated, held_out, rates.interval, rates.p, interval, p)


def _side(store: Store, control: Control, held: bool, viewer: Viewer) -> Side:
    scope: Where = ()
    who = filters.customers(store, scope, Predicate(), viewer)
    sql = f"""
        -- What did one side of a control group buy since? One row.
        with side as (
            select c.customer from mart.customers c
            where c.customer in (select unnest(cast(? as bigint[]))) and {who.sql}
        ),
        bought as (
            select d.customer, sum(d.orders) as orders, sum(d.net_sales) as net_sales
            from mart.customer_days d where d.day > ? group by d.customer
        ),
        told as (
            select coalesce(b.orders, 0) as orders, coalesce(cast(b.net_sales as double), 0) as net_sales
            from side left join bought b using (customer)
        )
        select count(*), count(*) filter (orders > 0), coalesce(avg(net_sales), 0), coalesce(var_samp(net_sales), 0)
        from told
    """  # noqa: S608 - declared names only
    rows = store.warehouse.rows(sql, (_members(store, control.id, held), *who.params, control.last_day))
    customers, buyers, mean, variance = rows[0]
    return Side(customers, buyers, Moments(customers, mean, variance))


def _members(store: Store, control: str, held: bool) -> tuple[int, ...]:
    sql = "select customer from control_members where control = ? and held_out = ? order by customer"
    return tuple(customer for (customer,) in store.workspace.rows(sql, [control, held]))


def _keep(store: Store, control: Control, held: list[int], treated: list[int]) -> None:
    with store.workspace.write() as cursor:
        cursor.execute("insert into controls values (?, ?, ?, ?, ?, ?, ?, ?, ?)", [*control.__dict__.values()])
        for customers, flag in ((held, True), (treated, False)):
            cursor.execute(
                "insert into control_members select ?, unnest(cast(? as bigint[])), ?", [control.id, customers, flag]
            )
    store.workspace.record(
        control.made_by, "control_drawn", object=control.name, row_count=control.held_out, control=control.id,
        seed=control.seed, share=control.share,
    )  # fmt: skip
