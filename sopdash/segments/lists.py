"""The list of a segment, ready to leave: CSV, XLSX, or the sheet for tagging in WeCom. Always whole, never cut.

Phones are masked unless a viewer who may asks for them and says what for; that is written to the audit. Customers who
opted out are left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.errors import NotAllowed, SopdashError, UnknownName
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import covered
from sopdash.segments import workbook
from sopdash.segments.columns import COLUMNS, DEFAULT, WECOM, Cell, Column
from sopdash.segments.library import AnySegment, Segment, predicate_of
from sopdash.segments.sentence import called
from sopdash.text import safe, say

if TYPE_CHECKING:
    from sopdash.warehouse import Store


@dataclass(frozen=True)
class CustomerList:
    """A finished list. `frame` has one column per entry of `columns`, empty cells None.

    `opted_out` is how many were left out, None when no export says who opted out.
    """

    name: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    lang: str
    masked: bool = True
    purpose: str = ""
    opted_out: int | None = None
    tag: str | None = None

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def headers(self) -> list[str]:
        """The header line in the list's language."""
        extra = [] if self.tag is None else [say("segments.list.column.wecom_tag", self.lang)]
        return [column.header(self.lang) for column in self.columns] + extra

    def rows(self) -> Iterator[list[Any]]:
        """The cells line by line as text, numbers, days and times; None where empty."""
        extra = [] if self.tag is None else [self.tag]
        cells = [[_cell(column.cell, value) for value in self.frame[column.name]] for column in self.columns]
        for row in zip(*cells, strict=True):
            yield [*row, *extra]

    def notes(self) -> tuple[str, ...]:
        """What must be said beside the list: masking, opt-outs."""
        masked = "segments.list.masked" if self.masked else "segments.list.unmasked"
        checked = "segments.list.opt_outs_not_checked" if self.opted_out is None else "segments.list.opted_out"
        has_phones = any(column.cell is Cell.PHONE for column in self.columns)
        phones = [say(masked, self.lang, purpose=self.purpose)] if has_phones else []
        return (*phones, say(checked, self.lang, count=self.opted_out))


def build(
    store: Store,
    segment: AnySegment,
    viewer: Viewer,
    columns: Sequence[str] = DEFAULT,
    lang: str = "zh",
    *,
    where: Where = (),
    masked: bool = True,
    purpose: str = "",
    name: str | None = None,
) -> CustomerList:
    """The list of a segment's customers that the viewer may see, the most valuable first.

    `masked=False` needs a role that may and a purpose, else NotAllowed or SopdashError("purpose_needed").
    """
    chosen = _chosen(columns)
    with_phones = not masked and any(column.cell is Cell.PHONE for column in chosen)
    if with_phones:
        _may_unmask(store, viewer, purpose)
    who = filters.customers(store, where, predicate_of(store, segment), viewer)
    checked = "opt_outs" in covered(store)
    label = name or _label(segment, lang)
    frame = _fetch(store, who, chosen)
    left_out = int(frame["opted_out"].sum()) if checked else None
    kept = frame[~frame["opted_out"]].drop(columns="opted_out").reset_index(drop=True)
    kept = _spoken(store, kept, chosen, lang, with_phones)
    if with_phones:
        _record(store, viewer, purpose, object=label, row_count=len(kept))
    return CustomerList(label, chosen, kept, lang, not with_phones, purpose.strip(), left_out)


def build_wecom(
    store: Store, segment: AnySegment, viewer: Viewer, tag: str, lang: str = "zh", where: Where = ()
) -> CustomerList:
    """The sheet for tagging in WeCom: contact, who added it, when, and the tag to set. Contacts only, no phones."""
    followed = predicate_of(store, segment).both(Predicate("c.first_followed_at is not null"))
    built = build(store, followed, viewer, WECOM, lang, where=where, name=tag)
    return CustomerList(tag, built.columns, built.frame, lang, True, "", built.opted_out, tag)


def to_csv(built: CustomerList) -> bytes:
    """UTF-8 with BOM; text that a spreadsheet would run is led by an apostrophe, numbers stay numbers."""
    return safe.csv_bytes(built.headers, ([_written(value) for value in row] for row in built.rows()))


def to_xlsx(built: CustomerList, path: Path) -> Path:
    """Writes a workbook: typed columns, text never a formula, header frozen, filter; returns `path`."""
    cells = [column.cell for column in built.columns] + ([] if built.tag is None else [Cell.TEXT])
    workbook.write(path, say("segments.list.sheet", built.lang), built.headers, cells, built.rows())
    return path


def _chosen(names: Sequence[str]) -> tuple[Column, ...]:
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or not names:
        raise UnknownName("unknown_column", column=", ".join(unknown), allowed=tuple(COLUMNS))
    return tuple(COLUMNS[name] for name in dict.fromkeys(names))


def _may_unmask(store: Store, viewer: Viewer, purpose: str) -> None:
    if not viewer.may_unmask:
        _record(store, viewer, purpose, outcome="refused")
        raise NotAllowed("may_not_unmask")
    if not purpose.strip():
        raise SopdashError("purpose_needed")


def _record(store: Store, viewer: Viewer, purpose: str, **what: Any) -> None:
    store.workspace.record(viewer.name, "phones_revealed", role=str(viewer.role), purpose=purpose.strip(), **what)


def _label(segment: object, lang: str) -> str:
    if isinstance(segment, Segment):
        return segment.label(lang)
    return segment if isinstance(segment, str) else say("segments.list.sheet", lang)


def _fetch(store: Store, who: Predicate, columns: tuple[Column, ...]) -> pd.DataFrame:
    selected = ", ".join(f"{column.sql} as {column.name}" for column in columns)
    sql = f"""
        -- Who is on the list? One row: a customer.
        select {selected}, coalesce(c.opted_out, false) as opted_out
        from mart.customers c where {who.sql} order by c.net_sales desc nulls last, c.customer
    """  # noqa: S608 - declared names only
    return store.warehouse.frame(sql, who.params)


def _spoken(
    store: Store, frame: pd.DataFrame, columns: tuple[Column, ...], lang: str, with_phones: bool
) -> pd.DataFrame:
    """Phone keys become numbers, words of the product become words of the reader."""
    told = frame.astype(object).where(frame.notna(), None)
    for column in columns:
        values = [value for value in told[column.name].unique() if value is not None]
        if column.cell is Cell.PHONE and values:
            book = store.warehouse.phones.reveal(values) if with_phones else store.warehouse.phones.masked(values)
            told[column.name] = pd.Series([book.get(value) for value in told[column.name]], dtype=object)
        elif column.cell is Cell.WORD:
            words = {value: called(column.name, value, lang) for value in values}
            told[column.name] = pd.Series([words.get(value) for value in told[column.name]], dtype=object)
    return told


def _cell(kind: Cell, value: Any) -> Any:
    if pd.isna(value):
        return None
    match kind:
        case Cell.COUNT:
            return int(value)
        case Cell.MONEY:
            return round(float(value), 2)
        case Cell.DAY:
            return pd.Timestamp(value).date()
        case Cell.MOMENT:
            return pd.Timestamp(value).to_pydatetime()
        case _:
            return str(value)


def _written(value: Any) -> Any:
    """Days and times as text that Excel reads as such."""
    return value.isoformat(sep=" ", timespec="seconds") if hasattr(value, "hour") else _day(value)


def _day(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
