"""Expectation and maximisation until it stands still: starts, a frame to work in, a stopping rule."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import SolverError
from whyboard.families.family import Coordinates, Frame, is_shape
from whyboard.precision import double_precision


class Fit(NamedTuple):
    """Natural parameters that were fitted, and how it went."""

    natural: Any
    """The best natural parameters found."""
    log_density: float
    """The mean log density of a row at them."""
    trace: np.ndarray
    """The mean log density of a row before each step of the best start, as seen from the frame of the data, with the
    pseudo-observations counted in: it never falls."""
    converged: bool
    """Whether the best start stood still before its last step; not if that step led to where there is no density."""
    ends: np.ndarray
    """The last value of the trace of each start: how much starts matter."""


def fit(
    family: Any,
    xs: Any,
    seed: int,
    restarts: int,
    max_steps: int,
    tolerance: float,
    pseudo_observations: float,
) -> Fit:
    """See `Conjugated.fit`.

    Raises:
        DataError: if values are missing or infinite, or there are no rows.
        SolverError: if every start ended without a finite density.
    """
    with double_precision():
        rows = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf)), xs)
        # In 64 bits before anything is subtracted: float32 data far from the origin keep what they have.
        rows = jax.tree.map(lambda leaf: leaf.astype(float) if jnp.issubdtype(leaf.dtype, jnp.inexact) else leaf, rows)
        frame = family.observable.frame(flat(family.observable, rows))
        seen = rows if frame is None else family.observable.placed(rows, frame)
        runs = [
            jax.device_get(_climb(family, key, seen, max_steps, tolerance, pseudo_observations))
            for key in jax.random.split(jax.random.key(seed), restarts)
        ]
        ends = np.array([run.objective for run in runs])
        if not np.isfinite(ends).any():
            raise SolverError(
                f"No start of {family!r} reached a finite density: its likelihood has no bound on these rows, for "
                f"example because a component can collapse. Expected more rows than parameters; raise "
                f"pseudo_observations (it is {pseudo_observations})."
            )
        best = int(np.nanargmax(np.where(np.isfinite(ends), ends, -np.inf)))
        natural, _, _, count, trace, converged, _ = runs[best]
        natural = natural if frame is None else family.unframed(natural, frame)
        density = family.log_observable_density(natural, rows).sum() / _count(family, rows)
        natural = jax.tree.map(np.asarray, natural)
        return Fit(natural, float(density), np.asarray(trace[:count]), bool(converged), ends)


def seen_through(observable: Any, frame: Frame) -> tuple[Callable[[Coordinates], Coordinates], Coordinates]:
    r"""How natural parameters for values as seen from a frame become those for values as they are.

    Mathematically, what is seen has statistics $A s(x) + b$, so that natural parameters are pulled back by $A'$.
    Answers with that map and with ``b``.
    """
    zero = jax.tree.map(lambda leaf: jnp.asarray(leaf, float), observable.zeros())
    shift, linear = jax.linearize(lambda moments: observable.seen_from(moments, frame), zero)
    pull = jax.linear_transpose(linear, zero)

    def pulled(theta: Coordinates) -> Coordinates:
        theta = observable.broadcast(jax.tree.map(lambda leaf: jnp.asarray(leaf, float), theta))
        many = lambda point: pull(point)[0]  # noqa: E731
        for _ in observable.plates(theta):
            many = jax.vmap(many)
        return many(theta)

    return pulled, shift


class _Run(NamedTuple):
    natural: Any
    mean: Any
    """The expectation at it, which the next step begins with: one look at the rows tells it and the density."""
    objective: Any
    count: Any
    trace: Any
    converged: Any
    """Whether the last step gained next to nothing."""
    lost: Any
    """Whether the last step led to where there is no finite density; the state is the one before it."""


@functools.partial(jax.jit, static_argnums=(0, 3))
def _climb(family: Any, key: Array, xs: Any, max_steps: int, tolerance: Array, pseudo_observations: Array) -> _Run:
    rows = _count(family, xs)
    share = pseudo_observations / (rows + pseudo_observations)
    guess = family.guess(key, xs)
    pseudo = family.decoupled(guess)

    def mixed(mean: Coordinates) -> Coordinates:
        return jax.tree.map(lambda a, b: (1 - share) * a + share * b, mean, pseudo)

    def objective(natural: Coordinates) -> Array:
        data = family.log_observable_density(natural, xs).sum() / rows
        return data + pseudo_observations / rows * family.expected_log_density(natural, pseudo)

    def seen(natural: Coordinates) -> tuple[Coordinates, Array]:
        return family.expectation(natural, xs), objective(natural)

    def step(run: _Run) -> _Run:
        natural = family.maximum(mixed(run.mean), run.natural)
        mean, after = seen(natural)
        better = after >= run.objective
        trace = run.trace.at[run.count].set(run.objective)
        lost = ~jnp.isfinite(after)
        still = (after - run.objective < tolerance) & ~lost
        natural, mean, after = jax.tree.map(
            lambda new, old: jnp.where(better, new, old), (natural, mean, after), (run.natural, run.mean, run.objective)
        )
        return _Run(natural, mean, after, run.count + 1, trace, still, lost)

    # A start from hard guesses needs some slack, or whatever has one row only has no variance.
    softened = jax.tree.map(lambda a, b: START * a + (1 - START) * b, guess, pseudo)
    natural = family.to_natural(softened)
    mean, density = seen(natural)
    first = _Run(natural, mean, density, jnp.zeros((), int), jnp.zeros(max_steps), *jnp.zeros((2,), bool))
    return jax.lax.while_loop(lambda run: ~run.converged & ~run.lost & (run.count < max_steps), step, first)


START = 0.95
"""How much of a start is the guess; the rest knows nothing of the dependence."""


def _count(family: Any, xs: Any) -> int:
    return math.prod(family.observable.plates_of_value(xs))


def flat(observable: Any, xs: Any) -> Any:
    """All observations as rows, also those of sequences."""
    dims = jax.tree.map(len, observable.value_dims, is_leaf=is_shape)
    return jax.tree.map(lambda leaf, n: leaf.reshape(-1, *leaf.shape[leaf.ndim - n :]), xs, dims)
