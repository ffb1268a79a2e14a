"""`Expected`: the moments of any function of normal and positive variables, by a fixed rule of nodes and weights.

Nodes are written as functions of moments, so the gradient by moments is that of the expectation: by mean and covariance
for normal variables (Bonnet and Price), by implicit reparameterisation for positive ones.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from whyboard import registry
from whyboard.distributions.gamma_quantile import log_gamma_quantile
from whyboard.families import FirstMoment, Gamma, PositiveMoments, SimplexMoments, UnitMoments
from whyboard.families.known import known_moments
from whyboard.lowering.network import Apply, Leaf, Number, Term
from whyboard.lowering.potential.coordinate import KIND, stated
from whyboard.lowering.potential.normal_root import normal_root
from whyboard.registry import law_of
from whyboard.value_type import Shape

MOST_DIMENSIONS = 3
"""Of more numbers than this, expectations are taken over draws."""
AT_ONCE = 256
"""Nodes; further ones are taken in turn."""
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
    """The moments of a parameter: of a tree, of a function of it if there is one, to a power.

    ``shape`` is that of the tree if it is one of whole values, and not of one element of each; the last ``events`` axes
    belong to one of the moments.
    """

    term: Term
    kind: type
    power: float = 1.0
    function: Callable[[Any], Any] | None = None
    shape: Shape | None = None
    events: int = 0

    def __call__(self, values: Sequence[Array]) -> Any:
        """The statistics of the parameter at values of the operands."""
        top, inner = self._top()
        argument = _in_shape(evaluated(inner, values), self.shape)
        if self.kind is PositiveMoments and top is jnp.exp:
            return PositiveMoments(jnp.exp(self.power * argument), self.power * argument)
        if self.kind is UnitMoments and top is jax.nn.sigmoid and self.power == 1:
            return UnitMoments(jax.nn.log_sigmoid(argument), jax.nn.log_sigmoid(-argument))
        if self.kind is SimplexMoments and top is jax.nn.softmax and self.power == 1:
            return SimplexMoments(jax.nn.log_softmax(argument))
        value = argument if top is None else top(argument)
        return known_moments(self.kind, value if self.power == 1 else value**self.power, self.events)

    def _top(self) -> tuple[Callable[..., Any] | None, Term]:
        """The function at the root, where its logarithm is known although its value is 0 to rounding; and the rest."""
        term = self.term
        if self.function is not None or not isinstance(term, Apply):
            return self.function, term
        if term.kind == KIND and stated(term.settings).positive:
            return jnp.exp, term.operands[0]
        if term.kind == "Softmax" and json.loads(term.settings).get("axis", -1) != -1:
            return None, term
        top = _TOPS.get(term.kind)
        return (None, term) if top is None else (top, term.operands[0])


_TOPS: dict[str, Any] = {"Exp": jnp.exp, "Sigmoid": jax.nn.sigmoid, "Softmax": jax.nn.softmax}


class Density(NamedTuple):
    """The log density of a variable: ``terms`` are its own value, called ``x``, and its parameters.

    Where the value is that of a coordinate, it is the density of the coordinate. ``shape`` is that of the plates if the
    terms are of whole values, and not of one element of each.
    """

    distribution: str
    settings: str
    terms: tuple[tuple[str, Term], ...]
    shape: Shape | None = None

    def __call__(self, values: Sequence[Array]) -> FirstMoment:
        """At values of the operands."""
        law = law_of(self.distribution, self.settings)
        given = {name: evaluated(term, values) for name, term in self.terms}
        own, density = dict(self.terms)["x"], law.log_density(given.pop("x"), **law.canonical(**given))
        if isinstance(own, Apply) and own.kind == KIND:
            at, *terms = (evaluated(each, values) for each in own.operands)
            density = density + stated(own.settings).bounds(terms).log_slope(at)
        return FirstMoment(_in_shape(density, self.shape))


class Expected(NamedTuple):
    """The expectation of a formula of operands.

    Operands are the moments of positive variables, each by itself, then, if there are ``normals``, those of all normal
    ones together, as a vector unless it is one number; then what is known, and the draws if there are any.
    """

    formula: Parameter | Density
    positives: tuple[Shape, ...]
    """By operand, the shape of its value in a draw: all of it, or one number where plates stay."""
    normals: tuple[Shape, ...]
    dtypes: tuple[str, ...]
    """Of known operands."""
    drawn: bool = False
    """Whether nodes are draws that come as the last operand, instead of those of a fixed rule."""

    @property
    def dimensions(self) -> int:
        """How many numbers that are not known a value depends on."""
        return sum(math.prod(shape) for shape in (*self.positives, *self.normals))

    def __call__(self, *operands: Any) -> Any:
        """The expected statistics; operands have the same plates, or none where whole values are drawn."""
        if self.drawn:
            operands, nodes = operands[:-1], operands[-1]
            weights = jnp.full(len(nodes), 1 / len(nodes))
        else:
            nodes, weights = map(jnp.asarray, rule(self.dimensions, fine=isinstance(self.formula, Density)))
        count = len(self.positives)
        rest = operands[count + bool(self.normals) :]
        known = [jnp.asarray(each).astype(dtype) for each, dtype in zip(rest, self.dtypes, strict=True)]
        naturals = [Gamma().to_natural(each) for each in operands[:count]]
        sizes = [math.prod(shape) for shape in self.positives]
        split = sum(sizes)
        normal = normal_root(operands[count], self.dimensions - split) if self.normals else None

        def at(node: Array) -> Any:
            parts = _cut(node[:split], self.positives)
            drawn = [_positive(natural, z) for natural, z in zip(naturals, parts, strict=True)]
            if normal is not None:
                drawn += _cut(normal.at(node[split:]), self.normals)
            return self.formula([*drawn, *known])

        return averaged(at, nodes, weights)


def averaged(function: Callable[[Array], Any], nodes: Array, weights: Array) -> Any:
    """The weighted sum of a function over nodes, some at a time so that many fit into memory."""

    def some(nodes: Array, weights: Array) -> Any:
        found = jax.vmap(function)(nodes)
        return jax.tree.map(lambda leaf: jnp.tensordot(weights, leaf, 1), found)

    if len(nodes) <= AT_ONCE or nodes.shape[1] <= 1:
        return some(nodes, weights)
    missing = -len(nodes) % AT_ONCE
    nodes = jnp.pad(nodes, ((0, missing), (0, 0))).reshape(-1, AT_ONCE, nodes.shape[1])
    weights = jnp.pad(weights, (0, missing)).reshape(-1, AT_ONCE)

    @jax.checkpoint
    def further(total: Any, part: tuple[Array, Array]) -> tuple[Any, None]:
        return jax.tree.map(jnp.add, total, some(*part)), None

    start = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), jax.eval_shape(some, nodes[0], weights[0]))
    return jax.lax.scan(further, start, (nodes, weights))[0]


def is_sampled(image: Any) -> bool:
    """Whether the moments of an image are no closed function of those of what it reads."""
    return isinstance(image.steps[0], Expected)


def joins_elements(image: Any) -> bool:
    """Whether a value depends on several elements of an operand, which may be equals."""
    return is_sampled(image) and any(image.steps[0].normals)


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


def _cut(values: Array, shapes: Sequence[Shape]) -> list[Array]:
    """The last axis in pieces of these shapes."""
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    return [
        values[..., end - math.prod(shape) : end].reshape(*values.shape[:-1], *shape)
        for shape, end in zip(shapes, ends, strict=True)
    ]


def _in_shape(array: Array, shape: Shape | None) -> Array:
    return array if shape is None else jnp.broadcast_to(array, shape)
