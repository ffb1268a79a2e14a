"""Harmoniums against what they stand for: every state enumerated, dense Gaussian algebra, other libraries."""

from __future__ import annotations

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from examples import LOADINGS, MIXED, MIXTURE, REGRESSION, TWO, normals, standard
from scipy import stats
from scipy.special import expit, logsumexp

from whyboard import families as f
from whyboard.errors import ParameterError, SolverError
from whyboard.families import moments as m

RANDOM = np.random.default_rng(0)


def categories(parents: int, children: int, seed: int) -> tuple[f.Mixture, f.Likelihood, np.ndarray]:
    """A table of probabilities (of the child given the parent, by row) as a likelihood."""
    table = np.random.default_rng(seed).dirichlet(np.ones(children), parents)
    family = f.Mixture(f.Categorical(children), parents)
    uniform = m.CountMoments(np.full(parents, 1 / parents))
    return family, family.split(family.from_components(m.CountMoments(np.log(table)), uniform))[0], table


def test_a_mixture_has_the_density_of_its_weighted_components():
    xs = RANDOM.normal(size=(5, 2))
    means, scales = [[0, 1], [1.5, -1], [-1, -1]], [1, 0.5, 2]
    shape = np.array([[1.0, 0.3], [0.3, 0.8]])
    parts = [stats.multivariate_normal(a, b * shape).pdf(xs) for a, b in zip(means, scales, strict=True)]
    expected = np.log(np.array([0.5, 0.3, 0.2]) @ np.array(parts))
    np.testing.assert_allclose(MIXTURE.log_observable_density(MIXED, xs), expected, rtol=1e-12)
    given = MIXTURE.latent.to_mean(MIXTURE.posterior(MIXED, xs)).counts
    np.testing.assert_allclose(given, (np.array([0.5, 0.3, 0.2])[:, None] * parts / np.exp(expected)).T, rtol=1e-12)


def test_a_mixture_of_counts_has_the_density_of_its_weighted_components():
    family = f.Mixture(f.Replicated(f.Poisson(), 2), 2)
    rates = np.array([[1.0, 4.0], [6.0, 0.5]])
    natural = family.from_components(m.FirstMoment(np.log(rates)), TWO)
    xs = RANDOM.poisson(3, size=(6, 2))
    parts = stats.poisson(rates).pmf(xs[:, None]).prod(-1)
    np.testing.assert_allclose(family.log_observable_density(natural, xs), np.log(parts @ [0.6, 0.4]), rtol=1e-12)


def test_factor_analysis_is_a_normal_with_a_low_rank_covariance():
    family = f.LinearGaussian(3, 2, "diagonal")
    natural = family.from_regression(REGRESSION, standard(2))
    xs = RANDOM.normal(size=(5, 3))
    covariance = LOADINGS @ LOADINGS.T + REGRESSION.covariance
    expected = stats.multivariate_normal(REGRESSION.offset, covariance).logpdf(xs)
    np.testing.assert_allclose(family.log_observable_density(natural, xs), expected, rtol=1e-12)
    back = family.regression(natural)
    for found, meant in zip(back, REGRESSION, strict=True):
        np.testing.assert_allclose(found, meant, atol=1e-12)


def test_whitening_the_latent_keeps_the_density_of_the_observable():
    family = f.LinearGaussian(3, 2, "diagonal")
    natural = family.from_regression(REGRESSION, normals([[1.0, -2.0]], [0.5]))
    natural = jax.tree.map(np.squeeze, natural)
    white, xs = family.whitened(natural), RANDOM.normal(size=(5, 3))
    expected = family.log_observable_density(natural, xs)
    np.testing.assert_allclose(family.log_observable_density(white, xs), expected, rtol=1e-10)
    np.testing.assert_allclose(family.prior(white).first, np.zeros(2), atol=1e-12)
    np.testing.assert_allclose(family.prior(white).second, -np.eye(2) / 2, atol=1e-12)


