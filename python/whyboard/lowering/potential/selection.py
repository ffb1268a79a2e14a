"""What is read at integer values, known or latent: an index, a gather, a gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from whyboard.errors import NotConjugate
from whyboard.lowering.expression import rearranging
from whyboard.lowering.network import Term
from whyboard.lowering.potential.category import CategoryFunction, category_function
from whyboard.lowering.potential.conversion import selector
from whyboard.lowering.potential.multilinear import (
    ROW,
    At,
    Choice,
    Fixed,
    Form,
    Letter,
    Mask,
    Place,
    Read,
    Through,
    Value,
    are_cases,
    read_at,
    relettered,
    renamed,
)
from whyboard.lowering.potential.reader import Reader
from whyboard.value_type import broadcast_shapes

_CODES = {"int": int, "bool": bool}


def indexed(reader: Reader, term: Term, operands: Sequence[Term], index: Sequence[Any]) -> Form:
    """``x[...]`` with integer values in some places."""
    form = reader.rearrange(reader.form(term), lambda x: rearranging["Index"](x, {"index": _without_operands(index)}))
    if not operands:
        return form
    return gathered(reader, form, _operand_axes(index, len(reader.type(term)[0].shape)), operands)


def gathered(reader: Reader, form: Form, axes: Sequence[int], operands: Sequence[Term]) -> Form:
    """A form read at integer values along neighbouring axes, as numpy does it: their axes stand in that place."""
    if list(axes) != list(range(axes[0], axes[0] + len(axes))):
        raise NotConjugate("an index by values in places that are apart stands on the way")
    joint = broadcast_shapes(*(reader.type(each)[0].shape for each in operands))
    letters = tuple(reader.fresh(size) if size != 1 else None for size in joint)
    for axis, operand in zip(axes, operands, strict=True):
        form = _placed(reader, form, axis, operand, letters)
    start, stop = axes[0], axes[-1] + 1
    return form._replace(
        axes=(*form.axes[:start], *letters, *form.axes[stop:]),
        shape=(*form.shape[:start], *joint, *form.shape[stop:]),
    )


def gated(reader: Reader, form: Form, axis: int, operand: Term) -> Form:
    """A form read along an axis at integer values that broadcast with the axes before it."""
    place = axis % len(form.shape)
    before = broadcast_shapes(form.shape[:place], reader.type(operand)[0].shape)
    form = reader.broadcast(form, (1,) * (len(before) + len(form.shape) - place))
    place = len(before)
    letters = tuple(
        letter if letter is not None or size == 1 else reader.fresh(size)
        for letter, size in zip(form.axes[:place], before, strict=True)
    )
    form = _placed(reader, form, place, operand, letters)
    return form._replace(axes=(*letters, *form.axes[place + 1 :]), shape=(*before, *form.shape[place + 1 :]))


def _placed(reader: Reader, form: Form, axis: int, operand: Term, letters: Sequence[int | None]) -> Form:
    """Read along one axis at integers with these letters; a latent category selects, and the axis' letter stays."""
    kind, unknown = reader.type(operand)
    own = [
        each if size != 1 else None
        for each, size in zip(letters[len(letters) - len(kind.shape) :], kind.shape, strict=True)
    ]
    if not unknown:
        reader.check_codes(operand, form.shape[axis])
        rows: tuple[Place, ...] = (Letter(ROW),) if kind.dynamic else ()
        at = (*rows, *(At(0) if each is None else Letter(each) for each in own))
        place = Through(Value(operand, kind.shape, kind.dynamic), at)
        return read_at(form, form.axes[axis], place)
    return _chosen(reader, form, axis, operand, own)


def _chosen(reader: Reader, form: Form, axis: int, operand: Term, own: Sequence[int | None]) -> Form:
    """Read along one axis at a latent category, or at one of several, some of them known, as masks tell."""
    function = category_function(operand, reader.constants, lambda each: reader.type(each)[1])
    if reader.type(function.of)[0].dtype == "float":
        function = CategoryFunction(operand, ())
    chosen = reader.form(function.of)
    chosen = relettered(chosen, chosen.axes, own)
    cases: list[Form] = []
    for monomial in chosen.monomials:
        masks = tuple(factor for factor in monomial.factors if isinstance(factor, Mask))
        rest = [factor for factor in monomial.factors if not isinstance(factor, Mask)]
        if len(rest) != 1 or rest[0].power != 1 or not are_cases(chosen.monomials):
            raise NotConjugate("an index that is computed from a latent category stands on the way")
        if isinstance(rest[0], Read):
            case = _selected(reader, form, axis, rest[0], function)
        elif function.steps:
            raise NotConjugate("an index that is computed from a category that is known in part stands on the way")
        else:
            case = read_at(form, form.axes[axis], Through(rest[0].source, rest[0].places))
        for mask in masks:
            case = reader.masked(case, mask)
        cases.append(case._replace(axes=(*form.axes[:axis], None, *form.axes[axis + 1 :])))
    return reader.add(cases)


def _selected(reader: Reader, form: Form, axis: int, read: Read, function: CategoryFunction) -> Form:
    read = selector(reader, read)
    categories, size, letter = reader.chosen.get(read.node), form.shape[axis], form.axes[axis]
    if categories is None:
        raise NotConjugate("a latent integer that is no category stands on the way as an index")
    if function.steps:
        return _tabulated(reader, form, axis, read, function)
    if categories == size == 1:
        # There is nothing to select from, so it is read as it is.
        return form
    if categories != size or letter is None:
        raise NotConjugate(f"{categories} categories select from an axis of length {size}, and both must be as long")
    fresh = reader.fresh(size)
    form = renamed(form, {letter: fresh})
    return form._replace(choices=(*form.choices, Choice(fresh, read)))


def _tabulated(reader: Reader, form: Form, axis: int, read: Read, function: CategoryFunction) -> Form:
    """Read along one axis where a function of a category points to."""
    size, categories = form.shape[axis], reader.chosen[read.node]
    table = function.table(np.arange(categories).astype(_CODES[reader.type(function.of)[0].dtype]))
    if table.min() < 0 or table.max() >= size:
        raise NotConjugate(
            f"by {categories} categories, {table.tolist()} of an axis of length {size} are read: expected integers "
            f"from 0 to {size - 1}"
        )
    fresh = reader.fresh(categories)
    there = read_at(form, form.axes[axis], Through(Fixed(table), (Letter(fresh),)))
    return there._replace(choices=(*form.choices, Choice(fresh, read)))


def _without_operands(index: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(":" if part == "operand" else part for part in index)


def _operand_axes(index: Sequence[Any], ndim: int) -> list[int]:
    """The axes of the rest at which the operands of an index stand."""
    given = sum(part is not None and part != "..." for part in index)
    axis, found = 0, []
    for part in index:
        if part == "operand":
            found.append(axis)
            axis += 1
        elif part == "...":
            axis += ndim - given
        elif isinstance(part, list | tuple):
            raise NotConjugate("an index by a list and a value together stands on the way")
        elif not isinstance(part, int):
            axis += 1
    return found
