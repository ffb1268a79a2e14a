"""As in BayesPy: normal variables and what is linear in them."""

from __future__ import annotations

import numpy as np
from bayespy_twin import Pair, nodes, random, same_as_bayespy

import whyboard as wb


def precision_matrix(d):
    a = random().normal(size=(d, d))
    return a @ a.T + d * np.eye(d)


@same_as_bayespy
def test_normal_with_unknown_mean_and_precision():
    data = random().normal(3, 2, size=20)
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0, variance=10)
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=1e-2, rate=1e-2)
        y = wb.Variable("y", mean=mu, precision=tau)
    m, t = nodes.GaussianARD(0, 0.1), nodes.Gamma(1e-2, 1e-2)
    n = nodes.GaussianARD(m, t, plates=(20,))
    n.observe(data)
    return Pair(g, {y: data}, [(mu, m), (tau, t)], [n])


@same_as_bayespy
def test_missing_entries():
    data = random().normal(3, 2, size=(12, 3))
    mask = random().random((12, 3)) < 0.6
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", shape=3, mean=1, variance=10)
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=2, scale=0.5)
        y = wb.Variable("y", shape=3, mean=mu, precision=tau)
    m, t = nodes.GaussianARD(1, 0.1, shape=(), plates=(3,)), nodes.Gamma(2, 2)
    n = nodes.GaussianARD(m, t, plates=(12, 3))
    n.observe(data, mask=mask)
    return Pair(g, {y: np.where(mask, data, np.nan)}, [(mu, m), (tau, t)], [n])


@same_as_bayespy
def test_linear_regression():
    x = random().normal(size=30)
    data = 2 - 3 * x + random().normal(size=30)
    with wb.Graph("g") as g:
        beta = wb.StaticVariable("beta", shape=2, mean=0, variance=100)
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=1e-3, rate=1e-3)
        inputs = wb.Variable("x", distribution="NoDistribution")
        y = wb.Variable("y", mean=beta[0] + beta[1] * inputs, precision=tau)
    b, t = nodes.GaussianARD(0, 1e-2, shape=(2,)), nodes.Gamma(1e-3, 1e-3)
    n = nodes.GaussianARD(nodes.SumMultiply("i,i", b, np.column_stack([np.ones(30), x])), t)
    n.observe(data)
    return Pair(g, {inputs: x, y: data}, [(beta, b), (tau, t)], [n])


@same_as_bayespy
def test_regression_with_relevance():
    rng = random()
    x = rng.normal(size=(25, 3))
    data = x @ [1.0, 0.0, -2.0] + 0.3 * rng.normal(size=25)
    with wb.Graph("g") as g:
        alpha = wb.StaticVariable("alpha", shape=3, distribution="GammaDistribution", concentration=1e-2, rate=1e-2)
        beta = wb.StaticVariable("beta", shape=3, mean=0, precision=alpha)
        inputs = wb.Variable("x", shape=3, distribution="NoDistribution")
        y = wb.Variable("y", mean=inputs @ beta, variance=0.09)
    a = nodes.Gamma(1e-2, 1e-2, plates=(3,))
    b = nodes.GaussianARD(0, a, shape=(3,))
    n = nodes.GaussianARD(nodes.SumMultiply("i,i", b, x), 1 / 0.09)
    n.observe(data)
    return Pair(g, {inputs: x, y: data}, [(beta, b), (alpha, a)], [n])


@same_as_bayespy
def test_sum_of_two_normals():
    data = random().normal(5, 1, size=20)
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", mean=1, variance=4)
        b = wb.StaticVariable("b", mean=a, variance=2)
        y = wb.Variable("y", mean=a + b, variance=1)
    m = nodes.GaussianARD(1, 0.25)
    k = nodes.GaussianARD(m, 0.5)
    n = nodes.GaussianARD(nodes.Add(m, k), 1, plates=(20,))
    n.observe(data)
    return Pair(g, {y: data}, [(a, m), (b, k)], [n])


