"""The weekly review: every figure as the metrics module gives it, in a file that needs nothing and runs nothing."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

import openpyxl
import pytest

import sopdash.segments  # noqa: F401 - names saved segments
from sopdash.access import LOCAL_OWNER
from sopdash.metrics import REGISTRY, Period, Query, run
from sopdash.playbook import goals
from sopdash.report import FIGURES, collect, to_html, to_xlsx
from sopdash.text.formats import show

WEEK = Period.named("week", "2026-W46")


class Cells(HTMLParser):
    """Rows of the tables as text, and every tag seen."""

    def __init__(self) -> None:
        super().__init__()
        self.rows, self.tags, self._open = [], set(), False

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data):
        if self._open:
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def review(demo_store):
    return collect(demo_store, WEEK, LOCAL_OWNER)


@pytest.fixture(scope="module")
def page(review):
    return to_html(review, "zh")


def test_every_figure_is_that_of_the_metrics_module(review, page, demo_store):
    told = Cells()
    told.feed(page)
    shown = {row[0]: row[1:3] for row in told.rows if len(row) == 5}
    names = tuple(name for group in FIGURES.values() for name in group)
    result = run(demo_store, Query(names, (), WEEK, compare="previous"), LOCAL_OWNER)
    row = result.records()[0]
    for name in names:
        metric = REGISTRY[name]
        if name not in result.missing:
            expected = [show(row[name], metric.unit, "zh"), show(row[f"{name}__before"], metric.unit, "zh")]
            assert shown[metric.label.zh] == expected, name


def test_the_file_needs_nothing_and_runs_nothing(page):
    told = Cells()
    told.feed(page)
    assert "script" not in told.tags
    assert not re.findall(r'(?:src|href)="(?!#)[^"]+"', page.replace("xlink:href", ""))
    assert "svg" in told.tags
    assert len(page) < 1_000_000


def test_both_languages_hold_the_same_figures(review, page):
    english = to_html(review, "en")
    chinese_cells, english_cells = Cells(), Cells()
    chinese_cells.feed(page)
    english_cells.feed(english)
    assert [len(row) for row in chinese_cells.rows] == [len(row) for row in english_cells.rows]
    assert not re.findall(r"渠道转化率|复购率", english)


def test_the_workbook_holds_numbers_as_numbers(review, tmp_path, demo_store):
    book = openpyxl.load_workbook(to_xlsx(review, "en", tmp_path / "review.xlsx"))
    sheet = book["Figures"]
    rows = {row[0]: row[1:] for row in sheet.iter_rows(min_row=2, values_only=True)}
    label = REGISTRY["net_sales"].label.en
    expected = run(demo_store, Query(("net_sales",), (), WEEK, compare="previous"), LOCAL_OWNER).records()[0]
    assert rows[label][0] == pytest.approx(expected["net_sales"])
    assert rows[label][1] == pytest.approx(expected["net_sales__before"])
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert len(book.sheetnames) == 11


def test_the_goal_of_the_demo_equals_a_hand_computation(demo_store):
    """Repurchase rate +20 % within half a year: windows of 28 days back from 15 November."""
    [goal] = goals.goals(demo_store)
    told = goals.progress(demo_store, goal, LOCAL_OWNER)
    windows = [
        Period(
            dt.date(2026, 11, 15) - dt.timedelta(days=28 * n + 27), dt.date(2026, 11, 15) - dt.timedelta(days=28 * n)
        )
        for n in range(len(told.windows) - 1, -1, -1)
    ]
    rates = []
    for window in windows:
        orders = demo_store.warehouse.frame(
            "select customer, count(*) n from mart.orders where is_paid and customer is not null"
            " and day between ? and ? group by customer",
            [window.first, window.last],
        )["n"]
        rates.append((orders >= 2).sum() / len(orders))
    assert list(told.windows["value"]) == pytest.approx(rates)
    assert goal.target == pytest.approx(goal.baseline * 1.2)
    n, x = len(rates), [-28 * k for k in range(len(rates) - 1, -1, -1)]  # days before 15 November
    mean_x, mean_y = sum(x) / n, sum(rates) / n
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, rates, strict=True)) / sum((a - mean_x) ** 2 for a in x)
    away = (goal.deadline - dt.date(2026, 11, 15)).days
    assert told.forecast.value == pytest.approx(mean_y + slope * (away - mean_x))
    elapsed = (dt.date(2026, 11, 15) - goal.starts_on).days + 1
    assert told.elapsed == pytest.approx(elapsed / ((goal.deadline - goal.starts_on).days + 1))


def test_names_from_outside_are_text(warehouse):
    """A channel that is markup stands there as it was written."""
    name = "<script>alert(1)</script>"
    warehouse.follows(f"customer  follow_id  added_at  channel\n顾客0001  f1  2026-11-10 09:00  {name}")
    warehouse.orders("customer  id  at  paid\n顾客0001  o1  2026-11-11 10:00  50")
    page = to_html(collect(warehouse.store, WEEK, LOCAL_OWNER), "zh")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


def test_an_empty_warehouse_says_why_there_are_no_figures(warehouse):
    page = to_html(collect(warehouse.store, WEEK, LOCAL_OWNER), "en")
    assert "needs" in page or "export" in page
