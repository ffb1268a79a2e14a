"""The ladder of families: what a family states, and what it gains by it.

``Family`` has statistics; ``Sampleable`` can be drawn from; ``Normalised`` knows its log partition, from which means,
densities and divergences follow; ``Invertible`` finds natural parameters from means, which is maximum likelihood.
"""

from __future__ import annotations

import contextlib
import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard import registry
from whyboard.errors import WhyboardError
from whyboard.families.argument import Checked
from whyboard.families.moments import inner, leaves
from whyboard.families.space import Points, Seeds, Shapes, Space, Values, plates_of
from whyboard.precision import compiled, double_precision

Coordinates = Any
"""Natural parameters or moments: a NamedTuple of arrays of shape ``(*plates, *dims)``."""
Value = Any
"""An array of shape ``(*plates, *event)``, or a tuple of such for a family of several variables."""
Shape = tuple[int, ...]
SUM_TOLERANCE = 1e-6
"""How far from one shares may add up."""
_INSIDE: dict[str, Callable[[Array], Any]] = {
    "real": lambda x: np.ones(x.shape, bool),
    "positive": lambda x: x > 0,
    "nonnegative": lambda x: x >= 0,
    "unit": lambda x: (x > 0) & (x < 1),
    "integer": lambda x: x == jnp.floor(x),
}


class Frame(NamedTuple):
    """Where to look at values from: ``(value - centre) / scale``."""

    centre: Any
    scale: Any


class ValueMoments(NamedTuple):
    """The mean and the variance of a value, entry by entry, in the shape of values."""

    mean: Any
    variance: Any


