"""`Graph`: the scope that can become a model, be saved and be shown."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar

from whyboard.graph.entity import Inputs, Outputs
from whyboard.graph.handles import handles
from whyboard.graph.scope import Scope, texts

if TYPE_CHECKING:
    import networkx as nx


@handles
class Graph(Scope):
    """A model, or a part of one: it holds Graphs, Entities and variables, and has ``inputs`` and ``outputs``.

    Args:
        name: an identifier, unique in its scope.
        description, unit, labels: texts for cards, summaries and plots.

    >>> with Graph("g") as g:
    ...     print(list(g.children))
    ['inputs', 'outputs']
    """

    __slots__ = ()

    builtins: ClassVar = (("Inputs", "inputs"), ("Outputs", "outputs"))

    def __init__(
        self, name: str, *, description: str | None = None, unit: str | None = None, labels: Any = None
    ) -> None:
        record = {"kind": "Graph", "name": name, **texts(description, unit, labels)}
        self._make(record, sys._getframe(1), self.builtins)  # noqa: SLF001 - bare names are bound where the user writes

    @property
    def inputs(self) -> Inputs:
        """The entities it is given from outside."""
        return self["inputs"]

    @property
    def outputs(self) -> Outputs:
        """The entities it hands on."""
        return self["outputs"]

    def get_all_variable_dependencies(self) -> dict[str, set[str]]:
        """The direct parents of every variable inside, path to paths."""
        from whyboard.graph.dependencies import variable_dependencies

        return variable_dependencies(self)

    def to_networkx(self) -> nx.DiGraph:
        """Variables by path, with an edge from each parent to its child."""
        from whyboard.graph.dependencies import to_networkx

        return to_networkx(self)

    def dump_dict(self) -> dict[str, Any]:
        """The graph as plain data, as it stands in a file."""
        from whyboard.graph.specification import dump

        return dump(self)

    def dump_file(self, file: str | PathLike[str]) -> None:
        """Write the graph to a file, by custom ``*.why.json``; the old file stays until the new one is complete."""
        from whyboard.graph.specification import write

        write(self, file)

    @classmethod
    def from_specification(
        cls, file: str | PathLike[str] | None = None, data: Mapping[str, Any] | None = None
    ) -> Graph:
        """The graph of a file, or of what `dump_dict` gave; a root of its own.

        Raises:
            FileFormatError: if it cannot be read, or holds no Graph.
        """
        from whyboard.graph.specification import load

        return load(file, data)

    @classmethod
    def load(cls, file: str | PathLike[str]) -> Graph:
        """The graph of a file."""
        return cls.from_specification(file=file)
