"""Gradient solvers over shares and matrices against conjugate posteriors, without priors against likelihoods."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.mixture import GaussianMixture

import whyboard as wb
from whyboard.errors import SolverError

RANDOM = np.random.default_rng(0)
ROWS = 60
VECTORS = RANDOM.multivariate_normal([1.0, -2.0], [[2.0, 0.6], [0.6, 1.0]], size=ROWS)
CATEGORIES = np.arange(ROWS) % 10 // 5 + np.arange(ROWS) % 4 // 3
BITS = np.arange(ROWS) % 5 < 2
COUNTS = RANDOM.poisson(3, ROWS)
LEVELS = RANDOM.normal([0.0, 1.0, 3.0], 1.0, size=(ROWS, 3))


def test_shares_and_matrices_have_their_conjugate_posteriors_also_in_the_graph_of_what_was_learned():
    with wb.Graph("g") as g:
        share = wb.StaticVariable("share", distribution="Beta", alpha=2, beta=3)
        bit = wb.Variable("bit", dtype="bool", distribution="Bernoulli", mean=share)
        shares = wb.StaticVariable("shares", shape=3, distribution="Dirichlet", concentration=[1.0, 2.0, 4.0])
        kind = wb.Variable("kind", distribution="Categorical", probabilities=shares)
        matrix = wb.StaticVariable(
            "matrix", shape=(2, 2), distribution="Wishart", degrees_of_freedom=4, inverse_scale=np.eye(2)
        )
        y = wb.Variable("y", shape=2, distribution="MultivariateNormal", mean=[1.0, -2.0], precision=matrix)
    data = {bit: BITS, kind: CATEGORIES, y: VECTORS}
    model = wb.get_posterior_model(g, data, method="MAPFisher", progress=False)
    centred = VECTORS - [1.0, -2.0]
    exact = {
        share: stats.beta(2 + BITS.sum(), 3 + (~BITS).sum()),
        shares: stats.dirichlet(np.bincount(CATEGORIES) + np.array([1.0, 2.0, 4.0])),
        matrix: stats.wishart(4 + ROWS, np.linalg.inv(np.eye(2) + centred.T @ centred)),
    }
    learned = wb.get_generative_model(model.get_posterior_graph(), n_data=1)
    for variable, law in exact.items():
        mean, deviation = (np.asarray(part() if callable(part) else part) for part in (law.mean, law.var))
        deviation = np.sqrt(deviation)
        assert np.all(np.abs(model.get_means(variable) - mean) < 0.15 * deviation)
        assert_allclose(model.get_standard_deviations(variable), deviation, rtol=0.1)
        draws = learned.get_samples(variable.name, 2000)
        assert np.all(np.abs(draws.mean(0) - mean) < 0.25 * deviation)
        assert_allclose(draws.std(0), deviation, rtol=0.15)


def test_without_priors_the_mode_is_the_maximum_of_the_likelihood_in_every_support():
    flat = wb.FlatDistribution
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", shape=2, distribution="FlatDistribution")
        precision = wb.StaticVariable("precision", shape=(2, 2), distribution=flat(support="positive_definite"))
        y = wb.Variable("y", shape=2, distribution="MultivariateNormal", mean=mu, precision=precision)
        shares = wb.StaticVariable("shares", shape=3, distribution=flat(support="simplex"))
        kind = wb.Variable("kind", distribution="Categorical", probabilities=shares)
        share = wb.StaticVariable("share", distribution=flat(support="unit"))
        bit = wb.Variable("bit", dtype="bool", distribution="Bernoulli", mean=share)
        rate = wb.StaticVariable("rate", distribution=flat(support="positive"))
        count = wb.Variable("count", dtype="int", distribution="Poisson", mean=rate)
        levels = wb.StaticVariable("levels", shape=3, distribution=flat(support="ordered"))
        level = wb.Variable("level", shape=3, mean=levels, variance=1)
    data = {y: VECTORS, kind: CATEGORIES, bit: BITS, count: COUNTS, level: LEVELS}
    model = wb.get_posterior_model(g, data, method="MAPFisher", progress=False)
    mode = wb.get_posterior_model(g, data, method="MAP", progress=False)
    assert mode.converged
    assert_allclose(mode.get_means(mu), VECTORS.mean(0), rtol=1e-6)
    assert_allclose(np.linalg.inv(mode.get_means(precision)), np.cov(VECTORS.T, bias=True), rtol=1e-6)
    assert_allclose(mode.get_means(shares), np.bincount(CATEGORIES) / ROWS, rtol=1e-6)
    assert mode.get_means(share) == pytest.approx(BITS.mean(), rel=1e-6)
    assert mode.get_means(rate) == pytest.approx(COUNTS.mean(), rel=1e-6)
    assert_allclose(mode.get_means(levels), LEVELS.mean(0), atol=1e-6)
    # Around it the inverse Fisher information, as every table of estimators has it.
    assert_allclose(model.get_standard_deviations(mu), VECTORS.std(0) / np.sqrt(ROWS), rtol=1e-3)
    assert_allclose(model.get_standard_deviations(rate), np.sqrt(COUNTS.mean() / ROWS), rtol=0.05)
    assert_allclose(model.get_standard_deviations(share), np.sqrt(0.4 * 0.6 / ROWS), rtol=0.05)


def test_a_mixture_of_flat_components_is_that_of_scikit_learn():
    random = np.random.default_rng(0)
    data = np.concatenate([random.normal(-3, 1, 60), random.normal(2, 0.5, 80)])
    with wb.Graph("g") as g:
        weights = wb.StaticVariable("weights", shape=2, distribution=wb.FlatDistribution(support="simplex"))
        mean = wb.StaticVariable("mean", shape=2, distribution="FlatDistribution")
        scale = wb.StaticVariable("scale", shape=2, distribution=wb.FlatDistribution(support="positive"))
        y = wb.Variable("y", distribution=wb.MixtureDistribution)
        y.weights, y.mean, y.standard_deviation = weights, mean, scale
    # A likelihood has several modes, and no prior that keeps a component from a single row: starts differ by seed.
    model = wb.get_posterior_model(g, {y: data}, method="MAP", progress=False, seed=5)
    theirs = GaussianMixture(2, tol=1e-13, max_iter=10_000, reg_covar=0, random_state=0).fit(data[:, None])
    ours, other = np.argsort(model.get_means(mean)), np.argsort(theirs.means_[:, 0])
    assert_allclose(model.get_means(weights)[ours], theirs.weights_[other], atol=1e-6)
    assert_allclose(model.get_means(mean)[ours], theirs.means_[other, 0], atol=1e-6)
    assert_allclose(model.get_means(scale)[ours], theirs.covariances_.ravel()[other] ** 0.5, atol=1e-6)


def test_what_data_leave_open_without_a_prior_is_refused_by_name():
    with wb.Graph("g") as g:
        one = wb.StaticVariable("one", distribution="FlatDistribution")
        other = wb.StaticVariable("other", distribution="FlatDistribution")
        y = wb.Variable("y", mean=one + other, variance=1)
        alone = wb.StaticVariable("alone", distribution="FlatDistribution")
    with pytest.raises(SolverError, match="'g/alone' has FlatDistribution, no prior, and nothing that is observed"):
        wb.get_posterior_model(g, {y: COUNTS}, method="MAP", progress=False)
    alone.delete()
    with pytest.raises(SolverError, match=r"data do not determine 'g/one'.* no prior"):
        wb.get_posterior_model(g, {y: COUNTS}, method="MAP", progress=False)
    with wb.Graph("h") as h:
        scale = wb.StaticVariable("scale", distribution=wb.FlatDistribution(support="positive"))
        x = wb.Variable("x", mean=2.0, standard_deviation=scale)
    with pytest.raises(SolverError, match="likelihood has no maximum: 'h/scale' runs off"):
        wb.get_posterior_model(h, {x: [2.0, 2.0]}, method="MAP", progress=False)


@pytest.mark.parametrize(
    ("support", "distribution", "parameter", "data", "edge"),
    [
        ("unit", "Bernoulli", "mean", [1] * 100, r"1\."),
        ("simplex", "Categorical", "probabilities", [0, 0, 0, 1, 1], r"\[0\.6 0\.4 0\. \]"),
        ("positive", "Poisson", "mean", [0] * 5, r"0\."),
    ],
)
def test_a_maximum_at_an_edge_has_no_normal_belief_around_it(support, distribution, parameter, data, edge):
    with wb.Graph("g") as g:
        shape = 3 if support == "simplex" else ()
        p = wb.StaticVariable("p", shape=shape, distribution=wb.FlatDistribution(support=support))
        y = wb.Variable("y", distribution=distribution)
        setattr(y, parameter, p)
    with pytest.raises(SolverError, match=rf"do not keep 'g/p'.* highest near {edge}, .*method=\"MAP\""):
        wb.get_posterior_model(g, {y: data}, method="MAPFisher", progress=False)
    # One event on the other side is enough for a belief.
    inside = [*data[1:], {"unit": 0, "simplex": 2, "positive": 1}[support]]
    model = wb.get_posterior_model(g, {y: inside}, method="MAPFisher", progress=False)
    assert np.all(np.isfinite(model.get_standard_deviations(p)))


@pytest.mark.parametrize("scale", ["LogNormal", "Flat"])
@pytest.mark.parametrize("location", [1e3, 1e6])
def test_a_flat_mean_is_found_however_far_the_data_are(location, scale):
    data = location + np.array([-1.5, 0.2, 0.4, 0.9])
    with wb.Graph("g") as g:
        mean = wb.StaticVariable("mean", distribution="FlatDistribution")
        if scale == "Flat":
            spread = wb.StaticVariable("spread", distribution=wb.FlatDistribution(support="positive"))
        else:
            spread = wb.StaticVariable("spread", distribution="LogNormal", mean_log=0.0, variance_log=1.0)
        y = wb.Variable("y", mean=mean, standard_deviation=spread)
    model = wb.get_posterior_model(g, {y: data}, method="MAP", progress=False)
    assert model.get_means(mean) == pytest.approx(data.mean(), abs=1e-5)
    if scale == "Flat":
        assert model.get_means(spread) == pytest.approx(data.std(), rel=1e-5)


@pytest.mark.parametrize("counts", [(3, 2, 0), (300, 200, 0), (0, 0, 3000)])
def test_shares_without_a_prior_are_those_of_the_data_also_where_none_was_seen(counts):
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=3, distribution=wb.FlatDistribution(support="simplex"))
        y = wb.Variable("y", distribution="Categorical", probabilities=p)
    model = wb.get_posterior_model(g, {y: np.repeat(np.arange(3), counts)}, method="MAP", progress=False)
    np.testing.assert_allclose(model.get_means(p), np.array(counts) / sum(counts), atol=1e-6)
