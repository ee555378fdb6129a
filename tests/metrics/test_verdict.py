"""Case A1: Douyin brings 1,000 people at 10 %, Xiaohongshu 500 at 15 %: is the difference real?"""

from datetime import date

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, Query
from sopdash.metrics.verdict import between, with_interval

DAYS = Period(date(2026, 11, 9), date(2026, 11, 15))
RATES = Query(("channel_conversion",), by=("channel",), period=DAYS)


@pytest.fixture
def channels(warehouse):
    """channels(抖音=(100, 1000)) adds customers of a channel, of whom the first ones order."""

    def fill(**sizes):
        follows = ["customer  follow_id  at  channel"]
        orders = ["customer  id  at  paid"]
        for channel, (buyers, added) in sizes.items():
            for place in range(added):
                follows.append(f"{channel}{place}  f{channel}{place}  2026-11-09 09:00  {channel}")
                if place < buyers:
                    orders.append(f"{channel}{place}  o{channel}{place}  2026-11-10 09:00  100")
        warehouse.follows("\n".join(follows))
        warehouse.orders("\n".join(orders))
        return warehouse.store

    return fill


def test_the_published_case_comes_out_right(channels):
    store = channels(抖音=(100, 1000), 小红书=(75, 500))
    found = between(store, RATES, "抖音", "小红书", LOCAL_OWNER)
    assert (found.better.name, found.worse.name) == ("小红书", "抖音")  # the weak channel's SOP is the one to review
    assert (found.better.rate, found.worse.rate) == (0.15, 0.10)
    assert found.difference == pytest.approx(0.05)
    assert (found.low, found.high) == (pytest.approx(0.0150, abs=5e-5), pytest.approx(0.0880, abs=5e-5))
    assert found.p == pytest.approx(0.00446, abs=5e-6)
    assert found.real


def test_few_customers_are_not_compared(channels):
    store = channels(抖音=(1, 40), 微博=(5, 29))  # 29 < 30, the least count
    found = between(store, RATES, "抖音", "微博", LOCAL_OWNER)
    assert not found.enough
    assert not found.real


def test_chance_is_not_called_real(channels):
    store = channels(抖音=(10, 100), 微博=(11, 100))
    found = between(store, RATES, "抖音", "微博", LOCAL_OWNER)
    assert found.enough
    assert not found.real


def test_a_channel_without_customers_has_no_verdict(channels):
    assert between(channels(抖音=(1, 40)), RATES, "抖音", "微博", LOCAL_OWNER) is None


def test_rates_carry_their_wilson_interval(channels):
    rows = with_interval(channels(抖音=(100, 1000)), RATES, "channel_conversion", LOCAL_OWNER).rows
    assert rows["channel_conversion__low"].iloc[0] == pytest.approx(0.0829, abs=5e-5)
    assert rows["channel_conversion__high"].iloc[0] == pytest.approx(0.1202, abs=5e-5)
