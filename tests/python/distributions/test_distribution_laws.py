"""One law suite for every registered distribution, judged by scipy and quadrature."""

from __future__ import annotations

import itertools

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.integrate
import scipy.special
import scipy.stats

import whyboard.distributions
from whyboard import registry
from whyboard.distributions.beta_quantile import logit_beta_quantile
from whyboard.errors import ParameterError

stats = scipy.stats
PROBABILITIES = np.array([0.1, 0.5, 0.15, 0.25])

# for each set of parameters, the same distribution in scipy
EXAMPLES = {
    "NormalDistribution": [
        ({"mean": 1.5, "variance": 0.25}, stats.norm(1.5, 0.5)),
        ({"mean": -2.0, "standard_deviation": 3.0}, stats.norm(-2, 3)),
        ({"precision": 4.0}, stats.norm(0, 0.5)),
        ({}, stats.norm(0, 1)),
    ],
    "LogNormalDistribution": [
        ({"mean_log": 0.3, "variance_log": 0.16}, stats.lognorm(0.4, scale=np.exp(0.3))),
        ({"mean_log": -1.0, "standard_deviation_log": 0.7}, stats.lognorm(0.7, scale=np.exp(-1.0))),
    ],
    "LaplaceDistribution": [
        ({"mean": 1.0, "variance": 8.0}, stats.laplace(1, 2)),
        ({"mean": -1.0, "scale": 0.3}, stats.laplace(-1, 0.3)),
    ],
    "UniformDistribution": [
        ({"center": 1.0, "width": 4.0}, stats.uniform(-1, 4)),
        ({"low": 2.0, "high": 2.5}, stats.uniform(2, 0.5)),
    ],
    "ExponentialDistribution": [
        ({"mean": 2.0}, stats.expon(scale=2)),
        ({"log_mean": -1.0}, stats.expon(scale=np.exp(-1))),
        ({"rate": 4.0}, stats.expon(scale=0.25)),
    ],
    "GammaDistribution": [
        ({"concentration": 2.5, "rate": 3.0}, stats.gamma(2.5, scale=1 / 3)),
        ({"concentration": 40.0, "scale": 0.1}, stats.gamma(40, scale=0.1)),
    ],
    "BetaDistribution": [
        ({"alpha": 2.5, "beta": 0.7}, stats.beta(2.5, 0.7)),
        ({"mean": 0.25, "concentration": 8.0}, stats.beta(2, 6)),
    ],
    "InverseGammaDistribution": [
        ({"concentration": 6.5, "scale": 3.0}, stats.invgamma(6.5, scale=3)),
        ({"concentration": 40.0, "rate": 0.1}, stats.invgamma(40, scale=10)),
    ],
    "HalfNormalDistribution": [({"scale": 0.7}, stats.halfnorm(scale=0.7))],
    "BernoulliDistribution": [
        ({"mean": 0.3}, stats.bernoulli(0.3)),
        ({"logit": -2.0}, stats.bernoulli(scipy.special.expit(-2))),
    ],
    "PoissonDistribution": [
        ({"mean": 3.5}, stats.poisson(3.5)),
        ({"log_mean": -1.0}, stats.poisson(np.exp(-1))),
    ],
    "BinomialDistribution": [
        ({"total_count": 7, "mean": 0.3}, stats.binom(7, 0.3)),
        ({"total_count": 40, "logit": -2.0}, stats.binom(40, scipy.special.expit(-2))),
    ],
    "CategoricalDistribution": [
        ({"probabilities": PROBABILITIES}, stats.rv_discrete(values=(range(4), PROBABILITIES))),
        ({"logits": np.log(PROBABILITIES) + 7}, stats.rv_discrete(values=(range(4), PROBABILITIES))),
    ],
}


VECTORS = {"MultinomialDistribution", "MultivariateNormalDistribution", "DirichletDistribution", "WishartDistribution"}
"""Held to their laws in test_vector_laws.py."""


ELSEWHERE = ("DiracDistribution", "FlatDistribution", "MixtureDistribution", "NoDistribution")
"""Without a density, or with laws in tests of their own."""


def is_continuous(scipy_distribution):
    return isinstance(getattr(scipy_distribution, "dist", None), stats.rv_continuous)