class Family(Checked, ABC):
    """An exponential family: ``log p(x) = <natural, statistics(x)> + log_base_measure(x) - log_partition(natural)``.

    Called with numbers, every method computes in 64 bits and answers with NumPy arrays; called with jax arrays it is
    part of the caller's program, in the caller's precision. Lists will do for arrays.

    ``support`` says where values lie, in the words of `Parameter.domain`.
    """

    support: ClassVar[str] = "real"

    @abstractmethod
    def statistics(self, value: Value) -> Coordinates:
        """The sufficient statistics of values: the moments of something known."""

    def log_base_measure(self, value: Value) -> Array:
        """``(*plates,)``; zero unless stated."""
        return jnp.zeros(self.plates_of_value(value))

    @property
    def value_dims(self) -> Any:
        """The shape of one value; a tuple of shapes where a value is a tuple."""
        return ()

    def contains(self, value: Value) -> Array:
        """``(*plates,)``: whether values are some that the family has, whatever its natural parameters are.

        By ``support``, and whole numbers by the states that lie between, or by where the base measure has mass.
        """
        value = jnp.asarray(value)
        events = tuple(range(-len(self.value_dims), 0))
        if self.support == "simplex":
            return (value >= 0).all(-1) & (jnp.abs(value.sum(-1) - 1) < SUM_TOLERANCE)
        inside = (_INSIDE[self.support](value) & ~jnp.isinf(value)).all(events)
        if self.support != "integer":
            return inside
        with contextlib.suppress(NoClosedForm):
            states = self.states()
            return inside & (value >= states.min()) & (value <= states.max())
        return inside & (self.log_base_measure(value) > -jnp.inf)

    @cached_property
    def spaces(self) -> Mapping[str, Space]:
        points = Points(self)
        named = dict.fromkeys(("natural", "other", "mean", "moments"), points)
        return {**named, "value": Values(self), "key": Seeds(), "shape": Shapes()}

    @property
    def template(self) -> Coordinates:
        """The coordinates of one value with shapes in place of numbers: what blocks and their sizes are read off."""
        return _template(self)

    @property
    def templates(self) -> tuple[Coordinates, ...]:
        """What natural parameters may look like: as the template, where a family has no other ways to write them."""
        return (self.template,)

    @property
    def dims(self) -> tuple[Shape, ...]:
        """The event shape of each leaf of the moments, in order."""
        return tuple(leaf.shape for leaf in leaves(self.template))

    def zeros(self) -> Coordinates:
        """Coordinates that are zero everywhere: what an embedding fills up with. They need not be a distribution."""
        return jax.tree.map(lambda leaf: np.zeros(leaf.shape), self.template)

    def broadcast(self, coordinates: Coordinates) -> Coordinates:
        """The same coordinates with all plates on every leaf."""
        plates = self.plates(coordinates)
        parts, build = jax.tree.flatten(coordinates)
        pairs = zip(parts, self.dims, strict=True)
        return build.unflatten([jnp.broadcast_to(jnp.asarray(part), (*plates, *dim)) for part, dim in pairs])

    def with_last_plate(self, coordinates: Coordinates) -> Coordinates:
        """The same coordinates with a last plate of length one, for what is computed for several values at once."""
        parts, build = jax.tree.flatten(coordinates)
        pairs = zip(parts, self.dims, strict=True)
        return build.unflatten([jnp.expand_dims(jnp.asarray(part), jnp.ndim(part) - len(dim)) for part, dim in pairs])

    def states(self) -> Value:
        """Every value of a finite family, along a first plate axis.

        Raises:
            NoClosedForm: if there are infinitely many.
        """
        raise NoClosedForm(f"{self!r} has infinitely many values, or too many to list. Expected a finite family.")

    def mode(self, natural: Coordinates) -> Value:
        """The value of the highest density, which maximises ``<natural, statistics>`` and the base measure.

        Not finite where there is none: the density grows without bound, or is as high elsewhere. Finite families are
        searched, others state it.

        Raises:
            NoClosedForm: if there are infinitely many values, and it is not stated.
        """
        states = self.states()
        scores = self.log_weight(self.with_last_plate(natural), states)
        best = jnp.argmax(scores, axis=-1)
        return jax.tree.map(lambda leaf: jnp.asarray(leaf)[best], states)

    def features(self, value: Value) -> Array:
        """``(*plates, n)``: numbers that are near for values that are alike, to cluster by."""
        plates = self.plates_of_value(value)
        parts = leaves(self.statistics(value))
        return jnp.concatenate([jnp.asarray(part, float).reshape(*plates, -1) for part in parts], axis=-1)

    def frame(self, value: Value) -> Frame | None:
        """The centre and scale of values along their first plate; ``None`` where values cannot be moved."""
        del value
        return None

    def placed(self, value: Value, frame: Frame) -> Value:
        """Values as seen from a frame."""
        return jax.tree.map(lambda part: (jnp.asarray(part) - frame.centre) / frame.scale, value)

    def seen_from(self, moments: Coordinates, frame: Frame) -> Coordinates:
        """The moments of the values as seen from a frame; affine in the moments."""
        del moments
        raise NoClosedForm(f"{self!r} cannot be seen from {frame!r}: it is not closed under moving and scaling.")

    def dims_from_value(self, value: Value) -> tuple[Shape, ...]:
        """The event shapes that the statistics of these values have."""
        plates = len(self.plates_of_value(value))
        return tuple(leaf.shape[plates:] for leaf in leaves(jax.eval_shape(self.statistics, value)))

    def plates_of_value(self, value: Value) -> Shape:
        """The plates of values."""
        return plates_of(self.value_dims, value)

    def plates(self, coordinates: Coordinates) -> Shape:
        """The plates of natural parameters or moments."""
        pairs = zip(leaves(coordinates), self.dims, strict=True)
        return np.broadcast_shapes(*(np.shape(leaf)[: np.ndim(leaf) - len(dim)] for leaf, dim in pairs))

    def log_weight(self, natural: Coordinates, value: Value) -> Array:
        """``(*plates,)``: the log density up to the log partition, which need not be known."""
        weight = self.inner(natural, self.statistics(value)) + self.log_base_measure(value)
        return jnp.where(self.contains(value), weight, -jnp.inf)

    def inner(self, natural: Coordinates, moments: Coordinates) -> Array:
        """``<natural, moments>``, a number for each plate."""
        return inner(natural, moments, self.dims)


class Sampleable(Family):
    """A family that can be drawn from."""

    @abstractmethod
    def sample(self, key: Array | int, natural: Coordinates, shape: Shape = ()) -> Value:
        """Draws of shape ``(*shape, *plates, *event)``; ``key`` is a jax key or a seed."""


