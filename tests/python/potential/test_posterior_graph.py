"""What message passing has learned, as a graph: distributions stay what they are, and joint blocks stay joint."""

from __future__ import annotations

import numpy as np
import pytest

import whyboard as wb


@pytest.fixture(scope="module")
def learned():
    random = np.random.default_rng(0)
    inputs = 5 + random.normal(size=30)
    with wb.Graph("g") as g:
        rate = wb.StaticVariable("rate", distribution="ExponentialDistribution", rate=2)
        spread = wb.StaticVariable(
            "spread", shape=(2, 2), distribution="WishartDistribution", degrees_of_freedom=3, inverse_scale=np.eye(2)
        )
        beta = wb.StaticVariable("beta", shape=2, variance=100)
        shares = wb.StaticVariable("shares", shape=3, distribution="DirichletDistribution", concentration=np.ones(3))
        x = wb.Variable("x", distribution="NoDistribution")
        wb.Variable("y", mean=beta[0] * x + beta[1], variance=1)
        wb.Variable("count", dtype="int", distribution="PoissonDistribution", mean=rate)
        wb.Variable("vector", shape=2, distribution="MultivariateNormalDistribution", mean=[0.0, 0.0], precision=spread)
        wb.Variable("kind", distribution="CategoricalDistribution", probabilities=shares)
    data = {
        g.x: inputs,
        g.y: 2 * inputs + 1 + random.normal(size=30),
        g["count"]: random.poisson(3, 30),
        g.vector: random.normal(size=(30, 2)),
        g.kind: random.integers(0, 3, 30),
    }
    model = wb.get_posterior_model(g, data, method="VMP", progress=False)
    return g, data, model, model.get_posterior_graph()


def test_distributions_stay_what_they_are_and_an_exponential_one_becomes_gamma(learned):
    g, data, _, after = learned
    assert after.rate.distribution is wb.GammaDistribution
    assert after.spread.distribution is wb.WishartDistribution
    counts = np.bincount(data[g.kind], minlength=3)
    np.testing.assert_allclose(after.shares.concentration, 1 + counts, rtol=1e-12)
    again = wb.get_posterior_model(after, {after.x: [0.0]}, method="VMP", progress=False)
    for before, now in [(g.rate, after.rate), (g.spread, after.spread), (g.shares, after.shares)]:
        np.testing.assert_allclose(again.get_means(now), learned[2].get_means(before), rtol=1e-9)
        np.testing.assert_allclose(again.get_variances(now), learned[2].get_variances(before), rtol=1e-9)


def test_more_data_are_learned_as_if_all_had_come_at_once(learned):
    g, data, model, after = learned
    more = wb.get_posterior_model(after, {after["count"]: [4, 1], after.x: [0.0, 0.0]}, method="VMP", progress=False)
    total = data[g["count"]].sum() + 5
    assert more.get_means(after.rate) == pytest.approx((1 + total) / (2 + 32), rel=1e-9)
    assert model.get_means(g.rate) == pytest.approx((1 + total - 5) / (2 + 30), rel=1e-9)


def test_the_correlation_inside_a_joint_block_stays(learned):
    g, data, model, after = learned
    design = np.column_stack([data[g.x], np.ones(30)])
    covariance = np.linalg.inv(design.T @ design + np.eye(2) / 100)
    exact = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    draws = wb.get_generative_model(after, {after.x: [0.0]}).get_samples(after.beta, 2000)
    assert exact < -0.98
    assert np.corrcoef(draws.T)[0, 1] == pytest.approx(exact, abs=0.005)
    np.testing.assert_allclose(draws.mean(axis=0), model.get_means(g.beta), atol=5 * draws.std() / np.sqrt(2000))
