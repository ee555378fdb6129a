"""Counts of what the data covers, kept by day and by import."""

from __future__ import annotations

from sopdash.warehouse import coverage, refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS
from sopdash.warehouse.incremental import steps


def covered(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    needs = "select string_agg(need, ' ' order by need) from mart.coverage"
    before = cursor.execute(needs).fetchone()
    refresh.build(cursor, kind, name, values)
    values["other_needs"] = before != cursor.execute(needs).fetchone()


def filled_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    never = "date '0001-01-01'"
    for fact in FACTS.values():
        if not steps.has_rows(cursor, f'moved."{fact.name}"'):
            continue
        steps.temp(
            cursor,
            "touched_keys",
            f'select distinct coalesce({coverage.day_of(fact)}, {never}) as day from moved."{fact.name}" as rows_of',
        )
        cursor.execute(
            f"delete from kept.filled_days where fact = ? and coalesce(day, {never}) in (select day from touched_keys)",
            [fact.name],
        )
        rows = (
            f'(select * from fact."{fact.name}" as rows_of '
            f"where coalesce({coverage.day_of(fact)}, {never}) in (select day from touched_keys))"
        )
        cursor.execute(f"insert into kept.filled_days {coverage.filled(fact, rows)}")


def batches(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """What the log says by import never changes: imports taken back go, new ones come."""
    cursor.execute(f"delete from kept.{name} where batch not in (select batch from imports where undone_at is null)")
    row = cursor.execute("select coalesce(max(batch), 0) from kept.batch_days").fetchone()
    where = f"batch > {0 if row is None else int(row[0])}"
    if name == "batch_days":
        values["newest"] = where
        for fact in FACTS.values():
            cursor.execute(f"insert into kept.batch_days {coverage.logged(fact, where)}")
    else:
        for fact_name in coverage.GROUPED:
            cursor.execute(f"insert into kept.batch_groups {coverage.grouped(fact_name, values['newest'])}")
