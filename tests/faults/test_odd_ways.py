"""Exports written in odd ways are read back equal: encodings, dialects, rows around the table, spellings of cells."""

import datetime as dt
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sopdash.exports.load import load_file

EXAMPLES = 60
COLUMNS = ("订单号", "下单时间", "数量", "实付金额", "退款金额", "门店", "备注")

IDS = ("{}", "\t{}", "'{}", '="{}"', "{}\t", " {} ", "`{}")
MONEY = ("{:.2f}", "¥{:.2f}", "{:,.2f}", "{:.2f}元", "￥{:,.2f}", " {:.2f} ")
TIMES = (
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S",
    "%Y.%m.%d %H:%M:%S",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
REMARKS = ("", "好评", '他说"好"', "逗号,分号;制表\t都有", "第一行\n第二行", "㐀𠮷", "=1+1")

orders = st.lists(
    st.tuples(
        st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2026, 11, 15)).map(lambda at: at.replace(microsecond=0)),
        st.integers(1, 40),
        st.decimals(0, 99_999, places=2),
        st.integers(0, 100),
        st.sampled_from(("上海一店", "杭州二店")),
        st.sampled_from(REMARKS),
    ),
    min_size=8,
    max_size=20,
)
ways = st.fixed_dictionaries(
    {
        "encoding": st.sampled_from(ENCODINGS),
        "delimiter": st.sampled_from(",\t;"),
        "ending": st.sampled_from(("\n", "\r\n")),
        "quotes": st.booleans(),
        "titles": st.integers(0, 3),
        "totals": st.booleans(),
        "id": st.sampled_from(IDS),
        "money": st.sampled_from(MONEY),
        "time": st.sampled_from(TIMES),
        "order": st.permutations(range(len(COLUMNS))),
    }
)


def truth_of(made):
    """(order, time, units, paid, refund, store) of every order; the refund is a share of what was paid."""
    return [
        (f"2026{number:014d}", at, units, paid, (paid * share / 100).quantize(Decimal("0.01")), store)
        for number, (at, units, paid, share, store, _) in enumerate(made, 1)
    ]


def written(made, way):
    """The bytes of an export of these orders, written in this way."""

    def cell(text):
        odd = any(sign in text for sign in '"\n\r\t,;') and not text.startswith('="')
        return '"' + text.replace('"', '""') + '"' if odd or (way["quotes"] and text[:1] != "=") else text

    def line(cells):
        return way["delimiter"].join(cell(cells[at]) for at in way["order"])

    truth = truth_of(made)
    lines = ["店铺订单", "导出时间: 2026-11-16", ""][: way["titles"]]
    lines.append(line(COLUMNS))
    for (number, at, units, paid, refund, store), (*_, remark) in zip(truth, made, strict=True):
        money = way["money"].format
        lines.append(line((way["id"].format(number), at.strftime(way["time"]), str(units), money(paid), money(refund),
                           store, remark)))  # fmt: skip
    if way["totals"]:
        sums = [str(sum(row[2] for row in truth)), *(f"{sum(row[at] for row in truth):.2f}" for at in (3, 4))]
        cells = ["", "", *sums, "", ""]
        cells[way["order"][0]] = "合计"  # in the first column, whichever that is
        lines.append(line(cells))
    return "".join(f"{one}{way['ending']}" for one in lines).encode(way["encoding"])


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(made=orders, way=ways)
def test_exports_written_in_odd_ways(store, tmp_path, tally, made, way):
    path = tmp_path / "odd.csv"
    path.write_bytes(written(made, way))
    with store.warehouse.write() as cursor:
        for table in ("imports", "log.orders", "fact.orders"):
            cursor.execute(f"delete from {table}")
    result = load_file(store, path, refresh=False)
    read = store.warehouse.rows(
        "select order_id, created_at, units, paid_amount, refund_amount, store from fact.orders order by 1"
    )
    assert tally(read == truth_of(made)), result.as_json("en")
