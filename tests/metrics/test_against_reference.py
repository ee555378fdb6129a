"""Every metric on the demo, by week and by two dimensions of its own: the product against pandas."""

import datetime as dt
import math

import pytest
from metrics.reference import BY_PEOPLE, MARGIN, REFERENCE, Cell, Facts
from metrics.reference_value import MODELS

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import REGISTRY, Combine, Period, Query, registry, run
from sopdash.warehouse import Settings, Store

PERIOD = Period(dt.date(2026, 10, 19), dt.date(2026, 11, 15))
PREFERRED = ("channel", "campaign", "group_type", "tier", "store", "staff")
"""A metric is tested by week and by the first two of these that it has; those that have none: by their total."""
TESTED = sorted(set(REGISTRY) - set(MODELS))


class WithMargin(Store):
    """The demo as if the team had set its margin: roi is absent without."""

    @property
    def settings(self) -> Settings:
        return super().settings.model_copy(update={"margin": MARGIN})


@pytest.fixture(scope="session")
def store(demo_store):
    return WithMargin(demo_store.warehouse, demo_store.workspace)


@pytest.fixture(scope="session")
def facts(store):
    return Facts(store)


def asked(name):
    own = [dimension for dimension in PREFERRED if dimension in REGISTRY[name].dimensions]
    return ("week", *own[:2])


def value(figure):
    if isinstance(figure, tuple):
        num, den = figure
        return num / den if den else math.nan
    return figure


def cells(facts, dimension, rows):
    """Each row of the result with the cell it stands for."""
    for row in rows:
        if dimension == "week":
            week = Period.named("week", row["week"])
            yield row, Cell(facts, week.first, week.last)
        else:
            yield row, Cell(facts, PERIOD.first, PERIOD.last, dimension, row[dimension])


def test_the_reference_has_every_metric():
    assert set(TESTED) == set(REFERENCE)


@pytest.mark.parametrize("dimension", ["week", *PREFERRED])
def test_the_demo_agrees_with_pandas(store, facts, dimension):
    names = [name for name in TESTED if dimension in asked(name)]
    result = run(store, Query(tuple(names), (dimension,), PERIOD), LOCAL_OWNER)
    assert result.missing == {}
    wrong = [line for row, cell in cells(facts, dimension, result.records()) for line in differing(names, row, cell)]
    assert not wrong, f"{len(wrong)} of {len(result.rows) * len(names)}:\n" + "\n".join(wrong[:60])


def test_the_whole_demo_agrees_with_pandas(store, facts):
    """All the data at once, without a dimension: what is old enough only then (90 days, 12 weeks) is known."""
    result = run(store, Query(tuple(TESTED)), LOCAL_OWNER)
    [row] = result.records()
    assert list(differing(TESTED, row, Cell(facts, result.period.first, result.period.last))) == []
    nobody_at_the_start = {"customer_growth", "conversion_rate", "k_factor", "loss_rate"}
    nobody_at_the_start |= {"leave_rate", "leave_rate_left", "leave_rate_removed"}
    twelve_weeks_of_follows = {"retention_week_12"}
    assert {name for name in TESTED if row[name] is None} == nobody_at_the_start | twelve_weeks_of_follows


def test_groups_by_tier_agree_with_pandas(store, facts):
    """Daily reports name nobody: these metrics of groups go by tier from rows alone."""
    result = run(store, Query(tuple(BY_PEOPLE), ("tier",), PERIOD), LOCAL_OWNER)
    assert set(BY_PEOPLE) == set(registry.BY_PEOPLE)
    assert "groups_with_rows_only" in [note.code for note in result.notes]
    for row, cell in cells(facts, "tier", result.records()):
        assert list(differing(BY_PEOPLE, row, cell, BY_PEOPLE)) == []


@pytest.mark.parametrize("dimension", ["week", "channel", "tier"])
def test_lifetime_value_agrees_with_another_package(store, facts, dimension):
    """Two searches for the same parameters end as near as the likelihood is flat."""
    names = [name for name in MODELS if dimension == "week" or dimension in REGISTRY[name].dimensions]
    result = run(store, Query(tuple(names), (dimension,), PERIOD), LOCAL_OWNER)
    assert result.missing == {}
    assert len(result.rows) > 2
    for row, cell in cells(facts, dimension, result.records()):
        assert list(differing(names, row, cell, MODELS, near=1e-4)) == []


def differing(names, row, cell, reference=REFERENCE, near=1e-9):
    """The figures of a row that pandas computes otherwise."""
    for name in names:
        figure = reference[name](cell)
        expected = value(figure) - (REGISTRY[name].combine is Combine.GROWTH)
        got = math.nan if row[name] is None else row[name]
        if got != pytest.approx(expected, rel=near, abs=1e-6, nan_ok=True):
            parts = (row.get(f"{name}__num"), row.get(f"{name}__den"))
            yield f"{name} {cell.value or cell.first}: {got} {parts}, pandas {expected} {figure}"
