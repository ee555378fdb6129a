"""Glossary: every metric of the registry, lit or with the export it needs."""

from sopdash.metrics import REGISTRY


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
