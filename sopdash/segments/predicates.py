"""From a rule to one predicate over `c` = mart.customers: values are parameters, names come from the fields only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil, floor
from typing import Any

from sopdash.errors import SopdashError, UnknownName
from sopdash.metrics.filters import Predicate, any_of
from sopdash.segments.field_sql import LAST_DAY, Acts
from sopdash.segments.fields import DATES, FIELDS, Kind, Operator
from sopdash.segments.fields import Field as CustomerField
from sopdash.segments.rules import DEEPEST, All, AnyOf, Condition, Not, Rule, day_of, depth, number_of

_SIGNS = {
    Operator.EQUALS: "=",
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
    Operator.MORE_THAN: ">",
    Operator.LESS_THAN: "<",
    Operator.SINCE: ">=",
    Operator.UNTIL: "<=",
}


def _nobody_knows(name: str) -> Rule:
    raise UnknownName("unknown_segment", segment=name, allowed=())


@dataclass(frozen=True)
class Around:
    """What a rule means beside itself: the rules of other segments, by name, and the fixed cut points of R, F and M."""

    rule_of: Callable[[str], Rule] = _nobody_knows
    cuts: Mapping[str, Sequence[float]] = field(default_factory=dict)
    within: tuple[str, ...] = ()

    def into(self, name: str) -> Around:
        """One segment further in; raises SopdashError where it is already being read."""
        if name in self.within:
            raise SopdashError("segment_in_circle", segment=name, way=" → ".join((*self.within, name)))
        return Around(self.rule_of, self.cuts, (*self.within, name))


def compiled(rule: Rule, around: Around | None = None) -> Predicate:
    """The rule as a predicate, never NULL: who is unknown to a condition does not meet it."""
    if depth(rule) > DEEPEST:
        raise SopdashError("rule_too_deep", most=DEEPEST)
    return _predicate(rule, around or Around())


def _predicate(rule: Rule, around: Around) -> Predicate:
    match rule:
        case All(parts=parts):
            return _joined([_predicate(part, around) for part in parts], "and", "true")
        case AnyOf(parts=parts):
            return _joined([_predicate(part, around) for part in parts], "or", "false")
        case Not(part=part):
            inner = _predicate(part, around)
            return Predicate(f"(not {inner.sql})", inner.params)
        case _:
            return _test(rule, around)


def _joined(inner: Sequence[Predicate], word: str, empty: str) -> Predicate:
    sql = f" {word} ".join(part.sql for part in inner)
    return Predicate(f"({sql or empty})", tuple(value for part in inner for value in part.params))


def _sure(test: Predicate) -> Predicate:
    """The test where it may be NULL. Only there: bare, a comparison lets a scan pass over rows, and the rows of a list
    lead to the customers."""
    return Predicate(f"coalesce({test.sql}, false)", test.params)


def _test(condition: Condition, around: Around) -> Predicate:
    """One condition, never NULL."""
    asked = FIELDS[condition.field]
    match asked.kind:
        case Kind.FLAG:
            return Predicate(f"({asked.sql}) is {'not ' if condition.operator is Operator.NO else ''}true")
        case Kind.CHOICE:
            known = Predicate(f"({asked.sql} is not null)")
            return _words(condition, _sure(_chosen(asked.sql, condition)), known)
        case Kind.TAGS:
            known = Predicate(f"(coalesce({asked.sql}, '') <> '')")
            return _words(condition, _sure(_tagged(asked.sql, condition)), known)
        case Kind.MEMBERS:
            return _members(condition, asked)
        case Kind.SEGMENT:
            return _segments(condition, around)
        case Kind.COUNT | Kind.MONEY if asked.acts is not None and (condition.dated or not asked.sql):
            return _acted(condition, asked.acts)
        case Kind.COUNT | Kind.MONEY:
            return _compared(condition, Predicate(asked.sql))
        case Kind.MOMENT | Kind.NUMBER if condition.operator in (Operator.KNOWN, Operator.UNKNOWN):
            value = _valued(asked, around)
            return _words(condition, Predicate(), Predicate(f"({value.sql} is not null)", value.params))
        case Kind.MOMENT:
            return _at(asked.sql, condition)
        case _:
            return _sure(_compared(condition, _valued(asked, around)))


def _at(moment: str, condition: Condition) -> Predicate:
    """The moment lies within the days meant: it is compared with their bounds, which costs less than to work out its
    day."""
    first, last = _values(condition)[0], _values(condition)[-1]
    match condition.operator:
        case Operator.SINCE:
            return _within(moment, since=_day(first))
        case Operator.UNTIL:
            return _within(moment, until=_day(first))
        case Operator.DURING:
            return _within(moment, _day(first), _day(last))
        case Operator.AT_LEAST:
            return _within(moment, until=_ago(ceil(first)))
        case Operator.MORE_THAN:
            return _within(moment, until=_ago(floor(first) + 1))
        case Operator.AT_MOST:
            return _within(moment, since=_ago(floor(first)))
        case Operator.LESS_THAN:
            return _within(moment, since=_ago(ceil(first) - 1))
        case _:
            return _within(moment, _ago(floor(last)), _ago(ceil(first)))


def _day(day: dt.date) -> Predicate:
    return Predicate("cast(? as date)", (day,))


_FAR = 700_000
"""So many days around the last one lies all that is dated, and so far databases count."""


def _ago(days: int) -> Predicate:
    return Predicate(f"{LAST_DAY} - cast(? as integer)", (max(-_FAR, min(days, _FAR)),))


def _within(moment: str, since: Predicate | None = None, until: Predicate | None = None) -> Predicate:
    tests = [Predicate(f"{moment} is not null")]
    tests += [Predicate(f"{moment} >= {since.sql}", since.params)] if since else []
    tests += [Predicate(f"{moment} < {until.sql} + 1", until.params)] if until else []
    return _joined(tests, "and", "true")


def _valued(asked: CustomerField, around: Around) -> Predicate:
    """The field's value, with the cut points it is scored by."""
    return Predicate(asked.sql, tuple(float(cut) for cut in around.cuts[asked.cuts]) if asked.cuts else ())


