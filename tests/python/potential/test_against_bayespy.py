"""The same model, data, start and order as in BayesPy: the bound after each sweep and the moments agree.

Every case builds both models and says which variable is which node.
"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest

import whyboard as wb

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from bayespy import nodes
    from bayespy.inference import VB

SWEEPS = 6
CASES: dict[str, Any] = {}


class Pair(NamedTuple):
    """``latents`` pairs a variable with its node in the order of updates; ``observed`` are further nodes.

    A node that writes its moments in another way comes with the function that gives them in ours.
    ``initial`` are values at which variables start; nodes start at the same.
    """

    graph: Any
    data: dict[Any, Any]
    latents: list[tuple[Any, ...]]
    observed: list[Any]
    initial: Any = {}  # noqa: RUF012


def case(build):
    CASES[build.__name__] = build
    return build


def random():
    return np.random.default_rng(7)


@case
def normal_with_unknown_mean_and_precision():
    data = random().normal(3, 2, size=20)
    with wb.Graph("g") as g:
        mu = wb.StaticVariable("mu", mean=0, variance=10)
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=1e-2, rate=1e-2)
        y = wb.Variable("y", mean=mu, precision=tau)
    m, t = nodes.GaussianARD(0, 0.1), nodes.Gamma(1e-2, 1e-2)
    n = nodes.GaussianARD(m, t, plates=(20,))
    n.observe(data)
    return Pair(g, {y: data}, [(mu, m), (tau, t)], [n])


@case
def missing_entries():
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


@case
def linear_regression():
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


@case
def principal_components():
    rng = random()
    data = rng.normal(size=(25, 2)) @ rng.normal(size=(2, 5)) + 0.1 * rng.normal(size=(25, 5))
    start = rng.normal(size=(25, 2))
    with wb.Graph("g") as g:
        alpha = wb.StaticVariable("alpha", shape=2, distribution="GammaDistribution", concentration=1e-2, rate=1e-2)
        w = wb.StaticVariable("w", shape=(5, 2), mean=0, precision=alpha)
        z = wb.Variable("z", shape=2, mean=0, variance=1)
        tau = wb.StaticVariable("tau", distribution="GammaDistribution", concentration=1e-2, rate=1e-2)
        y = wb.Variable("y", shape=5, mean=wb.dot(w, z), precision=tau)
    a, t = nodes.Gamma(1e-2, 1e-2, plates=(2,)), nodes.Gamma(1e-2, 1e-2)
    z2 = nodes.GaussianARD(0, 1, plates=(25, 1), shape=(2,))
    w2 = nodes.GaussianARD(0, a, plates=(1, 5), shape=(2,))
    n = nodes.GaussianARD(nodes.Dot(w2, z2), t)
    n.observe(data)
    z2.initialize_from_value(start[:, None, :])
    return Pair(g, {y: data}, [(w, w2), (z, z2), (tau, t), (alpha, a)], [n], {z: start})


@case
def mixture_of_normals():
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


def logarithms(u):
    """Of a share and of the rest."""
    return list(np.moveaxis(u[0], -1, 0))


@case
def bernoulli_with_beta():
    data = random().random(40) < 0.3
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", distribution="BetaDistribution", alpha=2, beta=3)
        y = wb.Variable("y", dtype="bool", distribution="BernoulliDistribution", mean=p)
    b = nodes.Beta([2, 3])
    n = nodes.Bernoulli(b, plates=(40,))
    n.observe(data)
    return Pair(g, {y: data}, [(p, b, logarithms)], [n])


@case
def categorical_with_dirichlet():
    data = random().integers(0, 4, size=40)
    with wb.Graph("g") as g:
        p = wb.StaticVariable("p", shape=4, distribution="DirichletDistribution", concentration=[1.0, 2.0, 0.5, 1.0])
        y = wb.Variable("y", distribution="CategoricalDistribution", probabilities=p)
    d = nodes.Dirichlet([1, 2, 0.5, 1])
    n = nodes.Categorical(d, plates=(40,))
    n.observe(data)
    return Pair(g, {y: data}, [(p, d)], [n])


@case
def poisson_with_gamma():
    data = random().poisson(4, size=15)
    with wb.Graph("g") as g:
        rate = wb.StaticVariable("rate", distribution="GammaDistribution", concentration=2, rate=0.5)
        y = wb.Variable("y", distribution="PoissonDistribution", mean=rate)
    r = nodes.Gamma(2, 0.5)
    n = nodes.Poisson(r, plates=(15,))
    n.observe(data)
    return Pair(g, {y: data}, [(rate, r)], [n])


@case
def gamma_with_gamma_rate():
    data = random().gamma(3, 2, size=15)
    with wb.Graph("g") as g:
        rate = wb.StaticVariable("rate", distribution="GammaDistribution", concentration=2, rate=0.5)
        y = wb.Variable("y", distribution="GammaDistribution", concentration=3, rate=rate)
    r = nodes.Gamma(2, 0.5)
    n = nodes.Gamma(3, r, plates=(15,))
    n.observe(data)
    return Pair(g, {y: data}, [(rate, r)], [n])


@case
def exponential_is_gamma_of_concentration_one():
    data = random().exponential(2, size=15)
    with wb.Graph("g") as g:
        rate = wb.StaticVariable("rate", distribution="GammaDistribution", concentration=2, rate=0.5)
        waiting = wb.StaticVariable("waiting", distribution="ExponentialDistribution", rate=rate)
        y = wb.Variable("y", distribution="GammaDistribution", concentration=3, rate=waiting)
    r = nodes.Gamma(2, 0.5)
    w = nodes.Gamma(1, r)
    n = nodes.Gamma(3, w, plates=(15,))
    n.observe(data)
    return Pair(g, {y: data}, [(waiting, w), (rate, r)], [n])


def precision_matrix(d):
    a = random().normal(size=(d, d))
    return a @ a.T + d * np.eye(d)


@case
def vectors_with_wishart_precision():
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


@case
def mixture_of_vectors():
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


@case
def mixture_of_products_of_bernoullis():
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


@case
def mixture_of_poissons_and_of_gammas():
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


@case
def topics_of_words():
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


@case
def groups_by_a_known_index():
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


@case
def sum_of_two_normals():
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


@case
def several_factors_in_one_einsum():
    rng = random()
    data, start, second = rng.normal(size=(12, 4)), rng.normal(size=(12, 2)), rng.normal(size=(4, 2))
    with wb.Graph("g") as g:
        z = wb.Variable("z", shape=2)
        w = wb.StaticVariable("w", shape=(4, 2))
        s = wb.StaticVariable("s", shape=2, mean=1, variance=2)
        y = wb.Variable("y", shape=4, mean=wb.math.einsum("k,dk,k->d", z, w, s), variance=0.5)
    z2 = nodes.GaussianARD(0, 1, plates=(12, 1), shape=(2,))
    w2 = nodes.GaussianARD(0, 1, plates=(1, 4), shape=(2,))
    s2 = nodes.GaussianARD(1, 0.5, shape=(2,))
    n = nodes.GaussianARD(nodes.SumMultiply("k,k,k", z2, w2, s2), 2)
    n.observe(data)
    z2.initialize_from_value(start[:, None, :])
    w2.initialize_from_value(second[None])
    return Pair(g, {y: data}, [(s, s2), (w, w2), (z, z2)], [n], {z: start, w: second})


@case
def a_vector_put_together_and_cut():
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


@case
def factor_analysis_with_gaps():
    rng = random()
    data, start = rng.normal(size=(20, 4)), rng.normal(size=(20, 2))
    mask = rng.random((20, 4)) < 0.7
    with wb.Graph("g") as g:
        w = wb.StaticVariable("w", shape=(4, 2), variance=10)
        mu = wb.StaticVariable("mu", shape=4, variance=100)
        z = wb.Variable("z", shape=2)
        tau = wb.StaticVariable("tau", shape=4, distribution="GammaDistribution", concentration=1, rate=1)
        y = wb.Variable("y", shape=4, mean=wb.dot(w, z) + mu, precision=tau)
    t = nodes.Gamma(1, 1, plates=(4,))
    z2 = nodes.GaussianARD(0, 1, plates=(20, 1), shape=(2,))
    w2 = nodes.GaussianARD(0, 0.1, plates=(1, 4), shape=(2,))
    m = nodes.GaussianARD(0, 1e-2, plates=(4,))
    n = nodes.GaussianARD(nodes.Add(nodes.Dot(w2, z2), m), t)
    n.observe(data, mask=mask)
    z2.initialize_from_value(start[:, None, :])
    filled = np.where(mask, data, np.nan)
    return Pair(g, {y: filled}, [(w, w2), (mu, m), (z, z2), (tau, t)], [n], {z: start})


@case
def chains_of_precisions():
    data = random().normal(0, 2, size=(12, 3))
    with wb.Graph("g") as g:
        scale = wb.StaticVariable("scale", distribution="GammaDistribution", concentration=2, rate=1)
        tau = wb.StaticVariable("tau", shape=3, distribution="GammaDistribution", concentration=1.5, rate=scale)
        y = wb.Variable("y", shape=3, mean=0, precision=tau)
    s = nodes.Gamma(2, 1)
    t = nodes.Gamma(1.5, s, plates=(3,))
    n = nodes.GaussianARD(0, t, plates=(12, 3))
    n.observe(data)
    return Pair(g, {y: data}, [(tau, t), (scale, s)], [n])


@case
def regression_with_relevance():
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


@case
def nested_mixtures():
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


@case
def a_selected_distribution_of_a_selector():
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


@case
def a_covariate_that_is_missing():
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


@pytest.mark.parametrize("name", CASES)
def test_bounds_and_moments_are_those_of_bayespy(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pair = CASES[name]()
        latents = [node for _, node, *_ in pair.latents]
        engine = VB(*pair.observed, *latents)
        for _ in range(SWEEPS):
            engine.update(*latents, verbose=False)
    model = wb.get_posterior_model(
        pair.graph,
        pair.data,
        method="VMP",
        order=[variable for variable, *_ in pair.latents],
        initial=pair.initial,
        max_sweeps=SWEEPS,
        tolerance=0.0,
        progress=False,
    )
    # A model whose bound stays exactly the same has converged, whatever the tolerance.
    bound = np.pad(model.lower_bound, (0, SWEEPS - len(model.lower_bound)), "edge")
    np.testing.assert_allclose(bound, engine.L[:SWEEPS], rtol=1e-9, atol=1e-8)
    for variable, node, *way in pair.latents:
        moments = way[0](node.u) if way else node.u
        for ours, theirs in zip(model.belief(variable).u, moments, strict=True):
            same = (
                np.reshape(theirs, ours.shape) if np.size(theirs) == ours.size else np.broadcast_to(theirs, ours.shape)
            )
            np.testing.assert_allclose(ours, same, rtol=1e-6, atol=1e-6)
