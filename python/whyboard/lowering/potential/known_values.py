"""`KnownValues`: trees over data and constants inside one run of a program, and arrays read at their places."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard import registry
from whyboard.lowering.network import Leaf, NodeSpec, Number, Term
from whyboard.lowering.potential.contraction import diagonal, spread
from whyboard.lowering.potential.multilinear import ROW, Fixed, Letter, Place, Shifted, Source, Through
from whyboard.lowering.potential.rows import Rows
from whyboard.lowering.terms import folded


class KnownValues:
    """What no belief is asked for.

    Args:
        structure: the nodes.
        constants: their numbers.
        values: by node, the data.
        inlined: deterministic nodes that are read as their means.
        rows: how rows follow each other, if they are several series.
    """

    def __init__(
        self,
        structure: Sequence[NodeSpec],
        constants: Sequence[Any],
        values: Sequence[Any],
        inlined: frozenset[int] = frozenset(),
        rows: Rows | None = None,
    ) -> None:
        self.structure = structure
        self.constants = constants
        self.values = values
        self.inlined = inlined
        self.rows = rows
        self._done: dict[int, tuple[Term, tuple[Array, bool]]] = {}

    def value(self, term: Term) -> tuple[Array, bool]:
        """A tree over data, and whether it has a row axis."""
        return folded(term, self._done, self._value)

    def whole(self, terms: Sequence[tuple[str, Term]], ndim: int) -> list[Array]:
        """Values of parameters of a variable whose values have so many axes, rows first."""
        found = [self.value(term) for _, term in terms]
        return [
            jnp.expand_dims(array, tuple(range(1, 1 + ndim - array.ndim))) if dynamic else array
            for array, dynamic in found
        ]

    def _value(self, term: Term, operands: tuple[tuple[Array, bool], ...]) -> tuple[Array, bool]:
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
        settings = json.loads(term.settings)
        if term.kind == "TimeIndex":
            return (jnp.arange(self._n_rows()) if self.rows is None else jnp.asarray(self.rows.index)), True
        if term.kind == "TimeShift":
            (array, _), (start, _) = operands
            return self._shifted(array, start, -settings["shift"]), True

        def one(*row: Array) -> Array:
            return operator.evaluate(row, settings)

        arrays = [array for array, _ in operands]
        if any(dynamic for _, dynamic in operands):
            axes = tuple(0 if dynamic else None for _, dynamic in operands)
            return jax.vmap(one, in_axes=axes)(*arrays), True
        return one(*arrays), False

    def _n_rows(self) -> int:
        return next(
            np.shape(values)[0] for spec, values in zip(self.structure, self.values, strict=True) if not spec.static
        )

    def _earlier(self, array: Array, axis: int, lag: int) -> Array:
        """Each row replaced by the one ``lag`` before it; where there is none, by any."""
        if self.rows is not None:
            return jnp.take(array, self.rows.earlier(lag), axis=axis)
        count = array.shape[axis]
        # By slices: the way back of a gather is slow.
        first = jnp.repeat(jax.lax.slice_in_dim(array, 0, 1, axis=axis), min(lag, count), axis=axis)
        return jnp.concatenate([first, jax.lax.slice_in_dim(array, 0, max(count - lag, 0), axis=axis)], axis=axis)

    def _shifted(self, array: Array, start: Array, lag: int) -> Array:
        """Each row replaced by the one ``lag`` before it, after what it starts from."""
        index = jnp.arange(array.shape[0]) if self.rows is None else jnp.asarray(self.rows.index)
        before = jnp.broadcast_to(start, (lag, *array.shape[1:])).astype(array.dtype)
        started = (index >= lag).reshape(-1, *(1,) * (array.ndim - 1))
        return jnp.where(started, self._earlier(array, 0, lag), before[jnp.minimum(index, lag - 1)])

    def array(self, source: Source) -> Array:
        """What a factor of a form is made of."""
        if isinstance(source, Fixed):
            return jnp.asarray(source.array)
        array, _ = self.value(source.term)
        return array if source.function is None else source.function(array)

    def read(self, array: Array, places: Sequence[Place]) -> tuple[Array, list[int]]:
        """An array at its places, and the letter of each axis of the result."""
        for axis, place in enumerate(places):
            if isinstance(place, Shifted):
                array = self._earlier(array, axis, place.lag)
        places = [Letter(ROW) if isinstance(place, Shifted) else place for place in places]
        fixed = tuple(slice(None) if isinstance(place, Letter | Through) else place.position for place in places)
        array = array[fixed]
        rest = [place for place in places if isinstance(place, Letter | Through)]
        tables = {
            axis: diagonal(*self.read(self.array(place.source), place.places))
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
