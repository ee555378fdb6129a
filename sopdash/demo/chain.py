"""The synthetic chain itself: channels and their quality, stores, staff, live codes, products, campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Scale:
    """How large a chain: customers in all, stores, staff per store."""

    customers: int
    stores: int
    staff_per_store: int


SCALES = {"demo": Scale(6_000, 30, 3), "chain": Scale(60_000, 120, 4)}
"""Sizes that are written as files; `large` is built straight into a warehouse."""


class Channel(NamedTuple):
    """What one acquisition channel is like; rates are chances per customer added, money is yuan."""

    name: str
    share: float  # of all customers added
    reach: float  # people reached per customer added
    cost: float  # per person reached
    converts: float  # orders after being added
    joins: float  # joins a group
    lost: float  # deletes the staff member later
    talks: float  # messages, against the average
    existing: float  # had bought before being added
    phone: float  # leaves a phone number on the WeCom card
    places: tuple[str, ...]  # where its live codes are shown
    per_store: bool  # one set of codes per store
    way: str  # WeCom's label of how the contact was added


SCAN, LINK, PHONE, CARD = "扫描二维码", "通过获客链接添加", "搜索手机号", "名片分享"
TRANSFER = "管理员/负责人分配"

CHANNELS = (
    Channel("抖音", 0.24, 40, 0.12, 0.13, 0.40, 0.30, 0.6, 0.02, 0.35, ("短视频", "直播间", "主页"), False, LINK),
    Channel("小红书", 0.12, 30, 0.25, 0.19, 0.52, 0.18, 0.9, 0.02, 0.45, ("笔记", "主页"), False, LINK),
    Channel("公众号", 0.10, 25, 0.12, 0.30, 0.60, 0.12, 1.0, 0.05, 0.60, ("推文", "菜单"), False, SCAN),
    Channel("小程序", 0.09, 12, 0.25, 0.36, 0.55, 0.10, 0.9, 0.30, 0.90, ("首页", "订单页"), False, SCAN),
    Channel("微博", 0.04, 60, 0.05, 0.10, 0.35, 0.30, 0.5, 0.01, 0.30, ("主页",), False, LINK),
    Channel("短信", 0.06, 50, 0.05, 0.26, 0.45, 0.15, 0.7, 0.80, 0.80, ("召回短信",), False, LINK),
    Channel("包裹卡", 0.13, 6, 0.60, 0.42, 0.60, 0.08, 1.0, 0.85, 0.80, ("卡A", "卡B"), False, SCAN),
    Channel("门店海报", 0.08, 15, 0.20, 0.38, 0.65, 0.10, 1.1, 0.10, 0.60, ("收银台", "橱窗"), True, SCAN),
    Channel("导购", 0.10, 2.5, 0.0, 0.52, 0.75, 0.05, 1.3, 0.15, 0.90, ("名牌",), True, PHONE),
    Channel("线下活动", 0.04, 8, 1.0, 0.33, 0.60, 0.15, 1.0, 0.05, 0.70, ("市集",), False, SCAN),
)
DEARER = "抖音"
"""The channel whose cost per person reached jumps in the last week: one of the two stories of the demo."""
FADING_STORES = (5, 9, 13, 22)
"""Stores (0-based) whose returning buyers fall in the last week: the other story."""

PRODUCTS = pd.DataFrame(
    [
        ("试用装 9.9元", 990, 0.10, "SP001"),
        ("洁面乳 100ml", 3900, 0.15, "SP002"),
        ("面膜 5片", 5900, 0.16, "SP003"),
        ("润唇膏 3支", 4900, 0.10, "SP004"),
        ("爽肤水 150ml", 7900, 0.12, "SP005"),
        ("精华 30ml", 12900, 0.10, "SP006"),
        ("面霜 50g", 15900, 0.09, "SP007"),
        ("防晒 60ml", 9900, 0.09, "SP008"),
        ("护理套装", 29900, 0.05, "SP009"),
        ("周年礼盒", 68800, 0.03, "SP010"),
        ("尊享礼盒", 128800, 0.01, "SP011"),
    ],
    columns=["product", "fen", "weight", "sku"],
)

REGIONS = (
    ("华东", "浙江省", "杭州市"),
    ("华东", "江苏省", "南京市"),
    ("华南", "广东省", "广州市"),
    ("华北", "山东省", "济南市"),
    ("西南", "四川省", "成都市"),
    ("华中", "湖北省", "武汉市"),
)
QUARTERS = ("城东", "城西", "城南", "城北", "高新", "老城")

CAMPAIGNS = pd.DataFrame(
    [
        ("会员日2609", "会员日 88 折", "社群", "2026-09-08 00:00:00", "2026-09-08 23:59:59", 8000, "销售额 6 万"),
        ("中秋团购", "中秋礼盒团购", "社群", "2026-09-18 10:00:00", "2026-09-25 22:00:00", 12000, "礼盒 200 份"),
        ("会员日2610", "会员日 88 折", "社群", "2026-10-08 00:00:00", "2026-10-08 23:59:59", 8000, "销售额 7 万"),
        ("老客召回", "沉默客户回归券", "短信", "2026-10-19 10:00:00", "2026-10-26 22:00:00", 6000, "召回 150 人"),
        ("双11", "双11 预热与爆发", "社群", "2026-11-06 20:00:00", "2026-11-11 23:59:59", 20000, "销售额 12 万"),
    ],
    columns=["campaign", "theme", "channel", "starts_at", "ends_at", "budget", "goal"],
)


@dataclass(frozen=True)
class Chain:
    """Stores, staff and live codes. `weights` is each store's share of customers: a few large, many small."""

    stores: pd.DataFrame
    staff: pd.DataFrame
    codes: pd.DataFrame
    weights: np.ndarray


