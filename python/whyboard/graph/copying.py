"""Copies of scopes: independent twins, in the current scope or in a document of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from whyboard.document.address import ancestors, subtree
from whyboard.document.key import fresh_key
from whyboard.document.record import Key, Record, is_link, is_operator, references
from whyboard.document.table import Table
from whyboard.errors import ScopeError
from whyboard.graph.current import current_scope
from whyboard.graph.handles import scope_handle
from whyboard.graph.scope import Scope
from whyboard.graph.space import Space
from whyboard.graph.transfer import additions, reached_operators, rewired

Kind = TypeVar("Kind", bound=Scope)


class Extract(NamedTuple):
    """A scope cut out of its document: itself first, what it holds, and the operators made elsewhere that it needs."""

    root: Key
    records: Mapping[Key, Record]
    layout: Mapping[Key, Record]
    values: Mapping[str, str]
    outside: frozenset[Key]
    """What it refers to outside."""


def copy_scope(scope: Kind, name: str | None, *, strict: bool) -> Kind:
    """A twin under a new name, or the same one."""
    scope.record  # noqa: B018 - raises if it was deleted
    extract = cut_out(scope.space.table, scope.document.values, scope.key)
    return instantiate(extract, scope.name if name is None else name, strict=strict, origin=scope.space)  # pyright: ignore[reportReturnType]


def cut_out(table: Table, values: Mapping[str, str], root: Key) -> Extract:
    """One scope with everything in it. Operators that nothing uses stay behind."""
    records = table.records
    inside = subtree(table, [root])
    kept = {key for key in inside if not is_operator(records[key])}
    kept |= reached_operators(records, kept)
    outside = {ref for key in kept for ref in references(records[key]) if ref not in kept and ref in records}
    found = {key: records[key] for key in sorted(kept)}
    layout = {key: table.layout[key] for key in kept if key in table.layout and key != root}
    return Extract(root, found, layout, values, frozenset(outside))


def instantiate(extract: Extract, name: str, *, strict: bool, origin: Space | None) -> Scope:
    """Lay an extract into the current scope under fresh keys.

    With ``strict``, references to the outside stay; they are good in the space ``origin``. Without, or with no
    origin, they are cut.
    """
    scope = current_scope()
    space = Space() if scope is None else scope.space
    records = dict(extract.records)
    if extract.outside and not (strict and origin is not None):
        records = without_outside(records, extract.outside)
    elif extract.outside:
        _check_same_root(extract, scope, origin)
    keys = {key: fresh_key() for key in sorted(records)}
    made: dict[Key, Record] = {}
    for key, record in records.items():
        changed = dict(rewired(record, keys))
        if key == extract.root:
            changed["name"] = name
            changed.pop("scope", None)
            if scope is not None:
                changed["scope"] = scope.key
        elif record.get("scope") is not None and record["scope"] not in keys:
            # An operator that was made outside of the copied scope stands in the twin.
            changed["scope"] = keys[extract.root]
        made[keys[key]] = changed
    for digest in _stored(made):
        space.document.store(digest, extract.values[digest])
    commands = additions(made)
    if extract.layout:
        positions = {keys[key]: position for key, position in extract.layout.items() if key in keys}
        commands.append({"type": "MoveNodes", "positions": positions})
    space.execute(commands)
    return scope_handle(space, keys[extract.root])


def without_outside(records: Mapping[Key, Record], outside: frozenset[Key]) -> dict[Key, Record]:
    """The same records cut from what is outside: operators and links that need it go, parameters become unset."""
    gone = set(outside)
    users: dict[Key, list[Key]] = {}
    for key, record in records.items():
        for ref in references(record):
            users.setdefault(ref, []).append(key)
    stack = list(outside)
    while stack:
        for user in users.get(stack.pop(), ()):
            if user not in gone and (is_operator(records[user]) or is_link(records[user])):
                gone.add(user)
                stack.append(user)
    found: dict[Key, Record] = {}
    for key, record in records.items():
        if key in gone:
            continue
        parameters = record.get("parameters", {})
        kept = {name: value for name, value in parameters.items() if value.get("ref") not in gone}
        found[key] = record if len(kept) == len(parameters) else {**record, "parameters": kept}
    needed = reached_operators(found, [key for key in found if not is_operator(found[key])])
    return {key: record for key, record in found.items() if key in needed or not is_operator(record)}


def _check_same_root(extract: Extract, scope: Scope | None, origin: Space | None) -> None:
    if scope is not None and origin is not None and scope.space is origin.home:
        table = scope.space.table
        here = _root(table, scope.key)
        if all(_root(table, key) == here or is_operator(table.records[key]) for key in extract.outside):
            return
    table = origin.home.table if origin is not None else Table()
    from whyboard.document.address import describe

    listed = ", ".join(sorted(describe(table, key) for key in extract.outside)[:3])
    name = extract.records[extract.root]["name"]
    raise ScopeError(
        f"{extract.records[extract.root]['kind']} '{name}' cannot be copied here: it refers to {listed} outside. "
        "Copy the scope around both, enter that scope first, or give strict=False to leave those parameters unset."
    )


def _root(table: Table, key: Key) -> Key:
    return [key, *ancestors(table, key)][-1]


def _stored(records: Mapping[Key, Record]) -> set[str]:
    from whyboard.document.record import stored_hashes

    return {digest for record in records.values() for digest in stored_hashes(record)}
