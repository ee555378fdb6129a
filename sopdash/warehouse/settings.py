"""What a team may set, each with default, unit and where the default comes from. Stored in the workspace."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

CUTS = 4
"""Cut points of a fixed score: they part five classes."""


_CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
_SPAN = "([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]"
_RATIO = "[1-9][0-9]{0,3}:[1-9][0-9]{0,3}"


def _setting(default: Any, unit: str, source: str, **limits: Any) -> Any:
    return Field(default=default, json_schema_extra={"unit": unit, "source": source}, validate_default=True, **limits)


class Settings(BaseModel):
    """All settings of one installation. `Settings.about(name)` gives unit and source of one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    timezone: str = _setting("Asia/Shanghai", "IANA name", "back offices export wall time of China")
    currency: str = _setting("CNY", "ISO 4217", "one per installation", pattern="^[A-Z]{3}$")
    margin: float | None = _setting(None, "share of net sales", "no default: ROI is absent until it is set", gt=0, le=1)
    group_capacity: int = _setting(200, "people", "limit of joining by QR code", gt=0)
    funnel_window_days: int = _setting(30, "days", "editable default", gt=0)
    minimum_count: int = _setting(30, "people", "smaller denominators are greyed and not ranked", ge=0)
    vip_above: float = _setting(5000, "currency, strictly more", "cumulative spend over 5,000 is VIP", ge=0)
    super_from: float = _setting(20000, "currency, at least", "editable default", ge=0)
    high_value_orders: int = _setting(4, "paid orders in 365 days", "editable default", gt=0)
    high_value_share: float = _setting(0.2, "share of buyers by net sales", "top fifth", gt=0, le=1)
    potential_days: int = _setting(30, "days since the last interaction", "editable default", gt=0)
    new_days: int = _setting(7, "days since joining", "editable default", ge=0)
    growing_days: int = _setting(30, "days since joining", "editable default", ge=0)
    active_days: int = _setting(90, "days since the last order, message or click", "editable default", gt=0)
    contact_limit: int = _setting(4, "marketing messages to one customer", "editable default", gt=0)
    contact_days: int = _setting(30, "days those messages are counted in", "editable default", gt=0)
    silent_group_days: int = _setting(7, "days without a customer message", "editable default", gt=0)
    delivery_days: int = _setting(3, "days", "stands in where an export does not say when an order was received", ge=0)
    rfm_r_cuts: tuple[int, ...] = _setting((30, 60, 90, 180), "days, score 5 to 2", "editable default")
    rfm_f_cuts: tuple[int, ...] = _setting((5, 10, 15, 20), "paid orders, score 2 to 5", "editable default")
    rfm_m_cuts: tuple[float, ...] = _setting((500, 1000, 3000, 5000), "currency, score 2 to 5", "editable default")
    send_quota: Literal["month", "week", "day"] = _setting(
        "month", "window", "WeCom: each customer and group gets as many mass messages a month as the month has days; "
        "a company may set 7 a week or 1 a day"
    )  # fmt: skip
    quiet_from: str = _setting("22:00", "time of day", "no contact in off hours", pattern=_CLOCK)
    quiet_until: str = _setting("08:00", "time of day", "no contact in off hours", pattern=_CLOCK)
    content_windows: tuple[str, ...] = _setting((), "times of day", "no rule until it is set")
    content_gap_minutes: int = _setting(30, "minutes between two sends to the same people", "editable default", ge=0)
    content_daily_limit: int = _setting(6, "sends a day to one audience", "editable default", gt=0)
    content_promotion_share: float = _setting(
        0.3, "share of the week's content", "70 % value, 30 % promotion", ge=0, le=1
    )
    content_length: int = _setting(500, "characters", "editable default", gt=0)
    content_ratios: tuple[str, ...] = _setting(("1:1", "3:4", "9:16", "16:9"), "width : height", "editable default")
    tag_channels: dict[str, str] = _setting({}, "tag to channel", "tags a team uses to mark where a customer came from")

    @field_validator("rfm_r_cuts", "rfm_f_cuts", "rfm_m_cuts")
    @classmethod
    def _rising(cls, cuts: tuple[float, ...]) -> tuple[float, ...]:
        if len(cuts) != CUTS or cuts[0] <= 0 or any(low >= high for low, high in pairwise(cuts)):
            raise PydanticCustomError("cuts", "four positive numbers in rising order")
        return cuts

    @field_validator("content_windows", "content_ratios")
    @classmethod
    def _spans(cls, given: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        kind = str(info.field_name)
        if not all(re.fullmatch(_SPAN if kind == "content_windows" else _RATIO, one) for one in given):
            raise PydanticCustomError(kind, "written otherwise")
        return given

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.vip_above > self.super_from:
            raise PydanticCustomError("tiers", "vip_above is larger than super_from")
        if self.new_days > self.growing_days:
            raise PydanticCustomError("ages", "new_days is larger than growing_days")
        return self

    @classmethod
    def about(cls, name: str) -> dict[str, Any]:
        """Default, unit and source of one setting."""
        field = cls.model_fields[name]
        extra = field.json_schema_extra
        assert isinstance(extra, dict)
        return {"default": field.default, **extra}

    def now(self) -> datetime:
        """Wall time of the business zone, without a zone, as all stored times are."""
        return datetime.now(ZoneInfo(self.timezone)).replace(tzinfo=None)
