"""Claim: a sweep of a hidden Markov model over 1,000 rows takes a fifth of BayesPy's CPU time or less."""

from __future__ import annotations

from typing import Any

import numpy as np
from benchmarks.potential.race import Race, heading, race

import whyboard as wb

ROWS, STATES = 1000, 5


def markov() -> Race:
    random = np.random.default_rng(0)
    steps = 0.8 * np.eye(STATES) + 0.2 / STATES
    states = [0]
    for _ in range(ROWS - 1):
        states.append(int(random.choice(STATES, p=steps[states[-1]])))
    data = 3.0 * np.array(states) + random.normal(size=ROWS)
    start = random.normal(size=STATES)
    flat = np.full(STATES, 0.5)
    with wb.Graph("markov") as graph:
        p = wb.StaticVariable("p", STATES, wb.DirichletDistribution, concentration=flat)
        a = wb.StaticVariable("a", (STATES, STATES), wb.DirichletDistribution, concentration=flat)
        z = wb.Variable("z", distribution=wb.CategoricalDistribution)
        z.probabilities = wb.where(wb.equal(wb.TimeIndex, 0), p, a[z[wb.TimeIndex - 1]])
        mu = wb.StaticVariable("mu", STATES, mean=0, variance=100)
        tau = wb.StaticVariable("tau", STATES, wb.GammaDistribution, concentration=1, rate=1)
        y = wb.Variable("y", mean=mu[z], precision=tau[z])

    def peer() -> tuple[list[Any], list[Any]]:
        from bayespy import nodes

        p2, a2 = nodes.Dirichlet(flat), nodes.Dirichlet(flat, plates=(STATES,))
        z2 = nodes.CategoricalMarkovChain(p2, a2, states=ROWS)
        mu2, tau2 = nodes.GaussianARD(0, 1e-2, plates=(STATES,)), nodes.Gamma(1, 1, plates=(STATES,))
        y2 = nodes.Mixture(z2, nodes.GaussianARD, mu2, tau2)
        y2.observe(data)
        mu2.initialize_from_value(start)
        return [y2], [z2, p2, a2, mu2, tau2]

    return Race("hidden Markov model", graph, {y: data}, [z, p, a, mu, tau], {mu: start, p: "prior", a: "prior"}, peer)


def main() -> None:
    heading()
    race(markov(), 80, 10)


if __name__ == "__main__":
    main()
