"""The address carries the view: a link shows a colleague the same, in the colleague's language."""

import pytest
from streamlit.testing.v1 import AppTest

SCRIPT = """
import streamlit as st
from sopdash.metrics import Period
from sopdash.text import Text
from sopdash.ui import address, filters
import datetime as dt

address.read()
choices = filters.Choices(
    Period(dt.date(2026, 8, 24), dt.date(2026, 11, 18)),
    {"channel": ("抖音", "小红书"), "store": ("门店01",), "staff": ()},
    {"vip": Text("VIP 客户", "VIP customers")},
)
chosen = filters.bar(choices, st.session_state.get("lang", "zh"))
days = (chosen.period.first.isoformat(), chosen.period.last.isoformat())
st.text(repr((*days, chosen.compare, chosen.where, chosen.segment)))
"""
DEFAULT = ("2026-11-09", "2026-11-15", "previous", (), None)


def opened(**address):
    app = AppTest.from_string(SCRIPT, default_timeout=30)
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


def view(app):
    assert not app.exception
    return eval(app.text[0].value)


def held(app):
    found = {key: app.query_params[key] for key in app.query_params}  # single values may come bare
    return {key: value if isinstance(value, list) else [value] for key, value in found.items()}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({}, DEFAULT),
        ({"period": "4w"}, ("2026-10-19", "2026-11-15", "previous", (), None)),
        ({"period": "2026-W44", "compare": "none"}, ("2026-10-26", "2026-11-01", None, (), None)),
        ({"period": "2026-09-01..2026-09-10"}, ("2026-09-01", "2026-09-10", "previous", (), None)),
        ({"channel": ["抖音", "小红书"]}, (*DEFAULT[:3], (("channel", "抖音"), ("channel", "小红书")), None)),
        ({"segment": "vip", "compare": "year"}, (*DEFAULT[:2], "year", (), "vip")),
        ({"compare": "2026-11-02"}, ("2026-11-02", "2026-11-08", "date", (), None)),  # a week from that day on
        ({"period": "all", "compare": "2026-11-02"}, ("2026-11-02", "2026-11-18", "date", (), None)),  # to the end
    ],
)
def test_a_link_shows_what_it_says_and_stays(address, expected):
    app = opened(**address)
    assert view(app) == expected
    assert held(app) == {key: value if isinstance(value, list) else [value] for key, value in address.items()}


@pytest.mark.parametrize(
    "address",
    [
        {"period": "never"},
        {"compare": "drop table"},
        {"compare": "date"},
        {"channel": "不存在"},
        {"segment": "gone"},
        {"period": "2026-W60"},
        {"period": "2026-13-01..2026-13-02"},
    ],
)
def test_what_is_not_known_falls_back_to_the_default(address):
    app = opened(**address)
    assert view(app) == DEFAULT
    assert held(app) == {}


def test_own_dates_stay_within_the_data():
    assert view(opened(period="2020-01-01..2026-09-10"))[:2] == ("2026-08-24", "2026-09-10")


def test_a_choice_goes_into_the_address_and_one_click_clears_all():
    app = opened()
    app.selectbox(key="period").set_value("12w").run()
    app.multiselect(key="channel").set_value(["抖音"]).run()
    assert view(app) == ("2026-08-24", "2026-11-15", "previous", (("channel", "抖音"),), None)
    assert held(app) == {"period": ["12w"], "channel": ["抖音"]}
    app.button(key="clear").click().run()
    assert view(app) == DEFAULT
    assert held(app) == {}


def test_the_back_button_brings_back_what_the_address_says():
    app = opened(period="4w")
    app.selectbox(key="period").set_value("12w").run()
    app.query_params["period"] = "4w"  # what the browser does on Back
    app.run()
    assert view(app)[:2] == ("2026-10-19", "2026-11-15")


def test_the_language_changes_words_and_not_the_address():
    app = opened(period="4w", lang="en")
    assert app.selectbox(key="period").value == "4w"
    assert "Last 4 weeks" in app.selectbox(key="period").options
    assert held(app) == {"period": ["4w"], "lang": ["en"]}
