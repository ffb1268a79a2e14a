"""Vectors that are known in part: the density of that part counts, and the rest is inferred given it."""

from typing import Any

import numpy as np
import pytest

import whyboard as wb

PRECISION = np.array([[2.0, 1.5], [1.5, 2.0]])
COVARIANCE = np.linalg.inv(PRECISION)
SEEN = np.array([[1.0, 2.0], [3.0, np.nan], [np.nan, -1.0]])


def _model(nested: bool) -> Any:
    with wb.Graph("g") as g:
        m = wb.StaticVariable("m", shape=2, distribution="MultivariateNormalDistribution", precision=np.eye(2))
        y = wb.Variable("y", shape=2, distribution="MultivariateNormalDistribution", mean=m, precision=PRECISION)
        if nested:
            wb.Variable("effect", mean=y[0] - y[1], variance=0.5)
    return g


def _exact(effect: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of (m, y of all rows) by dense algebra."""
    rows = len(SEEN)
    down = np.concatenate([np.eye(2)] * (rows + 1))
    covariance = down @ down.T
    covariance[2:, 2:] += np.kron(np.eye(rows), COVARIANCE)
    reads, noise, values = [], [], []
    for place in np.argwhere(~np.isnan(SEEN.ravel()))[:, 0]:
        reads.append(np.eye(2 + 2 * rows)[2 + place])
        noise.append(0.0)
        values.append(SEEN.ravel()[place])
    for row, value in enumerate(effect if effect is not None else ()):
        reads.append(np.eye(2 + 2 * rows)[2 + 2 * row] - np.eye(2 + 2 * rows)[3 + 2 * row])
        noise.append(0.5)
        values.append(value)
    read = np.array(reads)
    gain = covariance @ read.T @ np.linalg.inv(read @ covariance @ read.T + np.diag(noise))
    return gain @ np.array(values), covariance - gain @ read @ covariance


@pytest.mark.parametrize("nested", [False, True])
def test_what_is_known_of_a_vector_tells_of_the_rest(nested: bool) -> None:
    g = _model(nested)
    effect = np.array([-0.5, 2.0, 1.0]) if nested else None
    data = {g.y: SEEN} | ({g.effect: effect} if nested else {})
    mean, covariance = _exact(effect)
    fisher = wb.get_posterior_model(g, data, method="MAPFisher", progress=False)
    np.testing.assert_allclose(fisher.get_means(g.m), mean[:2], atol=1e-6)
    np.testing.assert_allclose(fisher.get_means(g.y).ravel(), mean[2:], atol=1e-6)
    np.testing.assert_allclose(fisher.get_variances(g.m), covariance.diagonal()[:2], atol=1e-6)
    believed = wb.get_posterior_model(g, data, method="VMP", progress=False)
    np.testing.assert_allclose(believed.get_means(g.m), mean[:2], atol=1e-3)
    np.testing.assert_allclose(believed.get_means(g.y).ravel(), mean[2:], atol=1e-3)
