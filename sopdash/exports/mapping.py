"""Mapping an unknown table: which column is what, the team's format that follows, and what would come in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sopdash.exports.format import Field, canonical, formats
from sopdash.exports.kinds import DAY, Kind, kinds, missing
from sopdash.exports.load import load_file
from sopdash.exports.orders import plain_word
from sopdash.exports.results import FileResult
from sopdash.exports.sample import PERSONAL, Sample
from sopdash.exports.team import made_of
from sopdash.warehouse import Store

_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")
_SOMEONE_ELSE = re.compile(
    "收货|收件|提货|导购|分销|员工|推广|团长|上级|店员|操作|客服|券商|外部|父|源单|recipient|receiver"
)
"""Before these words an alias at the end of a header means somebody or something else."""
_TESTS = {
    "time": re.compile(
        r"[\t'`]?(20\d\d[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?([ T].*)?|[3-5]\d{4}(\.\d+)?|\d{1,2}[-/.]\d{1,2}[-/.]20\d\d.*)"
    ),
    "phone": re.compile(r"[\t'`=\"]*1[3-9*][\d*]{9}\"?"),
    "money": re.compile(r"[-+]?[¥￥]?\s*-?[\d,]+(\.\d+)?元?"),
    "count": re.compile(r"[\d,]+(\.0+)?[件个人次条张单位名群分]?"),
    "rate": re.compile(r"-?\d+(\.\d+)?(%|分|分钟)?"),
    "id": re.compile(r"[\t'`=\"]*[0-9A-Za-z_-]{4,}\"?"),
}  # fmt: skip
_TESTS["day"] = _TESTS["time"]
_MORE = {
    "会员号": ("会员编号", "会员卡号", "买家编号", "买家id", "用户编号", "客户id"),
    "退款金额": ("退款总额", "累计退款金额", "退款合计"),
    "数量": ("商品件数", "商品总数", "商品总件数"),
    "券编号": ("优惠凭证码", "优惠凭证号", "凭证编号", "券号", "卡券编号", "核销码"),
    "券名称": ("优惠名称", "凭证名称", "卡券名称"),
    "券成本": ("面额", "券面额", "优惠面额"),
    "触达人数": ("访问人数", "访客数", "浏览人数", "uv"),
    "曝光次数": ("访问次数", "打开次数", "浏览量", "pv"),
}
"""Role → names too loose to recognise a file by, good enough to suggest."""
_EMPTY = ("", "-", "--", "—", "——", "/", "无", "null", "NULL")
_SHARE = 0.8
"""This share of the filled cells must read as the kind."""


def reads_as(kind: str, values: Sequence[str]) -> bool:
    """Whether most filled cells can be read as this kind; no filled cell proves nothing."""
    test = _TESTS.get(kind)
    filled = [value for value in values if value not in _EMPTY]
    return test is None or not filled or sum(bool(test.fullmatch(value)) for value in filled) >= _SHARE * len(filled)


def suggest(sample: Sample, kind: Kind) -> dict[str, str]:
    """Header of the file → role: by the names formats know, then by the end of a name, then by content."""
    found = _by_name(sample, kind)
    return found | _by_content(sample, kind, found)


def _by_name(sample: Sample, kind: Kind) -> dict[str, str]:
    found: dict[str, str] = {}
    for look in (_exact, _plain, _ending):
        for header in sample.headers:
            role = look(kind, canonical(header), {canonical(other) for other in sample.headers})
            if role and header not in found and role not in found.values():
                test = "words" if kind.roles[role].kind == "id" else kind.roles[role].kind
                if reads_as(test, sample.values(header)):
                    found[header] = role
    return found


def guess(sample: Sample) -> str:
    """The kind of row most of whose needs the headers meet; orders where nothing is known."""

    def score(kind: Kind) -> tuple[float, int, float]:
        named = _by_name(sample, kind)
        every = named | _by_content(sample, kind, named)
        met, likely = (1 - len(missing(kind, found.values())) / len(kind.needs) for found in (named, every))
        return met, len(named), likely

    best = max(kinds().values(), key=score)
    return best.fact if any(score(best)) else "orders"


def status_words(sample: Sample, header: str) -> list[str]:
    """The distinct words of the status column, most frequent first."""
    values = sample.values(header)
    return sorted(dict.fromkeys(values), key=values.count, reverse=True)[:30]


def status_of(kind: Kind, word: str) -> str | None:
    """What a status word means as far as any format of this kind knows."""
    known = {
        plain_word(said): status
        for made in formats().values()
        if made.main == kind.fact
        for status, words in made.words.items()
        for said in words
    }
    own = {plain_word(said): status for status, words in kind.base.words.items() for said in words}
    return (known | own).get(plain_word(word))


def definition(
    kind: Kind,
    name: str,
    headers: Sequence[str],
    chosen: Mapping[str, str],
    *,
    owner: str,
    statuses: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The team's format in the grammar of `formats/*.toml`. `chosen`: header → role; `fixed`: role → one word for all.

    All chosen columns are required: a file without one of them asks again instead of coming in with holes.
    """
    header_of = {role: header for header, role in chosen.items()}
    fields: dict[str, dict[str, Any]] = {}
    for item in kind.base.fields:
        spec = _spec(item, header_of, fixed or {})
        if spec is not None:
            fields.setdefault(item.fact, {})[item.name] = spec
    fields = {fact: columns for fact, columns in fields.items() if fact == kind.fact or _told(columns)}
    rest = [header for header in headers if header not in chosen]
    label = " ".join(name.split())
    made: dict[str, Any] = {
        "name": re.sub(r"[\s+|,]+", "_", label),
        "label": {"zh": label, "en": label},
        "where": {"zh": owner, "en": owner},
        "grain": kind.base.grain._asdict(),
        "main": kind.fact,
        "platform": label if kind.base.platform else "",
        "required": list(chosen),
        "fields": fields,
        "drop": {"columns": [header for header in rest if PERSONAL.search(header)]},
        "known": {"columns": [header for header in rest if not PERSONAL.search(header)]},
        "owner": owner,
    }
    if kind.status and kind.status in header_of:
        made["status"] = {"column": header_of[kind.status], **_words(kind, statuses or {})}
    return made


