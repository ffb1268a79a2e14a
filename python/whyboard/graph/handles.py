"""From keys to handles: the class of a handle follows from the kind of its record."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from whyboard.document.document import Document
from whyboard.document.record import Key
from whyboard.errors import UnknownName
from whyboard.graph.scopee import Scopee
from whyboard.graph.space import Space, space_of

if TYPE_CHECKING:
    from whyboard.graph.scope import Scope


def handle(document: Document, key: Key) -> Scopee:
    """The handle on a record of a document.

    Raises:
        UnknownName: if there is no such record.
    """
    return handle_in(space_of(document), key)


def handle_in(space: Space, key: Key) -> Scopee:
    """The same handle for the same key, as long as someone holds it."""
    found = space.handles.get(key)
    if found is not None:
        return found
    record = space.table.records.get(key)
    if record is None:
        raise UnknownName(f"There is no record {key!r} in this document. It may have been deleted.")
    made = object.__new__(_class(record["kind"]))
    adopt(made, space, key)
    return made


def scope_handle(space: Space, key: Key) -> Scope:
    """The handle on a record that is known to be a scope."""
    return cast("Scope", handle_in(space, key))


def adopt(made: Scopee, space: Space, key: Key) -> None:
    """Give a new handle its record."""
    object.__setattr__(made, "_space", space)
    object.__setattr__(made, "_key", key)
    space.handles[key] = made


def _class(kind: str) -> type[Scopee]:
    found = _CLASSES.get(kind)
    if found is None:
        from whyboard.graph.expression import expression_class

        return expression_class(kind)
    return found


_CLASSES: dict[str, type[Scopee]] = {}
Handle = TypeVar("Handle", bound=type[Scopee])


def handles(kind: Handle) -> Handle:
    """Declare a class as the handle of the records of its name."""
    _CLASSES[kind.__name__] = kind
    return kind
