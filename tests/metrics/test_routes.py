"""What a lighter source answers, and what running sums give, is what the plain way gives, on the demo."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import REGISTRY, Period, Query, compile, routes, run
from sopdash.metrics.coverage import Coverage
from sopdash.metrics.sources import When

LAST = Period(dt.date(2026, 10, 6), dt.date(2026, 11, 15))  # begins on a Tuesday
WEEKS = Period(dt.date(2026, 9, 7), dt.date(2026, 11, 15))
RECENT = Period(dt.date(2026, 8, 24), dt.date(2026, 11, 15))  # the twelve weeks that pages open with
QUESTIONS = (
    Query((), (), LAST, compare="previous"),
    Query((), ("week",), LAST),
    Query((), ("week",), WEEKS),
    Query((), ("month", "channel"), LAST),
    Query((), ("channel",), LAST),
    Query((), ("channel",), LAST, compare="previous"),
    Query((), ("store",), LAST),
    Query((), ("day",), Period(dt.date(2026, 11, 2), dt.date(2026, 11, 8))),
    Query((), ("group",), LAST),
    Query((), ("week",), LAST, where=(("channel", "抖音"), ("channel", "导购"))),
    Query((), ("week",), LAST, where=(("platform", "youzan"),)),
    Query((), (), LAST, segment="life_silent"),
    Query((), (), WEEKS, compare="previous"),
    Query((), ("group",), WEEKS),
    Query((), ("group", "week"), WEEKS, where=(("group_type", "福利群"),)),
    Query((), ("group",), RECENT),
    Query((), ("group",), RECENT, compare="previous"),
    Query((), (), RECENT, where=(("group_type", "福利群"),), compare="previous"),
    Query((), ("store",), RECENT, where=(("group_type", "福利群"),)),
    Query((), (), None),
)


def routed(metric) -> bool:
    return any(route.says(measure) and route.source is measure.source
               for measure in metric.measures for route in routes.ROUTES)  # fmt: skip


def stands(metric) -> bool:
    return any(source.when in (When.AT_START, When.AT_END) for source in metric.sources)


METRICS = tuple(name for name, metric in REGISTRY.items() if routed(metric) or stands(metric))


def test_pages_open_with_the_last_twelve_whole_weeks(demo_store):
    with demo_store.warehouse.read() as cursor:
        assert Coverage.read(cursor).recent == RECENT


@pytest.mark.parametrize("name", ["joins", "messages", "speakers"])
def test_a_group_without_rows_of_a_figure_is_no_row_of_it(demo_store, name, monkeypatch):
    question = Query((name,), ("group",), RECENT)
    quick = run(demo_store, question, LOCAL_OWNER)
    monkeypatch.setattr(routes, "ROUTES", ())
    pd.testing.assert_frame_equal(quick.rows, run(demo_store, question, LOCAL_OWNER).rows)


def test_there_is_something_to_compare():
    assert {
        "buyers",
        "repurchase_rate",
        "returning_buyer_rate",
        "speakers",
        "mau",
        "customers_held",
        "joins",
        "messages",
        "group_members",
        "capacity_used",
        "silent_groups",
    } <= set(METRICS)


@pytest.mark.parametrize("asked", QUESTIONS)
def test_every_way_gives_the_same(demo_store, asked, monkeypatch):
    import sopdash.segments  # noqa: F401 - names segments for metrics

    names = [name for name in METRICS if set(asked.by) <= set(REGISTRY[name].dimensions)]
    question = Query(tuple(names), asked.by, asked.period, asked.where, asked.segment, asked.compare)
    quick = run(demo_store, question, LOCAL_OWNER)
    monkeypatch.setattr(routes, "ROUTES", ())
    monkeypatch.setattr(compile, "_adds_up", lambda part, plan: False)
    plain = run(demo_store, question, LOCAL_OWNER)
    assert not quick.rows.empty
    assert quick.missing == plain.missing
    pd.testing.assert_frame_equal(quick.rows, plain.rows)
