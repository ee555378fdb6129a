"""What leaves on stdout: JSON that any parser takes, tables whose columns line up also under Chinese."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import numpy as np
import pandas as pd

from sopdash.cli import output


def printed(capsys, value):
    output.document(value)
    return json.loads(capsys.readouterr().out)


def test_json_has_null_for_what_is_unknown_and_numbers_for_decimals(capsys):
    value = {"a": float("nan"), "b": Decimal("88.10"), "c": np.int64(3), "d": pd.NaT, "e": None, "f": (1, 2)}
    assert printed(capsys, value) == {"a": None, "b": 88.1, "c": 3, "d": None, "e": None, "f": [1, 2]}


def test_json_writes_days_and_times_in_iso_form(capsys):
    value = [dt.date(2026, 11, 9), dt.datetime(2026, 11, 9, 8, 30)]
    assert printed(capsys, value) == ["2026-11-09", "2026-11-09T08:30:00"]


def test_json_keeps_chinese_readable(capsys):
    output.document({"channel": "抖音"})
    assert "抖音" in capsys.readouterr().out


def test_table_columns_line_up_under_wide_characters(capsys):
    output.table([{"channel": "抖音", "orders": 12}, {"channel": "app", "orders": 7}])
    assert capsys.readouterr().out.splitlines() == [
        "channel  orders",
        "-------  ------",
        "抖音         12",
        "app           7",
    ]


def test_table_shows_a_dash_for_what_is_unknown(capsys):
    output.table([{"week": "2026-W46", "aov": 88.125}, {"week": "2026-W47", "aov": None}])
    assert capsys.readouterr().out.splitlines()[2:] == ["2026-W46  88.12", "2026-W47      -"]


def test_an_empty_table_prints_its_header_only(capsys):
    output.table([], ["week", "orders"])
    assert capsys.readouterr().out.splitlines()[0] == "week  orders"
