"""Which belief a latent variable has: its family, and which of its elements are joint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from whyboard.errors import NotConjugate
from whyboard.families import (
    Bernoulli,
    Boltzmann,
    CountMoments,
    FullNormal,
    Normal,
    NormalMoments,
    Point,
    PowerGamma,
    PowerMoments,
)
from whyboard.lowering.network import Number
from whyboard.lowering.potential import chain
from whyboard.lowering.potential.concatenation import Concatenation
from whyboard.lowering.potential.conjugacy import OTHERS
from whyboard.lowering.potential.layout import Layout
from whyboard.lowering.potential.potential import Factor, Latent
from whyboard.lowering.potential.quadrature import is_sampled
from whyboard.lowering.potential.reader import Reader
from whyboard.value_type import Shape


def latent(reader: Reader, node: int, shape: Shape, coupled: set[int], span: int, factors: Sequence[Factor]) -> Latent:
    """A variable with its belief.

    Args:
        reader: that has read the factors.
        node: the variable.
        shape: of its values, rows first.
        coupled: the axes along which a factor joins its elements.
        span: how many rows back a factor reads it together with a row; 0 if rows are independent.
        factors: all factors.

    Raises:
        NotConjugate: if no family of joint beliefs is known.
    """
    spec, path = reader.structure[node], reader.paths[node]
    law: Any = spec.law
    first_event = len(shape) - law.event_ndim
    rows = {0} if span else set[int]()
    block = tuple(axis for axis in range(len(shape)) if axis >= first_event or axis in coupled - rows)
    plates = tuple(axis for axis in range(len(shape)) if axis not in {*block, *rows})
    try:
        family = _family(reader, node, factors)
    except NotConjugate as error:
        raise NotConjugate(f"'{path}': {error}. {OTHERS}") from None
    whole = reader.concatenated.get(node)
    read = node if whole is None else whole.node
    if isinstance(family, Point) and any(read in image.bases for image in reader.images.values() if is_sampled(image)):
        reader.unfit.add(node)
        raise NotConjugate(
            f"'{path}' has no prior and enters a function that is not linear in it. Give it a prior. {OTHERS}"
        )
    if span:
        return _chain(reader, node, Layout(plates, block, shape, span, reader.types[node] is NormalMoments))
    size = math.prod(shape[axis] for axis in block)
    if reader.types[node] is NormalMoments and block:
        family = Point(FullNormal(size)) if isinstance(family, Point) else FullNormal(size)
    elif reader.types[node] is PowerMoments:
        family = Point(PowerGamma(_power(reader, node, factors)))
    elif coupled:
        if not isinstance(family, Bernoulli):
            raise NotConjugate(
                f"A factor multiplies elements of '{path}' with each other, and there is no joint family for several "
                f"{spec.distribution}. {OTHERS}"
            )
        family = Boltzmann(size)
    return Latent(node, family, Layout(plates, block, shape), coordinate=reader.coordinates.get(node))


def together(
    reader: Reader,
    whole: Concatenation,
    shapes: Sequence[Shape],
    coupled: set[int],
    span: int,
    factors: Sequence[Factor],
) -> Latent:
    """Normal variables with one belief.

    Args:
        reader: that has read the factors.
        whole: what they are read as.
        shapes: by node, of values, rows first.
        coupled: the axes of the whole along which a factor joins its elements.
        span: as in `latent`.
        factors: all factors.

    Raises:
        NotConjugate: if one of them has no normal belief, or some have a prior and some have none.
    """
    alone = [latent(reader, node, shapes[node], set(), 0, factors) for node in whole.nodes]
    points = [isinstance(each.family, Point) for each in alone]
    if any(points) and not all(points):
        flat = reader.paths[alone[points.index(True)].node]
        raise NotConjugate(
            f"'{flat}' has no prior, so its belief is a point, and others of its block have a prior. Give it one, or "
            "take it out of the block."
        )
    shape = whole.shape(shapes)
    last = len(shape) - 1
    rows = {0} if span else set[int]()
    block = (*sorted(coupled - rows - {last}), last)
    plates = tuple(axis for axis in range(last) if axis not in {*block, *rows})
    layout = Layout(plates, block, shape, span)
    if span:
        return Latent(whole.node, chain.normal_chain(layout), layout, concatenation=whole)
    family = FullNormal(math.prod(layout.block_shape))
    return Latent(whole.node, Point(family) if all(points) else family, layout, concatenation=whole)


def _family(reader: Reader, node: int, factors: Sequence[Factor]) -> Any:
    """Of one element, or of one vector or matrix of the distribution."""
    spec = reader.structure[node]
    law: Any = spec.law
    if any(factor.node == node and factor.whole for factor in factors) and reader.types[node] is NormalMoments:
        return Normal()
    if law.expected_log_density is not None and not law.states_family():
        reader.unfit.add(node)
    elif law.expected_log_density is not None:
        factor = next(each for each in factors if each.node == node)
        events = {slot.name: slot.form.shape[len(slot.form.shape) - len(slot.events) :] for slot in factor.slots}
        constants = {name: reader.constants[term.slot] for name, term in spec.parameters if isinstance(term, Number)}
        return law.family_of(spec.shape[len(spec.shape) - law.event_ndim :], events, constants)
    raise NotConjugate(f"{spec.distribution} has no family of beliefs")


def _power(reader: Reader, node: int, factors: Sequence[Factor]) -> float:
    """The power by which a positive variable without a prior is read."""
    powers: dict[float, str] = {}
    for factor in factors:
        for slot in factor.slots:
            for monomial in slot.form.monomials if slot.name != "x" else ():
                for read in monomial.reads:
                    if read.node == node:
                        powers.setdefault(read.power, reader.paths[factor.node])
    if len(powers) > 1:
        places = " and ".join(f"to the power {power:g} by '{path}'" for power, path in sorted(powers.items()))
        raise NotConjugate(
            f"'{reader.paths[node]}' has no prior and is read {places}, so its maximum has no closed form. "
            "Use the same one of variance, precision and standard_deviation everywhere."
        )
    return next(iter(powers), 1.0)


def _chain(reader: Reader, node: int, layout: Layout) -> Latent:
    if layout.vector:
        return Latent(node, chain.normal_chain(layout), layout)
    if reader.types[node] is CountMoments and layout.span == 1:
        return Latent(node, chain.categorical_chain(reader.chosen[node], layout), layout)
    apart = f"rows that are {layout.span} apart" if layout.span > 1 else "neighbouring rows"
    raise NotConjugate(
        f"'{reader.paths[node]}' ({reader.structure[node].distribution}) is read by one factor at {apart}. "
        f"Normal variables, and categories of neighbouring rows, have a joint belief of these. {OTHERS}"
    )