@same_as_bayespy
def test_a_covariate_that_is_missing():
    rng = random()
    x, data = rng.normal(size=15), rng.normal(size=15)
    mask = rng.random(15) < 0.6
    with wb.Graph("g") as g:
        slope = wb.StaticVariable("slope", mean=1, variance=4)
        inputs = wb.Variable("x", mean=0, variance=2)
        y = wb.Variable("y", mean=slope * inputs, variance=0.5)
    s = nodes.GaussianARD(1, 0.25)
    known = nodes.GaussianARD(nodes.SumMultiply(",", s, x[mask]), 2)
    known.observe(data[mask])
    missing = nodes.GaussianARD(0, 0.5, plates=(int((~mask).sum()),))
    below = nodes.GaussianARD(nodes.SumMultiply(",", s, missing), 2)
    below.observe(data[~mask])
    given = nodes.GaussianARD(0, 0.5, plates=(int(mask.sum()),))
    given.observe(x[mask])

    def spread(values, believed, power):
        full = values**power
        full[~mask] = believed
        return full

    return Pair(
        g,
        {inputs: np.where(mask, x, np.nan), y: data},
        [
            (inputs, missing, lambda u: [spread(x, each, power) for each, power in zip(u, (1, 2), strict=True)]),
            (slope, s),
        ],
        [known, below, given],
        "prior",
    )


@same_as_bayespy
def test_a_vector_put_together_and_cut():
    data = random().normal(size=(10, 3))
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", shape=2, mean=1, variance=4)
        b = wb.StaticVariable("b", shape=2, mean=-1, variance=1)
        y = wb.Variable("y", shape=3, mean=wb.math.concatenate([a, b])[1:], variance=1)
    m = nodes.GaussianARD(1, 0.25, plates=(2,))
    k = nodes.GaussianARD(-1, 1, plates=(2,))
    first, rest = nodes.GaussianARD(m[1:], 1, plates=(10, 1)), nodes.GaussianARD(k, 1, plates=(10, 2))
    first.observe(data[:, :1])
    rest.observe(data[:, 1:])
    return Pair(g, {y: data}, [(a, m), (b, k)], [first, rest])


@same_as_bayespy
def test_groups_by_a_known_index():
    rng = random()
    group = rng.integers(0, 4, size=30)
    data = rng.normal(size=30) + group
    with wb.Graph("g") as g:
        alpha = wb.StaticVariable("alpha", shape=4, mean=0, variance=100)
        tau = wb.StaticVariable("tau", shape=4, distribution="GammaDistribution", concentration=1, rate=1)
        where = wb.Variable("where", dtype="int", distribution="NoDistribution")
        y = wb.Variable("y", mean=alpha[where], precision=tau[where])
    a, t = nodes.GaussianARD(0, 1e-2, plates=(4,)), nodes.Gamma(1, 1, plates=(4,))
    n = nodes.GaussianARD(nodes.Gate(group, a), nodes.Gate(group, t))
    n.observe(data)
    return Pair(g, {where: group, y: data}, [(alpha, a), (tau, t)], [n])


@same_as_bayespy
def test_vectors_with_wishart_precision():
    data = random().normal(size=(30, 3)) @ random().normal(size=(3, 3)) + 1
    with wb.Graph("g") as g:
        mu = wb.StaticVariable(
            "mu", shape=3, distribution="MultivariateNormalDistribution", mean=np.ones(3), precision=precision_matrix(3)
        )
        lam = wb.StaticVariable(
            "lam",
            shape=(3, 3),
            distribution="WishartDistribution",
            degrees_of_freedom=4,
            inverse_scale=precision_matrix(3),
        )
        y = wb.Variable("y", shape=3, distribution="MultivariateNormalDistribution", mean=mu, precision=lam)
    m, w = nodes.Gaussian(np.ones(3), precision_matrix(3)), nodes.Wishart(4, precision_matrix(3))
    n = nodes.Gaussian(m, w, plates=(30,))
    n.observe(data)
    return Pair(g, {y: data}, [(mu, m), (lam, w)], [n])
