"""`MAP`: the mode of the posterior in whitened coordinates, by Newton steps with the Fisher metric."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.scipy.sparse.linalg import cg

from whyboard import registry
from whyboard.errors import SolverError
from whyboard.lowering.density import Inputs, Structure, is_continuous
from whyboard.lowering.precision import double_precision
from whyboard.lowering.program import READINGS, Noise, roots
from whyboard.solvers.solver import Moments, Progress, Report, Solver, register

TOLERANCE = 1e-13
"""Stop when a Newton step promises to lower the energy by less."""
MAX_STEPS = 300
CG_STEPS = 200
HALVINGS = 30
DEEP_IN_THE_TAIL = -7.5


class Step(NamedTuple):
    """After one Newton step: the noise, its energy and what the step promised."""

    noise: Noise
    energy: Array
    promise: Array


@register
class Map(Solver):
    """The most probable values, in coordinates in which every prior is a standard normal.

    Each step solves ``(1 + J'FJ) p = -gradient`` by conjugate gradients and halves until the energy falls.
    """

    method = "MAP"
    label = "Posterior mode"

    def __init__(self, program: Any, seed: int = 0) -> None:
        super().__init__(program, seed)
        self.noise: Noise = program.zeros()
        self.trace: list[float] = []
        refuse_discrete(program)

    def solve(self, report: Report) -> None:
        if self.converged:
            return
        with double_precision():
            free = tuple(jnp.asarray(relevant) for relevant in self.program.relevant)
        self.program.check_density(self.noise)
        try:
            for count in range(1, MAX_STEPS + 1):
                step: Step = self.program.run("newton_step", self.noise, free)
                energy, promise = float(step.energy), float(step.promise)
                if not np.isfinite(energy):
                    self.program.check_density(self.noise)
                    raise SolverError("The log density is not finite near the mode. Check scales and data for extreme values.")
                self.noise = step.noise
                self.trace.append(-energy)
                self.converged = promise < TOLERANCE * (1 + abs(energy))
                if self.converged or not report(Progress("finding the mode", count, None, -energy)):
                    break
        except KeyboardInterrupt:
            return
        self._refuse_unbounded()

    def samples(self, count: int, seed: int) -> list[np.ndarray]:
        del seed
        return [np.broadcast_to(value, (count, *value.shape)) for value in self.program.values(self.noise)]

    def moments(self) -> Moments:
        values = self.program.values(self.noise)
        return Moments([value.astype(np.float64) for value in values], [np.zeros(value.shape) for value in values])

    def _refuse_unbounded(self) -> None:
        for index, spec in enumerate(self.program.structure):
            noise = np.asarray(self.noise[index])
            positive = spec.distribution != "NormalDistribution"
            if positive and noise.size and noise.min() < DEEP_IN_THE_TAIL:
                raise SolverError(
                    f"The likelihood has no maximum: '{self.program.network.paths[index]}' runs off to the edge of its range. "
                    "A scale that may reach 0 while the data can be fitted exactly does this; "
                    "give it a prior away from 0 (LogNormalDistribution), or more data."
                )


def refuse_discrete(program: Any) -> None:
    """Gradient solvers cannot infer discrete entries; say so before anything is compiled."""
    for index, spec in enumerate(program.structure):
        kind = registry.distributions[spec.distribution]
        path = program.network.paths[index]
        if not is_continuous(spec) and not kind.deterministic and program.relevant[index].any():
            raise SolverError(
                f"'{path}' is discrete ({spec.distribution}), is not observed everywhere, and observed variables depend on it, "
                "so a gradient solver cannot infer it. Link complete data to it, or take it out of the causes of what is observed."
            )
    latent = np.array([relevant.any() for relevant in program.relevant])
    depends = program.network.latent_ancestors(latent)
    for index, spec in enumerate(program.structure):
        kind = registry.distributions[spec.distribution]
        if program.known[index].any() and depends[index] and kind.fisher_root is None and not kind.data_only:
            raise SolverError(
                f"'{program.network.paths[index]}' is observed and its {spec.distribution} has parameters to be inferred, but its density "
                "has an edge, so it has no Fisher information. Give it a distribution without an edge, or fixed parameters."
            )


def _newton_step(structure: Structure, inputs: Inputs, noise: Noise, free: tuple[Array, ...]) -> Step:
    def energy(noise: Noise) -> Array:
        return READINGS["energy"](structure, inputs, noise)

    def keep(vector: Noise) -> Noise:
        return tuple(jnp.where(mask, part, 0.0) for mask, part in zip(free, vector, strict=True))

    before, slope = jax.value_and_grad(energy)(noise)
    slope = keep(slope)
    apply = roots(structure, inputs, noise)
    transpose = jax.linear_transpose(apply, noise)

    def metric(vector: Noise) -> Noise:
        vector = keep(vector)
        (pulled,) = transpose(apply(vector))
        return tuple(v + p for v, p in zip(vector, keep(pulled), strict=True))

    direction, _ = cg(metric, tuple(-part for part in slope), tol=1e-10, maxiter=CG_STEPS)
    promise = -sum(jnp.vdot(s, d) for s, d in zip(slope, direction, strict=True))

    def moved(size: Array) -> Noise:
        return tuple(n + size * d for n, d in zip(noise, direction, strict=True))

    def too_far(state: tuple[Array, Array, Array]) -> Array:
        size, after, count = state
        enough = after <= before - 1e-4 * size * promise + 1e-12 * jnp.abs(before)
        return ~enough & (count < HALVINGS)

    def halve(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        size, _, count = state
        return size / 2, energy(moved(size / 2)), count + 1

    size, after, count = jax.lax.while_loop(too_far, halve, (jnp.ones(()), energy(moved(jnp.ones(()))), jnp.zeros((), int)))
    stuck = count >= HALVINGS
    return Step(
        tuple(jnp.where(stuck, n, m) for n, m in zip(noise, moved(size), strict=True)),
        jnp.where(stuck, before, after),
        jnp.where(stuck, 0.0, jnp.asarray(promise)),
    )


READINGS["newton_step"] = _newton_step
