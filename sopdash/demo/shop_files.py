"""The four shops' order exports: Tmall and JD in GB18030, Youzan and Douyin in UTF-8 with BOM, each in its grain."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sopdash.demo.chain import PRODUCTS
from sopdash.demo.headers import DOUYIN_ORDERS, JD_ORDERS, TAOBAO_ORDERS, YOUZAN_ORDERS
from sopdash.demo.tables import clock, spread, to_csv, yuan
from sopdash.demo.world import World

_TAOBAO = {
    "unpaid": "等待买家付款",
    "paid": "买家已付款，等待卖家发货",
    "shipped": "卖家已发货，等待买家确认",
    "completed": "交易成功",
    "closed": "交易关闭",
    "unknown": "交易核实中",
}
_YOUZAN = {"unpaid": "待付款", "paid": "待发货", "shipped": "已发货", "completed": "交易完成", "closed": "交易关闭"}
_DOUYIN = {"unpaid": "待支付", "paid": "待发货", "shipped": "已发货", "completed": "已完成", "closed": "已关闭"}
_JD = {
    "unpaid": "等待付款",
    "paid": "等待出库",
    "shipped": "等待确认收货",
    "completed": "完成",
    "closed": "(删除)已取消",
}


def taobao(world: World, out: Path) -> Path:
    """Classic ExportOrderList: one row per order, 54 columns, six headers with a trailing space."""
    rows = _orders(world, "taobao")
    shipped = rows["status"].isin(["shipped", "completed"])
    table = spread(
        TAOBAO_ORDERS,
        len(rows),
        {
            "订单编号": rows["order_id"],
            "买家会员名": rows["account"],
            "买家应付货款": yuan(rows["paid"]),
            "买家应付邮费": "0.00",
            "买家支付积分": "0",
            "总金额": yuan(rows["paid"]),
            "返点积分": "0",
            "买家实际支付金额": yuan(np.where(rows["is_paid"] | (rows["status"] == "unknown"), rows["paid"], 0)),
            "买家实际支付积分": "0",
            "订单状态": rows["word"].map(_TAOBAO),
            "收货人姓名": rows["name"],
            "收货地址 ": rows["province"] + " " + rows["city"] + " 示例区 示例路1号",
            "运送方式": "快递",
            "联系手机": "'" + rows["phone"],
            "订单创建时间": clock(rows["created_at"]),
            "订单付款时间 ": clock(rows["shown_paid_at"]),
            "宝贝标题 ": rows["products"],
            "宝贝种类 ": rows["kinds"],
            "物流单号 ": np.where(shipped, "No:DEMO" + rows["order_id"].str[-8:], ""),
            "物流公司": np.where(shipped, "示例快递", ""),
            "宝贝总数量": rows["units"],
            "店铺Id": "0",
            "店铺名称": "示例旗舰店",
            "订单关闭原因": np.where(
                rows["word"] != "closed", "订单未关闭", np.where(rows["is_paid"], "退款", "买家未付款")
            ),
            "卖家服务费": "0",
            "买家服务费": "0元",
            "是否手机订单": "手机订单",
            "退款金额": yuan(rows["refund"]),
            "确认收货时间": clock(rows["completed_at"]),
            "打款商家金额": [amount + "元" for amount in yuan(rows["paid"] - rows["refund"])],
        },
    )
    return to_csv(table, out / "ExportOrderList202611152230.csv", "gb18030")


def youzan(world: World, out: Path) -> Path:
    """Youzan 2026 order export: one row per order, 60 columns, 分销员 twice; the buyer's phone in full."""
    rows = _orders(world, "youzan")
    guided = rows["added_before"]
    staff = world.chain.staff.iloc[rows["staff"]]
    table = spread(
        YOUZAN_ORDERS,
        len(rows),
        {
            "订单号": rows["order_id"],
            "销售渠道": np.where(guided, "小程序", "网店"),
            "归属店铺": "示例微商城",
            "订单类型": "普通订单",
            "订单状态": rows["word"].map(_YOUZAN),
            "推广方式": np.where(guided, "导购分享", ""),
            "订单来源": "微信小程序",
            "订单创建时间": clock(rows["created_at"]),
            "买家付款时间": clock(rows["shown_paid_at"]),
            "交易成功时间": clock(rows["completed_at"]),
            "付款方式": np.where(rows["is_paid"], "微信支付", ""),
            "商品金额合计": yuan(rows["goods"]),
            "运费": "0.00",
            "店铺优惠合计": yuan(rows["discount"]),
            "应收订单金额": yuan(rows["paid"]),
            "订单实付金额": yuan(np.where(rows["is_paid"], rows["paid"], 0)),
            "支付优惠合计": "0.00",
            "订单实收金额": yuan(np.where(rows["is_paid"], rows["paid"], 0)),
            "店铺优惠方式": np.where(rows["discount"] > 0, "新人券满99减20", ""),
            "全部商品名称": rows["products"],
            "商品种类数": rows["kinds"],
            "订单配送方式": "快递配送",
            "收货人省份": rows["province"],
            "收货人城市": rows["city"],
            "收货人地区": "示例区",
            "详细收货地址/提货地址": "示例路1号",
            "收货人/提货人": rows["name"],
            "收货人手机号/提货人手机号": rows["phone"],
            "买家昵称": "yz_" + rows["customer_number"],
            "买家是否会员": np.where(guided, "是", "否"),
            "买家手机号": rows["phone"],
            "下单网点": np.where(guided, staff["store"].to_numpy(), ""),
            "销售导购": np.where(guided, staff["staff"].to_numpy(), ""),
            "专属导购": np.where(guided, staff["staff"].to_numpy(), ""),
            "订单退款状态": np.where(rows["refund"] > 0, np.where(rows["whole"], "全额退款", "部分退款"), "——"),
            "订单已退款金额": yuan(rows["refund"]),
            "团长订单": "否",
        },
    )
    return to_csv(table, out / "有赞订单导出_20261115.csv", "utf-8-sig")


