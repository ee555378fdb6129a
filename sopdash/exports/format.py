"""An export format is a data file: `formats/<name>.toml`. Adding a back office is adding a file, not code.

Grammar of a file (see `formats/taobao_orders.toml`)::

    name, label{zh,en}, where{zh,en}   what people call it and where the back office offers it
    grain{zh,en}                       what one row of the file is
    main                               the fact whose keys an import counts
    required, absent                   headers that must (must not) be there: how a file is recognised
    platform, fallback, template
    [alias]    header = [other names]
    [unless]   other name = [headers]: no alias where one of these headers is in the file too
    [fields.<fact>]  column of the fact = where it comes from:
        "列" | ["列甲", "列乙"] (first filled) | { columns = […], as = "province", else = "京东" }
        { columns = ["列"], words = { left = ["自己退群"] } }   (words of the export → codes)
        { sum = ["列甲", "列乙"] } | { like = "标签组\\d+", named = ["渠道"] }
        { value = "抖音" } | { day_of_export = true }
        { key = ["name", "added_at"], first = "列" }   (an id of the file's own, else made of other columns)
    [status]   column = "列", paid = [words], closed = [words] …
    [rules]                            named rules with their columns, see `orders.py`
    [drop], [known]                    columns never stored: personal data, and those simply not needed
    [example]                          one row for the template people can download
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sopdash.errors import UnknownName
from sopdash.text import Text
from sopdash.warehouse.facts import FACTS

FOLDER = Path(__file__).parent / "formats"

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


def canonical(header: str) -> str:
    """A header as it is compared: no blanks, BOM or zero-width marks, half-width, lower case, 账 for 帐."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", header)).lower().replace("帐", "账")


@dataclass(frozen=True)
class Field:
    """One column of a fact and where its value comes from."""

    fact: str
    name: str
    columns: tuple[str, ...] = ()
    """Headers; the first filled one wins unless `total` says they are added up."""
    total: bool = False
    like: str | None = None
    """Regular expression over headers: the values of all of them, joined with ``;``."""
    named: tuple[str, ...] = ()
    """With `like`: only the column whose bracketed name holds one of these words."""
    take: str | None = None
    """What is taken of the value: province, city, store, length."""
    otherwise: str | None = None
    """Constant where no column has a value."""
    day_of_export: bool = False
    words: tuple[tuple[str, str], ...] = ()
    """(word of the export, code stored): other words are kept as they are."""
    key: tuple[str, ...] = ()
    """Other columns of the same fact that make up this id where `columns` give none."""

    @property
    def type(self) -> str:
        """DuckDB type of the fact's column."""
        return FACTS[self.fact].columns[self.name]


@dataclass(frozen=True)
class Rules:
    """What a format needs beyond its columns; the meaning of each rule is in `orders.py`."""

    order_amounts: str = "row"
    """row: one row per order; repeat: order amounts stand on every item row; sum: amounts are per item row."""
    item_refunds: bool = False
    """With repeat: refunds stand per item row and are added up."""
    net_paid: tuple[str, ...] = ()
    """Columns with the total before refunds: total − paid = refund > 0 means the paid amount is already net."""
    refunded_column: str | None = None
    refunded_words: tuple[str, ...] = ()
    """No refund amount in the file: these after-sales words mean the whole amount went back (an estimate)."""
    joined: str | None = None
    """Column that may hold several sub-orders joined with ``;``: then the row stays at order level."""
    parts_of: tuple[str, ...] = ()
    """(whole, part, part): counts that should add up; noted where they do not."""
    note: str | None = None
    """Code of a note every import of this format carries."""


