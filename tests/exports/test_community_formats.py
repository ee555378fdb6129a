"""Exports of WeCom and SCRM systems, and the product's own templates."""

from datetime import date

import pytest
from exports import layouts
from exports.sheets import export, table

from sopdash.exports import formats, load_file


def codes(result):
    return {note.code for note in result.notes}


def test_wecom_list_takes_channel_and_gender_from_tag_groups(store, file):
    headers = [*layouts.WECOM_CUSTOMERS, "标签组1(渠道来源)", "标签组2(性别)", "标签组3(兴趣)"]
    rows = [
        {
            "客户名称": "顾客0001", "添加人": "导购A01",
            "添加人账号": "guide01", "添加人所属部门": "示例零售/华东/杭州西湖店",
            "添加时间": "2026-11-02 10:00:00", "来源": "扫描二维码",
            "手机": "+86 138-0000-0001", "地址": "浙江省杭州市某路1号",
            "标签组1(渠道来源)": "抖音", "标签组2(性别)": "女", "标签组3(兴趣)": "护肤;彩妆",
        },
        {
            "客户名称": "顾客0001", "添加人": "导购A02", "添加人账号": "guide02", "添加人所属部门": "总部",
            "添加时间": "2026-11-03 10:00:00",
        },
    ]  # fmt: skip
    result = load_file(store, file("客户列表.csv", export(headers, rows)))
    assert (result.format, result.new) == ("wecom_customers", 2)
    assert table(
        store,
        "select name, staff, store, channel, gender, tags, add_way, province, city from fact.follows order by staff",
    ) == [
        ("顾客0001", "导购A01", "杭州西湖店", "抖音", "女", "抖音;女;护肤;彩妆", "扫描二维码", "浙江省", "杭州市"),
        ("顾客0001", "导购A02", "", "", "", "", "", "", ""),
    ]
    again = load_file(store, file("客户列表20261110.csv", export(headers, rows, above=("客户列表",))))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)


GROUP = {
    "群ID": "wr0001", "群名称": "福利1群", "群主": "导购A01",
    "群人数": "120", "群活跃": "30", "群类型": "福利群", "员工人数": "2",
    "客户人数": "118", "今日入群": "5", "今日退群": "1", "今日消息": "86", "最后发言时间": "2026-11-08 21:10:00",
}  # fmt: skip


def test_group_snapshot_takes_its_day_from_the_file_name(store, file):
    result = load_file(store, file("客户群导出20261108.csv", export(layouts.SCRM_GROUPS, [GROUP])))
    assert (result.format, result.status) == ("scrm_groups", "imported")
    assert table(
        store, "select group_id, day, members, customers, staff_members, joins, leaves, messages from fact.group_days"
    ) == [("wr0001", "2026-11-08", "120", "118", "2", "5", "1", "86")]
    assert table(store, "select name, owner, group_type from fact.groups") == [("福利1群", "导购A01", "福利群")]


def test_group_snapshot_without_a_day_asks_for_it(store, file):
    path = file("客户群导出.csv", export(layouts.SCRM_GROUPS, [GROUP]))
    assert load_file(store, path).as_json()["error"]["code"] == "as_of_needed"
    assert load_file(store, path, as_of=date(2026, 11, 9)).status == "imported"
    assert table(store, "select day from fact.group_days") == [("2026-11-09",)]
    assert load_file(store, path, as_of=date(2026, 11, 9)).status == "unchanged"
    assert load_file(store, path, as_of=date(2026, 11, 10)).new == 1  # the same figures, of another day


def test_group_figures_that_do_not_add_up_are_noted(store, file):
    odd = GROUP | {"客户人数": "110"}  # 2 + 110 ≠ 120
    result = load_file(store, file("客户群20261108.csv", export(layouts.SCRM_GROUPS, [odd])))
    assert "parts_differ" in codes(result)


def test_openscrm_title_row_tells_the_day(store, file):
    row = {
        "群ID": "wr0002",
        "客户群名称": "VIP群",
        "群人数": "80",
        "当日入群": "3",
        "当日退群": "0",
        "创群时间": "2026-01-05 09:00:00",
    }
    content = export(layouts.OPENSCRM_GROUPS, [row], above=("客户群列表(导出时间: 2026-11-08 18:30:00)",))
    result = load_file(store, file("groups.csv", content))
    assert result.format == "openscrm_groups"
    assert table(store, "select day, members, joins from fact.group_days") == [("2026-11-08", "80", "3")]
    assert table(store, "select created_at from fact.groups") == [("2026-01-05 09:00:00",)]


