"""`Network`: the variables of a graph in topological order, their parameters as trees, their numbers as arguments.

The `structure` of a network is hashable and knows no key, name or number: networks of one structure share their
compiled programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from whyboard.registry import law_of
from whyboard.value_type import DType

# Leaves and numbers are no tuples: of one index they must differ, or models would share programs that differ there.


@dataclass(frozen=True, slots=True)
class Leaf:
    """The value of an earlier variable; inside a `TimeShift`, of any variable, in an earlier row."""

    node: int


@dataclass(frozen=True, slots=True)
class Number:
    """A constant: an argument of the program, by its slot."""

    slot: int


class Apply(NamedTuple):
    """An operator on trees; ``settings`` is canonical JSON, so that it can be hashed."""

    kind: str
    settings: str
    operands: tuple[Term, ...]


Term = Leaf | Number | Apply


class NodeSpec(NamedTuple):
    """A variable without its name: ``parameters`` pairs each given name with its tree.

    ``settings`` of the distribution are canonical JSON, so that they can be hashed.
    """

    distribution: str
    shape: tuple[int, ...]
    dtype: DType
    static: bool
    parameters: tuple[tuple[str, Term], ...]
    settings: str = ""

    @property
    def law(self) -> Any:
        """The class that all functions of its distribution are asked of."""
        return law_of(self.distribution, self.settings)


@dataclass(frozen=True)
class Network:
    """A graph that is ready to be compiled; ``keys`` and ``paths`` name its nodes, in topological order."""

    structure: tuple[NodeSpec, ...]
    constants: tuple[np.ndarray, ...]
    keys: tuple[str, ...]
    paths: tuple[str, ...]
    owner: dict[str, int]
    """Key to node: also of linked variables, which share the node of their source."""
    parents: tuple[frozenset[int], ...]
    """By node, the nodes that it reads in the same row."""
    lagged: tuple[frozenset[int], ...]
    """By node, the nodes that it reads in earlier rows; itself or later ones may be among them."""
    hidden: frozenset[int] = frozenset()
    """Selectors of mixtures with weights, which stand in no record."""
