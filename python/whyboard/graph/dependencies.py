"""Who depends on whom, by path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whyboard.document.address import path, subtree
from whyboard.document.record import Key, is_operator, is_variable
from whyboard.document.table import Table
from whyboard.graph.cycle import linked_source
from whyboard.graph.scope import Scope

if TYPE_CHECKING:
    import networkx as nx


def variable_dependencies(scope: Scope) -> dict[str, set[str]]:
    """The direct parents of every variable in a scope, path to paths; a shift in time is a dependency too."""
    table = scope.space.table
    variables = [key for key in sorted(subtree(table, [scope.key])) if is_variable(table.records[key])]
    reached: dict[Key, frozenset[Key]] = {}
    return {path(table, key): {path(table, each) for each in direct_parents(table, key, reached)} for key in variables}


def to_networkx(scope: Scope) -> nx.DiGraph:
    """A directed graph of paths, from parents to children, with kind, shape and distribution of each variable."""
    import networkx as nx

    table = scope.space.table
    graph = nx.DiGraph(name=scope.name)
    for key in sorted(subtree(table, [scope.key])):
        record = table.records[key]
        if is_variable(record):
            shape = tuple(record["shape"])
            graph.add_node(path(table, key), kind=record["kind"], shape=shape, distribution=record["distribution"])
    for child, parents in variable_dependencies(scope).items():
        graph.add_edges_from((parent, child) for parent in sorted(parents))
    return graph


def direct_parents(table: Table, key: Key, reached: dict[Key, frozenset[Key]]) -> set[Key]:
    """The variables that the parameters of a variable use; ``reached`` remembers those of operators."""
    source = linked_source(table, key)
    found: set[Key] = set() if source is None else {source}
    for value in table.records[key].get("parameters", {}).values():
        if "ref" in value:
            found |= _variables(table, value["ref"], reached)
    return found


def _variables(table: Table, start: Key, reached: dict[Key, frozenset[Key]]) -> frozenset[Key]:
    stack = [start]
    while stack:
        key = stack[-1]
        if key in reached:
            stack.pop()
            continue
        record = table.records[key]
        if not is_operator(record):
            reached[key] = frozenset({key})
            continue
        operands = record.get("operands", ())
        missing = [operand for operand in operands if operand not in reached]
        if missing:
            stack.extend(missing)
        else:
            reached[key] = frozenset().union(*(reached[operand] for operand in operands))
    return reached[start]
