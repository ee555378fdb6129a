"""A rule in a sentence, in either language; and what values are called."""

from __future__ import annotations

from sopdash.segments.fields import FIELDS, Kind, Operator
from sopdash.segments.rules import All, AnyOf, Condition, Not, Rule
from sopdash.text import phrases, say


def sentence(rule: Rule, lang: str) -> str:
    """The rule as a person would say it: 等级是 VIP 且 最近下单 90 天以上."""
    return _said(rule, lang, nested=False)


def called(field: str, value: str, lang: str) -> str:
    """What a value of a field is called on screen; values of the team's own (channels, tags) stay as they are."""
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


def _condition(condition: Condition, lang: str) -> str:
    kind = FIELDS[condition.field].kind
    name = field_label(condition.field, lang)
    if condition.days is not None:
        name = say("segments.sentence.in_days", lang, field=name, days=condition.days)
    if condition.operator is Operator.BETWEEN:
        first, last = condition.values
        return say(f"segments.sentence.{_group(kind)}.between", lang, field=name, first=first, last=last)
    words = [called(condition.field, value, lang) for value in condition.values]
    joined = say("segments.sentence.list", lang).join(words)
    return say(f"segments.sentence.{_group(kind)}.{condition.operator}", lang, field=name, values=joined)


def _group(kind: Kind) -> str:
    """Kinds that read alike."""
    match kind:
        case Kind.CHOICE | Kind.TAGS | Kind.MEMBERS:
            return "words"
        case Kind.COUNT | Kind.MONEY:
            return "number"
        case _:
            return str(kind)