def test_a_normal_over_bits_is_the_sum_over_all_their_states():
    family = f.GaussianBoltzmann(2, 3, "diagonal")
    coupling = np.array([[0, 0.5, -0.4], [0.5, 0, 0.8], [-0.4, 0.8, 0]])
    bias, weights, noise = np.array([0.2, -0.5, 0.1]), RANDOM.normal(size=(2, 3)), np.diag([0.5, 0.9])
    natural = family.from_regression(f.Regression(np.ones(2), weights, noise), m.NormalMoments(bias, coupling))
    xs, states = RANDOM.normal(size=(4, 2)), np.array(list(itertools.product([0, 1], repeat=3)), float)
    log_prior = states @ bias + np.einsum("si,ij,sj->s", states, coupling, states)
    log_prior = log_prior - logsumexp(log_prior)
    parts = [
        stats.multivariate_normal(1 + weights @ z, noise).logpdf(xs) + p for z, p in zip(states, log_prior, strict=True)
    ]
    np.testing.assert_allclose(family.log_observable_density(natural, xs), logsumexp(parts, axis=0), rtol=1e-11)


def test_a_restricted_boltzmann_machine_is_the_sum_over_all_states():
    machine = f.RestrictedBoltzmann(4, 3)
    bias, weights, hidden = RANDOM.normal(size=4), RANDOM.normal(size=(4, 3)), RANDOM.normal(size=3)
    natural = f.HarmoniumCoordinates(m.FirstMoment(bias), (weights,), m.FirstMoment(hidden))
    xs, zs = (np.array(list(itertools.product([0, 1], repeat=n))) for n in (4, 3))
    energy = (xs @ bias)[:, None] + zs @ hidden + xs @ weights @ zs.T
    exact = f.Enumerated(machine)
    np.testing.assert_allclose(exact.log_partition(natural), logsumexp(energy), rtol=1e-12)
    expected = logsumexp(energy, axis=1) - logsumexp(energy)
    np.testing.assert_allclose(exact.log_observable_density(natural, xs), expected, rtol=1e-12)
    np.testing.assert_allclose(np.exp(expected).sum(), 1)


def test_bits_without_couplings_under_a_normal_have_a_prior_with_couplings():
    family = f.LinearHarmonium(f.Normal(2, "isotropic"), f.DiagonalBoltzmann(3))
    weights, bias = RANDOM.normal(size=(2, 3)), np.array([0.2, -0.5, 0.1])
    natural = f.HarmoniumCoordinates(m.NormalMoments(np.array([0.3, -0.1]), -0.8), (weights,), m.FirstMoment(bias))
    states = np.array(list(itertools.product([0, 1], repeat=3)))
    pulls = np.array([0.3, -0.1]) + states @ weights.T
    # The integral over x of exp(pull' x - 0.8 |x|^2), in two dimensions.
    energy = states @ bias + (pulls**2).sum(1) / 3.2 + np.log(np.pi / 0.8)
    assert family.log_partition(natural) == pytest.approx(logsumexp(energy), abs=1e-12)
    other = f.Enumerated(f.Harmonium(family.observable, family.interaction, family.latent))
    assert other.log_partition(natural) == pytest.approx(logsumexp(energy), abs=1e-12)
    prior = f.Boltzmann(3).log_density(family.prior(natural), states)
    np.testing.assert_allclose(prior, energy - logsumexp(energy), atol=1e-12)
    mean = family.to_mean(natural)
    back = family.to_mean(family.to_natural(mean))
    np.testing.assert_allclose(back.interaction[0], mean.interaction[0], atol=1e-9)


def test_gibbs_sampling_of_a_restricted_boltzmann_machine_finds_its_means():
    machine = f.RestrictedBoltzmann(3, 2)
    natural = f.HarmoniumCoordinates(
        m.FirstMoment(np.array([0.2, -0.4, 0.1])),
        (np.array([[0.5, -1.0], [0.3, 0.8], [-0.6, 0.4]]),),
        m.FirstMoment(np.array([0.3, -0.2])),
    )
    chains = 20_000
    start = np.zeros((chains, 3), int), np.zeros((chains, 2), int)
    x, z = machine.gibbs(0, natural, start, 30)
    mean = f.Enumerated(machine).to_mean(natural)
    np.testing.assert_allclose(x.mean(0), mean.observable.first, atol=5 * 0.5 / np.sqrt(chains))
    np.testing.assert_allclose(z.mean(0), mean.latent.first, atol=5 * 0.5 / np.sqrt(chains))