def preview(store: Store, path: Path, name: str, described: Mapping[str, Any], **said: Any) -> FileResult:
    """What would come in: a dry run of the whole file, nothing stored. `said`: as for `load_file`."""
    return load_file(store, path, name=name, format=made_of(described), dry_run=True, refresh=False, **said)


def _spec(item: Field, header_of: Mapping[str, str], fixed: Mapping[str, str]) -> Any:
    """A field of the base with the file's headers in place of its own; None where the file does not tell it."""
    names = (DAY,) if item.day_of_export else item.columns
    columns = [header_of[name] for name in names if name in header_of]
    if item.key:
        return {"key": list(item.key), **({"first": columns} if columns else {})}
    if not columns:
        told = next((fixed[name] for name in names if fixed.get(name)), None)
        if told:
            return {"value": told}
        return {"day_of_export": True} if item.day_of_export else None
    if item.total:
        return {"sum": columns}
    words: dict[str, list[str]] = {}
    for word, code in item.words:
        words.setdefault(code, []).append(word)
    spec = {"columns": columns, "as": item.take, "words": words}
    return {key: value for key, value in spec.items() if value}


def _told(columns: Mapping[str, Any]) -> bool:
    """Whether a fact beside the main one is told anything but its key."""
    return len([spec for spec in columns.values() if "columns" in spec or "sum" in spec]) > 1


def _words(kind: Kind, chosen: Mapping[str, str]) -> dict[str, list[str]]:
    """Status → words: as chosen, then as the base knows the others."""
    said = {plain_word(word) for word in chosen}
    words = {
        status: [word for word in known if plain_word(word) not in said] for status, known in kind.base.words.items()
    }
    for word, status in chosen.items():
        if status:
            words.setdefault(status, []).append(word)
    return words


def _exact(kind: Kind, header: str, present: set[str]) -> str | None:
    base = kind.base
    role = base.names.get(header)
    if role in kind.roles:
        return None if present & set(base.unless.get(header, ())) else role
    if header in {canonical(name) for name in base.drop}:
        return None
    return _elsewhere(kind.fact).get(header)


def _plain(kind: Kind, header: str, present: set[str]) -> str | None:
    """Without the unit in brackets, a day for a time and the other way round, and under looser names."""
    short = _BRACKETS.sub("", header)
    for name in (short, short.replace("日期", "时间"), short.replace("时间", "日期")):
        if role := _exact(kind, name, present):
            return role
    return next((role for role, names in _MORE.items() if role in kind.roles and short in names), None)


def _ending(kind: Kind, header: str, present: set[str]) -> str | None:
    short = _BRACKETS.sub("", header)
    if _SOMEONE_ELSE.search(short):
        return None
    known = {**_elsewhere(kind.fact), **{name: role for name, role in kind.base.names.items() if role in kind.roles}}
    known |= {name: role for role, names in _MORE.items() if role in kind.roles for name in names}
    ends = [name for name in known if len(name) >= 3 and short.endswith(name)]
    hits = ends or [name for name in known if len(name) >= 4 and name in short]
    return known[max(hits, key=len)] if hits else None


@cache
def _elsewhere(fact: str) -> dict[str, str]:
    """Canonical header → role, as the other formats of the same fact call it."""
    kind = kinds()[fact]
    role_of = {column: role.name for role in reversed(kind.roles.values()) for column in role.columns}
    known: dict[str, str] = {}
    for made in formats().values():
        for item in made.fields:
            if role := role_of.get(f"{item.fact}.{item.name}"):
                names = [name for header in item.columns for name in (header, *made.alias.get(header, ()))]
                known |= {canonical(name): role for name in names if canonical(name) not in known}
        if made.main == fact and made.status_column and kind.status:
            known.setdefault(canonical(made.status_column), kind.status)
    return known


def _by_content(sample: Sample, kind: Kind, found: Mapping[str, str]) -> dict[str, str]:
    """Needs nothing was found for, where exactly one column can be it; and the one column of full phone numbers."""
    made: dict[str, str] = {}
    phones = [name for name, role in kind.roles.items() if role.kind == "phone" and name not in found.values()]
    for need in [*missing(kind, found.values()), *([(phones[0],)] if phones else [])]:
        free = [header for header in sample.headers if header not in found and header not in made]
        free = [header for header in free if not _SOMEONE_ELSE.search(header)]
        for role in need:
            fits = [header for header in free if _is(kind.roles[role].kind, sample.values(header))]
            if len(fits) == 1:
                made[fits[0]] = role
                break
    return made


def _is(kind: str, values: Sequence[str]) -> bool:
    """Whether the content alone speaks for this kind."""
    filled = [value for value in values if value not in _EMPTY]
    if not filled or kind not in ("time", "day", "phone", "id", "money") or not reads_as(kind, filled):
        return False
    if kind == "money":
        return any("." in value for value in filled)
    others = {"id": ("time", "phone", "money"), "phone": (), "time": ("phone",), "day": ("phone",)}[kind]
    if kind == "id" and len(set(filled)) < len(filled):
        return False
    long = kind == "id" and all(len(value.strip("\t'`=\"")) >= 8 for value in filled)
    return not any(reads_as(other, filled) for other in others if not (long and other == "money"))