def chain(scale: Scale) -> Chain:
    """The chain at this size; nothing in it is random."""
    stores = _stores(scale.stores)
    staff = _staff(stores, scale.staff_per_store)
    rank = np.arange(scale.stores)
    weights = 1.0 / (rank * 7 % scale.stores + 4.0)
    return Chain(stores, staff, _codes(stores), weights / weights.sum())


def _stores(count: int) -> pd.DataFrame:
    places = [REGIONS[i % len(REGIONS)] for i in range(count)]
    names = [f"{QUARTERS[i % len(QUARTERS)]}{i + 1:02d}店" for i in range(count)]
    return pd.DataFrame(
        {
            "store": names,
            "number": [f"S{i + 1:03d}" for i in range(count)],
            "region": [place[0] for place in places],
            "province": [place[1] for place in places],
            "city": [place[2] for place in places],
        }
    )


def _staff(stores: pd.DataFrame, per_store: int) -> pd.DataFrame:
    index = np.arange(len(stores) * per_store)
    names = [f"导购{chr(65 + i // 10 % 26)}{i // 260 or ''}{i % 10 + 1:02d}" for i in index]
    store = index // per_store
    return pd.DataFrame(
        {
            "staff": names,
            "account": [f"guide{i + 1:04d}" for i in index],
            "store": stores["store"].to_numpy()[store],
            "department": [f"示例零售/{stores['region'][s]}/{stores['store'][s]}" for s in store],
            "role": np.where(index % per_store == 0, "店长", "导购"),
            "store_index": store,
        }
    )


def _codes(stores: pd.DataFrame) -> pd.DataFrame:
    """Live codes: channel × place, and × store for the channels that live in the store."""
    rows = []
    for number, channel in enumerate(CHANNELS):
        for place in channel.places:
            if channel.per_store:
                rows += [
                    (f"{channel.name}-{store}-{place}", number, channel.name, place, store, index)
                    for index, store in enumerate(stores["store"])
                ]
            else:
                rows.append((f"{channel.name}-{place}", number, channel.name, place, "", -1))
    return pd.DataFrame(rows, columns=["code", "channel_index", "channel", "place", "store", "store_index"])
