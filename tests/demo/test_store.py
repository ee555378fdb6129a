"""The demo's database: built once through the same import as anybody's files, and again when the product changes."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from sopdash import content
from sopdash.access import LOCAL_OWNER
from sopdash.content import Status
from sopdash.demo import days, plan, ready_demo, store
from sopdash.demo.chain import DEARER, FADING_STORES, SCALES, chain
from sopdash.metrics import Period, Query, run
from sopdash.metrics.registry import REGISTRY
from sopdash.warehouse import history

WEEK = Period.named("week", "2026-W46")


@pytest.fixture(scope="module")
def folder(demo_data, tmp_path_factory):
    return shutil.copytree(demo_data, tmp_path_factory.mktemp("copy") / "data")


@pytest.fixture(scope="module")
def demo(folder):
    patch = pytest.MonkeyPatch()
    built = (folder / "demo.version").read_text()
    patch.setattr(store, "fingerprint", lambda: built)
    patch.setenv("SOPDASH_DATA", str(folder))
    opened = ready_demo()
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
    assert store.ensure_demo(folder) == folder / "demo.duckdb"
    assert built == []
    monkeypatch.setattr(store, "fingerprint", lambda: "another version")
    before = (folder / "demo.duckdb").read_bytes()
    with monkeypatch.context() as kept:
        kept.setattr(store, "_is_current", lambda *_: bool(built))  # "another process" finishes while this one builds
        store.ensure_demo(folder)
    assert built == [1]
    assert (folder / "demo.duckdb").read_bytes() == before


FROM_THE_START = {
    "returning_buyer_rate", "k_factor", "leave_rate", "leave_rate_left", "leave_rate_removed", "loss_rate",
    "customer_growth", "conversion_rate",
}  # fmt: skip
"""Compare with what was there before the period: nothing was, before the demo begins."""


TOO_YOUNG = {"retention_week_12"}
"""The demo's private domain is twelve weeks old: no cohort has seen its twelfth week end."""


def test_every_metric_is_lit(demo):
    """Absent: only what needs a setting without a default (margin). The week lights what all days cannot."""
    week = run(demo, Query(tuple(REGISTRY), (), WEEK), LOCAL_OWNER)
    whole = run(demo, Query(tuple(REGISTRY)), LOCAL_OWNER)
    absent = {name: reason.say("en") for name, reason in whole.missing.items()}
    assert all("margin" in reason for reason in absent.values()), absent
    shown = {name: (week if name in FROM_THE_START else whole).value(name) for name in REGISTRY if name not in absent}
    assert {name for name in TOO_YOUNG if shown.pop(name) is not None} == set()
    dark = [name for name, value in shown.items() if not value]
    assert dark == []


def test_the_two_stories_can_be_read_from_the_metrics(demo):
    dear = run(demo, Query(("cost_per_add",), (), WEEK, (("channel", DEARER),), compare="previous"), LOCAL_OWNER)
    assert dear.rows["cost_per_add__change"].iloc[0] > 0.4

    stores = chain(SCALES["demo"]).stores["store"]
    fading = [stores[number] for number in FADING_STORES]
    rows = run(demo, Query(("weekly_repurchasers",), ("store",), WEEK, compare="previous"), LOCAL_OWNER).records()
    now = {row["store"]: row["weekly_repurchasers"] for row in rows}
    before = {row["store"]: row["weekly_repurchasers__before"] for row in rows}
    assert sum(now[store] for store in fading) < 0.6 * sum(before[store] for store in fading)


def test_the_match_rate_is_neither_all_nor_nothing(demo):
    share = run(demo, Query(("order_match_rate",)), LOCAL_OWNER).value("order_match_rate")
    assert share is not None
    assert 0.7 < share < 0.95  # Douyin names no buyer


def test_the_calendar_holds_the_last_weeks_of_the_data_and_the_weeks_round_today(demo):
    today = demo.settings.now().date()
    monday = today - dt.timedelta(days=today.weekday())
    wanted = {days.LAST - dt.timedelta(days=13), days.LAST - dt.timedelta(days=6)}
    wanted |= {monday + dt.timedelta(weeks=week) for week in range(3)}
    planned = content.entries(demo, dt.date(2026, 1, 1), monday + dt.timedelta(weeks=9))
    assert {entry.day - dt.timedelta(days=entry.day.weekday()) for entry in planned} == wanted
    assert all(entry.updated_by == plan.BY and entry.owner == plan.OWNER for entry in planned)
    behind = max(days.LAST + dt.timedelta(days=1), today)
    assert all(entry.status is (Status.DONE if entry.day < behind else Status.PLANNED) for entry in planned)


def test_the_member_day_of_the_data_is_on_the_calendar(demo):
    eighth = dt.date(2026, 11, 8)
    assert len(content.entries(demo, eighth, eighth)) == 3


def test_planning_again_brings_nothing_back_that_somebody_took_off(demo):
    before = content.entries(demo, dt.date(2026, 1, 1), dt.date(2100, 1, 1))
    content.delete(demo, before[-1], "导购A01")
    plan.fill(demo)
    assert content.entries(demo, dt.date(2026, 1, 1), dt.date(2100, 1, 1)) == before[:-1]
    content.restore(demo, before[-1], plan.BY)
