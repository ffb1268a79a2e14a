"""With one joint normal block the bound is the evidence, which dense algebra knows, for every linear operator."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import whyboard as wb

RANDOM = np.random.default_rng(5)
MATRIX = RANDOM.normal(size=(2, 4))
STACK = RANDOM.normal(size=(3, 2, 4))
VECTOR = RANDOM.normal(size=4)
GROUP = np.array([2, 0, 0, 3, 1])

# Each is written once and computed twice: by handles, and by numpy.
MAPS = {
    "identity": lambda m, x: x,
    "slice": lambda m, x: x[1:3],
    "single element": lambda m, x: 2 * x[0] + x[3],
    "reverse": lambda m, x: x[::-1] + x,
    "constant array": lambda m, x: x[[0, 0, 2]],
    "new axis": lambda m, x: x[None, :] - x[:, None],
    "negative and divided": lambda m, x: -x / 3 + 1,
    "product with numbers": lambda m, x: x * VECTOR,
    "sum": lambda m, x: m.sum(x),
    "sum of an axis": lambda m, x: m.sum(m.reshape(x, (2, 2)), axis=0),
    "sum with its axis kept": lambda m, x: x - m.sum(x, axis=0, keepdims=True),
    "sum of what is repeated": lambda m, x: m.sum(m.broadcast_to(x[:1], (3,))),
    "mean": lambda m, x: m.mean(x) + x,
    "dot": lambda m, x: m.dot(MATRIX, x),
    "matmul": lambda m, x: m.matmul(STACK, x),
    "matmul of a stack": lambda m, x: m.matmul(STACK, m.reshape(x, (4, 1))),
    "vector by stack": lambda m, x: m.matmul(m.reshape(x, (2, 2)), STACK),
    "einsum": lambda m, x: m.einsum("kij,j->ik", STACK, x),
    "einsum with a sum of one": lambda m, x: m.einsum("i,j->i", x, VECTOR),
    "outer": lambda m, x: m.outer(VECTOR[:2], x),
    "transpose": lambda m, x: m.transpose(m.reshape(x, (2, 2))) + m.reshape(x, (2, 2)),
    "concatenate": lambda m, x: m.concatenate([x[2:], x, x[:1] + x[1:2]]),
    "concatenate an axis": lambda m, x: m.concatenate([m.reshape(x, (2, 2)), m.reshape(x, (2, 2))], axis=1),
    "stack": lambda m, x: m.stack([x, 2 * x], axis=1),
    "flip": lambda m, x: m.flip(x) - x,
    "roll": lambda m, x: m.roll(x, 1) - x,
    "tile": lambda m, x: m.tile(x, (2,)),
    "repeat": lambda m, x: m.repeat(x, 2, axis=0),
    "take": lambda m, x: m.take(x, GROUP, axis=0),
    "where": lambda m, x: m.where(VECTOR > 0, x, x[0]),
    "trace": lambda m, x: m.trace(m.reshape(x, (2, 2))),
    "product twice": lambda m, x: m.dot(MATRIX, x) + x[0] * VECTOR[:2],
}


@pytest.mark.parametrize("name", MAPS)
def test_the_bound_is_the_evidence(name):
    there = np.asarray(MAPS[name](np, np.zeros(4)), float)
    slope = np.stack([np.ravel(np.asarray(MAPS[name](np, unit), float) - there) for unit in np.eye(4)], axis=1)
    data = np.random.default_rng(2).normal(size=there.shape)
    with wb.Graph("g") as g:
        x = wb.StaticVariable("x", shape=4, mean=0.5, variance=2)
        y = wb.StaticVariable("y", shape=there.shape, mean=MAPS[name](wb.math, x), variance=0.3)
    model = wb.get_posterior_model(g, {y: data}, method="VMP", progress=False)
    mean = np.ravel(there) + slope @ np.full(4, 0.5)
    covariance = 2 * slope @ slope.T + 0.3 * np.eye(len(mean))
    evidence = stats.multivariate_normal(mean, covariance).logpdf(np.ravel(data))
    coupled = model.belief(x).dims != ((), ())
    joint = np.abs(slope.T @ slope - np.diag(np.diag(slope.T @ slope))).max() > 1e-12
    assert coupled or not joint
    assert model.lower_bound[-1] == pytest.approx(evidence, abs=1e-9)
