"""Groups: what fills up, dies or is too small is marked; every figure comes from the metrics module."""

import datetime as dt

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, Query
from sopdash.metrics.group_health import Mark, health
from sopdash.warehouse import open_store

WEEK = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
WEEKS = Period(dt.date(2026, 10, 26), dt.date(2026, 11, 15))


def test_groups_are_marked_by_capacity_and_silence(filled):
    store = open_store(filled / "warehouse.duckdb")
    try:
        found = health(store, Query(("group_members",), period=WEEK), WEEKS, LOCAL_OWNER)
    finally:
        store.close()
    rows = {row["group"]: row for row in found.rows.to_dict("records")}
    assert rows["福利1群"]["marks"] == [Mark.NEARLY_FULL]  # 180 of 200 = 90 %
    assert rows["福利2群"]["marks"] == [Mark.SILENT, Mark.SMALL]  # 1 of 200; last message on 8 October
    assert rows["VIP1群"]["marks"] == [Mark.SMALL]  # 1 of 200, spoke on 12 November
    assert list(found.rows["group"]) == ["福利1群", "福利2群", "VIP1群"]  # nearly full, silent, small
    assert found.counts() == {Mark.NEARLY_FULL: 1, Mark.SILENT: 1, Mark.SMALL: 2}
    assert list(found.marked(Mark.SMALL)["group"]) == ["福利2群", "VIP1群"]
    assert rows["福利1群"]["weeks"][-1] == 2  # two customer messages in the week of 9 November
    assert (rows["福利2群"]["leaves"], rows["VIP1群"]["joins"]) == (1, 1)


def test_the_page_shows_figures_marks_and_one_group(visit, filled):
    app = visit("groups", filled)
    assert not app.exception
    assert not app.error
    values = {metric.label: metric.value for metric in app.metric[:6]}
    assert (values["群数"], values["群成员数"], values["入群"], values["退群"]) == ("3", "182", "1", "1")
    assert [title.value for title in app.markdown if "单群走势" in title.value] == ["##### 单群走势：福利1群"]
    assert [pills.options for pills in app.get("button_group") if "快满 1" in str(pills.options)]


def test_english(visit, filled):
    app = visit("groups", filled, lang="en")
    assert not app.exception
    assert {"Groups", "Members"} & {metric.label for metric in app.metric} or app.metric
    assert not [text.value for text in (*app.caption, *app.markdown) if "群健康" in text.value]
