"""As in BayesPy: latent categories that select."""

from __future__ import annotations

import numpy as np
from bayespy_twin import Pair, logarithms, nodes, random, same_as_bayespy

import whyboard as wb


@same_as_bayespy
def test_mixture_of_normals():
    rng = random()
    data = np.concatenate([rng.normal(-3, 1, 20), rng.normal(3, 0.5, 15)])
    start = rng.integers(0, 3, size=35)
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=3, distribution="DirichletDistribution", concentration=np.full(3, 0.5))
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=p)
        mu = wb.StaticVariable("mu", shape=3, mean=0, variance=100)
        tau = wb.StaticVariable("tau", shape=3, distribution="GammaDistribution", concentration=1, rate=1)
        y = wb.Variable("y", mean=mu[z], precision=tau[z])
    p2 = nodes.Dirichlet(np.full(3, 0.5))
    z2 = nodes.Categorical(p2, plates=(35,))
    m, t = nodes.GaussianARD(0, 1e-2, plates=(3,)), nodes.Gamma(1, 1, plates=(3,))
    n = nodes.Mixture(z2, nodes.GaussianARD, m, t)
    n.observe(data)
    z2.initialize_from_value(start)
    return Pair(g, {y: data}, [(mu, m), (tau, t), (p, p2), (z, z2)], [n], {z: start})


@same_as_bayespy
def test_mixture_of_vectors():
    rng = random()
    data = np.concatenate([rng.normal(-2, 1, (20, 2)), rng.normal(2, 0.5, (15, 2))])
    start = rng.integers(0, 2, size=35)
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=2, distribution="DirichletDistribution", concentration=[1.0, 1.0])
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=p)
        mu = wb.StaticVariable("mu", shape=(2, 2), mean=0, variance=100)
        lam = wb.StaticVariable(
            "lam", shape=(2, 2, 2), distribution="WishartDistribution", degrees_of_freedom=3, inverse_scale=np.eye(2)
        )
        y = wb.Variable("y", shape=2, distribution="MultivariateNormalDistribution", mean=mu[z], precision=lam[z])
    p2 = nodes.Dirichlet([1, 1])
    z2 = nodes.Categorical(p2, plates=(35,))
    m = nodes.Gaussian(np.zeros(2), 1e-2 * np.eye(2), plates=(2,))
    w = nodes.Wishart(3, np.eye(2), plates=(2,))
    n = nodes.Mixture(z2, nodes.Gaussian, m, w)
    n.observe(data)
    z2.initialize_from_value(start)
    return Pair(g, {y: data}, [(mu, m), (lam, w), (z, z2), (p, p2)], [n], {z: start})


@same_as_bayespy
def test_mixture_of_products_of_bernoullis():
    rng = random()
    data = rng.random((20, 5)) < 0.4
    start = rng.integers(0, 3, size=20)
    with wb.Graph("g") as g:
        w = wb.StaticVariable("w", shape=3, distribution="DirichletDistribution", concentration=[1.0, 1.0, 1.0])
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=w)
        p = wb.StaticVariable("p", shape=(3, 5), distribution="BetaDistribution", alpha=0.5, beta=0.5)
        y = wb.Variable("y", shape=5, dtype="bool", distribution="BernoulliDistribution", mean=p[z])
    w2 = nodes.Dirichlet(np.ones(3))
    z2 = nodes.Categorical(w2, plates=(20, 1))
    p2 = nodes.Beta([0.5, 0.5], plates=(5, 3))
    n = nodes.Mixture(z2, nodes.Bernoulli, p2)
    n.observe(data)
    z2.initialize_from_value(start[:, None])
    return Pair(
        g, {y: data}, [(p, p2, lambda u: [each.T for each in logarithms(u)]), (w, w2), (z, z2)], [n], {z: start}
    )


