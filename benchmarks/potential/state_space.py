"""Claim: a sweep of a linear state-space model over 400 rows takes a fifth of BayesPy's CPU time or less."""

from __future__ import annotations

from typing import Any

import numpy as np
from benchmarks.potential.principal_components import vague
from benchmarks.potential.race import Race, heading, race

import whyboard as wb


def state_space(rows: int = 400, columns: int = 10, states: int = 4, true: int = 4) -> Race:
    """Data of so many ``true`` states, and a model with ``states`` of them."""
    random = np.random.default_rng(0)
    turn, _ = np.linalg.qr(random.normal(size=(true, true)))
    path = np.zeros((rows, true))
    for row in range(1, rows):
        path[row] = 0.95 * turn @ path[row - 1] + random.normal(size=true)
    data = path @ random.normal(size=(true, columns)) + random.normal(size=(rows, columns))
    start = random.normal(size=(columns, states))
    with wb.Graph("state_space") as graph:
        alpha, gamma, tau = vague("alpha", states), vague("gamma", states), vague("tau")
        a = wb.StaticVariable("a", (states, states), mean=0, precision=alpha)
        x = wb.Variable("x", states)
        first = wb.equal(wb.TimeIndex, 0)
        x.mean = wb.where(first, np.zeros(states), wb.dot(a, x[wb.TimeIndex - 1]))
        x.precision = wb.where(first, 1e-3, 1.0)
        c = wb.StaticVariable("c", (columns, states), mean=0, precision=gamma)
        y = wb.Variable("y", columns, mean=wb.dot(c, x), precision=tau)

    def peer() -> tuple[list[Any], list[Any]]:
        from bayespy import nodes

        alpha2, gamma2 = (nodes.Gamma(1e-2, 1e-2, plates=(states,)) for _ in range(2))
        tau2 = nodes.Gamma(1e-2, 1e-2)
        a2 = nodes.GaussianARD(0, alpha2, shape=(states,), plates=(states,))
        x2 = nodes.GaussianMarkovChain(np.zeros(states), 1e-3 * np.eye(states), a2, np.ones(states), n=rows)
        c2 = nodes.GaussianARD(0, gamma2, shape=(states,), plates=(columns, 1))
        y2 = nodes.GaussianARD(nodes.SumMultiply("i,i", c2, x2), tau2)
        y2.observe(data.T)
        c2.initialize_from_value(start[:, None])
        return [y2], [x2, c2, gamma2, a2, alpha2, tau2]

    order, initial = [x, c, gamma, a, alpha, tau], {c: start, a: "prior"}
    name = f"linear state space, {rows} x {columns}, {states} states"
    return Race(name, graph, {y: data}, order, initial, peer)


def main() -> None:
    heading()
    race(state_space(), 80, 10)


if __name__ == "__main__":
    main()
