"""The functions of a distribution that states no more than its expected log density and the family of beliefs."""

from __future__ import annotations

import inspect
import typing
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from whyboard.errors import ParameterError
from whyboard.families.known import known_moments
from whyboard.families.logarithm import LOG_ZERO


def derive(law: Any) -> None:
    """Give a class the functions that it does not state; one that has no formula is left as it is."""
    if law.expected_log_density is not None and law.parameters:
        _check_annotations(law)
        for name, function in (_FUNCTIONS if law.states_family() else _OF_FORMULA).items():
            if getattr(law, name, None) is None:
                setattr(law, name, classmethod(function))
    if getattr(law, "sample", None) is None:
        law.sample = staticmethod(undrawn)


def undrawn(key: Array, shape: tuple[int, ...], **canonical: Array) -> Array:
    """What stands for draws of a distribution that states none, where a program has a place for them."""
    del key, canonical
    return jnp.full(shape, jnp.nan)


def is_derived(law: Any, name: str) -> bool:
    """Whether a class does not state this function, but has it from its formula and its family."""
    return getattr(getattr(law, name), "__func__", None) in (_FUNCTIONS[name], _OF_FORMULA.get(name))


def _check_annotations(law: Any) -> None:
    """Refuse arguments of a formula that do not say in which moments they come.

    Raises:
        ParameterError: names the argument.
    """
    hints = typing.get_type_hints(law.expected_log_density)
    for name in inspect.signature(law.expected_log_density).parameters:
        if name not in hints:
            raise ParameterError(
                f"{law.__name__}.expected_log_density does not say what {name!r} is. Annotate it with the moments type "
                "in which it comes, such as NormalMoments or PositiveMoments, or with float if it must be a constant."
            )


def _mean(law: Any, **canonical: Array) -> Array:
    return _value_moments(law, canonical).mean


def _variance(law: Any, **canonical: Array) -> Array:
    return _value_moments(law, canonical).variance


def _log_density(law: Any, value: Array, **canonical: Array) -> Array:
    family = _family(law, jnp.shape(value)[jnp.ndim(value) - law.event_ndim :], canonical)
    # Of the family, not of the formula: `check` holds the two to each other.
    natural = _natural(law, family, jnp.shape(value)[: jnp.ndim(value) - law.event_ndim], canonical)
    return family.log_density(natural, value)


def _sample(law: Any, key: Array, shape: tuple[int, ...], **canonical: Array) -> Array:
    event = shape[len(shape) - law.event_ndim :]
    family = _family(law, event, canonical)
    return family.sample(key, _natural(law, family, shape[: len(shape) - law.event_ndim], canonical))


def _in_support(law: Any, value: Array, **canonical: Array) -> Array:
    # Of the family alone, which data are held to before the parameters are known.
    family = _family(law, jnp.shape(value)[jnp.ndim(value) - law.event_ndim :], canonical)
    finite = jnp.isfinite(jnp.asarray(value, float)).all(tuple(range(-law.event_ndim, 0)))
    return finite & family.contains(value)


def _log_density_of_formula(law: Any, value: Array, **canonical: Array) -> Array:
    found = law.expected_log_density(x=_statistics(law, value), **_parameters(law, canonical))
    if law.log_base_measure is not None:
        constants = {name: each for name, each in _parameters(law, canonical).items() if not isinstance(each, tuple)}
        found = found + law.log_base_measure(value, **constants)
    return jnp.where(_has_statistics(law, value), found, -jnp.inf)


def _in_support_of_formula(law: Any, value: Array, **canonical: Array) -> Array:
    del canonical
    return _has_statistics(law, value)


def _statistics(law: Any, value: Array) -> Any:
    return known_moments(typing.get_type_hints(law.expected_log_density)["x"], value, law.event_ndim)


def _has_statistics(law: Any, value: Array) -> Array:
    """Whether the moments of a value are numbers: that of zero has no logarithm."""
    statistics, plates = _statistics(law, value), jnp.shape(value)[: jnp.ndim(value) - law.event_ndim]
    found = jnp.ones(plates, bool)
    for leaf in jax.tree.leaves(statistics):
        here = jnp.isfinite(leaf) & (leaf > LOG_ZERO)
        found = found & here.all(tuple(range(len(plates), jnp.ndim(leaf))))
    return found


def _value_moments(law: Any, canonical: dict[str, Array]) -> Any:
    shapes = [jnp.shape(canonical[each.name]) for each in law.parameters if each.name in canonical]
    plates = jnp.broadcast_shapes(*(shape[: len(shape) - law.event_ndim] for shape in shapes))
    event = max(shapes, key=len)[max(map(len, shapes)) - law.event_ndim :]
    family = _family(law, event, canonical)
    return family.value_moments(_natural(law, family, plates, canonical))


def _natural(law: Any, family: Any, plates: tuple[int, ...], canonical: dict[str, Array]) -> Any:
    """The slope of the formula along the statistics of the value: natural parameters of the family."""
    start = jax.tree.map(lambda leaf: jnp.zeros((*plates, *leaf.shape)), family.template)
    parameters = _parameters(law, canonical)
    return jax.grad(lambda x: law.expected_log_density(x=x, **parameters).sum())(start)


def _parameters(law: Any, canonical: dict[str, Array]) -> dict[str, Any]:
    """The parameters of the formula, which are known here."""
    events = {each.name: each.event_ndim for each in law.parameters}
    found: dict[str, Any] = {}
    for name, hint in typing.get_type_hints(law.expected_log_density).items():
        if name in ("x", "return"):
            continue
        ways: dict[str, Any] = law.moment_parameters.get(name, {name: 1})
        given = next(each for each in canonical if each in ways)
        way: Any = ways[given]
        value: Any = jnp.asarray(canonical[given], float)
        value = way(value) if callable(way) else value**way
        found[name] = value if hint is float else known_moments(hint, value, events[given])
    return found


def _family(law: Any, event: tuple[int, ...], canonical: dict[str, Array]) -> Any:
    events = {each.name: each.event_ndim for each in law.parameters}
    shapes = {name: jnp.shape(each)[jnp.ndim(each) - events.get(name, 0) :] for name, each in canonical.items()}
    return law.family(event, shapes)


_FUNCTIONS: dict[str, Any] = {
    "log_density": _log_density,
    "sample": _sample,
    "in_support": _in_support,
    "mean": _mean,
    "variance": _variance,
}
_OF_FORMULA: dict[str, Any] = {"log_density": _log_density_of_formula, "in_support": _in_support_of_formula}
"""Of one without a family."""
