"""The `Solver` contract: start from a program, take short steps, answer by draws and moments."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np

from whyboard import registry
from whyboard.lowering.program import Program
from whyboard.solvers.convergence import Diagnostics

PROBABILITY_DRAWS = 2000
"""Draws for the probabilities of categories that no belief tells."""


class Progress(NamedTuple):
    """Where a solve is: ``total`` is None when nobody knows."""

    phase: str
    step: int
    total: int | None
    value: float | None = None


Report = Callable[[Progress], bool]
"""Called after each step; a False answer stops the solve with the best state so far."""


class Moments(NamedTuple):
    """By node, in the shape of its values."""

    mean: Sequence[np.ndarray]
    variance: Sequence[np.ndarray]


class Multiple(NamedTuple):
    """A parameter that is a number times the value of a node."""

    factor: np.ndarray
    node: int


class StaticBelief(NamedTuple):
    """By node: the best value, independent changes of one standard deviation each, and bounds of the value.

    ``changes`` are ``(changes, *shape)``; bounds of dynamic variables are not stated. ``exact`` has a distribution, by
    name, and its parameters for each node whose belief is one given the nodes that its parameters are multiples of.
    """

    mode: Sequence[np.ndarray]
    changes: list[np.ndarray]
    bounds: list[tuple[np.ndarray, np.ndarray]]
    exact: dict[int, tuple[str, dict[str, np.ndarray | Multiple]]] = {}  # noqa: RUF012


class Solver(ABC):
    """An algorithm on one program.

    ``method`` is its name in ``get_posterior_model(method=...)`` and in the Run menu. ``options`` are further keywords
    of its constructor: one of type ``"variables"`` is given as variables and reaches it as nodes, one of type
    ``"values"`` is a dictionary by variable and reaches it by node.
    """

    method: ClassVar[str]
    label: ClassVar[str]
    synonyms: ClassVar[tuple[str, ...]] = ()
    """What it is called elsewhere: who asks by such a name is told its own."""
    explicit_selectors: ClassVar[bool] = False
    """Whether a mixture with weights comes with a hidden selector instead of as one density."""
    options: ClassVar[tuple[dict[str, object], ...]] = ()
    remedies: ClassVar[tuple[dict[str, object], ...]] = ()
    """Choices of options that let the method take more models, for a price: offered where it refuses one."""

    def __init__(self, program: Program, seed: int = 0) -> None:
        self.program = program
        self.seed = seed
        self.converged = False

    @classmethod
    def refuse(cls, program: Program, **options: Any) -> None:
        """Refuse a program that this method cannot take with these options, before anything is compiled.

        Raises:
            SolverError: names the variable, and methods that work.
        """
        del program, options

    @abstractmethod
    def solve(self, report: Report) -> None:
        """Work until converged, or until ``report`` says stop."""

    def unfinished(self) -> str:
        """How far from its end a solve is that used up its steps, and what helps; empty if it converged or was stopped.

        A sentence without its subject: "stopped after 50 sweeps ...".
        """
        return ""

    def climbed(self) -> Sequence[float]:
        """The lower bound on the log evidence after each sweep; nothing where the method climbs none."""
        return ()

    def accuracy(self, node: int) -> Diagnostics | None:
        """How well the chains of a static node agree, by element; None where the method draws no chains of it."""
        del node
        return None

    @abstractmethod
    def samples(self, count: int, seed: int, nodes: Collection[int] | None = None) -> dict[int, np.ndarray]:
        """Draws by node, ``(count, *shape of the values)``; of all nodes, or only of some."""

    @abstractmethod
    def moments(self) -> Moments:
        """Means and variances by node."""

    def probabilities(self, node: int, categories: int) -> np.ndarray:
        """``(*shape of the values, categories)``: how probable each value of a category is, here by draws."""
        return frequencies(self.samples(PROBABILITY_DRAWS, self.seed, [node])[node], categories)

    @abstractmethod
    def static_belief(self) -> StaticBelief:
        """What is known of the static variables together."""


Kind = TypeVar("Kind", bound=type[Solver])


def register(kind: Kind) -> Kind:
    """Add a solver: it then works in ``get_posterior_model`` and stands in the Run menu."""
    registry.solvers.register(kind.method, kind)
    return kind


def frequencies(draws: np.ndarray, categories: int) -> np.ndarray:
    """``(*shape, categories)``: how often each value was drawn; draws come first."""
    return np.stack([(draws == code).mean(axis=0) for code in range(categories)], axis=-1)


def sample_moments(draws: list[np.ndarray]) -> Moments:
    """Means and variances of draws."""
    floats = [draw.astype(np.float64) for draw in draws]
    return Moments([draw.mean(axis=0) for draw in floats], [draw.var(axis=0) for draw in floats])
