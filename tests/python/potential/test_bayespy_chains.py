"""Markov chains as in BayesPy: constant, varying and switching dynamics, inputs, and chains of categories."""

from __future__ import annotations

import numpy as np
from bayespy_twin import Pair, nodes, random, same_as_bayespy

import whyboard as wb

T = 12


def first_row(first, later):
    return wb.where(wb.equal(wb.TimeIndex, 0), first, later)


def earlier(x):
    return x[wb.TimeIndex - 1]


def vague(name, shape):
    return wb.StaticVariable(name, shape=shape, distribution="GammaDistribution", concentration=1e-2, rate=1e-2)


def series(columns):
    return np.cumsum(random().normal(size=(T, columns)), axis=0)


@same_as_bayespy
def test_a_state_space_model_with_relevance_of_everything():
    data, start = series(4), random().normal(size=(4, 2))
    mask = random().random((T, 4)) < 0.7
    with wb.Graph("g") as g:
        alpha = vague("alpha", 2)
        a = wb.StaticVariable("a", shape=(2, 2), mean=0, precision=alpha)
        x = wb.Variable("x", shape=2)
        x.mean = first_row(np.zeros(2), wb.dot(a, earlier(x)))
        x.precision = first_row(1e-3, 1.0)
        gamma = vague("gamma", 2)
        c = wb.StaticVariable("c", shape=(4, 2), mean=0, precision=gamma)
        tau = vague("tau", ())
        y = wb.Variable("y", shape=4, mean=wb.dot(c, x), precision=tau)
    al, ga = nodes.Gamma(1e-2, 1e-2, plates=(2,)), nodes.Gamma(1e-2, 1e-2, plates=(2,))
    a2 = nodes.GaussianARD(0, al, shape=(2,), plates=(2,))
    x2 = nodes.GaussianMarkovChain(np.zeros(2), 1e-3 * np.eye(2), a2, np.ones(2), n=T)
    c2 = nodes.GaussianARD(0, ga, shape=(2,), plates=(4, 1))
    t = nodes.Gamma(1e-2, 1e-2)
    n = nodes.GaussianARD(nodes.SumMultiply("i,i", c2, x2), t)
    n.observe(data.T, mask=mask.T)
    c2.initialize_from_value(start[:, None])
    latents = [(x, x2, chain), (c, c2), (gamma, ga), (a, a2), (alpha, al), (tau, t)]
    return Pair(g, {y: np.where(mask, data, np.nan)}, latents, [n], {c: start, a: "prior"})


def chain(u):
    """The pairs of a state and the next one, with the later one first."""
    return [u[0], u[1], np.swapaxes(u[2], -1, -2)]


@same_as_bayespy
def test_inputs_and_unknown_noise():
    data, inputs = series(2), random().normal(size=(T, 1))
    with wb.Graph("g") as g:
        u = wb.Variable("u", shape=1, distribution="NoDistribution")
        w = wb.StaticVariable("w", shape=(2, 3), mean=0, variance=1)
        nu = wb.StaticVariable("nu", shape=2, distribution="GammaDistribution", concentration=2, rate=1)
        x = wb.Variable("x", shape=2)
        x.mean = first_row(np.ones(2), wb.dot(w[:, :2], earlier(x)) + wb.dot(w[:, 2:], u))
        x.precision = first_row(0.5, nu)
        y = wb.Variable("y", shape=2, mean=x, precision=3)
    w2 = nodes.GaussianARD(0, 1, shape=(3,), plates=(2,))
    # As arrays: a single number for several plates is counted once by its chains.
    nu2 = nodes.Gamma(np.full(2, 2.0), np.ones(2))
    x2 = nodes.GaussianMarkovChain(np.ones(2), 0.5 * np.eye(2), w2, nu2, inputs=inputs[1:], n=T)
    n = nodes.Gaussian(x2, 3 * np.eye(2))
    n.observe(data)
    return Pair(g, {u: inputs, y: data}, [(x, x2, chain), (w, w2), (nu, nu2)], [n], {w: "prior"})


@same_as_bayespy
def test_varying_dynamics():
    data, start = series(2), random().normal(size=(2, 2, 3))
    with wb.Graph("g") as g:
        b = wb.StaticVariable("b", shape=(2, 2, 3), mean=0, variance=0.5)
        s = wb.Variable("s", shape=3, mean=0, variance=1)
        x = wb.Variable("x", shape=2)
        x.mean = first_row(np.zeros(2), wb.einsum("ijk,k,j->i", b, earlier(s), earlier(x)))
        x.precision = first_row(1e-1, 1.0)
        y = wb.Variable("y", shape=2, mean=x, precision=4)
    b2 = nodes.GaussianARD(0, 2, shape=(2, 3), plates=(2,))
    s2 = nodes.GaussianARD(0, 1, shape=(3,), plates=(T - 1,))
    x2 = nodes.VaryingGaussianMarkovChain(np.zeros(2), 1e-1 * np.eye(2), b2, s2, np.ones(2), n=T)
    n = nodes.Gaussian(x2, 4 * np.eye(2))
    n.observe(data)
    b2.initialize_from_value(start)
    return Pair(g, {y: data}, [(x, x2, chain), (s, s2, of_earlier_rows), (b, b2)], [n], {b: start, s: "prior"})


