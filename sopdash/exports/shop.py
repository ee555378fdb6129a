"""The shop of rows that name none: told, the platform's only one, or asked for."""

from __future__ import annotations

from collections.abc import Mapping

from sopdash.errors import FileRefused
from sopdash.exports.results import Note
from sopdash.warehouse import Cursor, shops


def assumed(cursor: Cursor, tables: Mapping[str, str]) -> list[Note]:
    """A note where rows without a shop are taken for those of the platform's only shop; refused where it has several.

    `tables`: {fact: table} of the rows about to be stored.
    """
    said: dict[str, set[str]] = {}
    for fact in shops.SHOP_FACTS:
        if fact in tables:
            for platform, shop in cursor.execute(f"select distinct platform, shop from {tables[fact]}").fetchall():
                said.setdefault(platform, set()).add(shop)
    notes = []
    for platform, names in said.items():
        if "" not in names or not shops.assumes(platform):
            continue
        candidates = sorted({*shops.named(cursor, platform), *names} - {""})
        if len(candidates) > 1:
            raise FileRefused("shop_needed", shops="、".join(candidates))
        notes += [Note("shop_assumed", 0, {"shop": shop}) for shop in candidates]
    return notes
