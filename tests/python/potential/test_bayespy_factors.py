"""As in BayesPy: products of latent variables."""

from __future__ import annotations

import numpy as np
from bayespy_twin import Pair, nodes, random, same_as_bayespy

import whyboard as wb


@same_as_bayespy
def test_principal_components():
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


@same_as_bayespy
def test_several_factors_in_one_einsum():
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


@same_as_bayespy
def test_factor_analysis_with_gaps():
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
