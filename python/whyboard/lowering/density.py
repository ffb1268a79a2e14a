"""The readings of a network as plain functions of arrays: values from noise, densities, Fisher roots.

`Inputs` holds everything that may change without compiling again. Dynamic variables have a leading row axis; the part of the
network that depends on rows is mapped over them, never unrolled.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from whyboard import registry
from whyboard.lowering.network import Leaf, NodeSpec, Number, Term

Structure = tuple[NodeSpec, ...]
DTYPES = {"float": jnp.float64, "int": jnp.int64, "bool": jnp.bool_}


class Inputs(NamedTuple):
    """Arguments of every reading: constants by slot; by node, the data and where they are known."""

    constants: tuple[Array, ...]
    data: tuple[Array, ...]
    known: tuple[Array, ...]


class Values(NamedTuple):
    """By node: the values and the canonical parameters they have."""

    values: tuple[Array, ...]
    parameters: tuple[dict[str, Array], ...]


def evaluate(structure: Structure, inputs: Inputs, noise: Sequence[Array], keys: Array | None = None) -> Values:
    """All values for given noise: known entries take their data, the rest follow from the noise.

    With ``keys`` (one for each node) entries that have no continuous map from noise are drawn; without, they stay 0.
    """
    static = [spec.static for spec in structure]
    values: dict[int, Array] = {}
    parameters: dict[int, dict[str, Array]] = {}

    def compute(index: int, values: dict[int, Array], data: Array, known: Array, z: Array, key: Array | None) -> Any:
        spec = structure[index]
        kind = registry.distributions[spec.distribution]
        given = {name: _value(term, values, inputs.constants) for name, term in spec.parameters}
        canonical = _spread(spec, kind.canonical(**given))
        if kind.data_only:
            return data, canonical
        if kind.deterministic:
            free = jnp.broadcast_to(canonical["mean"], spec.shape)
        elif kind.whiten is not None:
            free = kind.whiten(z, **canonical)
        elif key is not None:
            free = kind.sample(key, spec.shape, **canonical)
        else:
            return data, canonical
        return jnp.where(known, data, free.astype(DTYPES[spec.dtype])), canonical

    for index in range(len(structure)):
        if static[index]:
            key = None if keys is None else keys[index]
            values[index], parameters[index] = compute(
                index, values, inputs.data[index], inputs.known[index], noise[index], key
            )
    dynamic = [index for index in range(len(structure)) if not static[index]]
    if dynamic:
        rows = inputs.data[dynamic[0]].shape[0]
        row_keys = None if keys is None else [jax.random.split(keys[index], rows) for index in dynamic]

        def row(data: list[Array], known: list[Array], z: list[Array], row_key: list[Array] | None) -> Any:
            local = dict(values)
            found: list[dict[str, Array]] = []
            for place, index in enumerate(dynamic):
                key = None if row_key is None else row_key[place]
                local[index], canonical = compute(index, local, data[place], known[place], z[place], key)
                found.append(canonical)
            return [local[index] for index in dynamic], found

        row_values, row_parameters = jax.vmap(row)(
            [inputs.data[index] for index in dynamic],
            [inputs.known[index] for index in dynamic],
            [noise[index] for index in dynamic],
            row_keys,
        )
        values |= dict(zip(dynamic, row_values, strict=True))
        parameters |= dict(zip(dynamic, row_parameters, strict=True))
    order = range(len(structure))
    return Values(tuple(values[index] for index in order), tuple(parameters[index] for index in order))


def log_density(structure: Structure, index: int, value: Array, parameters: dict[str, Array]) -> Array:
    """Per element of a node (event axes summed), rows included."""
    spec = structure[index]
    kind = registry.distributions[spec.distribution]

    def element(value: Array, parameters: dict[str, Array]) -> Array:
        return kind.log_density(value, **parameters)

    return element(value, parameters) if spec.static else jax.vmap(element)(value, parameters)


def fisher_root(
    structure: Structure, index: int, parameters: dict[str, Array], tangents: dict[str, Array]
) -> tuple[Array, ...]:
    """The tangents of a node's parameters, scaled so that their squares sum to the Fisher information."""
    spec = structure[index]
    root = registry.distributions[spec.distribution].fisher_root
    assert root is not None
    return root(parameters, tangents) if spec.static else jax.vmap(root)(parameters, tangents)


def has_density(spec: NodeSpec) -> bool:
    """Whether observing this variable says anything by a density."""
    kind = registry.distributions[spec.distribution]
    return not (kind.data_only or kind.deterministic)


def is_continuous(spec: NodeSpec) -> bool:
    """Whether an unobserved entry is a function of standard normal noise."""
    return registry.distributions[spec.distribution].whiten is not None


def _spread(spec: NodeSpec, canonical: dict[str, Any]) -> dict[str, Array]:
    """Parameters at the full shape of the variable, so that one shared number counts once for each element."""
    kind = registry.distributions[spec.distribution]
    event = {parameter.name: parameter.event_ndim for parameter in kind.parameters}
    plates = spec.shape[: len(spec.shape) - kind.event_ndim]
    spread: dict[str, Array] = {}
    for name, value in canonical.items():
        # A whole number is as good a mean as any other; only a named deterministic keeps its dtype.
        array = jnp.asarray(value, None if kind.deterministic else jnp.float64)
        axes = array.shape[array.ndim - event.get(name, 0) :]
        spread[name] = jnp.broadcast_to(array, (*plates, *axes))
    return spread


def _value(term: Term, values: dict[int, Array], constants: tuple[Array, ...]) -> Array:
    if isinstance(term, Leaf):
        return values[term.node]
    if isinstance(term, Number):
        return constants[term.slot]
    operands = [_value(operand, values, constants) for operand in term.operands]
    return registry.operators[term.kind].evaluate(operands, _settings(term.settings))


@lru_cache(maxsize=4096)
def _settings(text: str) -> Any:
    return json.loads(text)
