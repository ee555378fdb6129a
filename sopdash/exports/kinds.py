"""What one row of an unknown table can be.

A kind of row stands on the format that knows it best (the product's template where there is one). Its headers are the
roles a column of the file can take; the team's format is that format with the file's own headers in their place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sopdash.exports.cells import kind_of
from sopdash.exports.format import Format, formats

DAY = "日期"
"""Role of the day column where the format itself takes the day of the export."""
STATUSES = ("unpaid", "paid", "shipped", "completed", "closed", "deleted")
_BASES = {"follows": "wecom_customers", "group_days": "scrm_groups", "refunds": "douyin_aftersales"}
"""Facts without a template of their own kind → the format that stands for them."""
_NEEDS = {
    "follows": (("客户名称", "手机"), ("添加人", "添加人账号"), ("添加时间",)),
    "refunds": (("售后单号",), ("订单号",), ("退商品金额（元）",)),
    "group_days": (("群ID",), ("群人数", "客户人数", "今日入群", "今日退群", "今日消息")),
}
_ORDER = (
    "orders", "refunds", "coupons", "customer_profiles", "channel_days", "follows", "group_days", "group_members",
    "messages", "staff_days", "referrals", "touches", "sends", "activities", "posts", "conversations", "surveys",
    "opt_outs", "campaigns", "codes", "stores", "staff",
)  # fmt: skip
FIXED = {"channel_days": "渠道"}
"""Kind → the role that may be one word for the whole file."""


@dataclass(frozen=True)
class Role:
    """What a column can be: a header of the base format, and the fact columns it fills."""

    name: str
    kind: str
    columns: tuple[str, ...]
    """`fact.column` each."""


@dataclass(frozen=True)
class Kind:
    """What one row can be."""

    fact: str
    base: Format
    roles: dict[str, Role]
    needs: tuple[tuple[str, ...], ...]
    """Of each group of roles at least one must be there."""

    @property
    def status(self) -> str | None:
        """The role of the status column, where the kind has one."""
        return self.base.status_column


@cache
def kinds() -> dict[str, Kind]:
    """What a row can be, by fact, the usual ones first."""
    return {fact: _kind(fact) for fact in _ORDER}


def _kind(fact: str) -> Kind:
    named = _BASES.get(fact)
    base = formats()[named] if named else next(m for m in formats().values() if m.template and m.main == fact)
    roles: dict[str, Role] = {}
    for item in base.fields:
        names = (DAY,) if item.day_of_export else item.columns
        for name in names:
            before = roles[name].columns if name in roles else ()
            kind = roles[name].kind if name in roles else kind_of(item)
            roles[name] = Role(name, kind, (*before, f"{item.fact}.{item.name}"))
    if base.status_column:
        roles.setdefault(base.status_column, Role(base.status_column, "words", (f"{fact}.status",)))
    needs = _NEEDS.get(fact) or tuple(
        tuple(name for name in need.split("|") if name in roles) for need in base.required
    )
    return Kind(fact, base, roles, tuple(need for need in needs if need))


def missing(kind: Kind, roles: Iterable[str]) -> list[tuple[str, ...]]:
    """The needs no chosen role meets."""
    chosen = set(roles)
    return [need for need in kind.needs if not chosen & set(need)]
