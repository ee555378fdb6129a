"""Every header row found in the field is recognised as its export, and nothing in it is unknown."""

import pytest
from exports.back_office_headers import EXPORTS

from sopdash.exports.recognise import recognise


@pytest.mark.parametrize("name", EXPORTS)
def test_a_header_row_belongs_to_one_format_and_is_known_to_the_last_column(name):
    format, headers = EXPORTS[name]
    found = recognise(headers.split(","))
    assert found is not None
    assert found.format.name == format
    assert found.unknown == ()


@pytest.mark.parametrize("name", EXPORTS)
def test_columns_in_any_order_and_one_more_change_nothing(name):
    format, headers = EXPORTS[name]
    found = recognise(["新增的一列", *reversed(headers.split(","))])
    assert found is not None
    assert found.format.name == format
    assert found.unknown == ("新增的一列",)


PERSONAL = ("姓名", "地址", "电话", "手机", "身份证", "收件人", "收货人", "邮箱", "银行账号")
"""Words in headers of columns about a person."""
READ = {"买家手机号", "客户手机号", "手机号", "手机", "收货地址", "客户地址", "地址"}
"""Read all the same: buyers' phones become keyed hashes, of an address only province and city stay."""
CUSTOMERS_OWN = {"linkwechat_customers": {"客户姓名"}, "openscrm_customers": {"电话"}}
"""There the name shown in WeCom, and the customer's phone."""
REGIONS = {"收货人省份", "收货人城市", "收货地址-省", "收货地址-市"}


@pytest.mark.parametrize("name", EXPORTS)
def test_nothing_personal_is_read_beyond_what_the_product_needs(name):
    format, headers = EXPORTS[name]
    found = recognise(headers.split(","))
    assert found is not None
    read = {found.shown(header) for header in found.format.mapped if header in found.index}
    about_people = {header for header in read if any(word in header for word in PERSONAL)}
    allowed = READ | REGIONS | CUSTOMERS_OWN.get(format, set())
    assert about_people <= allowed
