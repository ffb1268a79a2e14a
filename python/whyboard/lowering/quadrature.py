"""`Expected`: the moments of any function of normal and positive variables, by a fixed rule of nodes and weights.

Nodes are written as functions of moments, so the gradient by moments is that of the expectation: by mean and covariance
for normal variables (Bonnet and Price), by implicit reparameterisation for positive ones.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard import registry
from whyboard.distributions.gamma_quantile import log_gamma_quantile
from whyboard.families import FirstMoment, Gamma, NormalMoments, PositiveMoments, UnitMoments
from whyboard.families.known import known_moments
from whyboard.lowering.coordinate import KIND, stated
from whyboard.lowering.network import Apply, Leaf, Number, Term
from whyboard.registry import law_of

MOST_DIMENSIONS = 3
_SPACING = {1: 0.25, 2: 0.5, 3: 0.7}
_REACH = {1: 8.0, 2: 6.5, 3: 5.6}
FINE = 1 / 32
"""The spacing for densities of one number, which may have a kink: the error of its slope is proportional to it."""


@functools.cache
def rule(dimensions: int, *, fine: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Nodes ``(nodes, dimensions)`` and weights of a standard normal expectation.

    The trapezoidal rule: its error falls exponentially in one over the spacing for smooth functions, and unlike
    a Gauss rule it stays good where a function has a kink.
    """
    if not dimensions:
        return np.zeros((1, 0)), np.ones(1)
    spacing = FINE if fine and dimensions == 1 else _SPACING[dimensions]
    count = round(_REACH[dimensions] / spacing)
    line = spacing * np.arange(-count, count + 1)
    nodes = np.array(list(itertools.product(line, repeat=dimensions)))
    weights = np.exp(-(nodes**2).sum(axis=1) / 2)
    kept = weights > weights.max() * 1e-16
    return nodes[kept], weights[kept] / weights[kept].sum()


class Parameter(NamedTuple):
    """The moments of a parameter: of a tree, of a function of it if there is one, to a power."""

    term: Term
    kind: type
    power: float = 1.0
    function: Callable[[Any], Any] | None = None

    def __call__(self, values: Sequence[Array]) -> Any:
        """The statistics of the parameter at values of the operands."""
        top, inner = self.function, self.term
        if top is None and isinstance(inner, Apply) and inner.kind == KIND and stated(inner.settings).positive:
            top, inner = jnp.exp, inner.operands[0]
        elif top is None and isinstance(inner, Apply) and inner.kind in _TOPS:
            top, inner = _TOPS[inner.kind], inner.operands[0]
        argument = evaluated(inner, values)
        if self.kind is PositiveMoments and top is jnp.exp:
            return PositiveMoments(jnp.exp(self.power * argument), self.power * argument)
        if self.kind is UnitMoments and top is jax.nn.sigmoid and self.power == 1:
            return UnitMoments(jax.nn.log_sigmoid(argument), jax.nn.log_sigmoid(-argument))
        value = argument if top is None else top(argument)
        return known_moments(self.kind, value if self.power == 1 else value**self.power, 0)


_TOPS: dict[str, Any] = {"Exp": jnp.exp, "Sigmoid": jax.nn.sigmoid}
"""Functions whose logarithm is known where their value is 0 to rounding."""


class Density(NamedTuple):
    """The log density of a variable: ``terms`` are its own value, called ``x``, and its parameters.

    Where the value is that of a coordinate, it is the density of the coordinate.
    """

    distribution: str
    settings: str
    terms: tuple[tuple[str, Term], ...]

    def __call__(self, values: Sequence[Array]) -> FirstMoment:
        """At values of the operands."""
        law = law_of(self.distribution, self.settings)
        given = {name: evaluated(term, values) for name, term in self.terms}
        own, density = dict(self.terms)["x"], law.log_density(given.pop("x"), **law.canonical(**given))
        if isinstance(own, Apply) and own.kind == KIND:
            at, *terms = (evaluated(each, values) for each in own.operands)
            density = density + stated(own.settings).bounds(terms).log_slope(at)
        return FirstMoment(density)


