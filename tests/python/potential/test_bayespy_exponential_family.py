"""As in BayesPy: counts, shares and positive variables with their conjugate priors."""

from __future__ import annotations

from bayespy_twin import Pair, beta, dirichlet, gamma, logarithms, nodes, random, same_as_bayespy

import whyboard as wb


@same_as_bayespy
def test_bernoulli_with_beta():
    data = random().random(40) < 0.3
    with wb.Graph("g") as g:
        p, b = beta("p", 2, 3)
        y = wb.Variable("y", dtype="bool", distribution="BernoulliDistribution", mean=p)
    n = nodes.Bernoulli(b, plates=(40,))
    n.observe(data)
    return Pair(g, {y: data}, [(p, b, logarithms)], [n])


@same_as_bayespy
def test_categorical_with_dirichlet():
    data = random().integers(0, 4, size=40)
    with wb.Graph("g") as g:
        p, d = dirichlet("p", [1, 2, 0.5, 1])
        y = wb.Variable("y", distribution="CategoricalDistribution", probabilities=p)
    n = nodes.Categorical(d, plates=(40,))
    n.observe(data)
    return Pair(g, {y: data}, [(p, d)], [n])


@same_as_bayespy
def test_poisson_with_gamma():
    data = random().poisson(4, size=15)
    with wb.Graph("g") as g:
        rate, r = gamma("rate", 2, 0.5)
        y = wb.Variable("y", distribution="PoissonDistribution", mean=rate)
    n = nodes.Poisson(r, plates=(15,))
    n.observe(data)
    return Pair(g, {y: data}, [(rate, r)], [n])


@same_as_bayespy
def test_gamma_with_gamma_rate():
    data = random().gamma(3, 2, size=15)
    with wb.Graph("g") as g:
        rate, r = gamma("rate", 2, 0.5)
        y = wb.Variable("y", distribution="GammaDistribution", concentration=3, rate=rate)
    n = nodes.Gamma(3, r, plates=(15,))
    n.observe(data)
    return Pair(g, {y: data}, [(rate, r)], [n])


@same_as_bayespy
def test_exponential_is_gamma_of_concentration_one():
    data = random().exponential(2, size=15)
    with wb.Graph("g") as g:
        rate, r = gamma("rate", 2, 0.5)
        waiting = wb.StaticVariable("waiting", distribution="ExponentialDistribution", rate=rate)
        y = wb.Variable("y", distribution="GammaDistribution", concentration=3, rate=waiting)
    w = nodes.Gamma(1, r)
    n = nodes.Gamma(3, w, plates=(15,))
    n.observe(data)
    return Pair(g, {y: data}, [(waiting, w), (rate, r)], [n])


@same_as_bayespy
def test_chains_of_precisions():
    data = random().normal(0, 2, size=(12, 3))
    with wb.Graph("g") as g:
        scale, s = gamma("scale", 2, 1)
        tau = wb.StaticVariable("tau", shape=3, distribution="GammaDistribution", concentration=1.5, rate=scale)
        y = wb.Variable("y", shape=3, mean=0, precision=tau)
    t = nodes.Gamma(1.5, s, plates=(3,))
    n = nodes.GaussianARD(0, t, plates=(12, 3))
    n.observe(data)
    return Pair(g, {y: data}, [(tau, t), (scale, s)], [n])


@same_as_bayespy
def test_binomial_with_beta_and_totals_of_its_own():
    totals = random().integers(1, 9, size=12)
    data = random().binomial(totals, 0.3)
    with wb.Graph("g") as g:
        p, b = beta("p", 2, 3)
        total = wb.Variable("total", dtype="int", distribution="NoDistribution")
        y = wb.Variable("y", distribution="BinomialDistribution", total_count=total, mean=p)
    n = nodes.Binomial(totals, b)
    n.observe(data)
    return Pair(g, {total: totals, y: data}, [(p, b, logarithms)], [n])


@same_as_bayespy
def test_multinomial_with_dirichlet():
    data = random().multinomial(6, [0.2, 0.5, 0.3], size=10)
    with wb.Graph("g") as g:
        p, d = dirichlet("p", [1, 2, 0.5])
        y = wb.Variable("y", shape=3, distribution="MultinomialDistribution", total_count=6, probabilities=p)
    n = nodes.Multinomial(6, d, plates=(10,))
    n.observe(data)
    return Pair(g, {y: data}, [(p, d)], [n])


@same_as_bayespy
def test_the_rest_of_a_share():
    data = random().random(40) < 0.3
    with wb.Graph("g") as g:
        p, b = beta("p", 2, 3)
        y = wb.Variable("y", dtype="bool", distribution="BernoulliDistribution", mean=1 - p)
    n = nodes.Bernoulli(b.complement(), plates=(40,))
    n.observe(data)
    return Pair(g, {y: data}, [(p, b, logarithms)], [n])
