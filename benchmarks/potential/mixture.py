"""Claim: a sweep of a Gaussian mixture, full covariances unknown, takes a fifth of BayesPy's CPU time or less."""

from __future__ import annotations

from typing import Any

import numpy as np
from benchmarks.potential.race import Race, heading, race

import whyboard as wb

COMPONENTS, DIM = 5, 4


def mixture(rows: int) -> Race:
    random = np.random.default_rng(0)
    centres = 4 * random.normal(size=(COMPONENTS, DIM))
    data = centres[random.integers(0, COMPONENTS, rows)] + random.normal(size=(rows, DIM))
    start = random.integers(0, COMPONENTS, rows)
    shape = (COMPONENTS, DIM, DIM)
    freedom = DIM + 1
    with wb.Graph("mixture") as graph:
        p = wb.StaticVariable("p", COMPONENTS, wb.DirichletDistribution, concentration=np.ones(COMPONENTS))
        z = wb.Variable("z", distribution=wb.CategoricalDistribution, probabilities=p)
        mu = wb.StaticVariable("mu", (COMPONENTS, DIM), mean=0, variance=100)
        precision = wb.StaticVariable(
            "precision", shape, wb.WishartDistribution, degrees_of_freedom=freedom, inverse_scale=np.eye(DIM)
        )
        y = wb.Variable("y", DIM, wb.MultivariateNormalDistribution, mean=mu[z], precision=precision[z])

    def peer() -> tuple[list[Any], list[Any]]:
        from bayespy import nodes

        p2 = nodes.Dirichlet(np.ones(COMPONENTS))
        z2 = nodes.Categorical(p2, plates=(rows,))
        mu2 = nodes.Gaussian(np.zeros(DIM), 1e-2 * np.eye(DIM), plates=(COMPONENTS,))
        precision2 = nodes.Wishart(freedom, np.eye(DIM), plates=(COMPONENTS,))
        y2 = nodes.Mixture(z2, nodes.Gaussian, mu2, precision2)
        y2.observe(data)
        z2.initialize_from_value(start)
        return [y2], [mu2, precision2, z2, p2]

    return Race(f"mixture, {rows} rows", graph, {y: data}, [mu, precision, z, p], {z: start}, peer)


def main() -> None:
    heading()
    race(mixture(1_000), 80, 20)
    race(mixture(10_000), 40, 10)
    race(mixture(100_000), 12, 5)


if __name__ == "__main__":
    main()
