"""What cannot be computed from the files that are there is absent with a reason, never zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sopdash.text import phrases, say

if TYPE_CHECKING:
    from sopdash.warehouse import Cursor, Store


@dataclass(frozen=True)
class Missing:
    """Why a figure is absent. `code` names the sentence under `missing.` in the texts, `values` fill it."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def say(self, lang: str) -> str:
        """The reason in one sentence."""
        filled = {key: self._spoken(key, value, lang) for key, value in self.values.items()}
        return say(f"missing.{self.code}", lang, **filled)

    @staticmethod
    def _spoken(key: str, value: Any, lang: str) -> Any:
        if key == "needs":
            return ("；" if lang == "zh" else "; ").join(_supplied(need, lang) for need in value)
        if key == "setting":
            return say(f"settings.{value}.label", lang)
        if key == "allowed":
            return ("、" if lang == "zh" else ", ").join(value)
        return value


def _supplied(need: str, lang: str) -> str:
    """A need with the exports that would meet it: `channel_days.spend: the channel spend template`."""
    either = need.split("|")
    suppliers = dict.fromkeys(_supplier(part, lang) for part in either)
    colon, comma = ("：", "，或") if lang == "zh" else (": ", ", or ")
    return (" / ".join(either)) + colon + comma.join(suppliers)


def _supplier(need: str, lang: str) -> str:
    exact = f"metrics.supplier.{need.replace('.', '__')}"
    return say(exact if exact in phrases() else f"metrics.supplier.{need.split('.')[0]}", lang)


def covered(store: Store) -> frozenset[str]:
    """The needs the data can meet: facts and fact columns with at least one value (`mart.coverage`)."""
    with store.warehouse.read() as cursor:
        return store.warehouse.once(cursor, _covered)


def _covered(cursor: Cursor) -> frozenset[str]:
    found = cursor.execute("select need from mart.coverage where rows > 0").fetchall()
    return frozenset(need for (need,) in found) | model_needs(cursor.execute(MODELS).fetchall())


MODELS = "select orders_refused, money_refused from mart.value_model"


def model_needs(found: Sequence[tuple[str | None, ...]]) -> frozenset[str]:
    """Which models hold, from the row of `MODELS`: `model.orders`, or why not: `model.orders:<code>`."""
    told = zip(("model.orders", "model.money"), found[0], strict=True) if found else ()
    return frozenset(need if code is None else f"{need}:{code}" for need, code in told)


def lacking(have: frozenset[str], needs: Iterable[str]) -> Missing | None:
    """The reason why `needs` cannot be met from what is covered; None when they can. "a|b": either will do."""
    absent = tuple(need for need in needs if have.isdisjoint(need.split("|")))
    if absent and all(need.startswith("model.") for need in absent):
        return _refused(have, absent[0])
    absent = tuple(need for need in absent if not need.startswith("model."))
    if absent == ("orders.customer",) and "orders" in have:
        return Missing("no_customer_column")
    settings = [need.removeprefix("settings.") for need in absent if need.startswith("settings.")]
    if settings and len(settings) == len(absent):
        return Missing("setting", {"setting": settings[0]})
    absent = tuple(need for need in absent if not need.startswith("settings."))
    return Missing("needs", {"needs": absent}) if absent else None


def _refused(have: frozenset[str], need: str) -> Missing:
    """Why a model of lifetime value does not hold on this data, with its limits."""
    from sopdash.models import lifetime

    code = next((told.partition(":")[2] for told in have if told.startswith(f"{need}:")), "short_history")
    limits = {
        "weeks": lifetime.MIN_WEEKS,
        "buyers": lifetime.MIN_REPEAT_BUYERS,
        "correlation": lifetime.MAX_CORRELATION,
    }
    return Missing(code, limits)
