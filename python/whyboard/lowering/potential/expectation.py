"""`Expectation`: the moments of forms, from known values and the moments of latent variables.

A variable that a product holds once is read by its first moment, one that it holds twice by its second moment, at both
places. So what comes out is linear in the moments of each variable.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.families import (
    CountMoments,
    FirstMoment,
    MatrixMoments,
    NormalMoments,
    PositiveMoments,
    SimplexMoments,
)
from whyboard.families.known import known_moments
from whyboard.families.logarithm import logarithm
from whyboard.lowering.network import NodeSpec
from whyboard.lowering.potential.chain import ChainReading, lag
from whyboard.lowering.potential.contraction import (
    MANY,
    Operand,
    Products,
    operand,
    product,
    sum_of_products,
)
from whyboard.lowering.potential.image import Image, Slot
from whyboard.lowering.potential.known_values import KnownValues
from whyboard.lowering.potential.layout import Layout
from whyboard.lowering.potential.multilinear import (
    At,
    Choice,
    Form,
    Known,
    Letter,
    Mask,
    Monomial,
    Read,
    independent,
    pairs,
    squared,
)
from whyboard.lowering.potential.rows import Rows


class Expectation:
    """Moments of forms inside one run of a program.

    Args:
        structure: the nodes.
        constants: their numbers.
        values: by node, the data.
        moments: by latent node, its moments as its layout stores them.
        layouts: by latent node.
        inlined: deterministic nodes that are read as their means.
        images: moments that follow from others.
    """

    def __init__(
        self,
        structure: Sequence[NodeSpec],
        constants: Sequence[Any],
        values: Sequence[Any],
        moments: Mapping[int, Any],
        layouts: Mapping[int, Layout],
        inlined: frozenset[int],
        images: Sequence[Image] = (),
        rows: Rows | None = None,
    ) -> None:
        self.known = KnownValues(structure, constants, values, inlined, rows)
        self.chains = {node: ChainReading(moments[node], at, rows) for node, at in layouts.items() if at.span}
        self.moments = {**moments, **{node: chain.rows for node, chain in self.chains.items()}}
        self.layouts = {node: layout.row_by_row for node, layout in layouts.items()}
        self.images = images
        self._imagined: dict[int, tuple[Any, Layout]] = {}

    # --- latent variables and what follows from them -----------------------------------------------------------------

    def stored(self, node: int) -> tuple[Any, Layout]:
        """The moments of a latent variable or of an image, and how they are stored."""
        if node in self.moments:
            return self.moments[node], self.layouts[node]
        if node not in self._imagined:
            image = self.images[node - len(self.known.structure)]
            moments = image.evaluate([self._operand(slot, image.head) for slot in image.slots])
            self._imagined[node] = moments, image.layout(moments)
        return self._imagined[node]

    def _operand(self, slot: Slot, head: Sequence[int]) -> Any:
        split = len(slot.form.axes) - (len(slot.events) if slot.kind is not CountMoments else 0)
        out = (*head, *slot.form.axes[:split], *slot.events)
        return self.moments_of(slot.form, slot.kind, len(slot.events), out, slot.again)

    # --- sums of products --------------------------------------------------------------------------------------------

    def sum_of(self, monomials: Sequence[Monomial], out: Sequence[int | None]) -> Array:
        """The expectation of a sum of monomials, with these axes."""
        return sum_of_products([self._operands(monomial) for monomial in monomials], out)

    def _operands(self, monomial: Monomial) -> list[Operand]:
        reads: dict[int, list[Read]] = {}
        operands: list[Operand] = []
        for factor in monomial.factors:
            if isinstance(factor, Read):
                reads.setdefault(factor.node, []).append(factor)
                continue
            if isinstance(factor, Mask):
                operands.append(self._mask(factor))
                continue
            array, letters = self.known.read(self.known.array(factor.source), factor.places)
            operands.append(
                (array.astype(float) ** factor.power if factor.power != 1 else array.astype(float), letters)
            )
        for node, found in reads.items():
            operands.append(self._moment(node, found))
        return operands

    def _normal(self, form: Form, out: Sequence[int | None], again: int | None) -> NormalMoments:
        r"""The expectations of a form and of its square, with the axes of ``out`` and, for a vector, ``again``.

        Mathematically, of independent parts, $E[(\sum_i a_i)^2] = (\sum_i E a_i)^2 + \sum_i (E[a_i^2] - (E a_i)^2)$:
        many of them take no product for each pair.
        """
        out = tuple(out)
        wide = out if again is None else (*out, again)
        parts = independent(form.monomials)
        first = Products([self._operands(monomial) for monomial in form.monomials], out)
        if len(parts) < MANY:
            return NormalMoments(first, Products([self._operands(each) for each in squared(form, again)], wide))
        mean = first.summed()
        beside = out if again is None else (*out[:-1], again)
        operands = [[operand(mean, out), operand(mean, beside)]]
        for part in parts:
            for factors, copies in pairs(form._replace(monomials=part), again):
                operands.append(self._operands(Monomial((*factors, *copies))))
                apart = [*self._operands(Monomial(factors)), *self._operands(Monomial(copies))]
                operands.append([(jnp.asarray(-1.0), []), *apart])
        return NormalMoments(Products([[operand(mean, out)]], out), Products(operands, wide))

    def _moment(self, node: int, reads: Sequence[Read]) -> tuple[Array, list[int]]:
        """The first moment at one place, the second at two."""
        moments, layout = self.stored(node)
        if len({lag(read) for read in reads}) > 1:
            return self._neighbours(node, reads)
        head = tuple(reads[0].places[axis] for axis in layout.plates)
        tails = [tuple(read.places[axis] for axis in layout.block) for read in reads]
        if len(reads) == 1:
            return self.known.read(self._stored(moments[0], layout, 1), (*head, *tails[0]))
        if not layout.block:
            return self.known.read(self._stored(moments.second, layout, 0), head)
        return self.known.read(self._stored(moments.second, layout, 2), (*head, *tails[0], *tails[1]))

    def _neighbours(self, node: int, reads: Sequence[Read]) -> tuple[Array, list[int]]:
        """The second moment at two rows of a chain; the later one comes first."""
        layout = self.layouts[node]
        later, earlier = sorted(reads, key=lag)
        head = tuple(later.places[axis] for axis in layout.plates)
        tails = (tuple(read.places[axis] for axis in layout.block) for read in (later, earlier))
        array = self.chains[node].lagged(lag(earlier) - lag(later))
        return self.known.read(self._stored(array, layout, 2), (*head, *itertools.chain(*tails)))

    def _mask(self, mask: Mask) -> tuple[Array, list[int]]:
        array, letters = self.known.read(self.known.array(mask.source), mask.places)
        return ((array != 0) == mask.holds).astype(float), letters

    def _stored(self, array: Array, layout: Layout, copies: int) -> Array:
        return jnp.reshape(array, (*layout.plate_shape, *layout.block_shape * copies))

    def counts(self, choices: Sequence[Choice]) -> list[tuple[Array, list[int]]]:
        """How often latent categories are expected to select; those of neighbouring rows together."""
        by_node: dict[int, list[Choice]] = {}
        for choice in choices:
            by_node.setdefault(choice.read.node, []).append(choice)
        found: list[tuple[Array, list[int]]] = []
        for node, several in by_node.items():
            together = len({lag(choice.read) for choice in several}) > 1
            array = self.chains[node].lagged(1) if together else _counts(self.stored(node)[0])
            for group in (
                [sorted(several, key=lambda each: lag(each.read))] if together else [[each] for each in several]
            ):
                head = (group[0].read.places[axis] for axis in self.stored(node)[1].plates)
                found.append(self.known.read(array, (*head, *(Letter(choice.letter) for choice in group))))
        return found

    # --- moments by type ---------------------------------------------------------------------------------------------

    def argument(self, slot: Slot, head: Sequence[int | None]) -> Any:
        """The moments of an argument of a formula, with these axes first; those of a normal variable as `Products`."""
        out = (*head, *slot.events)
        if slot.kind is NormalMoments and any(monomial.reads for monomial in slot.form.monomials):
            return self._normal(slot.form, out, slot.again)
        return self.moments_of(slot.form, slot.kind, len(slot.events), out, slot.again)

    def moments_of(self, form: Form, kind: type, events: int, out: Sequence[int | None], again: int | None) -> Any:
        """The moments of a form in the type that a formula asks for.

        Args:
            form: aligned with the axes of its node; the last ``events`` letters of ``out`` are event axes.
            kind: a moments type, or ``float`` for a constant.
            events: how many event axes there are.
            out: the letters of the result.
            again: a second letter for the event axis, for second moments of a vector.
        """
        if kind is float:
            return self.sum_of(form.monomials, out)
        if not any(monomial.reads for monomial in form.monomials):
            return known_moments(kind, self.sum_of(form.monomials, out), events)
        if kind is FirstMoment:
            return FirstMoment(self.sum_of(form.monomials, out))
        if kind is NormalMoments:
            return NormalMoments(*(part.summed() for part in self._normal(form, out, again)))
        if kind is SimplexMoments:
            return self._of_cases(form, out, 0, lambda each: SimplexMoments(self._positive_product(each, out).log))
        if kind is PositiveMoments:
            return self._positive(form, out)
        return self._single(form, kind, events, out)

    def _positive(self, form: Form, out: Sequence[int | None]) -> PositiveMoments:
        return self._of_cases(form, out, 0, lambda monomial: self._positive_product(monomial, out))

    def _positive_product(self, monomial: Monomial, out: Sequence[int | None]) -> PositiveMoments:
        first: list[tuple[Array, list[int]]] = []
        log = jnp.zeros((1,) * len(out))
        for factor in monomial.factors:
            if isinstance(factor, Mask):
                continue
            if isinstance(factor, Known):
                array, letters = self.known.read(self.known.array(factor.source), factor.places)
                first.append((array.astype(float) ** factor.power, letters))
                log = log + factor.power * product([(logarithm(array.astype(float)), letters)], out)
                continue
            moments, layout = self.stored(factor.node)
            places = tuple(factor.places[axis] for axis in (*layout.plates, *layout.block))
            first.append(self.known.read(self._stored(moments[0], layout, 1), places))
            logs = self.known.read(self._stored(moments.log, layout, 1), places)
            log = log + factor.power * product([logs], out)
        return PositiveMoments(product(first, out), log)

    def _single(self, form: Form, kind: type, events: int, out: Sequence[int | None]) -> Any:
        """The moments of variables that are only read elsewhere."""

        def of(monomial: Monomial) -> Any:
            if monomial.reads:
                found = self._elsewhere(monomial.reads[0], kind, events, out)
                return self._scaled(found, monomial, out[: len(out) - events]) if kind is MatrixMoments else found
            known = tuple(factor for factor in monomial.factors if not isinstance(factor, Mask))
            return known_moments(kind, self.sum_of([Monomial(known)], out), events)

        return self._of_cases(form, out, events, of)

    def _scaled(self, matrix: MatrixMoments, monomial: Monomial, out: Sequence[int | None]) -> MatrixMoments:
        """The moments of a matrix times known numbers."""
        known = Monomial(tuple(factor for factor in monomial.factors if isinstance(factor, Known)))
        if not known.factors:
            return matrix
        scale = self._positive_product(known, out)
        first = jnp.asarray(matrix.first)
        return MatrixMoments(scale.first[..., None, None] * first, first.shape[-1] * scale.log + matrix.log_det)

    def _of_cases(self, form: Form, out: Sequence[int | None], events: int, moments: Callable[[Monomial], Any]) -> Any:
        """The moments of whichever monomial counts: those of a choice are a choice of moments."""
        total: Any = None
        for monomial in form.monomials:
            found = moments(monomial)
            masks = [self._mask(factor) for factor in monomial.factors if isinstance(factor, Mask)]
            if masks:
                counts = product(masks, out[: len(out) - events]) > 0
                found = jax.tree.map(lambda field, here=counts: jnp.where(_like(here, field), field, 0.0), found)
            total = found if total is None else jax.tree.map(jnp.add, total, found)
        return total

    def _elsewhere(self, read: Read, kind: Any, events: int, out: Sequence[int | None]) -> Any:
        moments, layout = self.stored(read.node)
        plates = tuple(read.places[axis] for axis in layout.plates)
        block = tuple(read.places[axis] for axis in layout.block)
        fields: list[Array] = []
        for name in kind._fields:
            field = getattr(moments, name)
            shape, places = field.shape[len(plates) :], plates
            if kind is CountMoments:
                places = (*plates, At(0) if out[-1] is None else Letter(out[-1]))
            elif shape:
                shape, places = layout.block_shape, (*plates, *block)
            found = self.known.read(jnp.reshape(field, (*layout.plate_shape, *shape)), places)
            fields.append(product([found], out if shape else out[: len(out) - events]))
        return kind(*fields)


def _like(mask: Array, array: Array) -> Array:
    return mask.reshape(mask.shape + (1,) * (array.ndim - mask.ndim))


def _counts(moments: Any) -> Array:
    """How often each value is expected; of a truth value the first moment is how often it is 1."""
    if isinstance(moments, CountMoments):
        return moments.counts
    return jnp.stack([1 - moments.first, moments.first], axis=-1)
