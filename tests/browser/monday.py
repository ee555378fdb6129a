"""One week's exports of a small shop, as four back offices write them, with figures that can be added up by hand.

Week 2026-W46 (9 – 15 November) on Tmall: 6 paid orders of 5 buyers, 800.00 paid, 20.00 refunded. The week before:
4 paid orders, 6,400.00 paid; 买家09 alone paid 6,000.00 of it and is the only VIP. WeCom: 5 contacts added in W46 by two
members of staff. Two groups on 15 November with 120 and 185 customers. 1,000 people reached, ¥250 spent on 抖音 in W46.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import xlsxwriter

TAOBAO_HEADER = (
    "订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,买家实际支付金额,买家实际支付积分,订单状态,"
    "买家留言,收货人姓名,收货地址 ,运送方式,联系电话 ,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ,宝贝种类 ,物流单号 ,物流公司,订单备注,"
    "宝贝总数量,店铺Id,店铺名称,订单关闭原因,卖家服务费,买家服务费,发票抬头,是否手机订单,分阶段订单信息,特权订金订单id,是否上传合同照片,"
    "是否上传小票,是否代付,定金排名,修改后的sku,修改后的收货地址,异常信息,天猫卡券抵扣,集分宝抵扣,是否是O2O交易,新零售交易类型,"
    "新零售导购门店名称,新零售导购门店id,新零售发货门店名称,新零售发货门店id,退款金额,预约门店,确认收货时间,打款商家金额,"
    "含应开票给个人的个人红包"
).split(",")

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


def _words(table: str) -> list[list[str]]:
    return [[word.strip() for word in line.split("   ") if word.strip()] for line in table.strip().splitlines()]


def files(folder: Path) -> list[Path]:
    """The four files a manager drops in together."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_tmall(folder), _contacts(folder), _groups(folder), _spend(folder)]


def _tmall(folder: Path) -> Path:
    text = io.StringIO(newline="")
    write = csv.DictWriter(text, TAOBAO_HEADER, restval="")
    write.writeheader()
    for order, buyer, paid, refund, at in _words(ORDERS):
        write.writerow(
            {
                "订单编号": f"17600000000000{order}", "买家会员名": buyer, "总金额": paid, "买家实际支付金额": paid,
                "订单状态": "交易成功", "收货地址 ": "浙江省 杭州市 西湖区 示例路1号", "订单创建时间": at,
                "订单付款时间 ": at, "宝贝标题 ": "示例商品", "宝贝总数量": "1", "店铺名称": "示例旗舰店", "退款金额": refund,
                "联系手机": "'19900000000",
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
    header = "客户名称,描述,添加人,添加人账号,添加人所属部门,添加时间,来源,手机,企业,邮箱,地址,职务,电话,标签组1(渠道)".split(",")
    rows: list[list[object]] = [list(header)]
    for name, staff, at, way in _words(ADDS):
        rows.append([name, "", staff, staff.lower(), "门店01", at, way, "", "", "", "", "", "", "抖音"])
    return _sheet(folder / "客户列表20261116.xlsx", rows)


def _groups(folder: Path) -> Path:
    header = "群ID,群名称,群主,群管理员,群人数,群活跃,群类型,员工人数,客户人数,今日入群,今日退群,今日消息,入群时间,最后发言时间,群标签".split(",")
    rows: list[list[object]] = [
        list(header),
        ["wr01", "福利群01", "导购A01", "", 122, 30, "福利群", 2, 120, 4, 1, 66, "2026-09-01 10:00:00", "2026-11-15 21:00:00", ""],
        ["wr02", "会员群02", "导购B01", "", 187, 12, "会员群", 2, 185, 9, 2, 31, "2026-09-02 10:00:00", "2026-11-15 20:00:00", ""],
    ]
    return _sheet(folder / "客户群导出20261115.xlsx", rows)


def _spend(folder: Path) -> Path:
    path = folder / "渠道投放.csv"
    path.write_text("日期,渠道,投入,触达人数\n2026-11-09,抖音,150.00,600\n2026-11-12,抖音,100.00,400\n", encoding="utf-8-sig")
    return path