def test_contrastive_divergence_climbs_the_likelihood():
    machine = f.RestrictedBoltzmann(4, 2)
    exact = f.Enumerated(machine)
    xs = np.repeat([[1, 1, 0, 0], [0, 0, 1, 1]], 50, axis=0)
    natural = jax.tree.map(lambda leaf: 0.1 * RANDOM.normal(size=leaf.shape), machine.template)
    before = exact.log_observable_density(natural, xs).mean()
    for step in range(400):
        gradient = machine.contrastive_divergence(step, natural, xs, 1)
        natural = jax.tree.map(lambda value, change: value + 0.5 * change, natural, gradient)
    # The two patterns alone would be log(1/2) each.
    after = exact.log_observable_density(natural, xs).mean()
    assert before < -2.5
    assert np.log(0.5) > after > -1.6


def test_long_contrastive_divergence_is_the_gradient():
    machine = f.RestrictedBoltzmann(3, 2)
    exact = f.Enumerated(machine)
    natural = jax.tree.map(lambda leaf: 0.5 * RANDOM.normal(size=leaf.shape), machine.template)
    xs = np.repeat(RANDOM.integers(0, 2, size=(8, 3)), 2000, axis=0)
    rough = machine.contrastive_divergence(0, natural, xs, 20)
    step = 1e-5
    for way in range(3):
        moved = natural.observable.first + step * np.eye(3)[way]
        high = exact.log_observable_density(natural._replace(observable=m.FirstMoment(moved)), xs).mean()
        low = exact.log_observable_density(natural, xs).mean()
        assert rough.observable.first[way] == pytest.approx((high - low) / step, abs=0.03)


def test_three_levels_of_categories_are_the_sum_over_all_states():
    lower, first, first_table = categories(3, 4, 1)
    middle, second, second_table = categories(2, 3, 2)
    upper, third, third_table = categories(2, 2, 3)
    top = np.array([0.3, 0.7])
    inner = f.Hierarchical(middle, upper)
    family = f.Hierarchical(lower, inner)
    natural = family.join(first, inner.join(second, upper.join(third, m.CountMoments(np.log(top)))))
    joint = np.einsum("w,wz,zy,yx->xyzw", top, third_table, second_table, first_table)
    for x, y, z, w in itertools.product(range(4), range(3), range(2), range(2)):
        found = family.log_density(natural, (x, (y, (z, w))))
        assert found == pytest.approx(np.log(joint[x, y, z, w]), abs=1e-10)
    observed = family.log_observable_density(natural, np.arange(4))
    np.testing.assert_allclose(observed, np.log(joint.sum((1, 2, 3))), atol=1e-10)
    assert family.log_partition(natural) == pytest.approx(0, abs=1e-10)
    mean = inner.to_mean(family.posterior(natural, 2))
    given = joint[2] / joint[2].sum()
    np.testing.assert_allclose(mean.observable.counts, given.sum((1, 2)), atol=1e-10)
    np.testing.assert_allclose(mean.latent.latent.counts, given.sum((0, 1)), atol=1e-10)


def three_levels() -> tuple[f.Hierarchical, f.HarmoniumCoordinates, np.ndarray, np.ndarray]:
    """Factors of factors of a mixture, and what it is: a normal for each component (means, covariances)."""
    lower, middle, upper = f.LinearGaussian(4, 2, "diagonal"), f.LinearGaussian(2, 1), f.Mixture(f.Normal(1), 2)
    a, b = np.random.default_rng(4).normal(size=(4, 2)), np.array([[0.7], [-1.2]])
    noise, between = np.diag([0.3, 0.5, 0.2, 0.4]), np.array([[0.5, 0.1], [0.1, 0.4]])
    first, _ = lower.split(lower.from_regression(f.Regression(np.ones(4), a, noise), standard(2)))
    second, _ = middle.split(middle.from_regression(f.Regression(np.zeros(2), b, between), standard(1)))
    top = upper.from_components(normals([[-1.0], [2.0]], [0.5, 1.5]), TWO)
    inner = f.Hierarchical(middle, upper)
    family = f.Hierarchical(lower, inner)
    natural = family.join(first, inner.join(second, top))
    means = np.array([1 + a @ b @ [mean] for mean in (-1.0, 2.0)])
    covariances = np.array([a @ (b @ b.T * scale + between) @ a.T + noise for scale in (0.5, 1.5)])
    return family, natural, means, covariances


