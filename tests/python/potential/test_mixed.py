"""Mixed graphs: closed updates where there are any, natural-gradient steps with quadrature elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

import whyboard as wb
from whyboard.errors import NotConjugate

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=40)
BITS = RANDOM.uniform(size=40) < special.expit(0.5 + 1.5 * X)
COUNTS = RANDOM.poisson(np.exp(0.5 + 0.7 * X))


def mixed(g, data, **options):
    return wb.get_posterior_model(g, data, method="VMP", mixed=True, progress=False, **options)


def root(packed):
    return np.array([[np.exp(packed[2]), 0], [packed[3], np.exp(packed[4])]])


def normal_optimum(likelihood, variance):
    """The best normal belief about two coefficients of prior variance ``variance``: bound, mean and deviations."""
    design = np.stack([np.ones_like(X), X], axis=1)

    def loss(packed):
        mean, covariance = packed[:2], root(packed) @ root(packed).T
        spread = np.sqrt(np.einsum("ni,ij,nj->n", design, covariance, design))
        predictor = (design @ mean)[:, None] + spread[:, None] * NODES
        divergence = (np.trace(covariance) + mean @ mean) / variance - 2 + 2 * np.log(variance)
        return (divergence - np.linalg.slogdet(covariance)[1]) / 2 - (likelihood(predictor) * WEIGHTS).sum()

    found = optimize.minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-7})
    return -found.fun, found.x[:2], np.sqrt(np.diag(root(found.x) @ root(found.x).T))


def log_evidence(likelihood, variance):
    def density(slope, intercept):
        total = (
            likelihood((intercept + slope * X)[:, None]).sum()
            + stats.norm(0, np.sqrt(variance)).logpdf([slope, intercept]).sum()
        )
        return np.exp(total + 30)

    return np.log(integrate.dblquad(density, -2, 4, -2, 4, epsrel=1e-6)[0]) - 30


def bernoulli(predictor):
    return -np.logaddexp(0, np.where(BITS[:, None], -predictor, predictor))


@pytest.mark.parametrize("parameter", ["logit", "mean"])
@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_logistic_regression_finds_the_best_normal_belief(parameter):
    with wb.Graph("g") as g:
        beta = wb.StaticVariable("beta", shape=2, variance=4.0)
        x = wb.Variable("x", distribution="NoDistribution")
        predictor = beta[0] + beta[1] * x
        given = predictor if parameter == "logit" else wb.math.sigmoid(predictor)
        y = wb.Variable("y", dtype="bool", distribution="BernoulliDistribution", **{parameter: given})
    model = mixed(g, {x: X, y: BITS}, tolerance=1e-10)
    bound, mean, deviation = normal_optimum(bernoulli, 4.0)
    assert model.lower_bound[-1] == pytest.approx(bound, abs=1e-6)
    np.testing.assert_allclose(model.get_means(beta), mean, atol=1e-4)
    np.testing.assert_allclose(model.get_standard_deviations(beta), deviation, atol=1e-4)
    assert np.all(np.diff(model.lower_bound) > -1e-9)
    assert sum(model.lower_bound_terms.values()) == pytest.approx(model.lower_bound[-1])
    assert model.lower_bound[-1] < log_evidence(bernoulli, 4.0) < model.lower_bound[-1] + 0.2
    if parameter == "logit":
        batches = mixed(g, {x: X, y: BITS}, batch_size=20, max_sweeps=80)
        assert bound - 1e-2 < batches.lower_bound[-1] < bound + 1e-9


def test_a_chain_of_log_rates_finds_the_best_joint_belief():
    counts, steps = np.array([2, 3, 0, 5, 6]), 5
    with wb.Graph("g") as g:
        rate = wb.Variable("rate", variance=0.5)
        rate.mean = wb.math.time_shift(rate, -1, 0.0)
        y = wb.Variable("y", dtype="int", distribution="PoissonDistribution", mean=wb.math.exp(rate))
    model = mixed(g, {y: counts}, tolerance=1e-10)
    step = np.eye(steps) - np.eye(steps, k=-1)
    precision = 2 * step.T @ step

    def loss(packed):
        factor = np.zeros((steps, steps))
        factor[np.tril_indices(steps)] = packed[steps:]
        factor[np.diag_indices(steps)] = np.exp(np.diag(factor))
        mean, covariance = packed[:steps], factor @ factor.T
        likelihood = counts * mean - np.exp(mean + np.diag(covariance) / 2) - special.gammaln(counts + 1)
        prior = (np.trace(precision @ covariance) + mean @ precision @ mean - steps * np.log(2)) / 2
        return prior - likelihood.sum() - steps / 2 - np.log(np.diag(factor)).sum()

    best = optimize.minimize(loss, np.zeros(steps + steps * (steps + 1) // 2), method="BFGS")
    assert model.lower_bound[-1] == pytest.approx(-best.fun, abs=1e-6)
    np.testing.assert_allclose(model.get_means(rate), best.x[:steps], atol=1e-4)


def test_a_belief_that_is_fixed_for_a_while_is_found_again():
    g, data, (_, _, b, y) = poisson_regression()
    model = mixed(g, data)
    before = model.get_means(b)
    model.observe(b, [0.5, 0.7])
    model.unobserve(b)
    np.testing.assert_allclose(model.get_means(b), before, atol=1e-3)
    gaps = COUNTS.astype(float)
    gaps[:5] = np.nan
    model.observe(y, gaps)
    middle, width = model.get_means(b), model.get_standard_deviations(b)
    # Of the counts that are not known, the mean of what a log-normal rate tells, up to the error of draws.
    expected = np.exp(middle[0] + middle[1] * X[:5] + (width[0] ** 2 + (width[1] * X[:5]) ** 2) / 2)
    np.testing.assert_allclose(model.get_means(y)[:5], expected, rtol=0.25)


def test_what_is_not_conjugate_is_refused_unless_mixed_and_told_so():
    with wb.Graph("g") as g:
        b = wb.StaticVariable("b")
        y = wb.Variable("y", dtype="int", distribution="PoissonDistribution", mean=wb.math.exp(b))
    with pytest.raises(NotConjugate, match=r"'g/b' in the mean of 'g/y'.*mixed=True"):
        wb.get_posterior_model(g, {y: [1, 2]}, method="VMP", progress=False)


def poisson_regression():
    """Counts whose coefficients have a normal mean and a gamma precision of their own."""
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", variance=10.0)
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=2.0, rate=1.0)
        b = wb.StaticVariable("b", shape=2, mean=mu, precision=tau)
        x = wb.Variable("x", distribution="NoDistribution")
        y = wb.Variable("y", dtype="int", distribution="PoissonDistribution", mean=wb.math.exp(b[0] + b[1] * x))
    return g, {x: X, y: COUNTS}, (mu, tau, b, y)


def test_conjugate_upper_levels_keep_their_closed_updates():
    g, data, (mu, tau, b, _) = poisson_regression()
    model = mixed(g, data, tolerance=1e-11)
    design = np.stack([np.ones_like(X), X], axis=1)
    mean_mu, var_mu = model.get_means(mu), model.get_variances(mu)
    belief = model.belief(tau)
    concentration, rate = 1 + belief.phi[1], -belief.phi[0]
    first, second = model.belief(b).moments
    # The fixed point of the upper levels, as textbooks have it.
    assert concentration == pytest.approx(2 + 1)
    distance = np.trace(second) - 2 * first.sum() * mean_mu + 2 * (mean_mu**2 + var_mu)
    assert rate == pytest.approx(1 + distance / 2, rel=1e-4)
    assert 1 / var_mu == pytest.approx(0.1 + 2 * concentration / rate, rel=1e-4)
    # That of the coefficients: a normal belief is stationary where precision and slope are expected ones.
    covariance = second - np.outer(first, first)
    expected = np.exp(design @ first + np.einsum("ni,ij,nj->n", design, covariance, design) / 2)
    precision = concentration / rate * np.eye(2) + design.T @ (expected[:, None] * design)
    np.testing.assert_allclose(np.linalg.inv(covariance), precision, rtol=1e-4)
    slope = design.T @ (COUNTS - expected) - concentration / rate * (first - mean_mu)
    np.testing.assert_allclose(slope, 0, atol=2e-3)


def test_where_all_is_conjugate_mixed_is_the_same():
    data = [1.0, 2.0, 4.0]
    found = []
    for choice in (True, False):
        with wb.Graph("g") as g:
            m = wb.StaticVariable("m", variance=10.0)
            t = wb.StaticVariable("t", distribution="GammaDistribution", concentration=1.0, rate=1.0)
            y = wb.Variable("y", mean=m, precision=t)
        model = wb.get_posterior_model(g, {y: data}, method="VMP", mixed=choice, progress=False)
        found.append(model.lower_bound)
    np.testing.assert_array_equal(*found)


def test_a_laplace_prior_gets_a_normal_belief():
    with wb.Graph("g") as g:
        b = wb.StaticVariable("b", distribution="LaplaceDistribution", mean=0.0, scale=0.5)
        y = wb.Variable("y", mean=b, variance=1.0)
    data = np.array([0.3, 1.0, -0.2])
    model = mixed(g, {y: data}, tolerance=1e-11)

    def loss(packed):
        mean, scale = packed[0], np.exp(packed[1])
        distance = integrate.quad(lambda z: abs(mean + scale * z) * stats.norm.pdf(z), -9, 9, points=[-mean / scale])
        likelihood = stats.norm(mean, 1).logpdf(data).sum() - 1.5 * scale**2
        return 2 * distance[0] - likelihood - np.log(scale) - 0.5 * np.log(2 * np.pi * np.e)

    best = optimize.minimize(loss, [0.2, -1.0], method="BFGS")
    assert model.lower_bound[-1] == pytest.approx(-best.fun, abs=2e-3)
    assert model.get_means(b) == pytest.approx(best.x[0], abs=3e-3)
    assert model.get_standard_deviations(b) == pytest.approx(np.exp(best.x[1]), rel=1e-2)


def test_a_variable_in_mean_and_spread_is_stationary_by_its_whole_density():
    with wb.Graph("g") as g:
        b = wb.StaticVariable("b", variance=4.0)
        y = wb.Variable("y", mean=b, standard_deviation=wb.math.exp(b))
    data = np.array([0.1, 1.7, 3.0])
    model = mixed(g, {y: data}, tolerance=1e-11)

    def loss(packed):
        values = packed[0] + np.exp(packed[1]) * NODES
        total = stats.norm(values, np.exp(values)).logpdf(data[:, None]).sum(axis=0) + stats.norm(0, 2).logpdf(values)
        return -(total * WEIGHTS).sum() - packed[1] - 0.5 * np.log(2 * np.pi * np.e)

    best = optimize.minimize(loss, [0.0, -1.0], method="BFGS")
    assert model.lower_bound[-1] == pytest.approx(-best.fun, abs=1e-6)
    assert model.get_means(b) == pytest.approx(best.x[0], abs=1e-3)
    assert model.get_standard_deviations(b) == pytest.approx(np.exp(best.x[1]), abs=1e-3)


def test_refusals_name_what_is_in_the_way():
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="BernoulliDistribution", mean=0.5, dtype="int")
        y = wb.Variable("y", mean=wb.math.tanh(z), variance=1.0)
    with pytest.raises(NotConjugate, match=r"'g/z' \(binary\) in what is not linear"):
        mixed(g, {y: [0.3]})


def test_a_function_may_stand_in_a_named_deterministic():
    data = {"g/y": [1.0, 1.4, 0.8]}

    def bound(*, named: bool) -> float:
        with wb.Graph("g") as g:
            x = wb.StaticVariable("x")
            function = wb.math.exp(x)
            mean = wb.StaticVariable("d", distribution="DiracDistribution", mean=function) if named else function
            wb.Variable("y", mean=mean)
        return wb.get_posterior_model(g, data, method="VMP", mixed=True, progress=False).lower_bound[-1]

    assert bound(named=True) == pytest.approx(bound(named=False), abs=1e-9)
