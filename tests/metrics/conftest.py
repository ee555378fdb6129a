"""Asking the metrics module in tests: text in, plain rows out."""

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, Query, Result, run


class Asker:
    """`ask("orders", "aov", by="week", where={"channel": "抖音"})` → rows as dictionaries."""

    def __init__(self, warehouse):
        self.warehouse = warehouse

    def result(self, *metrics, by=(), first=None, last=None, where=(), viewer=LOCAL_OWNER, **rest) -> Result:
        period = Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) if first else None
        by = (by,) if isinstance(by, str) else by
        return run(self.warehouse.store, Query(metrics, by, period, tuple(where), **rest), viewer)

    def __call__(self, *metrics, **how):
        result = self.result(*metrics, **how)
        assert result.missing == {}, {name: reason.say("en") for name, reason in result.missing.items()}
        return result.records()

    def one(self, *metrics, **how):
        """The only row."""
        [row] = self(*metrics, **how)
        return row

    def column(self, metric, by, **how):
        """Value of the dimension → figure."""
        return {row[by]: row[metric] for row in self(metric, by=by, **how)}


@pytest.fixture
def ask(warehouse):
    return Asker(warehouse)
