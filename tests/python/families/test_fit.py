"""Fits against other libraries on the same rows, and where others fail."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats
from sklearn.decomposition import FactorAnalysis
from sklearn.mixture import GaussianMixture

from whyboard import families as f
from whyboard.errors import DataError, SolverError

RANDOM = np.random.default_rng(2)
ROWS = np.concatenate([RANDOM.normal(size=(150, 2)), 0.5 * RANDOM.normal(size=(100, 2)) + [4, 3]])
FACTORS = RANDOM.normal(size=(400, 2)) @ RANDOM.normal(size=(2, 5)) + RANDOM.normal(size=(400, 5)) * [
    0.3,
    0.5,
    0.7,
    0.4,
    0.6,
]


@pytest.mark.parametrize(("covariance", "theirs"), [("full", "full"), ("diagonal", "diag")])
def test_a_normal_mixture_is_that_of_scikit_learn(covariance, theirs):
    family = f.Mixture(f.Normal(2, covariance), 2)
    fit = family.fit(ROWS, pseudo_observations=0)
    peer = GaussianMixture(2, covariance_type=theirs, reg_covar=0, tol=1e-12, max_iter=5000, n_init=3, random_state=0)
    peer.fit(ROWS)
    assert fit.converged
    assert fit.log_density == pytest.approx(peer.score(ROWS), abs=1e-7)
    means = family.observable.to_mean(family.components(fit.natural)).first
    np.testing.assert_allclose(np.sort(means, 0), np.sort(peer.means_, 0), atol=1e-3)


def test_a_mixture_of_one_covariance_is_that_of_scikit_learn():
    family = f.Mixture(f.Normal(2), 2, "first")
    fit = family.fit(ROWS, pseudo_observations=0, restarts=2, tolerance=1e-10)
    peer = GaussianMixture(2, covariance_type="tied", reg_covar=0, tol=1e-12, max_iter=5000, n_init=3, random_state=0)
    assert fit.log_density == pytest.approx(peer.fit(ROWS).score(ROWS), abs=1e-7)


def test_factor_analysis_is_that_of_scikit_learn():
    family = f.LinearGaussian(5, 2, "diagonal")
    fit = family.fit(FACTORS, pseudo_observations=0, restarts=1, tolerance=1e-12, max_steps=20_000)
    peer = FactorAnalysis(2, tol=1e-12, max_iter=20_000).fit(FACTORS)
    assert fit.log_density == pytest.approx(peer.score(FACTORS), abs=1e-8)
    _, loadings, noise = family.regression(family.whitened(fit.natural))
    np.testing.assert_allclose(loadings @ loadings.T + noise, peer.get_covariance(), atol=1e-3)


def test_probabilistic_principal_components_are_those_of_the_eigenvalues():
    family = f.LinearGaussian(5, 2, "isotropic")
    fit = family.fit(FACTORS, pseudo_observations=0, restarts=1, tolerance=1e-13)
    covariance = np.cov(FACTORS.T, bias=True)
    values, vectors = np.linalg.eigh(covariance)
    noise = values[:3].mean()
    best = vectors[:, 3:] @ np.diag(values[3:] - noise) @ vectors[:, 3:].T + noise * np.eye(5)
    expected = stats.multivariate_normal(FACTORS.mean(0), best).logpdf(FACTORS).mean()
    assert fit.log_density == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("family", "rows"),
    [
        (f.Mixture(f.Replicated(f.Poisson(), 2), 2), RANDOM.poisson([[1, 6]] * 100 + [[8, 2]] * 100)),
        (f.Mixture(f.VonMises(), 2), np.concatenate([RANDOM.vonmises(0, 4, 100), RANDOM.vonmises(2.5, 4, 100)])),
        (f.GaussianBoltzmann(5, 2, "diagonal"), FACTORS),
        (f.Hierarchical(f.LinearGaussian(5, 2, "diagonal"), f.Mixture(f.Normal(2), 2)), FACTORS),
        (f.MixtureOfHarmoniums(f.LinearGaussian(2, 1, "diagonal"), 2), ROWS),
    ],
    ids=["poisson", "von mises", "bits", "hierarchy", "factor analysers"],
)
def test_a_fit_climbs_and_says_so(family, rows):
    fit = family.fit(rows, restarts=1, max_steps=100, pseudo_observations=0)
    assert np.all(np.diff(fit.trace) >= 0)
    independent = family.decoupled(family.expectation(fit.natural, rows))
    alone = family.observable.to_natural(independent.observable)
    assert fit.log_density > family.observable.log_density(alone, rows).mean()
    assert fit.log_density == pytest.approx(family.log_observable_density(fit.natural, rows).mean(), abs=1e-9)


@pytest.mark.slow
def test_a_restricted_posterior_is_learned_by_newton_steps():
    lower = f.LinearGaussian(5, 2, "diagonal", posterior="diagonal")
    upper, prior = f.Mixture(f.Normal(2, "diagonal"), 2, "first"), f.Mixture(f.Normal(2), 2, "first")
    family = f.Hierarchical(lower, upper, prior)
    fit = family.fit(FACTORS, restarts=1, max_steps=15, pseudo_observations=0)
    assert np.all(np.diff(fit.trace) >= 0)
    plain = stats.multivariate_normal(FACTORS.mean(0), np.diag(FACTORS.var(0))).logpdf(FACTORS).mean()
    assert fit.log_density > plain + 0.5


def test_float32_rows_far_from_the_origin_keep_their_shape():
    rows = (ROWS + 1000).astype(np.float32)
    family = f.Mixture(f.Normal(2), 2)
    near = family.fit(rows.astype(float) - 1000)
    far = family.fit(jnp.asarray(rows))
    assert far.log_density == pytest.approx(near.log_density, abs=1e-7)
    single = family.observable.to_mean(family.components(far.natural)).first
    np.testing.assert_allclose(np.sort(single, 0) - 1000, np.sort([[0, 0], [4, 3]], 0), atol=0.3)


def test_a_component_without_any_row_survives():
    family = f.Mixture(f.Normal(2), 3)
    mean = family.to_mean(family.fit(ROWS, restarts=1).natural)
    weights = np.array([0.4, 0.6, 0.0])
    counts = mean.latent.counts
    dead = mean._replace(
        latent=mean.latent._replace(counts=weights),
        interaction=(type(mean.observable)(*(leaf * (weights / counts) for leaf in mean.interaction[0])),),
    )
    natural = family.to_natural(dead)
    again = family.em_step(natural, ROWS)
    for point in (natural, again):
        assert np.isfinite(family.log_observable_density(point, ROWS)).all()


def test_more_components_than_clusters_are_fitted():
    rows = np.repeat([[0.0, 0.0], [5.0, 5.0], [0.0, 5.0]], 4, axis=0) + 0.01 * RANDOM.normal(size=(12, 2))
    fit = f.Mixture(f.Normal(2), 6).fit(rows, restarts=1, max_steps=100)
    assert np.isfinite(fit.log_density)


def test_a_likelihood_without_bound_is_refused_in_words():
    rows = np.concatenate([np.zeros((5, 2)), np.ones((5, 2))])
    with pytest.raises(SolverError, match="raise pseudo_observations"):
        f.Mixture(f.Normal(2), 2).fit(rows, pseudo_observations=0)


def test_rows_that_are_missing_are_refused_in_words():
    rows = ROWS.copy()
    rows[3, 1] = np.nan
    with pytest.raises(DataError, match="1 numbers that are missing"):
        f.Mixture(f.Normal(2), 2).fit(rows)


def test_the_same_seed_gives_the_same_fit():
    family = f.Mixture(f.Normal(2), 3)
    first, second = (family.fit(ROWS, seed=4, restarts=2, max_steps=30) for _ in range(2))
    np.testing.assert_array_equal(first.trace, second.trace)
    np.testing.assert_array_equal(first.natural.latent.counts, second.natural.latent.counts)


@pytest.mark.parametrize(
    "family",
    [f.Normal(), f.Normal(3), f.Normal(3, "diagonal"), f.Normal(3, "isotropic"), f.Replicated(f.Normal(), 3)],
    ids=repr,
)
def test_moments_seen_from_a_frame_are_those_of_values_placed_in_it(family):
    values = 5 + 3 * RANDOM.normal(size=(20, *family.value_dims))
    frame = family.frame(values)
    seen = family.seen_from(family.statistics(values), frame)
    placed = family.placed(values, frame)
    for found, meant in zip(seen, family.statistics(placed), strict=True):
        np.testing.assert_allclose(found, meant, atol=1e-9)
    assert np.abs(placed.mean(0)).max() < 1e-12
