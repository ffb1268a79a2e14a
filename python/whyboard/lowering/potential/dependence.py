"""What the value of a function is computed from, read off its program: no numbers are tried."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import jax
import numpy as np
from jax import Array
from jax.extend.core import Literal

PRODUCTS = {"mul", "dot_general"}
"""Zero where an operand is."""
SUMS = {"add", "add_any", "sub"}
"""Zero where all operands are."""
MOVES = {
    "neg",
    "broadcast_in_dim",
    "reshape",
    "squeeze",
    "transpose",
    "reduce_sum",
    "convert_element_type",
    "copy",
    "slice",
}
"""Zero where the operand is."""


def dependence(
    function: Callable[..., Any], arguments: Sequence[Array], zero: Collection[int] = ()
) -> frozenset[int] | None:
    """The arguments that the value of a function depends on.

    Args:
        function: of arrays.
        arguments: of which only shapes count.
        zero: arguments that are 0 everywhere.

    Returns:
        Numbers of arguments; some may be named though nothing depends on them. ``None`` if the value is 0 everywhere.
    """
    program = jax.make_jaxpr(function)(*arguments).jaxpr
    nothing = _zeros(program, {program.invars[number] for number in zero})
    if all(_is_zero(each, nothing) for each in program.outvars):
        return None
    used = {each for each in program.outvars if not isinstance(each, Literal)}
    for step in reversed(program.eqns):
        if not used.isdisjoint(step.outvars):
            used.update(each for each in step.invars if not (isinstance(each, Literal) or each in nothing))
    return frozenset(number for number, variable in enumerate(program.invars) if variable in used)


def _zeros(program: Any, found: set[Any]) -> set[Any]:
    """All variables of a program that are 0 where these are."""
    for step in program.eqns:
        zero = [_is_zero(each, found) for each in step.invars]
        name = step.primitive.name
        if (name in PRODUCTS and any(zero)) or (name in SUMS | MOVES and all(zero)):
            found.update(step.outvars)
        elif name in ("jit", "pjit"):
            inner = step.params["jaxpr"].jaxpr
            inside = _zeros(inner, {variable for variable, is_zero in zip(inner.invars, zero, strict=True) if is_zero})
            results = zip(step.outvars, inner.outvars, strict=True)
            found.update(outer for outer, result in results if _is_zero(result, inside))
    return found


def _is_zero(variable: Any, zeros: set[Any]) -> bool:
    if isinstance(variable, Literal):
        return np.ndim(variable.val) == 0 and bool(variable.val == 0)
    return variable in zeros
