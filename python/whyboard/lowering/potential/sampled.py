"""Parameters and densities that are not linear in moments, as images whose expectation is taken over what they read."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from whyboard.families import FirstMoment, NormalMoments, PositiveMoments
from whyboard.lowering.network import Leaf, NodeSpec, Number, Term
from whyboard.lowering.potential.conversion import Within, form_of, image_of
from whyboard.lowering.potential.image import Slot
from whyboard.lowering.potential.multilinear import Fixed, Form, Known, Letter, Monomial, Value, joined_choices
from whyboard.lowering.potential.quadrature import MOST_DIMENSIONS, Density, Expected, Parameter
from whyboard.lowering.potential.reader import Reader
from whyboard.lowering.potential.splitting import Split, split


def sampled_parameter(
    reader: Reader,
    term: Term,
    kind: type,
    power: float = 1.0,
    function: Callable[..., Any] | None = None,
    events: int = 0,
) -> Form:
    """A parameter, or a power or function of it, as one image.

    Args:
        reader: which keeps the images.
        term: the parameter, as it is given.
        kind: the moments type that is asked for.
        power: of the parameter, as the formula asks for it.
        function: of the parameter, instead of a power.
        events: how many of its last axes belong to one of these moments.

    Raises:
        NotConjugate: names the operator or the variable that no expectation is taken of.
    """
    with _in_closed_form(reader):
        found = split(reader, [term], block=bool(events))
        shape = reader.type(term)[0].shape if found.block else None
        formula = Parameter(found.trees[0], kind, power, function, shape, events)
        own = Form((), tuple(reader.fresh(n) if n != 1 else None for n in shape), shape) if shape is not None else None
        return _image(reader, found, formula, kind, own)


def sampled_density(reader: Reader, node: int, spec: NodeSpec, own: Form) -> Form:
    """The log density of a variable given its parameters, as one image with the axes of plates that ``own`` has.

    Raises:
        NotConjugate: names the operator or the variable that no expectation is taken of.
    """
    law = spec.law
    events = law.event_ndim or any(parameter.event_ndim for parameter in law.parameters)
    with _in_closed_form(reader):
        names = ("x", *(name for name, _ in spec.parameters))
        found = split(reader, [Leaf(node), *(term for _, term in spec.parameters)], block=bool(events))
        terms = tuple(zip(names, found.trees, strict=True))
        density = Density(spec.distribution, spec.settings, terms, own.shape if found.block else None)
        return _image(reader, found, density, FirstMoment, own)


@contextlib.contextmanager
def _in_closed_form(reader: Reader) -> Iterator[None]:
    """What is inside of a function is not sampled again."""
    before, reader.sampled = reader.sampled, None
    try:
        yield
    finally:
        reader.sampled = before


def _image(reader: Reader, found: Split, formula: Parameter | Density, kind: type, own: Form | None) -> Form:
    """An image of parts; its axes are those of ``own``, if that is given."""
    forms = [reader.freshened(part.form) for part in found.parts]
    if not found.block:
        # What is known may be whole numbers: 1 in the shape of the value keeps its axes.
        shape_only = [] if own is None else [Form((Monomial((Known(Fixed(1.0)),)),), own.axes, own.shape)]
        forms = reader.aligned([*shape_only, *forms])[len(shape_only) :]
    by_kind: dict[type, list[Form]] = {PositiveMoments: [], NormalMoments: [], float: []}
    for part, form in zip(found.parts, forms, strict=True):
        by_kind[part.kind].append(form)
    normals, positives = by_kind[NormalMoments], by_kind[PositiveMoments]
    gamma, normal = (tuple(form.shape if found.block else () for form in each) for each in (positives, normals))
    slots = [Slot(f"positive_{i}", form, PositiveMoments, (), None) for i, form in enumerate(positives)]
    if normals:
        slots.append(
            _joined(reader, [_flat(reader, form) for form in normals] if found.block else normals, found.block)
        )
    slots += [Slot(f"known_{i}", form, float, (), None) for i, form in enumerate(by_kind[float])]
    dimensions = sum(math.prod(shape) for shape in (*gamma, *normal))
    if dimensions > MOST_DIMENSIONS:
        slots.append(_drawn(reader, dimensions))
    dtypes = tuple(part.dtype for part in found.parts if part.kind is float)
    step = Expected(formula, gamma, normal, dtypes, dimensions > MOST_DIMENSIONS)
    image = image_of(reader, step, slots, kind, Within("a function", "argument", ()))
    axes = own.axes if own is not None and found.block else forms[0].axes
    return form_of(reader, image, axes, slots)


def _drawn(reader: Reader, dimensions: int) -> Slot:
    """The draws as one more operand, from the constants."""
    array = reader.draws.standard(dimensions)
    place = reader.drawn.get(dimensions)
    if place is None:
        place = reader.drawn[dimensions] = len(reader.constants) + len(reader.drawn)
    letters = tuple(reader.fresh(size) for size in array.shape)
    known = Known(Value(Number(place), array.shape, dynamic=False), tuple(map(Letter, letters)))
    return Slot("draws", Form((Monomial((known,)),), letters, array.shape), float, (), None)


def _flat(reader: Reader, form: Form) -> Form:
    return form if len(form.shape) == 1 else reader.rearrange(form, np.ravel)


def _joined(reader: Reader, forms: Sequence[Form], block: bool) -> Slot:
    """Normal parts as one vector, so that it has their covariances; vectors in a block, one after the other."""
    if block:
        form = reader.joined(forms, 0) if len(forms) > 1 else forms[0]
        if form.shape == (1,):
            return Slot("normal", form._replace(axes=(), shape=()), NormalMoments, (), None)
        return Slot("normal", form, NormalMoments, form.axes, reader.fresh(form.shape[0]))
    if len(forms) == 1:
        return Slot("normal", forms[0], NormalMoments, (), None)
    letter, again = reader.fresh(len(forms)), reader.fresh(len(forms))
    choices, forms = joined_choices(forms)
    monomials = tuple(
        monomial
        for place, form in zip(np.eye(len(forms)), forms, strict=True)
        for monomial in reader.scaled(form, place, (Letter(letter),)).monomials
    )
    axes, shape = (*forms[0].axes, letter), (*forms[0].shape, len(forms))
    return Slot("normal", Form(monomials, axes, shape, choices), NormalMoments, (letter,), again)
