"""Claim: a sweep of a linear state-space model over 400 rows takes a fifth of BayesPy's CPU time or less."""

from __future__ import annotations

from typing import Any

import numpy as np
from benchmarks.potential.principal_components import vague
from benchmarks.potential.race import Race, heading, race

import whyboard as wb

ROWS, COLUMNS, STATES = 400, 10, 4


def state_space() -> Race:
    random = np.random.default_rng(0)
    turn, _ = np.linalg.qr(random.normal(size=(STATES, STATES)))
    states = np.zeros((ROWS, STATES))
    for row in range(1, ROWS):
        states[row] = 0.95 * turn @ states[row - 1] + random.normal(size=STATES)
    data = states @ random.normal(size=(STATES, COLUMNS)) + random.normal(size=(ROWS, COLUMNS))
    start = random.normal(size=(COLUMNS, STATES))
    with wb.Graph("state_space") as graph:
        alpha, gamma, tau = vague("alpha", STATES), vague("gamma", STATES), vague("tau")
        a = wb.StaticVariable("a", (STATES, STATES), mean=0, precision=alpha)
        x = wb.Variable("x", STATES)
        first = wb.equal(wb.TimeIndex, 0)
        x.mean = wb.where(first, np.zeros(STATES), wb.dot(a, x[wb.TimeIndex - 1]))
        x.precision = wb.where(first, 1e-3, 1.0)
        c = wb.StaticVariable("c", (COLUMNS, STATES), mean=0, precision=gamma)
        y = wb.Variable("y", COLUMNS, mean=wb.dot(c, x), precision=tau)

    def peer() -> tuple[list[Any], list[Any]]:
        from bayespy import nodes

        alpha2, gamma2 = (nodes.Gamma(1e-2, 1e-2, plates=(STATES,)) for _ in range(2))
        tau2 = nodes.Gamma(1e-2, 1e-2)
        a2 = nodes.GaussianARD(0, alpha2, shape=(STATES,), plates=(STATES,))
        x2 = nodes.GaussianMarkovChain(np.zeros(STATES), 1e-3 * np.eye(STATES), a2, np.ones(STATES), n=ROWS)
        c2 = nodes.GaussianARD(0, gamma2, shape=(STATES,), plates=(COLUMNS, 1))
        y2 = nodes.GaussianARD(nodes.SumMultiply("i,i", c2, x2), tau2)
        y2.observe(data.T)
        c2.initialize_from_value(start[:, None])
        return [y2], [x2, c2, gamma2, a2, alpha2, tau2]

    order, initial = [x, c, gamma, a, alpha, tau], {c: start, a: "prior"}
    return Race("linear state space", graph, {y: data}, order, initial, peer)


def main() -> None:
    heading()
    race(state_space(), 80, 10)


if __name__ == "__main__":
    main()
