"""What changed where an import brought another version of a key: statuses that moved on, refunds, other columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import Fact
from sopdash.warehouse.schema import listed, quoted

_STATUS = ("status", "status_word", "status_absent")
_REFUND = ("refund_amount", "refund_estimated")


@dataclass(frozen=True)
class Changes:
    """Changed keys of one fact by what changed; a key may count under several."""

    forward: int = 0
    """Statuses further on than before (paid → completed …)."""
    refunds: int = 0
    refund_amount: Decimal = Decimal(0)
    """By how much all refunds together grew."""
    other: int = 0
    """Keys of which some other column changed."""
    columns: dict[str, int] = field(default_factory=dict)
    """The other columns → keys."""

    def __add__(self, more: Changes) -> Changes:
        """Those of two files together."""
        return Changes(
            self.forward + more.forward,
            self.refunds + more.refunds,
            self.refund_amount + more.refund_amount,
            self.other + more.other,
            {name: self.columns.get(name, 0) + more.columns.get(name, 0) for name in {**self.columns, **more.columns}},
        )

    def as_json(self) -> dict[str, Any]:
        """The shape of `import --json` and of `imports.changes`."""
        return {
            "status_forward": self.forward,
            "refunds": self.refunds,
            "refund_amount": float(self.refund_amount),
            "other": self.other,
            "columns": self.columns,
        }


def measure(cursor: Cursor, fact: Fact, compared: Iterable[str], rank: str) -> Changes:
    """Compares `ledger_latest` with the fact as it still is, for the changed keys of `ledger_moved`.

    `rank`: SQL with {0} for a status that tells which of two is further on.
    """
    there = [name for name in compared if name not in fact.key]
    differ = {name: f"old.{quoted(name)} is distinct from fresh.{quoted(name)}" for name in there}
    rest = [name for name in there if name not in (*_STATUS, *_REFUND)]
    if "status" in there:
        ahead = f"coalesce({rank.format('fresh.status')} > {rank.format('old.status')}, false)"
        differ["status"] = f"{differ['status']} and not {ahead}"
        rest.append("status")
    else:
        ahead = "false"
    back = "coalesce({0}.refund_amount, 0)"
    grown = (
        f"{back.format('fresh')} - {back.format('old')}" if "refund_amount" in there else "cast(0 as decimal(18, 2))"
    )
    key, any_other = listed(fact.key), " or ".join(f"({differ[name]})" for name in rest) or "false"
    counts = "".join(f", count(*) filter ({differ[name]})" for name in rest)
    row = cursor.execute(
        f"""select count(*) filter ({ahead}), count(*) filter ({grown} <> 0), sum({grown}),
                   count(*) filter ({any_other}){counts}
            from ledger_moved
            join fact."{fact.name}" as old using ({key}) join ledger_latest as fresh using ({key})
            where ledger_moved.changed"""
    ).fetchone()
    assert row is not None
    columns = {name: count for name, count in zip(rest, row[4:], strict=True) if count}
    return Changes(row[0], row[1], Decimal(str(row[2] or 0)), row[3], columns)
