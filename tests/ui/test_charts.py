"""Figures are dictionaries that plotly accepts, readable and safe."""

import plotly.graph_objects as go
import pytest

from sopdash import charts
from sopdash.charts import palette, template

FIGURES = {
    "bars": charts.bars(
        ["抖音", "小红书"], [0.10, 0.15], "rate", "zh",
        before=[0.09, None], intervals=([0.0829, 0.1214], [0.1202, 0.1839]), pale=[False, True],
    ),
    "columns": charts.columns(["W45", "W46"], [10_000, 23_333], "money", "zh", unfinished=True),
    "lines": charts.lines(["W44", "W45", "W46"], {"a": [1, None, 3], "b": [2, 2, 2]}, "count", "en", quiet=("b",)),
    "funnel": charts.funnel(["加好友", "入群", "下单"], [1000, 300, 20], ["", "占上一步 30.0%", ""], "zh"),
    "hours": charts.hours([[day * hour for hour in range(24)] for day in range(7)], "zh"),
    "cohorts": charts.cohorts(["W45", "W46"], [10, 20], [[1, 0.5], [1, None]], "en"),
    "bubbles": charts.bubbles(
        ["抖音", "门店"], [50, 2], [400, None], [10, 5], ["#111111", "#222222"], ("money", "money"),
        ("CAC", "客单价"), "zh", diagonal=True,
    ),
    "curves": charts.curves(
        [
            charts.Curve("在群", [0, 7, 30], [0, 0.2, None], [0, 0.1, None], [0, 0.3, None], colour="#3F74D6"),
            charts.Curve("<b>", [0, 9], [0, 0.1], dashed=True),
        ],
        "rate", "zh", [(0, "0"), (30, "30")], steps=True,
    ),
    "waterfall": charts.waterfall([("buyers", 2_000), ("frequency", -8_000)], "all", "money", "en"),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_accepts_the_figure(name):
    checked = go.Figure(**FIGURES[name]).to_dict()
    assert checked["data"]


@pytest.mark.parametrize("name", FIGURES)
def test_a_ready_figure_is_handed_over_as_it_is(name):
    assert charts.Ready(FIGURES[name]).to_dict() is FIGURES[name]


def test_bars_start_at_zero_and_small_samples_are_pale():
    figure = FIGURES["bars"]
    assert figure["layout"]["xaxis"]["range"][0] == 0
    assert figure["data"][0]["marker"]["opacity"] == [0.9, 0.35]
    assert figure["data"][0]["error_x"]["arrayminus"][0] == pytest.approx(0.10 - 0.0829)


def test_the_funnel_shows_who_was_lost_since_the_stage_before():
    kept, lost = FIGURES["funnel"]["data"]
    assert kept["x"] == [1000, 300, 20]
    assert lost["x"] == [0, 700, 280]


def test_the_waterfall_ends_at_the_sum_of_its_steps():
    bar = FIGURES["waterfall"]["data"][0]
    assert bar["base"] == [0, 2_000, 0]
    assert bar["y"] == [2_000, -8_000, -6_000]
    assert bar["marker"]["color"] == [palette.BETTER, palette.WORSE, palette.MUTED]


def test_an_unknown_value_stays_a_gap_and_an_immature_cell_blank():
    assert FIGURES["lines"]["data"][0]["y"] == [1, None, 3]
    assert FIGURES["cohorts"]["data"][0]["z"] == [[1, 0.5], [1, None]]
    assert FIGURES["cohorts"]["data"][0]["text"][1] == ["100%", ""]


def test_a_channel_without_a_value_has_no_bubble():
    assert FIGURES["bubbles"]["data"][0]["text"] == ["抖音"]


def test_names_from_outside_are_shown_literally():
    figure = charts.bars(["<b>x</b><a href='javascript:1'>y</a>"], [1], "count", "zh")
    assert figure["layout"]["yaxis"]["ticktext"] == ["&lt;b&gt;x&lt;/b&gt;&lt;a href='javascript:1'&gt;y&lt;/a&gt;"]


def test_axis_labels_are_round_and_short():
    assert template.ticks(0, 23_333) == [0, 5_000, 10_000, 15_000, 20_000]
    assert template.axis([0, 23_333], "money", "zh")["ticktext"] == ["¥0", "¥5,000", "¥1万", "¥1.5万", "¥2万"]
    assert template.axis([0, 0.1], "rate", "en")["ticktext"] == ["0%", "2%", "4%", "6%", "8%", "10%"]


def test_long_labels_break():
    assert template.wrapped("未识别客户的订单", 10) == "未识别客户<br>的订单"
    assert template.wrapped("orders without a customer", 10) == "orders<br>without a<br>customer"


def test_a_channel_keeps_its_colour():
    assert palette.channel("抖音") == palette.CHANNELS["抖音"]
    assert palette.channel("某新渠道") == palette.channel("某新渠道")
    assert palette.channel("unknown") == palette.channel(None) == palette.UNKNOWN


@pytest.mark.parametrize("colour", [*palette.CHANNELS.values(), palette.UNKNOWN, palette.BETTER, palette.WORSE])
@pytest.mark.parametrize("ground", ["#FFFFFF", "#12161D"])
def test_colours_stand_out_on_both_grounds(colour, ground):
    lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 2.9


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_curves_carry_their_interval_and_end_names():
    figure = FIGURES["curves"]
    lower, upper, line, plain = figure["data"]
    assert (lower["y"], upper["y"], upper["fill"]) == ([0.0, 0.1, None], [0.0, 0.3, None], "tonexty")
    assert line["line"]["shape"] == "hv"
    assert line["customdata"][1] == ["7", "20.0% (10.0%–30.0%)"]
    assert plain["line"]["dash"] == "dot"
    assert [one["text"] for one in figure["layout"]["annotations"]] == [" &lt;b&gt;", " 在群"]
