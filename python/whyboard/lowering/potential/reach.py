"""Which elements of a latent variable something observed depends on: the others take no part in a fit.

Rows are told apart before; here it is plates, by the letters at which factors read a variable. Elements of one block
stand together, and so do those behind an image, which may be any function of them.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from whyboard.lowering.data import Known as Evidence
from whyboard.lowering.network import Network
from whyboard.lowering.potential.arguments import over_events
from whyboard.lowering.potential.contraction import diagonal
from whyboard.lowering.potential.known_values import KnownValues
from whyboard.lowering.potential.multilinear import ROW, Letter, Mask, Place, Read, Shifted, Through
from whyboard.lowering.potential.potential import Factor, Latent, Potential
from whyboard.lowering.potential.rows import Rows
from whyboard.precision import double_precision


class Truth(NamedTuple):
    """What is true where; an axis for each letter."""

    array: np.ndarray
    letters: tuple[int, ...]


def reached(
    network: Network, found: Potential, evidence: Evidence, relevant: Sequence[np.ndarray], rows: Rows | None
) -> list[np.ndarray]:
    """By node, in the shape of its values, what is inferred and read by something that counts.

    Args:
        network: the model.
        found: its potential.
        evidence: what is known.
        relevant: by node, what is inferred if the elements of a row stand together.
        rows: how rows follow each other, if they are several series.
    """
    images = frozenset[int]().union(*(image.bases for image in found.images))
    open_ = [each for each in found.latents if not (each.parts or each.node in images) and _has_plates(network, each)]
    if not open_:
        return list(relevant)
    with double_precision():
        known = KnownValues(network.structure, network.constants, evidence.values, found.inlined, rows)
        reach = _Reach(network, found, evidence, relevant, known, open_)
        reach.spread()
    return reach.result()


def _has_plates(network: Network, latent: Latent) -> bool:
    """Whether there is more to tell apart than rows."""
    rows = set[int]() if network.structure[latent.node].static else {0}
    return any(axis not in rows and latent.layout.sizes[axis] > 1 for axis in latent.layout.plates)


class _Reach:
    """By latent node, the plates that are read; grows until nothing is added."""

    def __init__(
        self,
        network: Network,
        found: Potential,
        evidence: Evidence,
        relevant: Sequence[np.ndarray],
        known: KnownValues,
        latents: Sequence[Latent],
    ) -> None:
        self.structure, self.factors = network.structure, found.factors
        self.evidence, self.relevant, self.known = evidence, relevant, known
        self.latents = {latent.node: latent for latent in latents}
        self.layouts = {node: latent.layout.row_by_row for node, latent in self.latents.items()}
        self.plates = {node: np.zeros(layout.plate_shape, bool) for node, layout in self.layouts.items()}
        self.of = {own: latent.node for latent in latents for own in latent.nodes}

    def spread(self) -> None:
        """Effects tell of their causes; earlier rows may be read by what stands before them."""
        again, count = True, 0
        while again:
            before, lagged = count, False
            for factor in reversed(self.factors):
                counts = self._counts(factor)
                for read, masks in _reads(factor) if counts.array.any() else ():
                    if read.node in self.plates:
                        lagged |= any(isinstance(place, Shifted) for place in read.places)
                        self._mark(read, [counts, *map(self._mask, masks)])
            count = sum(int(each.sum()) for each in self.plates.values())
            again = lagged and count > before

    def result(self) -> list[np.ndarray]:
        """By node, in the shape of its values."""
        found = list(self.relevant)
        for node in self.of:
            found[node] = found[node] & self._values(node)
        return found

    def _values(self, node: int) -> np.ndarray:
        """What is read of a variable, in the shape of its values."""
        latent = self.latents[self.of[node]]
        plates, layout = self.plates[latent.node], self.layouts[latent.node]
        order = np.argsort(layout.plates)
        wide = np.expand_dims(plates.transpose(order), tuple(sorted(set(range(len(layout.sizes))) - {*layout.plates})))
        whole = np.broadcast_to(wide, layout.sizes)
        return whole if latent.concatenation is None else latent.concatenation.apart(whole)[node]

    def _counts(self, factor: Factor) -> Truth:
        """Truth the density of a node counts."""
        spec, node = self.structure[factor.node], factor.node
        inferred = self.relevant[node] & self._values(node) if node in self.of else self.relevant[node]
        weight = over_events(self.evidence.counted[node] | inferred, spec.law.event_ndim)
        axes = (*(() if spec.static else (ROW,)), *factor.plates)
        kept = tuple(axis for axis in axes if axis is not None)
        return Truth(
            weight.reshape([size for size, axis in zip(weight.shape, axes, strict=True) if axis is not None]), kept
        )

    def _mask(self, mask: Mask) -> Truth:
        array, letters = diagonal(*self.known.read(self.known.array(mask.source), mask.places))
        return Truth((np.asarray(array) != 0) == mask.holds, tuple(letters))

    def _mark(self, read: Read, conditions: Sequence[Truth]) -> None:
        """What is read where all conditions hold."""
        plates, layout = self.plates[read.node], self.layouts[read.node]
        # Rows were told apart before, so that an earlier one may be any.
        places = [_any_row(read.places[axis], axis) for axis in layout.plates]
        index = [self._index(place, size) for place, size in zip(places, plates.shape, strict=True)]
        letters = tuple(dict.fromkeys(itertools.chain(*(each.letters for each in index))))
        here = _all(conditions, letters)
        where = [_aligned(each, letters) for each in index]
        shape = np.broadcast_shapes(here.shape, *(each.shape for each in where))
        chosen = np.broadcast_to(here, shape)
        if not chosen.all():
            plates[tuple(np.broadcast_to(each, shape)[chosen] for each in where)] = True
        else:
            plates[tuple(where)] = True

    def _index(self, place: Place, size: int) -> Truth:
        """The positions along an axis."""
        if isinstance(place, Letter):
            return Truth(np.arange(size), (place.letter,))
        if isinstance(place, Through):
            table, letters = diagonal(*self.known.read(self.known.array(place.source), place.places))
            # A gap in what selects is latent; an index beyond the axis is refused elsewhere.
            return Truth(np.clip(np.asarray(table).astype(int), -size, size - 1), tuple(letters))
        assert not isinstance(place, Shifted)
        return Truth(np.asarray(place.position), ())


def _reads(factor: Factor) -> Iterator[tuple[Read, list[Mask]]]:
    """What a factor reads, and what is true where it does."""
    for slot in factor.slots:
        for monomial in slot.form.monomials:
            masks = [each for each in monomial.factors if isinstance(each, Mask)]
            yield from ((read, masks) for read in monomial.reads)
        yield from ((choice.read, []) for choice in slot.form.choices)
    yield from ((choice.read, []) for choice in factor.choices)


def _any_row(place: Place, axis: int) -> Place:
    return Letter(-1 - axis) if isinstance(place, Shifted) else place


def _all(conditions: Sequence[Truth], letters: Sequence[int]) -> np.ndarray:
    """Whether all conditions hold somewhere, by these letters."""
    union = tuple(dict.fromkeys([*letters, *itertools.chain(*(each.letters for each in conditions))]))
    whole = functools.reduce(np.logical_and, (_aligned(each, union) for each in conditions))
    return np.asarray(whole.any(axis=tuple(range(len(letters), len(union)))))


def _aligned(where: Truth, letters: Sequence[int]) -> np.ndarray:
    """With an axis for each of these letters, of length one where it does not depend on it."""
    order = sorted(range(len(where.letters)), key=lambda axis: letters.index(where.letters[axis]))
    array = where.array.transpose(order)
    own = set(where.letters)
    return np.expand_dims(array, tuple(axis for axis, letter in enumerate(letters) if letter not in own))
