"""The product's own templates, filled: what no back office exports in a known form. Headers come from the formats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sopdash.demo import days, plan, programme
from sopdash.demo.chain import CAMPAIGNS
from sopdash.demo.tables import clock, spread, to_csv, yuan
from sopdash.demo.tables import days as day_words
from sopdash.demo.world import World
from sopdash.exports.format import Format, formats

_WORDS = {"csat": "满意度", "nps": "推荐意愿", "customer": "客户删除", "staff": "员工删除"}
_SAYINGS = np.array(
    ["收到", "今天有活动吗", "这款还有货吗，想再买一件", "用着不错", "请问怎么领券，我没有找到入口", "好的谢谢"],
    dtype=object,
)


def chain_files(world: World, out: Path) -> list[Path]:
    """Stores, staff, live codes and campaigns: what changes rarely."""
    chain = world.chain
    stores = chain.stores.drop(columns="number").rename(columns={"store": "name"})
    staff = chain.staff.rename(columns={"account": "staff_account"}).drop(columns="store_index")
    codes = chain.codes.drop(columns=["channel_index", "store_index"])
    codes["material"] = codes["place"]
    return [
        _file("stores", stores, out / "门店.csv"),
        _file("staff", staff, out / "员工.csv"),
        _file("codes", codes, out / "活码.csv"),
        _file("campaigns", CAMPAIGNS.assign(budget=CAMPAIGNS["budget"] * 100), out / "活动.csv"),
    ]


def programme_files(world: World, out: Path, seed: int) -> list[Path]:
    """Everything the team keeps week by week, up to the last Sunday."""
    rng = np.random.default_rng([seed, 1])
    stamp = f"{days.LAST:%Y%m%d}"
    tables = (
        ("channel_days", "渠道投放", programme.channel_days(rng, world)),
        ("channel_days", "活码日统计", programme.code_days(rng, world)),
        ("staff_days", "员工日统计", programme.staff_days(rng, world)),
        ("group_members", "群成员", _members(world)),
        ("messages", "群消息", _messages(rng, world)),
        ("follows", "好友流失", _lost(world)),
        ("customer_profiles", "会员资料", programme.profiles(rng, world)),
        ("touches", "浏览点击", programme.touches(rng, world)),
        ("coupons", "优惠券", programme.coupons(rng, world)),
        ("referrals", "老带新", programme.referrals(rng, world)),
        ("activities", "群活动", programme.activities(rng, world)),
        ("posts", "内容发布", pd.concat([programme.posts(rng), plan.published(seed)], ignore_index=True)),
        ("conversations", "客服会话", programme.conversations(rng, world)),
        ("surveys", "满意度", programme.surveys(rng, world)),
        ("opt_outs", "退订", programme.opt_outs(rng, world)),
        ("sends", "群发", programme.sends(rng, world)),
    )
    return [_file(fact, table, out / f"{title}_{stamp}.csv") for fact, title, table in tables]


def _file(fact: str, table: pd.DataFrame, path: Path) -> Path:
    """Write `table`, whose columns are field names of the fact, under the headers of the fact's template."""
    made = next(made for made in formats().values() if made.template and made.main == fact)
    columns = {header: _cells(made, field, table[field]) for field in table if (header := _header(made, str(field)))}
    return to_csv(spread(list(columns), len(table), columns), path, "utf-8-sig")


def _header(made: Format, field: str) -> str | None:
    """The header a field has in a template; None where the template has no such column."""
    field = field + "_key" if field.endswith("phone") else field
    item = made.field_of(made.main, field)
    return item.columns[0] if item is not None and item.columns else None


def _cells(made: Format, field: object, values: pd.Series) -> list[object]:
    """Cells as people would type them: yuan, days, times, the template's words."""
    item = made.field_of(made.main, str(field))
    kind = item.type if item is not None else "VARCHAR"
    if kind.startswith("DECIMAL"):
        return list(yuan(values))
    if kind == "TIMESTAMP":
        return list(clock(values))
    if kind == "DATE":
        return list(day_words(values))
    return ["" if value != value else _WORDS.get(value, value) for value in values.tolist()]


def _members(world: World) -> pd.DataFrame:
    """Memberships of customers, and of the three staff members in each group."""
    people, staff, groups = world.people, world.chain.staff, world.groups
    rows = world.members
    customers = pd.DataFrame(
        {
            "group_id": groups["group_id"].to_numpy()[rows["group"]],
            "group_name": rows["group_name"],
            "name": people["name"].to_numpy()[rows["customer"]],
            "is_staff": "客户",
            "joined_at": rows["joined_at"],
            "left_at": rows["left_at"],
            "leave_kind": np.where(rows["left_at"].notna(), rows["leave_kind"], ""),
            "join_scene": rows["scene"],
        }
    )
    at = np.repeat(np.arange(len(groups)), 3)
    per_store = len(staff) // len(world.chain.stores)
    who = groups["owner"].to_numpy()[at] // per_store * per_store + np.tile([0, 1, 2], len(groups))
    colleagues = pd.DataFrame(
        {
            "group_id": groups["group_id"].to_numpy()[at],
            "group_name": groups["name"].to_numpy()[at],
            "name": staff["staff"].to_numpy()[who],
            "is_staff": "员工",
            "joined_at": groups["created_at"].to_numpy()[at],
            "left_at": np.datetime64("NaT"),
            "leave_kind": "",
            "join_scene": "成员直接邀请",
        }
    )
    return pd.concat([colleagues, customers], ignore_index=True)


def _lost(world: World) -> pd.DataFrame:
    """The follows that ended, named as the WeCom customer list names them."""
    rows = world.follows[world.follows["lost_at"].notna()]
    staff = world.chain.staff.iloc[rows["staff"]]
    return pd.DataFrame(
        {
            "name": world.people["name"].to_numpy()[rows["number"] - 1],
            "staff": staff["staff"].to_numpy(),
            "staff_account": staff["account"].to_numpy(),
            "added_at": rows["added_at"].to_numpy(),
            "lost_at": rows["lost_at"].to_numpy(),
            "lost_by": rows["lost_by"].to_numpy(),
        }
    )


def _messages(rng: np.random.Generator, world: World) -> pd.DataFrame:
    said = world.messages
    sender = said["sender"].to_numpy()
    customer, staff = np.maximum(sender, 0), np.maximum(-1 - sender, 0)
    names = np.where(
        sender >= 0, world.people["name"].to_numpy()[customer], world.chain.staff["staff"].to_numpy()[staff]
    )
    return pd.DataFrame(
        {
            "message_id": [f"M{number:07d}" for number in range(1, len(said) + 1)],
            "group_name": world.groups["name"].to_numpy()[said["group"]],
            "sender": names,
            "sent_at": said["sent_at"],
            "kind": said["kind"],
            "length": _SAYINGS[rng.integers(0, len(_SAYINGS), len(said))],
        }
    )