CASES = [
    pytest.param(name, *case, id=f"{name}-{k}") for name, cases in EXAMPLES.items() for k, case in enumerate(cases)
]
CONTINUOUS = [case for case in CASES if is_continuous(case.values[2])]
WHITENED = [case for case in CONTINUOUS if registry.distributions[case.values[0]].whiten is not None]
DISCRETE = [case for case in CASES if not is_continuous(case.values[2])]


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


def numbers(scipy_distribution, count=7):
    """Values spread over the distribution."""
    return np.unique(scipy_distribution.ppf(np.linspace(0.02, 0.98, count)))


def probability(scipy_distribution, values):
    return scipy_distribution.logpdf(values) if is_continuous(scipy_distribution) else scipy_distribution.logpmf(values)


def discrete_range(scipy_distribution):
    low, high = scipy_distribution.support()
    return np.arange(low, min(high, 200) + 1)


def test_every_registered_distribution_is_held_to_the_laws():
    package = whyboard.distributions.__name__
    ours = {name for name in registry.distributions if registry.distributions[name].__module__.startswith(package)}
    ours = {name for name in ours if not registry.distributions[name].undirected}
    assert ours == {*EXAMPLES, *VECTORS, *ELSEWHERE}
    ways = {name: set(itertools.chain(*(given for given, _ in cases))) for name, cases in EXAMPLES.items()}
    assert ways == {
        name: {parameter.name for parameter in registry.distributions[name].parameters} for name in EXAMPLES
    }


@pytest.mark.parametrize(("name", "given", "expected"), CASES)
def test_log_density_is_that_of_scipy(name, given, expected):
    kind = registry.distributions[name]
    values = numbers(expected)
    computed = kind.log_density(values, **kind.canonical(**given))
    np.testing.assert_allclose(computed, probability(expected, values), rtol=1e-10)


@pytest.mark.parametrize(("name", "given", "expected"), CONTINUOUS)
def test_density_integrates_to_one(name, given, expected):
    kind = registry.distributions[name]
    canonical = kind.canonical(**given)
    density = jax.jit(lambda x: jnp.exp(kind.log_density(x, **canonical)))
    low, high = expected.ppf(1e-13), expected.isf(1e-13)
    total, _ = scipy.integrate.quad(density, low, high, points=[expected.median()], epsabs=1e-10, limit=200)
    assert total == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(("name", "given", "expected"), DISCRETE)
def test_density_sums_to_one(name, given, expected):
    kind = registry.distributions[name]
    total = np.exp(kind.log_density(discrete_range(expected), **kind.canonical(**given))).sum()
    assert total == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("name", "given", "expected"), CASES)
def test_mean_and_variance_are_those_of_scipy(name, given, expected):
    kind = registry.distributions[name]
    canonical = kind.canonical(**given)
    assert float(kind.mean(**canonical)) == pytest.approx(expected.mean(), rel=1e-10)
    assert float(kind.variance(**canonical)) == pytest.approx(expected.var(), rel=1e-10)


@pytest.mark.parametrize(("name", "given", "expected"), CASES)
def test_samples_have_the_moments_and_the_support(name, given, expected):
    kind = registry.distributions[name]
    canonical = kind.canonical(**given)
    draws = np.asarray(kind.sample(jax.random.key(3), (20_000,), **canonical))
    assert draws.shape == (20_000,)
    error = expected.std() / np.sqrt(len(draws))
    assert draws.mean() == pytest.approx(expected.mean(), abs=4.5 * error)
    spread = np.sqrt((expected.stats(moments="k") + 2) / len(draws))
    assert draws.var() == pytest.approx(expected.var(), rel=5 * float(spread))
    assert np.all(kind.in_support(draws, **canonical))


