"""Who is the same person, and who is not."""

from datetime import datetime

from sopdash.warehouse import NewBatch, append


def people(warehouse):
    """Sets of identities that are one customer."""
    found = {}
    for kind, value, customer in warehouse.rows(
        "select kind, value, customer from mart.identities where kind <> 'bare_account'"
    ):
        found.setdefault(customer, set()).add(f"{kind}:{value}")
    return sorted(found.values(), key=sorted)


def test_a_phone_joins_a_shop_account_and_a_wecom_contact(warehouse):
    warehouse.orders("account  phone_key  paid_at     paid\nann-tb  p1  2026-11-02  10")
    warehouse.follows("external_id  phone_key  name  added_at\nwm1  p1  安  2026-11-01")
    assert people(warehouse) == [{"account:test||ann-tb", "external_id:wm1", "name:安", "phone:p1"}]
    assert warehouse.rows("select name, orders, channel from mart.customers") == [("安", 1, "unknown")]


def test_joins_are_transitive_over_a_long_chain(warehouse):
    links = [f"a{n}  p{n}  2026-11-02  10" for n in range(1, 31)] + [
        f"a{n + 1}  p{n}  2026-11-03  10" for n in range(1, 30)
    ]
    warehouse.orders("account  phone_key  paid_at  paid\n" + "\n".join(links))
    assert warehouse.one("select count(distinct customer) from mart.identities") == 1  # a1-p1-a2-p2-…-a30
    assert warehouse.one("select orders from mart.customers") == 59


def test_the_id_is_a_function_of_the_data_not_of_the_order_of_arrival(warehouse, tmp_path):
    from tables import Tables

    texts = [
        "account  phone_key  paid_at  paid\na1  p1  2026-11-02  10",
        "account  phone_key  paid_at  paid\na2  p1  2026-11-02  10",
    ]
    other = Tables(tmp_path / "other")
    for text in texts:
        warehouse.orders(text)
    for text in reversed(texts):
        other.orders(text)
    same = "select kind, value, customer from mart.identities order by kind, value"
    assert warehouse.rows(same) == other.rows(same)
    other.close()


def test_a_phone_of_more_than_five_accounts_is_no_key(warehouse):
    five = "\n".join(f"a{n}  p5  2026-11-02  10" for n in range(5))
    six = "\n".join(f"b{n}  p6  2026-11-02  10" for n in range(6))
    warehouse.orders(f"account  phone_key  paid_at  paid\n{five}\n{six}\n-  p6  2026-11-03  10")
    assert warehouse.one("select count(*) from mart.customers") == 1 + 6  # five accounts are one person, six are six
    assert (
        warehouse.one("select count(*) from mart.orders where customer is null") == 1
    )  # the shared phone alone names nobody


def test_the_same_account_name_in_two_shops_is_two_people(warehouse):
    warehouse.orders("platform  account  paid_at  paid\ntaobao  ann  2026-11-02  10\njd  ann  2026-11-02  10")
    assert warehouse.one("select count(*) from mart.customers") == 2


def test_an_account_named_without_its_shop_is_known_when_one_shop_has_it(warehouse):
    warehouse.orders(
        """
        platform  account  paid_at  paid
        taobao  ann  2026-11-02  10
        taobao  bob  2026-11-02  10
        jd  bob  2026-11-02  10
    """
    )
    warehouse.touches("account  at\nann  2026-11-01\nbob  2026-11-01\nnew  2026-11-01")
    assert warehouse.rows("""
        select name, touches.customer is not null from mart.touches
        left join mart.customers using (customer) order by name nulls last
    """) == [("ann", True), ("new", True), (None, False)]  # bob: two shops have one


def test_a_name_links_contact_membership_and_messages_of_one_person(warehouse):
    warehouse.follows("name  staff  added_at\n安  导购A  2026-11-01\n安  导购B  2026-11-02")
    warehouse.group_members("name  joined_at\n安  2026-11-03")
    warehouse.messages("sender  at\n安  2026-11-04")
    assert people(warehouse) == [{"name:安"}]
    assert warehouse.one("select count(distinct kind) from mart.customer_events") == 3


def test_a_name_of_two_strong_identities_is_no_key(warehouse):
    warehouse.follows(
        """
        name  external_id  staff  added_at
        安  wm1  导购A  2026-11-01
        安  wm2  导购B  2026-11-02
        安  -  导购C  2026-11-03
    """
    )
    warehouse.messages("sender  at\n安  2026-11-04")
    assert warehouse.one("select count(*) from mart.customers") == 3  # wm1, wm2, and the third contact by itself
    assert warehouse.one("select count(distinct customer) from mart.follows") == 3
    assert warehouse.rows("select customer, sender from mart.messages") == [(None, "安")]


def test_two_contacts_of_one_name_with_one_member_of_staff_are_two_people(warehouse):
    warehouse.follows("name  staff  added_at\n安  导购A  2026-11-01\n安  导购A  2026-11-02")
    assert warehouse.one("select count(*) from mart.customers") == 2


def test_a_name_with_more_than_five_contacts_is_no_key(warehouse):
    contacts = "\n".join(f"安  导购{n}  2026-11-01" for n in range(6))
    warehouse.follows(f"name  staff  added_at\n{contacts}")
    assert warehouse.one("select count(*) from mart.customers") == 6


def test_staff_are_no_customers(warehouse):
    warehouse.group_members("name  is_staff  joined_at\n店长  true  2026-11-01\n安  false  2026-11-01")
    warehouse.follows("name  staff  added_at\n安  导购A  2026-11-01")
    warehouse.messages("sender  at\n店长  2026-11-02\n导购A  2026-11-02\n安  2026-11-02")
    assert people(warehouse) == [{"name:安"}]
    assert dict(warehouse.rows("select sender, is_staff from mart.messages")) == {
        "导购A": True,
        "安": False,
        "店长": True,
    }


def test_a_masked_phone_is_none(warehouse):
    phones = warehouse.store.warehouse.phones
    keys = phones.keys(["138****5678", "186******05", "13812345678", " '+86 138-1234-5678", "010-88886666"])
    assert set(keys) == {"13812345678", " '+86 138-1234-5678"}
    assert len(set(keys.values())) == 1


def test_a_customer_of_a_phone_alone_shows_it_masked(warehouse):
    store = warehouse.store.warehouse
    [key] = store.phones.keys(["13812345678"]).values()
    with store.write() as cursor:
        cursor.execute(
            """create temp table told as
               select 'test' as platform, '' as shop, 'o1' as order_id, cast(? as varchar) as phone_key,
                   'paid' as status, 2 as row_no""",
            [key],
        )
        append(cursor, NewBatch("o.csv", "o", "orders", datetime(2026, 11, 9)), {"orders": "told"})
    warehouse.store.refresh()
    assert warehouse.rows("select name from mart.customers") == [("138****5678",)]
