"""Lists as LibreOffice opens them: Chinese, long ids and leading zeros whole, and nothing a cell holds is run."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sopdash.segments import lists
from sopdash.segments.columns import COLUMNS

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")

INJECTIONS = Path(__file__).parents[3] / "shared" / "badinputs" / "csv-injection"
OWN = [
    "=1+1", "+1+1", "-1+1", "@SUM(1,1)", "\t=1+1", "＝1+1", " =1+1", "=HYPERLINK(\"http://192.0.2.1\",\"x\")",
    "=cmd|' /C calc'!A0", "%0A=1+1",
]  # fmt: skip
PLAIN = ["顾客0001", "𠮷野家😀", "001234567890123456", "00042", "6920000000001234567890", "1E5", "3-4", "TRUE", "1,234"]


def payloads():
    """Ours, and the public ones where they lie on this machine."""
    found = list(OWN)
    if INJECTIONS.exists():
        found += [case["input"] for case in json.loads((INJECTIONS / "extra_prefixes.json").read_text("utf-8"))]
        for name in ("payload-box_intruder.txt", "payloadbox_csv-payload.txt"):
            found += (INJECTIONS / name).read_text("utf-8").splitlines()
    return [one for one in found if one.strip("\0")]


def converted(folder: Path, source: Path, to: str) -> Path:
    """The file as LibreOffice opens and saves it, by a profile of its own."""
    out = folder / f"{source.stem}_{source.suffix[1:]}_to_{to[:3]}"
    command = [
        str(OFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", to,
        "--outdir", str(out),
    ]  # fmt: skip
    if source.suffix == ".csv":
        command.append("--infilter=CSV:44,34,76,1")  # comma, quote, UTF-8, every column as Excel reads it: standard
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
    return next(out.iterdir())


def test_what_libreoffice_shows_is_what_was_listed(tmp_path):
    names = [*PLAIN, *payloads()]
    assert len(names) >= 19
    frame = pd.DataFrame({"name": pd.Series(names, dtype=object), "orders": range(len(names)), "net_sales": -12.5})
    built = lists.of_frame("名单", (COLUMNS["name"], COLUMNS["orders"], COLUMNS["net_sales"]), frame)

    # The workbook: shown word for word, as displayed text, and no cell became a formula, link or number.
    book = lists.to_xlsx(built, tmp_path / "名单.xlsx")
    shown = converted(tmp_path, book, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false")
    with shown.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["客户", "订单数", "净销售额"]
    told = [one.replace("\0", "") for one in names]
    assert [" ".join(row[0].split()) for row in rows[1:]] == [" ".join(one.split()) for one in told]
    assert [row[1:] for row in rows[1:]] == [[str(n), "-12.5"] for n in range(len(names))]
    _nothing_runs(converted(tmp_path, book, "ods"))

    # The CSV file, opened as an office suite opens it: no formula either, and the text columns' words are whole.
    lists.write_csv(built, tmp_path / "名单.csv")
    sheet = openpyxl.load_workbook(converted(tmp_path, tmp_path / "名单.csv", "xlsx")).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
    texts = [str(cell.value) for cell in cells]
    assert texts[:2] == PLAIN[:2]
    assert {"=1+1", "+1+1"}.isdisjoint(texts)


def _nothing_runs(path: Path) -> None:
    """No formula, link or macro in the document LibreOffice made of it."""
    content = zipfile.ZipFile(path).read("content.xml").decode("utf-8")
    assert "table:formula" not in content
    assert "xlink:href" not in content
    assert "script:" not in content.replace("xmlns:script", "")
