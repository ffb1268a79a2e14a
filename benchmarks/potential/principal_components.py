"""Claim: a sweep of Bayesian principal components, 50 columns and 1,000 rows, takes a fifth of BayesPy's CPU time."""

from __future__ import annotations

from typing import Any

import numpy as np
from benchmarks.potential.race import Race, heading, race

import whyboard as wb


def vague(name: str, shape: Any = ()) -> wb.StaticVariable:
    return wb.StaticVariable(name, shape, wb.GammaDistribution, concentration=1e-2, rate=1e-2)


def components(rows: int = 1000, columns: int = 50, factors: int = 10, true: int = 10) -> Race:
    """Data of so many ``true`` factors, and a model with ``factors`` of them."""
    random = np.random.default_rng(0)
    data = random.normal(size=(rows, true)) @ random.normal(size=(true, columns))
    data = data + 0.1 * random.normal(size=data.shape)
    start = random.normal(size=(rows, factors))
    with wb.Graph("components") as graph:
        alpha, tau = vague("alpha", factors), vague("tau")
        w = wb.StaticVariable("w", (columns, factors), mean=0, precision=alpha)
        z = wb.Variable("z", factors, mean=0, variance=1)
        y = wb.Variable("y", columns, mean=wb.dot(w, z), precision=tau)

    def peer() -> tuple[list[Any], list[Any]]:
        from bayespy import nodes

        alpha2, tau2 = nodes.Gamma(1e-2, 1e-2, plates=(factors,)), nodes.Gamma(1e-2, 1e-2)
        z2 = nodes.GaussianARD(0, 1, plates=(rows, 1), shape=(factors,))
        w2 = nodes.GaussianARD(0, alpha2, plates=(1, columns), shape=(factors,))
        y2 = nodes.GaussianARD(nodes.Dot(w2, z2), tau2)
        y2.observe(data)
        z2.initialize_from_value(start[:, None, :])
        return [y2], [w2, z2, tau2, alpha2]

    name = f"principal components, {rows} x {columns}, {factors} factors"
    return Race(name, graph, {y: data}, [w, z, tau, alpha], {z: start}, peer)


def main() -> None:
    heading()
    race(components(), 600, 60)


if __name__ == "__main__":
    main()