def of_earlier_rows(u):
    """Nothing depends on the last row: it has no belief to compare."""
    return [np.concatenate([each, np.full((1, *each.shape[1:]), np.nan)]) for each in u]


@same_as_bayespy
def test_switching_dynamics():
    data, start = series(2), random().normal(size=(3, 2, 2))
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=3, distribution="DirichletDistribution", concentration=np.full(3, 2.0))
        z = wb.Variable("z", distribution="CategoricalDistribution", probabilities=p)
        b = wb.StaticVariable("b", shape=(3, 2, 2), mean=0, variance=0.5)
        x = wb.Variable("x", shape=2)
        x.mean = first_row(np.zeros(2), wb.dot(b[earlier(z)], earlier(x)))
        x.precision = first_row(1e-1, 1.0)
        y = wb.Variable("y", shape=2, mean=x, precision=4)
    p2 = nodes.Dirichlet(np.full(3, 2.0))
    z2 = nodes.Categorical(p2, plates=(T - 1,))
    b2 = nodes.GaussianARD(0, 2, shape=(2,), plates=(3, 2))
    x2 = nodes.SwitchingGaussianMarkovChain(np.zeros(2), 1e-1 * np.eye(2), b2, z2, np.ones(2), n=T)
    n = nodes.Gaussian(x2, 4 * np.eye(2))
    n.observe(data)
    b2.initialize_from_value(start)
    return Pair(g, {y: data}, [(x, x2, chain), (b, b2), (z, z2, of_earlier_rows), (p, p2)], [n], {b: start, z: "prior"})


@same_as_bayespy
def test_a_hidden_markov_model_with_dirichlet_rows():
    rng = random()
    data, means = np.concatenate([rng.normal(-2, 1, 8), rng.normal(2, 1, 8)]), rng.normal(size=3)
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=3, distribution="DirichletDistribution", concentration=np.full(3, 0.5))
        a = wb.StaticVariable("a", shape=(3, 3), distribution="DirichletDistribution", concentration=np.full(3, 0.5))
        z = wb.Variable("z", distribution="CategoricalDistribution")
        z.probabilities = first_row(p, a[earlier(z)])
        mu = wb.StaticVariable("mu", shape=3, mean=0, variance=100)
        tau = wb.StaticVariable("tau", shape=3, distribution="GammaDistribution", concentration=1, rate=1)
        y = wb.Variable("y", mean=mu[z], precision=tau[z])
    p2, a2 = nodes.Dirichlet(np.full(3, 0.5)), nodes.Dirichlet(np.full(3, 0.5), plates=(3,))
    z2 = nodes.CategoricalMarkovChain(p2, a2, states=16)
    m, t = nodes.GaussianARD(0, 1e-2, plates=(3,)), nodes.Gamma(1, 1, plates=(3,))
    n = nodes.Mixture(z2, nodes.GaussianARD, m, t)
    n.observe(data)
    m.initialize_from_value(means)
    return Pair(g, {y: data}, [(z, z2, categories), (p, p2), (a, a2), (mu, m), (tau, t)], [n], {mu: means, p: "prior"})


def categories(u):
    """Of each row, and of a row and the one before it."""
    first, pairs = u
    rest = pairs.sum(axis=-2)
    return [np.concatenate([first[..., None, :], rest], axis=-2), np.swapaxes(pairs, -1, -2)]


@same_as_bayespy
def test_plates_of_chains():
    data = random().normal(size=(T, 3, 2))
    with wb.Graph("g") as g:
        a = wb.StaticVariable("a", shape=(3, 2, 2), mean=0, variance=1)
        x = wb.Variable("x", shape=(3, 2))
        x.mean = first_row(np.zeros((3, 2)), wb.einsum("pij,pj->pi", a, earlier(x)))
        y = wb.Variable("y", shape=(3, 2), mean=x, precision=2)
    a2 = nodes.GaussianARD(0, 1, shape=(2,), plates=(3, 1, 2))
    x2 = nodes.GaussianMarkovChain(np.zeros(2), np.eye(2), a2, np.ones(2), n=T)
    n = nodes.Gaussian(x2, 2 * np.eye(2))
    n.observe(np.swapaxes(data, 0, 1))
    return Pair(g, {y: data}, [(x, x2, chain), (a, a2)], [n], {a: "prior"})
