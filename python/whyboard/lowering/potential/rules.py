"""How each operator that is linear in its operands makes a form of theirs.

An operator that only moves elements about needs no rule: `expression.rearranging` has it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from whyboard.errors import NotConjugate
from whyboard.lowering.network import Apply, Number, Term
from whyboard.lowering.potential.conversion import stated
from whyboard.lowering.potential.multilinear import (
    ROW,
    Fixed,
    Form,
    Known,
    Letter,
    Mask,
    Monomial,
    Shifted,
    Through,
    Value,
    joined_choices,
    renamed,
    substituted_form,
)
from whyboard.lowering.potential.reader import Reader, Rule, Settings
from whyboard.lowering.potential.selection import gated, gathered, indexed

TIME = Apply("TimeIndex", "{}", ())
"""The number of the row."""


def _add(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    return reader.add([reader.form(each) for each in operands])


def _subtract(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    if _is_one(reader, operands[0]) and (found := stated(reader, Apply("Complement", "{}", operands[1:]))):
        return found
    left, right = map(reader.form, operands)
    return reader.add([left, reader.scaled(right, -1.0)])


def _complement(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    one = Form((Monomial((Known(Fixed(1.0)),)),), (), ())
    return reader.add([one, reader.scaled(reader.form(operands[0]), -1.0)])


def _negative(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    return reader.scaled(reader.form(operands[0]), -1.0)


def _multiply(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    return reader.multiply(*map(reader.form, operands))


def _divide(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    above, below = map(reader.form, operands)
    return reader.multiply(above, reader.power(below, -1.0))


def _sqrt(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    return reader.power(reader.form(operands[0]), 0.5)


def _square(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    return reader.power(reader.form(operands[0]), 2.0)


def _power(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    exponent = operands[1]
    if not isinstance(exponent, Number) or reader.constants[exponent.slot].ndim:
        raise NotConjugate("Power stands on the way")
    return reader.power(reader.form(operands[0]), float(reader.constants[exponent.slot]))


def _sum(reader: Reader, operands: tuple[Term, ...], settings: Settings) -> Form:
    form = reader.form(operands[0])
    axes = _axes(settings.get("axis"), len(form.shape))
    return reader.sum(form, axes, keepdims=bool(settings.get("keepdims")))


def _mean_of(reader: Reader, operands: tuple[Term, ...], settings: Settings) -> Form:
    form = reader.form(operands[0])
    axes = _axes(settings.get("axis"), len(form.shape))
    total = reader.sum(form, axes, keepdims=bool(settings.get("keepdims")))
    return reader.scaled(total, 1.0 / math.prod(form.shape[axis] for axis in axes))


def _dot(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    left, right = map(reader.form, operands)
    if not left.shape or not right.shape:
        return reader.multiply(left, right)
    return reader.contract(left, right, [(len(left.shape) - 1, max(len(right.shape) - 2, 0))])


def _matmul(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    left, right = map(reader.form, operands)
    if len(right.shape) <= 2:
        return reader.contract(left, right, [(len(left.shape) - 1, max(len(right.shape) - 2, 0))])
    if len(left.shape) <= 2:
        form = reader.contract(left, right, [(len(left.shape) - 1, len(right.shape) - 2)])
        if len(left.shape) == 1:
            return form
        # The row of the matrix stands first; numpy puts it after the batch.
        return reader.rearrange(form, lambda x: np.moveaxis(x, 0, -2))
    if len(left.shape) != len(right.shape):
        raise NotConjugate("a product of stacks of matrices of different depth stands on the way")
    batch = len(left.shape) - 2
    return reader.contract(left, right, [(batch + 1, batch)], [(axis, axis) for axis in range(batch)])


def _outer(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    left, right = (reader.rearrange(reader.form(each), np.ravel) for each in operands)
    return reader.contract(left, right, [])


def _einsum(reader: Reader, operands: tuple[Term, ...], settings: Settings) -> Form:
    subscripts = settings["subscripts"].replace(" ", "")
    if "..." in subscripts:
        raise NotConjugate("an einsum with '...' stands on the way; write its letters out")
    inputs, arrow, output = subscripts.partition("->")
    if not arrow:
        output = "".join(sorted(letter for letter in set(inputs) - {","} if inputs.count(letter) == 1))
    letters: dict[str, int | None] = {}
    sizes: dict[str, int] = {}
    total: Form | None = None
    for text, operand in zip(inputs.split(","), operands, strict=True):
        form = reader.freshened(reader.form(operand))
        form = reader.apart(total, form) if total is not None else form
        names: dict[int, int] = {}
        for name, axis, size in zip(text, form.axes, form.shape, strict=True):
            sizes[name] = size
            before = letters.setdefault(name, axis)
            if before is None:
                letters[name] = axis
            elif axis is not None and axis != before:
                names[axis] = before
        form = renamed(form, names)._replace(axes=(), shape=())
        if total is None:
            total = form
            continue
        choices, (total, form) = joined_choices([total, form])
        product = (Monomial((*a.factors, *b.factors)) for a in total.monomials for b in form.monomials)
        total = Form(tuple(product), (), (), choices)
    assert total is not None
    gone = [letter for name, letter in letters.items() if name not in output and letter is not None]
    total = reader.spread(total, gone)
    return total._replace(axes=tuple(letters[name] for name in output), shape=tuple(sizes[name] for name in output))


def _concatenate(reader: Reader, operands: tuple[Term, ...], settings: Settings) -> Form:
    forms = [reader.form(each) for each in operands]
    axis = settings.get("axis", 0)
    if axis is None:
        forms, axis = [reader.rearrange(form, np.ravel) for form in forms], 0
    return reader.joined(forms, axis % len(forms[0].shape))


def _stack(reader: Reader, operands: tuple[Term, ...], settings: Settings) -> Form:
    forms = [reader.form(each) for each in operands]
    axis = settings.get("axis", 0) % (len(forms[0].shape) + 1)
    return reader.joined([reader.rearrange(form, lambda x: np.expand_dims(x, axis)) for form in forms], axis)


def _stacked(reader: Reader, forms: Sequence[Form]) -> Form:
    """Forms along a new last axis, in one shape."""
    wide = reader.aligned(forms)
    columns = [form._replace(axes=(*form.axes, None), shape=(*form.shape, 1)) for form in wide]
    return reader.joined(columns, len(wide[0].shape))


def _index(reader: Reader, operands: tuple[Term, ...], settings: Settings) -> Form:
    return indexed(reader, operands[0], operands[1:], settings.get("index", ()))


def _take(reader: Reader, operands: tuple[Term, ...], settings: Settings) -> Form:
    form = reader.form(operands[0])
    axis = settings.get("axis")
    if axis is None:
        form, axis = reader.rearrange(form, np.ravel), 0
    return gathered(reader, form, [axis % len(form.shape)], operands[1:])


def _gate(reader: Reader, operands: tuple[Term, ...], settings: Settings) -> Form:
    selector, x = operands
    return gated(reader, reader.form(x), settings.get("axis", -1), selector)


def _choose(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    selector, *options = operands
    return gated(reader, _stacked(reader, [reader.form(each) for each in options]), -1, selector)


def _where(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    """A choice by what is known is either side, masked; one by a latent truth value is a gate."""
    condition, *sides = operands
    if reader.type(condition)[1]:
        return gated(reader, _stacked(reader, [reader.form(each) for each in reversed(sides)]), -1, condition)
    given = reader.form(condition)
    known = given.monomials[0].factors[0]
    assert isinstance(known, Known)
    cases: list[Form] = []
    for side, holds in zip(sides, (True, False), strict=True):
        mask = given._replace(monomials=(Monomial((Mask(known.source, known.places, holds),)),))
        cases.append(reader.multiply(mask, reader.form(side)))
    return reader.add(cases)


def _time_shift(reader: Reader, operands: tuple[Term, ...], settings: Settings) -> Form:
    """The operand some rows earlier, and before the first row what it starts from."""
    lag = -settings["shift"]
    form, start = map(reader.form, operands)
    if not lag:
        return form
    earlier = substituted_form(
        form, lambda letter: Shifted(lag) if letter == ROW else Letter(letter), form.axes, form.shape
    )
    if len(start.shape) > len(form.shape):
        first, rows = start.axes[0], Value(TIME, (), dynamic=True, function=FirstRows(lag))
        place = Through(rows, (Letter(ROW),))
        start = substituted_form(
            start, lambda letter: place if letter == first else Letter(letter), start.axes[1:], start.shape[1:]
        )
    has_started = Value(TIME, (), dynamic=True, function=IsFrom(lag))
    cases = zip((earlier, start), (True, False), strict=True)
    return reader.add(
        [reader.masked(each, Mask(has_started, (Letter(ROW),), holds)) for each, holds in cases],
    )


class IsFrom(NamedTuple):
    """Whether a row has so many rows before it."""

    lag: int

    def __call__(self, row: Any) -> Any:
        return row >= self.lag


class FirstRows(NamedTuple):
    """Which of so many initial values a row takes."""

    lag: int

    def __call__(self, row: Any) -> Any:
        return jnp.minimum(row, self.lag - 1)


def _trace(reader: Reader, operands: tuple[Term, ...], _: Settings) -> Form:
    diagonal = reader.rearrange(reader.form(operands[0]), np.diagonal)
    return reader.sum(diagonal, [len(diagonal.shape) - 1])


RULES: dict[str, Rule] = {
    "Add": _add,
    "Subtract": _subtract,
    "Complement": _complement,
    "Negative": _negative,
    "Mul": _multiply,
    "Divide": _divide,
    "Sqrt": _sqrt,
    "Square": _square,
    "Power": _power,
    "Sum": _sum,
    "Mean": _mean_of,
    "Dot": _dot,
    "Matmul": _matmul,
    "Outer": _outer,
    "Einsum": _einsum,
    "Concatenate": _concatenate,
    "Stack": _stack,
    "Index": _index,
    "Take": _take,
    "Gate": _gate,
    "Choose": _choose,
    "Where": _where,
    "TimeShift": _time_shift,
    "Trace": _trace,
}


def _is_one(reader: Reader, term: Term) -> bool:
    """A share taken from exactly one is a share."""
    return isinstance(term, Number) and not reader.type(term)[0].shape and reader.constants[term.slot] == 1


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    return tuple(each % ndim for each in ((axis,) if isinstance(axis, int) else axis))
