"""Hidden Markov models and Kalman filters against paths enumerated and dense Gaussian algebra."""

from __future__ import annotations

import itertools

import jax
import numpy as np
import pytest
from examples import standard
from scipy import stats
from scipy.special import logsumexp

from whyboard import families as f
from whyboard.families import moments as m

START = np.array([0.6, 0.4])
STEPS = np.array([[0.9, 0.1], [0.3, 0.7]])
RATES = np.array([1.0, 5.0])
MARKOV = f.LatentProcess(f.Mixture(f.Poisson(), 2), f.Mixture(f.Categorical(2), 2))
HALF = m.CountMoments(np.full(2, 0.5))
HIDDEN = f.ProcessCoordinates(
    m.CountMoments(np.log(START)),
    MARKOV.emission.split(MARKOV.emission.from_components(m.FirstMoment(np.log(RATES)), HALF))[0],
    MARKOV.transition.split(MARKOV.transition.from_components(m.CountMoments(np.log(STEPS)), HALF))[0],
)
COUNTS = np.array([0, 2, 6, 4, 1])

DYNAMICS, DRIFT, JITTER = (
    np.array([[0.9, 0.2], [-0.2, 0.9]]),
    np.array([0.1, -0.2]),
    np.array([[0.2, 0.05], [0.05, 0.1]]),
)
VIEW, LEVEL, NOISE = (
    np.array([[1.0, 0.0], [0.5, 1.0], [0.0, -1.0]]),
    np.array([5.0, -3.0, 0.0]),
    np.diag([0.2, 0.3, 0.1]),
)
KALMAN = f.LatentProcess(f.LinearGaussian(3, 2, "diagonal"), f.LinearGaussian(2, 2))
SPACE = f.ProcessCoordinates(
    standard(2),
    KALMAN.emission.split(KALMAN.emission.from_regression(f.Regression(LEVEL, VIEW, NOISE), standard(2)))[0],
    KALMAN.transition.split(KALMAN.transition.from_regression(f.Regression(DRIFT, DYNAMICS, JITTER), standard(2)))[0],
)


def paths() -> tuple[np.ndarray, np.ndarray]:
    """All paths of states, and the log density of each with the counts."""
    every = np.array(list(itertools.product([0, 1], repeat=len(COUNTS))))
    log_density = np.log(START)[every[:, 0]] + np.log(STEPS)[every[:, :-1], every[:, 1:]].sum(1)
    return every, log_density + stats.poisson(RATES[every]).logpmf(COUNTS).sum(1)


