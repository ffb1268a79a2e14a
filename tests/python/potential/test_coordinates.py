"""Variables without a family of beliefs: a normal belief about a coordinate, and its image for all that reads them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special, stats

import whyboard as wb
from whyboard.errors import NotConjugate

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
HALF_LOG_2PI_E = 0.5 * np.log(2 * np.pi * np.e)
RANDOM = np.random.default_rng(3)
DATA = RANDOM.normal(1.0, 0.7, size=12)


def mixed(g, data, **options):
    return wb.get_posterior_model(g, data, method="VMP", mixed=True, progress=False, tolerance=1e-11, **options)


def expected(function, mean, log_deviation):
    return WEIGHTS @ function(mean + np.exp(log_deviation) * NODES)


def optimum(bound, start):
    """The largest bound over means and logarithms of deviations, and where it is."""
    found = optimize.minimize(lambda packed: -bound(packed), start, method="BFGS", options={"gtol": 1e-8})
    return -found.fun, found.x


def test_an_edge_that_data_stand_at_is_not_inferred():
    with wb.Graph("g") as g:
        low = wb.StaticVariable("low")
        u = wb.Variable("u", distribution="Uniform", low=low, high=10)
    with pytest.raises(NotConjugate, match="'g/u' has UniformDistribution, which states no expected"):
        wb.get_posterior_model(g, {u: [1.0]}, method="VMP", mixed=True, progress=False)


def test_a_half_normal_standard_deviation_has_the_best_log_normal_belief():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", variance=10.0)
        s = wb.StaticVariable("s", distribution="HalfNormalDistribution", scale=2.0)
        y = wb.Variable("y", mean=mu, standard_deviation=s)
    model = mixed(g, {y: DATA})

    def bound(packed):
        mean, log_deviation, centre, log_width = packed
        squares = ((DATA - mean) ** 2 + np.exp(2 * log_deviation)).sum()
        likelihood = expected(
            lambda u: -len(DATA) * (u + np.log(2 * np.pi) / 2) - squares * np.exp(-2 * u) / 2, centre, log_width
        )
        prior = expected(lambda u: stats.halfnorm(scale=2.0).logpdf(np.exp(u)) + u, centre, log_width)
        prior += stats.norm(0, np.sqrt(10)).logpdf(mean) - np.exp(2 * log_deviation) / 20
        return likelihood + prior + log_deviation + log_width + 2 * HALF_LOG_2PI_E

    best, packed = optimum(bound, [1.0, -1.0, -0.3, -1.5])
    assert model.lower_bound[-1] == pytest.approx(best, abs=1e-6)
    assert np.all(np.diff(model.lower_bound) > -1e-9)
    belief = stats.lognorm(s=np.exp(packed[3]), scale=np.exp(packed[2]))
    assert model.get_means(s) == pytest.approx(belief.mean(), rel=1e-4)
    assert model.get_standard_deviations(s) == pytest.approx(belief.std(), rel=1e-3)
    assert model.get_means(mu) == pytest.approx(packed[0], abs=1e-4)

    value, mean = np.linspace(0.2, 3, 400), np.linspace(-1, 3, 300)[:, None]
    squares = sum((each - mean) ** 2 for each in DATA)
    density = np.exp(
        -len(DATA) * np.log(value * np.sqrt(2 * np.pi))
        - squares / (2 * value**2)
        + stats.norm(0, np.sqrt(10)).logpdf(mean)
        + stats.halfnorm(scale=2.0).logpdf(value)
    )
    evidence = density.sum() * (value[1] - value[0]) * (mean[1, 0] - mean[0, 0])
    assert best < np.log(evidence) < best + 0.1
    assert model.get_means(s) == pytest.approx((density * value).sum() / density.sum(), rel=0.03)
    draws = model.get_samples(s, 2000)
    assert draws.min() > 0
    assert draws.mean() == pytest.approx(belief.mean(), rel=0.02)
    graph = model.get_posterior_graph()
    assert graph.s.distribution is wb.LogNormalDistribution
    assert graph.s.mean_log == pytest.approx(packed[2], abs=1e-4)


def test_bounds_hold_for_a_belief_between_them():
    data = np.array([1000.8, 1001.5, 999.9])
    with wb.Graph("g") as g:
        b = wb.StaticVariable("b", distribution="UniformDistribution", center=1000.0, width=2.0)
        y = wb.Variable("y", mean=b, variance=1.0)
    model = mixed(g, {y: data})

    def bound(packed):
        def joint(u):
            value = 999.0 + 2 * special.expit(u)
            change = np.log(2) + special.log_expit(u) + special.log_expit(-u)
            return stats.norm(value, 1).logpdf(data[:, None]).sum(axis=0) - np.log(2) + change

        return expected(joint, *packed) + packed[1] + HALF_LOG_2PI_E

    best, packed = optimum(bound, [0.0, 0.0])
    assert model.lower_bound[-1] == pytest.approx(best, abs=1e-6)
    mean = expected(lambda u: 999.0 + 2 * special.expit(u), *packed)
    assert model.get_means(b) == pytest.approx(mean, abs=1e-4)
    draws = model.get_samples(b, 500)
    assert 999 < draws.min() < draws.max() < 1001


def test_a_prior_far_from_zero_is_where_its_belief_starts():
    with wb.Graph("g") as g:
        b = wb.StaticVariable("b", distribution="LaplaceDistribution", mean=1e4, scale=0.5)
        y = wb.Variable("y", mean=b, variance=1.0)
    model = mixed(g, {y: [1e4 - 1, 1e4 + 1]})
    assert model.converged
    assert model.get_means(b) == pytest.approx(1e4, abs=1e-3)


def test_what_is_known_of_a_variable_with_a_coordinate_counts_by_its_own_density():
    seen = np.array([1.0, 2.0, np.nan, 0.5])
    data = np.array([0.3, -1.0, 2.0, 0.7])
    with wb.Graph("g") as g:
        s = wb.Variable("s", distribution="HalfNormalDistribution", scale=1.5)
        y = wb.Variable("y", mean=0.0, standard_deviation=s)
    model = mixed(g, {y: data, s: seen})
    here = ~np.isnan(seen)
    known = stats.norm(0, seen[here]).logpdf(data[here]).sum() + stats.halfnorm(scale=1.5).logpdf(seen[here]).sum()

    def bound(packed):
        def joint(u):
            return stats.norm(0, np.exp(u)).logpdf(2.0) + stats.halfnorm(scale=1.5).logpdf(np.exp(u)) + u

        return known + expected(joint, *packed) + packed[1] + HALF_LOG_2PI_E

    best, packed = optimum(bound, [0.0, -1.0])
    assert model.lower_bound[-1] == pytest.approx(best, abs=1e-6)
    belief = stats.lognorm(s=np.exp(packed[1]), scale=np.exp(packed[0]))
    np.testing.assert_allclose(model.get_means(s)[~here], belief.mean(), rtol=1e-3)
    np.testing.assert_array_equal(model.get_means(s)[here], seen[here])


def test_a_family_that_no_function_takes_gives_way_to_a_coordinate():
    data = np.array([0.5, 0.7, 0.8])
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", distribution="BetaDistribution", alpha=2.0, beta=3.0)
        y = wb.Variable("y", mean=wb.math.tanh(3 * p), variance=0.1)
    model = mixed(g, {y: data})

    def bound(packed):
        def joint(u):
            value = special.expit(u)
            likelihood = stats.norm(np.tanh(3 * value), np.sqrt(0.1)).logpdf(data[:, None]).sum(axis=0)
            return likelihood + stats.beta(2, 3).logpdf(value) + special.log_expit(u) + special.log_expit(-u)

        return expected(joint, *packed) + packed[1] + HALF_LOG_2PI_E

    best, _ = optimum(bound, [0.0, -1.0])
    assert model.lower_bound[-1] == pytest.approx(best, abs=1e-6)


def test_without_a_prior_a_variable_in_a_function_has_the_belief_of_its_likelihood():
    with wb.Graph("g") as g:
        b = wb.StaticVariable("b", distribution="FlatDistribution")
        y = wb.Variable("y", dtype="int", distribution="PoissonDistribution", mean=wb.math.exp(b))
    model = mixed(g, {y: [3, 5, 4]})
    # Of n counts with sum k, the best normal belief has variance 1 / k and mean log(k / n) - 1 / (2 k).
    assert model.get_variances(b) == pytest.approx(1 / 12, rel=1e-3)
    assert model.get_means(b) == pytest.approx(np.log(4) - 1 / 24, abs=1e-4)


def test_a_closed_method_says_that_mixed_works():
    with wb.Graph("g") as g:
        s = wb.StaticVariable("s", distribution="HalfNormalDistribution", scale=2.0)
        y = wb.Variable("y", standard_deviation=s)
    with pytest.raises(NotConjugate, match=r"'g/s'.*HalfNormalDistribution.*mixed=True"):
        wb.get_posterior_model(g, {y: [1.0, 2.0]}, method="VMP", progress=False)
