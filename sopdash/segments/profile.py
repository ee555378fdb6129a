"""What is special about a segment? Its shares of every trait beside those of all customers, with their strength."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.statistics import holm, two_proportions
from sopdash.segments.rules import Rule, where

if TYPE_CHECKING:
    from sopdash.warehouse import Store

SURE = 0.05
"""Adjusted p below which a difference counts."""

CUSTOMER = ("gender", "age_band", "region", "channel", "store", "tier", "life_cycle")
TOLD = ("occupation", "income", "preference")
TRAITS = (*CUSTOMER, *TOLD, "tags", "product", "platform", "group_type", "hour")
"""What is compared, in the order shown."""

MOST = 40
"""Values of one trait that are compared: the most frequent."""

_SETS = {
    **{name: f"select customer, value from mart.profiles where trait = '{name}'" for name in TOLD},  # noqa: S608
    "tags": "select c.customer, unnest(string_split(c.tags, ';')) as value from mart.customers c where c.tags <> ''",
    "product": """select customer, product as value from mart.orders where is_paid
                  union all select customer, product from mart.order_items where is_paid""",
    "platform": "select customer, platform as value from mart.orders where is_paid",
    "group_type": """select m.customer, g.group_type as value from mart.memberships m
                     join mart.groups g on g."group" = m."group" where m.is_staff is not true and m.left_at is null""",
    "hour": """select customer, strftime(sent_at, '%H:00') as value from mart.messages where is_staff is not true
               union all select customer, strftime(ordered_at, '%H:00') from mart.orders where is_paid""",
}


@dataclass(frozen=True)
class ProfileQuery:
    """Whose profile: a rule's predicate, against everybody the filters leave."""

    who: Predicate
    where: Where = ()


def run(store: Store, query: ProfileQuery, viewer: Viewer) -> pd.DataFrame:
    """One row per trait and value: trait, value, inside, known_inside, share, total, known, share_all, index (share /
    share of all), p_holm (inside against the rest), standing (above, below, unclear, small).

    Shares are of customers whose trait is known; of traits with several values per customer they add up to more than 1.
    """
    who = filters.customers(store, query.where, None, viewer)
    sql = f"""
        -- How is each trait spread inside the segment and overall? One row: a value of a trait.
        with people as materialized (
            select c.customer, {query.who.sql} as inside, {", ".join(f"c.{name}" for name in CUSTOMER)}
            from mart.customers c where {who.sql}
        ),
        told as (
            {" union all ".join(_of_customer(name) for name in CUSTOMER)}
            union all {" union all ".join(_of_rows(name, rows) for name, rows in _SETS.items())}
        ),
        counted as (
            select trait, value, count(*) filter (inside) as inside, count(*) as total from told group by trait, value
        ),
        known as (
            select trait, count(distinct customer) filter (inside) as known_inside, count(distinct customer) as known
            from told group by trait
        )
        select trait, value, inside, known_inside, total, known
        from counted join known using (trait)
        qualify row_number() over (partition by trait order by total desc, value) <= {MOST}
        order by trait, total desc, value
    """  # noqa: S608 - declared names only
    found = store.warehouse.frame(sql, (*query.who.params, *who.params))
    return _judged(found, store.settings.minimum_count)


def rule_of(trait: str, value: str) -> Rule | None:
    """The customers with that value, as a condition; None where no rule asks for it."""
    return None if trait == "hour" else where(trait, "in", value)


def _of_customer(name: str) -> str:
    return f"select customer, inside, '{name}' as trait, {name} as value from people where {name} is not null"  # noqa: S608


def _of_rows(name: str, rows: str) -> str:
    return (
        f"select distinct people.customer, people.inside, '{name}' as trait, x.value "  # noqa: S608 - declared names only
        f"from ({rows}) x join people on people.customer = x.customer where x.value is not null and x.value <> ''"
    )


def _judged(found: pd.DataFrame, least: int) -> pd.DataFrame:
    known_inside, known = found["known_inside"].astype(float), found["known"].astype(float)
    found["share"] = found["inside"] / known_inside.where(known_inside > 0)
    found["share_all"] = found["total"] / known.where(known > 0)
    found["index"] = found["share"] / found["share_all"]
    tested = [
        two_proportions(
            row["inside"], row["known_inside"], row["total"] - row["inside"], row["known"] - row["known_inside"]
        ).p
        for row in found.to_dict("records")
    ]
    sound = [place for place, p in enumerate(tested) if p == p]
    found["p_holm"] = float("nan")
    for place, p in zip(sound, holm([tested[place] for place in sound]), strict=True):
        found.loc[place, "p_holm"] = p
    found["standing"] = [_standing(row, least) for row in found.to_dict("records")]
    return found


def _standing(row: Mapping[Hashable, Any], least: int) -> str:
    if row["known_inside"] < least or row["total"] < least:
        return "small"
    if not row["p_holm"] < SURE:
        return "unclear"
    return "above" if row["index"] > 1 else "below"
