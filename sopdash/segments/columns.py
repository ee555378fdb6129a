"""The columns a list may carry, declared once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sopdash.segments.field_sql import MODELLED
from sopdash.text import say


class Cell(StrEnum):
    """What a column's cells are; text is always written as text, so long ids keep their digits."""

    TEXT = "text"
    WORD = "word"  # a value of the product's own vocabulary, said in the reader's language
    PHONE = "phone"
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """One column; `sql` over `c` = mart.customers."""

    name: str
    cell: Cell
    sql: str

    def header(self, lang: str) -> str:
        """Its header on screen and in the file."""
        return say(f"segments.list.column.{self.name}", lang)


_GROUPS = """(select string_agg(distinct x."group", ';' order by x."group") from mart.memberships x
              where x.customer = c.customer and x.is_staff is not true and x.left_at is null)"""


def _of(cell: Cell, *names: str) -> list[Column]:
    return [Column(name, cell, f"c.{name}") for name in names]


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        *_of(Cell.TEXT, "name", "account"),
        Column("phone", Cell.PHONE, "c.phone_key"),
        *_of(Cell.TEXT, "channel", "store", "staff", "region"),
        *_of(Cell.WORD, "gender"),
        *_of(Cell.TEXT, "age_band", "tags"),
        Column("groups", Cell.TEXT, _GROUPS),
        *_of(Cell.WORD, "tier", "value_class", "rfm_class", "life_cycle"),
        *_of(Cell.DAY, "first_followed_at", "first_joined_at"),
        *_of(Cell.COUNT, "orders"),
        *_of(Cell.MONEY, "net_sales"),
        Column("clv", Cell.MONEY, MODELLED.format(name="clv")),
        Column("p_alive", Cell.SHARE, MODELLED.format(name="p_alive")),
        *_of(Cell.DAY, "last_ordered_at", "last_active_at"),
        Column("wecom_name", Cell.TEXT, "c.name"),
        Column("wecom_staff", Cell.TEXT, "c.staff"),
        Column("wecom_added_at", Cell.MOMENT, "c.first_followed_at"),
    )
}
"""Every column by name, in the order in which a list shows them."""

DEFAULT = ("name", "phone", "channel", "store", "staff", "tier", "life_cycle", "orders", "net_sales", "last_ordered_at")
"""The columns of a list unless others are chosen: what is needed to act, no more."""

WECOM = ("wecom_name", "wecom_staff", "wecom_added_at")
"""What finds a contact in WeCom again: its customer list knows no other key."""
