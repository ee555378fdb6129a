"""Counts of what the data covers, kept by day and by import."""

from __future__ import annotations

from sopdash.warehouse import coverage as of_facts
from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS
from sopdash.warehouse.incremental import steps


def covered(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    needs = "select string_agg(need, ' ' order by need) from mart.coverage"
    before = cursor.execute(needs).fetchone()
    refresh.build(cursor, kind, name, values)
    values["other_needs"] = before != cursor.execute(needs).fetchone()


def filled_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """What came is added, what went taken off."""
    counted = [
        f"""select * replace ({"-" if gone else ""}rows as rows)
            from ({of_facts.filled(fact, f'(from moved."{fact.name}" where gone = {gone})')})"""
        for fact in FACTS.values()
        for gone in (False, True)
        if steps.has_rows(cursor, f'(from moved."{fact.name}" where gone = {gone})')
    ]
    if counted:
        steps.temp(cursor, "counted", " union all ".join([f"from kept.{name}", *counted]))
        cursor.execute(
            f"""create or replace table kept.{name} as
                select fact, day, need, cast(sum(rows) as bigint) as rows
                from counted group by fact, day, need having sum(rows) > 0"""
        )


def batches(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """What the log says by import never changes: imports taken back go, new ones come."""
    cursor.execute(f"delete from kept.{name} where batch not in (select batch from imports where undone_at is null)")
    row = cursor.execute("select coalesce(max(batch), 0) from kept.batch_days").fetchone()
    where = f"batch > {0 if row is None else int(row[0])}"
    if name == "batch_days":
        values["newest"] = where
        for fact in FACTS.values():
            cursor.execute(f"insert into kept.batch_days {of_facts.logged(fact, where)}")
    else:
        for fact_name in of_facts.GROUPED:
            cursor.execute(f"insert into kept.batch_groups {of_facts.grouped(fact_name, values['newest'])}")
