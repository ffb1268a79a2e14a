"""The mixture of distributions of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import logsumexp

from whyboard.distributions.distribution import Choice, Distribution, Parameter, register
from whyboard.distributions.mixture_information import scalar_root, vector_root
from whyboard.distributions.mixture_names import PREFIX, outer_name, selector_names
from whyboard.distributions.mixture_quantile import whiten
from whyboard.distributions.normal import NormalDistribution
from whyboard.errors import ParameterError, ShapeError
from whyboard.operators.gate import Gate
from whyboard.operators.operator import Setting
from whyboard.value_type import DType, Shape


@register
class MixtureDistribution(Distribution):
    r"""A variable that follows one of K distributions of a kind: the one a selector names, or any, with given weights.

    Mathematically, $p(x) = \sum_k w_k p(x | \theta_k)$, or $p(x | z) = p(x | \theta_z)$.

    It has the parameters of its component, each with an axis of K before its event axes (any of them may lack it, or
    have length 1 there, and is shared). Several selectors have an axis each: ``selectors=2`` gives ``selector`` and
    ``selector_2``, which Python reads and writes as one tuple. A parameter of the component that is called as one of
    the mixture's own has ``component_`` before its name.

    Args:
        component: a distribution, with settings of its own if it has some.
        event_ndim: the last axes of the variable that are selected together.
        selectors: how many selectors there are.
        selector: ``(*plates,)``, an int or bool, counted from 0.
        weights: ``(*plates, K)``, not negative, with sum 1; instead of a selector, which is then integrated out.
    """

    settings = (
        Setting("component", "distribution", "NormalDistribution"),
        Setting("event_ndim", "int", 0, minimum=0),
        Setting("selectors", "int", 1, minimum=1),
    )
    group = "mixture"
    own_parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("selector", domain="integer"),
        Parameter("weights", domain="simplex", event_ndim=1),
    )
    own_alternatives: ClassVar[tuple[Choice, ...]] = ((("selector",), ("weights",)),)
    composition: ClassVar[Mapping[str, Any]] = {
        "component": "component",
        "prefix": PREFIX,
        "repeated": {"selector": "selectors"},
    }

    exchangeable = True
    searched = True
    component: ClassVar[Any] = NormalDistribution
    selectors: ClassVar[int] = 1
    shared: ClassVar[int] = 0
    """Axes that are selected together, besides those of an event of the component."""
    names: ClassVar[Mapping[str, str]] = {}
    """By parameter of the mixture, that of the component."""

    @classmethod
    def specialised(cls, **settings: Any) -> Mapping[str, Any]:
        component, selectors = settings["component"], settings["selectors"]
        if component.data_only or component.deterministic:
            raise ParameterError(f"{cls.__name__} got the component {component.__name__}. Expected one with a density.")
        events = max(settings["event_ndim"], component.event_ndim)
        shared = events - component.event_ndim
        own = selector_names(selectors)
        names = {outer_name(each.name): each.name for each in component.parameters}
        parameters = tuple(
            each._replace(name=outer_name(each.name), event_ndim=selectors + shared + each.event_ndim)
            for each in component.parameters
        )
        selector, weights = cls.own_parameters
        alternatives = tuple(
            tuple(tuple(map(outer_name, option)) for option in choice) for choice in component.alternatives
        )
        found: dict[str, Any] = {
            "component": component,
            "selectors": selectors,
            "shared": shared,
            "names": names,
            "event_ndim": events,
            "dtypes": component.dtypes,
            "parameters": (*parameters, *(selector._replace(name=name) for name in own), weights),
            "alternatives": (*alternatives, (own, ("weights",))),
            "canonical_names": (*map(outer_name, component.canonical_names), "weights"),
            "tuples": {"selector": own} if selectors > 1 else {},
            "whiten": None,
            "fisher_root": None,
        }
        if events == 0 and component.whiten is not None and component.unwhiten is not None:
            found["whiten"] = classmethod(whiten)
        if component.fisher_root is not None:
            scalar = events == 0 and component.whiten is not None
            found["fisher_root"] = classmethod(scalar_root if scalar else vector_root)
        return found

    @classmethod
    def convert(cls, **given: Any) -> dict[str, Any]:
        """The canonical parameters of the component, at the selectors where there are some, and the weights."""
        weights = given.pop("weights", None)
        selectors = [given.pop(name) for name in selector_names(cls.selectors) if name in given]
        found = cls.component.convert(**{cls.names[name]: value for name, value in given.items()})
        events = {each.name: each.event_ndim for each in cls.component.parameters}
        canonical: dict[str, Any] = {}
        for name, value in found.items():
            array = jnp.asarray(value)
            depth = len(selectors or (weights,)) + cls.shared + events.get(name, 0)
            array = array.reshape((1,) * (depth - array.ndim) + array.shape)
            for place, selector in enumerate(selectors):
                axis = place - depth
                length = array.shape[axis]
                array = Gate.apply(jnp.zeros_like(selector) if length == 1 else selector, array, axis=axis)
            canonical[outer_name(name)] = array
        return canonical if weights is None else {**canonical, "weights": jnp.asarray(weights)}

    @classmethod
    def with_tuples(cls, given: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        selectors = given.get("selector")
        if not isinstance(selectors, tuple):
            return cls, dict(given)
        names = selector_names(len(selectors))
        return cls.configured(selectors=len(selectors)), {**given, **dict(zip(names, selectors, strict=True))}

    @classmethod
    def categories(cls, shapes: Mapping[str, Shape]) -> int | None:
        del shapes
        return cls.component.categories({}) if not cls.event_ndim else None

    @classmethod
    def parameter_shape(cls, name: str, shape: Shape) -> tuple[int | None, ...]:
        plates = shape[: len(shape) - cls.event_ndim]
        if name not in cls.names:
            return (*plates, None) if name == "weights" else plates
        own = cls.component.parameter_shape(cls.names[name], shape[len(plates) :])
        return (*plates, *(None,) * cls.selectors, *own)

    @classmethod
    def parameter_dtype(cls, name: str, dtype: DType) -> DType:
        if name in cls.names:
            return cls.component.parameter_dtype(cls.names[name], dtype)
        return "float" if name == "weights" else "int"

    @classmethod
    def check_shapes(cls, shapes: Mapping[str, Shape]) -> None:
        """Refuse numbers of components that differ."""
        for place in range(1 if "weights" in shapes else cls.selectors):
            seen: tuple[str, int] | None = None
            for name, shape in shapes.items():
                count = cls.count(name, shape, place)
                if count == 1:
                    continue
                if seen is not None and seen[1] != count:
                    raise ShapeError(
                        f"The {seen[0]} has {seen[1]} components and the {name} has {count}, along axis "
                        f"{cls.axis(seen[0], place)} of {seen[0]} and axis {cls.axis(name, place)} of {name}. "
                        "Expected as many, or one for all."
                    )
                seen = (name, count)

    @classmethod
    def axis(cls, name: str, place: int) -> int:
        """The axis, from the end, of the components of a parameter that the selector of this place selects."""
        events = next(each.event_ndim for each in cls.parameters if each.name == name)
        return place - events

    @classmethod
    def count(cls, name: str, shape: Shape, place: int) -> int:
        """How many components a parameter has for a selector; 1 where all share it."""
        if name not in cls.names and name != "weights":
            return 1
        axis = cls.axis(name, place)
        return shape[axis] if len(shape) >= -axis else 1

    @classmethod
    def spread(cls, canonical: Mapping[str, Array], plates: Shape) -> tuple[Array, dict[str, Array]]:
        """Weights ``(*plates, K)`` and the component's canonical parameters ``(*plates, K, *shared, *event)``."""
        weights = canonical["weights"]
        events = {each.name: each.event_ndim for each in cls.component.parameters}
        inner = {name: canonical[outer_name(name)] for name in cls.component.canonical_names}
        batches = [array.shape[: array.ndim - events.get(name, 0)] for name, array in inner.items()]
        ones = (1,) * cls.shared
        batch = jnp.broadcast_shapes((*weights.shape, *ones), (*plates, 1, *ones), *batches)
        full = {
            name: jnp.broadcast_to(array, (*batch, *array.shape[array.ndim - events.get(name, 0) :]))
            for name, array in inner.items()
        }
        return jnp.broadcast_to(weights, batch[: len(batch) - cls.shared]), full

    @classmethod
    def log_density(cls, value: Array, **canonical: Array) -> Array:
        if "weights" not in canonical:
            return cls._summed(cls.component.log_density(value, **cls._selected(canonical)))
        weights, each, inner = cls._apart(value, canonical)
        return logsumexp(cls._summed(cls.component.log_density(each, **inner)), axis=-1, b=weights)

    @classmethod
    def sample(cls, key: Array, shape: Shape, **canonical: Array) -> Array:
        if "weights" not in canonical:
            return cls.component.sample(key, shape, **cls._selected(canonical))
        first, second = jax.random.split(key)
        plates = shape[: len(shape) - cls.event_ndim]
        weights, inner = cls.spread(canonical, plates)
        chosen = jax.random.categorical(first, jnp.log(weights), axis=-1)
        return cls.component.sample(
            second, shape, **{name: Gate.apply(chosen, array, axis=len(plates)) for name, array in inner.items()}
        )

    @classmethod
    def mean(cls, **canonical: Array) -> Array:
        if "weights" not in canonical:
            return cls.component.mean(**cls._selected(canonical))
        weights, (mean, _) = cls._moments(canonical)
        return (weights * mean).sum(axis=-1 - cls.event_ndim)

    @classmethod
    def variance(cls, **canonical: Array) -> Array:
        if "weights" not in canonical:
            return cls.component.variance(**cls._selected(canonical))
        weights, (mean, variance) = cls._moments(canonical)
        axis = -1 - cls.event_ndim
        centre = (weights * mean).sum(axis=axis, keepdims=True)
        return (weights * (variance + (mean - centre) ** 2)).sum(axis=axis)

    @classmethod
    def in_support(cls, value: Array, **canonical: Array) -> Array:
        shared = tuple(range(-cls.shared, 0))
        if "weights" not in canonical:
            return jnp.all(cls.component.in_support(value, **cls._selected(canonical)), axis=shared)
        weights, each, inner = cls._apart(value, canonical)
        inside = jnp.broadcast_to(
            cls.component.in_support(each, **inner), (*weights.shape, *each.shape[weights.ndim :][: cls.shared])
        )
        return jnp.any(inside.all(axis=shared) & (weights != 0), axis=-1)

    @classmethod
    def _apart(cls, value: Array, canonical: Mapping[str, Array]) -> tuple[Array, Array, dict[str, Array]]:
        """Weights, the value once for every component, and their parameters."""
        value = jnp.asarray(value)
        split = value.ndim - cls.event_ndim
        weights, inner = cls.spread(canonical, value.shape[:split])
        each = value.reshape((*value.shape[:split], 1, *value.shape[split:]))
        return weights, jnp.broadcast_to(each, (*weights.shape, *value.shape[split:])), inner

    @classmethod
    def _selected(cls, canonical: Mapping[str, Array]) -> dict[str, Array]:
        return {name: canonical[outer_name(name)] for name in cls.component.canonical_names}

    @classmethod
    def _summed(cls, terms: Array) -> Array:
        return jnp.sum(terms, axis=tuple(range(-cls.shared, 0)))

    @classmethod
    def _moments(cls, canonical: Mapping[str, Array]) -> tuple[Array, tuple[Array, Array]]:
        """Weights that broadcast with means and variances of the components."""
        weights, inner = cls.spread(canonical, ())
        mean, variance = cls.component.mean(**inner), cls.component.variance(**inner)
        events = cls.event_ndim + 1
        batch = weights.shape[:-1]
        shape = jnp.broadcast_shapes(mean.shape, variance.shape, (*batch, *(1,) * events))
        return weights.reshape((*weights.shape, *(1,) * cls.event_ndim)), (
            jnp.broadcast_to(mean, shape),
            jnp.broadcast_to(variance, shape),
        )
