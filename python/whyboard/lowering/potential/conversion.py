"""What stands between a variable and what a formula asks of it: converters, and operators that state their moments."""

from __future__ import annotations

import itertools
import json
import typing
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jax

from whyboard import registry
from whyboard.errors import NotConjugate
from whyboard.families import (
    CountMoments,
    FirstMoment,
    InversePositiveMoments,
    NoConverter,
    PositiveMoments,
    SimplexMoments,
)
from whyboard.families.converters import path
from whyboard.families.known import event_axes
from whyboard.lowering.network import Apply
from whyboard.lowering.potential.conjugacy import Where, check
from whyboard.lowering.potential.image import Image, Slot, Stated, Step, template_of, value_shape
from whyboard.lowering.potential.multilinear import (
    ROW,
    At,
    Form,
    Letter,
    Monomial,
    Place,
    Read,
    joined_choices,
    letters_of,
)
from whyboard.operators.operator import elementwise, freeze
from whyboard.precision import double_precision

if TYPE_CHECKING:
    from whyboard.lowering.potential.reader import Reader


class Within(Where):
    """An operand of an operator, for messages: what is wrong is told of the parameter in which the operator stands."""

    def refusal(self, reads: Sequence[Read], what: str) -> NotConjugate:
        del reads
        return NotConjugate(f"as {self.parameter} of {self.node}, {what}")


def accepted(reader: Reader, form: Form, kind: type, events: int, where: Where) -> Form:
    """A form that has moments of this type: as it is, or with converters at its variables or around the whole.

    Args:
        reader: which keeps the images.
        form: of a parameter.
        kind: the moments type that is asked for.
        events: how many of its last axes are event axes.
        where: for messages.

    Raises:
        NotConjugate: names variable and node, the types, and how to add a way between them.
    """
    reads = [read for monomial in form.monomials for read in monomial.reads]
    if kind is float or not reads:
        check(form, kind, reader.types, where)
        return form
    within = form._replace(monomials=tuple(_with_converters(reader, each, kind) for each in form.monomials))
    try:
        check(within, kind, reader.types, where)
    except NotConjugate:
        for source in dict.fromkeys(reader.types[read.node] for read in reads):
            found = _converted(reader, form, (source, kind), events, where)
            if found is not None:
                return found
        raise
    return within


def stated(reader: Reader, term: Apply) -> Form | None:
    """The form of an operator that states its moments; ``None`` if it states none, or has a rule for other operands.

    Raises:
        NotConjugate: says which operand has not the moments that it takes.
    """
    operator: Any = registry.operators[term.kind]
    if operator.moments is None:
        return None
    try:
        return _stated(reader, operator, term)
    except NotConjugate:
        if term.kind in reader.rules:
            return None
        raise


def selector(reader: Reader, read: Read) -> Read:
    """A latent variable that selects, as a category."""
    way = path(reader.types[read.node], CountMoments)
    if read.node in reader.chosen or way is None or not way.steps:
        return read
    found = _at_variable(reader, read, CountMoments)
    if found.node not in reader.chosen:
        reader.chosen[found.node] = reader.images[found.node].template.counts.shape[-1]
    return found


# --- operators -----------------------------------------------------------------------------------------------------


def _stated(reader: Reader, operator: Any, term: Apply) -> Form:
    settings = freeze(json.loads(term.settings))
    hints = typing.get_type_hints(operator.moments)
    names = _operand_names(operator, len(term.operands))
    forms = [reader.form(operand) for operand in term.operands]
    by_element = operator.result is elementwise
    forms = reader.aligned([reader.freshened(each) for each in forms]) if by_element else forms
    forms = [
        accepted(reader, form, hints[name], event_axes(hints[name]), Within(f"{operator.function}()", name, ()))
        for form, name in zip(forms, names, strict=True)
    ]
    step = Stated(operator, tuple(sorted(settings.items())))
    slots = [_slot(reader, form, hints[name], name) for form, name in zip(forms, names, strict=True)]
    where = Within(f"{operator.function}()", " and ".join(names), ())
    image = image_of(reader, step, slots, hints["return"], where)
    expected = reader.type(term)[0]
    if image.shape != expected.shape:
        raise NotConjugate(
            f"{operator.function}.moments give {image.kind.__name__} of a value of shape {image.shape}, and its result "
            f"has shape {expected.shape}"
        )
    axes = forms[0].axes if by_element else tuple(reader.fresh(n) if n != 1 else None for n in expected.shape)
    return form_of(reader, image, axes, slots)


def _operand_names(operator: Any, count: int) -> list[str]:
    fixed = list(operator.operands)
    rest = [name for name in typing.get_type_hints(operator.moments) if name not in fixed and name != "return"]
    return fixed + rest[:1] * (count - len(fixed))


# --- converters ----------------------------------------------------------------------------------------------------


def _wanted(kind: type, read: Read, own: type) -> type:
    """What a form of this kind asks of a variable that it reads."""
    if kind is PositiveMoments and read.power == -1:
        return InversePositiveMoments
    if kind is FirstMoment and "first" in getattr(own, "_fields", ()):
        return own
    if kind is SimplexMoments and "log" in getattr(own, "_fields", ()):
        return own
    return kind


def _with_converters(reader: Reader, monomial: Monomial, kind: type) -> Monomial:
    factors = (
        _at_variable(reader, factor, _wanted(kind, factor, reader.types[factor.node]))
        if isinstance(factor, Read)
        else factor
        for factor in monomial.factors
    )
    return Monomial(tuple(factors))


