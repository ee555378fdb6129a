"""Data: the drop folder says what waits, what came in and what was refused; nothing where nothing happened."""

import pytest

from sopdash.exports import inbox as module
from sopdash.exports.inbox import Inbox
from sopdash.warehouse import open_store

GOOD = "订单号,下单时间,数量,实付金额,订单状态\nA001,2026-11-10 10:00:00,1,80,交易成功\n"


@pytest.fixture
def inbox(monkeypatch, tmp_path):
    """A watched folder whose looks the test decides."""
    watched = Inbox(tmp_path / "data" / "inbox", lambda: open_store(tmp_path / "data" / "warehouse.duckdb"))
    monkeypatch.setattr(module, "_running", [watched])
    return watched


def said(app):
    texts = [text.value for text in (*app.markdown, *app.caption)]
    return " ".join([*texts, *(one.label for one in app.expander)]).replace("\\", "")


def test_waiting_then_taken_and_refused(visit, filled, inbox):
    app = visit("data", filled)
    assert "收件文件夹" not in said(app)
    (inbox.folder / "订单.csv").write_text(GOOD)
    (inbox.folder / "说明.csv").write_text("a,b\n1,2\n")
    inbox.look()
    app.run()
    assert "收件文件夹：订单.csv、说明.csv 写完后自动导入" in said(app)
    inbox.look()
    app.run()
    assert not app.exception
    assert "1 个文件已导入，1 个被拒收" in said(app)
    assert "1 行：新增 1，更新 0，不变 0" in said(app)
    assert "表头" in said(app)


def test_an_import_under_way_shows_how_far_it_is(visit, filled, inbox, monkeypatch):
    monkeypatch.setattr(inbox, "_step", ("很大_订单*.csv", 1, 4))
    app = visit("data", filled)
    assert not app.exception
    [bar] = app.get("progress")
    assert bar.proto.value == 25
    assert bar.proto.text.replace("\\", "") == "收件文件夹：正在读取 很大_订单*.csv（2/4）"


def test_the_first_import_takes_the_place_of_the_demo(visit, inbox, monkeypatch):
    app = visit("data", lang="en")
    assert "Demo data" in said(app)
    (inbox.folder / "orders.csv").write_text(GOOD)
    inbox.look()
    inbox.look()
    app.run()
    assert not app.exception
    assert "Demo data" not in said(app)
    assert "1 imported" in said(app)
