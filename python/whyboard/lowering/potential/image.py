"""`Image`: moments that are a function of other moments, of operators that state them and of converters alike.

To a form it is one more variable. Messages go back through the derivative of the function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from whyboard.families import CountMoments, NormalMoments
from whyboard.families.known import event_axes, known_moments
from whyboard.families.moments import leaves
from whyboard.lowering.potential.layout import Layout
from whyboard.lowering.potential.multilinear import Form
from whyboard.operators.operator import Operator
from whyboard.precision import double_precision
from whyboard.value_type import Shape

Step = Callable[..., Any]


class Slot(NamedTuple):
    """An argument of a formula: its form, and the letters of its event axes."""

    name: str
    form: Form
    kind: type
    events: tuple[int | None, ...]
    again: int | None


class Image(NamedTuple):
    """Moments that follow from those of operands.

    Their axes are ``head``, then those of the value of the image, as the moments type has them.
    """

    steps: tuple[Step, ...]
    """The first takes the moments of all operands, each further one those of the step before."""
    slots: tuple[Slot, ...]
    kind: type
    head: tuple[int, ...]
    """Letters of what selects, and of the data axis."""
    templates: tuple[Any, ...]
    """By operand, moments with shapes in place of numbers, without the head."""
    bases: frozenset[int]
    """The latent nodes that it depends on."""

    def __call__(self, *operands: Any) -> Any:
        """The moments of the image from those of its operands."""
        first, *rest = self.steps
        moments = first(*operands)
        for step in rest:
            moments = step(moments)
        return moments

    @property
    def template(self) -> Any:
        """The moments of the image with shapes in place of numbers, without the head."""
        with double_precision():
            return jax.eval_shape(self.__call__, *self.templates)

    @property
    def shape(self) -> Shape:
        """The shape of its value."""
        return value_shape(self.template)

    @property
    def events(self) -> int:
        """How many axes of the value belong to one joint moment."""
        return events_of(self.template)

    def evaluate(self, operands: Sequence[Any]) -> Any:
        """The moments from operands with their heads, of length one where they do not depend on it."""
        whole = [
            jax.tree.map(lambda leaf, shape: _filled(leaf, shape.shape, len(self.head)), operand, template)
            for operand, template in zip(operands, self.templates, strict=True)
        ]
        return _over(self, len(self.head))(*whole)

    def layout(self, moments: Any) -> Layout:
        """How its moments are stored."""
        sizes = value_shape(moments)
        split = len(sizes) - self.events
        return Layout(tuple(range(split)), tuple(range(split, len(sizes))), sizes)


class Stated(NamedTuple):
    """The moments that an operator states, and the message it may state for the way back."""

    operator: type[Operator]
    settings: tuple[tuple[str, Any], ...]

    def __call__(self, *operands: Any) -> Any:
        operator: Any = self.operator
        settings = dict(self.settings)
        if operator.backward is None:
            return operator.moments(*operands, **settings)

        @jax.custom_vjp
        def stated(*operands: Any) -> Any:
            return operator.moments(*operands, **settings)

        def back(operands: Any, message: Any) -> tuple[Any, ...]:
            return tuple(operator.backward(message, *operands, **settings))

        stated.defvjp(lambda *operands: (stated(*operands), operands), back)
        return stated(*operands)


def template_of(kind: type, shape: Shape, events: int, categories: int | None = None) -> Any:
    """Moments of a type for a value of this shape, with shapes in place of numbers."""
    with double_precision():
        if kind is CountMoments:
            return CountMoments(jax.ShapeDtypeStruct((*shape, categories), np.float64))
        value = jax.ShapeDtypeStruct(shape, np.float64)
        return jax.eval_shape(lambda each: known_moments(kind, each, events), value)


def value_shape(moments: Any) -> Shape:
    """The shape of the value that moments belong to: that of their first field, without its categories."""
    shape = tuple(leaves(moments)[0].shape)
    return shape[:-1] if isinstance(moments, CountMoments) and not event_axes(type(moments)) else shape


def events_of(moments: Any) -> int:
    """How many axes of a value belong to one joint moment."""
    if isinstance(moments, NormalMoments):
        return moments.second.ndim - moments.first.ndim
    return event_axes(type(moments))


def _filled(leaf: Any, shape: Shape, head: int) -> Any:
    return jnp.broadcast_to(jnp.asarray(leaf, float), (*leaf.shape[:head], *shape))


def _over(function: Callable[..., Any], axes: int) -> Callable[..., Any]:
    """A function of one row mapped over leading axes; operands of length one there are the same for all."""
    if not axes:
        return function

    def mapped(*operands: Any) -> Any:
        lengths = [max(leaf.shape[0] for leaf in jax.tree.leaves(operand)) for operand in operands]
        inner = _over(function, axes - 1)
        length = max(lengths)
        if length == 1:
            found = inner(*(jax.tree.map(lambda leaf: leaf[0], operand) for operand in operands))
            return jax.tree.map(lambda leaf: leaf[None], found)
        whole = [
            jax.tree.map(lambda leaf: leaf[0], operand)
            if own == 1
            else jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (length, *leaf.shape[1:])), operand)
            for operand, own in zip(operands, lengths, strict=True)
        ]
        return jax.vmap(inner, in_axes=tuple(None if own == 1 else 0 for own in lengths))(*whole)

    return mapped
