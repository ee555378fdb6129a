"""What people write in a plan's table, understood: headers and words in both languages, days and times in any form."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any

from sopdash.content.entry import FIELDS, Form, Outlet, Purpose, Status
from sopdash.text import LANGUAGES, safe, say

_ALIASES = {
    "day": ("发布日期", "计划日期", "day"),
    "time": ("发布时间", "计划时间", "时刻"),
    "theme": ("栏目", "标题", "内容主题", "内容", "title"),
    "form": ("内容形式", "类型", "sop类型"),
    "channel": ("发布渠道", "触点"),
    "group_type": ("群", "社群类型", "群类型/tier"),
    "segment": ("客户分群", "目标人群", "人群包"),
    "owner": ("执行人", "员工", "导购"),
    "coupon": ("关联优惠券", "券"),
    "campaign": ("关联活动", "活动名称"),
    "body": ("话术", "正文", "内容文案"),
    "ratio": ("比例",),
    "note": ("说明",),
}
_CODES: dict[str, tuple[Any, ...]] = {
    "form": tuple(Form),
    "channel": tuple(Outlet),
    "status": tuple(Status),
    "purpose": tuple(Purpose),
    "mass": (True, False),
}
_WORDS: dict[str, dict[str, Any]] = {
    "form": {"图片": Form.PICTURE, "海报": Form.PICTURE, "文本": Form.TEXT, "短视频": Form.VIDEO},
    "channel": {"社群": Outlet.GROUP, "群": Outlet.GROUP, "群发": Outlet.GROUP, "1v1": Outlet.PRIVATE,
                "私信": Outlet.PRIVATE, "直播": Outlet.LIVE},
    "status": {"未执行": Status.PLANNED, "已执行": Status.DONE, "迟到": Status.LATE, "取消": Status.CANCELLED},
    "purpose": {},
    "mass": {"是": True, "否": False, "手工": False},
}  # fmt: skip
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:日|\b|T)")
_PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(?:^|[\sT])(\d{1,2})\s*[:：点时]\s*(\d{1,2})?")


@cache
def headers() -> dict[str, str]:
    """Header in small letters → field; labels in every language, field names and what teams call them."""
    known = {alias.lower(): name for name, aliases in _ALIASES.items() for alias in aliases}
    for name in (*FIELDS, "id", "version"):
        known |= {say(f"calendar.field.{name}", lang).lower(): name for lang in LANGUAGES} | {name: name}
    return known


@cache
def codes(field: str) -> dict[str, Any]:
    """Word in small letters → code of a coded field."""
    known = dict(_WORDS[field])
    for code in _CODES[field]:
        known |= {say(f"calendar.{field}.{code}", lang).lower(): code for lang in LANGUAGES}
        known[str(code).lower()] = code
    return known


def understood(field: str, cell: str) -> Any:
    """The field's value for what a cell says; a ValueError where it says nothing that could be one."""
    if field in _CODES:
        if cell.lower() not in codes(field):
            raise ValueError(cell)
        return codes(field)[cell.lower()]
    if field == "day":
        return day_of(cell)
    if field == "time":
        return time_of(cell)
    return unquoted(cell)


def day_of(cell: str) -> dt.date:
    """2026-11-09, 2026/11/9, 2026年11月9日, 20261109, also with a time behind."""
    found = _DAY.search(cell) or _PLAIN_DAY.fullmatch(cell)
    if found is None:
        raise ValueError(cell)
    year, month, day = map(int, found.groups())
    return dt.date(year, month, day)


def time_of(cell: str) -> dt.time:
    """20:00, 8：30, 20点, 2026-11-09 20:00:00."""
    found = _TIME.search(cell)
    if found is None:
        raise ValueError(cell)
    return dt.time(int(found[1]), int(found[2] or 0))


def unquoted(cell: str) -> str:
    """Text without the apostrophe that kept it from running in a spreadsheet."""
    return cell[1:] if cell.startswith("'") and safe.cell(cell[1:]) == cell else cell
