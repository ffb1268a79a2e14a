"""Values of variables of which the belief is about a coordinate: from what is stored, and back."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np

from whyboard.lowering.potential.arguments import bounds_at
from whyboard.lowering.potential.layout import out_of_layout
from whyboard.lowering.potential.potential import Arguments, Latent
from whyboard.lowering.potential.quadrature import rule
from whyboard.lowering.program import Program
from whyboard.lowering.terms import leaves
from whyboard.precision import double_precision


def coordinates_of(program: Program, latent: Latent, values: np.ndarray) -> np.ndarray:
    """What the belief is about, at values of the variable; the values themselves where it is about them."""
    if latent.coordinate is None:
        return values
    bounds = bounds_at(latent.coordinate, program.network, program.evidence.values, len(latent.layout.sizes))
    with double_precision():
        return np.asarray(bounds.coordinate(values))


def values_of(
    program: Program, latent: Latent, array: np.ndarray, draws: Mapping[int, np.ndarray] | None = None
) -> np.ndarray:
    """Values from what the belief is about, in the shape of values.

    Args:
        program: of the variable.
        latent: the variable.
        array: one such value, or several where there are draws.
        draws: by node, as many of variables that come earlier.
    """
    coordinate, known = latent.coordinate, program.evidence.values
    if coordinate is None:
        return array
    uncertain = {node: draws[node] for node in edge_nodes(latent) if node in draws} if draws else {}

    def at(drawn: Mapping[int, Any], some: Any) -> Any:
        values = [drawn.get(node, value) for node, value in enumerate(known)]
        return bounds_at(coordinate, program.network, values, len(latent.layout.sizes)).value(some)

    with double_precision():
        return np.asarray(jax.vmap(at)(uncertain, array) if uncertain else at({}, array))


def edge_nodes(latent: Latent) -> set[int]:
    """The nodes that the edges of a variable depend on."""
    terms = latent.coordinate.terms if latent.coordinate is not None else ()
    return set(itertools.chain(*(leaves(term) for _, term in terms)))


def value_moments(
    program: Program, latent: Latent, arguments: Arguments, natural: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of values whose edges are known, by quadrature over the coordinate."""
    mean, variance = latent.family.value_moments(jax.tree.map(np.asarray, natural))
    # What is known has no spread of its own in the natural parameters.
    free = np.asarray(arguments.free[latent.node])
    middle, width = (
        out_of_layout(np.where(free, each, 0.0), latent.layout, arguments.rows) for each in (mean, np.sqrt(variance))
    )
    nodes, weights = rule(1)
    values = np.stack([values_of(program, latent, middle + width * node) for (node,) in nodes])
    first = np.tensordot(weights, values, 1)
    return first, np.tensordot(weights, (values - first) ** 2, 1)


def stated_as(latent: Latent, natural: Any) -> tuple[str, dict[str, Any]] | None:
    """The distribution that a belief about single elements is: a log-normal one, where values are positive."""
    assert latent.coordinate is not None
    if not latent.coordinate.positive or latent.layout.block:
        return None
    mean, variance = latent.family.value_moments(jax.tree.map(np.asarray, natural))
    found = {"mean_log": mean, "variance_log": variance}
    return "LogNormalDistribution", {
        name: out_of_layout(np.asarray(each), latent.layout) for name, each in found.items()
    }
