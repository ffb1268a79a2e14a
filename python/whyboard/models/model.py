"""`Model`: a snapshot of a graph with data, and the questions that every model answers, nested as they are asked."""

from __future__ import annotations

import operator
import threading
from abc import ABC
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, cast

import numpy as np

from whyboard import registry
from whyboard.document.document import Snapshot
from whyboard.errors import ScopeError, SolverError
from whyboard.graph.constant import read_constant
from whyboard.graph.graph import Graph
from whyboard.graph.scopee import Scopee
from whyboard.lowering.flatten import flatten
from whyboard.lowering.program import bind, log_densities
from whyboard.lowering.term_type import TermTypes
from whyboard.models.asked import Asked
from whyboard.models.data import get_data_linker
from whyboard.models.option import check_options
from whyboard.models.question import Question, question
from whyboard.models.reporting import ProgressCallback, reporting, warn
from whyboard.solvers.solver import Moments, Solver

QUANTILE_DRAWS = 2000
DRAWS_APART = 1000
"""Seeds of draws are as far from that of the solver, which takes some next to its own for its starts."""


class Model(ABC):
    """A graph and its data as they were when the model was made; later edits of the graph do not touch it.

    Args:
        graph: the Graph.
        data: a dictionary of data, a `DataLinker`, or None for the data of the graph's session.
        n_data: rows; needed only where no dynamic variable has data.
        seed: the same seed gives the same answers.
        options: further options of the method.
    """

    method: ClassVar[str]

    def __init__(
        self,
        graph: Graph,
        data: Any = None,
        n_data: int | None = None,
        seed: int = 0,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        graph = require_graph(graph)
        self.graph = graph
        self.seed = _whole(seed, "seed", "an integer from 0 up; the same one gives the same answers")
        self._root = graph.key
        self._snapshot = graph.document.snapshot()
        linker = graph.session.linker if data is None else get_data_linker(data, graph=graph)
        resolved, rows = linker.resolved(graph, n_data=n_data)
        asked = Question(resolved, {}, rows, linker.series, None)
        if data is None:
            asked = question(graph, resolved, rows, linker.series, linked=linker.linked_rows is not None)
        self.question_row = asked.row
        self._intervened = bool(asked.do)
        values = graph.document.values
        stored = lambda value: read_constant(value, values)  # noqa: E731
        network = flatten(self._snapshot.records, graph.key, stored, explicit_selectors=self._explicit_selectors)
        self._network = network
        self._given = tuple(resolved)
        self._asked = Asked(self._snapshot.table, graph.key, network.owner)
        self.n_data = 1 if asked.n_data is None else asked.n_data
        known: Any = {"do": asked.do, "series": asked.series, "given_rows": linker.given_rows}
        self.program = bind(network, asked.data, self.n_data, **known)
        if network.hidden:
            plain = flatten(self._snapshot.records, graph.key, stored)
            self._marginal = bind(plain, asked.data, self.n_data, **known)
        self._check_draws()
        self._options = self._checked_options(options or {})
        self._solver: Solver | None = None
        self._moments: Moments | None = None
        self._examples = 0
        self._check()

    def __repr__(self) -> str:
        name = self._snapshot.table.records[self._root]["name"]
        state = "" if self.converged else ", not solved"
        return f"<whyboard.{type(self).__name__} of Graph {name!r}, n_data={self.n_data}{state}>"

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the method as they reach its solver."""
        return self._options

    @property
    def snapshot(self) -> Snapshot:
        """The document as it was."""
        return self._snapshot

    @property
    def root(self) -> str:
        """The key of the graph."""
        return self._root

    # --- solving ---------------------------------------------------------------------------------------------------

    def solve(self, progress: ProgressCallback | bool | None = None, stop: threading.Event | None = None) -> Model:
        """Solve once; a second call goes on only if the first was stopped.

        Args:
            progress: a callback, whose owner asks for `unfinished` instead of being warned, or False for no bar.
            stop: set it from another thread to stop with the best state so far.

        Warns:
            ConvergenceWarning: the solver used up its steps before it converged, or its draws disagree.
        """
        solver = self._solver
        if solver is None:
            kind: Any = registry.solvers[self.method]
            self._solver = solver = kind(self.program, self.seed, **self._options)
        if not solver.converged:
            self._moments = None
            with reporting(progress, stop) as report:
                solver.solve(report)
            if not callable(progress) and (words := self.unfinished):
                warn(words)
        return self

    @property
    def converged(self) -> bool:
        """Whether the solver came to its end."""
        return self._solver is not None and self._solver.converged

    @property
    def unfinished(self) -> str:
        """Why the answer is not to be trusted yet: how far from its end the solver stopped, and what helps.

        Empty if it converged, or was stopped by someone.
        """
        found = "" if self._solver is None else self._solver.unfinished()
        name = self._snapshot.table.records[self._root]["name"]
        return found and f"{self.method} of Graph {name!r} {found}"

    @property
    def remark(self) -> str:
        """What the method says of its answer in a few words, such as the lower bound; nothing for most."""
        return ""

    @property
    def solver(self) -> Solver:
        """The solver with its state.

        Raises:
            SolverError: before `solve`.
        """
        if self._solver is None:
            raise SolverError(f"This {type(self).__name__} is not solved yet. Call solve() first.")
        return self._solver

    # --- questions ---------------------------------------------------------------------------------------------------

    def get_example(self, x: Any) -> Any:
        """One draw, all parts of it from the same world; another one at each call."""
        self._examples += 1
        draws = self.get_draws(1, self._asked.nodes(x), self.seed + DRAWS_APART * self._examples)
        return self._asked.answer(x, lambda node: draws[node][0])

    def get_samples(self, x: Any, n_samples: int = 100, seed: int | None = None) -> Any:
        """``(n_samples, n_data, *shape)``, static variables ``(n_samples, *shape)``.

        As many draws are the same worlds whatever is asked for, at once or one after the other: the draws of two
        variables belong together row by row.

        Args:
            x: what to draw.
            n_samples: how many draws.
            seed: another one gives other draws; that of the model if None.
        """
        count = _whole(n_samples, "n_samples", "the number of draws, an integer from 0 up")
        if seed is not None:
            seed = _whole(seed, "seed", "an integer from 0 up, or None for that of the model")
        draws = self.get_draws(count, self._asked.nodes(x), seed)
        return self._asked.answer(x, lambda node: draws[node])

    def get_means(self, x: Any) -> Any:
        """Means, ``(n_data, *shape)`` or ``shape``."""
        return self._asked.answer(x, lambda node: self.moments.mean[node])

    def get_variances(self, x: Any) -> Any:
        """Variances, shaped like the means: those of the answer of this method, which are 0 where it gives a point."""
        return self._asked.answer(x, lambda node: self.moments.variance[node])

    def get_standard_deviations(self, x: Any) -> Any:
        """Standard deviations, shaped like the means.

        They are those of the answer of this method: 0 for what is observed, and 0 where the method gives a single point
        (all that ``"MAP"`` infers, static variables of ``"EM"``), which says nothing of how uncertain it is.
        """
        return self._asked.answer(x, lambda node: np.sqrt(self.moments.variance[node]))

    def get_probabilities(self, x: Any) -> Any:
        """How probable each value of a category or a truth value is, ``(n_data, *shape, k)`` or ``(*shape, k)``.

        The mean of a category is that of its number, which says nothing where there are more than two. What is observed
        has one value of probability 1.

        Raises:
            SolverError: if a variable has no categories.
        """
        return self._asked.answer(x, self._probabilities)

    def _probabilities(self, node: int) -> np.ndarray:
        count = self.categories_of(node)
        if count is None:
            spec, path = self.program.structure[node], self.program.network.paths[node]
            raise SolverError(
                f"'{path}' has {spec.distribution}, which has no categories. Ask for the probabilities of categories "
                "and truth values; get_quantiles and get_samples tell what is believed of a number."
            )
        return self.solver.probabilities(node, count)

    def get_quantiles(self, x: Any, quantiles: float | Sequence[float] = (0.05, 0.5, 0.95)) -> Any:
        """Quantiles of draws; a leading axis where several are asked for."""
        levels = np.asarray(quantiles, dtype=np.float64)
        if not ((levels >= 0) & (levels <= 1)).all():
            raise SolverError(f"The quantiles got {quantiles!r}. Expected numbers from 0 to 1.")
        draws = self.solver.samples(QUANTILE_DRAWS, self.seed, self._asked.nodes(x))
        return self._asked.answer(x, lambda node: np.quantile(draws[node].astype(np.float64), levels, axis=0))

    def get_draws(
        self, count: int, nodes: Collection[int] | None = None, seed: int | None = None
    ) -> dict[int, np.ndarray]:
        """Draws by node of the program, of all or of some; the same ones for the same count and seed."""
        own = self.seed if seed is None else seed
        return self.solver.samples(count, own + DRAWS_APART, nodes)

    @property
    def moments(self) -> Moments:
        """Means and variances by node of the program."""
        if self._moments is None:
            self._moments = self.solver.moments()
        return self._moments

    def log_probability(self, values: Mapping[Any, Any]) -> float:
        """Log density of all variables at these values, each given its parents.

        Args:
            values: by handle or path, ``(n_data, *shape)`` or ``shape``; what is left out has the data of the model.

        Raises:
            ParameterError: if a variable has neither a value nor complete data.
        """
        return sum(self.log_probability_terms(values).values())

    def log_probability_terms(self, values: Mapping[Any, Any]) -> dict[str, float]:
        """The terms of `log_probability` by the path of their variable."""
        program = self._marginal if self._network.hidden else self.program
        found = log_densities(program, {self._asked.key(key): value for key, value in values.items()})
        paths = dict(zip(program.network.keys, program.network.paths, strict=True))
        return {paths[key]: float(np.sum(term)) for key, term in found.items()}

    @property
    def _explicit_selectors(self) -> bool:
        # A simulation is no solver of the registry.
        return self.method in registry.solvers and cast("Any", registry.solvers[self.method]).explicit_selectors

    def summary(self) -> list[dict[str, Any]]:
        """One row for each static variable: path, mean, standard deviation."""
        return [
            {"variable": path, "mean": self.moments.mean[i], "standard_deviation": np.sqrt(self.moments.variance[i])}
            for i, (path, spec) in enumerate(zip(self._network.paths, self.program.structure, strict=True))
            if spec.static and i not in self._network.hidden
        ]

    def node_of(self, key: str) -> int | None:
        """The node of the program that a record's key belongs to."""
        return self._network.owner.get(key)

    def categories_of(self, node: int) -> int | None:
        """How many values a variable chooses from, truth values 2; None where it is a number."""
        spec = self._network.structure[node]
        types = TermTypes(self._network.structure, self._network.constants)
        return spec.law.categories({name: types(term).shape for name, term in spec.parameters})

    def _check_draws(self) -> None:
        """Refuse gaps of which only draws could tell anything, and there are none."""
        program = self.program
        for node, (spec, known) in enumerate(zip(program.structure, program.known, strict=True)):
            law: Any = spec.law
            if law.data_only or law.undirected or law.can_be_drawn() or (known | program.relevant[node]).all():
                continue
            raise SolverError(
                f"'{program.network.paths[node]}' is not observed everywhere, and {spec.distribution} states no sample "
                "and no family of beliefs, so nothing can be predicted there. State sample, or observe all of it."
            )

    def _check(self) -> None:  # noqa: B027 - most kinds refuse nothing
        """Refuse what no method of this kind can answer."""

    def _checked_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options as the solver takes them: variables as nodes."""
        known = check_options(self.method, options)
        found: dict[str, Any] = {}
        for name, value in options.items():
            sort = known[name]["type"]
            if sort == "variables" and value is not None:
                value = [self._asked.node(each) for each in value]  # noqa: PLW2901
            elif sort == "groups" and value is not None:
                value = [[self._asked.node(each) for each in group] for group in value]  # noqa: PLW2901
            elif sort == "values" and isinstance(value, Mapping):
                value = {self._asked.node(each): given for each, given in value.items()}  # noqa: PLW2901
            found[name] = value
        return found


def require_graph(graph: Any) -> Graph:
    """Only a Graph becomes a model.

    Raises:
        ScopeError: names the Graph that the object sits in.
    """
    if isinstance(graph, Graph):
        return graph
    scope = graph if isinstance(graph, Scopee) else None
    while scope is not None and not isinstance(scope, Graph):
        scope = scope.scope
    hint = f"It sits in Graph '{scope.path}'; use that." if scope is not None else "Put it into a Graph first."
    raise ScopeError(f"Only a Graph can become a model, got {graph!r}. {hint}")


def _whole(number: Any, name: str, expected: str) -> int:
    try:
        found = operator.index(number)
    except TypeError:
        found = -1
    if found < 0:
        raise SolverError(f"{name} got {number!r}. Expected {expected}.")
    return found
