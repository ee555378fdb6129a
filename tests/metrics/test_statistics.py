"""Published results come out to the printed digits."""

import math

import pytest

from sopdash.metrics.statistics import holm, newcombe, sample_size, two_proportions, wilson


def test_the_channel_case_of_the_catalogue():
    found = two_proportions(75, 500, 100, 1000)
    assert found.difference == pytest.approx(0.05)
    assert round(found.chi2, 3) == 8.086
    assert round(found.p, 5) == 0.00446
    assert [round(bound, 4) for bound in found.interval] == [0.0150, 0.0880]


def test_wilson():
    low, high = wilson(100, 1000)
    assert (round(low, 4), round(high, 4)) == (0.0829, 0.1202)
    assert wilson(0, 10).low == 0
    assert math.isnan(wilson(0, 0).low)


def test_newcombe_paper_example():
    # Newcombe 1998, table II, (a) 56/70 − 48/80, method 10
    assert [round(bound, 4) for bound in newcombe(56, 70, 48, 80)] == [0.0524, 0.3339]


def test_holm_steps_down():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])  # 3 × .01, 2 × .03, then not less than before


def test_equal_rates_of_nobody_are_no_evidence():
    assert two_proportions(0, 10, 0, 10).p == 1
    assert math.isnan(two_proportions(0, 0, 1, 10).p)


def test_people_needed_per_arm():
    assert sample_size(0.10, 0.12) == 3841
    assert sample_size(0.12, 0.10) == 3841
    assert sample_size(0.10, 0.12, power=0.9) > 3841
    with pytest.raises(ValueError, match="no sample size"):
        sample_size(0.1, 0.1)
