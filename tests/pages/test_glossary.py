"""Glossary: every metric of the registry, lit or with the export it needs."""

from sopdash.metrics import REGISTRY
from sopdash.text import say
from sopdash.ui import glossary_view, used_on


def test_every_metric_is_there_in_both_languages(visit, filled):
    for lang in ("zh", "en"):
        app = visit("glossary", filled, lang=lang)
        assert not app.exception
        assert not app.error
        frame = app.dataframe[0].value
        assert list(frame["label"]) == [metric.label.say(lang) for metric in REGISTRY.values()]
        assert list(frame["definition"]) == [metric.definition.say(lang) for metric in REGISTRY.values()]


def test_a_metric_without_its_export_says_so(visit, orders_only):
    frame = visit("glossary", orders_only).dataframe[0].value.set_index("label")
    assert frame.loc["订单数", "state"] == "✓ 可用"
    assert frame.loc["投入", "state"] == "需要 渠道投放模板"


def test_one_room_alone(visit, filled):
    app = visit("glossary", filled)
    app.get_by_key("glossary_room").set_value("keep").run()
    assert len(app.dataframe[0].value) == len([metric for metric in REGISTRY.values() if metric.room == "keep"])


def test_the_selected_metric_says_its_formula_its_source_and_where_it_is_used(visit, filled, monkeypatch):
    monkeypatch.setattr(glossary_view, "_table", lambda *_: list(REGISTRY).index("repurchase_rate"))
    app = visit("glossary", filled)
    told = [caption.value for caption in app.caption]
    assert any(line.startswith("公式") and "buyers" in line for line in told)
    assert any(line.startswith("数据来自") and "2026年11月15日" in line for line in told)
    links = [link.proto.label for link in app.get("page_link")]  # once in the sidebar, once more where it is used
    assert links.count(say("overview.title", "zh")) == 2
    assert links.count(say("calendar.title", "zh")) == 1


def test_pages_of_a_metric_are_read_from_their_code():
    shown = used_on.pages()
    assert shown["net_sales"][0] == "overview"
    assert "retention" in shown["weekly_repurchasers"]
    assert "groups" in shown["speaking_rate"]
    assert "channels" in shown["cac"]
    assert "overview" not in shown["cac"]
    assert not any("glossary" in pages or "data" in pages for pages in shown.values())
