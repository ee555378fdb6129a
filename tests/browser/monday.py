"""One week's exports of a small shop, as four back offices write them, with figures that can be added up by hand.

Week 2026-W46 (9 – 15 November) on Tmall: 6 paid orders of 5 buyers, 800.00 paid, 20.00 refunded. The week before:
4 paid orders, 6,400.00 paid; 买家09 alone paid 6,000.00 of it and is the only VIP. WeCom: 5 contacts added in W46 by
two members of staff. Two groups on 15 November with 120 and 185 customers. 1,000 people reached for ¥250
on 抖音 in W46.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import xlsxwriter
from exports.back_office_headers import EXPORTS

TAOBAO = EXPORTS["taobao_orders"][1].split(",")
CONTACTS = [*EXPORTS["wecom_customers"][1].split("标签组1", 1)[0].rstrip(",").split(","), "标签组1(渠道)"]
GROUPS = EXPORTS["scrm_groups"][1].split(",")

#        order  buyer     paid       refund   when
ORDERS = """
         2001   买家01      100.00     0.00   2026-11-09 20:10:00
         2002   买家01      200.00     0.00   2026-11-11 21:00:00
         2003   买家02      300.00     0.00   2026-11-10 10:00:00
         2004   买家03       50.00    20.00   2026-11-12 12:00:00
         2005   买家04       80.00     0.00   2026-11-13 20:30:00
         2006   买家05       70.00     0.00   2026-11-15 23:59:59
         1001   买家01      150.00     0.00   2026-11-03 09:00:00
         1002   买家02      150.00     0.00   2026-11-04 09:00:00
         1003   买家03      100.00     0.00   2026-11-05 09:00:00
         1004   买家09     6000.00     0.00   2026-11-06 09:00:00
"""
ADDS = """
         顾客01   导购A01   2026-11-09 09:30:00   扫描二维码
         顾客02   导购A01   2026-11-10 09:30:00   扫描二维码
         顾客03   导购A01   2026-11-11 09:30:00   名片分享
         顾客04   导购B01   2026-11-12 09:30:00   群聊
         顾客05   导购B01   2026-11-15 09:30:00   扫描二维码
         顾客06   导购B01   2026-11-02 09:30:00   扫描二维码
"""

#        id     name      owner     kind     people  active  staff  customers  joined  left  messages
SNAPSHOT = """
         wr01   福利群01   导购A01   福利群   122     30      2      120        4       1     66
         wr02   会员群02   导购B01   会员群   187     12      2      185        9       2     31
"""


def _words(table: str) -> list[list[str]]:
    return [[word.strip() for word in line.split("   ") if word.strip()] for line in table.strip().splitlines()]


def files(folder: Path) -> list[Path]:
    """The four files a manager drops in together."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_tmall(folder), _contacts(folder), _groups(folder), _spend(folder)]


def _tmall(folder: Path) -> Path:
    text = io.StringIO(newline="")
    write = csv.DictWriter(text, TAOBAO, restval="")
    write.writeheader()
    for order, buyer, paid, refund, at in _words(ORDERS):
        write.writerow(
            {
                "订单编号": f"17600000000000{order}", "买家会员名": buyer, "总金额": paid, "买家实际支付金额": paid,
                "订单状态": "交易成功", "收货地址 ": "浙江省 杭州市 西湖区 示例路1号", "订单创建时间": at,
                "订单付款时间 ": at, "宝贝标题 ": "示例商品", "宝贝总数量": "1", "店铺名称": "示例旗舰店",
                "退款金额": refund, "联系手机": "'19900000000",
            }
        )  # fmt: skip
    path = folder / "ExportOrderList20261116.csv"
    path.write_bytes(text.getvalue().encode("gb18030"))
    return path


def _sheet(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def _contacts(folder: Path) -> Path:
    rows: list[list[object]] = [list(CONTACTS)]
    for name, staff, at, way in _words(ADDS):
        rows.append([name, "", staff, staff.lower(), "门店01", at, way, "", "", "", "", "", "", "抖音"])
    return _sheet(folder / "客户列表20261116.xlsx", rows)


def _groups(folder: Path) -> Path:
    rows: list[list[object]] = [list(GROUPS)]
    for group, name, owner, kind, *counts in _words(SNAPSHOT):
        people, active, staff, customers, joined, left, messages = map(int, counts)
        spoken = "2026-11-15 21:00:00"
        rows.append(
            [group, name, owner, "", people, active, kind, staff, customers, joined, left, messages, "", spoken, ""]
        )
    return _sheet(folder / "客户群导出20261115.xlsx", rows)


def _spend(folder: Path) -> Path:
    path = folder / "渠道投放.csv"
    path.write_text(
        "日期,渠道,投入,触达人数\n2026-11-09,抖音,150.00,600\n2026-11-12,抖音,100.00,400\n", encoding="utf-8-sig"
    )
    return path
