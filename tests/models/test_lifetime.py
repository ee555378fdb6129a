"""BG/NBD and Gamma-Gamma: published results to the printed digits, and what the formulas must obey."""

import numpy as np
import pytest
from scipy.special import hyp2f1

from sopdash.models import bgnbd, gamma_gamma, lifetime
from sopdash.models.bgnbd import BgNbd, Histories, Likelihood
from sopdash.models.gamma_gamma import GammaGamma, Spending


@pytest.fixture(scope="module")
def fitted(histories):
    return bgnbd.fit(histories)


@pytest.fixture(scope="module")
def paid(spending):
    return gamma_gamma.fit(spending)


def one(*values):
    return [np.array([value]) for value in values]


def test_bgnbd_of_cdnow(fitted):
    model, estimate = fitted
    # Fader, Hardie and Lee (2005), table 1
    assert (round(model.r, 3), round(model.alpha, 3), round(model.a, 3), round(model.b, 3)) == (
        0.243,
        4.414,
        0.793,
        2.426,
    )
    assert round(estimate.log_likelihood, 1) == -9582.4
    assert estimate.settled
    # standard errors as the authors' Excel and lifetimes' Hessian give them
    assert [round(error, 3) for error in estimate.errors] == [0.013, 0.378, 0.186, 0.705]


def test_expected_purchases_of_cdnow(fitted):
    model, _ = fitted
    [expected] = model.expected(39, *one(2.0, 30.43, 38.86))
    assert round(expected, 3) == 1.226


def test_gamma_gamma_of_cdnow(paid, spending):
    model, estimate = paid
    assert len(spending.x) == 946
    assert (round(model.p, 2), round(model.q, 2), round(model.v, 2)) == (6.25, 3.74, 15.44)
    assert estimate.settled
    assert round(spending.correlation(), 2) == 0.11


@pytest.mark.parametrize(
    ("x", "t_x", "t", "mean", "clv"), [(2, 30.43, 38.86, 22.35, 36.28), (7, 29.43, 38.86, 73.74, 283.52)]
)
def test_lifetime_value_of_cdnow_customers_1_and_6(fitted, cdnow, x, t_x, t, mean, clv):
    back = cdnow[cdnow["x"] > 0]
    worth, _ = gamma_gamma.fit(Spending(back["x"].to_numpy(), back["zbar"].to_numpy(), np.ones(len(back))))
    model = fitted[0]
    x, t_x, t, mean = one(float(x), t_x, t, mean)
    [value] = model.alive(x, t_x, t) * lifetime.discounted(model, x, t) * worth.expected(x, mean)
    assert round(value, 2) == clv


def test_the_gradient_is_the_slope(histories):
    likelihood, at = Likelihood(histories), np.array([0.3, 4.0, 0.7, 2.0])
    step = 1e-6
    slopes = [(likelihood(at + d)[0] - likelihood(at - d)[0]) / (2 * step) for d in np.eye(4) * step]
    assert likelihood(at)[1] == pytest.approx(slopes, rel=1e-4, abs=1e-3)


def test_the_gradient_of_the_money_is_the_slope(spending):
    likelihood, at = gamma_gamma.Likelihood(spending), np.array([5.0, 3.0, 12.0])
    step = 1e-6
    slopes = [(likelihood(at + d)[0] - likelihood(at - d)[0]) / (2 * step) for d in np.eye(3) * step]
    assert likelihood(at)[1] == pytest.approx(slopes, rel=1e-4, abs=1e-3)


def test_the_expectation_is_the_papers_formula(fitted):
    model = fitted[0]
    x, t_x, t = np.array([0.0, 1, 5, 12]), np.array([0.0, 3, 20, 38]), np.array([38.0, 20, 30, 39])
    r, alpha, a, b, ahead = model.r, model.alpha, model.a, model.b, 52.0
    series = hyp2f1(r + x, b + x, a + b + x - 1, ahead / (alpha + t + ahead))
    top = (a + b + x - 1) / (a - 1) * (1 - ((alpha + t) / (alpha + t + ahead)) ** (r + x) * series)
    below = 1 + np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * ((alpha + t) / (alpha + t_x)) ** (r + x), 0)
    assert model.expected(ahead, x, t_x, t) == pytest.approx(top / below, rel=1e-10)


def test_the_most_faithful_customers_do_not_overflow(fitted):
    # 360 purchase days of a year: the paper's series is beyond 1e300 here
    [expected] = fitted[0].expected(52, *one(360.0, 52.0, 52.0))
    assert 200 < expected < 360
    [alive] = fitted[0].alive(*one(360.0, 10.0, 52.0))
    assert alive == pytest.approx(0, abs=1e-12)


