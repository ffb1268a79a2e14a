"""What else is asked of chains: entries that come and go, draws, most probable values."""

from __future__ import annotations

import numpy as np
import pytest
from test_chains import Dense, T, dense_state_space, known, state_space, with_gaps
from test_zero_probabilities import FREE, SEEN, left_to_right, paths

import whyboard as wb
from whyboard.errors import SolverError


def test_entries_of_a_chain_come_and_go():
    seen = np.random.default_rng(0).normal(size=(T, 3))
    states = np.full((T, 2), np.nan)
    states[1, 0], states[3] = 0.7, (0.2, -0.3)
    g, x, y = state_space()
    model = wb.get_posterior_model(g, {y: seen}, method="VMP", progress=False)
    dense = Dense()
    at, observed = dense_state_space(dense)

    def agrees(*pairs):
        evidence, mean, _ = dense.given(known(*pairs))
        assert model.lower_bound[-1] == pytest.approx(evidence, abs=1e-9)
        np.testing.assert_allclose(model.get_means(x), mean[at], atol=1e-9)

    model.observe(x, states)
    agrees((at, states), (observed, seen))
    model.unobserve(x)
    agrees((observed, seen))
    fewer = with_gaps(seen, 2, (4, 1))
    model.observe(y, fewer)
    agrees((observed, fewer))


def test_draws_of_a_chain_with_forbidden_steps_come_as_often_as_its_paths():
    g, z, y = left_to_right()
    model = wb.get_posterior_model(g, {y: SEEN}, method="Gibbs", progress=False, n_samples=2000, warmup=20)
    draws = model.get_samples(z, 8000)
    _, weights = paths(SEEN, FREE)
    np.testing.assert_allclose([(draws == k).mean(axis=0) for k in range(3)], weights.T, atol=0.025)


def test_the_most_probable_steps_may_be_impossible_ones():
    states = np.repeat([0, 1, 2], 20)
    seen = 5.0 * states + 0.1 * np.random.default_rng(2).normal(size=60)
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=(3, 3), distribution="DirichletDistribution", concentration=np.ones((3, 3)))
        z = wb.Variable("z", distribution="CategoricalDistribution")
        z.probabilities = wb.where(wb.equal(wb.TimeIndex, 0), [1.0, 0.0, 0.0], p[z[wb.TimeIndex - 1]])
        m = wb.StaticVariable("m", shape=3, distribution="DiracDistribution", mean=[0.0, 5.0, 10.0])
        y = wb.Variable("y", mean=m[z], variance=0.01)
    steps = wb.get_posterior_model(g, {y: seen}, method="EM", progress=False).get_means(p)
    # States are 50 deviations apart, so steps are counted.
    np.testing.assert_allclose(steps, [[0.95, 0.05, 0], [0, 0.95, 0.05], [0, 0, 1]], atol=1e-9)
    with pytest.raises(SolverError, match=r"impossible: .*'g/z' has a value of probability 0"):
        wb.get_posterior_model(g, {y: seen, z: [1, *[np.nan] * 59]}, method="EM", progress=False)
