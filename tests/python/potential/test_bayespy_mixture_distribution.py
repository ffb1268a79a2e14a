"""As in BayesPy: mixtures of distributions, selected by latent categories."""

from __future__ import annotations

import numpy as np
from bayespy_twin import Pair, nodes, random, same_as_bayespy

import whyboard as wb


@same_as_bayespy
def test_a_mixture_of_normals():
    rng = random()
    data = np.concatenate([rng.normal(-3, 1, 20), rng.normal(3, 0.5, 15)])
    start = rng.integers(0, 3, size=35)
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=3, distribution="DirichletDistribution", concentration=np.full(3, 0.5))
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=p)
        mu = wb.StaticVariable("mu", shape=3, mean=0, variance=100)
        tau = wb.StaticVariable("tau", shape=3, distribution="GammaDistribution", concentration=1, rate=1)
        y = wb.Variable("y", distribution=wb.MixtureDistribution, mean=mu, precision=tau, selector=z)
    p2 = nodes.Dirichlet(np.full(3, 0.5))
    z2 = nodes.Categorical(p2, plates=(35,))
    m, t = nodes.GaussianARD(0, 1e-2, plates=(3,)), nodes.Gamma(1, 1, plates=(3,))
    n = nodes.Mixture(z2, nodes.GaussianARD, m, t)
    n.observe(data)
    z2.initialize_from_value(start)
    return Pair(g, {y: data}, [(mu, m), (tau, t), (p, p2), (z, z2)], [n], {z: start})


@same_as_bayespy
def test_elements_of_a_vector_that_choose_together():
    rng = random()
    data, start = rng.random((20, 5)) < 0.4, rng.integers(0, 3, size=20)
    with wb.Graph("g") as g:
        w = wb.StaticVariable("w", shape=3, distribution="DirichletDistribution", concentration=[1.0, 1.0, 1.0])
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=w)
        p = wb.StaticVariable("p", shape=(3, 5), distribution="BetaDistribution", alpha=0.5, beta=0.5)
        law = wb.MixtureDistribution(component=wb.BernoulliDistribution, event_ndim=1)
        y = wb.Variable("y", shape=5, dtype="bool", distribution=law, mean=p, selector=z)
    w2 = nodes.Dirichlet(np.ones(3))
    z2 = nodes.Categorical(w2, plates=(20, 1))
    p2 = nodes.Beta([0.5, 0.5], plates=(5, 3))
    n = nodes.Mixture(z2, nodes.Bernoulli, p2)
    n.observe(data)
    z2.initialize_from_value(start[:, None])
    logs = lambda u: [u[0][..., 0].T, u[0][..., 1].T]  # noqa: E731
    return Pair(g, {y: data}, [(p, p2, logs), (w, w2), (z, z2)], [n], {z: start})


@same_as_bayespy
def test_elements_of_a_vector_that_choose_alone_with_components_of_their_own():
    rng = random()
    data, start = rng.poisson(3, size=(15, 4)), rng.integers(0, 2, size=(15, 4))
    with wb.Graph("g") as g:
        z = wb.Variable("z", shape=4, distribution="CategoricalDistribution", probabilities=[0.3, 0.7])
        rate = wb.StaticVariable(
            "rate", shape=(4, 2), distribution="GammaDistribution", concentration=[1.0, 4.0], rate=1.0
        )
        law = wb.MixtureDistribution(component="Poisson")
        y = wb.Variable("y", shape=4, dtype="int", distribution=law, mean=rate, selector=z)
    z2 = nodes.Categorical([0.3, 0.7], plates=(15, 4))
    r2 = nodes.Gamma([1, 4], 1, plates=(4, 2))
    n = nodes.Mixture(z2, nodes.Poisson, r2)
    n.observe(data)
    z2.initialize_from_value(start)
    return Pair(g, {y: data}, [(rate, r2), (z, z2)], [n], {z: start})


@same_as_bayespy
def test_a_mixture_of_vectors_with_gaps():
    rng = random()
    data = np.concatenate([rng.normal(-2, 1, (20, 2)), rng.normal(2, 0.5, (15, 2))])
    data[3] = np.nan
    start = rng.integers(0, 2, size=35)
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.4, 0.6])
        mu = wb.StaticVariable("mu", shape=(2, 2), mean=0, variance=100)
        lam = wb.StaticVariable(
            "lam", shape=(2, 2, 2), distribution="WishartDistribution", degrees_of_freedom=3, inverse_scale=np.eye(2)
        )
        law = wb.MixtureDistribution(component="MultivariateNormal")
        y = wb.Variable("y", shape=2, distribution=law, mean=mu, precision=lam, selector=z)
    # A row without data tells nothing about its category, which is therefore no unknown of ours.
    whole = ~np.isnan(data[:, 0])
    z2 = nodes.Categorical([0.4, 0.6], plates=(34,))
    m = nodes.Gaussian(np.zeros(2), 1e-2 * np.eye(2), plates=(2,))
    w = nodes.Wishart(3, np.eye(2), plates=(2,))
    n = nodes.Mixture(z2, nodes.Gaussian, m, w)
    n.observe(data[whole])
    z2.initialize_from_value(start[whole])
    counts = lambda u: [np.insert(u[0], 3, [1, 0], axis=0)]  # noqa: E731
    return Pair(g, {y: data}, [(mu, m), (lam, w), (z, z2, counts)], [n], {z: start})


@same_as_bayespy
def test_two_selectors_with_an_axis_each():
    rng = random()
    data = rng.normal(size=20)
    one, two = rng.integers(0, 2, size=20), rng.integers(0, 3, size=20)
    with wb.Graph("g") as g:
        a = wb.Variable("a", distribution="CategoricalDistribution", probabilities=[0.4, 0.6])
        b = wb.Variable("b", distribution="CategoricalDistribution", probabilities=[0.2, 0.3, 0.5])
        mu = wb.StaticVariable("mu", shape=(2, 3), mean=[[-3, -1, 0], [1, 2, 4]], variance=2)
        law = wb.MixtureDistribution(selectors=2)
        y = wb.Variable("y", distribution=law, mean=mu, variance=0.5, selector=a, selector_2=b)
    a2, b2 = nodes.Categorical([0.4, 0.6], plates=(20,)), nodes.Categorical([0.2, 0.3, 0.5], plates=(20, 1))
    m = nodes.GaussianARD([[-3, -1, 0], [1, 2, 4]], 0.5, plates=(2, 3))
    n = nodes.Mixture(a2, nodes.Mixture, b2, nodes.GaussianARD, m, 2.0)
    n.observe(data)
    a2.initialize_from_value(one)
    b2.initialize_from_value(two[:, None])
    return Pair(g, {y: data}, [(mu, m), (a, a2), (b, b2)], [n], {a: one, b: two})