def _words(condition: Condition, chosen: Predicate, known: Predicate) -> Predicate:
    match condition.operator:
        case Operator.IN | Operator.CONTAINS:
            return chosen
        case Operator.NOT_IN:
            return Predicate(f"not {chosen.sql}", chosen.params)
        case Operator.KNOWN:
            return known
        case _:
            return Predicate(f"not {known.sql}", known.params)


def _chosen(expression: str, condition: Condition) -> Predicate:
    """The value is one of those given, or holds one of the texts given."""
    if condition.operator is Operator.CONTAINS:
        return _joined([Predicate(f"contains(lower({expression}), lower(?))", (value,)) for value in condition.values],
                       "or", "false")  # fmt: skip
    return any_of(expression, condition.values)


def _tagged(expression: str, condition: Condition) -> Predicate:
    if condition.operator is Operator.CONTAINS:
        return _chosen(expression, condition)
    has = f"list_contains(string_split({expression}, ';'), ?)"
    return _joined([Predicate(has, (value,)) for value in condition.values], "or", "false")


def _members(condition: Condition, asked: CustomerField) -> Predicate:
    assert asked.acts is not None
    during = _during(condition, asked.acts)

    def with_value(test: Predicate) -> Predicate:
        rows = f"from {asked.acts.relation} where x.customer is not null and {asked.acts.keep}"  # type: ignore[union-attr]
        return Predicate(
            f"(c.customer in (select x.customer {rows} and {during.sql} and {test.sql}))",
            (*during.params, *test.params),
        )

    known = with_value(Predicate(f"{asked.acts.value} is not null"))
    return _words(condition, with_value(_chosen(asked.acts.value, condition)), known)


