"""`Session`: what belongs to working with a graph but not to the graph: data, evidence, do-values, the last model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from whyboard import registry
from whyboard.document.address import ancestors
from whyboard.document.record import Key
from whyboard.errors import DataError, ScopeError, SolverError, UnknownName
from whyboard.graph.scopee import titled

if TYPE_CHECKING:
    from whyboard.graph.graph import Graph
    from whyboard.graph.scopee import Scopee

Topic = Literal["links", "evidence", "do_values", "model"]
"""What changed."""

Observer = Callable[[Topic], None]


class Session:
    """One per graph, shared by notebook cells and diagrams; nothing of it is saved with the graph.

    ``evidence`` and ``do_values`` are by key; set them with `observe` and `do`, so that views hear of it.
    """

    def __init__(self, graph: Graph) -> None:
        self._space = graph.space
        self._key = graph.key
        self._linker: Any = None
        self._model: Any = None
        self._evidence: dict[Key, Any] = {}
        self._do_values: dict[Key, Any] = {}
        self._observers: list[Observer] = []

    @property
    def graph(self) -> Graph:
        """The graph it belongs to."""
        from whyboard.graph.handles import handle_in

        found: Any = handle_in(self._space.home, self._key)
        return found

    @property
    def linker(self) -> Any:
        """The data linker; a model that is made without ``data`` uses it."""
        if self._linker is None:
            if "data_linker" not in registry.services:
                raise SolverError(
                    "Data cannot be linked: the part of whyboard that does it is not loaded. Import whyboard first."
                )
            self._linker = registry.services["data_linker"](self.graph)
            self._linker.observe(lambda: self._tell("links"))
        return self._linker

    @property
    def evidence(self) -> Mapping[Key, Any]:
        """Values by which variables are known on the question row."""
        return dict(self._evidence)

    @property
    def do_values(self) -> Mapping[Key, Any]:
        """Values that variables are set to by intervention."""
        return dict(self._do_values)

    @property
    def model(self) -> Any:
        """The last model that was made of the graph; None before the first."""
        return self._model

    @model.setter
    def model(self, model: Any) -> None:
        self._model = model
        self._tell("model")

    def observe(self, variable: Scopee | Key, value: Any) -> None:
        """Say what a variable is on the question row; None takes it back."""
        self._set(self._evidence, "evidence", variable, value)

    def do(self, variable: Scopee | Key, value: Any) -> None:
        """Set a variable by intervention; None takes it back."""
        self._set(self._do_values, "do_values", variable, value)

    def subscribe(self, observer: Observer) -> Callable[[], None]:
        """Call ``observer`` with what changed; the result ends that."""
        self._observers.append(observer)

        def stop() -> None:
            if observer in self._observers:
                self._observers.remove(observer)

        return stop

    def _set(self, table: dict[Key, Any], topic: Topic, variable: Scopee | Key, value: Any) -> None:
        graph = self.graph
        records = graph.space.table.records
        key = variable if isinstance(variable, str) else variable.key
        if key not in records and isinstance(variable, str):
            key = graph[variable.removeprefix(f"{graph.path}/")].key
        if key not in records:
            raise UnknownName(f"{variable!r} is not in {titled(graph)}.")
        if "distribution" not in records[key]:
            raise DataError(f"{variable!r} has no value of its own. Expected a Variable or a StaticVariable.")
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
        self._tell(topic)

    def _tell(self, topic: Topic) -> None:
        for observer in list(self._observers):
            observer(topic)


def session_of(handle: Scopee) -> Session:
    """The session of a graph, or of the outermost Graph around anything else.

    Raises:
        ScopeError: if it stands in no Graph.
    """
    from whyboard.graph.handles import handle_in

    handle.record  # noqa: B018 - raises if it was deleted
    space = handle.space
    key = handle.key
    if handle.record["kind"] != "Graph":
        graphs = [each for each in ancestors(space.table, key) if space.table.records[each]["kind"] == "Graph"]
        if not graphs:
            raise ScopeError(f"{titled(handle)} stands in no Graph, so it has no session. Make it inside a Graph.")
        key = graphs[-1]
    found = space.sessions.get(key)
    if found is None:
        graph: Any = handle_in(space, key)
        found = space.sessions.setdefault(key, Session(graph))
    return found
