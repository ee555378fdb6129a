"""A segment's rule as data: conditions on customer fields, put together with all, any and not.

    {"all": [{"field": "tier", "operator": "in", "values": ["vip"]},
             {"not": {"field": "last_ordered_at", "operator": "at_most", "values": [90]}}]}

One rule compiles to one predicate, which counts, filters metrics and makes the list.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from sopdash.errors import UnknownName
from sopdash.metrics.filters import Predicate, any_of, every
from sopdash.segments.fields import FIELDS, Kind, Operator

_SIGNS = {
    Operator.EQUALS: "=",
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
    Operator.MORE_THAN: ">",
    Operator.LESS_THAN: "<",
}
_NUMERIC = (Kind.MOMENT, Kind.COUNT, Kind.MONEY)
_HOW_MANY = {Operator.BETWEEN: 2} | dict.fromkeys(_SIGNS, 1)
_LAST_DAY = "(select last_day from mart.meta)"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _as_text(value: Any) -> Any:
    """Numbers may be given as numbers; one rule has one spelling."""
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


class Condition(_Frozen):
    """One field compared. Numbers are days ago for a moment, money in the installation's currency, else a count.

    `days` counts a COUNT or MONEY field within the last days only.
    """

    field: str
    operator: Operator
    values: tuple[Annotated[str, BeforeValidator(_as_text)], ...] = ()
    days: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _fits(self) -> Condition:
        field = FIELDS.get(self.field)
        if field is None:
            raise UnknownName("unknown_field", field=self.field, allowed=tuple(FIELDS))
        if self.operator not in field.operators:
            raise UnknownName(
                "operator_not_available", field=self.field, operator=self.operator, allowed=tuple(field.operators)
            )
        a_choice = self.operator in (Operator.IN, Operator.NOT_IN)
        wanted = max(1, len(self.values)) if a_choice else _HOW_MANY.get(self.operator, 0)
        numbers = [_number(value) for value in self.values] if field.kind in _NUMERIC else []
        no_days = self.days is not None and field.kind not in (Kind.COUNT, Kind.MONEY)
        if len(self.values) != wanted or no_days or None in numbers:
            raise UnknownName("value_not_fitting", field=self.field, value=self.values, allowed=())
        return self


class All(_Frozen):
    """True where every part is; of no parts: everybody."""

    parts: tuple[Rule, ...] = Field(alias="all")


class AnyOf(_Frozen):
    """True where at least one part is; of no parts: nobody."""

    parts: tuple[Rule, ...] = Field(alias="any")


class Not(_Frozen):
    """True where the part is not, also where nothing is known of it."""

    part: Rule = Field(alias="not")


def _which(value: Any) -> str:
    if isinstance(value, BaseModel):
        return type(value).__name__
    keys = value.keys() if isinstance(value, dict) else ()
    return next((name for key, name in (("all", "All"), ("any", "AnyOf"), ("not", "Not")) if key in keys), "Condition")


Rule = Annotated[
    Annotated[All, Tag("All")]
    | Annotated[AnyOf, Tag("AnyOf")]
    | Annotated[Not, Tag("Not")]
    | Annotated[Condition, Tag("Condition")],
    Discriminator(_which),
]
"""A condition, or conditions put together."""

for _model in (All, AnyOf, Not):
    _model.model_rebuild()
_ADAPTER: TypeAdapter[Rule] = TypeAdapter(Rule)


def where(field: str, operator: str, *values: str | int | Decimal, days: int | None = None) -> Condition:
    """One condition: where("orders", "at_least", 1, days=30)."""
    return Condition(field=field, operator=Operator(operator), values=values, days=days)  # type: ignore[arg-type]


def both(*parts: Rule) -> All:
    """Every part."""
    return All(all=parts)


def either(*parts: Rule) -> AnyOf:
    """At least one part."""
    return AnyOf(any=parts)


def without(part: Rule) -> Not:
    """Not the part."""
    return Not.model_validate({"not": part})


def from_json(text: str) -> Rule:
    """The rule of a JSON document; raises UnknownName for fields, operators or values that do not exist."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnknownName("value_not_fitting", field=place, value=first["msg"], allowed=()) from error


