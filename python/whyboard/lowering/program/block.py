"""What one block of lanes computes: values, densities, and the two directions of its derivative.

Blocks have the rows as last axis: own operands ``(lanes, width, rows)``, values ``(lanes, size, rows)``; operands from
the static table and constants have none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.lowering.program.kind import Kind
from whyboard.lowering.program.parameters import DTYPES, admitted, canonical


class Operands(NamedTuple):
    """What the block reads from the tables."""

    own: Array
    outer: Array


class Entries(NamedTuple):
    """What stands at the block's own rows.

    ``taken`` entries have their value from ``data``; of ``counted`` ones (always taken) the density matters. ``noise``
    gives the others.
    """

    noise: Array
    data: Array
    taken: Array
    counted: Array


def forward(kind: Kind, operands: Operands, constants: Array, entries: Entries, key: Array) -> tuple[Array, Array]:
    """Values and log densities.

    Where nothing is counted the density is 0, or NaN where a value is made with parameters outside their domains.
    """

    def one(own: Array, outer: Array, constants: Array, entries: Entries, key: Array) -> tuple[Array, Array]:
        parameters = canonical(kind, own, outer, constants)
        value = _value(kind, parameters, entries, key)
        density = _density(kind, parameters, value, entries, guard=True)
        if kind.distribution.data_only or kind.distribution.deterministic:
            return value, density
        sound = entries.taken | admitted(kind, own, outer, constants)
        return value, jnp.where(sound, density, jnp.nan)

    lanes, _, rows = entries.noise.shape
    keys = jax.random.split(key, (lanes, rows)) if _drawn(kind) else jnp.zeros((lanes, rows))
    return _over_lanes_and_rows(one)(operands.own, operands.outer, constants, entries, keys)


def moved(kind: Kind, operands: Operands, constants: Array, entries: Entries, change: Array) -> Array:
    """Values that differ by a change to first order: the noise moves as if the operands stayed where they are.

    So a positive value stays positive, and a change that comes from the operands needs no noise of their size.
    """

    def one(own: Array, outer: Array, constants: Array, entries: Entries, change: Array) -> Array:
        parameters = canonical(kind, own, outer, constants)

        def values(noise: Array) -> Array:
            return _value(kind, parameters, entries._replace(noise=noise), None)

        if kind.distribution.whiten is None:
            return values(entries.noise)
        if kind.distribution.affine:
            # A change of the value is one as it stands.
            return values(entries.noise) + change
        if kind.distribution.event_ndim:
            return values(entries.noise + _noise_change(kind, values, entries.noise, change))
        slope = jax.jvp(values, (entries.noise,), (jnp.ones_like(entries.noise),))[1]
        return values(entries.noise + jnp.where(slope == 0, 0.0, change / jnp.where(slope == 0, 1.0, slope)))

    return _over_lanes_and_rows(one)(operands.own, operands.outer, constants, entries, change)


def _noise_change(kind: Kind, values: Callable[[Array], Array], noise: Array, change: Array) -> Array:
    """The least change of the noise of each vector that changes its value so, to first order."""
    events = kind.distribution.event_ndim
    event = kind.shape[len(kind.shape) - events :]
    size = prod(event)
    units = jnp.broadcast_to(
        jnp.eye(size).reshape(size, *(1,) * (len(kind.shape) - events), *event), (size, *kind.shape)
    )
    slopes = jax.vmap(lambda unit: jax.jvp(values, (noise,), (unit,))[1])(units.reshape(size, kind.size))
    slopes = jnp.moveaxis(slopes.reshape(size, -1, size), 0, -1)
    # Each element in its own unit: small shares and entries of other scales count as much as the others.
    scale = jnp.linalg.norm(slopes, axis=-1, keepdims=True)
    scale = jnp.where(scale == 0, 1.0, scale)
    inverse = jnp.linalg.pinv(slopes / scale)
    return (inverse @ (change.reshape(-1, size, 1) / scale)).reshape(kind.size)


def push(
    kind: Kind, operands: Operands, constants: Array, entries: Entries, tangents: Operands, noise_tangent: Array
) -> Array:
    """The change of the values for a change of operands and noise."""

    def values(operands: Operands, noise: Array) -> Array:
        return _values(kind, operands, constants, entries._replace(noise=noise))

    return jax.jvp(values, (operands, entries.noise), (tangents, noise_tangent))[1]


def pull_density(
    kind: Kind, operands: Operands, constants: Array, entries: Entries, weight: Array
) -> tuple[Operands, Array]:
    """The slope of ``sum(weight * values) + sum(counted log densities)`` in operands and noise."""

    def total(operands: Operands, noise: Array) -> Array:
        def one(own: Array, outer: Array, constants: Array, entries: Entries, weight: Array) -> Array:
            parameters = canonical(kind, own, outer, constants)
            value = _value(kind, parameters, entries, None)
            density = _density(kind, parameters, value, entries, guard=False)
            return jnp.sum(weight * value) + jnp.sum(density)

        moved = entries._replace(noise=noise)
        return jnp.sum(_over_lanes_and_rows(one)(operands.own, operands.outer, constants, moved, weight))

    return jax.grad(total, argnums=(0, 1))(operands, entries.noise)


def pull_metric(
    kind: Kind, operands: Operands, constants: Array, entries: Entries, tangents: Operands, weight: Array
) -> tuple[Operands, Array]:
    """``weight`` plus the Fisher information times the change of the parameters, pulled back to operands and noise."""
    pulled, noise = _pulled(kind, operands, constants, entries, weight)
    if kind.distribution.undirected and kind.slots:
        return jax.tree.map(jnp.add, pulled, _bent(kind, operands, constants, entries.counted, tangents)), noise
    if kind.distribution.fisher_root is None or not kind.slots:
        return pulled, noise

    def root(tangents: Operands) -> tuple[Array, ...]:
        return _fisher_root(kind, operands, constants, entries.counted, tangents)

    scaled, back = jax.vjp(root, tangents)
    (informed,) = back(scaled)
    return jax.tree.map(jnp.add, pulled, informed), noise


def pull_root(
    kind: Kind, operands: Operands, constants: Array, entries: Entries, key: Array, weight: Array
) -> tuple[Operands, Array]:
    """``weight`` and a draw with the Fisher information as covariance, both pulled back to operands and noise."""
    pulled, noise = _pulled(kind, operands, constants, entries, weight)
    if not kind.slots or (kind.distribution.fisher_root is None and not kind.distribution.undirected):
        return pulled, noise

    def root(tangents: Operands) -> tuple[Array, ...]:
        rooted = _bent_root if kind.distribution.undirected else _fisher_root
        return rooted(kind, operands, constants, entries.counted, tangents)

    shapes, back = jax.vjp(root, jax.tree.map(jnp.zeros_like, operands))
    keys = jax.random.split(key, max(1, len(shapes)))
    (informed,) = back(tuple(jax.random.normal(k, s.shape) for k, s in zip(keys, shapes, strict=False)))
    return jax.tree.map(jnp.add, pulled, informed), noise


def _pulled(
    kind: Kind, operands: Operands, constants: Array, entries: Entries, weight: Array
) -> tuple[Operands, Array]:
    """``weight`` by value, pulled back to operands and noise."""

    def values(operands: Operands, noise: Array) -> Array:
        return _values(kind, operands, constants, entries._replace(noise=noise))

    _, transpose = jax.vjp(values, operands, entries.noise)
    return transpose(weight)


def _fisher_root(
    kind: Kind, operands: Operands, constants: Array, counted: Array, tangents: Operands
) -> tuple[Array, ...]:
    root = kind.distribution.fisher_root
    assert root is not None

    def one(
        own: Array, outer: Array, constants: Array, counted: Array, own_tangent: Array, outer_tangent: Array
    ) -> Any:
        def parameters(own: Array, outer: Array) -> dict[str, Array]:
            return _of_counted(kind, canonical(kind, own, outer, constants), counted)

        at, moved = jax.jvp(parameters, (own, outer), (own_tangent, outer_tangent))
        events = kind.distribution.event_ndim
        mask = counted.reshape(kind.shape).any(axis=tuple(range(len(kind.shape) - events, len(kind.shape))))
        return tuple(
            jnp.where(mask.reshape(mask.shape + (1,) * (part.ndim - mask.ndim)), part, 0.0) for part in root(at, moved)
        )

    return _over_lanes_and_rows(one, outer=(1, 5))(
        operands.own, operands.outer, constants, counted, tangents.own, tangents.outer
    )


def _bent(kind: Kind, operands: Operands, constants: Array, counted: Array, tangents: Operands) -> Operands:
    """The curvature of a factor, the negative second derivative of its log density, times a change of the operands."""

    def total(operands: Operands) -> Array:
        one = partial(_factor_density, kind)
        return jnp.sum(_over_lanes_and_rows(one)(operands.own, operands.outer, constants, counted))

    return jax.tree.map(jnp.negative, jax.jvp(jax.grad(total), (operands,), (tangents,))[1])


def _bent_root(
    kind: Kind, operands: Operands, constants: Array, counted: Array, tangents: Operands
) -> tuple[Array, ...]:
    """A square root of that curvature times a change of the operands; where it is negative, 0."""
    split = kind.width(own=True)

    def one(
        own: Array, outer: Array, constants: Array, counted: Array, own_tangent: Array, outer_tangent: Array
    ) -> Array:
        def density(both: Array) -> Array:
            return _factor_density(kind, both[:split], both[split:], constants, counted)

        bend, directions = jnp.linalg.eigh(-jax.hessian(density)(jnp.concatenate([own, outer])))
        root = jnp.sqrt(jnp.maximum(bend, 0.0))[:, None] * directions.T
        return root @ jnp.concatenate([own_tangent, outer_tangent])

    mapped = _over_lanes_and_rows(one, outer=(1, 5))
    return (mapped(operands.own, operands.outer, constants, counted, tangents.own, tangents.outer),)


def _factor_density(kind: Kind, own: Array, outer: Array, constants: Array, counted: Array) -> Array:
    found = canonical(kind, own, outer, constants)["log_density"]
    return jnp.sum(jnp.where(counted.reshape(kind.shape), found, 0.0))


def _values(kind: Kind, operands: Operands, constants: Array, entries: Entries) -> Array:
    def one(own: Array, outer: Array, constants: Array, entries: Entries) -> Array:
        return _value(kind, canonical(kind, own, outer, constants), entries, None)

    return _over_lanes_and_rows(one)(operands.own, operands.outer, constants, entries)


def _value(kind: Kind, parameters: dict[str, Array], entries: Entries, key: Array | None) -> Array:
    law: Any = kind.distribution
    if law.data_only:
        return entries.data
    if law.deterministic:
        free = jnp.broadcast_to(parameters["mean"], kind.shape)
    elif law.whiten is not None:
        if law.conditional is not None:
            known, data = entries.taken.reshape(kind.shape), entries.data.reshape(kind.shape)
            parameters = law.conditional(known, data, **parameters)
        free = law.whiten(entries.noise.reshape(kind.shape), **parameters)
    elif key is not None:
        free = law.sample(key, kind.shape, **parameters)
    else:
        return entries.data
    return jnp.where(entries.taken, entries.data, jnp.asarray(free, jnp.float64).reshape(kind.size))


def _density(kind: Kind, parameters: dict[str, Array], value: Array, entries: Entries, *, guard: bool) -> Array:
    law: Any = kind.distribution
    if law.data_only or law.deterministic:
        return jnp.zeros(kind.size)
    # What is not counted is judged at its own value, so that its density and slope are finite before they are masked.
    others = jax.lax.stop_gradient(value) if law.marginal is None else 0.0
    judged = jnp.where(entries.counted, entries.data, others).reshape(kind.shape)
    judged = judged.astype(DTYPES[kind.dtype])
    parameters = _of_counted(kind, parameters, entries.counted)
    terms = law.log_density(judged, **parameters)
    if guard:
        terms = jnp.where(law.in_support(judged, **parameters), terms, -jnp.inf)
    event = prod(kind.shape[len(kind.shape) - law.event_ndim :])
    counted = entries.counted.reshape(-1, event)
    # Where the first element is that counts.
    here = counted & (jnp.cumsum(counted, axis=-1) == 1)
    return jnp.where(here, jnp.reshape(terms, (-1, 1)), 0.0).ravel()


def _of_counted(kind: Kind, parameters: dict[str, Array], counted: Array) -> dict[str, Array]:
    """The parameters of that part of each event which counts."""
    marginal = kind.distribution.marginal
    return parameters if marginal is None else marginal(counted.reshape(kind.shape), **parameters)


def _drawn(kind: Kind) -> bool:
    law = kind.distribution
    return law.whiten is None and not law.data_only and not law.deterministic


def _over_lanes_and_rows(function: Callable[..., Any], outer: tuple[int, ...] = (1,)) -> Callable[..., Any]:
    """Map a function of one lane in one row; arguments in ``outer`` and the constants (the third) have no rows."""

    def mapped(*arguments: Any) -> Any:
        rows = tuple(None if place in outer or place == 2 else -1 for place in range(len(arguments)))
        return jax.vmap(jax.vmap(function, in_axes=rows, out_axes=-1))(*arguments)

    return mapped
