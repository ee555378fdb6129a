"""Text of other people can neither run in a spreadsheet nor draw in Markdown."""

import csv
import io

import pytest

from sopdash.text import safe


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        "|calc",
        "%0A=1",
        "＝1+1",
        "＠A1",
        " =1",
        "\u00a0=1",
        "\ufeff=1",
        "\u200b=1",
    ],
)
def test_formula_is_led_by_an_apostrophe(value):
    assert str(safe.cell(value)).startswith("'")


@pytest.mark.parametrize("value", ["周二答题", "a=b", "2026-11-09", "138****0001", "", 0, -5, 1.5, None, True])
def test_plain_values_stay(value):
    assert safe.cell(value) is value or safe.cell(value) == value


def test_csv_opens_in_excel_and_reads_back():
    raw = safe.csv_bytes(["主题", "=header"], [['含,逗号"引号"\n换行', -3], ["=cmd|' /C calc'!A0", None]])
    assert raw.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))) == [
        ["主题", "'=header"],
        ['含,逗号"引号"\n换行', "-3"],  # a number stays a number, its minus is no formula
        ["'=cmd|' /C calc'!A0", ""],
    ]


@pytest.mark.parametrize(
    "value", ["[x](javascript:alert(1))", "<img src=x>", ":red[x]", "$x^2$", "# h", "![i](http://x)", "`code`", "**b**"]
)
def test_markdown_is_shown_literally(value):
    shown = safe.markdown(value)
    for mark in "[]()<>:$#!`*":
        assert shown.count(mark) == shown.count("\\" + mark)
    assert shown.replace("\\", "") == value