class Expected(NamedTuple):
    """The expectation of a formula of operands.

    Operands are the moments of positive variables, each by itself, then, if there are ``normals``, those of all normal
    ones together, as a vector unless it is one; the rest is known.
    """

    formula: Parameter | Density
    positives: int
    normals: int
    dtypes: tuple[str, ...]
    """Of known operands."""

    def __call__(self, *operands: Any) -> Any:
        """The expected statistics; all operands have the same plates."""
        nodes, weights = rule(self.positives + self.normals, fine=isinstance(self.formula, Density))
        positives = operands[: self.positives]
        rest = operands[self.positives + bool(self.normals) :]
        known = [jnp.asarray(each).astype(dtype) for each, dtype in zip(rest, self.dtypes, strict=True)]
        naturals = [Gamma().to_natural(each) for each in positives]
        normal = _root(operands[self.positives], self.normals) if self.normals else None

        def at(node: Array) -> Any:
            drawn = [_positive(natural, node[i]) for i, natural in enumerate(naturals)]
            if normal is not None:
                drawn += _normal(normal, node[self.positives :])
            return self.formula([*drawn, *known])

        found = jax.vmap(at)(jnp.asarray(nodes))
        return jax.tree.map(lambda leaf: jnp.tensordot(jnp.asarray(weights), leaf, 1), found)


def is_sampled(image: Any) -> bool:
    """Whether the moments of an image are no closed function of those of what it reads."""
    return isinstance(image.steps[0], Expected)


def evaluated(term: Term, values: Sequence[Array]) -> Array:
    """A tree whose leaves are operands."""
    if isinstance(term, Leaf):
        return values[term.node]
    assert not isinstance(term, Number)
    operands = [evaluated(each, values) for each in term.operands]
    if term.kind == KIND:
        return stated(term.settings).bounds(operands[1:]).value(operands[0])
    operator: Any = registry.operators[term.kind]
    return operator.evaluate(operands, json.loads(term.settings))


def _positive(natural: PositiveMoments, z: Array) -> Array:
    """The gamma variable at the quantile of a standard normal one."""
    concentration = 1 + jnp.asarray(natural.log)
    return jnp.exp(log_gamma_quantile(jnp.broadcast_to(z, concentration.shape), concentration)) / -natural.first


class _Root(NamedTuple):
    mean: list[Array]
    factor: list[list[Array]]


def _root(moments: NormalMoments, count: int) -> _Root:
    """Means, and the rows of the triangular root of the covariance; zero where a variable is known."""
    first, second = jnp.asarray(moments.first), jnp.asarray(moments.second)
    if count == 1:
        return _Root([first], [[_sqrt(second - first**2, first**2)]])
    rows: list[list[Array]] = []
    for i in range(count):
        row: list[Array] = []
        for j in range(i + 1):
            rest = second[..., i, j] - first[..., i] * first[..., j]
            rest = rest - sum((row[k] * rows[j][k] if j < i else row[k] ** 2 for k in range(j)), start=jnp.zeros(()))
            if j == i:
                row.append(_sqrt(rest, first[..., i] ** 2))
            else:
                below = rows[j][j]
                row.append(jnp.where(below > 0, rest / jnp.where(below > 0, below, 1.0), 0.0))
        rows.append(row)
    return _Root([first[..., i] for i in range(count)], rows)


def _normal(root: _Root, z: Array) -> list[Array]:
    return [
        mean + sum((each * z[j] for j, each in enumerate(row)), start=jnp.zeros(()))
        for mean, row in zip(root.mean, root.factor, strict=True)
    ]


def _sqrt(variance: Array, square: Array) -> Array:
    """Zero, with no slope, where a variance is zero to rounding: of what is known."""
    wide = variance > 1e-15 * square
    return jnp.where(wide, jnp.sqrt(jnp.where(wide, variance, 1.0)), 0.0)
