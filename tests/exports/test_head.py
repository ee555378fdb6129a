"""Where a table begins, and the date a title or a file name carries."""

import pytest

from sopdash.exports.head import date_in


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("客户群导出20261108", (2026, 11, 8)),
        ("客户群列表(导出时间: 2026-11-08 18:30:00)", (2026, 11, 8, 18, 30, 0)),
        ("ExportItemlList202608111558", (2026, 8, 11, 15, 58)),
        ("微信小店订单_wx0a1_2026年06月12日22时04分13秒", (2026, 6, 12, 22, 4, 13)),
        ("订单_2026-11-01_2026-11-07", (2026, 11, 7)),
        ("2026.1.5", (2026, 1, 5)),
        ("订单 20261101-20261107 (2)", (2026, 11, 7)),
        ("订单", None),
        ("202411040076500087", None),  # an id, not a date
        ("20261340", None),
    ],
)
def test_date_in_a_name(text, date):
    assert date_in(text) == date
