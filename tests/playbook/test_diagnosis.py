"""Diagnosis: what each kind of rule finds, how sure it is, and what people dismiss."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from sopdash import content
from sopdash.access import LOCAL_OWNER
from sopdash.content import Entry
from sopdash.metrics import REGISTRY, Period
from sopdash.playbook import diagnosis
from sopdash.playbook.diagnosis import Strength, diagnose, dismiss, rules

MONTH = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))


def found(store, name, period=MONTH):
    return [one for one in diagnose(store, period, (), LOCAL_OWNER).findings if one.rule.name == name]


def test_every_rule_names_a_metric_and_a_dimension_that_exist():
    for rule in rules().values():
        assert rule.metric in REGISTRY
        assert rule.by is None or rule.by in REGISTRY[rule.metric].dimensions
        assert ("{unit}" in rule.title.zh) == (rule.kind == "slot" or (rule.by is not None and rule.kind != "count"))
        assert rule.actions


@pytest.fixture
def two_channels(warehouse):
    """抖音 1,000 added, 100 of them ordered; 小红书 500 added, 75 ordered."""
    people = [("抖音", 1_000, 100), ("小红书", 500, 75)]
    follows = [
        f"{channel}{n:04d}  {channel}f{n}  2026-10-05 09:00  {channel}"
        for channel, size, _ in people
        for n in range(size)
    ]
    orders = [
        f"{channel}{n:04d}  {channel}o{n}  2026-10-12 20:00  50" for channel, _, buyers in people for n in range(buyers)
    ]
    warehouse.follows("customer  follow_id  added_at  channel\n" + "\n".join(follows))
    warehouse.orders("customer  id  at  paid\n" + "\n".join(orders))
    return warehouse.store


def test_the_weak_channel_is_named_with_its_evidence(two_channels):
    [finding] = found(two_channels, "channel_converts_poorly")
    assert (finding.unit, finding.value, finding.size, finding.other) == ("抖音", 0.1, 1_000, 0.15)
    # z test of 100/1000 against 75/500: p = .00446; two channels, each tested against the other: Holm doubles it
    assert finding.p == pytest.approx(2 * 0.00446, rel=0.01)
    assert finding.strength is Strength.STRONG


def test_what_is_dismissed_is_not_shown_again_in_its_period(two_channels):
    [finding] = found(two_channels, "channel_converts_poorly")
    dismiss(two_channels, finding, MONTH, "负责人", note="新渠道，先观察")
    assert found(two_channels, "channel_converts_poorly") == []
    assert len(found(two_channels, "channel_converts_poorly", Period(dt.date(2026, 9, 28), MONTH.last))) == 1


def test_rules_without_data_say_what_they_need(two_channels):
    told = diagnose(two_channels, MONTH, (), LOCAL_OWNER)
    assert "conversations" in told.absent["slow_reply"].say("en")
    assert told.absent["posts_in_quiet_slots"].code == "needs"


def test_a_quiet_slot_people_post_in_is_named(warehouse):
    """1,050 messages in 105 waking slots are 10 a slot; 1 on Monday at 9 is quiet, 19 on Monday at 20 is not."""
    plan = {(weekday, hour): 10 for weekday in range(7) for hour in range(8, 23)} | {(0, 9): 1, (0, 20): 19}
    rows = [
        f"顾客0001  m{weekday}-{hour}-{n}  2026-10-{5 + weekday:02d} {hour:02d}:{n:02d}"
        for (weekday, hour), count in plan.items()
        for n in range(count)
    ]
    warehouse.messages("customer  message_id  at\n" + "\n".join(rows))
    store = warehouse.store
    for hour in (9, 20):
        content.add(store, Entry(day=dt.date(2026, 10, 5), time=dt.time(hour, 0), theme=f"{hour} 点"), "test")
    [finding] = found(store, "posts_in_quiet_slots")
    assert finding.unit == "0-09"
    assert finding.value == pytest.approx(1 / 10)


def test_a_mark_speaks_only_when_chance_does_not_explain_it(warehouse):
    """Of 40 conversations 30 were answered within the hour: 75 % against the mark of 90 %, binomial p = .0049."""
    rows = [
        f"c{n}  顾客{n:04d}  导购A01  customer  2026-10-05 09:00  2026-10-05 {'09:30' if n < 30 else '11:00'}"
        for n in range(40)
    ]
    head = "conversation_id  customer  staff  opened_by  opened_at  first_reply_at"
    warehouse.conversations(head + "\n" + "\n".join(rows))
    [finding] = found(warehouse.store, "slow_reply")
    assert (finding.value, finding.size, finding.other) == (0.75, 40, 0.9)
    assert finding.strength is Strength.STRONG


def test_the_demo_has_findings_and_all_kinds_of_rules_run(demo_store):
    told = diagnose(demo_store, Period(dt.date(2026, 10, 19), dt.date(2026, 11, 15)), (), LOCAL_OWNER)
    assert told.findings
    spoken = Counter(one.rule.kind for one in told.findings) + Counter(rule.kind for rule in told.silent)
    assert set(spoken) | {rules()[name].kind for name in told.absent} == set(diagnosis._KINDS)
    assert all(one.p < 0.05 or one.strength is Strength.COUNTED for one in told.findings)
