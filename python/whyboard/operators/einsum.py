"""Einstein sums: any product of values summed over any of their axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import jax.numpy as jnp
from jax import Array

from whyboard.errors import ShapeError
from whyboard.operators.operator import Operator, Shape, ValueType, elementwise, register
from whyboard.value_type import broadcast_shapes


@register
class Einsum(Operator):
    """Products of elements, summed over the letters that the result does not have: ``"ij,j->i"``."""

    group = "linear algebra"
    begins: ClassVar[Mapping[str, Any]] = {"subscripts": "..."}
    positional_settings = ("subscripts",)

    @staticmethod
    def result(*operands: ValueType, subscripts: str) -> ValueType:
        shape = _result_shape(subscripts.replace(" ", ""), tuple(each.shape for each in operands))
        kinds = [each._replace(shape=()) for each in operands]
        return elementwise(*kinds)._replace(shape=shape)

    @staticmethod
    def apply(*operands: Array, subscripts: str) -> Array:
        return jnp.einsum(subscripts, *(jnp.asarray(each) for each in operands))


def _result_shape(subscripts: str, shapes: tuple[Shape, ...]) -> Shape:
    inputs, arrow, output = subscripts.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(shapes):
        raise ShapeError(f"einsum {subscripts!r} names {len(terms)} operands. Expected {len(shapes)}.")
    lengths: dict[str, int] = {}
    batches = []
    for term, shape in zip(terms, shapes, strict=True):
        before, dots, after = term.partition("...")
        named = len(before) + len(after)
        if named > len(shape) or (not dots and named != len(shape)):
            raise ShapeError(
                f"einsum {subscripts!r} names {named} axes in {term!r}. Expected {len(shape)} for shape {shape}."
            )
        end = len(shape) - len(after)
        batches.append(shape[len(before) : end])
        for letter, length in zip(before + after, shape[: len(before)] + shape[end:], strict=True):
            if lengths.setdefault(letter, length) != length:
                first = lengths[letter]
                raise ShapeError(
                    f"einsum {subscripts!r} got lengths {first} and {length} for {letter!r}. Expected equal ones."
                )
    if not arrow:
        letters = "".join(sorted(letter for letter in lengths if inputs.count(letter) == 1))
        output = f"...{letters}" if "..." in inputs else letters
    before, dots, after = output.partition("...")
    unknown = [letter for letter in before + after if letter not in lengths]
    if unknown:
        raise ShapeError(
            f"einsum {subscripts!r} has {unknown[0]!r} only in its result. Expected a letter of the operands."
        )
    batch = broadcast_shapes(*batches) if dots else ()
    return (*(lengths[letter] for letter in before), *batch, *(lengths[letter] for letter in after))
