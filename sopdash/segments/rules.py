"""A segment's rule as data: conditions on customer fields, put together with all, any and not.

    {"all": [{"field": "tier", "operator": "in", "values": ["vip"]},
             {"field": "messages", "operator": "at_least", "values": ["1"], "days": 14},
             {"not": {"field": "last_ordered_at", "operator": "at_most", "values": [90]}}]}

One rule compiles to one predicate (`compiled`), which counts, filters metrics and makes the list.
"""

from __future__ import annotations

import datetime as dt
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
from sopdash.segments.fields import DATES, FIELDS, Kind, Operator
from sopdash.segments.fields import Field as CustomerField

_NUMERIC = (Kind.MOMENT, Kind.COUNT, Kind.MONEY, Kind.NUMBER)
_TWO = (Operator.BETWEEN, Operator.DURING)
_NONE = (Operator.KNOWN, Operator.UNKNOWN, Operator.YES, Operator.NO)
_SOME = (Operator.IN, Operator.NOT_IN, Operator.CONTAINS)

DEEPEST = 40
"""Groups within groups that a rule may hold."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _as_text(value: Any) -> Any:
    """Numbers and days may be given as such; one rule has one spelling."""
    return str(value) if isinstance(value, int | float | Decimal | dt.date) and not isinstance(value, bool) else value


class Condition(_Frozen):
    """One field compared. Numbers are days ago for a moment, money in the installation's currency, else a count.

    Of some days only, where the field has a period: the last `days`, or from `since` to `until`, both included.
    """

    field: str
    operator: Operator
    values: tuple[Annotated[str, BeforeValidator(_as_text)], ...] = ()
    days: int | None = Field(default=None, gt=0, le=36_500)
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def dated(self) -> bool:
        """Whether it asks of some days only."""
        return (self.days, self.since, self.until) != (None, None, None)

    @model_validator(mode="after")
    def _fits(self) -> Condition:
        field = FIELDS.get(self.field)
        if field is None:
            raise UnknownName("unknown_field", field=self.field, allowed=tuple(FIELDS))
        if self.operator not in field.operators:
            raise UnknownName(
                "operator_not_available", field=self.field, operator=self.operator, allowed=tuple(field.operators)
            )
        if not (self._values_fit(field) and self._period_fits(field)):
            raise UnknownName("value_not_fitting", field=self.field, value=self.values, allowed=())
        return self

    def _values_fit(self, field: CustomerField) -> bool:
        given = len(self.values)
        wanted = 2 if self.operator in _TWO else 0 if self.operator in _NONE else 1
        if (given < 1 if self.operator in _SOME else given != wanted) or (
            self.operator is Operator.CONTAINS and "" in self.values
        ):
            return False
        read = day_of if self.operator in DATES else number_of if field.kind in _NUMERIC else str
        return None not in [read(value) for value in self.values]

    def _period_fits(self, field: CustomerField) -> bool:
        if not self.dated:
            return True
        both = self.since is not None and self.until is not None
        backwards = both and self.since > self.until  # type: ignore[operator]
        mixed = self.days is not None and (self.since is not None or self.until is not None)
        return field.has_period and not backwards and not mixed


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


def where(field: str, operator: str, *values: str | int | Decimal | dt.date, **period: int | dt.date) -> Condition:
    """One condition: where("orders", "at_least", 1, days=30)."""
    told = {"field": field, "operator": Operator(operator), "values": values, **period}
    return Condition.model_validate(told)


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


def number_of(value: str) -> Decimal | None:
    """A finite number as written in a rule; None where it is none."""
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 15 else None


def day_of(value: str) -> dt.date | None:
    """A day as written in a rule, 2026-11-30; None where it is none."""
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def depth(rule: Rule) -> int:
    """How many groups stand within each other: a condition alone is 0."""
    match rule:
        case All(parts=parts) | AnyOf(parts=parts):
            return 1 + max((depth(part) for part in parts), default=0)
        case Not(part=part):
            return 1 + depth(part)
        case _:
            return 0


def conditions(rule: Rule) -> tuple[Condition, ...]:
    """Every condition of the rule, in order."""
    match rule:
        case All(parts=parts) | AnyOf(parts=parts):
            return tuple(one for part in parts for one in conditions(part))
        case Not(part=part):
            return conditions(part)
        case _:
            return (rule,)


def named(rule: Rule) -> frozenset[str]:
    """The other segments the rule speaks of."""
    spoken = [one.values for one in conditions(rule) if FIELDS[one.field].kind is Kind.SEGMENT]
    return frozenset(name for values in spoken for name in values)
