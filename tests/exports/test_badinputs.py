"""72 order exports gone odd: every one ends as `expected.json` says, none is silently wrong."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from sopdash.exports import load_file
from sopdash.warehouse import open_store

FOLDER = Path(__file__).parent / "badinputs"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
FIELDS = ("订单号", "门店", "渠道", "手机号", "微信号", "下单时间", "商品", "数量", "实付金额", "退款金额")
REASONS = {
    "id_scientific": {"id_damaged_by_excel"},
    "number": {"number", "decimal_comma"},
    "not_xlsx": {"not_xlsx"},
}
"""Names of the index → names of this product, where they differ."""


def truth_rows(truth):
    """The index's rows in the columns that are stored; a negative amount is a refund."""
    rows = []
    for row in truth:
        shown = dict(zip(EXPECTED["enc_utf8.csv"]["header"], row, strict=True))
        paid, refund = Decimal(shown["实付金额"]), Decimal(shown["退款金额"])
        shown |= {"实付金额": max(paid, Decimal(0)), "退款金额": max(refund, -paid) if paid < 0 else refund}
        shown |= {"数量": int(shown["数量"]), "手机号": None if "*" in shown["手机号"] else shown["手机号"]}
        rows.append(tuple(shown[name] for name in FIELDS))
    return sorted(rows)


def stored_rows(store):
    """What the warehouse holds, in the same shape: phones by number, times as text."""
    keys = {row[0] for row in store.warehouse.rows("select phone_key from fact.orders where phone_key is not null")}
    phones = store.warehouse.phones.reveal(keys)
    rows = store.warehouse.rows(
        """select order_id, store, sales_channel, phone_key, account,
           strftime(created_at, '%Y-%m-%d %H:%M:%S'), product, units, paid_amount, refund_amount from fact.orders"""
    )
    return sorted((*row[:3], phones.get(row[3]), *row[4:]) for row in rows)


def fault_of(name, expected, result, store):
    """What is wrong with how a file ended; None when it ended as the index says."""
    outcomes = {expected["outcome"], expected.get("also")}
    if result.status == "imported" and result.rejected == 0:
        if not outcomes & {"accept", "accept_warn"}:
            return "imported, should not be"
        if stored_rows(store) != truth_rows(expected["truth"]):
            return "other rows than the truth"
        return None if result.notes or expected["outcome"] != "accept_warn" else "imported without a note"
    if expected["outcome"] != "reject":
        return f"refused or rejected: {result.as_json()['error'] or result.rejects[:2]}"
    if expected.get("level") == "row":
        if result.status != "imported":
            return "the whole file was refused"
        if stored_rows(store) != (rest := good_rows(result)):
            return f"the other rows: {len(rest)} expected"
        told = [(reject.row, reject.column, reject.reason) for reject in result.rejects]
    else:
        if result.status == "imported" or stored_rows(store):
            return "something was stored"
        error = result.as_json()["error"]
        told = [(error.get("row"), error.get("column"), reason) for reason in {error["code"], error.get("reason")}]
    return names_it(expected["error"], told)


def good_rows(result):
    """The rows of the plain file without those at the rejected lines."""
    bad = {reject.row for reject in result.rejects}
    return truth_rows(row for line, row in enumerate(EXPECTED["enc_utf8.csv"]["truth"], 2) if line not in bad)


def names_it(error, told):
    if error is None:
        return None
    for row, column, reason in told:
        right = reason in REASONS.get(error["reason"], {error["reason"]})
        if right and error.get("row") in (None, row) and error.get("column") in (None, column):
            return None
    return f"names {told}, should name {error}"


@pytest.fixture(scope="module")
def outcomes(empty_store, tmp_path_factory):
    found = {}
    for name, expected in EXPECTED.items():
        folder = tmp_path_factory.mktemp("bad") / "store"
        shutil.copytree(empty_store, folder)
        store = open_store(folder / "warehouse.duckdb")
        try:
            found[name] = fault_of(name, expected, load_file(store, FOLDER / name, refresh=False), store)
        finally:
            store.close()
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_every_file_ends_as_the_index_says(outcomes, name):
    assert outcomes[name] is None


def test_odd_order_exports(outcomes, tally):
    wrong = {name: fault for name, fault in outcomes.items() if not tally(fault is None)}
    assert not wrong
