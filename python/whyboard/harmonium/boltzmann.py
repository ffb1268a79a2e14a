"""`boltzmann` and `restricted_boltzmann`: bits that attract or repel each other, by an undirected term."""

from __future__ import annotations

from typing import Any

import numpy as np

from whyboard.errors import ShapeError
from whyboard.graph import math
from whyboard.graph.factor import Factor
from whyboard.graph.scope import Scope
from whyboard.graph.static_variable import StaticVariable
from whyboard.graph.variable import Variable
from whyboard.harmonium.builder import check_counts, new_scope, register
from whyboard.value_type import Shape


@register("Boltzmann machine")
def boltzmann(name: str, n: int = 4, couplings: Any = None, biases: Any = 0.0) -> Scope:
    """A Boltzmann machine: bits of which each pair attracts or repels.

    Mathematically, the log density is ``biases · x + x' couplings x / 2``, not normalised.

    Args:
        name: of the scope, an Entity in the current one or else a Graph.
        n: how many bits; solvers sum over all states, so at most 20.
        couplings: ``(n, n)``, a number for every pair; none where none are given.
        biases: ``(n,)`` or one for all.

    Returns:
        The scope, with ``observable``, ``couplings`` and the factor ``interaction``.

    Raises:
        ShapeError: if the couplings have another shape.
    """
    check_counts(name, n=n)
    scope = new_scope(name, f"A Boltzmann machine of {n} bits")
    with scope:
        known = _known("couplings", couplings, (n, n))
        observable = _bits("observable", n, biases)
        Factor("interaction", 0.5 * math.einsum("i,ij,j->", observable, known, observable))
    return scope


@register("Restricted Boltzmann machine")
def restricted_boltzmann(
    name: str,
    visible: int = 4,
    hidden: int = 2,
    weights: Any = None,
    visible_biases: Any = 0.0,
    hidden_biases: Any = 0.0,
) -> Scope:
    """A restricted Boltzmann machine: visible bits that meet only through hidden ones.

    Mathematically, the log density is ``visible_biases · x + hidden_biases · z + x' weights z``, not normalised.

    Args:
        name: of the scope, an Entity in the current one or else a Graph.
        visible: how many bits of data.
        hidden: how many hidden bits.
        weights: ``(visible, hidden)``, such as `wb.families.RestrictedBoltzmann` learns them; 0 where none are given.
        visible_biases: ``(visible,)`` or one for all.
        hidden_biases: ``(hidden,)`` or one for all.

    Returns:
        The scope, with ``observable``, ``latent``, ``weights`` and the factor ``interaction``.

    Raises:
        ShapeError: if the weights have another shape.
    """
    check_counts(name, visible=visible, hidden=hidden)
    scope = new_scope(name, f"A restricted Boltzmann machine of {visible} visible and {hidden} hidden bits")
    with scope:
        known = _known("weights", weights, (visible, hidden))
        latent = _bits("latent", hidden, hidden_biases)
        observable = _bits("observable", visible, visible_biases)
        Factor("interaction", math.einsum("i,ij,j->", observable, known, latent))
    return scope


def _bits(name: str, n: int, biases: Any) -> Variable:
    return Variable(name, shape=n, distribution="BernoulliDistribution", logit=biases)


def _known(name: str, values: Any, shape: Shape) -> StaticVariable:
    """Couplings that are given: to learn them takes the normalisation, which an undirected term leaves out."""
    array = np.zeros(shape) if values is None else np.asarray(values, float)
    if array.shape != shape:
        raise ShapeError(f"The {name} have shape {array.shape}. Expected {shape}: a number for every pair of bits.")
    mean = 0.0 if values is None else array
    return StaticVariable(name, shape=shape, distribution="DiracDistribution", mean=mean)
