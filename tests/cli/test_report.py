"""`report` and `todo` on the command line."""

from __future__ import annotations

import pytest


@pytest.fixture
def week(cli, demo_files):
    cli.json("import", next(path for path in demo_files if path.name.startswith("ExportOrderList")))
    return cli


def test_report_writes_html_or_a_workbook_and_refuses_other_names(week, tmp_path):
    for name in ("review.html", "review.xlsx"):
        ended = week.run("report", "--week", "2026-W46", "--out", tmp_path / name, "--lang", "zh")
        assert ended.code == 0, ended.err
        assert (tmp_path / name).stat().st_size > 5_000
    assert "净销售额" in (tmp_path / "review.html").read_text("utf-8")
    assert week.run("report", "--week", "2026-W46", "--out", tmp_path / "review.doc").code == 2
    assert week.run("report", "--week", "46", "--out", tmp_path / "x.html").code == 2


def test_todo_without_steps_is_empty(week):
    assert week.json("todo", "--day", "2026-11-11") == {"day": "2026-11-11", "tasks": []}