@same_as_bayespy
def test_mixture_of_poissons_and_of_gammas():
    rng = random()
    counts, times = rng.poisson(3, size=25), rng.gamma(2, 2, size=25)
    start = rng.integers(0, 2, size=25)
    with wb.Graph("g") as g:
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=[0.3, 0.7])
        rate = wb.StaticVariable("rate", shape=2, distribution="GammaDistribution", concentration=2, rate=0.5)
        speed = wb.StaticVariable("speed", shape=2, distribution="GammaDistribution", concentration=1, rate=2)
        x = wb.Variable("x", distribution="PoissonDistribution", mean=rate[z])
        y = wb.Variable("y", distribution="GammaDistribution", concentration=2, rate=speed[z])
    z2 = nodes.Categorical([0.3, 0.7], plates=(25,))
    r, s = nodes.Gamma(2, 0.5, plates=(2,)), nodes.Gamma(1, 2, plates=(2,))
    n, m = nodes.Mixture(z2, nodes.Poisson, r), nodes.Mixture(z2, nodes.Gamma, 2, s)
    n.observe(counts)
    m.observe(times)
    z2.initialize_from_value(start)
    return Pair(g, {x: counts, y: times}, [(rate, r), (speed, s), (z, z2)], [n, m], {z: start})


@same_as_bayespy
def test_topics_of_words():
    rng = random()
    words, documents = rng.integers(0, 6, size=50), rng.integers(0, 4, size=50)
    start = rng.integers(0, 3, size=50)
    with wb.Graph("g") as g:
        theta = wb.StaticVariable(
            "theta", shape=(4, 3), distribution="DirichletDistribution", concentration=np.full(3, 0.5)
        )
        phi = wb.StaticVariable(
            "phi", shape=(3, 6), distribution="DirichletDistribution", concentration=np.full(6, 0.1)
        )
        document = wb.Variable("document", dtype="int", distribution="NoDistribution")
        topic = wb.Variable("topic", distribution="CategoricalDistribution", probabilities=theta[document])
        word = wb.Variable("word", distribution="CategoricalDistribution", probabilities=phi[topic])
    t = nodes.Dirichlet(np.full(3, 0.5), plates=(4,))
    p = nodes.Dirichlet(np.full(6, 0.1), plates=(3,))
    z = nodes.Categorical(nodes.Gate(documents, t), plates=(50,))
    n = nodes.Categorical(nodes.Gate(z, p))
    n.observe(words)
    z.initialize_from_value(start)
    return Pair(g, {word: words, document: documents}, [(phi, p), (theta, t), (topic, z)], [n], {topic: start})


@same_as_bayespy
def test_nested_mixtures():
    rng = random()
    data = rng.normal(size=30) * 2
    first, second = rng.integers(0, 2, size=30), rng.integers(0, 3, size=30)
    with wb.Graph("g") as g:
        c = wb.Variable("c", distribution="CategoricalDistribution", probabilities=[0.4, 0.6])
        d = wb.Variable("d", distribution="CategoricalDistribution", probabilities=[0.2, 0.3, 0.5])
        mu = wb.StaticVariable("mu", shape=(2, 3), variance=10)
        y = wb.Variable("y", mean=mu[c, d], variance=1)
    c2, d2 = nodes.Categorical([0.4, 0.6], plates=(30,)), nodes.Categorical([0.2, 0.3, 0.5], plates=(30, 1))
    m = nodes.GaussianARD(0, 0.1, plates=(2, 3))
    n = nodes.Mixture(c2, nodes.Mixture, d2, nodes.GaussianARD, m, 1)
    n.observe(data)
    c2.initialize_from_value(first)
    d2.initialize_from_value(second[:, None])
    return Pair(g, {y: data}, [(mu, m), (c, c2), (d, d2)], [n], {c: first, d: second})


@same_as_bayespy
def test_a_selected_distribution_of_a_selector():
    rng = random()
    data, start, later = rng.normal(size=20) * 2, rng.integers(0, 2, size=20), rng.integers(0, 3, size=20)
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=(2, 3), distribution="DirichletDistribution", concentration=np.ones(3))
        c = wb.Variable("c", distribution="CategoricalDistribution", probabilities=[0.4, 0.6])
        d = wb.Variable("d", distribution="CategoricalDistribution", probabilities=p[c])
        mu = wb.StaticVariable("mu", shape=3, variance=10)
        y = wb.Variable("y", mean=mu[d], variance=1)
    p2 = nodes.Dirichlet(np.ones(3), plates=(2,))
    c2 = nodes.Categorical([0.4, 0.6], plates=(20,))
    d2 = nodes.Mixture(c2, nodes.Categorical, p2)
    m = nodes.GaussianARD(0, 0.1, plates=(3,))
    n = nodes.Mixture(d2, nodes.GaussianARD, m, 1)
    n.observe(data)
    c2.initialize_from_value(start)
    d2.initialize_from_value(later)
    return Pair(g, {y: data}, [(mu, m), (p, p2), (c, c2), (d, d2)], [n], {c: start, d: later})
