"""Claim: smoothing a hidden Markov model and a Kalman filter costs no more than in dynamax, with the same evidence.

dynamax is needed by nothing else: `pip install dynamax` before this script.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from whyboard import families as f
from whyboard.families import moments as m
from whyboard.precision import double_precision

REPEATS = 20


def milliseconds(work: Callable[[], Any]) -> float:
    """CPU time, once compiled."""
    jax.block_until_ready(work())
    start = time.process_time()
    for _ in range(REPEATS):
        jax.block_until_ready(work())
    return 1e3 * (time.process_time() - start) / REPEATS


def markov(rows: int, states: int) -> tuple[str, float, float, float, float]:
    from dynamax.hidden_markov_model import hmm_smoother

    random = np.random.default_rng(0)
    start, steps = np.full(states, 1 / states), random.dirichlet(np.ones(states), states)
    means, xs = 2.0 * np.arange(states), 2 * random.normal(size=rows) + states
    family = f.LatentProcess(f.Mixture(f.Normal(), states), f.Mixture(f.Categorical(states), states))
    even = m.CountMoments(np.full(states, 1 / states))
    components = m.NormalMoments(means, np.full(states, -0.5))
    natural = f.ProcessCoordinates(
        m.CountMoments(np.log(start)),
        family.emission.split(family.emission.from_components(components, even))[0],
        family.transition.split(family.transition.from_components(m.CountMoments(np.log(steps)), even))[0],
    )
    smooth = jax.jit(family.smooth)
    with double_precision():
        numbers = jax.tree.map(jax.numpy.asarray, natural)

        def theirs() -> Any:
            densities = -0.5 * (xs[:, None] - means) ** 2 - 0.5 * np.log(2 * np.pi)
            return peer(start, steps, densities)

        peer = jax.jit(hmm_smoother)
        evidence = float(theirs().marginal_loglik)
        ours_ms = milliseconds(lambda: smooth(numbers, jax.numpy.asarray(xs)))
        theirs_ms = milliseconds(theirs)
    ours = float(family.log_observable_density(natural, xs))
    return f"hidden Markov model, {rows} rows", ours_ms, theirs_ms, ours, evidence


def kalman(rows: int, columns: int, states: int) -> tuple[str, float, float, float, float]:
    from dynamax.linear_gaussian_ssm import lgssm_smoother
    from dynamax.linear_gaussian_ssm.inference import make_lgssm_params

    random = np.random.default_rng(0)
    turn, _ = np.linalg.qr(random.normal(size=(states, states)))
    dynamics, view = 0.95 * turn, random.normal(size=(columns, states))
    xs = random.normal(size=(rows, columns))
    family = f.LatentProcess(f.LinearGaussian(columns, states, "diagonal"), f.LinearGaussian(states, states))
    standard = m.NormalMoments(np.zeros(states), -np.eye(states) / 2)
    emission = f.Regression(np.zeros(columns), view, np.eye(columns))
    transition = f.Regression(np.zeros(states), dynamics, np.eye(states))
    natural = f.ProcessCoordinates(
        standard,
        family.emission.split(family.emission.from_regression(emission, standard))[0],
        family.transition.split(family.transition.from_regression(transition, standard))[0],
    )
    smooth = jax.jit(family.smooth)
    with double_precision():
        numbers = jax.tree.map(jax.numpy.asarray, natural)
        parameters = make_lgssm_params(
            np.zeros(states), np.eye(states), dynamics, np.eye(states), view, np.eye(columns)
        )
        peer = jax.jit(lambda rows: lgssm_smoother(parameters, rows))
        evidence = float(peer(xs).marginal_loglik)
        ours_ms = milliseconds(lambda: smooth(numbers, jax.numpy.asarray(xs)))
        theirs_ms = milliseconds(lambda: peer(xs))
    ours = float(family.log_observable_density(natural, xs))
    return f"Kalman smoother, {rows} x {columns}", ours_ms, theirs_ms, ours, evidence


def main() -> None:
    print(f"{os.cpu_count()} cores, load {', '.join(f'{each:.1f}' for each in os.getloadavg())}\n")
    print("| model | CPU ms | dynamax | ratio | log evidence | of dynamax |\n|---|---|---|---|---|---|")
    for name, ours, theirs, evidence, expected in (markov(1000, 5), kalman(400, 10, 4)):
        print(f"| {name} | {ours:.2f} | {theirs:.2f} | {theirs / ours:.1f} | {evidence:.6f} | {expected:.6f} |")


if __name__ == "__main__":
    main()
