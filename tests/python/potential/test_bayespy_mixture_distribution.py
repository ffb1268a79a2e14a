"""As in BayesPy: what a mixture distribution says that an index does not."""

from __future__ import annotations

from bayespy_twin import Pair, categories, nodes, random, same_as_bayespy

import whyboard as wb


@same_as_bayespy
def test_elements_of_a_vector_that_choose_alone_with_components_of_their_own():
    rng = random()
    data, start = rng.poisson(3, size=(15, 4)), rng.integers(0, 2, size=(15, 4))
    with wb.Graph("g") as g:
        z, z2 = categories("z", [0.3, 0.7], start)
        rate = wb.StaticVariable(
            "rate", shape=(4, 2), distribution="GammaDistribution", concentration=[1.0, 4.0], rate=1.0
        )
        law = wb.MixtureDistribution(component="Poisson")
        y = wb.Variable("y", shape=4, dtype="int", distribution=law, mean=rate, selector=z)
    r2 = nodes.Gamma([1, 4], 1, plates=(4, 2))
    n = nodes.Mixture(z2, nodes.Poisson, r2)
    n.observe(data)
    return Pair(g, {y: data}, [(rate, r2), (z, z2)], [n], {z: start})


@same_as_bayespy
def test_two_selectors_with_an_axis_each():
    rng = random()
    data = rng.normal(size=20)
    one, two = rng.integers(0, 2, size=20), rng.integers(0, 3, size=20)
    with wb.Graph("g") as g:
        a, a2 = categories("a", [0.4, 0.6], one)
        b, b2 = categories("b", [0.2, 0.3, 0.5], two, plates=(20, 1))
        mu = wb.StaticVariable("mu", shape=(2, 3), mean=[[-3, -1, 0], [1, 2, 4]], variance=2)
        law = wb.MixtureDistribution(selectors=2)
        y = wb.Variable("y", distribution=law, mean=mu, variance=0.5, selector=a, selector_2=b)
    m = nodes.GaussianARD([[-3, -1, 0], [1, 2, 4]], 0.5, plates=(2, 3))
    n = nodes.Mixture(a2, nodes.Mixture, b2, nodes.GaussianARD, m, 2.0)
    n.observe(data)
    return Pair(g, {y: data}, [(mu, m), (a, a2), (b, b2)], [n], {a: one, b: two})