def _segments(condition: Condition, around: Around) -> Predicate:
    inner = [_predicate(around.rule_of(name), around.into(name)) for name in condition.values]
    return _words(condition, _joined(inner, "or", "false"), Predicate())


def _acted(condition: Condition, acts: Acts) -> Predicate:
    """A count over rows: customers without a row have done nothing, so a test that zero meets asks who fails it."""
    during = _during(condition, acts)
    rows = f"select x.customer from {acts.relation} where x.customer is not null and {acts.keep} and {during.sql}"  # noqa: S608
    zero = _meets(Decimal(0), condition)
    out = "not " if zero else ""
    if acts.once and _asks_whether(condition):  # without counting: four times as fast
        if acts.latest and condition.until is None:
            return _lately(condition, acts.latest, out)
        return Predicate(f"(c.customer {out}in ({rows} and {acts.once}))", during.params)
    test = _compared(condition, Predicate(f"coalesce({acts.amount}, 0)"))
    who = f"{rows} group by x.customer having {out}{test.sql}"
    return Predicate(f"(c.customer {out}in ({who}))", (*during.params, *test.params))


def _lately(condition: Condition, latest: str, out: str) -> Predicate:
    """Something was done since a day where the last time was not before it."""
    tests = [Predicate(f"{latest} is not null")]
    if condition.days is not None:
        tests.append(Predicate(f"{latest} >= {LAST_DAY} - cast(? as integer) + 1", (condition.days,)))
    if condition.since is not None:
        tests.append(Predicate(f"{latest} >= ?", (condition.since,)))
    test = _joined(tests, "and", "true")
    return Predicate(f"({out}{test.sql})", test.params)


def _asks_whether(condition: Condition) -> bool:
    """Whether zero and everything above it are parted: at least once, or never."""
    above = [_meets(Decimal(number), condition) for number in (1, 10**14)]
    one_sided = condition.operator in (Operator.AT_LEAST, Operator.MORE_THAN, Operator.AT_MOST, Operator.LESS_THAN)
    never = condition.operator is Operator.EQUALS and _values(condition) == (Decimal(0),)
    return (one_sided or never) and above == [not _meets(Decimal(0), condition)] * 2


def _during(condition: Condition, acts: Acts) -> Predicate:
    tests: list[Predicate] = []
    if condition.days is not None:
        tests.append(Predicate(f"{acts.day} > {LAST_DAY} - cast(? as integer)", (condition.days,)))
    if condition.since is not None:
        tests.append(Predicate(f"{acts.day} >= ?", (condition.since,)))
    if condition.until is not None:
        tests.append(Predicate(f"{acts.day} <= ?", (condition.until,)))
    return _joined(tests, "and", "true")


def _values(condition: Condition) -> tuple[Any, ...]:
    read = day_of if condition.operator in DATES else _number
    return tuple(read(value) for value in condition.values)


def _number(value: str) -> Decimal | int | None:
    """A whole number as such: a column of them is compared with it as it is, not as a decimal."""
    number = number_of(value)
    return int(number) if number is not None and number == int(number) else number


def _compared(condition: Condition, amount: Predicate) -> Predicate:
    values = _values(condition)
    if condition.operator in (Operator.BETWEEN, Operator.DURING):
        return Predicate(f"({amount.sql} between ? and ?)", (*amount.params, *values))
    return Predicate(f"({amount.sql} {_SIGNS[condition.operator]} ?)", (*amount.params, *values))


def _meets(number: Decimal, condition: Condition) -> bool:
    first, *rest = _values(condition)
    match condition.operator:
        case Operator.BETWEEN:
            return bool(first <= number <= rest[0])
        case Operator.AT_LEAST:
            return bool(number >= first)
        case Operator.AT_MOST:
            return bool(number <= first)
        case Operator.MORE_THAN:
            return bool(number > first)
        case Operator.LESS_THAN:
            return bool(number < first)
        case _:
            return bool(number == first)
