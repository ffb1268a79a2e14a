"""`Asked`: what a question to a model names, from handles, paths, scopes and nests of them to nodes of its program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from whyboard.document.address import ancestors, describe
from whyboard.document.record import Key, is_factor
from whyboard.document.table import Table
from whyboard.errors import ScopeError, UnknownName
from whyboard.graph.graph import Graph
from whyboard.graph.operand import Operand
from whyboard.graph.scope import Scope
from whyboard.graph.scopee import Scopee
from whyboard.models.lookup import search, split_path, unknown_variable


class Asked:
    """Names of one graph.

    Args:
        table: the records of the document as the model knows it.
        root: the key of the graph.
        owner: by the key of a variable, its node.
    """

    def __init__(self, table: Table, root: Key, owner: Mapping[Key, int]) -> None:
        self._table = table
        self._root = root
        self._owner = owner

    def node(self, x: Any) -> int:
        node = self._owner.get(self.key(x))
        if node is None:
            raise UnknownName(f"{x!r} is no variable. Expected a Variable or StaticVariable of the graph.")
        return node

    def nodes(self, x: Any) -> set[int]:
        """The nodes that an answer needs; the draws of the others need not be kept."""
        nodes: set[int] = set()

        def note(node: int) -> np.ndarray:
            nodes.add(node)
            return np.zeros(0)

        self.answer(x, note)
        return nodes

    def answer(self, x: Any, get: Callable[[int], np.ndarray]) -> Any:
        if isinstance(x, Mapping):
            return {name: self.answer(each, get) for name, each in x.items()}
        if isinstance(x, tuple) and hasattr(x, "_fields"):
            return type(x)(*(self.answer(each, get) for each in x))
        if isinstance(x, list | tuple):
            return type(x)(self.answer(each, get) for each in x)
        key = self.key(x)
        if (node := self._owner.get(key)) is not None:
            return np.array(get(node))
        table = self._table
        records = ((child, table.records[child]) for child in table.children.get(key, ()))
        return {
            record["name"]: self.answer(child, get)
            for child, record in records
            if "name" in record and not is_factor(record)
        }

    def key(self, x: Any) -> str:
        table = self._table
        if isinstance(x, Operand) and not isinstance(x, Scope):
            raise ScopeError(
                f"A {x.name} operator has no value of its own in a model. "
                "Give it a name: Variable('name', distribution=DiracDistribution, mean=...)."
            )
        if isinstance(x, Scopee):
            found = x.key if self._holds(x.key) else self._counterpart(x)
            if found is None:
                own = describe(table, self._root)
                raise UnknownName(
                    f"{describe(x.space.table, x.key)} is not in {own}, which this model was made of. "
                    f"Ask for what is in {own}, or make a model of the Graph that holds it."
                )
            return found
        if not isinstance(x, str):
            raise UnknownName(
                f"A model was asked for a {type(x).__name__}. "
                "Expected a variable, a scope, a path, or a list, tuple or dict of them."
            )
        if self._holds(x):
            return x
        names = split_path(x)
        found = search(table, self._root, names)
        if found is None:
            raise unknown_variable(table, self._root, names)
        return found

    def _holds(self, key: str) -> bool:
        """Whether a record is part of the model; causes may stand outside of its graph."""
        return key in self._owner or self._root in (key, *ancestors(self._table, key))

    def _counterpart(self, x: Scopee) -> str | None:
        """What has the same path here as a part of a copy of the graph has there, whatever the copy is called."""
        table, theirs = self._table, x.space.table
        if not any(theirs.records[each]["kind"] == "Graph" for each in (x.key, *ancestors(theirs, x.key))):
            return None
        if isinstance(x, Graph):
            named = (theirs.records[child].get("name") for child in theirs.children.get(x.key, ()))
            copied = any((self._root, name) in table.names for name in named if name not in {"inputs", "outputs"})
            return self._root if copied else None
        names = split_path(x.path)
        return search(table, self._root, names) if len(names) > 1 else None