@pytest.mark.parametrize(("name", "given", "expected"), CASES)
def test_the_same_key_gives_the_same_draw(name, given, expected):
    kind = registry.distributions[name]
    canonical = kind.canonical(**given)
    first, again, other = (kind.sample(jax.random.key(k), (50,), **canonical) for k in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(("name", "given", "expected"), WHITENED)
def test_whitening_stands_at_the_quantile_of_the_normal(name, given, expected):
    kind = registry.distributions[name]
    z = np.linspace(-8, 8, 41)
    values = kind.whiten(z, **kind.canonical(**given))
    with np.errstate(divide="ignore"):
        lower, upper = expected.cdf(values), expected.sf(values)
    # Either tail where it is small; a value near a bound other than 0 cannot tell tails below rounding apart.
    resolved = {"UniformDistribution": 1e-9, "BetaDistribution": 1e-5}.get(name, 0.0)
    np.testing.assert_allclose(lower[z <= 0], scipy.special.ndtr(z[z <= 0]), rtol=1e-6, atol=resolved * 1e-6)
    np.testing.assert_allclose(upper[z >= 0], scipy.special.ndtr(-z[z >= 0]), rtol=1e-6, atol=resolved * 1e-6)


@pytest.mark.parametrize(("name", "given", "expected"), WHITENED)
def test_the_derivative_of_whitening_is_the_ratio_of_densities(name, given, expected):
    kind = registry.distributions[name]
    canonical = kind.canonical(**given)
    z = np.linspace(-7.9, 7.9, 21)
    value, slope = jax.jvp(lambda z: kind.whiten(z, **canonical), (z,), (np.ones_like(z),))
    resolved = np.asarray(value < 1 - 1e-8) if name == "BetaDistribution" else np.ones(z.shape, bool)
    assert resolved.sum() > 10
    ratio = np.exp(stats.norm.logpdf(z[resolved]) - expected.logpdf(value[resolved]))
    np.testing.assert_allclose(slope[resolved], ratio, rtol=1e-6)


@pytest.mark.parametrize(("name", "given", "expected"), WHITENED)
def test_the_derivative_of_whitening_by_parameters_is_that_of_differences(name, given, expected):
    kind = registry.distributions[name]
    canonical = {key: jnp.asarray(value, float) for key, value in kind.canonical(**given).items()}
    z = np.array([-6.0, -2.0, -0.3, 0.4, 3.0, 6.0])
    for key, value in canonical.items():
        along = lambda v, key=key: kind.whiten(z, **{**canonical, key: jnp.broadcast_to(v, z.shape)})  # noqa: E731
        _, slope = jax.jvp(along, (value,), (jnp.ones_like(value),))
        step = 1e-5 * (1 + abs(float(value)))
        difference = (along(value + step) - along(value - step)) / (2 * step)
        np.testing.assert_allclose(slope, difference, rtol=1e-5, atol=1e-9)


def score(kind, canonical, value):
    return jax.jacfwd(lambda parameters: kind.log_density(value, **parameters))(canonical)


def gram(kind, canonical):
    """The Gram matrix of the Fisher root over the flattened canonical parameters."""
    flat, unravel = jax.flatten_util.ravel_pytree(canonical)
    columns = [
        jnp.concatenate([jnp.ravel(r) for r in kind.fisher_root(canonical, unravel(e))]) for e in jnp.eye(len(flat))
    ]
    root = jnp.stack(columns)
    return np.asarray(root @ root.T)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [case for case in CASES if registry.distributions[case.values[0]].fisher_root is not None],
)
def test_the_fisher_root_squares_to_the_variance_of_the_score(name, given, expected):
    kind = registry.distributions[name]
    canonical = {key: jnp.asarray(value, float) for key, value in kind.canonical(**given).items()}
    flat = lambda x: jax.flatten_util.ravel_pytree(score(kind, canonical, x))[0]  # noqa: E731
    if is_continuous(expected):
        # Quadrature over the quantiles of a normal on both sides of the median, where a score may jump.
        nodes, weights = np.polynomial.legendre.leggauss(200)
        half = 6.5 * (nodes + 1) / 2
        tail = scipy.special.ndtr(-half)
        values = np.concatenate([expected.ppf(tail), expected.isf(tail)])
        weights = np.tile(6.5 / 2 * weights * stats.norm.pdf(half), 2)
    else:
        values = discrete_range(expected)
        weights = expected.pmf(values)
    scores = np.asarray(jax.vmap(flat)(jnp.asarray(values)))
    information = np.einsum("n,ni,nj->ij", weights, scores, scores)
    np.testing.assert_allclose(gram(kind, canonical), information, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_every_alternative_gives_the_same_functions(name):
    kind = registry.distributions[name]
    for given, _ in EXAMPLES[name]:
        canonical = kind.canonical(**given)
        assert tuple(canonical) == kind.canonical_names
        assert all(isinstance(value, jax.Array | np.ndarray | float) for value in canonical.values())


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("NormalDistribution", {"mean": 1.0, "variance": 4.0}, {"mean": 1.0, "standard_deviation": 2.0}),
        ("NormalDistribution", {"mean": 1.0, "variance": 4.0}, {"mean": 1.0, "precision": 0.25}),
        ("NormalDistribution", {}, {"mean": 0.0, "variance": 1.0}),
        (
            "LogNormalDistribution",
            {"mean_log": 1.0, "variance_log": 4.0},
            {"mean_log": 1.0, "standard_deviation_log": 2.0},
        ),
        ("LaplaceDistribution", {"mean": 1.0, "variance": 18.0}, {"mean": 1.0, "scale": 3.0}),
        ("UniformDistribution", {"center": 1.0, "width": 4.0}, {"low": -1.0, "high": 3.0}),
        ("ExponentialDistribution", {"mean": 0.5}, {"rate": 2.0}),
        ("ExponentialDistribution", {"mean": 0.5}, {"log_mean": np.log(0.5)}),
        ("GammaDistribution", {"concentration": 2.0, "rate": 4.0}, {"concentration": 2.0, "scale": 0.25}),
        ("BetaDistribution", {"mean": 0.25, "concentration": 8.0}, {"alpha": 2.0, "beta": 6.0}),
        ("InverseGammaDistribution", {"concentration": 2.0, "rate": 4.0}, {"concentration": 2.0, "scale": 0.25}),
        ("BernoulliDistribution", {"mean": 0.2}, {"logit": np.log(0.25)}),
        ("PoissonDistribution", {"mean": 0.2}, {"log_mean": np.log(0.2)}),
        ("BinomialDistribution", {"total_count": 3, "mean": 0.2}, {"total_count": 3, "logit": np.log(0.25)}),
    ],
)
def test_alternatives_agree(name, one, other):
    kind = registry.distributions[name]
    first, second = kind.canonical(**one), kind.canonical(**other)
    assert first.keys() == second.keys()
    for key in first:
        assert float(first[key]) == pytest.approx(float(second[key]), rel=1e-14)


