"""The list of a segment, ready to leave: CSV, XLSX, or the sheet for tagging in WeCom. Always whole, never cut.

Phones are masked unless a viewer who may asks for them and says what for; that is written to the audit. Customers who
opted out or were contacted too often are left out and counted.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
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
from sopdash.segments.control import not_held_out
from sopdash.segments.field_sql import LAST_DAY
from sopdash.segments.library import AnySegment, Segment, predicate_of
from sopdash.segments.sentence import called
from sopdash.text import safe, say

if TYPE_CHECKING:
    from sopdash.warehouse import Store


@dataclass(frozen=True)
class LeftOut:
    """How many a list leaves out, and why; None: no export tells."""

    opted_out: int | None = None
    contacted: int | None = None
    held_out: int = 0


@dataclass(frozen=True)
class CustomerList:
    """A list ready to be written. `count` customers; `fetch` reads their cells line by line, however many there are."""

    name: str
    columns: tuple[Column, ...]
    count: int
    fetch: Callable[[], Iterator[list[Any]]] = field(repr=False, compare=False)
    lang: str = "zh"
    masked: bool = True
    purpose: str = ""
    left_out: LeftOut = LeftOut()
    tag: str | None = None
    limit: tuple[int, int] = (0, 0)

    def __len__(self) -> int:
        return self.count

    @property
    def headers(self) -> list[str]:
        """The header line in the list's language."""
        extra = [] if self.tag is None else [say("segments.list.column.wecom_tag", self.lang)]
        return [column.header(self.lang) for column in self.columns] + extra

    @property
    def cells(self) -> list[Cell]:
        """What each column holds."""
        return [column.cell for column in self.columns] + ([] if self.tag is None else [Cell.TEXT])

    def rows(self) -> Iterator[list[Any]]:
        """The cells line by line as text, numbers, days and times; None where empty."""
        extra = [] if self.tag is None else [self.tag]
        for row in self.fetch():
            yield [*row, *extra]

    def head(self, lines: int) -> pd.DataFrame:
        """The first lines, columns by name."""
        found = self.fetch()
        first = list(islice(found, lines))
        if isinstance(found, Generator):
            found.close()
        return pd.DataFrame(first, columns=[column.name for column in self.columns])

    def notes(self) -> tuple[str, ...]:
        """What must be said beside the list: masking, opt-outs, how often contacted, held out."""
        has_phones = any(column.cell is Cell.PHONE for column in self.columns)
        masked = "segments.list.masked" if self.masked else "segments.list.unmasked"
        told = [say(masked, self.lang, purpose=self.purpose)] if has_phones else []
        out, (limit, days) = self.left_out, self.limit
        checked = "segments.list.opt_outs_not_checked" if out.opted_out is None else "segments.list.opted_out"
        told.append(say(checked, self.lang, count=out.opted_out))
        often = "segments.list.contacts_not_checked" if out.contacted is None else "segments.list.contacted"
        told.append(say(often, self.lang, count=out.contacted, limit=limit, days=days))
        if out.held_out:
            told.append(say("segments.list.held_out", self.lang, count=out.held_out))
        return tuple(told)


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
    control: str | None = None,
) -> CustomerList:
    """The list of a segment's customers that the viewer may see, the most valuable first; without those who opted out,
    who were contacted too often, or whom the control group `control` holds out.

    `masked=False` needs a role that may and a purpose, else NotAllowed or SopdashError("purpose_needed").
    """
    chosen = _chosen(columns)
    with_phones = not masked and any(column.cell is Cell.PHONE for column in chosen)
    if with_phones:
        _may_unmask(store, viewer, purpose)
    who = filters.customers(store, where, predicate_of(store, segment), viewer)
    kept, count, out = _parted(store, who, control)
    label = name or _label(segment, lang)
    if with_phones:
        _record(store, viewer, purpose, object=label, row_count=count)

    def fetch() -> Iterator[list[Any]]:
        return _lines(store, kept, chosen, lang, with_phones)

    limit = (store.settings.contact_limit, store.settings.contact_days)
    return CustomerList(label, chosen, count, fetch, lang, not with_phones, purpose.strip(), out, None, limit)


def contactable(store: Store, segment: AnySegment, viewer: Viewer, where: Where = ()) -> Predicate:
    """The customers that a list of the segment would hold: what a control group is drawn from."""
    return _parted(store, filters.customers(store, where, predicate_of(store, segment), viewer), None)[0]


def build_wecom(
    store: Store,
    segment: AnySegment,
    viewer: Viewer,
    tag: str,
    lang: str = "zh",
    where: Where = (),
    control: str | None = None,
) -> CustomerList:
    """The sheet for tagging in WeCom: contact, who added it, when, and the tag to set. Contacts only, no phones."""
    followed = predicate_of(store, segment).both(Predicate("c.first_followed_at is not null"))
    built = build(store, followed, viewer, WECOM, lang, where=where, name=tag, control=control)
    return replace(built, tag=tag)


def of_frame(
    name: str, columns: tuple[Column, ...], frame: pd.DataFrame, lang: str = "zh", **more: Any
) -> CustomerList:
    """A list of a finished frame with one column per entry of `columns`."""

    def fetch() -> Iterator[list[Any]]:
        rows = zip(*(frame[column.name] for column in columns), strict=True)
        return ([_cell(column.cell, value) for column, value in zip(columns, row, strict=True)] for row in rows)

    return CustomerList(name, columns, len(frame), fetch, lang, **more)


