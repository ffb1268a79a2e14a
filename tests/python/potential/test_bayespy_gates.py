"""As in BayesPy: gates and choices, that let a latent category open one of several values."""

from __future__ import annotations

from bayespy_twin import Pair, categories, dirichlet, gamma, nodes, normal, random, same_as_bayespy

import whyboard as wb


@same_as_bayespy
def test_a_gate_of_values_that_all_rows_share():
    rng = random()
    data, start = rng.normal(size=20), rng.integers(0, 3, size=20)
    with wb.Graph("g") as g:
        p, p2 = dirichlet("p", [1, 2, 3])
        z, z2 = categories("z", (p, p2), start)
        x, x2 = normal("x", [-1, 0, 2], 4, (3,))
        tau, t2 = gamma("tau", 2, 1)
        y = wb.Variable("y", mean=wb.math.gate(z, x), precision=tau)
    n = nodes.GaussianARD(nodes.Gate(z2, x2), t2)
    n.observe(data)
    return Pair(g, {y: data}, [(x, x2), (tau, t2), (z, z2), (p, p2)], [n], {z: start})


@same_as_bayespy
def test_a_gate_of_values_of_its_own_for_every_element():
    rng = random()
    data, start = rng.normal(size=(15, 4)), rng.integers(0, 3, size=(15, 4))
    with wb.Graph("g") as g:
        z, z2 = categories("z", [0.2, 0.3, 0.5], start)
        x, x2 = normal("x", [-1, 0, 2], 4, (4, 3))
        y = wb.Variable("y", shape=4, mean=wb.math.gate(z, x), variance=0.5)
    n = nodes.GaussianARD(nodes.Gate(z2, x2), 2.0)
    n.observe(data)
    return Pair(g, {y: data}, [(x, x2), (z, z2)], [n], {z: start})


@same_as_bayespy
def test_a_gate_of_latent_rows():
    rng = random()
    data, start = rng.normal(size=12), rng.integers(0, 2, size=12)
    with wb.Graph("g") as g:
        z, z2 = categories("z", [0.4, 0.6], start)
        x = wb.Variable("x", shape=2, mean=[-1, 1], variance=2)
        y = wb.Variable("y", mean=wb.math.gate(z, x), variance=0.5)
    x2 = nodes.GaussianARD([-1, 1], 0.5, plates=(12, 2))
    n = nodes.GaussianARD(nodes.Gate(z2, x2), 2.0)
    n.observe(data)
    return Pair(g, {y: data}, [(x, x2), (z, z2)], [n], {z: start})


@same_as_bayespy
def test_a_choice_between_variables():
    rng = random()
    data, start = rng.normal(size=20), rng.integers(0, 3, size=20)
    with wb.Graph("g") as g:
        z, z2 = categories("z", [0.2, 0.3, 0.5], start)
        a, a2 = normal("a", -1, 4)
        b, b2 = normal("b", 1, 4)
        c = wb.Variable("c", mean=0, variance=1)
        y = wb.Variable("y", mean=wb.math.choose(z, a, b, c), variance=0.5)
    c2 = nodes.GaussianARD(0, 1, plates=(20,))
    n = nodes.GaussianARD(nodes.Choose(z2, a2, b2, c2), 2.0)
    n.observe(data)
    return Pair(g, {y: data}, [(a, a2), (b, b2), (c, c2), (z, z2)], [n], {z: start})


@same_as_bayespy
def test_a_choice_by_a_truth_value_is_one_by_a_category():
    rng = random()
    data, start = rng.normal(size=20), rng.integers(0, 2, size=20)
    with wb.Graph("g") as g:
        b = wb.Variable("b", distribution="BernoulliDistribution", mean=0.3)
        x, x2 = normal("x", -1, 4)
        w, w2 = normal("w", 1, 4)
        y = wb.Variable("y", mean=wb.math.where(b, w, x), variance=0.5)
    b2 = nodes.Categorical([0.7, 0.3], plates=(20,))
    n = nodes.GaussianARD(nodes.Choose(b2, x2, w2), 2.0)
    n.observe(data)
    b2.initialize_from_value(start)
    return Pair(g, {y: data}, [(x, x2), (w, w2), (b, b2, lambda u: [u[0][:, 1]])], [n], {b: start.astype(bool)})


@same_as_bayespy
def test_an_index_by_a_truth_value_is_one_by_a_category():
    rng = random()
    data, start = rng.normal(size=20), rng.integers(0, 2, size=20)
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", distribution="BetaDistribution", alpha=2.0, beta=3.0)
        b = wb.Variable("b", distribution="BernoulliDistribution", mean=p)
        x, x2 = normal("x", [-1, 1], 4, (2,))
        tau, t2 = gamma("tau", 2, 1, (2,))
        y = wb.Variable("y", mean=x[b], precision=tau[b])
    p2 = nodes.Dirichlet([3, 2])
    b2 = nodes.Categorical(p2, plates=(20,))
    n = nodes.Mixture(b2, nodes.GaussianARD, x2, t2)
    n.observe(data)
    b2.initialize_from_value(start)
    order = [(x, x2), (tau, t2), (b, b2, lambda u: [u[0][:, 1]]), (p, p2, lambda u: [u[0][1], u[0][0]])]
    return Pair(g, {y: data}, order, [n], {b: start.astype(bool)})
