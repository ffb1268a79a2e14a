"""Indices that are known from data: whether each lies on the axis that it picks from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from whyboard.errors import DataError
from whyboard.lowering.network import Apply, Leaf, Term
from whyboard.lowering.program.program import Program
from whyboard.lowering.term_type import TermTypes
from whyboard.operators.index import OPERAND


def check_indices(program: Program) -> None:
    """Refuse data that index beyond an axis; -1 in a program's text counts from the end, in data it is no category.

    Raises:
        DataError: names the variable, the row, the index and the length of the axis.
    """
    network = program.network
    types = TermTypes(network.structure, network.constants)
    for reader, spec in enumerate(network.structure):
        for node, length in _picked(spec.parameters, types):
            codes = program.data(node).round().astype(np.int64)
            bad = program.known[node] & ((codes < 0) | (codes >= length))
            if bad.any():
                where = tuple(int(i) for i in np.argwhere(bad)[0])
                place = "" if program.structure[node].static else f" in row {where[0]}"
                raise DataError(
                    f"'{network.paths[node]}' is {codes[where]}{place}, and '{network.paths[reader]}' picks by it from "
                    f"{length} elements. Expected numbers from 0 to {length - 1}."
                )


def _picked(parameters: tuple[tuple[str, Term], ...], types: TermTypes) -> Iterator[tuple[int, int]]:
    """Variables that stand in an index, with the lengths of the axes that they pick from."""
    stack = [term for _, term in parameters]
    seen: set[int] = set()
    while stack:
        term = stack.pop()
        if not isinstance(term, Apply) or id(term) in seen:
            continue
        seen.add(id(term))
        stack.extend(term.operands)
        if term.kind == "Index":
            yield from _of_index(term, len(types(term.operands[0]).shape), types(term.operands[0]).shape)


def _of_index(term: Apply, ndim: int, shape: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    parts: list[Any] = json.loads(term.settings).get("index", [])
    consuming = sum(part is not None and part != "..." for part in parts)
    operands = iter(term.operands[1:])
    axis = 0
    for part in parts:
        if part == "...":
            axis += ndim - consuming
        elif part is not None:
            operand = next(operands) if part == OPERAND else None
            if isinstance(operand, Leaf):
                yield operand.node, shape[axis]
            axis += 1
