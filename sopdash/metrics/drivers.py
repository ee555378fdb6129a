"""What moved net sales, or the number of buyers? The change, split exactly into the drivers behind it.

    net sales = customers × reach × conversion × spend per buyer + buyers outside + orders without a customer
    buyers    = customers × reach × conversion + buyers outside

customers: held (followed or in a group) on any day of the period; reach: the share of them who spoke, clicked or
ordered; conversion: the share of those who bought; outside: buyers who were not held. Without a list of customers:
net sales of known customers = buyers × orders per buyer × net sales per order.

The change of a product is shared among its factors by logarithmic means (LMDI; Ang 2005, "The LMDI approach to
decomposition analysis"): effect of x = L(after, before) · ln(x after / x before), which adds up without a rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING, NamedTuple

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate
from sopdash.metrics.missing import covered
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query, Result, run
from sopdash.metrics.sources import PAID_ORDERS, TIME, with_customer

if TYPE_CHECKING:
    from sopdash.warehouse import Store

FACTORS = ("buyers", "purchase_frequency", "spend_per_buyer")
OUTCOMES = ("net_sales", "buyers")

Steps = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Drivers:
    """The outcome `before` and `after`, and the steps between: (name under `drivers.` in the texts, effect)."""

    before: float
    after: float
    steps: Steps

    @property
    def largest(self) -> tuple[str, float] | None:
        """The step that moved most in the direction of the whole change; None where nothing moved."""
        sign = 1 if self.after >= self.before else -1
        moved = max(self.steps, key=lambda step: sign * step[1], default=None)
        return moved if moved and moved[1] else None


def net_sales(store: Store, query: Query, viewer: Viewer) -> Drivers | None:
    """The drivers of the change over the query's period, filters and comparison; None where it can't be said."""
    return moved(store, query, "net_sales", viewer)


def moved(store: Store, query: Query, outcome: str, viewer: Viewer) -> Drivers | None:
    """The same for net sales or buyers."""
    result = run(store, replace(query, metrics=("net_sales", *FACTORS), by=()), viewer)
    if result.rows.empty or f"{outcome}__before" not in result.rows or outcome in result.missing:
        return None
    row = {name: _number(value) for name, value in result.rows.iloc[0].items()}
    before, after = row[f"{outcome}__before"], row[outcome]
    if before is None or after is None:
        return None
    steps = _by_customers(store, query, result, outcome, before, after, viewer)
    if steps is None:
        steps = _by_orders(result, row, before, after) if outcome == "net_sales" else ()
    return Drivers(before, after, steps)


# --- customers × reach × conversion × spend --------------------------------------------------------------------------


class Held(NamedTuple):
    """One period: customers held, those of them who were active, who bought, their net sales; all known buyers and
    their net sales, held or not."""

    customers: float
    reached: float
    buyers: float
    net_sales: float
    all_buyers: float
    all_net_sales: float

    def factors(self, outcome: str, with_reach: bool) -> tuple[float, ...]:
        """Customers, reach, conversion and, for net sales, spend per buyer; 0 stands for "can't be said"."""
        parts = [self.customers]
        if with_reach:
            parts += [_over(self.reached, self.customers), _over(self.buyers, self.reached)]
        else:
            parts += [_over(self.buyers, self.customers)]
        return tuple(parts if outcome == "buyers" else [*parts, _over(self.net_sales, self.buyers)])


def _over(top: float, bottom: float) -> float:
    return top / bottom if bottom else 0.0


def _by_customers(
    store: Store, query: Query, result: Result, outcome: str, before: float, after: float, viewer: Viewer
) -> Steps | None:
    """The steps by customers, reach, conversion and spend; None where customers are not known in both periods."""
    if result.period is None or result.before is None:
        return None
    then, now = held(store, query, (result.before, result.period), viewer)
    with_reach = bool(covered(store) & {"messages", "touches"})
    shares = shared(then.factors(outcome, with_reach), now.factors(outcome, with_reach))
    if shares is None:
        return None
    names = ("customers", "reach", "conversion") if with_reach else ("customers", "buying_share")
    steps = list(zip((*names, "spend")[: len(shares)], shares, strict=True))
    if outcome == "buyers":
        inside = now.buyers - then.buyers
        return _with_rest(steps, (("outside_buyers", (after - before) - inside),), 0.5)
    outside = (now.all_net_sales - now.net_sales) - (then.all_net_sales - then.net_sales)
    unmatched = (after - now.all_net_sales) - (before - then.all_net_sales)
    return _with_rest(steps, (("outside", outside), ("unmatched", unmatched)), 0.005)


def _with_rest(steps: list[tuple[str, float]], rest: Steps, least: float) -> Steps:
    """Steps beside the product stand where they are not nothing."""
    return (*steps, *(step for step in rest if abs(step[1]) >= least))


def held(store: Store, query: Query, periods: tuple[Period, Period], viewer: Viewer) -> list[Held]:
    """The two periods, counted: over all customers from sums, as all less those who were not held."""
    who, bought, cu = customers_and_orders(store, query, viewer)
    if who.sql == bought.sql == "true":
        whole = [_OF_ALL.format(which=which, **_ends(period)) for which, period in enumerate(periods)]
        return _held(store, Predicate(f"{' union all '.join(whole)} order by which"))
    c = "join mart.customers c on c.customer = h.customer" if "c." in who.sql else ""
    holds, within = ([test.format(**_ends(period)) for period in periods] for test in (_HOLDS, _WITHIN))
    sums = ", ".join(
        f"sum(o.net_sales) filter ({days}) as net_sales{which}, count(*) filter ({days}) as orders{which}"
        for which, days in enumerate(within)
    )
    sql = f"""
        -- How many customers were there, how many reached, how many bought, for how much? One row: a period.
        with held as (
            select h.customer, bool_or({holds[0]}) as held0, bool_or({holds[1]}) as held1
            from mart.holdings h {c}
            where ({" or ".join(holds)}) and {who.sql}
            group by h.customer
        ),
        bought as (
            select o.customer, {sums}
            from mart.orders o {cu}
            where ({" or ".join(within)}) and o.is_paid and o.customer is not null and {bought.sql}
            group by o.customer
        )
        {" union all ".join(_COUNTED.format(which=which, **_ends(period)) for which, period in enumerate(periods))}
        order by which
    """  # noqa: S608 - declared names only
    return _held(store, Predicate(sql, (*who.params, *bought.params)))


def _held(store: Store, asked: Predicate) -> list[Held]:
    return [Held(*(float(value) for value in row[1:])) for row in store.warehouse.rows(asked.sql, asked.params)]


def _ends(period: Period) -> dict[str, str]:
    return {"since": f"date '{period.first.isoformat()}'", "until": f"date '{period.end.isoformat()}'"}


_HOLDS = "(h.held_from < {until} and (h.held_until is null or h.held_until >= {since}))"
_WITHIN = "(o.day >= {since} and o.day < {until})"

_COUNTED = """
        select {which} as which,
            (select count(*) from held where held{which}) as customers,
            (select count(*)
                from mart.active_days d semi join (from held where held{which}) held on held.customer = d.customer
                where d.day >= {since} and d.day < {until} and (d.previous_day is null or d.previous_day < {since})
            ) as reached,
            count(held.customer) as buyers,
            coalesce(sum(bought.net_sales{which}) filter (held.customer is not null), 0) as net_sales,
            count(*) as all_buyers,
            coalesce(sum(bought.net_sales{which}), 0) as all_net_sales
        from bought left join (from held where held{which}) held on held.customer = bought.customer
        where bought.orders{which} > 0"""
"""Whoever was active in a period has one first day in it; paid orders of known customers are activity too."""


_OF_ALL = """
    -- How many customers were there, how many reached, how many bought, for how much? One row: the period.
    (
        with stretches as (
            select
                sum(customers) filter (held_until = date '0001-01-01') as everybody,
                sum(customers) filter (held_until < {since} and held_from >= {until}) as outside
            from mart.unheld_spans
        ),
        unheld as (
            select
                count(*) filter (active_after < {since}) as active,
                count(*) filter (bought_after < {since}) as buyers,
                coalesce(sum(net_sales), 0) as net_sales
            from mart.unheld_days
            where day >= {since} and day < {until} and held_until < {since} and held_from >= {until}
        ),
        active as (
            select coalesce(sum(customers), 0) as customers from mart.active_turns
            where day >= {since} and day < {until} and (previous_day is null or previous_day < {since})
        ),
        bought as (
            select coalesce(sum(buyers), 0) as buyers from mart.buyer_turns
            where day >= {since} and day < {until} and (after_day is null or after_day < {since})
        ),
        sold as (
            select coalesce(sum(net_sales), 0) as net_sales from mart.order_sums
            where known and day >= {since} and day < {until}
        )
        select {which} as which,
            coalesce(stretches.everybody, 0) - coalesce(stretches.outside, 0) as customers,
            active.customers - unheld.active as reached,
            bought.buyers - unheld.buyers as buyers,
            sold.net_sales - unheld.net_sales as net_sales,
            bought.buyers as all_buyers,
            sold.net_sales as all_net_sales
        from stretches cross join unheld cross join active cross join bought cross join sold
    )"""
"""Of all customers less those who were not held on any day: few of the active ones."""


PERIODS = """periods as (
            select 0 as which, cast(? as date) as since, cast(? as date) as until
            union all select 1, cast(? as date), cast(? as date)
        )"""


def customers_and_orders(store: Store, query: Query, viewer: Viewer) -> tuple[Predicate, Predicate, str]:
    """Which customers (over `c`) and which paid orders (over `o`) count under the query's filters, and the join the
    latter may need."""
    where = tuple(pair for pair in query.where if pair[0] not in TIME)
    who = filters.customers(store, where, query.segment, viewer)
    rows = filters.Rows(PAID_ORDERS.name, PAID_ORDERS.own, PAID_ORDERS.customer)
    bought = filters.predicate(store, rows, where, query.segment, viewer)
    return who, bought, with_customer("o") if "cu." in bought.sql else ""


# --- buyers × orders per buyer × net sales per order -----------------------------------------------------------------


def _by_orders(result: Result, row: dict[object, float | None], before: float, after: float) -> Steps:
    then, now = (_known(row, ending) for ending in ("__before", ""))
    if any(name in result.missing for name in FACTORS) or then is None or now is None:
        return ()
    shares = shared(then, now)
    if shares is None:
        return ()
    unmatched = (after - product(now)) - (before - product(then))
    steps = list(zip(("buyers", "frequency", "order_value"), shares, strict=True))
    return _with_rest(steps, (("unmatched", unmatched),), 0.005)


def _known(row: dict[object, float | None], ending: str) -> tuple[float, float, float] | None:
    """Buyers, orders per buyer and net sales per order of known customers."""
    money = row.get(f"spend_per_buyer{ending}__num")
    orders = row.get(f"purchase_frequency{ending}__num")
    buyers = row.get(f"buyers{ending}")
    if not money or not orders or not buyers:
        return None
    return buyers, orders / buyers, money / orders


# --- products --------------------------------------------------------------------------------------------------------


def product(factors: tuple[float, ...]) -> float:
    """All factors multiplied."""
    whole = 1.0
    for factor in factors:
        whole *= factor
    return whole


def shared(then: tuple[float, ...], now: tuple[float, ...]) -> tuple[float, ...] | None:
    """The change of the product, shared among its factors; None where a factor is not positive."""
    if min(*then, *now) <= 0:
        return None
    before, after = product(then), product(now)
    mean = before if before == after else (after - before) / log(after / before)
    return tuple(mean * log(new / old) for new, old in zip(now, then, strict=True))


def _number(value: object) -> float | None:
    number = None if value is None else float(value)  # type: ignore[arg-type]
    return None if number is None or number != number else number
