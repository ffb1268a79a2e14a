"""Claim: a sweep of Bayesian principal components, 50 columns and 1,000 rows, takes a fifth of BayesPy's CPU time."""

from __future__ import annotations

from typing import Any

import numpy as np
from benchmarks.potential.race import Race, heading, race

import whyboard as wb

ROWS, COLUMNS, FACTORS = 1000, 50, 10


def vague(name: str, shape: Any = ()) -> wb.StaticVariable:
    return wb.StaticVariable(name, shape, wb.GammaDistribution, concentration=1e-2, rate=1e-2)


def components() -> Race:
    random = np.random.default_rng(0)
    data = random.normal(size=(ROWS, FACTORS)) @ random.normal(size=(FACTORS, COLUMNS))
    data = data + 0.1 * random.normal(size=data.shape)
    start = random.normal(size=(ROWS, FACTORS))
    with wb.Graph("components") as graph:
        alpha, tau = vague("alpha", FACTORS), vague("tau")
        w = wb.StaticVariable("w", (COLUMNS, FACTORS), mean=0, precision=alpha)
        z = wb.Variable("z", FACTORS, mean=0, variance=1)
        y = wb.Variable("y", COLUMNS, mean=wb.dot(w, z), precision=tau)

    def peer() -> tuple[list[Any], list[Any]]:
        from bayespy import nodes

        alpha2, tau2 = nodes.Gamma(1e-2, 1e-2, plates=(FACTORS,)), nodes.Gamma(1e-2, 1e-2)
        z2 = nodes.GaussianARD(0, 1, plates=(ROWS, 1), shape=(FACTORS,))
        w2 = nodes.GaussianARD(0, alpha2, plates=(1, COLUMNS), shape=(FACTORS,))
        y2 = nodes.GaussianARD(nodes.Dot(w2, z2), tau2)
        y2.observe(data)
        z2.initialize_from_value(start[:, None, :])
        return [y2], [w2, z2, tau2, alpha2]

    return Race("principal components", graph, {y: data}, [w, z, tau, alpha], {z: start}, peer)


def main() -> None:
    heading()
    race(components(), 80, 20)


if __name__ == "__main__":
    main()
