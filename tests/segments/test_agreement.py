"""The same rule gives the same customers in the pages' function, `python -m sopdash segment`, and plain pandas."""

from __future__ import annotations

import csv
import datetime as dt
import random
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner
from tables import Tables

from sopdash.access import LOCAL_OWNER
from sopdash.cli import main
from sopdash.segments import Segment, both, either, from_json, members, save, to_json, value, where, without

LAST = dt.date(2026, 11, 30)
CHANNELS, TAGS, PRODUCTS = ("抖音", "小红书", "门店"), ("口红", "会员", "新客"), ("口红", "面霜", "精华")


@pytest.fixture(scope="module")
def shop(empty_store, tmp_path_factory):
    """Forty customers with orders, messages, groups, coupons and sends at random, always the same."""
    folder = tmp_path_factory.mktemp("agreement") / "data"
    shutil.copytree(empty_store, folder)
    tables, dice = Tables(folder), random.Random(5)
    people = [f"顾客{n:04}" for n in range(40)]

    def moment():
        return (dt.datetime(2026, 9, 1) + dt.timedelta(minutes=dice.randrange(91 * 1440))).isoformat(timespec="minutes")

    def rows(header, count, cells):
        return header + "\n" + "\n".join("  ".join(cells(n)) for n in range(count))

    tables.follows(
        rows("customer  follow_id  added_at  channel  gender  birthday  tags", 30, lambda n: (
            people[n], f"f{n}", moment(), dice.choice((*CHANNELS, "-")), dice.choice(("女", "男", "-")),
            dice.choice(("-", f"{dice.randrange(1960, 2008)}-0{dice.randrange(1, 9)}-11")),
            dice.choice(("-", ";".join(dice.sample(TAGS, 2)), dice.choice(TAGS))),
        ))
    )  # fmt: skip
    tables.orders(
        rows("customer  id  at  paid  refund  product", 90, lambda n: (
            dice.choice(people), f"o{n}", moment(), str(dice.choice((0, 50, 99.9, 300, 4000))),
            dice.choice(("-", "-", "20")), dice.choice(PRODUCTS),
        ))
    )  # fmt: skip
    tables.group_members(
        rows("customer  membership_id  group  joined  left", 25, lambda n: (
            dice.choice(people), f"m{n}", dice.choice(("群A", "群B")), moment(), dice.choice(("-", "2026-11-29T10:00")),
        ))
    )  # fmt: skip
    tables.messages(
        rows("customer  message_id  group  at", 60, lambda n: (dice.choice(people), f"x{n}", "群A", moment()))
    )
    tables.coupons(
        rows("account  coupon_id  coupon  received_at  redeemed_at", 30, lambda n: (
            dice.choice(people), f"c{n}", dice.choice(("满减", "会员券")), moment(), dice.choice(("-", moment())),
        ))
    )  # fmt: skip
    tables.opt_outs("account  opt_out_id  at\n顾客0003  1  2026-10-01T10:00\n顾客0007  2  2026-10-01T10:00")
    tables.orders("customer  id  at  paid\n顾客0001  last  2026-11-30T23:59  10")  # sets the last day
    save(
        tables.store,
        Segment("抖音女客", both(where("channel", "in", "抖音"), where("gender", "in", "female"))),
        "运营A",
    )
    save(tables.store, Segment("试", both()), "运营A")
    yield tables
    tables.close()


class Pandas:
    """The meaning of a rule worked out from frames, condition by condition, without the product's SQL."""

    def __init__(self, tables):
        read = tables.store.warehouse.frame
        self.customers = read("select * from mart.customers").set_index("customer")
        self.rows = {
            "orders": read("select customer, day, net_sales, product, refunds from mart.orders where is_paid"),
            "messages": read("select customer, day from mart.messages where not is_staff"),
            "groups": read('select customer, "group" from mart.memberships where left_at is null'),
            "coupons": read("select customer, coupon, cast(received_at as date) as day from mart.coupons"),
        }

    def who(self, rule) -> pd.Series:
        """One truth per customer."""
        if hasattr(rule, "parts"):
            parts = [self.who(part) for part in rule.parts]
            together = pd.concat(parts, axis=1) if parts else pd.DataFrame(index=self.customers.index)
            return together.all(axis=1) if type(rule).__name__ == "All" else together.any(axis=1)
        return ~self.who(rule.part) if hasattr(rule, "part") else self.condition(rule)

    def condition(self, one) -> pd.Series:
        people = self.customers
        match one.field:
            case "channel" | "tier" | "gender":
                found = people[one.field].isin(one.values)
                return ~found if one.operator == "not_in" else found
            case "tags":
                return people["tags"].fillna("").map(lambda tags: bool(set(tags.split(";")) & set(one.values)))
            case "age":
                born = pd.to_datetime(people["birthday"])
                had = (born.dt.month * 100 + born.dt.day) <= LAST.month * 100 + LAST.day
                return self.compared(LAST.year - born.dt.year - (~had).astype(int), one)
            case "last_ordered_at" | "first_followed_at":
                days = pd.to_datetime(people[one.field]).dt.normalize()
                if one.operator == "during":
                    return days.between(*[pd.Timestamp(value) for value in one.values])
                return self.compared((pd.Timestamp(LAST) - days).dt.days, one)
            case "orders" | "messages" | "coupons_received":
                rows = self.during(self.rows[one.field.removesuffix("_received")], one)
                return self.compared(rows.groupby("customer").size().reindex(people.index, fill_value=0), one)
            case "net_sales":
                sums = self.during(self.rows["orders"], one).groupby("customer")["net_sales"].sum()
                return self.compared(sums.reindex(people.index, fill_value=0).round(2), one)
            case "product":
                rows = self.during(self.rows["orders"], one)
                found = people.index.isin(rows[rows["product"].isin(one.values)]["customer"])
                return pd.Series(found != (one.operator == "not_in"), people.index)
            case "group":
                rows = self.rows["groups"]
                return pd.Series(people.index.isin(rows[rows["group"].isin(one.values)]["customer"]), people.index)
            case "followed":
                return people["first_followed_at"].notna() == (one.operator == "yes")
            case _:
                assert one.values == ("抖音女客",)
                return (people["channel"] == "抖音") & (people["gender"] == "female")

    def during(self, rows, one):
        day = pd.to_datetime(rows["day"])
        if one.days is not None:
            return rows[day > pd.Timestamp(LAST) - pd.Timedelta(days=one.days)]
        kept = pd.Series(True, rows.index)
        if one.since is not None:
            kept &= day >= pd.Timestamp(one.since)
        if one.until is not None:
            kept &= day <= pd.Timestamp(one.until)
        return rows[kept]

    def compared(self, numbers, one) -> pd.Series:
        first, *rest = (float(value) for value in one.values)
        return {
            "at_least": numbers >= first, "at_most": numbers <= first, "more_than": numbers > first,
            "less_than": numbers < first, "equals": numbers == first,
            "between": numbers.between(first, rest[0] if rest else first),
        }[one.operator]  # fmt: skip