def dense(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean and covariance of all states, the matrix from states to observations, and the covariance of the noise."""
    mean, covariance = np.zeros(2 * n), np.zeros((2 * n, 2 * n))
    covariance[:2, :2] = np.eye(2)
    for t in range(1, n):
        now, past, all_past = slice(2 * t, 2 * t + 2), slice(2 * t - 2, 2 * t), slice(0, 2 * t)
        mean[now] = DYNAMICS @ mean[past] + DRIFT
        covariance[now, all_past] = DYNAMICS @ covariance[past, all_past]
        covariance[all_past, now] = covariance[now, all_past].T
        covariance[now, now] = DYNAMICS @ covariance[past, past] @ DYNAMICS.T + JITTER
    return mean, covariance, np.kron(np.eye(n), VIEW), np.kron(np.eye(n), NOISE)


def conditioned(n: int, seen: int, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of all states given the first observations."""
    mean, covariance, view, noise = dense(n)
    view, noise = view[: 3 * seen], noise[: 3 * seen, : 3 * seen]
    gain = covariance @ view.T @ np.linalg.inv(view @ covariance @ view.T + noise)
    rest = xs[:seen].ravel() - np.tile(LEVEL, seen) - view @ mean
    return mean + gain @ rest, covariance - gain @ view @ covariance


def test_a_hidden_markov_model_has_the_density_of_all_its_paths():
    every, log_density = paths()
    assert MARKOV.log_observable_density(HIDDEN, COUNTS) == pytest.approx(logsumexp(log_density), abs=1e-10)
    for path, expected in zip(every[::5], log_density[::5], strict=True):
        assert MARKOV.log_density(HIDDEN, (COUNTS, path)) == pytest.approx(expected, abs=1e-10)


def test_a_hidden_markov_model_smooths_states_and_pairs():
    every, log_density = paths()
    weights = np.exp(log_density - logsumexp(log_density))
    mean = MARKOV.smooth(HIDDEN, COUNTS)
    np.testing.assert_allclose(mean.each.counts[:, 1], weights @ every, atol=1e-10)
    both = weights @ (every[:, 1:] * every[:, :-1])
    np.testing.assert_allclose(mean.pair[0].counts[:, 1, 1], both, atol=1e-10)


@pytest.mark.parametrize(("dtype", "error"), [("float32", 1e-6), ("float64", 1e-10)])
def test_forbidden_steps_and_far_out_evidence_leave_no_path_out(dtype, error):
    # Whichever of two closed classes wins, another is favoured by e^900 for a while.
    chain = f.Chain(f.Mixture(f.Categorical(3), 3), 6)
    with np.errstate(divide="ignore"):
        pairs = np.broadcast_to(np.log([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]), (5, 3, 3))
    evidence = np.array([[0, -np.inf, 900], [-800, 0, 0], [0, 1, -900], [2, 0, 800], [0, 0, -600], [1, 0, -198]])
    natural = jax.tree.map(
        lambda leaf: leaf.astype(dtype), f.ChainCoordinates(m.CountMoments(evidence), (m.CountMoments(pairs),))
    )
    every = np.array(list(itertools.product(range(3), repeat=6)))
    log = evidence[range(6), every].sum(1) + pairs[range(5), every[:, 1:], every[:, :-1]].sum(1)
    weights = np.exp(log - logsumexp(log))
    mean = chain.to_mean(natural)
    marginal = np.array([[weights[states == k].sum() for k in range(3)] for states in every.T])
    assert 0.01 < marginal[0, 2] < 0.99
    assert float(chain.log_partition(natural)) == pytest.approx(logsumexp(log), abs=error)
    np.testing.assert_allclose(mean.each.counts, marginal, atol=error)
    both = weights @ ((every[:, 1:] == 1) & (every[:, :-1] == 0))
    np.testing.assert_allclose(mean.pair[0].counts[:, 1, 0], both, atol=error)


def test_a_hidden_markov_model_filters():
    every, _ = paths()
    found = MARKOV.state.to_mean(MARKOV.filter(HIDDEN, COUNTS)).counts
    for seen in range(1, len(COUNTS) + 1):
        log_density = np.log(START)[every[:, 0]] + np.log(STEPS)[every[:, :-1], every[:, 1:]].sum(1)
        log_density = log_density + stats.poisson(RATES[every[:, :seen]]).logpmf(COUNTS[:seen]).sum(1)
        weights = np.exp(log_density - logsumexp(log_density))
        assert found[seen - 1, 1] == pytest.approx(weights @ every[:, seen - 1], abs=1e-10)


def test_a_kalman_smoother_is_dense_gaussian_algebra():
    n = 12
    xs, zs = KALMAN.sample(0, SPACE, n)
    prior_mean, prior, view, noise = dense(n)
    observed = stats.multivariate_normal(np.tile(LEVEL, n) + view @ prior_mean, view @ prior @ view.T + noise)
    assert KALMAN.log_observable_density(SPACE, xs) == pytest.approx(observed.logpdf(xs.ravel()), abs=1e-9)
    joint = stats.multivariate_normal(prior_mean, prior).logpdf(zs.ravel())
    joint += stats.multivariate_normal(np.tile(LEVEL, n) + view @ zs.ravel(), noise).logpdf(xs.ravel())
    assert KALMAN.log_density(SPACE, (xs, zs)) == pytest.approx(joint, abs=1e-9)
    mean, covariance = conditioned(n, n, xs)
    smoothed = KALMAN.smooth(SPACE, xs)
    np.testing.assert_allclose(smoothed.each.first.ravel(), mean, atol=1e-10)
    for t in range(n - 1):
        now, later = slice(2 * t, 2 * t + 2), slice(2 * t + 2, 2 * t + 4)
        expected = covariance[later, now] + np.outer(mean[later], mean[now])
        np.testing.assert_allclose(smoothed.pair[0][t], expected, atol=1e-10)


def test_a_kalman_filter_is_dense_gaussian_algebra():
    n = 6
    xs, _ = KALMAN.sample(1, SPACE, n)
    beliefs = KALMAN.state.to_mean(KALMAN.filter(SPACE, xs))
    for t in range(n):
        mean, covariance = conditioned(n, t + 1, xs)
        now = slice(2 * t, 2 * t + 2)
        np.testing.assert_allclose(beliefs.first[t], mean[now], atol=1e-10)
        found = beliefs.second[t] - np.outer(mean[now], mean[now])
        np.testing.assert_allclose(found, covariance[now, now], atol=1e-10)


@pytest.mark.parametrize(("process", "natural"), [(MARKOV, HIDDEN), (KALMAN, SPACE)], ids=["markov", "kalman"])
def test_learning_never_loses_likelihood(process, natural):
    xs, _ = process.sample(3, natural, 40, (3,))
    natural = jax.tree.map(lambda leaf: leaf * 0.9, natural)
    before = process.log_observable_density(natural, xs).sum()
    for _ in range(5):
        natural = process.em_step(natural, xs)
        after = process.log_observable_density(natural, xs).sum()
        assert after > before
        before = after


def test_a_hidden_markov_model_is_found_in_data():
    xs, _ = MARKOV.sample(5, HIDDEN, 1500, (2,))
    fit = MARKOV.fit(xs, restarts=2, max_steps=200, tolerance=1e-7)
    assert fit.converged
    means = MARKOV.emission.observable.to_mean(MARKOV.emission.components(fit.natural.emission)).first
    order = np.argsort(means)
    np.testing.assert_allclose(means[order], RATES, rtol=0.1)
    steps = MARKOV.state.to_mean(MARKOV.transition.components(fit.natural.transition)).counts
    np.testing.assert_allclose(steps[order][:, order], STEPS, atol=0.06)
    assert fit.log_density * xs.size > MARKOV.log_observable_density(HIDDEN, xs).sum()


def test_a_state_space_far_from_the_origin_is_found_in_data():
    xs, _ = KALMAN.sample(6, SPACE, 150, (2,))
    far = (xs + 1e6).astype(np.float64)
    near_fit, far_fit = (KALMAN.fit(rows, restarts=1, max_steps=60) for rows in (xs, far))
    # So far away the squares of 300 rows, 3e14, are known to a few tenths.
    assert far_fit.log_density == pytest.approx(near_fit.log_density, abs=5e-3)
    assert far_fit.log_density * 300 > KALMAN.log_observable_density(SPACE, xs).sum()
