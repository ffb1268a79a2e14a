"""`register`: makes a function that lays out nodes a builder, of which the palette has a template."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from numbers import Integral
from typing import Any, TypeVar

from whyboard import registry
from whyboard.document.record import Key, Record
from whyboard.errors import ParameterError
from whyboard.graph.copying import cut_out
from whyboard.graph.current import NoScope, current_scope
from whyboard.graph.entity import Entity
from whyboard.graph.graph import Graph
from whyboard.graph.scope import Scope
from whyboard.graph.transfer import rewired

GROUP = "Harmoniums"

Build = TypeVar("Build", bound=Callable[..., Scope])


class Builder:
    """A function ``build(name, ...)`` that returns a new scope, with what the palette says of it."""

    def __init__(self, build: Callable[..., Scope], label: str, group: str) -> None:
        self.name = build.__name__
        self.label = label
        self.group = group
        self.doc = inspect.getdoc(build) or ""
        self._build = build

    def template(self) -> dict[Key, Record]:
        """The records of what it builds without further arguments, under keys that are the same each time."""
        with NoScope():
            around = Graph("around")
            with around:
                made = self._build(self.name)
            extract = cut_out(around.space.table, around.document.values, made.key)
        keys = {key: f"t{place:03d}" for place, key in enumerate(sorted(extract.records))}
        records = {keys[key]: rewired(record, keys) for key, record in extract.records.items()}
        root = records[keys[extract.root]]
        records[keys[extract.root]] = {name: value for name, value in root.items() if name != "scope"}
        return records


def register(label: str, group: str = GROUP) -> Callable[[Build], Build]:
    """Put a function into the palette. Called with a name alone it must build something that makes sense."""

    def registered(build: Build) -> Build:
        registry.builders.register(build.__name__, Builder(build, label, group))
        return build

    return registered


def check_counts(name: str, **counts: Any) -> None:
    """Refuse numbers of parts that are none.

    Raises:
        ParameterError: names the first, and the harmonium.
    """
    for each, count in counts.items():
        if not isinstance(count, Integral) or isinstance(count, bool) or count < 1:
            raise ParameterError(f"The harmonium {name!r} got {each}={count!r}. Expected an integer from 1 up.")


def new_scope(name: str, description: str) -> Scope:
    """An Entity in the current scope; outside of any, a Graph, which can be fitted at once."""
    kind: Any = Graph if current_scope() is None else Entity
    return kind(name, description=description)
