"""Read typed dictionaries from source text, with their docstrings, for the generators."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

SOURCES = ("document/record.py", "document/command_types.py", "document/catalog_types.py", "widget/protocol.py")


@dataclass(frozen=True)
class Field:
    """One field of a typed dictionary."""

    name: str
    type: ast.expr
    required: bool


@dataclass(frozen=True)
class Interface:
    """A typed dictionary; ``base`` is the one it extends."""

    name: str
    base: str | None
    doc: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Alias:
    """``Name = A | B``."""

    name: str
    type: ast.expr


def read(package: Path, source: str) -> list[Interface | Alias]:
    """All typed dictionaries and type aliases of one file, in order."""
    tree = ast.parse((package / source).read_text(encoding="utf-8"))
    found: list[Interface | Alias] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found.append(_interface(node))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_type(node):
            found.append(Alias(node.targets[0].id, _unquoted(node.value)))
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias" and node.value:
            found.append(Alias(ast.unparse(node.target), _unquoted(node.value)))
    return found


def _interface(node: ast.ClassDef) -> Interface:
    base = node.bases[0].id if node.bases and isinstance(node.bases[0], ast.Name) else None
    fields = tuple(
        _field(item.target.id, item.annotation)
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    )
    return Interface(node.name, None if base == "TypedDict" else base, ast.get_docstring(node) or "", fields)


def _field(name: str, annotation: ast.expr) -> Field:
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "NotRequired":
        return Field(name, annotation.slice, required=False)
    return Field(name, annotation, required=True)


def _unquoted(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return ast.parse(node.value, mode="eval").body
    return node


def _is_type(node: ast.Assign) -> bool:
    name = ast.unparse(node.targets[0])
    # Capitalised, not all upper case: a type; constants and run-time aliases of Mapping are not.
    return name[0].isupper() and not name.isupper() and "Mapping" not in ast.unparse(node.value)
