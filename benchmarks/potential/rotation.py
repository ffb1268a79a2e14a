"""Claim: parameter expansion takes a fifth of the sweeps or fewer, and reaches any bound before BayesPy's rotations do.

Principal components, 50 columns and 1,000 rows, and linear state space models over 400 rows; twice as many factors or
states as there are. Both sides turn the latent space after every sweep.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
from benchmarks.potential.principal_components import vague
from benchmarks.potential.race import machine

import whyboard as wb

SWEEPS, PLAIN = 40, 500
"""How many sweeps are made with expansion by either side, and without it."""


class Contest(NamedTuple):
    """A model, and what BayesPy needs: a function that builds its engine, latent nodes in order, and optimizer."""

    name: str
    graph: Any
    data: dict[Any, Any]
    order: list[Any]
    initial: dict[Any, Any]
    peer: Any


def components(rows: int, columns: int, factors: int) -> Contest:
    random = np.random.default_rng(0)
    data = random.normal(size=(rows, factors // 2)) @ random.normal(size=(factors // 2, columns))
    data = data + 0.1 * random.normal(size=data.shape)
    start = random.normal(size=(rows, factors))
    with wb.Graph("components") as graph:
        alpha, tau = vague("alpha", factors), vague("tau")
        w = wb.StaticVariable("w", (columns, factors), mean=0, precision=alpha)
        z = wb.Variable("z", factors, mean=0, variance=1)
        y = wb.Variable("y", columns, mean=wb.dot(w, z), precision=tau)

    def peer() -> tuple[list[Any], list[Any], Any]:
        from bayespy import nodes
        from bayespy.inference.vmp.transformations import RotateGaussianARD, RotationOptimizer

        alpha2, tau2 = nodes.Gamma(1e-2, 1e-2, plates=(factors,)), nodes.Gamma(1e-2, 1e-2)
        z2 = nodes.GaussianARD(0, 1, plates=(rows, 1), shape=(factors,))
        w2 = nodes.GaussianARD(0, alpha2, plates=(1, columns), shape=(factors,))
        y2 = nodes.GaussianARD(nodes.Dot(w2, z2), tau2)
        y2.observe(data)
        z2.initialize_from_value(start[:, None, :])
        rotation = RotationOptimizer(RotateGaussianARD(w2, alpha2), RotateGaussianARD(z2), factors)
        return [y2], [w2, z2, tau2, alpha2], rotation

    name = f"principal components, {rows} x {columns}, {factors} factors"
    return Contest(name, graph, {y: data}, [w, z, tau, alpha], {z: start}, peer)


def state_space(rows: int, columns: int, states: int) -> Contest:
    random = np.random.default_rng(0)
    true = states // 2
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

    def peer() -> tuple[list[Any], list[Any], Any]:
        from bayespy import nodes
        from bayespy.inference.vmp.transformations import (
            RotateGaussianARD,
            RotateGaussianMarkovChain,
            RotationOptimizer,
        )

        alpha2, gamma2 = (nodes.Gamma(1e-2, 1e-2, plates=(states,)) for _ in range(2))
        tau2 = nodes.Gamma(1e-2, 1e-2)
        a2 = nodes.GaussianARD(0, alpha2, shape=(states,), plates=(states,))
        x2 = nodes.GaussianMarkovChain(np.zeros(states), 1e-3 * np.eye(states), a2, np.ones(states), n=rows)
        c2 = nodes.GaussianARD(0, gamma2, shape=(states,), plates=(columns, 1))
        y2 = nodes.GaussianARD(nodes.SumMultiply("i,i", c2, x2), tau2)
        y2.observe(data.T)
        c2.initialize_from_value(start[:, None])
        chain = RotateGaussianMarkovChain(x2, RotateGaussianARD(a2, alpha2))
        rotation = RotationOptimizer(chain, RotateGaussianARD(c2, gamma2), states)
        return [y2], [x2, c2, gamma2, a2, alpha2, tau2], rotation

    name = f"linear state space, {rows} x {columns}, {states} states"
    order, initial = [x, c, gamma, a, alpha, tau], {c: start, a: "prior"}
    return Contest(name, graph, {y: data}, order, initial, peer)


def contest(model: Contest) -> None:
    """One row of the table."""

    def solve(count: int, *, expansion: bool) -> tuple[np.ndarray, float]:
        start = time.process_time()
        found = wb.get_posterior_model(
            model.graph,
            model.data,
            method="VMP",
            order=model.order,
            initial=model.initial,
            max_sweeps=count,
            tolerance=0.0,
            progress=False,
            expansion=expansion,
        )
        return np.asarray(found.lower_bound), time.process_time() - start

    plain, _ = solve(PLAIN, expansion=False)
    solve(3, expansion=True)
    # Two lengths, so that what a solve costs besides its sweeps drops out.
    (_, short), (ours, long) = solve(SWEEPS // 2, expansion=True), solve(SWEEPS, expansion=True)
    a_sweep = (long - short) / (SWEEPS - SWEEPS // 2)
    theirs, their_sweep = _peer(model)
    # For every bound of BayesPy's, the time to it from the same start; the worst ratio of the two.
    needed = np.array([np.sum(ours < bound - 1e-6 * abs(bound)) + 1 for bound in theirs])
    ratios = (np.arange(SWEEPS) + 1) * their_sweep / (needed * a_sweep)
    print(
        f"| {model.name} | {np.sum(ours < plain[-1]) + 1} | {np.sum(theirs < plain[-1]) + 1} | {1e3 * a_sweep:.1f} | "
        f"{1e3 * their_sweep:.1f} | {ratios[1:].min():.1f} to {ratios[1:].max():.1f} | {plain[-1]:.2f} | "
        f"{ours[-1]:.2f} | {theirs[-1]:.2f} |",
        flush=True,
    )


def _peer(model: Contest) -> tuple[np.ndarray, float]:
    from bayespy.inference import VB

    observed, latents, rotation = model.peer()
    engine = VB(*observed, *latents)
    start = time.process_time()
    for _ in range(SWEEPS):
        engine.update(*latents, verbose=False)
        rotation.rotate()
    return np.asarray(engine.L[:SWEEPS]), (time.process_time() - start) / SWEEPS


def main() -> None:
    machine()
    print(
        f"| model | sweeps to the bound of {PLAIN} without | BayesPy | CPU ms a sweep | BayesPy | its time to each "
        "of its bounds over ours | bound without | with | of BayesPy |\n|---|---|---|---|---|---|---|---|---|",
        flush=True,
    )
    contest(components(1000, 50, 10))
    contest(state_space(400, 10, 4))
    contest(state_space(400, 30, 8))


if __name__ == "__main__":
    main()