DAYS = [
    ("LW_CODE", {"日期": "2026-11-02", "今日扫码数": "40", "累计扫码总数": "900"}, ("活码", "", "40", "", "")),
    (
        "LW_KNOW",  # 30 new and 12 old customers scanned
        {"日期": "2026-11-02", "新客扫码人数": "30", "老客扫码人数": "12", "添加客户人数": "25", "流失客户人数": "2"},
        ("识客码", "", "42", "25", "2"),
    ),
    ("LW_LINK", {"时间": "2026-11-02", "新增客户数": "800", "今日新增客户数": "9"}, ("获客链接", "", "", "9", "")),
    (
        "LW_GUIDE",
        {
            "日期": "2026-11-02",
            "门店名称": "南山店",
            "今日点击/扫码总次数": "18",
            "今日新增客户数": "7",
            "新增客户总数": "300",
        },
        ("门店导购码", "南山店", "18", "7", ""),
    ),
    (
        "LW_STORE_GROUP",
        {"日期": "2026-11-02", "门店名称": "南山店", "今日点击/扫码总次数": "11", "今日进群客户数": "6"},
        ("门店群码", "南山店", "11", "", ""),
    ),
]


@pytest.mark.parametrize(("layout", "cells", "stored"), DAYS, ids=[day[0] for day in DAYS])
def test_channel_figures_of_one_day(store, file, layout, cells, stored):
    result = load_file(store, file("x.csv", export(getattr(layouts, layout), [cells])))
    assert result.status == "imported", result.as_json()
    assert table(store, "select channel, store, scans, adds, losses from fact.channel_days") == [stored]
    assert table(store, "select day from fact.channel_days") == [("2026-11-02",)]


def test_messages_keep_their_length_and_never_their_words(store, file):
    text = "消息ID,群名称,发送人,发送时间,消息类型,消息内容\nM1,福利1群,顾客0001,2026-11-02 20:15:00,文本,秘密的话\n"
    result = load_file(store, file("群消息.csv", text))
    assert result.format == "group_messages"
    assert table(store, "select message_id, group_name, sender, sent_at, kind, length from fact.messages") == [
        ("M1", "福利1群", "顾客0001", "2026-11-02 20:15:00", "文本", "4")
    ]
    assert "秘密" not in store.warehouse.frame("select * from log.messages").to_csv()


def test_words_of_an_export_become_codes(store, file):
    text = (
        "群名称,成员名称,入群时间,退群时间,退群方式\n"
        "福利1群,顾客0001,2026-11-02 11:00:00,2026-11-05 09:30:00,自己退群\n"
    )
    load_file(store, file("x.csv", text))
    assert table(store, "select group_name, leave_kind from fact.group_members") == [("福利1群", "left")]


TEMPLATES = [made for made in formats().values() if made.template]


@pytest.mark.parametrize("made", TEMPLATES, ids=[made.name for made in TEMPLATES])
def test_every_template_is_recognised_and_its_example_loads(store, file, made):
    content = export(list(made.example), [made.example])
    result = load_file(store, file("表.csv", content), refresh=False)
    assert (result.format, result.status, result.new) == (made.name, "imported", 1), result.as_json()
    assert not result.rejects
    stored = store.warehouse.frame(f'select * from fact."{made.main}"')
    filled = {
        item.name
        for item in made.fields
        if item.fact == made.main and any(made.example.get(name) for name in item.columns)
    }
    assert not [name for name in filled if stored[name].isna().all()]


@pytest.mark.parametrize("made", formats().values(), ids=formats())
def test_a_format_recognises_its_own_headers_and_no_other(made):
    from sopdash.exports.recognise import recognise

    for alternative in range(max(len(need.split("|")) for need in made.required)):
        headers = [need.split("|")[min(alternative, need.count("|"))] for need in made.required]
        found = recognise(headers)
        assert found is not None
        assert found.format.name == made.name
