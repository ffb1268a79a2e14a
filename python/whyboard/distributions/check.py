"""`check`: whether a distribution's expected log density is what message passing needs it to be."""

from __future__ import annotations

import typing
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from whyboard.distributions.check_operator import check_operator
from whyboard.distributions.derived import derive, is_derived
from whyboard.distributions.distribution import Distribution
from whyboard.errors import ParameterError
from whyboard.families.known import known_moments
from whyboard.families.moments import leaves
from whyboard.operators.operator import Operator
from whyboard.precision import double_precision

TOLERANCE = 1e-8


def check(kind: type[Distribution | Operator], *values: Any, **parameters: Any) -> None:
    """Hold `expected_log_density` of a distribution, or `moments` of an operator, to its laws at one value.

    At the statistics of a value it is the log density without the base measure; it is affine in the moments of the
    value and of each parameter; messages to them have their types. For an operator see `check_operator`.

    Args:
        kind: a distribution class, or an operator class.
        values: one value, of the event shape; of an operator, one for each operand.
        parameters: any allowed combination of parameters; of an operator, its settings.

    Raises:
        ParameterError: names the argument, what was expected and what came out.
    """
    if not isinstance(kind, type) or not issubclass(kind, Distribution | Operator):
        raise ParameterError(f"check got {kind!r}. Expected a class of distributions or of operators.")
    if issubclass(kind, Operator):
        check_operator(kind, values, parameters)
        return
    (value,) = values
    formula: Any = kind.expected_log_density
    if formula is None:
        raise ParameterError(f"{kind.__name__} states no expected_log_density. Message passing needs it.")
    # As registering does: a class may be checked before.
    derive(kind)
    with double_precision():
        arguments, dims = _arguments(kind, value, parameters)
        # First, since of what is not affine natural parameters and with them a derived density are wrong.
        for name in arguments:
            if isinstance(arguments[name], tuple):
                _check_affine(kind, name, arguments)
        _check_value(kind, value, parameters, (arguments, dims))


def _arguments(
    kind: type[Distribution], value: Any, parameters: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    given = {**parameters, **kind.complete(parameters)}
    hints = typing.get_type_hints(kind.expected_log_density)
    shapes = {each.name: each.event_ndim for each in kind.parameters}
    found: dict[str, Any] = {}
    dims: dict[str, Any] = {}
    for name, hint in hints.items():
        if name in ("x", "return"):
            continue
        ways = kind.moment_parameters.get(name, {name: 1})
        source = next((each for each in given if each in ways), None)
        if source is None:
            raise ParameterError(f"{kind.__name__}: nothing that is given leads to {name!r} of expected_log_density.")
        way = ways[source]
        array = way(jnp.asarray(given[source], float)) if callable(way) else jnp.asarray(given[source], float) ** way
        dims[name] = array.shape[array.ndim - shapes[source] :] if shapes[source] else ()
        found[name] = array if hint is float else known_moments(hint, array, shapes[source])
    if not kind.states_family():
        return {"x": known_moments(hints["x"], jnp.asarray(value), kind.event_ndim), **found}, dims
    family = _family(kind, value, dims, {name: np.asarray(each) for name, each in given.items()})
    return {"x": family.statistics(value), **found}, dims


def _family(kind: type[Distribution], value: Any, dims: Any, constants: dict[str, np.ndarray]) -> Any:
    return kind.family_of(np.shape(value), dims, constants)


def _check_value(
    kind: type[Distribution], value: Any, parameters: dict[str, Any], at: tuple[dict[str, Any], Any]
) -> None:
    arguments, dims = at
    formula: Any = kind.expected_log_density
    constants = {name: each for name, each in arguments.items() if not isinstance(each, tuple)}
    own: Any = kind.log_base_measure
    stated = kind.states_family()
    family = (
        _family(kind, value, dims, {name: np.asarray(each) for name, each in constants.items()}) if stated else None
    )
    base = own(value, **constants) if own else (family.log_base_measure(value) if family else 0.0)
    expected = kind.log_density(jnp.asarray(value), **kind.canonical(**parameters))
    got = formula(**arguments) + base
    if not np.allclose(got, expected, rtol=TOLERANCE, atol=TOLERANCE):
        if is_derived(kind, "log_density") and not np.isfinite(expected).all():
            raise ParameterError(
                f"{kind.__name__}.family is {family!r}, which has no density at the slopes of the formula as natural "
                f"parameters, so it is not the family of {kind.__name__}. State another one; leave it out if the "
                "variable is only ever observed."
            )
        whose = (
            f"the family, {family!r}, at the slopes of the formula as natural parameters"
            if is_derived(kind, "log_density")
            else f"{kind.__name__}.log_density"
        )
        raise ParameterError(
            f"{kind.__name__}.expected_log_density and the base measure give {np.asarray(got)} at {value!r}. "
            f"Expected {np.asarray(expected)}, the log density of {whose}. The difference here is "
            f"{np.asarray(expected - got)}: look for a constant that the formula forgets, for a part of the base "
            "measure that it counts again or that `log_base_measure` lacks, and whether the family is the right one."
        )


def _check_affine(kind: type[Distribution], name: str, arguments: dict[str, Any]) -> None:
    """The slope at two points is the same."""
    formula: Any = kind.expected_log_density

    def total(moments: Any) -> Any:
        return jnp.sum(formula(**{**arguments, name: moments}))

    here = jax.tree.map(lambda leaf: jnp.asarray(leaf, float), arguments[name])
    there = jax.tree.map(lambda leaf: 1.5 * leaf + 0.25, here)
    one, other = jax.grad(total)(here), jax.grad(total)(there)
    fields = getattr(here, "_fields", ("",))
    for field, a, b in zip(fields, leaves(one), leaves(other), strict=True):
        if not np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE):
            raise ParameterError(
                f"{kind.__name__}.expected_log_density is not affine in {name}.{field}: its slope there changes from "
                f"{np.asarray(a)} to {np.asarray(b)} as the moments of {name} change. Write it with "
                "expected statistics alone: the square of a variable, or its logarithm, is a moment of its own."
            )
