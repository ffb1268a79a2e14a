"""EM against scikit-learn, an EM written out by hand, and modes that are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.decomposition import FactorAnalysis
from sklearn.mixture import GaussianMixture

import whyboard as wb
from whyboard.errors import SolverError
from whyboard.precision import count_compilations


def solved(graph, data, **options):
    return wb.get_posterior_model(graph, data, method="EM", progress=False, **options)


def mixture(k=2, rate=1e-9, variance=1e9):
    with wb.Graph("g") as g:
        share = wb.StaticVariable("share", shape=k, distribution="DirichletDistribution", concentration=[1.0] * k)
        mu = wb.StaticVariable("mu", shape=k, variance=variance)
        tau = wb.StaticVariable("tau", shape=k, distribution="GammaDistribution", concentration=1, rate=rate)
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=share)
        y = wb.Variable("y", mean=mu[z], precision=tau[z])
    return g, (share, mu, tau, z, y)


def two_groups():
    random = np.random.default_rng(0)
    return np.concatenate([random.normal(-3, 1, 60), random.normal(2, 0.5, 80)])


def test_a_mixture_is_that_of_scikit_learn():
    g, (share, mu, tau, z, y) = mixture()
    data = two_groups()
    model = solved(g, {y: data})
    theirs = GaussianMixture(2, tol=1e-12, max_iter=10_000, reg_covar=0, random_state=0).fit(data[:, None])
    order = np.argsort(theirs.means_[:, 0])
    ours = np.argsort(model.get_means(mu))
    assert model.converged
    np.testing.assert_allclose(model.get_means(mu)[ours], theirs.means_[order, 0], atol=1e-6)
    np.testing.assert_allclose(model.get_means(share)[ours], theirs.weights_[order], atol=1e-6)
    np.testing.assert_allclose(model.get_means(tau)[ours], theirs.precisions_.ravel()[order], rtol=1e-6)
    prior = stats.norm(0, 1e9**0.5).logpdf(model.get_means(mu)).sum() + 2 * np.log(1e-9)
    assert model.lower_bound[-1] - prior == pytest.approx(theirs.score(data[:, None]) * len(data), abs=1e-6)
    assert np.all(np.diff(model.lower_bound) > -1e-9)
    assert len(model.ends) == 4
    shares = model.belief(z).moments.counts[:, ours]
    np.testing.assert_allclose(shares, theirs.predict_proba(data[:, None])[:, order], atol=1e-6)
    learned = model.get_posterior_graph()
    again = wb.get_posterior_model(learned, {learned.y: data[:3]}, method="VMP", progress=False)
    np.testing.assert_allclose(again.belief(learned.z).moments.counts, model.belief(z).moments.counts[:3], atol=1e-6)
    other = wb.get_posterior_model(g, {y: data[::-1] + 1}, method="EM", solve=False, restarts=2)
    with count_compilations() as count:
        other.solve(progress=False)
    assert count.compiled == 0


@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_each_step_is_the_one_written_out_by_hand():
    g, (_, _, tau, z, y) = mixture(rate=0.3, variance=4.0)
    data = two_groups()[40:90]
    start = (np.arange(50) % 2).astype(int)
    model = solved(g, {y: data}, initial={z: start}, restarts=1, max_steps=10)
    counts = np.eye(2)[start]
    tau_now, bounds = np.full(2, 1 / 0.3), []
    for _ in range(10):
        size, total = counts.sum(0), counts.T @ data
        share_now = size / size.sum()
        mu_now = tau_now * total / (tau_now * size + 1 / 4)
        scatter = (counts * (data[:, None] - mu_now) ** 2).sum(0)
        tau_now = (size / 2) / (scatter / 2 + 0.3)
        density = np.log(share_now) + stats.norm.logpdf(data[:, None], mu_now, tau_now**-0.5)
        bound = np.logaddexp.reduce(density, axis=1).sum()
        counts = np.exp(density - np.logaddexp.reduce(density, axis=1)[:, None])
        bound += stats.norm.logpdf(mu_now, 0, 2).sum() + stats.gamma.logpdf(tau_now, 1, scale=1 / 0.3).sum()
        bounds.append(bound)
    np.testing.assert_allclose(model.lower_bound, bounds, atol=1e-9)
    np.testing.assert_allclose(model.get_means(tau), tau_now, rtol=1e-10)
    assert sum(model.lower_bound_terms.values()) == pytest.approx(bounds[-1], abs=1e-9)


def test_factor_analysis_reaches_the_optimum_of_scikit_learn():
    random = np.random.default_rng(2)
    data = random.normal(size=(120, 2)) @ random.normal(size=(2, 5)) + 0.5 * random.normal(size=(120, 5)) + 3
    with wb.Graph("g") as g:
        loadings = wb.StaticVariable("loadings", shape=(5, 2), variance=1e9)
        centre = wb.StaticVariable("centre", shape=5, variance=1e9)
        tau = wb.StaticVariable("tau", shape=5, distribution="GammaDistribution", concentration=1, rate=1e-9)
        z = wb.Variable("z", shape=2)
        y = wb.Variable("y", shape=5, mean=wb.math.matmul(loadings, z) + centre, precision=tau)
    model = solved(g, {y: data}, restarts=1)
    theirs = FactorAnalysis(2, tol=1e-10, max_iter=20_000, svd_method="lapack").fit(data)
    covariance = model.get_means(loadings) @ model.get_means(loadings).T + np.diag(1 / model.get_means(tau))
    ours = stats.multivariate_normal(model.get_means(centre), covariance).logpdf(data).sum()
    assert ours >= theirs.score(data) * len(data) - 0.01
    np.testing.assert_allclose(covariance, theirs.get_covariance(), atol=0.02)
    assert np.all(np.diff(model.lower_bound) > -1e-8)


def test_points_are_modes_in_the_coordinates_of_the_variable():
    with wb.Graph("g") as g:
        rate = wb.StaticVariable("rate", distribution="GammaDistribution", concentration=3, rate=2)
        count = wb.Variable("count", distribution="PoissonDistribution", mean=rate)
        chance = wb.StaticVariable("chance", distribution="BetaDistribution", alpha=2, beta=3)
        coin = wb.Variable("coin", dtype="bool", distribution="BernoulliDistribution", mean=chance)
        beta = wb.StaticVariable("beta", shape=2, variance=4)
        y = wb.Variable("y", mean=beta[0] + 0.5 * beta[1], variance=1)
    model = solved(g, {count: [1, 4, 2], coin: [True, True, False], y: [1.0, 2.0, 4.0]})
    assert model.get_means(rate) == pytest.approx((3 - 1 + 7) / (2 + 3), abs=1e-9)
    assert model.get_means(chance) == pytest.approx((2 - 1 + 2) / (5 - 2 + 3), abs=1e-9)
    design = np.array([[1.0, 0.5]] * 3)
    mode = np.linalg.solve(design.T @ design + np.eye(2) / 4, design.T @ [1.0, 2.0, 4.0])
    np.testing.assert_allclose(model.get_means(beta), mode, atol=1e-9)
    values = {rate: model.get_means(rate), chance: model.get_means(chance), beta: model.get_means(beta)}
    values |= {count: [1, 4, 2], coin: [True, True, False], y: [1.0, 2.0, 4.0]}
    assert model.lower_bound[-1] == pytest.approx(model.log_probability(values), abs=1e-9)
    assert np.all(model.get_standard_deviations(beta) == 0)
    assert np.all(model.get_samples(beta, 3) == model.get_means(beta))


def test_variables_may_be_named_as_points_or_believed():
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0, variance=10)
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=2, rate=1)
        y = wb.Variable("y", mean=mu, precision=tau)
    data = [1.0, 2.0, 3.0, 4.5]
    believed = solved(g, {y: data}, points=[])
    vmp = wb.get_posterior_model(g, {y: data}, method="VMP", progress=False)
    assert believed.lower_bound[-1] == pytest.approx(vmp.lower_bound[-1], abs=1e-6)
    assert believed.get_standard_deviations(mu) == pytest.approx(vmp.get_standard_deviations(mu), rel=1e-4)
    half = solved(g, {y: data}, points=[tau])
    assert half.get_standard_deviations(tau) == 0
    assert half.get_standard_deviations(mu) > 0.1


def test_what_has_no_most_probable_value_is_refused_in_words():
    with wb.Graph("h") as h:
        share = wb.StaticVariable("share", shape=3, distribution="DirichletDistribution", concentration=[0.5, 0.5, 0.5])
        x = wb.Variable("x", distribution="CategoricalDistribution", probabilities=share)
    with pytest.raises(SolverError, match=r"'h/share' has no most probable value.*concentrations of at least 1"):
        solved(h, {x: [0, 0, 1]})
    with pytest.raises(SolverError, match=r"restarts=0\. Expected an integer from 1 up"):
        solved(h, {x: [0, 0, 1]}, restarts=0)
