"""Harmoniums as graphs, fitted: against scikit-learn and enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.decomposition import FactorAnalysis
from sklearn.mixture import GaussianMixture

import whyboard as wb
from whyboard import harmonium


def test_a_mixture_finds_the_optimum_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    data = np.concatenate([random.normal(size=(300, 2)) - 4, 0.5 * random.normal(size=(200, 2)) + 3])
    g = harmonium.mixture("g", shape=2)
    model = wb.get_posterior_model(g, {g.observable: data}, method="VMP")
    theirs = GaussianMixture(2, covariance_type="diag", random_state=0).fit(data)
    order = np.argsort(model.get_means(g.mean)[:, 0])
    assert_allclose(model.get_means(g.mean)[order], theirs.means_[np.argsort(theirs.means_[:, 0])], atol=1e-3)
    assert_allclose(np.sort(model.get_means(g.weights)), np.sort(theirs.weights_), atol=2e-3)


def test_factor_analysis_finds_the_covariance_of_scikit_learn() -> None:
    random = np.random.default_rng(1)
    data = random.normal(size=(500, 2)) @ random.normal(size=(2, 5)) + 0.5 * random.normal(size=(500, 5)) + 1
    g = harmonium.factor_analysis("g", 5, 2)
    model = wb.get_posterior_model(g, {g.observable: data}, method="VMP")
    loadings = model.get_means(g.loadings)
    covariance = loadings @ loadings.T + np.diag(1 / model.get_means(g.precision))
    assert_allclose(covariance, FactorAnalysis(2).fit(data).get_covariance(), atol=0.05)
    assert_allclose(model.get_means(g.offset), data.mean(axis=0), atol=0.05)


def test_a_restricted_machine_knows_its_hidden_bits_and_a_whole_machine_its_missing_ones() -> None:
    random = np.random.default_rng(2)
    weights, biases = random.normal(size=(3, 2)), random.normal(size=3)
    g = harmonium.restricted_boltzmann("g", 3, 2, weights, biases)
    rows = np.array([[1, 0, 1], [0, 1, 1]])
    hidden = wb.get_posterior_model(g, {g.observable: rows}, method="VMP").get_means(g.latent)
    assert_allclose(hidden, 1 / (1 + np.exp(-rows @ weights)), atol=1e-12)

    couplings = weights @ weights.T * (1 - np.eye(3))
    whole = harmonium.boltzmann("whole", 3, couplings, biases)
    model = wb.get_posterior_model(whole, n_data=1, method="VMP")
    states = np.array(list(itertools.product([0, 1], repeat=3)))
    density = np.exp(states @ biases + np.einsum("si,ij,sj->s", states, couplings, states) / 2)
    assert_allclose(model.get_means(whole.observable)[0], density @ states / density.sum(), atol=1e-12)


# A thousand sweeps are enough for what is asked here.
@pytest.mark.filterwarnings("ignore::whyboard.errors.ConvergenceWarning")
def test_series_find_their_states() -> None:
    random = np.random.default_rng(4)
    states = np.repeat([0, 1, 0, 1], 30)
    g = harmonium.hidden_markov("g")
    data = np.where(states == 0, -2.0, 3.0) + random.normal(size=120)
    model = wb.get_posterior_model(g, {g.observable: data}, method="VMP")
    assert_allclose(np.sort(model.get_means(g.mean)), [-2, 3], atol=0.3)
    assert np.all(np.diag(model.get_means(g.transition)) > 0.85)

    level = np.zeros(120)
    for row in range(1, 120):
        level[row] = 0.9 * level[row - 1] + random.normal()
    k = harmonium.kalman("k", 2, 1)
    shown = level[:, None] * [2.0, -1.0] + 0.3 * random.normal(size=(120, 2))
    model = wb.get_posterior_model(k, {k.observable: shown}, method="VMP")
    assert abs(np.corrcoef(model.get_means(k.latent)[:, 0], level)[0, 1]) > 0.98
    assert_allclose(model.get_means(k.dynamics), 0.9, atol=0.1)


def test_a_harmonium_is_a_prior_like_any_other() -> None:
    random = np.random.default_rng(3)
    where = random.integers(0, 2, 200)
    true = np.where(where == 0, -5.0, 5.0)
    with wb.Graph("g") as g:
        level = harmonium.mixture("level").observable
        y = wb.Variable("y", shape=3, mean=wb.math.reshape(level, (1,)), variance=1)
    data = true[:, None] + random.normal(size=(200, 3))
    model = wb.get_posterior_model(g, {y: data}, method="VMP", initial={level: data.mean(axis=1)})
    assert_allclose(np.sort(model.get_means(g.level.mean)), [-5, 5], atol=0.3)
    assert np.mean(np.abs(model.get_means(level) - true)) < 0.6