def _at_variable(reader: Reader, read: Read, kind: type) -> Read:
    """The variable read in another moments type, where its values keep their axes; else as it is."""
    source = reader.types[read.node]
    way = path(source, kind)
    if way is None or not way.steps:
        return read
    found = reader.converted.get((read.node, kind))
    if found is None:
        found = _converted_variable(reader, read.node, kind)
        if found is None:
            return read
        reader.converted[read.node, kind] = found
    image = reader.images[found]
    return read._replace(node=found, places=read.places[: len(image.head) + len(image.shape)])


def _converted_variable(reader: Reader, node: int, kind: type) -> int | None:
    source = reader.types[node]
    way = path(source, kind)
    assert way is not None
    if node in reader.images:
        before = reader.images[node]
        shape, image = before.shape, before._replace(steps=(*before.steps, way), kind=kind)
    else:
        spec = reader.structure[node]
        shape, rows = spec.shape, (() if spec.static else (ROW,))
        axes = tuple(reader.fresh(size) if size != 1 else None for size in shape)
        places: tuple[Place, ...] = tuple(At(0) if axis is None else Letter(axis) for axis in axes)
        form = Form((Monomial((Read(node, (*(Letter(row) for row in rows), *places)),)),), axes, shape)
        slot = _slot(reader, form, source, "x")
        image = Image((way,), (slot,), kind, rows, (_template(reader, slot),), frozenset([node]))
    try:
        after = value_shape(image.template)
    except NoConverter:
        return None
    kept = shape[: len(after)] == after and all(size == 1 for size in shape[len(after) :])
    return reader.add_image(image) if kept else None


def _converted(reader: Reader, form: Form, between: tuple[type, type], events: int, where: Where) -> Form | None:
    """A whole form in another moments type; its last axes may be new ones of length one."""
    source, kind = between
    way = path(source, kind)
    if way is None or not way.steps:
        return None
    try:
        check(form, source, reader.types, where)
    except NotConjugate:
        return None
    for drop in range(events + 1):
        split = len(form.shape) - drop
        if any(size != 1 for size in form.shape[split:]):
            break
        inner = form._replace(axes=form.axes[:split], shape=form.shape[:split])
        slot = _slot(reader, inner, source, "x")
        image = Image((way,), (slot,), kind, _head([slot]), (_template(reader, slot),), _bases(reader, [slot]))
        try:
            if image.shape == form.shape:
                return form_of(reader, image, form.axes, [slot])
        except NoConverter:
            continue
    return None


# --- images --------------------------------------------------------------------------------------------------------


def _slot(reader: Reader, form: Form, kind: type, name: str) -> Slot:
    """An operand: event axes are the last ones of the value, a category has one of its own."""
    if kind is CountMoments:
        (read,) = form.monomials[0].reads or (None,)
        categories = _categories(reader, read)
        return Slot(name, form, kind, (reader.fresh(categories),), None)
    events = event_axes(kind)
    return Slot(name, form, kind, form.axes[len(form.axes) - events :], None)


def _categories(reader: Reader, read: Read | None) -> int:
    if read is None:
        raise NotConjugate("a known category stands where moments are computed")
    if read.node in reader.images:
        return reader.images[read.node].template.counts.shape[-1]
    return reader.chosen[read.node]


def _template(reader: Reader, slot: Slot) -> Any:
    if slot.kind is float:
        with double_precision():
            return jax.ShapeDtypeStruct(slot.form.shape, float)
    categories = reader.sizes[slot.events[0]] if slot.kind is CountMoments and slot.events[0] is not None else None
    return template_of(slot.kind, slot.form.shape, len(slot.events), categories)


def _head(slots: Sequence[Slot]) -> tuple[int, ...]:
    """The letters of what selects, then that of the data axis if anything has it."""
    chosen = dict.fromkeys(choice.letter for slot in slots for choice in slot.form.choices)
    dynamic = any(ROW in letters_of(each) for slot in slots for each in slot.form.monomials)
    return (*chosen, *((ROW,) if dynamic else ()))


def _bases(reader: Reader, slots: Sequence[Slot]) -> frozenset[int]:
    reads = {read.node for slot in slots for monomial in slot.form.monomials for read in monomial.reads}
    return frozenset(itertools.chain(*(bases(reader.images, node) for node in reads)))


def bases(images: Mapping[int, Image], node: int) -> frozenset[int]:
    """The latent variables behind a node."""
    return images[node].bases if node in images else frozenset([node])


def image_of(reader: Reader, step: Step, slots: Sequence[Slot], kind: type, where: Where) -> Image:
    """The image that a step makes of operands.

    Raises:
        NotConjugate: if a variable stands behind two operands, or the step gives other moments than are stated.
    """
    several = [_bases(reader, [slot]) for slot in slots]
    for one, other in itertools.combinations(several, 2):
        if one & other:
            raise where.refusal([], f"'{reader.paths[min(one & other)]}' enters twice")
    _, forms = joined_choices([slot.form for slot in slots])
    slots = tuple(slot._replace(form=form) for slot, form in zip(slots, forms, strict=True))
    templates = tuple(_template(reader, slot) for slot in slots)
    image = Image((step,), slots, kind, _head(slots), templates, frozenset().union(*several))
    try:
        found = image.template
    except NoConverter as error:
        raise where.refusal([], str(error)) from None
    if type(found) is not kind:
        raise where.refusal([], f"moments give {type(found).__name__}, where {kind.__name__} are stated")
    return image


def form_of(reader: Reader, image: Image, axes: tuple[int | None, ...], slots: Sequence[Slot]) -> Form:
    """An image as one variable; a moment of several elements stays one."""
    choices, _ = joined_choices([slot.form for slot in slots])
    node = reader.add_image(image)
    heads = (Letter(letter) for letter in image.head)
    places: tuple[Place, ...] = tuple(At(0) if axis is None else Letter(axis) for axis in axes)
    return Form((Monomial((Read(node, (*heads, *places)),)),), axes, image.shape, choices)