def write_csv(built: CustomerList, path: Path) -> int:
    """Writes the list line by line, UTF-8 with BOM; returns how many lines. Text that a spreadsheet would run is led by
    an apostrophe, numbers stay numbers."""
    lines = _Counted(built.rows())
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        writer.writerow([safe.cell(header) for header in built.headers])
        writer.writerows(["" if value is None else safe.cell(_written(value)) for value in row] for row in lines)
    return lines.count


def to_csv(built: CustomerList) -> bytes:
    """The same as bytes, for short lists."""
    return safe.csv_bytes(built.headers, ([_written(value) for value in row] for row in built.rows()))


def write_xlsx(built: CustomerList, path: Path) -> int:
    """Writes a workbook: typed columns, text never a formula, header frozen, filter; returns how many lines."""
    lines = _Counted(built.rows())
    workbook.write(path, say("segments.list.sheet", built.lang), built.headers, built.cells, lines)
    return lines.count


def to_xlsx(built: CustomerList, path: Path) -> Path:
    """`write_xlsx`; returns `path`."""
    write_xlsx(built, path)
    return path


class _Counted(Iterator[list[Any]]):
    """Lines that are counted as they go."""

    def __init__(self, lines: Iterator[list[Any]]) -> None:
        self._lines, self.count = lines, 0

    def __next__(self) -> list[Any]:
        line = next(self._lines)
        self.count += 1
        return line


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


def _parted(store: Store, who: Predicate, control: str | None) -> tuple[Predicate, int, LeftOut]:
    """Who stays on the list, how many they are, and how many were left out; each counted under the first reason."""
    have = covered(store)
    opted = Predicate("coalesce(c.opted_out, false)") if "opt_outs" in have else _NOBODY
    often = _contacted_often(store) if "sends" in have else _NOBODY
    held = _NOBODY if control is None else not_held_out(store, control)
    held = held if control is None else Predicate(f"not ({held.sql})", held.params)
    sql = f"""
        -- How many are on the list, and how many are left out? One row.
        with told as materialized (
            select {opted.sql} as opted, {often.sql} as often, {held.sql} as held from mart.customers c where {who.sql}
        )
        select count(*) filter (not (opted or often or held)), count(*) filter (opted),
               count(*) filter (often and not opted), count(*) filter (held and not (opted or often))
        from told
    """  # noqa: S608 - declared names only
    params = (*opted.params, *often.params, *held.params, *who.params)
    count, by_opt_out, by_contact, by_control = store.warehouse.rows(sql, params)[0]
    out = LeftOut(by_opt_out if "opt_outs" in have else None, by_contact if "sends" in have else None, by_control)
    tests = [Predicate(f"not ({one.sql})", one.params) for one in (opted, often, held) if one is not _NOBODY]
    return filters.every([Predicate(f"({who.sql})", who.params), *tests]), count, out


_NOBODY = Predicate("false")


def _contacted_often(store: Store) -> Predicate:
    settings = store.settings
    return Predicate(
        f"""c.customer in (select x.customer from mart.sends x
            where x.customer is not null and x.day > {LAST_DAY} - cast(? as integer)
            group by x.customer having count(*) >= ?)""",  # noqa: S608 - declared names only
        (settings.contact_days, settings.contact_limit),
    )


BATCH = 20_000
"""Lines read at a time."""


def _lines(
    store: Store, who: Predicate, columns: tuple[Column, ...], lang: str, with_phones: bool
) -> Generator[list[Any]]:
    """The cells line by line; read in batches of one state of the data, so memory stays the same however long it is."""
    selected = ", ".join(f"{column.sql} as {column.name}" for column in columns)
    sql = f"""
        -- Who is on the list? One row: a customer.
        select {selected} from mart.customers c where {who.sql} order by c.net_sales desc nulls last, c.customer
    """  # noqa: S608 - declared names only
    with store.warehouse.read() as cursor:
        cursor.execute(sql, who.params)
        while batch := cursor.fetchmany(BATCH):
            told = [
                _spoken(store, column, [row[place] for row in batch], lang, with_phones)
                for place, column in enumerate(columns)
            ]
            yield from (list(row) for row in zip(*told, strict=True))


def _spoken(store: Store, column: Column, values: list[Any], lang: str, with_phones: bool) -> list[Any]:
    """One column of a batch: phone keys become numbers, words of the product words of the reader."""
    if column.cell in (Cell.PHONE, Cell.WORD):
        known = {value for value in values if value is not None}
        if column.cell is Cell.PHONE:
            phones = store.warehouse.phones
            book = (phones.reveal(known) if with_phones else phones.masked(known)) if known else {}
        else:
            book = {value: called(column.name, value, lang) for value in known}
        return [book.get(value) for value in values]
    return [_cell(column.cell, value) for value in values]


def _cell(kind: Cell, value: Any) -> Any:
    if value is None or value != value or value is pd.NaT:
        return None
    match kind:
        case Cell.COUNT:
            return int(value)
        case Cell.MONEY:
            return round(float(value), 2)
        case Cell.SHARE:
            return round(float(value), 4)
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
