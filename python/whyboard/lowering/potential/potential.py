"""The third reading of a graph: `Potential`, the expected log joint as a function of the moments of what is not known.

It is linear in the moments of each latent variable, so its gradient there is the natural parameter of the best belief:
the prior, the messages of all children, sums over plates, masks and gathers at once.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.families import CountMoments, FirstMoment, Normalised, NormalMoments
from whyboard.lowering.network import NodeSpec
from whyboard.lowering.potential.affine import weighted_sum
from whyboard.lowering.potential.chain import lag
from whyboard.lowering.potential.concatenation import Concatenation
from whyboard.lowering.potential.contraction import product
from whyboard.lowering.potential.coordinate import Coordinate
from whyboard.lowering.potential.expectation import Expectation
from whyboard.lowering.potential.image import Image, Slot
from whyboard.lowering.potential.layout import Layout, in_layout, out_of_layout
from whyboard.lowering.potential.multiaffine import Plates
from whyboard.lowering.potential.multilinear import ROW, Choice, squared
from whyboard.lowering.potential.quadrature import is_sampled
from whyboard.lowering.potential.rows import Rows

Moments = dict[int, Any]
"""By latent node, moments as its family has them, ``(*plates, *dims)``."""


class Arguments(NamedTuple):
    """The numbers of a potential: changing them compiles nothing."""

    constants: tuple[Any, ...]
    values: tuple[Any, ...]
    weights: tuple[Any, ...]
    """By node, 1 where an entry counts: it is observed, or inferred."""
    observed: tuple[Any, ...]
    """By node, 1 where an entry is observed."""
    free: dict[int, Any]
    """By latent node, in its layout, where it is inferred."""
    given: dict[int, Any]
    """By latent node, in its layout, the values elsewhere."""
    rows: Rows | None = None
    """How the rows of the data follow each other."""


class Latent(NamedTuple):
    """A variable with a belief, or one of several that have one together.

    Several normal variables are the elements of a ``whole``, whose layout this is. A normal variable and its precision
    are ``parts`` that have plates in common; the family tells moments ``apart``.
    """

    node: int
    family: Normalised
    layout: Layout
    parts: tuple[Latent, ...] = ()
    coordinate: Coordinate | None = None
    """What the belief and all stored values are about, if that is not the variable itself."""
    concatenation: Concatenation | None = None

    @property
    def plain(self) -> bool:
        """Whether it is one variable of which family and layout tell everything."""
        return not (self.parts or self.layout.span or self.coordinate or self.concatenation)

    @property
    def nodes(self) -> tuple[int, ...]:
        """The nodes of the variables."""
        if self.concatenation is not None:
            return self.concatenation.nodes
        return tuple(part.node for part in self.parts) or (self.node,)

    def stored(self, arrays: Mapping[int, Any], rows: Rows | None = None) -> Any:
        """Values by node, as the moments of the belief are stored; not of ``parts``."""
        values = arrays[self.node] if self.concatenation is None else self.concatenation.joined(arrays)
        return in_layout(values, self.layout, rows)

    def by_node(self, stored: Any, rows: Rows | None = None) -> dict[int, Any]:
        """The way back, for ``parts`` too: values in the shape of each variable."""
        if self.parts:
            pairs = zip(self.parts, stored, strict=True)
            return {part.node: out_of_layout(np.asarray(each), part.layout, rows) for part, each in pairs}
        values = out_of_layout(np.asarray(stored), self.layout, rows)
        return {self.node: values} if self.concatenation is None else self.concatenation.apart(values)


class Factor(NamedTuple):
    """The expected log density of one node."""

    node: int
    plates: tuple[int | None, ...]
    slots: tuple[Slot, ...]
    choices: tuple[Choice, ...]
    reads: frozenset[int]
    joint: Choice | None = None
    """The category itself, where an earlier one of its own chooses its probabilities."""
    whole: bool = False
    """Whether the only slot is the log density itself."""

    def spans(self) -> dict[int, int]:
        """By node, how many rows apart it is read at once."""
        found: dict[int, int] = {}
        chosen = [choice.read for choice in self.choices] + ([self.joint.read] if self.joint else [])
        squares = (squared(slot.form, slot.again) for slot in self.slots if slot.kind is NormalMoments)
        for reads in (chosen, *(monomial.reads for monomial in itertools.chain(*squares))):
            for one, other in itertools.combinations(reads, 2):
                if one.node == other.node:
                    found[one.node] = max(found.get(one.node, 0), abs(lag(one) - lag(other)))
        return found


@dataclass(frozen=True)
class Potential:
    """What updates and bounds are computed from; equal ones share their compiled programs."""

    structure: tuple[NodeSpec, ...]
    factors: tuple[Factor, ...]
    latents: tuple[Latent, ...]
    inlined: frozenset[int]
    images: tuple[Image, ...] = ()
    """Moments that follow from others; forms number them after the nodes."""

    @functools.cached_property
    def sampled(self) -> frozenset[int]:
        """The latent variables whose message depends on their own belief."""
        return frozenset().union(*(image.bases for image in self.images if is_sampled(image)))

    def whole(self, node: int) -> bool:
        """Whether the log density of a node itself is no formula of moments."""
        return any(factor.whole for factor in self.factors if factor.node == node)

    @functools.cached_property
    def believed(self) -> dict[int, Latent]:
        """By node, its latent variable, or the joint one that it belongs to."""
        return {node: latent for latent in self.latents for node in latent.nodes}

    def latent(self, node: int) -> Latent:
        """The latent variable of a node that has a belief."""
        return self.believed[node]

    def log_base_measure(self, factor: Factor, arguments: Arguments) -> Array:
        """Of the values of a node, what its formula leaves out."""
        spec = self.structure[factor.node]
        values = jnp.asarray(arguments.values[factor.node])
        expectation = Expectation(self.structure, arguments.constants, arguments.values, {}, {}, self.inlined)
        if factor.whole:
            # The density of a coordinate counts the change of volume, that of an observed value does not.
            latent = self.believed.get(factor.node)
            if latent is None or latent.coordinate is None:
                return jnp.zeros(())
            coordinate = latent.coordinate
            bounds = coordinate.bounds(expectation.known.whole(coordinate.terms, values.ndim))
            return -bounds.log_slope(bounds.coordinate(values))
        if spec.law.log_base_measure is None and not spec.law.states_family():
            return jnp.zeros(())
        if spec.law.log_base_measure is None:
            return self._family(factor).log_base_measure(values)
        rows = () if spec.static else (ROW,)
        constants = {
            slot.name: expectation.moments_of(slot.form, float, 0, (*rows, *factor.plates), None)
            for slot in factor.slots
            if slot.kind is float
        }
        return spec.law.log_base_measure(values, **constants)

    def _family(self, factor: Factor) -> Any:
        """The family of one element of a node's value."""
        spec = self.structure[factor.node]
        law = spec.law
        events = {slot.name: slot.form.shape[len(slot.form.shape) - len(slot.events) :] for slot in factor.slots}
        return law.family(spec.shape[len(spec.shape) - law.event_ndim :], events)

    def terms(
        self,
        moments: Mapping[int, Any],
        arguments: Arguments,
        reading: int | None = None,
        own: frozenset[int] | None = None,
    ) -> dict[int, Array]:
        """The expected log densities by node, summed over what counts.

        Args:
            moments: by latent node.
            arguments: the numbers.
            reading: only factors that read this node.
            own: only the factors of these nodes.
        """
        wanted, latents = self._wanted(reading, own)
        single = [(part, moment) for latent in latents for part, moment in _apart(latent, moments[latent.node])]
        expectation = Expectation(
            self.structure,
            arguments.constants,
            arguments.values,
            {part.node: moment for part, moment in single},
            {part.node: part.layout for part, _ in single},
            self.inlined,
            self.images,
            arguments.rows,
        )
        return {factor.node: self._term(factor, expectation, arguments) for factor in wanted}

    def message(
        self, node: int, moments: Mapping[int, Any], arguments: Arguments, own: frozenset[int] | None = None
    ) -> Any:
        """The natural parameters of the best belief about a node, given the moments of all others.

        Args:
            node: a latent one.
            moments: by latent node.
            arguments: the numbers.
            own: what the factors of these nodes alone tell.
        """
        _, latents = self._wanted(node, own)
        others = {latent.node: moments[latent.node] for latent in latents}

        def total(of: Any) -> Array:
            return sum(self.terms({**others, node: of}, arguments, node, own).values(), start=jnp.zeros(()))

        return jax.grad(total)(moments[node])

    def prior(self, node: int, moments: Mapping[int, Any], arguments: Arguments) -> Any:
        """The natural parameters that the parents alone tell."""
        return self.message(node, moments, arguments, frozenset(self.latent(node).nodes))

    def _wanted(self, reading: int | None, own: frozenset[int] | None) -> tuple[list[Factor], list[Latent]]:
        """The factors that read a node and are of some nodes, and the latent variables that they read."""
        read = None if reading is None else self.latent(reading).nodes
        wanted = [
            each
            for each in self.factors
            if (read is None or not each.reads.isdisjoint(read)) and (own is None or each.node in own)
        ]
        reads = frozenset().union(*(factor.reads for factor in wanted))
        return wanted, [latent for latent in self.latents if not reads.isdisjoint(latent.nodes)]

    def _term(self, factor: Factor, expectation: Expectation, arguments: Arguments) -> Array:
        spec = self.structure[factor.node]
        law = spec.law
        rows = () if spec.static else (ROW,)
        chosen = tuple(choice.letter for choice in factor.choices)
        head = (*chosen, *rows, *factor.plates)
        values = {slot.name: expectation.argument(slot, head) for slot in factor.slots}
        if factor.joint is not None:
            # The category and the earlier one that chooses its probabilities, counted together.
            together = expectation.counts((factor.joint, *factor.choices))
            values["x"] = CountMoments(product(together, (*head, factor.joint.letter)))
        choices = () if factor.joint is not None else factor.choices
        counts = [product([each], head) for each in expectation.counts(choices)]
        mask = jnp.asarray(arguments.weights[factor.node])
        mask = mask.reshape((1,) * len(chosen) + mask.shape)
        plates = Plates(head, np.broadcast_shapes(mask.shape, *(count.shape for count in counts)))
        formula = _itself if factor.whole else law.expected_log_density
        return weighted_sum(formula, values.pop("x"), values, plates, mask, counts)


def _itself(x: FirstMoment) -> Array:
    return jnp.asarray(x.first)


def _apart(latent: Latent, moments: Any) -> list[tuple[Latent, Any]]:
    """The moments by which factors read each variable of a belief."""
    if not latent.parts:
        return [(latent, moments)]
    family: Any = latent.family
    return list(zip(latent.parts, family.apart(moments), strict=True))