def to_json(rule: Rule) -> str:
    """The rule as a JSON document."""
    return _ADAPTER.dump_json(rule, by_alias=True, exclude_defaults=True).decode()


def compiled(rule: Rule) -> Predicate:
    """The rule as a predicate over `c` = mart.customers, never NULL: who is unknown to a condition does not meet it."""
    match rule:
        case All(parts=parts):
            return _joined(parts, "and", "true")
        case AnyOf(parts=parts):
            return _joined(parts, "or", "false")
        case Not(part=part):
            inner = compiled(part)
            return Predicate(f"(not {inner.sql})", inner.params)
        case _:
            test = _test(rule)
            return Predicate(f"coalesce({test.sql}, false)", test.params)


def _joined(parts: tuple[Rule, ...], word: str, empty: str) -> Predicate:
    inner = [compiled(part) for part in parts]
    sql = f" {word} ".join(part.sql for part in inner)
    return Predicate(f"({sql or empty})", tuple(value for part in inner for value in part.params))


def _test(condition: Condition) -> Predicate:
    field = FIELDS[condition.field]
    match field.kind:
        case Kind.FLAG:
            return Predicate(f"({field.sql}) is {'not ' if condition.operator is Operator.NO else ''}true")
        case Kind.CHOICE:
            return _words(condition, any_of(field.sql, condition.values), Predicate(f"({field.sql} is not null)"))
        case Kind.TAGS:
            tagged = f"list_contains(string_split({field.sql}, ';'), ?)"
            has = [Predicate(tagged, (value,)) for value in condition.values]
            any_tag = Predicate(f"({' or '.join(tag.sql for tag in has)})", every(has).params)
            return _words(condition, any_tag, Predicate(f"(coalesce({field.sql}, '') <> '')"))
        case Kind.MEMBERS:
            chosen = any_of(field.in_days, condition.values)
            known = Predicate(f"({field.sql.format(test=f'{field.in_days} is not null')})")
            return _words(condition, Predicate(f"({field.sql.format(test=chosen.sql)})", chosen.params), known)
        case Kind.MOMENT:
            if condition.operator in (Operator.KNOWN, Operator.UNKNOWN):
                return _words(condition, Predicate(), Predicate(f"({field.sql} is not null)"))
            return _compared(condition, Predicate(f"date_diff('day', cast({field.sql} as date), {_LAST_DAY})"))
        case _:
            return _compared(condition, _amount(condition))


def _words(condition: Condition, chosen: Predicate, known: Predicate) -> Predicate:
    match condition.operator:
        case Operator.IN:
            return chosen
        case Operator.NOT_IN:
            return Predicate(f"not coalesce({chosen.sql}, false)", chosen.params)
        case Operator.KNOWN:
            return known
        case _:
            return Predicate(f"not {known.sql}", known.params)


def _amount(condition: Condition) -> Predicate:
    field = FIELDS[condition.field]
    if condition.days is None:
        return Predicate(field.sql)
    of_days = (
        f"select sum(d.{field.in_days}) from mart.customer_days d "  # noqa: S608 - declared names only
        f"where d.customer = c.customer and d.day > {_LAST_DAY} - cast(? as integer)"
    )
    return Predicate(f"coalesce(({of_days}), 0)", (condition.days,))


def _compared(condition: Condition, amount: Predicate) -> Predicate:
    numbers = tuple(_number(value) for value in condition.values)
    if condition.operator is Operator.BETWEEN:
        return Predicate(f"({amount.sql} between ? and ?)", (*amount.params, *numbers))
    return Predicate(f"({amount.sql} {_SIGNS[condition.operator]} ?)", (*amount.params, *numbers))


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
