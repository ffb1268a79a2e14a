"""Joint beliefs about a normal variable and the precision that it is drawn with.

Where the precision multiplies everything that is read of the normal variable, the expected log joint is linear in the
normal variable's moments weighted by the precision. So factors may read both as if they were apart, if what they read
is divided by the mean precision.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from whyboard.families import (
    Gamma,
    MatrixMoments,
    NormalGamma,
    NormalMoments,
    NormalWishart,
    Point,
    PositiveMoments,
    Wishart,
)
from whyboard.lowering.potential.conjugacy import Where
from whyboard.lowering.potential.image import Slot
from whyboard.lowering.potential.layout import Layout
from whyboard.lowering.potential.multilinear import Letter, Monomial, Read, letters_of
from whyboard.lowering.potential.potential import Factor, Latent


class Pair(NamedTuple):
    """A normal variable and its precision, with pairs of axes of them that are one."""

    location: int
    precision: int
    shared: tuple[tuple[int, int], ...]

    @property
    def plates(self) -> tuple[int, ...]:
        """The axes of the normal variable that the precision has too."""
        return tuple(axis for axis, _ in self.shared)

    def inside(self, axes: int, events: int) -> set[int]:
        """Which of so many axes of the normal variable, of which the last are event axes, share a precision."""
        return {axis for axis in range(axes - events) if axis not in self.plates}


def pair_of(
    block: Sequence[int],
    types: Mapping[int, type],
    shapes: Sequence[tuple[int, ...]],
    statics: Sequence[bool],
    where: Where,
) -> Pair:
    """The pair that two nodes are.

    Args:
        block: nodes of latent variables.
        types: by latent node, its moments type.
        shapes: by node, of its values, rows first.
        statics: by node, whether it has no rows.
        where: for messages.

    Raises:
        NotConjugate: if they are something else.
    """
    normal = [node for node in block if types[node] is NormalMoments]
    others = [node for node in block if types[node] in (PositiveMoments, MatrixMoments)]
    reads = [Read(node, ()) for node in block]
    if len(normal) != 1 or len(others) != 1 or len(block) != 2:
        raise where.refusal(
            reads,
            "a block has normal variables, or a normal variable and the gamma or Wishart variable of its precision",
        )
    location, precision = normal[0], others[0]
    events = 2 if types[precision] is MatrixMoments else 0
    rows = [[] if statics[node] else [0] for node in (location, precision)]
    if rows[1] and not rows[0]:
        raise where.refusal(reads, "the precision has rows, and the normal variable has none")
    outer = [list(range(len(rows[0]), len(shapes[location]) - events // 2))]
    outer.append(list(range(len(rows[1]), len(shapes[precision]) - events)))
    if len(outer[1]) > len(outer[0]):
        raise where.refusal(reads, "the precision has more axes than the normal variable")
    pairs = list(zip(reversed(outer[0]), reversed(outer[1]), strict=False))[::-1]
    same = [(a, b) for a, b in pairs if shapes[location][a] == shapes[precision][b]]
    return Pair(location, precision, tuple([(0, 0)] * bool(rows[1]) + same))


def check_pair(pair: Pair, factor: Factor, sizes: Sequence[int], where: Where) -> None:
    """Refuse a factor that reads the normal variable without its precision, or more of it than the pair can tell.

    Args:
        pair: what has a joint belief.
        factor: of a node.
        sizes: the shape of the normal variable's values.
        where: for messages, the node of the factor.

    Raises:
        NotConjugate: names the variable, the node and what is expected.
    """
    if pair.location not in factor.reads:
        return
    reads = [Read(pair.location, ())]
    path = where.paths[pair.precision]
    slots = {slot.name: slot for slot in factor.slots}
    squares = [slot for slot in factor.slots if _reads(slot, pair.location)]
    scale = slots.get("precision")
    kept = {"x", "mean"}
    if scale is None or any(slot.name not in kept or slot.kind is not NormalMoments for slot in squares) or not squares:
        raise where.refusal(reads, f"a joint belief with '{path}' needs it in the mean of a normal variable")
    weights: list[Read] = []
    for monomial in scale.form.monomials:
        found = [read for read in monomial.reads if read.node == pair.precision]
        if len(found) != 1 or found[0].power != 1:
            raise where.refusal(
                reads, f"a joint belief with '{path}' needs a precision there that is proportional to '{path}'"
            )
        weights += found
    for slot in squares:
        for monomial in slot.form.monomials:
            for read in monomial.reads:
                if read.node == pair.location:
                    _check_read(pair, read, weights, sizes, where)
                    if scale.kind is MatrixMoments:
                        _check_vector(slot, monomial, read, where)


def joined(pair: Pair, location: Latent, precision: Latent, where: Where) -> Latent:
    """The joint latent of two.

    Raises:
        NotConjugate: if a belief about one of them is of another kind.
    """
    reads = [Read(pair.location, ()), Read(pair.precision, ())]
    layout = location.layout
    if isinstance(location.family, Point) or layout.span or not isinstance(precision.family, Gamma | Wishart):
        raise where.refusal(reads, "only a normal variable and a precision with a gamma or Wishart prior are joined")
    if layout.plates != pair.plates:
        raise where.refusal(reads, "elements that have different precisions are added up or multiplied")
    dim = math.prod(layout.block_shape) if layout.block else None
    family = NormalWishart(precision.family.dim) if isinstance(precision.family, Wishart) else NormalGamma(dim)
    if isinstance(family, NormalWishart) and dim != family.dim:
        raise where.refusal(reads, "several vectors share a precision matrix")
    plates = layout.plate_shape
    return Latent(pair.location, family, Layout(tuple(range(len(plates))), (), plates), (location, precision))


def neutral(latent: Latent) -> tuple[np.ndarray, ...]:
    """A value that every density takes: stands where nothing is inferred."""
    family: Any = latent.family
    first, second = family.value_dims
    plates = latent.layout.plate_shape
    ones = np.eye(second[0]) if second else np.ones(())
    return np.zeros((*plates, *first)), np.broadcast_to(ones, (*plates, *second))


def _reads(slot: Slot, node: int) -> bool:
    return any(read.node == node for monomial in slot.form.monomials for read in monomial.reads)


def _check_read(pair: Pair, read: Read, weights: Sequence[Read], sizes: Sequence[int], where: Where) -> None:
    """An element is read with its own precision."""
    for weight in weights:
        for own, other in pair.shared:
            if sizes[own] != 1 and read.places[own] != weight.places[other]:
                raise where.refusal([read], f"it is read with '{where.paths[pair.precision]}' at another place")


def _check_vector(slot: Slot, monomial: Monomial, read: Read, where: Where) -> None:
    """A vector is read as a whole: of its square, only the product with its precision matrix is known."""
    letter = slot.events[-1]
    others = [each for factor in monomial.factors if factor is not read for each in letters_of(factor)]
    if letter is not None and (read.places[-1] != Letter(letter) or letter in others):
        raise where.refusal([read], "a joint belief with a precision matrix needs the vector itself there")
