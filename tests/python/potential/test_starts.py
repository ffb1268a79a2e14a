"""Where solves begin: at what the data tell, judged by the truth that they were made from and by scikit-learn."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

import whyboard as wb
from whyboard.solvers.principal import scores


def solved(graph, data, **options):
    return wb.get_posterior_model(graph, data, progress=False, **options)


def two_factors():
    """A model of five factors with relevances, and data of two factors in which a tenth is missing."""
    random = np.random.default_rng(1)
    loadings = random.normal(size=(6, 2))
    whole = random.normal(size=(100, 2)) @ loadings.T + 1.5 + 0.3 * random.normal(size=(100, 6))
    gaps = random.random(whole.shape) < 0.1
    with wb.Graph("g") as g:
        relevance = wb.StaticVariable("relevance", shape=5, distribution="Gamma", concentration=1e-3, rate=1e-3)
        weights = wb.StaticVariable("weights", shape=(6, 5), precision=relevance)
        factors = wb.Variable("factors", shape=5)
        tau = wb.StaticVariable("tau", distribution="Gamma", concentration=1e-3, rate=1e-3)
        level = wb.StaticVariable("level", shape=6, variance=100)
        wb.Variable("y", shape=6, mean=weights @ factors + level, precision=tau)
    return g, loadings, whole, gaps


def test_a_relevance_prunes_no_factor_that_the_data_have():
    """Starts that know nothing of the data end with one factor, 160 nats lower."""
    g, loadings, whole, gaps = two_factors()
    data = {g.y: np.where(gaps, np.nan, whole)}
    covariance = loadings @ loadings.T + 0.09 * np.eye(6)
    best = np.array(whole)
    for row, missing in zip(best, gaps, strict=True):
        seen = covariance[np.ix_(~missing, ~missing)]
        row[missing] = 1.5 + covariance[np.ix_(missing, ~missing)] @ np.linalg.solve(seen, row[~missing] - 1.5)

    def error(filled):
        return np.sqrt(((filled - whole)[gaps] ** 2).mean())

    model = solved(g, data, method="VMP")
    assert ((model.get_means(g.weights) ** 2).sum(axis=0) > 0.1).sum() == 2
    assert model.lower_bound[-1] > -534.1
    assert error(model.get_means(g.y)) < 1.1 * error(best)


def test_clusters_are_found_below_factors():
    """Where scikit-learn finds them at once in the raw data, and the prior of the scores alone tells them."""
    random = np.random.default_rng(5)
    random.normal(size=(6, 2)), random.normal(size=(300, 2)), random.normal(size=(300, 6))
    side = random.random(300) < 0.5
    hidden = np.where(side, -3, 3)[:, None] * np.array([1.0, 0.5]) + 0.7 * random.normal(size=(300, 2))
    data = hidden @ random.normal(size=(2, 6)) + 0.4 * random.normal(size=(300, 6))
    theirs = GaussianMixture(2, random_state=0).fit_predict(data)
    assert np.mean(theirs == side) in (0, 1)
    builders = wb.harmonium
    lower = partial(builders.factor_analysis, observable_dim=6, latent_dim=2)
    levels = builders.hierarchical("levels", lower, partial(builders.mixture, shape=2, k=2))
    model = solved(levels, {levels.observable: data}, method="VMP")
    found = model.belief(levels.latent.latent).moments.counts.argmax(axis=1)
    assert np.mean(found == theirs) in (0, 1)
    assert model.lower_bound[-1] > -2028.4


@pytest.mark.parametrize("slope", [1.0, 2.0])
def test_em_finds_a_mixture_that_is_the_prior_of_what_is_not_observed(slope):
    random = np.random.default_rng(0)
    side = random.integers(0, 2, 100) == 0
    data = slope * np.where(side, -5.0, 5.0) + random.normal(size=100)
    with wb.Graph("survey") as survey:
        level = wb.harmonium.mixture("groups").observable
        score = wb.Variable("score", mean=slope * level, variance=1)
    model = solved(survey, {score: data}, method="EM", restarts=2)
    centres = sorted([data[side].mean() / slope, data[~side].mean() / slope])
    np.testing.assert_allclose(sorted(model.get_means(survey.groups.mean)), centres, atol=0.02)
    known = solved(survey, {score: data}, method="EM", restarts=1, initial={level: data / slope})
    assert model.ends == pytest.approx(known.lower_bound[-1], abs=1e-5)


def three_groups():
    random = np.random.default_rng(2)
    centres = np.array([-6.0, 0.0, 6.0])
    with wb.Graph("m") as m:
        mu = wb.StaticVariable("mu", shape=3, variance=100)
        tau = wb.StaticVariable("tau", shape=3, distribution="Gamma", concentration=1, rate=1)
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[1 / 3] * 3)
        wb.Variable("x", mean=mu[z], precision=tau[z])
    return m, centres, centres[random.integers(0, 3, 90)] + 0.5 * random.normal(size=90)


def test_chains_of_a_mixture_agree_about_names():
    m, centres, data = three_groups()
    model = solved(m, {m.x: data}, method="Gibbs", n_samples=200, warmup=50)
    assert np.all(model.diagnostics["m/mu"].r_hat < 1.05)
    np.testing.assert_allclose(sorted(model.get_means(m.mu)), centres, atol=0.25)


def test_values_that_are_given_decide_the_rest():
    """Categories that select from them follow, whichever cluster they would have started at."""
    m, centres, data = three_groups()
    for start in (centres[[2, 0, 1]], centres[[1, 2, 0]]):
        model = solved(m, {m.x: data}, method="VMP", initial={m.mu: start + 1})
        np.testing.assert_allclose(model.get_means(m.mu), start, atol=0.25)


def test_scores_are_principal_components():
    random = np.random.default_rng(3)
    table = random.normal(size=(50, 2)) @ random.normal(size=(2, 8)) + 0.01 * random.normal(size=(50, 8))
    left = np.linalg.svd(table - table.mean(axis=0), full_matrices=False)[0][:, :2]
    found = scores(table, 2, random)
    np.testing.assert_allclose(np.abs(left.T @ found) / 50**0.5, np.eye(2), atol=1e-6)
    gaps = np.where(random.random(table.shape) < 0.1, np.nan, table)
    across = np.linalg.svd(left.T @ scores(gaps, 2, random) / 50**0.5)[1]
    assert np.all(across > 0.99)
    beyond = scores(np.ones((50, 1)), 3, random)
    assert np.all(np.isfinite(beyond))
    assert np.all(beyond.std(axis=0) > 0.5)
