"""Counts of what the data covers, kept by day and by import."""

from __future__ import annotations

from datetime import date

from sopdash.warehouse import coverage as of_facts
from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS, Fact
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.schema import TIMES, quoted


def covered(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    needs = "select string_agg(need, ' ' order by need) from mart.coverage"
    before = cursor.execute(needs).fetchone()
    refresh.build(cursor, kind, name, values)
    values["other_needs"] = before != cursor.execute(needs).fetchone()


def filled_days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """The days that moved rows speak of, or spoke of."""
    for fact in FACTS.values():
        day = f"coalesce({of_facts.day_of(fact)}, {_NEVER})"
        if steps.has_rows(cursor, f'moved."{fact.name}"'):
            steps.temp(cursor, "touched_keys", f'select distinct {day} as day from moved."{fact.name}" as rows_of')
            cursor.execute(
                f"delete from kept.filled_days "
                f"where fact = ? and coalesce(day, {_NEVER}) in (select day from touched_keys)",
                [fact.name],
            )
            where = f"{_later(cursor, fact)} and {day} in (select day from touched_keys)"
            rows = f'(select * from fact."{fact.name}" as rows_of where {where})'
            cursor.execute(f"insert into kept.filled_days {of_facts.filled(fact, rows)}")


_NEVER = "date '0001-01-01'"


def _later(cursor: Cursor, fact: Fact) -> str:
    """A bound on the plain column of time, by which the engine leaves out blocks of rows unread."""
    found = cursor.execute("select min(day) from touched_keys").fetchone()
    times = TIMES.get(fact.name, ())
    if len(times) != 1 or found is None or found[0] <= date.min:
        return "true"
    return f"rows_of.{quoted(times[0])} >= date '{found[0]}'"


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
