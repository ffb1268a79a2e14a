"""Natural parameters from means where no formula gives them: a convex problem, by Newton steps."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.core import Tracer
from jax.flatten_util import ravel_pytree

from whyboard.errors import SolverError
from whyboard.families.family import Coordinates

NEWTON_STEPS = 100
HALVINGS = 40
FLAT = 1e-11
"""Directions of less curvature, relative to the most curved one, are those of a gauge and are left alone."""
NEAR = 1e-24
"""Done when the square of the distance in means is below this, relative to that of the means themselves."""
REACHED = 1e-14
"""The same where rounding ends the search: further off, and the means are not those of this family."""


class Inversion(NamedTuple):
    """Natural parameters, and by plate whether they have the means that were asked for."""

    natural: Any
    reached: Array


def natural_from_mean(family: Any, mean: Coordinates, start: Coordinates) -> Inversion:
    r"""The $\eta$ with $\nabla \psi(\eta) = m$: the least of the convex function $\psi(\eta) - \eta' m$.

    Args:
        family: a normalised family.
        mean: moments, with any plates.
        start: natural parameters to begin at; they must be those of a distribution.
    """
    plates = family.plates(mean)
    mean, start = (family.broadcast(_with_plates(family, point, plates)) for point in (mean, start))
    single = lambda m, s: _newton(family, m, s)  # noqa: E731
    for _ in plates:
        single = jax.vmap(single)
    return single(mean, start)


def found(family: Any, inversion: Inversion) -> Coordinates:
    """The natural parameters of a search; as part of a program, which cannot raise, the nearest ones.

    Raises:
        SolverError: if it did not reach the means, when called with numbers.
    """
    natural, reached = inversion
    if not isinstance(reached, Tracer) and not np.all(reached):
        raise SolverError(
            f"to_natural of {family!r} found no natural parameters with these means in {NEWTON_STEPS} Newton steps "
            f"({int(np.sum(~np.asarray(reached)))} of {np.size(reached)} plates). Expected means strictly inside "
            f"what the family can have, such as averages over more rows."
        )
    return natural


def _newton(family: Any, mean: Coordinates, start: Coordinates) -> Inversion:
    point, unravel = ravel_pytree(start)
    target, _ = ravel_pytree(mean)

    def loss(eta: Array) -> Array:
        return family.log_partition(unravel(eta)) - eta @ target

    def step(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        eta, _, count = state
        gradient = jax.grad(loss)(eta)
        curvature, directions = jnp.linalg.eigh(jax.hessian(loss)(eta))
        steep = curvature > FLAT * curvature[-1]
        downhill = -directions @ jnp.where(steep, directions.T @ gradient / jnp.where(steep, curvature, 1), 0)
        here, slope = loss(eta), gradient @ downhill
        rounding = 1e-14 * (1 + jnp.abs(here))

        def too_long(search: tuple[Array, Array]) -> Array:
            length, halvings = search
            # Written so that a step out of the domain, where the loss is NaN, is too long.
            enough = loss(eta + length * downhill) <= here + 0.1 * length * slope + rounding
            return ~enough & (halvings < HALVINGS)

        length, halvings = jax.lax.while_loop(
            too_long, lambda s: (s[0] / 2, s[1] + 1), (jnp.ones(()), jnp.zeros((), int))
        )
        moved = jnp.where(halvings < HALVINGS, eta + length * downhill, eta)
        return moved, jnp.sum(jax.grad(loss)(moved) ** 2), jnp.where(halvings < HALVINGS, count + 1, NEWTON_STEPS)

    def unfinished(state: tuple[Array, Array, Array]) -> Array:
        _, distance, count = state
        return (distance > NEAR * (1 + target @ target)) & (count < NEWTON_STEPS)

    begin = (point, jnp.sum(jax.grad(loss)(point) ** 2), jnp.zeros((), int))
    natural, distance, _ = jax.lax.while_loop(unfinished, step, begin)
    return Inversion(unravel(natural), distance <= REACHED * (1 + target @ target))


def _with_plates(family: Any, coordinates: Coordinates, plates: tuple[int, ...]) -> Coordinates:
    parts, build = jax.tree.flatten(coordinates)
    pairs = zip(parts, family.dims, strict=True)
    return build.unflatten([jnp.broadcast_to(jnp.asarray(part, float), (*plates, *dim)) for part, dim in pairs])
