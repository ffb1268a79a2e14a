"""Whether the moments that an operator states are what message passing needs them to be."""

from __future__ import annotations

import typing
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from whyboard.errors import ParameterError
from whyboard.families import CountMoments, NormalMoments
from whyboard.families.known import event_axes, known_moments
from whyboard.families.moments import leaves
from whyboard.operators.operator import Operator
from whyboard.precision import double_precision

TOLERANCE = 1e-8


def check_operator(kind: type[Operator], values: tuple[Any, ...], settings: dict[str, Any]) -> None:
    """Hold `moments` to its laws at one value of each operand.

    The moments of known operands are those of the result; they are affine in the moments of each operand; a `backward`
    that is stated agrees with the derivative.

    Raises:
        ParameterError: names the operator, what was expected and what came out.
    """
    stated: Any = kind.moments
    if stated is None:
        raise ParameterError(f"{kind.__name__} states no moments. Message passing needs them, or a rule.")
    hints = typing.get_type_hints(stated)
    names = [name for name in hints if name not in ("return", *(setting.name for setting in kind.settings))]
    names += names[-1:] * (len(values) - len(names))
    with double_precision():
        operands = [_moments(hints[name], value) for name, value in zip(names, values, strict=True)]
        found = stated(*operands, **settings)
        if type(found) is not hints["return"]:
            raise ParameterError(
                f"{kind.__name__}.moments gives {type(found).__name__}. Expected {hints['return'].__name__}."
            )
        result = jnp.asarray(kind.evaluate(values, settings), float)
        events = found.second.ndim - found.first.ndim if isinstance(found, NormalMoments) else event_axes(type(found))
        _compare(kind, "moments", found, known_moments(type(found), result, events), "those of the result")
        for place in range(len(operands)):
            _check_affine(kind, operands, place, settings)
        if kind.backward is not None:
            _check_backward(kind, operands, found, settings)


def _moments(hint: Any, value: Any) -> Any:
    if hint is CountMoments:
        return CountMoments(jnp.eye(int(np.max(value)) + 2)[jnp.asarray(value)])
    return known_moments(hint, jnp.asarray(value, float), event_axes(hint)) if hint is not float else value


def _check_affine(kind: Any, operands: list[Any], place: int, settings: dict[str, Any]) -> None:
    """Halfway between two operands, the moments are halfway between theirs."""

    def along(own: Any) -> Any:
        return kind.moments(*operands[:place], own, *operands[place + 1 :], **settings)

    here = jax.tree.map(lambda leaf: jnp.asarray(leaf, float), operands[place])
    there = jax.tree.map(lambda leaf: 1.5 * leaf + 0.25, here)
    middle = jax.tree.map(lambda a, b: (a + b) / 2, here, there)
    expected = jax.tree.map(lambda a, b: (a + b) / 2, along(here), along(there))
    _compare(kind, "moments", along(middle), expected, f"something affine in operand {place + 1}")


def _check_backward(kind: Any, operands: list[Any], found: Any, settings: dict[str, Any]) -> None:
    keys = iter(jax.random.split(jax.random.key(0), len(leaves(found))))
    message = jax.tree.map(lambda leaf: jax.random.normal(next(keys), jnp.shape(leaf)), found)
    _, back = jax.vjp(lambda *each: kind.moments(*each, **settings), *operands)
    for place, (ours, derived) in enumerate(
        zip(kind.backward(message, *operands, **settings), back(message), strict=True)
    ):
        _compare(kind, "backward", ours, derived, f"the derivative along operand {place + 1}")


def _compare(kind: Any, what: str, got: Any, expected: Any, meant: str) -> None:
    for field, a, b in zip(expected._fields, leaves(got), leaves(expected), strict=True):
        if not np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE):
            raise ParameterError(
                f"{kind.__name__}.{what} gives {np.asarray(a)} as {field}. Expected {meant}, {np.asarray(b)}."
            )