@pytest.mark.parametrize(("name", "given", "expected"), CASES)
def test_values_outside_the_support_have_no_density(name, given, expected):
    kind = registry.distributions[name]
    canonical = kind.canonical(**given)
    low, high = expected.support()
    outside = np.array([value for value in (low - 1, high + 1) if np.isfinite(value)])
    assert np.all(kind.log_density(outside, **canonical) == -np.inf)
    assert not np.any(kind.in_support(outside, **canonical))
    assert np.all(kind.in_support(numbers(expected), **canonical))


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_functions_work_on_arrays_of_parameters(name):
    kind = registry.distributions[name]
    given, expected = EXAMPLES[name][0]
    canonical = kind.canonical(**given)
    stacked = {key: jnp.stack([jnp.asarray(value, float)] * 3) for key, value in canonical.items()}
    values = numbers(expected)[:1]
    np.testing.assert_allclose(kind.log_density(values, **stacked), np.repeat(kind.log_density(values, **canonical), 3))
    assert kind.sample(jax.random.key(0), (5, 3), **stacked).shape == (5, 3)
    assert kind.mean(**stacked).shape == kind.variance(**stacked).shape == (3,)
    assert kind.parameter_shape(kind.parameters[0].name, (2, 3))[:2] == (2, 3)


@pytest.mark.parametrize("concentration", [0.01, 0.1, 0.5, 1.0, 1.5, 30.0, 1e3, 1e4])
def test_gamma_is_whitened_at_every_concentration(concentration):
    kind = registry.distributions["GammaDistribution"]
    z = np.linspace(-8, 8, 33)
    values = np.asarray(kind.whiten(z, concentration=concentration, rate=2.0))
    lower = scipy.special.gammaincinv(concentration, scipy.special.ndtr(z)) / 2
    upper = scipy.special.gammainccinv(concentration, scipy.special.ndtr(-z)) / 2
    np.testing.assert_allclose(values, np.where(z < 0, lower, upper), rtol=1e-10, atol=1e-290)


