"""Where beliefs start whose prior is no formula of moments: at the median that the causes tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.lowering.network import Apply, Leaf, Term
from whyboard.lowering.potential.arguments import bounds_at
from whyboard.lowering.potential.known_values import KnownValues
from whyboard.lowering.potential.potential import Arguments, Latent, Potential
from whyboard.lowering.program import Program
from whyboard.precision import double_precision

STEP = 0.1
"""How far from the median, in standard deviations, the slope of the map from noise is taken."""


class Median(NamedTuple):
    """In the layout of a latent variable, of its coordinate: the middle, and about one standard deviation."""

    middle: Any
    width: Any


def medians(program: Program, potential: Potential, arguments: Arguments) -> dict[int, Median]:
    """By latent node whose prior is no formula of moments."""
    wanted = [each for each in potential.latents if any(map(potential.whole, each.nodes)) and not each.layout.span]
    if not wanted:
        return {}
    with double_precision():
        walk = _Walk(program)
        return {latent.node: walk.median(latent, arguments) for latent in wanted}


class _Walk:
    """Values of all causes at noise 0."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.values: list[np.ndarray] = list(program.evidence.values)
        self.done: set[int] = set()

    def median(self, latent: Latent, arguments: Arguments) -> Median:
        found = {node: self.by_noise(latent, node) for node in latent.nodes}
        return Median(
            *(latent.stored({node: pair[part] for node, pair in found.items()}, arguments.rows) for part in (0, 1))
        )

    def by_noise(self, latent: Latent, node: int) -> tuple[Array, Array]:
        """Middle and width of a variable, in the shape of values."""
        law, ndim = self.program.structure[node].law, self.values[node].ndim
        place: Callable[[Any], Array] = jnp.asarray
        if latent.coordinate is not None:
            self.settle([term for _, term in latent.coordinate.terms])
            place = bounds_at(latent.coordinate, self.program.network, self.values, ndim).coordinate
        if law.whiten is None:
            middle, width = jnp.zeros(self.values[node].shape), jnp.ones(self.values[node].shape)
        else:
            parameters = self.parameters(node)
            middle, above = (place(law.whiten(z, **parameters)) for z in (jnp.zeros(()), jnp.asarray(STEP)))
            width = jnp.abs(above - middle) / STEP
        shape = self.values[node].shape
        return jnp.broadcast_to(middle, shape), jnp.broadcast_to(width, shape)

    def parameters(self, node: int) -> dict[str, Any]:
        """The canonical parameters of a node, given its causes."""
        spec, network = self.program.structure[node], self.program.network
        terms = [term for _, term in spec.parameters]
        self.settle(terms)
        known = KnownValues(network.structure, network.constants, self.values)
        found = known.whole(spec.parameters, self.values[node].ndim)
        return spec.law.canonical(**dict(zip([name for name, _ in spec.parameters], found, strict=True)))

    def settle(self, terms: Sequence[Term]) -> None:
        """Fill in the medians of what is not known among the leaves."""
        for term in terms:
            if isinstance(term, Apply):
                # What a row reads of earlier ones is taken as it stands: a start need not be exact.
                self.settle(term.operands if term.kind != "TimeShift" else term.operands[1:])
            elif isinstance(term, Leaf) and term.node not in self.done:
                self.done.add(term.node)
                self.fill(term.node)

    def fill(self, node: int) -> None:
        law, taken = self.program.structure[node].law, self.program.evidence.taken[node]
        if taken.all() or (law.whiten is None and not law.deterministic):
            return
        parameters = self.parameters(node)
        shape = self.values[node].shape
        found = parameters["mean"] if law.whiten is None else law.whiten(jnp.zeros(shape), **parameters)
        self.values[node] = np.where(taken, self.values[node], np.broadcast_to(np.asarray(found), shape))
