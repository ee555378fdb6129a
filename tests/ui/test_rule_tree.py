"""The rule being edited: to a rule and back, unfinished parts left out and counted."""

import pytest

from sopdash.segments import both, either, where, without
from sopdash.ui import rule_tree

RULES = [
    both(where("gender", "in", "female"), where("messages", "at_least", 1, days=14)),
    either(where("tier", "in", "vip"), both(where("orders", "equals", 1), where("age", "between", 30, 50))),
    both(where("gender", "in", "female"), without(either(where("orders", "equals", 0), where("held", "no")))),
    both(without(where("channel", "in", "抖音")), where("tags", "contains", "口红")),
    both(),
]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_comes_back_as_it_was(rule):
    assert rule_tree.rule_of(rule_tree.of_rule(rule)) == (rule, 0)


def test_unfinished_conditions_are_left_out_and_counted():
    tree = rule_tree.of_rule(both(where("gender", "in", "female")))
    open_one, half = rule_tree.condition(), rule_tree.condition("orders")
    tree["parts"] += [open_one, rule_tree.group("any", [half])]
    assert rule_tree.rule_of(tree) == (both(where("gender", "in", "female")), 2)
    half["values"] = ["3"]
    assert rule_tree.rule_of(tree) == (both(where("gender", "in", "female"), either(where("orders", "at_least", 3))), 1)
    rule_tree.take_out(tree, open_one["id"])
    assert rule_tree.rule_of(tree)[1] == 0
    assert rule_tree.count(tree) == 2


def test_another_field_or_comparison_keeps_only_what_still_fits():
    node = rule_tree.condition("orders")
    node |= {"values": ["3"], "days": 30}
    rule_tree.compare(node, "at_most")
    assert (node["values"], node["days"]) == (["3"], 30)
    rule_tree.compare(node, "between")
    assert node["values"] == []
    rule_tree.ask(node, "tier")
    assert (node["operator"], node["values"], node["days"]) == ("in", [], None)


def test_nothing_told_yet_means_everybody():
    assert rule_tree.rule_of(rule_tree.group("any", [rule_tree.condition()])) == (both(), 1)