def test_p_alive_falls_while_nothing_is_heard(fitted):
    t = np.array([10.0, 15, 20, 40])
    alive = fitted[0].alive(np.full(4, 3.0), np.full(4, 10.0), t)
    assert list(alive) == sorted(alive, reverse=True)
    assert fitted[0].alive(*one(0.0, 0.0, 40.0)) == 1  # nobody stops before a second purchase


def test_counts_weigh_like_repeated_customers(histories, fitted):
    each = Histories(
        *(np.repeat(values, histories.count.astype(int)) for values in (histories.x, histories.t_x, histories.t)),
        np.ones(histories.customers),
    )
    assert bgnbd.fit(each)[0].r == pytest.approx(fitted[0].r, rel=1e-6)


def test_own_mean_is_pulled_to_that_of_all():
    model = GammaGamma(p=6.25, q=3.74, v=15.44)
    nobody, regular = model.expected(np.array([0.0, 100.0]), np.array([0.0, 80.0]))
    assert nobody == pytest.approx(6.25 * 15.44 / 2.74)  # 35.22: the mean of all
    assert 79 < regular < 80


def test_too_little_is_refused(histories, spending):
    assert lifetime.orders(histories, weeks=11.9).refused == "short_history"
    few = Histories(*one(2.0, 3.0, 10.0), np.array([99.0]))
    assert lifetime.orders(few, weeks=39).refused == "few_repeat_buyers"
    assert lifetime.money(Spending(*one(2.0, 30.0), np.array([99.0]))).refused == "few_repeat_buyers"
    assert lifetime.money(spending).refused is None


def test_orders_like_clockwork_do_not_settle():
    # Everybody buys every week and nobody stops: any rate that is certain enough explains it.
    weeks = np.full(5, 20.0)
    same = Histories(np.full(5, 19.0), weeks - 1, weeks, np.full(5, 100.0))
    assert lifetime.orders(same, weeks=20).refused == "orders_not_settled"


def test_amounts_without_a_mean_are_refused():
    rng = np.random.default_rng(5)
    # means from 1 / gamma(0.7): the inverse has no mean
    means = rng.gamma(8, 1, 2000) / rng.gamma(0.7, 1, 2000)
    found = lifetime.money(Spending(np.ones(2000), means, np.ones(2000)))
    assert found.refused == "no_mean_value"
    assert found.model is None


def test_value_that_goes_with_frequency_is_refused():
    rng = np.random.default_rng(6)
    x = rng.integers(1, 9, 2000).astype(float)
    found = lifetime.money(Spending(x, x * rng.gamma(20, 1, 2000), np.ones(2000)))
    assert found.refused == "value_goes_with_frequency"
    assert found.correlation > lifetime.MAX_CORRELATION


def test_the_check_adds_up(cdnow_orders):
    """Calibrated on 52 of the 78 weeks of CDNOW: 26 weeks predicted against made."""
    days = cdnow_orders.drop_duplicates(["customer", "day"])
    until = np.datetime64("1997-12-30")
    first = days.groupby("customer")["day"].min()
    seen = days[days["day"] <= until].groupby("customer")["day"].agg(["size", "max"])
    later = days[days["day"] > until].groupby("customer").size().reindex(seen.index, fill_value=0)
    week = np.timedelta64(7, "D")
    histories = Histories(
        seen["size"].to_numpy(float) - 1,
        ((seen["max"] - first) / week).to_numpy(),
        ((until - first) / week).to_numpy(),
        np.ones(len(seen)),
    )
    made = later.to_numpy(float)
    found = lifetime.check(lifetime.Holdout(histories, made, made**2, 26.0))
    assert found.actual.sum() == made.sum() == 1156
    assert found.customers.sum() == 2357
    assert found.predicted.sum() == pytest.approx(1156, rel=0.1)
    assert found.error_model < found.error_naive
    by_hand = 26 * np.where(histories.x > 0, histories.x / np.maximum(histories.t, 0.1), 0)
    assert found.naive.sum() == pytest.approx(by_hand.sum())
    assert found.error_naive == pytest.approx(np.sqrt(((by_hand - made) ** 2).mean()))


def test_a_thin_calibration_has_no_check():
    few = Histories(*one(1.0, 2.0, 9.0), np.array([50.0]))
    assert lifetime.check(lifetime.Holdout(few, np.zeros(1), np.zeros(1), 4.0)) is None


def test_a_model_is_nothing_but_its_parameters():
    assert BgNbd(0.243, 4.414, 0.793, 2.426).alive(*one(2.0, 30.43, 38.86)) == pytest.approx(0.7266, abs=1e-4)
