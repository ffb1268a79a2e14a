"""Means and variances of what is only predicted: known given its causes, averaged over draws of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.lowering.network import NodeSpec
from whyboard.lowering.potential.known_values import KnownValues
from whyboard.lowering.potential.rows import rows_of
from whyboard.lowering.program import Program
from whyboard.precision import double_precision


def predicted(program: Program, node: int, worlds: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of a node, exact where its parameters are the same in every draw.

    Mathematically, $E[x] = E[E[x | pa]]$ and $Var[x] = E[Var[x | pa]] + Var[E[x | pa]]$.

    Args:
        program: the model.
        node: which one.
        worlds: by node, draws of all values, ``(draws, *shape)``.
    """
    spec, drawn = program.structure[node], np.asarray(worlds[node], float)
    law: Any = spec.law
    stated = law.mean is not None and law.variance is not None
    if law.data_only or law.deterministic or law.undirected or not law.proper or not stated:
        return drawn.mean(axis=0), drawn.var(axis=0)
    shape = drawn.shape[1:]

    def given_causes(values: Sequence[Array]) -> tuple[Array, Array]:
        canonical = causes_of(program, node, values)
        mean, variance = law.mean(**canonical), law.variance(**canonical)
        return jnp.broadcast_to(mean, shape), jnp.broadcast_to(variance, shape)

    with double_precision():
        means, variances = (np.asarray(part) for part in jax.vmap(given_causes)([jnp.asarray(each) for each in worlds]))
    return means.mean(axis=0), variances.mean(axis=0) + means.var(axis=0)


def causes_of(program: Program, node: int, values: Sequence[Array]) -> dict[str, Array]:
    """The canonical parameters of a node where all values are known, by row."""
    spec = program.structure[node]
    rows = rows_of(program.timeline)
    reading = KnownValues(program.structure, program.network.constants, values, rows=rows)
    parts = {name: (*reading.value(term), name) for name, term in spec.parameters}
    return spec.law.canonical(**{name: _by_row(spec, *part) for name, part in parts.items()})


def _by_row(spec: NodeSpec, array: Array, dynamic: bool, name: str) -> Array:
    """A parameter of which each row broadcasts with a row of values."""
    if not dynamic:
        return array
    law: Any = spec.law
    events = next(parameter.event_ndim for parameter in law.parameters if parameter.name == name)
    ndim = len(spec.shape) - law.event_ndim + events
    return array.reshape(array.shape[0], *(1,) * (ndim - array.ndim + 1), *array.shape[1:])