@dataclass(frozen=True)
class Format:
    """One export of one back office."""

    name: str
    label: Text
    where: Text
    grain: Text
    main: str
    required: tuple[str, ...]
    """Headers that must be there; ``甲|乙`` means either."""
    absent: tuple[str, ...]
    platform: str
    fallback: bool
    template: bool
    fields: tuple[Field, ...]
    status_column: str | None
    words: dict[str, tuple[str, ...]]
    rules: Rules
    drop: tuple[str, ...]
    known: tuple[str, ...]
    alias: dict[str, tuple[str, ...]]
    unless: dict[str, tuple[str, ...]]
    """Canonical alias → canonical headers beside which it means something else."""
    example: dict[str, str]
    names: dict[str, str] = field(repr=False)
    """Canonical header → the header this format's fields speak of."""
    team: str = ""
    """Of a format the team mapped itself: the fingerprint of its definition."""

    @property
    def facts(self) -> tuple[str, ...]:
        """Facts this format feeds, its main one first."""
        return tuple(dict.fromkeys([self.main, *(item.fact for item in self.fields)]))

    def missing(self, names: Collection[str]) -> tuple[str, ...]:
        """Required headers that are not among `names`."""
        return tuple(need for need in self.required if not any(name in names for name in need.split("|")))

    @property
    def day_of_export(self) -> bool:
        """Whether rows speak of the day of the export, which then must be known."""
        return any(item.day_of_export for item in self.fields)

    @property
    def mapped(self) -> tuple[str, ...]:
        """Headers whose values are read (and perhaps stored)."""
        rules = self.rules
        found = [name for item in self.fields for name in item.columns]
        found += [name for name in (self.status_column, rules.refunded_column, rules.joined) if name]
        return tuple(dict.fromkeys([*found, *rules.net_paid]))

    def field_of(self, fact: str, name: str) -> Field | None:
        """The field that fills `fact.name`, if any."""
        return next((item for item in self.fields if item.fact == fact and item.name == name), None)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _field(fact: str, name: str, spec: Any) -> Field:
    if name not in FACTS[fact].columns:
        raise ValueError(f"{fact} has no column {name}")
    if not isinstance(spec, dict):
        return Field(fact, name, _texts(spec))
    if "sum" in spec:
        return Field(fact, name, _texts(spec["sum"]), total=True)
    if "value" in spec:
        return Field(fact, name, otherwise=spec["value"])
    return Field(
        fact,
        name,
        columns=_texts(spec.get("columns", spec.get("first", []))),
        like=spec.get("like"),
        named=_texts(spec.get("named", [])),
        take=spec.get("as"),
        otherwise=spec.get("else"),
        day_of_export=spec.get("day_of_export", False),
        words=tuple((word, code) for code, words in spec.get("words", {}).items() for word in words),
        key=_texts(spec.get("key", [])),
    )


def parse(source: dict[str, Any]) -> Format:
    """A format from its parsed TOML; raises ValueError or KeyError where the file breaks the grammar."""
    fields = tuple(
        _field(fact, name, spec) for fact, columns in source["fields"].items() for name, spec in columns.items()
    )
    status = source.get("status", {})
    rules: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in source.get("rules", {}).items()
    }
    made = Format(
        name=source["name"],
        label=Text(**source["label"]),
        where=Text(**source["where"]),
        grain=Text(**source["grain"]),
        main=source["main"],
        required=tuple(source["required"]),
        absent=tuple(canonical(name) for name in source.get("absent", [])),
        platform=source.get("platform", ""),
        fallback=source.get("fallback", False),
        template=source.get("template", False),
        fields=fields,
        status_column=status.get("column"),
        words={key: tuple(value) for key, value in status.items() if key != "column"},
        rules=Rules(**rules),
        drop=tuple(source.get("drop", {}).get("columns", [])),
        known=tuple(source.get("known", {}).get("columns", [])),
        alias={key: tuple(value) for key, value in source.get("alias", {}).items()},
        unless={canonical(key): tuple(map(canonical, value)) for key, value in source.get("unless", {}).items()},
        example=source.get("example", {}),
        names={},
    )
    required = [name for need in made.required for name in need.split("|")]
    for header in (*made.mapped, *required):
        made.names[canonical(header)] = header
    for header, others in made.alias.items():
        for other in others:
            made.names.setdefault(canonical(other), header)
    return made


@cache
def formats() -> dict[str, Format]:
    """Every format by name, in the order of their files."""
    found = [parse(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.toml"))]
    return {item.name: item for item in found}


def format_of(name: str) -> Format:
    """The format `name`; UnknownName lists those there are."""
    if name not in formats():
        raise UnknownName("format_unknown", name=name, allowed=", ".join(formats()))
    return formats()[name]
