"""Probabilities that are exactly zero: what they allow is summed exactly, what they forbid is refused in words."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats
from scipy.special import logsumexp

import whyboard as wb
from whyboard.errors import SolverError

STEPS = np.array([[0.7, 0.3, 0.0], [0.0, 0.6, 0.4], [0.0, 0.0, 1.0]])
START = np.array([1.0, 0.0, 0.0])
MEANS = np.array([-1.0, 0.5, 2.0])
SEEN = np.array([2.0, -1.0, 0.3, np.nan, 1.5, -3.0])
FREE = np.full(len(SEEN), np.nan)


def left_to_right():
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="CategoricalDistribution")
        p = wb.StaticVariable("p", shape=(3, 3), distribution="DiracDistribution", mean=STEPS)
        z.probabilities = wb.where(wb.equal(wb.TimeIndex, 0), START, p[z[wb.TimeIndex - 1]])
        m = wb.StaticVariable("m", shape=3, distribution="DiracDistribution", mean=MEANS)
        y = wb.Variable("y", mean=m[z], variance=0.8)
    return g, z, y


def solved(graph, data, **options):
    return wb.get_posterior_model(graph, data, method="VMP", progress=False, **options)


def paths(seen, known):
    """The evidence, and how likely each state is in each row, by all paths that are allowed."""
    every = np.array(list(itertools.product(range(3), repeat=len(seen))))
    every = every[np.all((every == known) | np.isnan(known), axis=1)]
    chance = START[every[:, 0]] * STEPS[every[:, :-1], every[:, 1:]].prod(axis=1)
    every, chance = every[chance > 0], chance[chance > 0]
    densities = stats.norm(MEANS[every], np.sqrt(0.8)).logpdf(seen)
    log = np.log(chance) + np.where(np.isnan(seen), 0.0, densities).sum(axis=1)
    weights = np.exp(log - logsumexp(log))
    return logsumexp(log), np.array([[weights[states == k].sum() for k in range(3)] for states in every.T])


def test_a_left_to_right_model_sums_over_the_allowed_paths():
    g, z, y = left_to_right()
    partly = FREE.copy()
    partly[2] = 1
    # The last state explains the first rows by e^-1000 less, and must not be lost by the way.
    far = np.array([-200.0, 300.0, -200.0, np.nan, 300.0, -200.0])
    for seen, known in ((SEEN, FREE), (SEEN, partly), (far, FREE)):
        model = solved(g, {y: seen, z: known})
        evidence, weights = paths(seen, known)
        assert model.lower_bound[-1] == pytest.approx(evidence, rel=1e-12)
        np.testing.assert_allclose(model.belief(z).moments.each.counts, weights, atol=1e-10)
    for state in ([1, *FREE[1:]], [np.nan, 1, 0, *FREE[3:]]):
        with pytest.raises(SolverError, match=r"impossible: .*'g/z' has a value of probability 0"):
            solved(g, {y: SEEN, z: state})


def test_draws_keep_to_the_allowed_paths():
    g, z, y = left_to_right()
    draws = solved(g, {y: SEEN}).get_samples(z, 500)
    assert np.all(draws[:, 0] == 0)
    assert np.all(STEPS[draws[:, :-1].astype(int), draws[:, 1:].astype(int)] > 0)


def test_weights_of_a_mixture_and_rows_of_emissions_may_be_zero():
    seen = SEEN[~np.isnan(SEEN)]
    with wb.Graph("g") as g:
        normal = wb.MixtureDistribution(component="NormalDistribution")
        y = wb.Variable("y", distribution=normal, weights=[0.25, 0.75, 0.0], mean=MEANS, variance=1.0)
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.5, 0.5, 0.0])
        rows = np.array([[0.5, 0.5, 0.0], [0.0, 0.2, 0.8], [1.0, 0.0, 0.0]])
        e = wb.StaticVariable("e", shape=(3, 3), distribution="DiracDistribution", mean=rows)
        w = wb.Variable("w", distribution="CategoricalDistribution", probabilities=e[z])
        b = wb.Variable(
            "b", dtype="bool", distribution="BernoulliDistribution", mean=wb.where(wb.equal(w, 2), 1.0, 0.0)
        )
    words = np.array([0, 1, 2, 2, 1])
    model = solved(g, {y: seen, w: words, b: words == 2})
    mixture = np.log(stats.norm.pdf(seen[:, None], MEANS[:2]) @ [0.25, 0.75]).sum()
    assert model.lower_bound[-1] == pytest.approx(mixture + np.log([0.25, 0.35, 0.4, 0.4, 0.35]).sum(), abs=1e-9)
    shares = np.array([[1, 0, 0], [0.25, 0.1, 0], [0, 0.4, 0], [0, 0.4, 0], [0.25, 0.1, 0]])
    shares = shares / shares.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.belief(z).moments.counts, shares, atol=1e-12)
    with pytest.raises(SolverError, match=r"impossible: .*'g/z' has a value of probability 0"):
        solved(g, {y: seen, w: words, z: [2, 0, 1, 1, 0]})


def test_a_left_to_right_model_starts_where_its_paths_are_likely():
    """At clusters alone, two levels change places, and no path may visit them in their order."""
    rows, chances = 60, np.array([[0.9, 0.1, 0], [0, 0.9, 0.1], [0, 0, 1]])
    random, states = np.random.default_rng(2), [0]
    for _ in range(rows - 1):
        states.append(random.choice(3, p=chances[states[-1]]))
    data = np.array([0.0, 3, 6])[states] + random.normal(size=rows)
    with wb.Graph("g") as g:
        levels = wb.StaticVariable("levels", shape=3, mean=[0.0, 3, 6], variance=4)
        state = wb.Variable("state", distribution="Categorical")
        state.probabilities = wb.take(chances, wb.time_shift(state, -1, 0), axis=0)
        y = wb.Variable("y", mean=levels[state])
    found = wb.get_posterior_model(g, {y: data}, method="VMP", progress=False)
    np.testing.assert_array_equal(found.belief(state).moments[0].counts.argmax(-1), states)