def douyin(world: World, out: Path) -> Path:
    """Douyin shop: one row per sub-order, ids TAB-prefixed inside quotes, phone as cipher text, no refund column."""
    rows = _orders(world, "douyin")
    rows = rows.merge(world.lines, left_on="number0", right_on="order", suffixes=("", "_line"))
    goods = PRODUCTS.iloc[rows["product"]]
    table = spread(
        DOUYIN_ORDERS,
        len(rows),
        {
            "主订单编号": "\t" + rows["order_id"],
            "子订单编号": "\t" + rows["order_id"].str[:-1] + rows["line"].astype(str),
            "选购商品": "\t" + goods["product"].to_numpy(),
            "商品数量": rows["units_line"],
            "商品ID": "\t36" + goods["sku"].str[2:].str.zfill(10).to_numpy(),
            "商家编码": "\t" + goods["sku"].to_numpy(),
            "商品单价": yuan(rows["fen"]),
            "订单应付金额": yuan(rows["amount"] - rows["discount_line"]),
            "运费": "0.00",
            "优惠总金额": yuan(rows["discount_line"]),
            "商家优惠": yuan(rows["discount_line"]),
            "支付方式": np.where(rows["is_paid"], "支付宝", "-"),
            "收件人": "##示例密文##",
            "收件人手机号": "$$" + rows["customer_number"] + "==$$",
            "省": rows["province"],
            "市": rows["city"],
            "区": "示例区",
            "详细地址": "##示例密文##",
            "订单提交时间": clock(rows["created_at"]),
            "订单完成时间": clock(rows["completed_at"], "-"),
            "支付完成时间": clock(rows["shown_paid_at"], "-"),
            "APP渠道": "抖音",
            "流量来源": "直播间",
            "订单状态": rows["word"].map(_DOUYIN),
            "订单类型": "普通订单",
            "达人ID": "0",
            "售后状态": np.where(rows["refund"] > 0, "退款成功", "-"),
            "取消原因": np.where(rows["is_paid"] | (rows["word"] != "closed"), "-", "超时未支付"),
        },
    )
    return to_csv(table, out / "抖店订单_20261115.csv", "utf-8-sig", quote_all=True)


def jd(world: World, out: Path) -> Path:
    """JD: one row per item, the order's amount and status repeated on each; phones masked."""
    rows = _orders(world, "jd")
    rows = rows.merge(world.lines, left_on="number0", right_on="order", suffixes=("", "_line"))
    goods = PRODUCTS.iloc[rows["product"]]
    due = yuan(np.where(rows["is_paid"], rows["paid"], 0))
    open_orders = rows["word"].isin(["paid", "shipped"])
    table = spread(
        JD_ORDERS,
        len(rows),
        {
            "订单号": rows["order_id"],
            "商品ID": "100" + goods["sku"].str[2:].str.zfill(9).to_numpy(),
            "商品名称": goods["product"].to_numpy(),
            "订购数量": rows["units_line"],
            "支付方式": "在线支付",
            "下单时间": clock(rows["created_at"]),
            "京东价": yuan(rows["fen"]),
            "订单金额": yuan(rows["goods"]),
            "商家应收": [f"{a}（系统计算中，该值仅供参考）" if o else a for a, o in zip(due, open_orders, strict=True)],
            "余额支付": "0.00",
            "应付金额": yuan(rows["paid"]),
            "订单状态": rows["word"].map(_JD),
            "订单类型": "SOP",
            "下单帐号": rows["account"],
            "客户姓名": rows["name"],
            "客户地址": rows["province"] + rows["city"] + "示例区示例路1号",
            "联系电话": "1******" + rows["phone"].str[-4:],
            "运费金额": "0.00",
            "付款确认时间": clock(rows["shown_paid_at"]),
            "货号": goods["sku"].to_numpy(),
            "订单完成时间": clock(rows["completed_at"]),
            "订单来源": "APP",
            "订单渠道": "京东",
        },
    )
    return to_csv(table, out / "京东订单_20261115.csv", "gb18030")


def _orders(world: World, platform: str) -> pd.DataFrame:
    """The platform's orders with what its export shows of the customer."""
    rows = world.orders[world.orders["platform"] == platform].copy()
    people = world.people.iloc[rows["customer"]].reset_index(drop=True)
    rows = rows.reset_index(names="number0")
    stores = world.chain.stores.iloc[people["store"]].reset_index(drop=True)
    rows["customer_number"] = "demo" + people["number"].astype(str).str.zfill(5)
    rows["account"] = {"taobao": "tb_", "jd": "jd_"}.get(platform, "") + rows["customer_number"]
    rows[["name", "phone"]] = people[["name", "phone"]]
    rows[["province", "city"]] = stores[["province", "city"]]
    rows["added_before"] = (people["added_at"] <= rows["paid_at"]).to_numpy()
    rows["whole"] = rows["refund"].eq(rows["paid"]) & rows["is_paid"]
    rows["word"] = np.where(rows["whole"] & (platform != "douyin"), "closed", rows["status"])
    shows_time = rows["is_paid"] | (rows["status"] == "unknown")
    rows["shown_paid_at"] = rows["paid_at"].where(shows_time)
    return rows
