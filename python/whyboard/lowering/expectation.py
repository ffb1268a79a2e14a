"""`Expectation`: the moments of forms, from known values and the moments of latent variables.

A variable that a product holds once is read by its first moment, one that it holds twice by its second moment, at both
places. So what comes out is linear in the moments of each variable.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from whyboard import registry
from whyboard.families import (
    CountMoments,
    FirstMoment,
    NormalMoments,
    PositiveMoments,
)
from whyboard.families.known import known_moments
from whyboard.lowering.contraction import diagonal, product, spread
from whyboard.lowering.layout import Layout
from whyboard.lowering.multilinear import (
    Choice,
    Fixed,
    Form,
    Known,
    Letter,
    Monomial,
    Place,
    Read,
    Source,
    Through,
    squared,
)
from whyboard.lowering.network import Leaf, NodeSpec, Number, Term


class Expectation:
    """Moments of forms inside one run of a program.

    Args:
        structure: the nodes.
        constants: their numbers.
        values: by node, the data.
        moments: by latent node, its moments as its layout stores them.
        layouts: by latent node.
        inlined: deterministic nodes that are read as their means.
    """

    def __init__(
        self,
        structure: Sequence[NodeSpec],
        constants: Sequence[Any],
        values: Sequence[Any],
        moments: Mapping[int, Any],
        layouts: Mapping[int, Layout],
        inlined: frozenset[int],
    ) -> None:
        self.structure = structure
        self.constants = constants
        self.values = values
        self.moments = moments
        self.layouts = layouts
        self.inlined = inlined
        self._done: dict[int, tuple[Term, Array, bool]] = {}

    # --- known values ------------------------------------------------------------------------------------------------

    def value(self, term: Term) -> tuple[Array, bool]:
        """A tree over data, and whether it has a row axis."""
        found = self._done.get(id(term))
        if found is None:
            found = (term, *self._value(term))
            self._done[id(term)] = found
        return found[1:]

    def _value(self, term: Term) -> tuple[Array, bool]:
        if isinstance(term, Leaf):
            spec = self.structure[term.node]
            if term.node in self.inlined:
                array, dynamic = self.value(dict(spec.parameters)["mean"])
                rows = array.shape[:1] if dynamic else ()
                return jnp.broadcast_to(array, (*rows, *spec.shape)), dynamic
            return jnp.asarray(self.values[term.node]), not spec.static
        if isinstance(term, Number):
            return jnp.asarray(self.constants[term.slot]), False
        operator: Any = registry.operators[term.kind]
        parts = [self.value(operand) for operand in term.operands]
        settings = json.loads(term.settings)

        def one(*row: Array) -> Array:
            return operator.evaluate(row, settings)

        if any(dynamic for _, dynamic in parts):
            axes = tuple(0 if dynamic else None for _, dynamic in parts)
            return jax.vmap(one, in_axes=axes)(*(array for array, _ in parts)), True
        return one(*(array for array, _ in parts)), False

    def _array(self, source: Source) -> Array:
        if isinstance(source, Fixed):
            return jnp.asarray(source.array)
        array, _ = self.value(source.term)
        return array if source.function is None else source.function(array)

    # --- reading -----------------------------------------------------------------------------------------------------

    def read(self, array: Array, places: Sequence[Place]) -> tuple[Array, list[int]]:
        """An array at its places, and the letter of each axis of the result."""
        fixed = tuple(slice(None) if isinstance(place, Letter | Through) else place.position for place in places)
        array = array[fixed]
        rest = [place for place in places if isinstance(place, Letter | Through)]
        tables = {
            axis: diagonal(*self.read(self._array(place.source), place.places))
            for axis, place in enumerate(rest)
            if isinstance(place, Through)
        }
        plain = [place.letter for place in rest if isinstance(place, Letter)]
        if not tables:
            return array, plain
        if len(tables) == 1:
            ((axis, (table, letters)),) = tables.items()
            if not set(letters) & set(plain):
                found = jnp.take(array, table.astype(int), axis=axis)
                return found, [*plain[:axis], *letters, *plain[axis:]]
        union = list(dict.fromkeys([*plain, *itertools.chain(*(letters for _, letters in tables.values()))]))
        index: list[Array] = []
        for axis, place in enumerate(rest):
            if isinstance(place, Letter):
                table, letters = jnp.arange(array.shape[axis]), [place.letter]
            else:
                table, letters = tables[axis]
            index.append(spread(table.astype(int), letters, union))
        return array[tuple(index)], union

    def sum_of(self, monomials: Sequence[Monomial], out: Sequence[int | None]) -> Array:
        """The expectation of a sum of monomials, with these axes."""
        total = jnp.zeros((1,) * len(out))
        for monomial in monomials:
            total = total + self._monomial(monomial, out)
        return total

    def _monomial(self, monomial: Monomial, out: Sequence[int | None]) -> Array:
        reads: dict[int, list[Read]] = {}
        operands: list[tuple[Array, list[int]]] = []
        for factor in monomial.factors:
            if isinstance(factor, Read):
                reads.setdefault(factor.node, []).append(factor)
                continue
            array, letters = self.read(self._array(factor.source), factor.places)
            operands.append(
                (array.astype(float) ** factor.power if factor.power != 1 else array.astype(float), letters)
            )
        for node, found in reads.items():
            operands.append(self._moment(node, found))
        return product(operands, out)

    def _moment(self, node: int, reads: Sequence[Read]) -> tuple[Array, list[int]]:
        """The first moment at one place, the second at two."""
        layout, moments = self.layouts[node], self.moments[node]
        head = tuple(reads[0].places[axis] for axis in layout.plates)
        tails = [tuple(read.places[axis] for axis in layout.block) for read in reads]
        if len(reads) == 1:
            return self.read(self._stored(moments[0], layout, 1), (*head, *tails[0]))
        if not layout.block:
            return self.read(self._stored(moments.second, layout, 0), head)
        return self.read(self._stored(moments.second, layout, 2), (*head, *tails[0], *tails[1]))

    def _stored(self, array: Array, layout: Layout, copies: int) -> Array:
        return jnp.reshape(array, (*layout.plate_shape, *layout.block_shape * copies))

    def counts(self, choice: Choice) -> tuple[Array, list[int]]:
        """How often a latent category is expected to select."""
        layout = self.layouts[choice.read.node]
        return self.read(
            self.moments[choice.read.node].counts,
            (*(choice.read.places[a] for a in layout.plates), Letter(choice.letter)),
        )

    # --- moments by type ---------------------------------------------------------------------------------------------

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
            pair = squared(form, again)
            wide = out if again is None else (*out, again)
            return NormalMoments(self.sum_of(form.monomials, out), self.sum_of(pair, wide))
        if kind is PositiveMoments:
            return self._positive(form, out)
        return self._single(form, kind, events, out)

    def _positive(self, form: Form, out: Sequence[int | None]) -> PositiveMoments:
        first: list[tuple[Array, list[int]]] = []
        log = jnp.zeros((1,) * len(out))
        for factor in form.monomials[0].factors:
            if isinstance(factor, Known):
                array, letters = self.read(self._array(factor.source), factor.places)
                first.append((array.astype(float) ** factor.power, letters))
                log = log + factor.power * product([(jnp.log(array.astype(float)), letters)], out)
                continue
            moments, layout = self.moments[factor.node], self.layouts[factor.node]
            places = tuple(factor.places[axis] for axis in (*layout.plates, *layout.block))
            first.append(self.read(self._stored(moments[0], layout, 1), places))
            logs = self.read(self._stored(moments.log, layout, 1), places)
            log = log + factor.power * product([logs], out)
        return PositiveMoments(product(first, out), log)

    def _single(self, form: Form, kind: type, events: int, out: Sequence[int | None]) -> Any:
        """The moments of a variable that is only read elsewhere."""
        (read,) = form.monomials[0].reads
        moments, layout = self.moments[read.node], self.layouts[read.node]
        plates = tuple(read.places[axis] for axis in layout.plates)
        block = tuple(read.places[axis] for axis in layout.block)
        fields: list[Array] = []
        for field in moments:
            shape, places = field.shape[len(plates) :], plates
            if kind is CountMoments:
                places = (*plates, Letter(_last(out)))
            elif shape:
                shape, places = layout.block_shape, (*plates, *block)
            found = self.read(jnp.reshape(field, (*layout.plate_shape, *shape)), places)
            fields.append(product([found], out if shape else out[: len(out) - events]))
        return kind(*fields)


def _last(out: Sequence[int | None]) -> int:
    assert out[-1] is not None
    return out[-1]
