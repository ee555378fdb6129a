"""A rule in a sentence, in either language; and what values are called."""

from __future__ import annotations

from sopdash.segments.built_in import label_of
from sopdash.segments.fields import DATES, FIELDS, Kind, Operator
from sopdash.segments.rules import All, AnyOf, Condition, Not, Rule
from sopdash.text import phrases, say


def sentence(rule: Rule, lang: str) -> str:
    """The rule as a person would say it: 等级是 VIP 且 最近下单 90 天以上."""
    return _said(rule, lang, nested=False)


def called(field: str, value: str, lang: str) -> str:
    """What a value of a field is called on screen; values of the team's own (channels, tags) stay as they are."""
    if field == "segment":
        return label_of(value, lang)
    if value == "" and FIELDS[field].kind in (Kind.CHOICE, Kind.MEMBERS, Kind.TAGS):
        return say("segments.value.none", lang)
    key = f"segments.value.{field}.{value}"
    return say(key, lang) if key in phrases() else value


def field_label(name: str, lang: str) -> str:
    """What a field is called on screen."""
    return say(f"segments.field.{name}", lang)


def _said(rule: Rule, lang: str, nested: bool) -> str:
    match rule:
        case All(parts=()):
            return say("segments.sentence.everybody", lang)
        case AnyOf(parts=()):
            return say("segments.sentence.nobody", lang)
        case All(parts=parts) | AnyOf(parts=parts):
            word = say("segments.sentence.and" if isinstance(rule, All) else "segments.sentence.or", lang)
            text = word.join(_said(part, lang, nested=True) for part in parts)
            bracketed = nested and len(parts) > 1
            return say("segments.sentence.brackets", lang, rule=text) if bracketed else text
        case Not(part=part):
            return say("segments.sentence.not", lang, rule=_said(part, lang, nested=False))
        case _:
            return _condition(rule, lang)


def period(condition: Condition, lang: str) -> str:
    """The days a condition asks of, in words; empty for all time."""
    if condition.days is not None:
        return say("segments.sentence.days", lang, days=condition.days)
    if not condition.dated:
        return ""
    which = "between" if condition.since and condition.until else "since" if condition.since else "until"
    return say(f"segments.sentence.dates.{which}", lang, since=condition.since, until=condition.until)


def _condition(condition: Condition, lang: str) -> str:
    kind = FIELDS[condition.field].kind
    name = field_label(condition.field, lang)
    if condition.dated:
        name = say("segments.sentence.in_period", lang, field=name, period=period(condition, lang))
    values = condition.values
    if condition.operator in (Operator.BETWEEN, Operator.DURING):
        key = f"segments.sentence.{_group(kind)}.{condition.operator}"
        return say(key, lang, field=name, first=values[0], last=values[1])
    known = condition.operator not in (Operator.CONTAINS, *DATES)
    words = [called(condition.field, value, lang) if known else value for value in values]
    joined = say("segments.sentence.list", lang).join(words)
    return say(f"segments.sentence.{_group(kind)}.{condition.operator}", lang, field=name, values=joined)


def _group(kind: Kind) -> str:
    """Kinds that read alike."""
    match kind:
        case Kind.CHOICE | Kind.TAGS | Kind.MEMBERS:
            return "words"
        case Kind.COUNT | Kind.MONEY | Kind.NUMBER:
            return "number"
        case _:
            return str(kind)