def test_beta_is_whitened_at_every_pair_of_parameters():
    z = np.linspace(-8, 8, 17)
    pairs = [(1.0, 1.0), (0.5, 0.5), (0.1, 0.1), (0.1, 5.0), (30.0, 0.2), (100.0, 1e3), (1e5, 2e5), (0.2, 1e4)]
    alpha, beta = (np.array(each)[:, None] for each in zip(*pairs, strict=True))
    value = jax.jit(logit_beta_quantile)(z, alpha, beta)

    def slopes(z, alpha, beta):
        return [
            jax.jvp(lambda t: logit_beta_quantile(z, alpha + t, beta), (0.0,), (1.0,))[1],
            jax.jvp(lambda t: logit_beta_quantile(z, alpha, beta + t), (0.0,), (1.0,))[1],
        ]

    low, high = scipy.special.expit(value), scipy.special.expit(-value)

    def tails(alpha, beta):
        return np.where(z <= 0, scipy.special.betainc(alpha, beta, low), scipy.special.betainc(beta, alpha, high))

    inside = (low > 1e-290) & (high > 1e-290)
    wanted = np.broadcast_to(scipy.special.ndtr(-abs(z)), value.shape)
    np.testing.assert_allclose(tails(alpha, beta)[inside], wanted[inside], rtol=1e-8)
    # The quantile moves so that the tail stays: as much as the tail moves, over the density of the logit.
    density = np.exp(alpha * np.log(low) + beta * np.log(high) - scipy.special.betaln(alpha, beta))
    for slope, by in zip(np.asarray(jax.jit(slopes)(z, alpha, beta)), ((1, 0), (0, 1)), strict=True):
        steps = (1e-3 * alpha * by[0], 1e-3 * beta * by[1])
        tail = [tails(alpha + k * steps[0], beta + k * steps[1]) for k in (-2, -1, 1, 2)]
        change = (tail[0] - 8 * tail[1] + 8 * tail[2] - tail[3]) / (12 * (steps[0] + steps[1]))
        near = inside & (abs(z) <= 4) & (alpha < 1e4)
        np.testing.assert_allclose(slope[near], (np.where(z <= 0, -1, 1) * change / density)[near], rtol=3e-6)


@pytest.mark.parametrize("concentration", [1e-2, 0.3, 2.0, 1e3, 1e5, 1e8])
def test_gamma_has_exact_information_at_every_concentration(concentration):
    # The trigamma function minus 1 / a is the Laplace transform of t / (1 - exp(-t)) - 1.
    excess = lambda t: t / 2 + t**2 / 12 - t**4 / 720 if t < 1e-2 else t / -np.expm1(-t) - 1  # noqa: E731
    parts = [0, min(1, concentration * 1e-2), 1, 5, 50, 800]
    pieces = [
        scipy.integrate.quad(lambda s: np.exp(-s) * excess(s / concentration), *pair)[0]
        for pair in itertools.pairwise(parts)
    ]
    exact = sum(pieces) / concentration
    canonical = {"concentration": jnp.asarray(concentration), "rate": jnp.asarray(1.0)}
    tangents = {"concentration": jnp.asarray(1.0), "rate": jnp.asarray(1 / concentration)}
    root = registry.distributions["GammaDistribution"].fisher_root(canonical, tangents)
    assert float(root[0]) ** 2 == pytest.approx(exact, rel=1e-8)
    assert float(root[1]) == pytest.approx(0, abs=1e-12)


def test_dirac_is_its_mean():
    kind = registry.distributions["DiracDistribution"]
    assert kind.deterministic
    assert np.array_equal(kind.sample(jax.random.key(0), (2,), mean=jnp.asarray([True, False])), [True, False])
    assert np.array_equal(kind.log_density(jnp.asarray([1, 2]), mean=2), [-np.inf, 0])
    assert np.array_equal(kind.whiten(np.zeros(2), mean=3.0), [3, 3])
    assert kind.parameter_dtype("mean", "int") == "int"


def test_no_distribution_can_only_be_filled_by_data():
    kind = registry.distributions["NoDistribution"]
    assert kind.data_only
    assert np.array_equal(kind.log_density(np.arange(3.0)), np.zeros(3))
    with pytest.raises(ParameterError, match="Link data"):
        kind.sample(jax.random.key(0), ())
