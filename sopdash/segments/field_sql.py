"""The SQL behind the fields of rules: relations whose rows are counted, and values worked out per customer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Acts:
    """Rows of customers under the alias `x`, with a column `customer`.

    `day` dates them ('' where they have none); `amount` is what a count counts, `once` what a row holds where it counts
    at all ('' for amounts that may be below zero); `value` is what is looked up in them. `latest`: where mart.customers
    knows when the last row that counts was.
    """

    relation: str
    day: str = ""
    amount: str = "count(*)"
    once: str = "true"
    keep: str = "true"
    value: str = ""
    latest: str = ""


GROUPS = """(select m.customer, m."group", g.group_type from mart.memberships m
             left join mart.groups g on g."group" = m."group"
             where m.is_staff is not true and m.left_at is null) x"""
JOINS = """(select customer, cast(joined_at as date) as day from mart.memberships where is_staff is not true) x"""
LEAVES = """(select customer, cast(left_at as date) as day from mart.memberships
             where is_staff is not true and left_at is not null) x"""
PAID = "(select * from mart.orders where is_paid) x"
PRODUCTS = """(select customer, day, product from mart.orders where is_paid
               union all select customer, day, product from mart.order_items where is_paid) x"""
COUPONS = """(select customer, coupon, cast(received_at as date) as received, cast(redeemed_at as date) as redeemed,
                     cast(coalesce(redeemed_at, received_at, issued_at) as date) as day from mart.coupons) x"""
PROFILES = "(select customer, value from mart.profiles where trait = '{trait}') x"
TOUCHES = "mart.touches x"
CAMPAIGNS = """(select customer, day, campaign from mart.sends
                union all select customer, day, campaign from mart.touches
                union all select customer, cast(coalesce(redeemed_at, received_at, issued_at) as date), campaign
                          from mart.coupons) x"""

LAST_DAY = "(select last_day from mart.meta)"

AGE = f"""(extract(year from {LAST_DAY}) - extract(year from c.birthday)
           - case when extract(month from {LAST_DAY}) * 100 + extract(day from {LAST_DAY})
                  < extract(month from c.birthday) * 100 + extract(day from c.birthday) then 1 else 0 end)"""

MODELLED = "(select v.{name} from mart.customer_value v where v.customer = c.customer)"

_R_DAYS = """greatest(1, cast(floor((epoch(cast((select cast(last_order_at as date) + 1 from mart.meta) as timestamp))
             - epoch(c.last_ordered_at)) / 86400) as bigint))"""
_SCORED = {"r": _R_DAYS, "f": "c.orders", "m": "c.net_sales"}


CUTS = 4


def quintiles(one: str) -> tuple[str, ...]:
    """The 20, 40, 60 and 80 % cut points of R, F or M over all buyers, linearly interpolated."""
    return tuple(f"(select {one}[{place}] from mart.rfm_cuts)" for place in range(1, CUTS + 1))  # noqa: S608


def score(one: str, cuts: tuple[str, ...] = ("cast(? as double)",) * CUTS) -> str:
    """The score 1–5 of R, F or M of a customer who ordered: 5 is the most recent, most often, most money."""
    value = f"cast({_SCORED[one]} as double)"
    below = " + ".join(f"cast({cut} < {value} as int)" for cut in cuts)
    return f"case when c.orders > 0 then {f'5 - ({below})' if one == 'r' else f'1 + {below}'} end"
