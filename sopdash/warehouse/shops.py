"""Which shop are the orders of a file that names none?

Of the platform's only shop, whichever file came first: classic Tmall exports name the shop, reports of chosen columns
do not, and one order must not count twice. `batch_shops` keeps what each import said, so that the answer is a function
of the log: with no named shop it is '', with one that one, with several the one whose orders the import shares. The
generic platform is many systems with order numbers of their own; nothing is assumed there.
"""

from __future__ import annotations

from collections.abc import Mapping

from sopdash.warehouse import current
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS

SHOP_FACTS = tuple(name for name, fact in FACTS.items() if "shop" in fact.key)
_MANY_SYSTEMS = ("generic", "")


def named(cursor: Cursor, platform: str) -> list[str]:
    """The shops that imports of a platform named, by a column of theirs or told by the person importing."""
    sql = "select distinct shop from batch_shops where platform = ? and not assumed and shop <> '' order by shop"
    return [shop for (shop,) in cursor.execute(sql, [platform]).fetchall()]


def known(cursor: Cursor) -> list[str]:
    """All shops that imports named, of any platform."""
    sql = "select distinct shop from batch_shops where not assumed and shop <> '' order by shop"
    return [shop for (shop,) in cursor.execute(sql).fetchall()]


def assumes(platform: str) -> bool:
    """Whether a file of this platform that names no shop is of its only shop."""
    return platform not in _MANY_SYSTEMS


def arrive(cursor: Cursor, batch: int, staged: Mapping[str, str]) -> dict[str, str]:
    """Notes the shops of a batch about to be logged: {platform: shop} for its rows without one."""
    tables = [staged[name] for name in SHOP_FACTS if name in staged]
    said: dict[str, set[str]] = {}
    for table in tables:
        for platform, shop in cursor.execute(f"select distinct platform, shop from {table}").fetchall():
            said.setdefault(platform, set()).add(shop)
    filled = {}
    for platform, shops in said.items():
        own = shops - {""}
        _note(cursor, batch, platform, own or {""}, assumed=not own)
        candidates = named(cursor, platform)
        if "" in shops and len(candidates) == 1 and assumes(platform):
            filled[platform] = candidates[0]
            cursor.execute(
                "update batch_shops set shop = ? where batch = ? and platform = ? and assumed",
                [candidates[0], batch, platform],
            )
    return filled


def _note(cursor: Cursor, batch: int, platform: str, shops: set[str], assumed: bool) -> None:
    rows = [[batch, platform, shop, assumed] for shop in sorted(shops)]
    cursor.executemany("insert into batch_shops (batch, platform, shop, assumed) values (?, ?, ?, ?)", rows)


def settle(cursor: Cursor) -> None:
    """Brings imports that named no shop into line with the shops known now."""
    rows = cursor.execute("select batch, platform, shop from batch_shops where assumed order by batch").fetchall()
    for batch, platform, shop in rows:
        if not assumes(platform):
            continue
        wanted = _shop_of(cursor, batch, platform)
        if wanted != shop:
            for name in SHOP_FACTS:
                current.move(cursor, FACTS[name], batch, platform, shop, wanted)
            cursor.execute(
                "update batch_shops set shop = ? where batch = ? and platform = ? and assumed",
                [wanted, batch, platform],
            )


def _shop_of(cursor: Cursor, batch: int, platform: str) -> str:
    candidates = named(cursor, platform)
    if len(candidates) > 1:
        candidates = _sharing(cursor, batch, platform)
    return candidates[0] if len(candidates) == 1 else ""


def _sharing(cursor: Cursor, batch: int, platform: str) -> list[str]:
    """Named shops that share an order id with an import that named none."""
    every = " union all ".join(f'select batch, platform, shop, order_id from log."{name}"' for name in SHOP_FACTS)
    found = cursor.execute(
        f"""with logged as ({every}),
            mine as (select distinct order_id from logged where batch = $batch and platform = $platform)
            select distinct logged.shop from logged
            semi join mine using (order_id)
            anti join (select batch, platform from batch_shops where assumed) as unnamed using (batch, platform)
            where logged.platform = $platform and logged.shop <> ''""",
        {"batch": batch, "platform": platform},
    ).fetchall()
    return [shop for (shop,) in found]
