"""Variational conjugation: exact where a pair is conjugate, a bound where it is not."""

from __future__ import annotations

import jax
import numpy as np
from examples import FACTORED, FACTORS, standard

from whyboard import families as f
from whyboard.families import moments as m

RANDOM = np.random.default_rng(3)


def test_a_conjugate_pair_has_its_own_conjugation_and_density():
    pair = f.VariationallyConjugated(FACTORS)
    likelihood, prior = FACTORS.split(FACTORED)
    found = pair.regress(0, likelihood, prior)
    exact = FACTORS.conjugation(likelihood)
    np.testing.assert_allclose(found.rho.first, exact.rho.first, atol=1e-9)
    np.testing.assert_allclose(found.rho.second, exact.rho.second, atol=1e-9)
    np.testing.assert_allclose(found.chi, exact.chi, atol=1e-9)
    np.testing.assert_allclose([found.residual_variance, found.r_squared], [0, 1], atol=1e-12)
    xs = RANDOM.normal(size=(4, 3))
    bound = pair.elbo(1, pair.conjugate(0, likelihood, prior), xs, 10)
    np.testing.assert_allclose(bound, FACTORS.log_observable_density(FACTORED, xs), atol=1e-8)


def counted() -> tuple[f.VariationallyConjugated, f.Likelihood, m.NormalMoments]:
    pair = f.VariationallyConjugated(f.Harmonium(f.Replicated(f.Poisson(), 2), [("first", "first")], f.Normal(1)))
    return pair, f.Likelihood(m.FirstMoment(np.array([0.5, 0.0])), (np.array([[0.4], [-0.3]]),)), standard(1)


def quadrature(pair: f.VariationallyConjugated, natural: f.VariationalCoordinates, xs: np.ndarray) -> np.ndarray:
    grid = np.linspace(-8, 8, 4001)
    joint = pair.log_density(natural, (xs[:, None], grid[None, :, None]))
    return np.log(np.exp(joint).sum(1) * (grid[1] - grid[0]))


def test_the_bound_of_a_pair_that_is_not_conjugate_lies_just_below_its_density():
    pair, likelihood, prior = counted()
    natural = pair.conjugate(0, likelihood, prior)
    xs = np.array([[1, 0], [3, 1], [2, 2], [0, 0]])
    exact, bound = quadrature(pair, natural, xs), pair.elbo(1, natural, xs, 20_000)
    assert np.all(bound < exact + 0.005)
    assert np.all(bound > exact - 0.1)


def test_the_fit_gets_worse_with_the_strength_of_the_interaction():
    pair, likelihood, prior = counted()
    weak, strong = (
        pair.regress(0, likelihood._replace(interaction=(scale * likelihood.interaction[0],)), prior)
        for scale in (1, 4)
    )
    assert 0.98 < weak.r_squared < 1
    assert strong.r_squared < weak.r_squared
    assert 0 < weak.residual_variance < strong.residual_variance


def test_draws_are_those_of_the_prior_and_the_likelihood():
    pair, likelihood, prior = counted()
    natural = pair.conjugate(0, likelihood, prior)
    x, z = pair.sample(0, natural, (40_000,))
    assert abs(z.mean()) < 0.03
    rates = np.exp(np.array([0.5, 0.0]) + z * [0.4, -0.3])
    np.testing.assert_allclose(x.mean(0), rates.mean(0), atol=0.05)


def test_the_bound_is_part_of_a_program():
    pair, likelihood, prior = counted()
    natural = pair.conjugate(0, likelihood, prior)
    gradient = jax.grad(
        lambda bias: pair.elbo(
            0,
            natural._replace(likelihood=f.Likelihood(m.FirstMoment(bias), likelihood.interaction)),
            np.array([[3, 1]]),
        ).sum()
    )(jax.numpy.array([0.5, 0.0]))
    assert np.isfinite(gradient).all()
