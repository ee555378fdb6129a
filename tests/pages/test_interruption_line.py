"""Data: an import that was cut off is said until its files came in."""

import json
from datetime import UTC, datetime

from sopdash.exports.load import load_file
from sopdash.warehouse import open_store

GOOD = "订单号,下单时间,数量,实付金额,订单状态\nA001,2026-11-10 10:00:00,1,80,交易成功\n"


def said(app):
    return " ".join(text.value for text in app.caption).replace("\\", "")


def test_an_import_cut_off_is_said_until_its_files_came_in(visit, tmp_path):
    store = open_store(tmp_path / "data" / "warehouse.duckdb")
    note = store.warehouse.staging / "importing-1.warehouse.json"
    note.write_text(json.dumps({"at": datetime.now(UTC).replace(tzinfo=None).isoformat(), "files": ["十一月.csv"]}))
    store.warehouse.notes.append(note)
    assert "没有导入，请再上传一次：十一月.csv" in said(visit("data"))
    (tmp_path / "十一月.csv").write_text(GOOD, "utf-8")
    load_file(store, tmp_path / "十一月.csv")
    assert "十一月.csv" not in said(visit("data"))
    store.close()
