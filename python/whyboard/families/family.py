"""The ladder of families: what a family states, and what it gains by it.

``Family`` has statistics; ``Sampleable`` can be drawn from; ``Normalised`` knows its log partition, from which means,
densities and divergences follow; ``Invertible`` finds natural parameters from means, which is maximum likelihood.
"""

from __future__ import annotations

import functools
import types
from abc import ABC, abstractmethod
from typing import Any, ClassVar, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard import registry
from whyboard.errors import WhyboardError
from whyboard.families.moments import inner, leaves
from whyboard.precision import in_double_precision

Coordinates = Any
"""Natural parameters or moments: a NamedTuple of arrays of shape ``(*plates, *dims)``."""
Value = Any
"""An array of shape ``(*plates, *event)``, or a tuple of such for a family of several variables."""
Shape = tuple[int, ...]


class Family(ABC):
    """An exponential family: ``log p(x) = <natural, statistics(x)> + log_base_measure(x) - log_partition(natural)``.

    Called with numbers, every method computes in 64 bits and answers with NumPy arrays; called with jax arrays it is
    part of the caller's program, in the caller's precision.

    ``support`` says where values lie, in the words of `Parameter.domain`.
    """

    support: ClassVar[str] = "real"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, member in list(vars(cls).items()):
            if isinstance(member, types.FunctionType) and not name.startswith("_"):
                setattr(cls, name, in_double_precision(member))

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

    @property
    def dims(self) -> tuple[Shape, ...]:
        """The event shape of each leaf of the moments, in order."""
        return _dims(self)

    def dims_from_value(self, value: Value) -> tuple[Shape, ...]:
        """The event shapes that the statistics of these values have."""
        plates = len(self.plates_of_value(value))
        return tuple(leaf.shape[plates:] for leaf in leaves(jax.eval_shape(self.statistics, value)))

    def plates_of_value(self, value: Value) -> Shape:
        """The plates of values."""
        parts = jax.tree.leaves(value)
        shapes = jax.tree.leaves(self.value_dims, is_leaf=is_shape)
        pairs = zip(parts, shapes, strict=True)
        return np.broadcast_shapes(*(np.shape(part)[: np.ndim(part) - len(shape)] for part, shape in pairs))

    def plates(self, coordinates: Coordinates) -> Shape:
        """The plates of natural parameters or moments."""
        pairs = zip(leaves(coordinates), self.dims, strict=True)
        return np.broadcast_shapes(*(np.shape(leaf)[: np.ndim(leaf) - len(dim)] for leaf, dim in pairs))

    @in_double_precision
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

    def mean_by_gradient(self, natural: Coordinates) -> Coordinates:
        """The gradient of the log partition."""
        natural = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.result_type(float, leaf)), natural)
        return jax.grad(lambda point: self.log_partition(point).sum())(natural)

    def log_density(self, natural: Coordinates, value: Value) -> Array:
        """``(*plates,)``, natural parameters first, as everywhere."""
        exponent = self.inner(natural, self.statistics(value)) + self.log_base_measure(value)
        return exponent - self.log_partition(natural)

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


class NoClosedForm(WhyboardError, NotImplementedError):
    """A quantity that is not known in closed form for this family."""


Kind = TypeVar("Kind", bound=type[Family])


def register(kind: Kind) -> Kind:
    """Add a family class: it is then in ``wb.families``, in the law suite, in mixtures and in harmoniums."""
    registry.families.register(kind.__name__, kind)
    return kind


def as_key(key: Array | int) -> Array:
    """A jax key from a key or a seed."""
    return jax.random.key(key) if isinstance(key, int | np.integer) else key


def is_shape(tree: Any) -> bool:
    """Whether a part of ``value_dims`` is a shape, not a tuple of shapes."""
    return isinstance(tree, tuple) and all(isinstance(size, int) for size in tree)


@functools.cache
def _dims(family: Family) -> tuple[Shape, ...]:
    value = jax.tree.map(lambda dim: jnp.zeros(dim, int), family.value_dims, is_leaf=is_shape)
    return family.dims_from_value(value)
