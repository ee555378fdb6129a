"""WeCom's customer list and the SCRM tool's weekly group export, as workbooks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sopdash.demo import days
from sopdash.demo.chain import CHANNELS, TRANSFER
from sopdash.demo.customers import AGES
from sopdash.demo.headers import SCRM_GROUPS, WECOM_CUSTOMERS
from sopdash.demo.tables import clock, spread, to_xlsx
from sopdash.demo.world import World

_TAG_GROUPS = ["标签组1(渠道)", "标签组2(性别)", "标签组3(年龄段)", "标签组4(会员)"]


def customer_list(world: World, out: Path) -> Path:
    """客户列表: one row per customer × staff, and a column per tag group (渠道, 性别, 年龄段, 会员)."""
    rows = world.follows
    people = world.people.iloc[rows["number"] - 1]
    staff = world.chain.staff.iloc[rows["staff"]]
    channels = np.array([channel.name for channel in CHANNELS], dtype=object)[rows["channel"]]
    spent = world.orders[world.orders["is_paid"]].groupby("customer")["paid"].sum()
    bought = np.isin(people.index, spent.index)
    table = spread(
        WECOM_CUSTOMERS + _TAG_GROUPS,
        len(rows),
        {
            "客户名称": people["name"],
            "添加人": staff["staff"],
            "添加人账号": staff["account"],
            "添加人所属部门": staff["department"],
            "添加时间": clock(rows["added_at"]),
            "来源": rows["way"],
            "手机": np.where(people["knows_phone"], people["phone"], ""),
            "标签组1(渠道)": np.where(rows["way"] == TRANSFER, "", channels),
            "标签组2(性别)": people["gender"],
            "标签组3(年龄段)": np.array(AGES, dtype=object)[people["age"]],
            "标签组4(会员)": np.where(bought, "已购", ""),
        },
    )
    return to_xlsx(table, out / "企业微信客户列表_20261115.xlsx", "客户列表")


def group_exports(world: World, out: Path, weeks: int) -> list[Path]:
    """客户群导出YYYYMMDD.xlsx for each of the last `weeks` Sundays; the day stands in the file name only."""
    sundays = [days.END - np.timedelta64(7 * back, "D") for back in range(weeks - 1, -1, -1)]
    return [_group_export(world, out, end) for end in sundays]


def _group_export(world: World, out: Path, end: np.datetime64) -> Path:
    """The snapshot taken at the end of the day before `end`."""
    groups = world.groups[world.groups["created_at"].to_numpy() < end]
    today = end - np.timedelta64(1, "D")
    staff_count = 3
    members, said = world.members, world.messages
    in_by, out_by = members["joined_at"].to_numpy() < end, members["left_at"].to_numpy() < end
    customers = _per_group(members[in_by & ~out_by], world)
    so_far = said[said["sent_at"].to_numpy() < end]
    sent_today = so_far[so_far["sent_at"].to_numpy() >= today]
    last = so_far.groupby("group")["sent_at"].max().reindex(groups["group"]).to_numpy()
    per_store = len(world.chain.staff) // len(world.chain.stores)
    names = world.chain.staff["staff"].to_numpy()
    owner = groups["owner"].to_numpy()
    at = groups["group"]
    table = spread(
        SCRM_GROUPS,
        len(groups),
        {
            "群ID": groups["group_id"],
            "群名称": groups["name"],
            "群主": names[owner],
            "群管理员": names[owner // per_store * per_store + 1],
            "群人数": customers[at] + staff_count,
            "群活跃": _per_group(sent_today.drop_duplicates(["group", "sender"]), world)[at],
            "群类型": groups["group_type"],
            "员工人数": staff_count,
            "客户人数": customers[at],
            "今日入群": _per_group(members[in_by & (members["joined_at"].to_numpy() >= today)], world)[at],
            "今日退群": _per_group(members[out_by & (members["left_at"].to_numpy() >= today)], world)[at],
            "今日消息": _per_group(sent_today, world)[at],
            "入群时间": clock(groups["created_at"]),
            "最后发言时间": clock(last),
            "群标签": groups["group_type"],
        },
    )
    day = str(today.astype("datetime64[D]")).replace("-", "")
    return to_xlsx(table, out / f"客户群导出{day}.xlsx", "客户群")


def _per_group(rows: pd.DataFrame, world: World) -> np.ndarray:
    return np.bincount(rows["group"], minlength=len(world.groups))
