"""With one kind of file only, pages say what is missing and which file would bring it; nothing breaks, nothing is 0."""

import pytest


@pytest.mark.parametrize("name", ["groups", "retention", "segments", "calendar", "data"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_stands_with_orders_alone(visit, orders_only, name, lang):
    app = visit(name, orders_only, lang=lang)
    assert not app.exception
    assert not app.error


def test_absent_group_figures_are_not_zero(visit, orders_only):
    app = visit("groups", orders_only)
    assert not app.metric
    assert "群成员" in " ".join(text.value for text in app.markdown)
