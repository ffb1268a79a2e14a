"""Functions of many unknown numbers, and of whole vectors: expectations over fixed draws, or by a rule."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special, stats
from scipy.stats import qmc

import whyboard as wb
from whyboard.errors import SolverError
from whyboard.lowering.potential.draws import Draws
from whyboard.precision import count_compilations

HALF_LOG_2PI_E = 0.5 * np.log(2 * np.pi * np.e)
RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=30)
KINDS = np.array([RANDOM.choice(4, p=special.softmax(x * np.array([1.5, -1.0, 0.3, 0.0]))) for x in X])


def mixed(g, data, **options):
    return wb.get_posterior_model(g, data, method="VMP", mixed=True, progress=False, **options)


def unpacked(packed, size):
    """A mean, and the triangular root of a covariance whose diagonal is given by logarithms."""
    root = np.zeros((size, size))
    root[np.tril_indices(size)] = packed[size:]
    diagonal = np.exp(np.diag(root))
    root[np.diag_indices(size)] = diagonal
    return packed[:size], root


def optimum(expected, size, variance):
    """The largest bound over normal beliefs about numbers with a normal prior, and its belief."""

    def loss(packed):
        mean, root = unpacked(packed, size)
        divergence = (np.sum(root**2) + mean @ mean) / variance - size + size * np.log(variance)
        return divergence / 2 - np.log(np.diag(root)).sum() - expected(mean, root)

    found = optimize.minimize(loss, np.full(size + size * (size + 1) // 2, 0.1), method="L-BFGS-B")
    return -found.fun, *unpacked(found.x, size)


def softmax_regression():
    with wb.Graph("g") as g:
        w = wb.StaticVariable("w", shape=4, variance=2.0)
        x = wb.Variable("x", distribution="NoDistribution")
        y = wb.Variable("y", dtype="int", distribution="CategoricalDistribution", probabilities=wb.math.softmax(w * x))
    return g, {x: X, y: KINDS}, w


def test_draws_have_exactly_the_moments_of_standard_normals():
    draws = Draws(200, seed=3).standard(7)
    assert draws.shape == (200, 7)
    np.testing.assert_allclose(draws.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(draws.T @ draws / 200, np.eye(7), atol=1e-12)
    np.testing.assert_array_equal(draws, Draws(200, seed=3).standard(7))
    assert np.abs(draws - Draws(200, seed=4).standard(7)).max() > 0.1


def test_softmax_regression_finds_the_best_normal_belief():
    g, data, w = softmax_regression()
    model = mixed(g, data, tolerance=1e-10)
    nodes = special.ndtri(qmc.Sobol(4, rng=np.random.default_rng(5)).random(1024))

    def expected(mean, root):
        logits = (mean + nodes @ root.T)[:, None, :] * X[:, None]
        chosen = np.take_along_axis(logits, KINDS[None, :, None], axis=2)[..., 0]
        return (chosen - special.logsumexp(logits, axis=2)).sum(axis=1).mean()

    bound, mean, root = optimum(expected, 4, 2.0)
    assert model.lower_bound[-1] == pytest.approx(bound, abs=5e-3)
    np.testing.assert_allclose(model.get_means(w), mean, atol=1e-2)
    np.testing.assert_allclose(model.get_standard_deviations(w), np.sqrt(np.diag(root @ root.T)), rtol=1e-2)
    assert np.all(np.diff(model.lower_bound) > -1e-9)
    assert 1e-5 < model.lower_bound_error < 2e-2


def test_other_draws_compile_nothing_and_more_of_them_tell_the_bound_better():
    g, data, _ = softmax_regression()
    first = mixed(g, data)
    with count_compilations() as count:
        second = mixed(g, data, seed=1)
    assert count.compiled == 0
    assert 0 < abs(first.lower_bound[-1] - second.lower_bound[-1]) < 5e-2
    few = mixed(g, data, n_draws=32)
    assert few.lower_bound_error > 2 * first.lower_bound_error
    with pytest.raises(SolverError, match="n_draws"):
        mixed(g, data, n_draws=0)


def test_a_sum_of_functions_depends_on_its_numbers_together():
    data = np.tanh(1.5 * X) + np.tanh(-0.5 * X) + 0.3 * RANDOM.normal(size=len(X))
    with wb.Graph("g") as g:
        w = wb.StaticVariable("w", shape=2, variance=1.0)
        x = wb.Variable("x", distribution="NoDistribution")
        y = wb.Variable("y", mean=wb.math.sum(wb.math.tanh(w * x)), variance=0.09)
    model = mixed(g, {x: X, y: data}, tolerance=1e-10)
    line, weight = np.polynomial.hermite_e.hermegauss(24)
    nodes = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    weights = np.outer(weight, weight).ravel() / weight.sum() ** 2

    def expected(mean, root):
        values = np.tanh((mean + nodes @ root.T)[:, None, :] * X[:, None]).sum(axis=2)
        return weights @ stats.norm(values, 0.3).logpdf(data).sum(axis=1)

    start = model.get_means(w)
    assert abs(start[0] - start[1]) > 0.3

    def loss(packed):
        mean, root = unpacked(packed, 2)
        return -expected(mean, root) + (np.sum(root**2) + mean @ mean) / 2 - 1 - np.log(np.diag(root)).sum()

    found = optimize.minimize(loss, [*start, -1.0, 0.0, -1.0], method="BFGS")
    assert model.lower_bound[-1] == pytest.approx(-found.fun, abs=1e-4)
    assert model.lower_bound_error == 0
