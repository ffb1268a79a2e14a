"""What depends on what, and loops in it: parameters, operators and links, cut at shifts in time."""

from __future__ import annotations

from collections.abc import Iterator

from whyboard.document.address import ancestors, path
from whyboard.document.record import Key, is_link, is_operator, is_shift, references
from whyboard.document.table import Table


def parents(table: Table, key: Key, *, linked: bool = True) -> Iterator[Key]:
    """What a variable or an operator is computed from in the same row."""
    record = table.records[key]
    if is_shift(record):
        return
    yield from references(record)
    if linked and not is_operator(record):
        source = linked_source(table, key)
        if source is not None:
            yield source


def dependents(table: Table, key: Key, *, linked: bool = True) -> Iterator[Key]:
    """What is computed from a variable or an operator in the same row."""
    records = table.records
    for user in table.users(key):
        record = records[user]
        if not is_link(record) and not is_shift(record):
            yield user
    if linked and not is_operator(records[key]):
        yield from _linked_targets(table, key)


def find_loop(table: Table, key: Key, reference: Key, *, linked: bool = True) -> list[Key] | None:
    """The loop that would close if the variable ``key`` depended on ``reference``: from it to itself; None if none.

    Both ends are searched in turn, so that the cost is that of the smaller side; ``linked`` is false where no link is.
    """
    if reference == key:
        return [key]
    forward, backward = {key}, {reference}
    ahead, behind = [dependents(table, key, linked=linked)], [parents(table, reference, linked=linked)]
    while ahead and behind:
        found = _step(behind, backward)
        if found is not None:
            if found in forward:
                break
            behind.append(parents(table, found, linked=linked))
        found = _step(ahead, forward)
        if found is not None:
            if found in backward:
                break
            ahead.append(dependents(table, found, linked=linked))
    else:
        return None
    return _walk(table, key, reference)


def loop_names(table: Table, loop: list[Key]) -> list[str]:
    """The paths of the variables on a loop, the first one again at its end."""
    names = [path(table, key) for key in loop if not is_operator(table.records[key])]
    if not names:
        return [path(table, key) for key in loop]
    shown = names if len(names) <= _MOST_NAMES else [*names[:5], "...", *names[-2:]]
    return [*shown, names[0]]


_MOST_NAMES = 8


def linked_source(table: Table, key: Key) -> Key | None:
    """The variable that this one is, by a link to itself or to a scope around it."""
    return next(_across(table, key, "target", "source"), None)


def _linked_targets(table: Table, key: Key) -> Iterator[Key]:
    return _across(table, key, "source", "target")


def _across(table: Table, key: Key, this: str, other: str) -> Iterator[Key]:
    records = table.records
    names: list[str] = []
    for place in (key, *ancestors(table, key)):
        for user in table.users(place):
            record = records[user]
            if is_link(record) and record[this] == place:
                found = _descend(table, record[other], names)
                if found is not None:
                    yield found
        name = records[place].get("name")
        if name is None:
            return
        names.append(name)


def _descend(table: Table, key: Key, names: list[str]) -> Key | None:
    found: Key | None = key
    for name in reversed(names):
        found = table.names.get((found, name)) if found is not None else None
    return found


def _step(stack: list[Iterator[Key]], seen: set[Key]) -> Key | None:
    """One edge of a search; the key at its end if it is new."""
    for found in stack[-1]:
        if found in seen:
            return None
        seen.add(found)
        return found
    stack.pop()
    return None


def _walk(table: Table, key: Key, reference: Key) -> list[Key]:
    """The way from a variable to what depends on it, found backwards."""
    towards: dict[Key, Key] = {}
    stack = [reference]
    while stack:
        each = stack.pop()
        if each == key:
            break
        for parent in parents(table, each):
            if parent not in towards and parent != reference:
                towards[parent] = each
                stack.append(parent)
    way = [key]
    while way[-1] != reference:
        way.append(towards[way[-1]])
    return way