def leaf(dice):
    """One condition at random."""
    period = dice.choice(
        (
            {},
            {},
            {"days": dice.randrange(1, 60)},
            {"since": dt.date(2026, 10, dice.randrange(1, 31))},
            {"since": dt.date(2026, 10, 1), "until": dt.date(2026, 11, dice.randrange(1, 30))},
        )
    )
    sign = dice.choice(("at_least", "at_most", "more_than", "less_than", "equals", "between"))

    def numbers(most):
        return sorted(dice.sample(range(most), 2 if sign == "between" else 1))

    return dice.choice((
        lambda: where("channel", dice.choice(("in", "not_in")), *dice.sample(CHANNELS, dice.randrange(1, 3))),
        lambda: where("gender", "in", dice.choice(("female", "male"))),
        lambda: where("tier", dice.choice(("in", "not_in")), dice.choice(("vip", "ordinary"))),
        lambda: where("tags", "in", *dice.sample(TAGS, 1)),
        lambda: where("age", sign, *numbers(60)),
        lambda: where("last_ordered_at", sign, *numbers(60)),
        lambda: where("first_followed_at", "during", "2026-10-01", dt.date(2026, 11, dice.randrange(1, 30))),
        lambda: where("orders", sign, *numbers(5), **period),
        lambda: where("messages", sign, *numbers(4), **period),
        lambda: where("coupons_received", sign, *numbers(3), **period),
        lambda: where("net_sales", sign, *numbers(5000), **period),
        lambda: where("product", dice.choice(("in", "not_in")), *dice.sample(PRODUCTS, 1), **period),
        lambda: where("group", "in", dice.choice(("群A", "群B"))),
        lambda: where("followed", dice.choice(("yes", "no"))),
        lambda: where("segment", "in", "抖音女客"),
    ))()  # fmt: skip


def random_rule(dice, deep=3):
    if deep == 0 or dice.random() < 0.3:
        return leaf(dice)
    parts = [random_rule(dice, deep - 1) for _ in range(dice.randrange(1, 4))]
    return dice.choice((both(*parts), either(*parts), without(parts[0])))


def written(rule, shop, path):
    """The names in the file that the command line writes for the rule, saved as the segment 试."""
    from sopdash.segments import find

    old = find(shop.store, "试")
    save(shop.store, Segment("试", rule, id=old.id, version=old.version), "运营A")
    done = CliRunner().invoke(main, ["--db", str(shop.store.warehouse.path), "segment", "试", "--out", str(path)])
    assert done.exit_code == 0, done.output
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return sorted(row[0] for row in list(csv.reader(lines))[1:])


def test_random_rules_give_the_same_customers_everywhere(shop, tmp_path):
    told, dice, sizes = Pandas(shop), random.Random(2026), set()
    for turn in range(150):
        rule = random_rule(dice)
        chosen = told.customers[told.who(rule)]
        found = members(shop.store, rule, LOCAL_OWNER)
        assert sorted(found["customer"]) == sorted(chosen.index), to_json(rule)
        assert value(shop.store, rule, LOCAL_OWNER)["customers"] == len(chosen)
        assert from_json(to_json(rule)) == rule
        sizes.add(len(chosen))
        if turn % 10 == 0:
            expected = sorted(chosen[~chosen["opted_out"]]["name"])
            assert written(rule, shop, tmp_path / "名单.csv") == expected, to_json(rule)
    assert len(sizes) > 15  # the rules part the forty in many ways
