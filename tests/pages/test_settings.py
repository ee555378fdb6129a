"""Settings on the Data page: a change is stored, written down, seen on the pages; a wrong value is refused in words."""

from __future__ import annotations

import shutil

import pytest
from tables import Tables

from sopdash.ui.settings_form import SECTIONS
from sopdash.warehouse import Settings, open_store


@pytest.fixture(scope="module")
def spent(filled, tmp_path_factory):
    """`filled`, with ¥1,000 spent on 抖音."""
    folder = tmp_path_factory.mktemp("spent") / "data"
    shutil.copytree(filled, folder)
    tables = Tables(folder)
    tables.channel_days("""
        day         channel  spend
        2026-10-05  抖音     1000
    """)
    assert tables.store.warehouse.version
    tables.close()
    return folder


def form(visit, data, lang="zh"):
    app = visit("data", data, lang)
    app.session_state["data_tab"] = {"zh": "设置", "en": "Settings"}[lang]
    return app.run()


def field(app, name, kind="number_input"):
    [found] = [one for one in getattr(app, kind) if one.key.startswith(f"setting_{name}_")]
    return found


def save(app):
    [button] = [button for button in app.button if button.label in ("保存设置", "Save settings")]
    app = button.click().run()
    assert not app.exception
    assert not app.error
    return app


def comparison(app):
    return next(frame.value for frame in app.dataframe if "customers_added" in frame.value.columns)


def refusal(app):
    return " ".join(warning.value for warning in app.warning)


def audit(folder):
    store = open_store(folder / "warehouse.duckdb")
    rows = store.workspace.rows("select who, object, detail from audit where action = 'setting' order by happened_at")
    store.close()
    return rows


def test_every_setting_stands_in_the_form_once():
    named = [name for names in SECTIONS.values() for name in names]
    assert sorted(named) == sorted(Settings.model_fields)


def test_the_margin_brings_the_roi(visit, spent):
    channels = visit("channels", spent, period="all")
    assert "roi" not in comparison(channels).columns
    reasons = " ".join(text.value for text in channels.caption)
    assert "需要先填毛利率" in reasons
    assert "设置" in reasons

    app = form(visit, spent)
    field(app, "margin").set_value(40.0)
    save(app)
    rows = comparison(visit("channels", spent, period="all")).set_index("channel")
    # 抖音 brought 顾客0001 (6000 + 500) and 顾客0002 (100): (6600 × 0.4 − 1000) / 1000
    assert rows.loc["抖音", "roi"] == pytest.approx(1.64)


def test_a_wrong_value_is_refused_in_words_and_nothing_is_stored(visit, filled, tmp_path):
    app = form(visit, filled)
    field(app, "margin").set_value(140.0)
    field(app, "group_capacity").set_value(500)
    app = save(app)
    assert "毛利率不能超过 100%" in refusal(app)
    assert field(app, "margin").value == 140.0  # still there to be corrected
    assert audit(tmp_path / "data") == []


@pytest.mark.parametrize(
    ("name", "kind", "typed", "said"),
    [
        ("rfm_r_cuts", "text_input", "30, 20, 90, 180", "R: since the last order needs 4 positive numbers"),
        ("rfm_r_cuts", "text_input", "30, abc", "R: since the last order needs 4 positive numbers"),
        ("rfm_f_cuts", "text_input", "1.5, 2, 3, 4", "F: paid orders needs whole numbers, such as 5, 10, 15, 20"),
        ("funnel_window_days", "number_input", 0, "Funnel window must be more than 0"),
        ("vip_above", "number_input", 30_000.0, "VIP threshold must not be above"),
        ("new_days", "number_input", 31, "must not exceed the days of “growing”"),
    ],
)
def test_what_each_setting_refuses(visit, filled, name, kind, typed, said):
    app = form(visit, filled, "en")
    field(app, name, kind).set_value(typed)
    assert said in refusal(save(app)).replace("\\", "")


def test_thresholds_move_the_tiers_at_once_and_the_change_is_written_down(visit, filled, tmp_path):
    def tiers():
        store = open_store(tmp_path / "data" / "warehouse.duckdb")
        found = dict(
            store.warehouse.rows("select name, tier from mart.customers where name in ('顾客0001', '顾客0002')")
        )
        store.close()
        return found

    app = form(visit, filled)
    field(app, "vip_above").set_value(99.0)
    field(app, "super_from").set_value(6500.0)
    app = save(app)
    assert field(app, "vip_above").value == 99.0
    assert tiers() == {"顾客0001": "super", "顾客0002": "vip"}  # 6,500 reaches it; 100 is over 99
    assert [(who, name) for who, name, _ in audit(tmp_path / "data")] == [
        ("owner", "vip_above"),
        ("owner", "super_from"),
    ]


def test_an_emptied_field_goes_back_to_its_default(visit, filled, tmp_path):
    app = form(visit, filled)
    field(app, "margin").set_value(40.0)
    field(app, "rfm_f_cuts", "text_input").set_value("2，3，4，5")
    app = save(app)
    assert field(app, "rfm_f_cuts", "text_input").value == "2, 3, 4, 5"
    field(app, "margin").set_value(None)
    field(app, "rfm_f_cuts", "text_input").set_value("")
    app = save(app)
    assert field(app, "rfm_f_cuts", "text_input").value == "5, 10, 15, 20"
    store = open_store(tmp_path / "data" / "warehouse.duckdb")
    assert store.settings == Settings()
    store.close()
