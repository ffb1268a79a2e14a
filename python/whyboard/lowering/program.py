"""`Program`: a network with its data, and the compiled readings that all networks of one structure share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard import registry
from whyboard.errors import DataError, SupportError
from whyboard.lowering.density import (
    Inputs,
    Structure,
    Values,
    evaluate,
    fisher_root,
    has_density,
    is_continuous,
    log_density,
)
from whyboard.lowering.flatten import NUMPY_DTYPES
from whyboard.lowering.network import Network
from whyboard.lowering.precision import double_precision

Noise = tuple[Array, ...]
Data = Mapping[str, tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Program:
    """What a solver sees. ``known`` and ``relevant`` are by node, in the shape of the node's values.

    An unobserved entry is *relevant* if something observed depends on it; the others are barren: they take no part in a
    fit and are predicted afterwards.
    """

    network: Network
    inputs: Inputs
    n_data: int
    known: tuple[np.ndarray, ...]
    relevant: tuple[np.ndarray, ...]

    @property
    def structure(self) -> Structure:
        """What the compiled functions depend on, besides array shapes."""
        return self.network.structure

    def zeros(self) -> Noise:
        """Noise 0 for every entry: each variable at the median of what it could be."""
        with double_precision():
            return tuple(jnp.zeros(known.shape) for known in self.known)

    def run(self, reading: str, *arguments: Any) -> Any:
        """Call a compiled reading with the inputs in front."""
        with double_precision():
            return compiled(reading, self.structure)(self.inputs, *arguments)

    def values(self, noise: Noise) -> list[np.ndarray]:
        """Values by node; unknown discrete entries are 0."""
        return [np.asarray(value) for value in self.run("values", noise).values]

    def sample(self, seed: int, count: int = 1) -> list[np.ndarray]:
        """``count`` draws of everything that is not known, along the arrows."""
        with double_precision():
            keys = jax.random.split(jax.random.key(seed), count)
            return [np.asarray(value) for value in self.run("draws", keys)]

    def log_joint(self, values: Mapping[str, Any]) -> float:
        """Log density of all variables at these values (by key), each given its parents."""
        return float(sum(self.log_joint_terms(values).values()))

    def log_joint_terms(self, values: Mapping[str, Any]) -> dict[str, float]:
        """The terms of `log_joint` by key."""
        keys = self.network.keys
        full = bind(self.network, {k: (np.asarray(v), np.ones(np.shape(v), bool)) for k, v in values.items()}, self.n_data)
        terms = full.run("terms", full.zeros())
        return {key: float(np.sum(np.asarray(term))) for key, term in zip(keys, terms, strict=True)}

    def check_density(self, noise: Noise) -> None:
        """Raise if an observed value has no finite density.

        Raises:
            SupportError: names the variable and the first such value.
        """
        terms = self.run("terms", noise)
        for index, term in enumerate(terms):
            bad = ~np.isfinite(np.asarray(term)) & self.known[index]
            if bad.any():
                place = tuple(int(i) for i in np.argwhere(bad)[0])
                value = np.asarray(self.inputs.data[index])[place]
                where = f"row {place[0]} of " if not self.structure[index].static else ""
                raise SupportError(
                    f"The value {value:.6g} in {where}'{self.network.paths[index]}' has no finite log density under "
                    f"{self.structure[index].distribution}. Check the data, or choose a distribution whose support holds it."
                )


def bind(network: Network, data: Data, n_data: int) -> Program:
    """A network with data.

    Args:
        network: from `flatten`.
        data: by key, values and a mask of what is observed; dynamic ones are ``(n_data, *shape)``.
        n_data: the number of rows.

    Raises:
        DataError: if a variable without a distribution is not filled completely, or data stand on a deterministic one.
    """
    values: list[np.ndarray] = []
    known: list[np.ndarray] = []
    for spec in network.structure:
        shape = spec.shape if spec.static else (n_data, *spec.shape)
        values.append(np.zeros(shape, NUMPY_DTYPES[spec.dtype]))
        known.append(np.zeros(shape, bool))
    for key, (array, mask) in data.items():
        index = network.owner.get(key)
        if index is None:
            continue
        known[index] = np.broadcast_to(mask, known[index].shape) | known[index]
        values[index] = np.where(np.broadcast_to(mask, known[index].shape), array, values[index]).astype(values[index].dtype)
    for index, spec in enumerate(network.structure):
        kind = registry.distributions[spec.distribution]
        path = network.paths[index]
        if kind.data_only and not known[index].all():
            gap = tuple(int(i) for i in np.argwhere(~known[index])[0])
            raise DataError(
                f"'{path}' has {spec.distribution}, so data must fill it completely; the entry at {gap} is missing. "
                "Link data without gaps, or give it another distribution."
            )
        if kind.deterministic and known[index].any():
            raise DataError(
                f"'{path}' is deterministic ({spec.distribution}) and cannot be observed. "
                "Give it a distribution with some width, or link the data to another variable."
            )
    with double_precision():
        inputs = Inputs(
            tuple(jnp.asarray(np.asarray(constant)) for constant in network.constants),
            tuple(jnp.asarray(value) for value in values),
            tuple(jnp.asarray(mask) for mask in known),
        )
    return Program(network, inputs, n_data, tuple(known), _relevant(network, known, n_data))


def _relevant(network: Network, known: list[np.ndarray], n_data: int) -> tuple[np.ndarray, ...]:
    """Entries on which something observed depends, row by row; elements of one vector stand together."""
    count = len(network.keys)
    below = [np.zeros(1 if network.structure[i].static else n_data, bool) for i in range(count)]
    for index in reversed(range(count)):
        spec = network.structure[index]
        seen = known[index].reshape(len(below[index]), -1).any(axis=1)
        whole = known[index].reshape(len(below[index]), -1).all(axis=1)
        # What is known completely screens its causes off from what lies below it.
        upward = seen | (below[index] & ~whole)
        for parent in network.parents[index]:
            if network.structure[parent].static or spec.static:
                below[parent] |= bool(upward.any())
            else:
                below[parent] |= upward
    return tuple(
        ~known[index]
        & below[index].reshape(-1, *(1,) * (known[index].ndim - (0 if network.structure[index].static else 1)))
        if not network.structure[index].static
        else ~known[index] & bool(below[index][0])
        for index in range(count)
    )


@lru_cache(maxsize=512)
def compiled(reading: str, structure: Structure) -> Callable[..., Any]:
    """The compiled reading of a structure; one table for all programs."""
    return jax.jit(partial(READINGS[reading], structure))


def _values(structure: Structure, inputs: Inputs, noise: Noise) -> Values:
    return evaluate(structure, inputs, noise)


def _terms(structure: Structure, inputs: Inputs, noise: Noise) -> tuple[Array, ...]:
    found = evaluate(structure, inputs, noise)
    return tuple(
        log_density(structure, index, value, parameters) if has_density(spec) else jnp.zeros(value.shape)
        for index, (spec, value, parameters) in enumerate(zip(structure, *found, strict=True))
    )


def _energy(structure: Structure, inputs: Inputs, noise: Noise) -> Array:
    """Negative log posterior of the noise, up to a constant."""
    total = jnp.zeros(())
    found = evaluate(structure, inputs, noise)
    for index, spec in enumerate(structure):
        known = inputs.known[index]
        if is_continuous(spec):
            total += 0.5 * jnp.sum(jnp.where(known, 0.0, noise[index] ** 2))
        if has_density(spec):
            term = log_density(structure, index, found.values[index], found.parameters[index])
            total -= jnp.sum(jnp.where(known, term, 0.0))
    return total


def roots(structure: Structure, inputs: Inputs, noise: Noise) -> Callable[[Noise], tuple[Array, ...]]:
    """The linear map from a change of the noise to scaled changes of the observed nodes' parameters.

    The Fisher metric of the data is its transpose times itself.
    """

    def parameters(noise: Noise) -> tuple[dict[str, Array], ...]:
        found = evaluate(structure, inputs, noise).parameters
        return tuple(each if has_density(spec) else {} for spec, each in zip(structure, found, strict=True))

    at, tangent = jax.linearize(parameters, noise)

    def apply(change: Noise) -> tuple[Array, ...]:
        moved = tangent(change)
        out: list[Array] = []
        for index, spec in enumerate(structure):
            if not has_density(spec) or registry.distributions[spec.distribution].fisher_root is None:
                continue
            known = inputs.known[index]
            for part in fisher_root(structure, index, at[index], moved[index]):
                mask = known.reshape(known.shape + (1,) * (part.ndim - known.ndim))
                out.append(jnp.where(mask, part, 0.0))
        return tuple(out)

    return apply


def _draws(structure: Structure, inputs: Inputs, keys: Array) -> tuple[Array, ...]:
    def draw(key: Array) -> tuple[Array, ...]:
        first, second = jax.random.split(key)
        noise_keys = jax.random.split(first, len(structure))
        noise = tuple(jax.random.normal(k, d.shape) for k, d in zip(noise_keys, inputs.data, strict=True))
        return evaluate(structure, inputs, noise, jax.random.split(second, len(structure))).values

    return jax.vmap(draw)(keys)


READINGS: dict[str, Callable[..., Any]] = {"values": _values, "terms": _terms, "draws": _draws, "energy": _energy}
"""Solvers add their own compiled steps here."""
