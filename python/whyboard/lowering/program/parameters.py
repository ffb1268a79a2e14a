"""The parameters of one lane in one row, by walking the tape of its kind."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from whyboard.lowering.program.kind import CallStep, Kind, Place
from whyboard.value_type import DType, Shape

DTYPES = {"float": jnp.float64, "int": jnp.int64, "bool": jnp.bool_}


def canonical(kind: Kind, own: Array, outer: Array, constants: Array) -> dict[str, Array]:
    """The canonical parameters of one lane in one row, in their full shape; arguments as for `given`."""
    law = kind.distribution
    events = {parameter.name: parameter.event_ndim for parameter in law.parameters}
    plates = kind.shape[: len(kind.shape) - law.event_ndim]
    full: dict[str, Array] = {}
    for name, found in law.canonical(**given(kind, own, outer, constants)).items():
        array = jnp.asarray(found)
        event = events.get(name, 0)
        full[name] = jnp.broadcast_to(array, (*plates, *array.shape[max(0, array.ndim - event) :]))
    return full


def admitted(kind: Kind, own: Array, outer: Array, constants: Array) -> Array:
    """Whether all parameters of one lane in one row lie in their domains; arguments as for `given`."""
    domains = {parameter.name: parameter for parameter in kind.distribution.parameters}
    found = given(kind, own, outer, constants)
    return jnp.all(jnp.asarray([jnp.all(domains[name].admits(value)) for name, value in found.items()]))


def given(kind: Kind, own: Array, outer: Array, constants: Array) -> dict[str, Array]:
    """The parameters of one lane in one row by the names under which they were set.

    Args:
        kind: the signature.
        own: ``(kind.width(own=True),)``.
        outer: ``(kind.width(own=False),)``.
        constants: ``(kind.constant_width,)``.
    """
    slots = _unpacked(kind, own, outer)
    numbers: list[Array] = []
    start = 0
    for constant in kind.constants:
        numbers.append(
            _typed(constants[start : start + constant.size], constant.stacked, constant.shape, constant.dtype)
        )
        start += constant.size
    results: list[Array] = []
    sources = {"slot": slots, "constant": numbers, "result": results}

    def value(place: Place) -> Array:
        return sources[place.source][place.number]

    for step in kind.tape:
        if isinstance(step, CallStep):
            results.append(
                jnp.asarray(step.operator.evaluate([value(place) for place in step.operands], dict(step.settings)))
            )
            continue
        total = value(step.constant)
        for group in step.groups:
            product = _weighted(value(group.weight), [value(place) for place in group.factors], group.stacked)
            total = total + product
        results.append(jnp.broadcast_to(total, step.shape))
    return {name: value(place) for name, place in kind.parameters}


def _weighted(weight: Array, factors: list[Array], stacked: bool) -> Array:
    if not stacked:
        for factor in factors:
            weight = weight * factor
        return weight
    depth = max(each.ndim for each in (weight, *factors))
    product = _deepened(weight, depth)
    for factor in factors:
        product = product * _deepened(factor, depth)
    return jnp.sum(product, axis=0)


def _deepened(array: Array, depth: int) -> Array:
    """New axes after the first, so that stacked values of fewer axes broadcast."""
    return array.reshape(array.shape[0], *(1,) * (depth - array.ndim), *array.shape[1:])


def _unpacked(kind: Kind, own: Array, outer: Array) -> list[Array]:
    starts = {True: 0, False: 0}
    slots: list[Array] = []
    for slot in kind.slots:
        start = starts[slot.own]
        starts[slot.own] = start + slot.size
        vector = own if slot.own else outer
        slots.append(_typed(vector[start : start + slot.size], slot.stacked, slot.shape, slot.dtype))
    return slots


def _typed(vector: Array, count: int | None, shape: Shape, dtype: DType) -> Array:
    array = vector.reshape(shape if count is None else (count, *shape))
    return array if dtype == "float" else array.astype(DTYPES[dtype])