class Normalised(Sampleable):
    """A family whose log partition is known. Its gradient is the mean, so all else follows."""

    @abstractmethod
    def log_partition(self, natural: Coordinates) -> Array:
        """``(*plates,)``, convex. A matrix argument must be made symmetric inside, or its gradient is not."""

    def to_mean(self, natural: Coordinates) -> Coordinates:
        """The moments: the gradient of the log partition unless a closed form is stated."""
        return self.mean_by_gradient(natural)

    @compiled()
    def mean_by_gradient(self, natural: Coordinates) -> Coordinates:
        """The gradient of the log partition."""
        natural = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.result_type(float, leaf)), natural)
        # Plates on every leaf: the gradient of a leaf that plates share would be the sum of their means.
        natural = self.broadcast(natural)
        return jax.grad(lambda point: self.log_partition(point).sum())(natural)

    def value_moments(self, natural: Coordinates) -> ValueMoments:
        """The mean and variance of the value itself, which statistics such as logarithms do not show.

        Where the value is its own first statistic, the variance is the slope of its mean along its own natural
        parameter; other families state it.

        Raises:
            NoClosedForm: if neither is so.
        """
        if self.value_dims != () or "first" not in getattr(self.template, "_fields", ()):
            raise NoClosedForm(
                f"{self!r} does not state the mean and variance of its values. Use those of draws of sample()."
            )

        def along(own: Array) -> Array:
            return self.to_mean(natural._replace(first=own)).first

        own = jnp.asarray(natural.first, float)
        return ValueMoments(*jax.jvp(along, (own,), (jnp.ones(own.shape),)))

    def log_density(self, natural: Coordinates, value: Value) -> Array:
        """``(*plates,)``, natural parameters first, as everywhere; minus infinity for values that the family lacks."""
        return self.log_weight(natural, value) - self.log_partition(natural)

    def expected_log_density(self, natural: Coordinates, mean: Coordinates) -> Array:
        """Of values whose mean statistics these are, up to their base measure: what maximum likelihood maximises."""
        return self.inner(natural, mean) - self.log_partition(natural)

    def relative_entropy(self, natural: Coordinates, other: Coordinates) -> Array:
        """The Kullback-Leibler divergence of the distribution at ``other`` from the one at ``natural``."""
        difference = jax.tree.map(lambda a, b: jnp.asarray(a) - b, natural, other)
        change = self.log_partition(natural) - self.log_partition(other)
        return self.inner(difference, self.to_mean(natural)) - change

    def entropy(self, natural: Coordinates) -> Array:
        """In nats.

        Raises:
            NoClosedForm: if the expectation of the base measure is not known.
        """
        exponent = self.inner(natural, self.to_mean(natural)) + self.expected_log_base_measure(natural)
        return self.log_partition(natural) - exponent

    def expected_log_base_measure(self, natural: Coordinates) -> Array:
        """``(*plates,)``; stated by families whose base measure depends on the value."""
        if type(self).log_base_measure is not Family.log_base_measure:
            raise NoClosedForm(
                f"The entropy of {self!r} has no closed form: the expectation of its base measure is an infinite sum. "
                f"Use the mean of -log_density over draws of sample()."
            )
        return jnp.zeros(self.plates(natural))


class Invertible(Normalised):
    """A family whose natural parameters are known for given means: maximum likelihood in one call."""

    @abstractmethod
    def to_natural(self, mean: Coordinates) -> Coordinates:
        """The natural parameters that have these moments."""

    def negative_entropy(self, mean: Coordinates) -> Array:
        """The convex conjugate of the log partition, at moments."""
        natural = self.to_natural(mean)
        return self.inner(natural, mean) - self.log_partition(natural)


def invertible(family: Any) -> Invertible:
    """A family that is asked for natural parameters.

    Raises:
        NoClosedForm: if it does not know them.
    """
    if isinstance(family, Invertible):
        return family
    raise NoClosedForm(f"{family!r} has no to_natural, so it cannot be fitted. Expected an Invertible family.")


class NoClosedForm(WhyboardError, NotImplementedError):
    """A quantity that is not known in closed form for this family."""


Kind = TypeVar("Kind", bound=type[Family])


def register(kind: Kind) -> Kind:
    """Add a family class: it is then in ``wb.families``, in the law suite, in mixtures and in harmoniums."""
    registry.families.register(kind.__name__, kind)
    return kind


def as_key(key: Array | int) -> Array:
    """A jax key from a key or a seed."""
    if isinstance(key, int | np.integer) or (jnp.issubdtype(key.dtype, jnp.integer) and key.ndim == 0):
        return jax.random.key(key)
    return key


def is_shape(tree: Any) -> bool:
    """Whether a part of ``value_dims`` is a shape, not a tuple of shapes."""
    return isinstance(tree, tuple) and all(isinstance(size, int) for size in tree)


@functools.cache
def _template(family: Family) -> Coordinates:
    with double_precision():
        value = jax.tree.map(lambda dim: jax.ShapeDtypeStruct(dim, int), family.value_dims, is_leaf=is_shape)
        return jax.eval_shape(family.statistics, value)
