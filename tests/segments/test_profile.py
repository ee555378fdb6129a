"""The profile of a segment against everybody: shares, strength and small samples, by hand."""

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.segments import where
from sopdash.segments.library import predicate_of
from sopdash.segments.profile import ProfileQuery, run


@pytest.fixture
def people(marts):
    # 抖音: 60 of 80 women; everywhere else 40 of 120. One more of 抖音 tells no gender.
    for channel, gender, count in (("抖音", "female", 60), ("抖音", "male", 20), ("抖音", None, 1),
                                   ("门店", "female", 40), ("门店", "male", 80)):  # fmt: skip
        marts.connection.execute(
            "insert into mart.customers (customer, channel, gender, tags) "
            "select (select count(*) from mart.customers) + i, ?, ?, '会员;口红' from range(?) t(i)",
            [channel, gender, count],
        )
    marts.fill("orders", "customer  is_paid  platform  product  ordered_at\n1  true  taobao  口红  2026-11-01T20:15")
    return marts


def test_shares_index_and_test(people, store):
    found = run(store, ProfileQuery(predicate_of(store, where("channel", "in", "抖音"))), LOCAL_OWNER)
    women = found[(found["trait"] == "gender") & (found["value"] == "female")].iloc[0]
    assert (women["inside"], women["known_inside"], women["total"], women["known"]) == (60, 80, 100, 200)
    assert (women["share"], women["share_all"], women["index"]) == (0.75, 0.5, 1.5)
    assert women["p_holm"] < 1e-6  # 60/80 against 40/120: z = 5.77
    assert women["standing"] == "above"
    men = found[(found["trait"] == "gender") & (found["value"] == "male")].iloc[0]
    assert (men["index"], men["standing"]) == (0.5, "below")
    tags = found[found["trait"] == "tags"].set_index("value")
    assert (tags.loc["会员", "share"], tags.loc["会员", "index"], tags.loc["会员", "standing"]) == (1, 1, "unclear")
    hour = found[found["trait"] == "hour"].iloc[0]
    assert (hour["value"], hour["total"], hour["standing"]) == ("20:00", 1, "small")


def test_a_small_segment_is_marked(people, store):
    found = run(store, ProfileQuery(predicate_of(store, where("product", "in", "口红"))), LOCAL_OWNER)
    assert set(found["standing"]) == {"small"}
