"""As in BayesPy: latent categories that select, each by an index and by a mixture distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from bayespy_twin import Pair, categories, dirichlet, gamma, logarithms, nodes, normal, random, same_as_bayespy

import whyboard as wb


def by_index(selector: Any, component: str, **parameters: Any) -> dict[str, Any]:
    """A component with selected parameters."""
    return {"distribution": component, **{name: values[selector] for name, values in parameters.items()}}


def by_mixture(selector: Any, component: str, **parameters: Any) -> dict[str, Any]:
    """A mixture of components over whole rows."""
    together = {"event_ndim": 1} if component == "BernoulliDistribution" else {}
    return {
        "distribution": wb.MixtureDistribution(component=component, **together),
        "selector": selector,
        **parameters,
    }


both_ways = pytest.mark.parametrize("selected", [by_index, by_mixture])


@both_ways
@same_as_bayespy
def test_mixture_of_normals(selected):
    rng = random()
    data = np.concatenate([rng.normal(-3, 1, 20), rng.normal(3, 0.5, 15)])
    start = rng.integers(0, 3, size=35)
    with wb.Graph("g") as g:
        p, p2 = dirichlet("p", np.full(3, 0.5))
        z, z2 = categories("z", (p, p2), start)
        mu, m = normal("mu", 0, 100, (3,))
        tau, t = gamma("tau", 1, 1, (3,))
        y = wb.Variable("y", **selected(z, "NormalDistribution", mean=mu, precision=tau))
    n = nodes.Mixture(z2, nodes.GaussianARD, m, t)
    n.observe(data)
    return Pair(g, {y: data}, [(mu, m), (tau, t), (p, p2), (z, z2)], [n], {z: start})


@pytest.mark.parametrize(("selected", "gaps"), [(by_index, []), (by_mixture, [3])])
@same_as_bayespy
def test_mixture_of_vectors(selected, gaps):
    rng = random()
    data = np.concatenate([rng.normal(-2, 1, (20, 2)), rng.normal(2, 0.5, (15, 2))])
    start = rng.integers(0, 2, size=35)
    # A row without data tells nothing about its category, which is therefore no unknown of ours.
    known = np.setdiff1d(np.arange(35), gaps)
    data[gaps] = np.nan
    with wb.Graph("g") as g:
        p, p2 = dirichlet("p", [1, 1])
        z, _ = categories("z", (p, p2), start)
        mu = wb.StaticVariable("mu", shape=(2, 2), mean=0, variance=100)
        lam = wb.StaticVariable(
            "lam", shape=(2, 2, 2), distribution="WishartDistribution", degrees_of_freedom=3, inverse_scale=np.eye(2)
        )
        law = selected(z, "MultivariateNormalDistribution", mean=mu, precision=lam)
        y = wb.Variable("y", shape=2, **law)
    z2 = nodes.Categorical(p2, plates=known.shape)
    z2.initialize_from_value(start[known])
    m = nodes.Gaussian(np.zeros(2), 1e-2 * np.eye(2), plates=(2,))
    w = nodes.Wishart(3, np.eye(2), plates=(2,))
    n = nodes.Mixture(z2, nodes.Gaussian, m, w)
    n.observe(data[known])
    places = [place - i for i, place in enumerate(gaps)]
    counts = lambda u: [np.insert(u[0], places, np.nan, axis=0)]  # noqa: E731
    return Pair(g, {y: data}, [(mu, m), (lam, w), (z, z2, counts), (p, p2)], [n], {z: start})


@both_ways
@same_as_bayespy
def test_mixture_of_products_of_bernoullis(selected):
    rng = random()
    data = rng.random((20, 5)) < 0.4
    start = rng.integers(0, 3, size=20)
    with wb.Graph("g") as g:
        w, w2 = dirichlet("w", np.ones(3))
        z, z2 = categories("z", (w, w2), start, plates=(20, 1))
        p = wb.StaticVariable("p", shape=(3, 5), distribution="BetaDistribution", alpha=0.5, beta=0.5)
        y = wb.Variable("y", shape=5, dtype="bool", **selected(z, "BernoulliDistribution", mean=p))
    p2 = nodes.Beta([0.5, 0.5], plates=(5, 3))
    n = nodes.Mixture(z2, nodes.Bernoulli, p2)
    n.observe(data)
    logs = lambda u: [each.T for each in logarithms(u)]  # noqa: E731
    return Pair(g, {y: data}, [(p, p2, logs), (w, w2), (z, z2)], [n], {z: start})


@same_as_bayespy
def test_mixture_of_poissons_and_of_gammas():
    rng = random()
    counts, times = rng.poisson(3, size=25), rng.gamma(2, 2, size=25)
    start = rng.integers(0, 2, size=25)
    with wb.Graph("g") as g:
        z, z2 = categories("z", [0.3, 0.7], start)
        rate, r = gamma("rate", 2, 0.5, (2,))
        speed, s = gamma("speed", 1, 2, (2,))
        x = wb.Variable("x", distribution="PoissonDistribution", mean=rate[z])
        y = wb.Variable("y", distribution="GammaDistribution", concentration=2, rate=speed[z])
    n, m = nodes.Mixture(z2, nodes.Poisson, r), nodes.Mixture(z2, nodes.Gamma, 2, s)
    n.observe(counts)
    m.observe(times)
    return Pair(g, {x: counts, y: times}, [(rate, r), (speed, s), (z, z2)], [n, m], {z: start})


@same_as_bayespy
def test_topics_of_words():
    rng = random()
    words, documents = rng.integers(0, 6, size=50), rng.integers(0, 4, size=50)
    start = rng.integers(0, 3, size=50)
    with wb.Graph("g") as g:
        theta, t = dirichlet("theta", np.full(3, 0.5), (4,))
        phi, p = dirichlet("phi", np.full(6, 0.1), (3,))
        document = wb.Variable("document", dtype="int", distribution="NoDistribution")
        topic, z = categories("topic", (theta[document], nodes.Gate(documents, t)), start)
        word = wb.Variable("word", distribution="CategoricalDistribution", probabilities=phi[topic])
    n = nodes.Categorical(nodes.Gate(z, p))
    n.observe(words)
    return Pair(g, {word: words, document: documents}, [(phi, p), (theta, t), (topic, z)], [n], {topic: start})


@same_as_bayespy
def test_nested_mixtures():
    rng = random()
    data = rng.normal(size=30) * 2
    first, second = rng.integers(0, 2, size=30), rng.integers(0, 3, size=30)
    with wb.Graph("g") as g:
        c, c2 = categories("c", [0.4, 0.6], first)
        d, d2 = categories("d", [0.2, 0.3, 0.5], second, plates=(30, 1))
        mu, m = normal("mu", 0, 10, (2, 3))
        y = wb.Variable("y", mean=mu[c, d], variance=1)
    n = nodes.Mixture(c2, nodes.Mixture, d2, nodes.GaussianARD, m, 1)
    n.observe(data)
    return Pair(g, {y: data}, [(mu, m), (c, c2), (d, d2)], [n], {c: first, d: second})


@same_as_bayespy
def test_a_selected_distribution_of_a_selector():
    rng = random()
    data, start, later = rng.normal(size=20) * 2, rng.integers(0, 2, size=20), rng.integers(0, 3, size=20)
    with wb.Graph("g") as g:
        p, p2 = dirichlet("p", np.ones(3), (2,))
        c, c2 = categories("c", [0.4, 0.6], start)
        d = wb.Variable("d", distribution="CategoricalDistribution", probabilities=p[c])
        mu, m = normal("mu", 0, 10, (3,))
        y = wb.Variable("y", mean=mu[d], variance=1)
    d2 = nodes.Mixture(c2, nodes.Categorical, p2)
    n = nodes.Mixture(d2, nodes.GaussianARD, m, 1)
    n.observe(data)
    d2.initialize_from_value(later)
    return Pair(g, {y: data}, [(mu, m), (p, p2), (c, c2), (d, d2)], [n], {c: start, d: later})
