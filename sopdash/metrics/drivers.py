"""What moved net sales? Its change, split exactly into the drivers behind it.

Net sales of known customers = buyers × orders per buyer × net sales per order; orders without a customer stand apart.
The change of a product is shared among its factors by logarithmic means (LMDI; Ang 2005, "The LMDI approach to
decomposition analysis"): effect of x = L(after, before) · ln(x after / x before), which adds up without a rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING

from sopdash.access import Viewer
from sopdash.metrics.query import Query, Result, run

if TYPE_CHECKING:
    from sopdash.warehouse import Store

FACTORS = ("buyers", "purchase_frequency", "spend_per_buyer")


@dataclass(frozen=True)
class Drivers:
    """Net sales `before` and `after`, and the steps between: (name under `drivers.` in the texts, money)."""

    before: float
    after: float
    steps: tuple[tuple[str, float], ...]

    @property
    def largest(self) -> tuple[str, float] | None:
        """The step that moved most in the direction of the whole change; None where nothing moved."""
        sign = 1 if self.after >= self.before else -1
        moved = max(self.steps, key=lambda step: sign * step[1], default=None)
        return moved if moved and moved[1] else None


def net_sales(store: Store, query: Query, viewer: Viewer) -> Drivers | None:
    """The drivers of the change over the query's period, filters and comparison; None where it can't be said."""
    result = run(store, replace(query, metrics=("net_sales", *FACTORS), by=()), viewer)
    if result.rows.empty or "net_sales__before" not in result.rows or "net_sales" in result.missing:
        return None
    row = {name: _number(value) for name, value in result.rows.iloc[0].items()}
    before, after = row["net_sales__before"], row["net_sales"]
    if before is None or after is None:
        return None
    return Drivers(before, after, _steps(result, row, before, after))


def _steps(
    result: Result, row: dict[object, float | None], before: float, after: float
) -> tuple[tuple[str, float], ...]:
    then, now = (_known(row, ending) for ending in ("__before", ""))
    if any(name in result.missing for name in FACTORS) or then is None or now is None:
        return ()
    shares = shared(then, now)
    if shares is None:
        return ()
    unmatched = (after - product(now)) - (before - product(then))
    steps = tuple(zip(("buyers", "frequency", "order_value"), shares, strict=True))
    return (*steps, ("unmatched", unmatched)) if abs(unmatched) >= 0.005 else steps


def _known(row: dict[object, float | None], ending: str) -> tuple[float, float, float] | None:
    """Buyers, orders per buyer and net sales per order of known customers."""
    money = row.get(f"spend_per_buyer{ending}__num")
    orders = row.get(f"purchase_frequency{ending}__num")
    buyers = row.get(f"buyers{ending}")
    if not money or not orders or not buyers:
        return None
    return buyers, orders / buyers, money / orders


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
