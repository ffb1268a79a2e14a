"""What handles borrow from printing through the registry: trees, text, code and pictures of what they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from whyboard import catalog
from whyboard.document.table import Table
from whyboard.printing import child_tree, operand_tree, python, svg, text
from whyboard.printing.text import Counts
from whyboard.registry import services


class PrintedDocument(Protocol):
    """What printing reads of a document: its records, and its large arrays by content hash."""

    @property
    def table(self) -> Table: ...
    @property
    def values(self) -> Mapping[str, str]: ...


class PrintedHandle(Protocol):
    """What printing knows of a handle."""

    @property
    def document(self) -> PrintedDocument: ...
    @property
    def key(self) -> str: ...


def child_tree_of(handle: PrintedHandle) -> str:
    """The scopes and variables in a scope, as a tree of names."""
    return child_tree.child_tree(handle.document.table, handle.key)


def operand_tree_of(handle: PrintedHandle) -> str:
    """The operators and variables that an operator is computed from."""
    return operand_tree.operand_tree(handle.document.table, handle.key)


def text_of(handle: PrintedHandle, counts: Counts | None = None) -> str:
    """The tree of a model with distributions and formulas, and how much of each variable is observed."""
    return text.model_text(handle.document.table, handle.key, catalog.build(), counts)


def python_of(handle: PrintedHandle) -> str:
    """Readable code that rebuilds a scope."""
    return python.model_python(handle.document.table, handle.key, catalog.build(), handle.document.values)


def svg_of(handle: PrintedHandle, counts: Counts | None = None) -> str:
    """The static picture of a scope."""
    return svg.model_svg(handle.document.table, handle.key, catalog.build(), counts)


services.register("child_tree", child_tree_of)
services.register("operand_tree", operand_tree_of)
services.register("to_text", text_of)
services.register("to_python", python_of)
services.register("to_svg", svg_of)
