"""The compiled readings of a plan: one table of functions for all programs, keyed by structure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.lowering.program import loops
from whyboard.lowering.program.stack import Plan
from whyboard.lowering.program.tables import Observed, Schedules, Tables
from whyboard.precision import compiler_options


class Readings(NamedTuple):
    """Jitted functions of ``(schedules, observed, ...)``.

    All but `slope` map over the first axis of their last arguments.
    """

    forward: Callable[..., tuple[Tables, Tables, Array]]
    slope: Callable[..., Tables]
    draw: Callable[..., Tables]
    push: Callable[..., Tables]
    pull: Callable[..., Tables]
    pull_root: Callable[..., Tables]


@lru_cache(maxsize=256)
def readings(plan: Plan, *, brief: bool) -> Readings:
    """The functions of a structure. Nothing is compiled before it is used.

    Args:
        plan: what compiled code depends on.
        brief: whether they are for tables of few numbers, so that how fast they are compiled counts.
    """
    functions = (_forward, _slope, _draw, _push, _pull, _pull_root)
    how = compiler_options(brief=True) if brief else None
    return Readings(*(jax.jit(partial(function, plan), compiler_options=how) for function in functions))


def _forward(
    plan: Plan, schedules: Schedules, observed: Observed, prior: Tables, noise: Tables, keys: Array
) -> tuple[Tables, Tables, Array]:
    """Values, log densities (see `block.forward`), and the negative log posterior of the noise."""

    def one(noise: Tables, key: Array) -> tuple[Tables, Tables, Array]:
        values, densities = loops.forward(plan, schedules, observed, noise, jax.random.wrap_key_data(key))
        priors = [jnp.sum(jnp.where(p, z**2, 0.0)) / 2 for p, z in zip(prior, noise, strict=True)]
        likelihoods = [jnp.sum(jnp.where(c, d, 0.0)) for c, d in zip(observed.counted, densities, strict=True)]
        return values, densities, priors[0] + priors[1] - likelihoods[0] - likelihoods[1]

    return jax.vmap(one)(noise, keys)


def _slope(
    plan: Plan,
    schedules: Schedules,
    observed: Observed,
    active: Tables,
    prior: Tables,
    noise: Tables,
    values: Tables,
) -> Tables:
    """The gradient of the negative log posterior; 0 where nothing is to be inferred."""
    found = loops.pull_density(plan, schedules, observed, noise, values)
    return Tables(
        *(jnp.where(a, jnp.where(p, z, 0.0) - g, 0.0) for a, p, z, g in zip(active, prior, noise, found, strict=True))
    )


def _draw(
    plan: Plan,
    schedules: Schedules,
    observed: Observed,
    inferred: Tables,
    mode: tuple[Tables, Tables],
    noise: Tables,
    changes: Tables,
    keys: Array,
) -> Tables:
    def one(noise: Tables, change: Tables, key: Array) -> Tables:
        return loops.draw(plan, schedules, observed, inferred, mode, noise, change, jax.random.wrap_key_data(key))

    return jax.vmap(one)(noise, changes, keys)


def _push(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, tangents: Tables
) -> Tables:
    return jax.vmap(lambda tangent: loops.push(plan, schedules, observed, noise, values, tangent))(tangents)


def _pull(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, changes: Tables
) -> Tables:
    return jax.vmap(lambda change: loops.pull_metric(plan, schedules, observed, noise, values, change))(changes)


def _pull_root(
    plan: Plan, schedules: Schedules, observed: Observed, noise: Tables, values: Tables, keys: Array
) -> Tables:
    return jax.vmap(
        lambda key: loops.pull_root(plan, schedules, observed, noise, values, jax.random.wrap_key_data(key))
    )(keys)
