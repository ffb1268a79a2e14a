"""Distributions of vectors and matrices, judged by scipy."""

import jax
import numpy as np
import pytest
from scipy import stats

from whyboard import registry

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