def test_three_levels_of_normals_are_dense_gaussian_algebra():
    family, natural, means, covariances = three_levels()
    xs = RANDOM.normal(size=(6, 4))
    parts = [stats.multivariate_normal(a, b).pdf(xs) for a, b in zip(means, covariances, strict=True)]
    expected = np.log(np.array([0.6, 0.4]) @ parts)
    np.testing.assert_allclose(family.log_observable_density(natural, xs), expected, atol=1e-10)
    posterior = family.latent.to_mean(family.posterior(natural, xs)).latent.latent.counts
    np.testing.assert_allclose(posterior[:, 0], 0.6 * parts[0] / np.exp(expected), atol=1e-10)
    x_mean = family.to_mean(natural).observable.first
    np.testing.assert_allclose(x_mean, 0.6 * means[0] + 0.4 * means[1], atol=1e-10)


def test_three_levels_are_learned():
    family, natural, _, _ = three_levels()
    xs, _ = family.sample(0, natural, (500,))
    mean = family.to_mean(natural)
    back = family.to_natural(mean)
    for found, meant in zip(jax.tree.leaves(family.to_mean(back)), jax.tree.leaves(mean), strict=True):
        np.testing.assert_allclose(found, meant, atol=1e-9)
    before = family.log_observable_density(natural, xs).sum()
    for _ in range(3):
        natural = family.em_step(natural, xs)
        after = family.log_observable_density(natural, xs).sum()
        assert after > before
        before = after


def test_a_mixture_of_factor_analysers_is_a_mixture_of_low_rank_normals():
    part = f.LinearGaussian(3, 1, "diagonal")
    family = f.MixtureOfHarmoniums(part, 2)
    offsets, loadings = RANDOM.normal(size=(2, 3)), RANDOM.normal(size=(2, 3, 1))
    noise = np.array([np.diag([0.3, 0.5, 0.2]), np.diag([0.6, 0.1, 0.4])])
    components = part.from_regression(f.Regression(offsets, loadings, noise), standard(1))
    natural = family.from_components(components, TWO)
    xs = RANDOM.normal(size=(5, 3))
    covariances = loadings @ np.swapaxes(loadings, -1, -2) + noise
    parts = [stats.multivariate_normal(a, b).pdf(xs) for a, b in zip(offsets, covariances, strict=True)]
    expected = np.log(np.array([0.6, 0.4]) @ parts)
    np.testing.assert_allclose(family.log_observable_density(natural, xs), expected, atol=1e-10)
    x, z, component = xs[0], np.array([0.3]), 1
    whole = family.log_density(natural, (x, (z, component)))
    assert family.bracketed.log_density(family.bracket(natural), ((x, z), component)) == pytest.approx(whole, abs=1e-10)
    one = stats.multivariate_normal(offsets[1] + loadings[1] @ [0.3], noise[1]).logpdf(xs[0])
    assert whole == pytest.approx(np.log(0.4) + one + stats.norm.logpdf(0.3), abs=1e-10)


