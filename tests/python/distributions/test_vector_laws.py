"""Distributions of vectors and matrices, judged by scipy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from whyboard import registry
from whyboard.distributions.bijection import BIJECTIONS

MATRIX = np.array([[2.0, 0.3], [0.3, 1.0]])
INVERSE = np.linalg.inv(MATRIX)
ROOT = np.linalg.cholesky(MATRIX)
MEAN = np.array([0.5, -1.0])
NORMAL = stats.multivariate_normal(MEAN, MATRIX)
EXAMPLES = [
    ("MultivariateNormalDistribution", {"mean": MEAN, "covariance": MATRIX}, NORMAL),
    ("MultivariateNormalDistribution", {"mean": MEAN, "precision": INVERSE}, NORMAL),
    ("MultivariateNormalDistribution", {"mean": MEAN, "scale_tril": ROOT}, NORMAL),
    ("DirichletDistribution", {"concentration": np.array([2.0, 1.5, 0.6])}, stats.dirichlet([2.0, 1.5, 0.6])),
    ("WishartDistribution", {"degrees_of_freedom": 5.0, "inverse_scale": MATRIX}, stats.wishart(5, INVERSE)),
    ("WishartDistribution", {"degrees_of_freedom": 5.0, "scale": INVERSE}, stats.wishart(5, INVERSE)),
]
SHARES = np.array([0.2, 0.5, 0.3])
EXAMPLES += [
    ("MultinomialDistribution", {"total_count": 6, **given}, stats.multinomial(6, SHARES))
    for given in ({"probabilities": SHARES}, {"logits": np.log(SHARES) + 3})
]
CASES = pytest.mark.parametrize(("name", "given", "expected"), EXAMPLES)


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


def draws(name, given, shape=()):
    kind = registry.distributions[name]
    canonical = kind.canonical(**given)
    event = np.shape(kind.mean(**canonical))
    return np.asarray(kind.sample(jax.random.key(1), (*shape, *event), **canonical))


@CASES
def test_log_density_is_that_of_scipy(name, given, expected):
    kind = registry.distributions[name]
    values = draws(name, given, (6,))
    computed = kind.log_density(values, **kind.canonical(**given))
    logarithm = expected.logpdf if hasattr(expected, "logpdf") else expected.logpmf
    np.testing.assert_allclose(computed, [logarithm(value) for value in values], rtol=1e-9)


@CASES
def test_samples_have_the_mean_and_the_variance(name, given, expected):
    kind = registry.distributions[name]
    values = draws(name, given, (40_000,))
    canonical = kind.canonical(**given)
    spread = np.sqrt(kind.variance(**canonical))
    assert np.all(np.abs(values.mean(0) - kind.mean(**canonical)) < 4.5 * spread / 200)
    np.testing.assert_allclose(values.var(0), spread**2, rtol=0.08)
    theirs = expected.mean() if callable(expected.mean) else expected.mean
    np.testing.assert_allclose(kind.mean(**canonical), theirs, rtol=1e-9)
    assert np.all(kind.in_support(values, **canonical))


@pytest.mark.parametrize(("name", "given", "expected"), [EXAMPLES[0], EXAMPLES[3], EXAMPLES[4]])
def test_whitened_values_are_distributed_as_they_should(name, given, expected):
    kind = registry.distributions[name]
    canonical = kind.canonical(**given)
    theirs = np.asarray(expected.rvs(20_000, random_state=np.random.default_rng(2)))
    noise = np.random.default_rng(1).normal(size=theirs.shape)
    ours = np.asarray(jax.jit(kind.whiten)(noise, **canonical))
    assert np.all(kind.in_support(ours, **canonical))
    ours, theirs = ours.reshape(20_000, -1), theirs.reshape(20_000, -1)
    for place in range(ours.shape[1]):
        assert stats.ks_2samp(ours[:, place], theirs[:, place]).pvalue > 1e-3
    # How elements go together: every projection has the same distribution too.
    direction = np.array([1.0, -2.0, 0.5, 3.0])[: ours.shape[1]]
    assert stats.ks_2samp(ours @ direction, theirs @ direction).pvalue > 1e-3
    assert stats.ks_2samp(ours[:, 0] * ours[:, -1], theirs[:, 0] * theirs[:, -1]).pvalue > 1e-3


@pytest.mark.parametrize(("name", "given", "expected"), EXAMPLES[3:5])
def test_whitening_follows_its_parameters(name, given, expected):
    del expected
    kind = registry.distributions[name]
    canonical = {key: jnp.asarray(value) for key, value in kind.canonical(**given).items()}
    noise = np.random.default_rng(3).normal(size=np.shape(kind.mean(**canonical)))
    for key, value in canonical.items():
        along = jax.jit(
            lambda change, key=key, value=value: kind.whiten(noise, **{**canonical, key: value * (1 + change)})
        )
        _, slope = jax.jvp(along, (0.0,), (1.0,))
        np.testing.assert_allclose(slope, (along(1e-5) - along(-1e-5)) / 2e-5, rtol=1e-6, atol=1e-9)


def test_the_fisher_root_of_shares_is_the_spread_of_their_scores():
    kind = registry.distributions["DirichletDistribution"]
    concentration = jnp.array([2.0, 1.5, 0.6])
    roots = jax.vmap(lambda unit: kind.fisher_root({"concentration": concentration}, {"concentration": unit})[0])
    hessian = jax.hessian(lambda a: kind.log_density(SHARES, concentration=a))(concentration)
    np.testing.assert_allclose(roots(jnp.eye(3)) @ roots(jnp.eye(3)).T, -hessian, rtol=1e-9)


@pytest.mark.parametrize("name", BIJECTIONS)
def test_coordinates_lead_back_to_their_value(name):
    noise = np.random.default_rng(4).normal(size=(5, 3, 3))
    bijection = BIJECTIONS[name]
    value = bijection.value(jnp.asarray(noise))
    flat = registry.distributions["FlatDistribution"](support=name)
    assert np.all(flat.in_support(value))
    read = np.broadcast_to(bijection.reads(noise.shape), noise.shape)
    np.testing.assert_allclose(bijection.coordinates(value), np.where(read, noise, 0), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(bijection.value(jnp.where(read, noise, 7.0)), value)


def test_values_outside_the_support_are_told():
    canonical = registry.distributions["DirichletDistribution"].canonical(concentration=np.ones(3))
    dirichlet = registry.distributions["DirichletDistribution"]
    assert not np.any(dirichlet.in_support(np.array([[0.5, 0.6, 0.1], [-0.1, 0.6, 0.5]]), **canonical))
    multinomial = registry.distributions["MultinomialDistribution"]
    counts = multinomial.canonical(total_count=3, probabilities=SHARES)
    assert not np.any(multinomial.in_support(np.array([[1, 1, 0], [4, -1, 0]]), **counts))
    assert np.all(multinomial.log_density(np.array([[1, 1, 0], [4, -1, 0]]), **counts) == -np.inf)
    wishart = registry.distributions["WishartDistribution"]
    indefinite = np.array([[1.0, 2.0], [2.0, 1.0]])
    assert not wishart.in_support(indefinite, **wishart.canonical(degrees_of_freedom=3.0, scale=np.eye(2)))
