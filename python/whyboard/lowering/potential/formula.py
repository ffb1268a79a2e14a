"""Whether the formula of a distribution is affine in the moments of each argument, which every update relies on."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families import Family
from whyboard.lowering.potential.dependence import dependence
from whyboard.lowering.potential.image import template_of
from whyboard.precision import double_precision
from whyboard.value_type import Shape

TOLERANCE = 1e-8


class Argument(NamedTuple):
    """A parameter of an expected log density: its name, the type of its moments, and the shape of one event."""

    name: str
    kind: type
    shape: Shape


def check_affine(law: Any, family: Family, parameters: Sequence[Argument], path: str) -> None:
    """Refuse an expected log density that is not affine in the moments of each argument.

    Args:
        law: the distribution.
        family: of its variable.
        parameters: of its formula.
        path: of the variable, for messages.

    Raises:
        ParameterError: names the variable, the distribution and the moment.
    """
    with double_precision():
        bent = _bent(law, family, tuple(parameters))
    if bent is not None:
        raise ParameterError(
            f"The formula of '{path}', {law.__name__}.expected_log_density, is not affine in {bent}: its slope there "
            f"changes with it. Expected statistics to stand in it alone; wb.check({law.__name__}, ...) says more."
        )


@functools.lru_cache(1024)
def _bent(law: Any, family: Family, parameters: tuple[Argument, ...]) -> str | None:
    """The first moment that changes the slope of its own argument, read off the program: nothing is compiled."""
    templates = {each.name: _template(each) for each in parameters}
    parts, tree = jax.tree.flatten({"x": family.template, **templates})
    names = {"x": family.template, **templates}
    places = tree.unflatten(range(len(parts)))
    points = [jnp.ones(part.shape) for part in parts]
    for name, template in names.items():
        own = jax.tree.leaves(places[name])
        if not isinstance(template, tuple):
            continue

        def slope(*values: Array, own: Sequence[int] = own) -> list[Array]:
            def total(*moved: Array) -> Array:
                every = [*values]
                for place, value in zip(own, moved, strict=True):
                    every[place] = value
                return jnp.sum(law.expected_log_density(**tree.unflatten(every)))

            return list(jax.grad(total, argnums=tuple(range(len(own))))(*(values[place] for place in own)))

        fields = getattr(template, "_fields", ("moments",))
        for place, field in zip(own, fields, strict=False):
            needed = dependence(slope, points) or frozenset()
            if place in needed and _changes(slope, points, place):
                return f"{name}.{field}"
    return None


def _changes(slope: Any, points: Sequence[Array], place: int) -> bool:
    """Whether the slope has different values: what a program mentions need not matter."""
    moved = [1.5 * point + 0.25 if number == place else point for number, point in enumerate(points)]
    pairs = zip(slope(*points), slope(*moved), strict=True)
    return not all(np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True) for a, b in pairs)


def _template(argument: Argument) -> Any:
    if argument.kind is float:
        return jax.ShapeDtypeStruct(argument.shape, np.float64)
    return template_of(argument.kind, argument.shape, len(argument.shape))