def test_a_restricted_posterior_has_the_density_of_the_full_prior():
    lower = f.LinearGaussian(3, 2, "diagonal", posterior="diagonal")
    upper, prior_upper = f.Mixture(f.Normal(2, "diagonal"), 2, "first"), f.Mixture(f.Normal(2), 2, "first")
    family = f.Hierarchical(lower, upper, prior_upper)
    first, _ = f.LinearGaussian(3, 2, "diagonal").split(
        f.LinearGaussian(3, 2, "diagonal").from_regression(REGRESSION, standard(2))
    )
    shifts = np.array([[0.4, -0.3], [0.2, 0.9]])
    latent = f.HarmoniumCoordinates(
        m.NormalMoments(np.array([0.2, -0.1]), np.array([-4.0, -5.0])), (shifts,), m.CountMoments(np.array([0.3, -0.4]))
    )
    natural = f.HarmoniumCoordinates(*first, latent)
    # p(y, k) = exp(theta_y' s(y) + shifts_k y + b_k) times the integral over x: a normal for each k, by hand.
    linear = LOADINGS.T @ np.linalg.inv(REGRESSION.covariance)
    precision = np.diag([8.0, 10.0]) - linear @ LOADINGS
    pulls = np.array([0.2, -0.1]) + shifts.T + linear @ REGRESSION.offset
    means = np.linalg.solve(precision, pulls.T).T
    weights = np.array([0.3, -0.4]) + np.einsum("ki,ki->k", pulls, means) / 2
    weights = np.exp(weights - logsumexp(weights))
    xs = RANDOM.normal(size=(4, 3))
    covariance = LOADINGS @ np.linalg.inv(precision) @ LOADINGS.T + REGRESSION.covariance
    # The offset of x moves with theta_x alone; y moves it by its mean.
    parts = [stats.multivariate_normal(REGRESSION.offset + LOADINGS @ mean, covariance).pdf(xs) for mean in means]
    np.testing.assert_allclose(family.log_observable_density(natural, xs), np.log(weights @ parts), atol=1e-10)
    mean = family.to_mean(natural)
    back = family.to_mean(family.to_natural(mean))
    for found, meant in zip(jax.tree.leaves(back), jax.tree.leaves(mean), strict=True):
        np.testing.assert_allclose(found, meant, atol=1e-8)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: f.Hierarchical(f.LinearGaussian(3, 2), f.Mixture(f.Normal(3), 2)), "Expected the same family"),
        (lambda: f.Harmonium(f.Normal(2), [("third", "counts")], f.Categorical(2)), "no block 'third'"),
        (lambda: f.Enumerated(f.Harmonium(f.Normal(2), [("first", "first")], f.Normal(2))), "finitely many states"),
        (lambda: f.Enumerated(f.RestrictedBoltzmann(2, 40)), "finitely many states"),
        (lambda: f.LinearHarmonium(f.Normal(2), f.Categorical(2)), "Expected Normal"),
        (lambda: f.LinearHarmonium(f.Poisson(), f.Normal(2)), "Expected vectors"),
        (lambda: f.Chain(f.LinearGaussian(3, 2), 4), "Expected one family for a state and the next"),
        (lambda: f.LatentProcess(f.LinearGaussian(3, 2), f.LinearGaussian(3, 3)), "Expected one family of states"),
        (
            lambda: f.LatentProcess(f.Mixture(f.Normal(2), 2, "first"), f.Mixture(f.Categorical(2), 2)),
            "cannot be learned by itself",
        ),
        (lambda: f.MixtureOfHarmoniums(f.LinearGaussian(3, 2, posterior="diagonal"), 2), "leave the posterior"),
    ],
)
def test_a_wrong_structure_is_refused_when_it_is_made(make, words):
    with pytest.raises(ParameterError, match=words):
        make()


def test_joining_under_a_fuller_prior_is_refused():
    family = f.LinearGaussian(3, 2, posterior="diagonal")
    with pytest.raises(f.NoClosedForm, match="to_natural or fit"):
        family.join(f.Likelihood(family.observable.zeros(), family.coupling.zeros()), standard(2))


def test_means_that_no_machine_has_are_refused():
    # Two bits cannot both be one more often than one of them is.
    impossible = m.NormalMoments(np.array([0.5, 0.5]), np.array([[0.5, 0.6], [0.6, 0.5]]))
    with pytest.raises(SolverError, match="means strictly inside"):
        f.Boltzmann(2).to_natural(impossible)


def test_bits_cannot_be_whitened():
    family = f.GaussianBoltzmann(2, 2)
    with pytest.raises(f.NoClosedForm, match="cannot be turned and scaled"):
        family.whitened(family.zeros())


def test_bits_given_the_other_side_are_logistic():
    machine = f.RestrictedBoltzmann(3, 2)
    natural = jax.tree.map(lambda leaf: RANDOM.normal(size=leaf.shape), machine.template)
    x = np.array([1, 0, 1])
    found = machine.latent.to_mean(machine.posterior(natural, x)).first
    np.testing.assert_allclose(found, expit(natural.latent.first + x @ natural.interaction[0]))


def test_a_program_of_32_bits_stays_one():
    # Warnings are errors: none may say that 64 bits were asked for in vain.
    natural, x = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), (MIXED, np.ones((2, 2))))
    assert jax.jit(MIXTURE.log_observable_density)(natural, x).dtype == jnp.float32
