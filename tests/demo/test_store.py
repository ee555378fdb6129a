"""The demo's database: built once through the same import as anybody's files, and again when the product changes."""

from __future__ import annotations

import pandas as pd
import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.demo import ensure_demo, store
from sopdash.metrics import Period, Query, run
from sopdash.metrics.registry import REGISTRY
from sopdash.warehouse import history, open_demo

WEEK = Period.named("week", "2026-W46")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def demo(folder):
    ensure_demo(folder)
    patch = pytest.MonkeyPatch()
    patch.setenv("SOPDASH_DATA", str(folder))
    opened = open_demo()
    yield opened
    opened.close()
    patch.undo()


def test_every_file_is_recognised_and_loads_without_a_rejected_row(demo):
    imports = history(demo.warehouse)
    assert imports["rejected"].sum() == 0
    assert {"taobao_orders", "youzan_orders", "douyin_orders", "jd_orders", "wecom_customers", "scrm_groups"} <= set(
        imports["format"]
    )


def test_nothing_is_left_of_the_building(demo, folder):
    assert not list(folder.glob("demo.building*"))
    assert (folder / "demo.duckdb").exists()


def test_it_is_built_once_and_again_when_the_product_changes(demo, folder, monkeypatch):
    built = []
    monkeypatch.setattr(store, "build", lambda *_, **__: built.append(1))
    assert ensure_demo(folder) == folder / "demo.duckdb"
    assert built == []
    monkeypatch.setattr(store, "fingerprint", lambda: "another version")
    before = (folder / "demo.duckdb").read_bytes()
    with monkeypatch.context() as kept:
        kept.setattr(store, "_is_current", lambda *_: bool(built))  # "another process" finishes while this one builds
        ensure_demo(folder)
    assert built == [1]
    assert (folder / "demo.duckdb").read_bytes() == before


def test_the_last_week_is_complete_and_every_figure_of_it_is_known(demo):
    """Absent on the demo: only what needs a setting without a default (margin)."""
    result = run(demo, Query(tuple(REGISTRY), (), WEEK), LOCAL_OWNER)
    absent = {name: reason.say("en") for name, reason in result.missing.items()}
    assert all("margin" in reason for reason in absent.values()), absent
    unknown = [name for name in REGISTRY if name not in absent and pd.isna(result.rows[name].iloc[0])]
    assert unknown == []


def test_every_metric_is_lit_over_the_whole_programme(demo):
    result = run(demo, Query(tuple(REGISTRY)), LOCAL_OWNER)
    dark = [name for name in REGISTRY if name not in result.missing and not result.rows[name].iloc[0]]
    assert dark == []


def test_the_two_stories_can_be_read_from_the_metrics(demo):
    def of(metric, week, **where):
        period = Period.named("week", week)
        return run(demo, Query((metric,), (), period, tuple(where.items())), LOCAL_OWNER).value(metric)

    assert of("cost_per_add", "2026-W46", channel="抖音") > 1.6 * of("cost_per_add", "2026-W44", channel="抖音")
    fading = run(demo, Query(("weekly_repurchasers",), ("store",), WEEK, compare="previous"), LOCAL_OWNER).records()
    changes = {row["store"]: row["weekly_repurchasers__change"] for row in fading}
    fell = [changes[name] for name in ("城北06店", "城北10店", "城西14店", "高新23店") if changes.get(name) is not None]
    assert fell
    assert max(fell) < 0


def test_the_match_rate_is_neither_all_nor_nothing(demo):
    share = run(demo, Query(("order_match_rate",)), LOCAL_OWNER).value("order_match_rate")
    assert share is not None
    assert 0.7 < share < 0.95  # Douyin names no buyer
