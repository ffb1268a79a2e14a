"""`Scopee`: a handle on one record, without state of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from whyboard.document.address import describe, path
from whyboard.document.record import Key, Record
from whyboard.errors import DocumentError, ScopeError, UnknownName
from whyboard.graph.space import Space

if TYPE_CHECKING:
    from whyboard.document.document import Document
    from whyboard.graph.scope import Scope
    from whyboard.graph.session import Session


class Scopee:
    """Anything that stands in a scope: a document and a key.

    Two handles on the same record are equal, whenever and wherever they were made.
    """

    __slots__ = ("__weakref__", "_key", "_space")
    __array_ufunc__: Any = None
    __pandas_priority__ = 10_000

    _way_back: ClassVar[str] = "Undo the deletion, or make another one."

    _key: Key
    _space: Space

    @property
    def key(self) -> Key:
        """The key of the record; it never changes."""
        return self._key

    @property
    def document(self) -> Document:
        """The document that holds the record."""
        return self.space.document

    @property
    def space(self) -> Space:
        space = self._space
        if space.successor is not None:
            space = space.home
            object.__setattr__(self, "_space", space)
        return space

    @property
    def record(self) -> Record:
        """The record as it stands now.

        Raises:
            DocumentError: if it was deleted.
        """
        record = self.space.table.records.get(self._key)
        if record is None:
            # No AttributeError, which would make Python look for the attribute again.
            raise DocumentError(f"This {type(self).__name__} was deleted. {self._way_back}")
        return record

    @property
    def name(self) -> str:
        """The name in its scope; of an operator, that of its class."""
        record = self.record
        return record.get("name") or record["kind"]

    @property
    def scope(self) -> Scope | None:
        """The scope it stands in; None at a root."""
        from whyboard.graph.handles import scope_handle

        scope = self.record.get("scope")
        return None if scope is None else scope_handle(self.space, scope)

    @scope.setter
    def scope(self, scope: Scope | None) -> None:
        from whyboard.graph.scope import Scope

        if scope is not None and not isinstance(scope, Scope):
            raise ScopeError(f"{self._title()} cannot move into {scope!r}. Expected a Graph, an Entity or a variable.")
        space = self.space
        if scope is not None and scope.space is not space:
            space = space.join(scope.space)
        target = None if scope is None else scope.key
        space.execute([{"type": "Reparent", "keys": [self._key], "scope": target}])

    @property
    def path(self) -> str:
        """Names from the root down, ``"g/e/x"``."""
        self.record  # noqa: B018 - raises if it was deleted
        return path(self.space.table, self._key)

    @property
    def session(self) -> Session:
        """Data links, evidence, do-values and the last model of the Graph it stands in; cells and diagram share them.

        Raises:
            ScopeError: if it stands in no Graph.
        """
        from whyboard.graph.session import session_of

        return session_of(self)

    def sibling(self, key: Key) -> Scopee:
        """The handle on another record of the same document."""
        from whyboard.graph.handles import handle_in

        return handle_in(self.space, key)

    def delete(self) -> None:
        """Delete it with what it contains and the operators that used it; parameters that used it become unset."""
        self.record  # noqa: B018 - raises if it is gone already
        self.space.execute([{"type": "DeleteRecords", "keys": [self._key]}])

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Scopee) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        record = self.space.table.records.get(self._key)
        if record is None:
            return f"<whyboard.{type(self).__name__} (deleted)>"
        return f"<whyboard.{record['kind']} {record.get('name') or record['kind']!r}>"

    def __setattr__(self, name: str, value: Any) -> None:
        attribute = getattr(type(self), name, None)
        if isinstance(attribute, property) and attribute.fset is not None:
            attribute.fset(self, value)
            return
        if isinstance(attribute, property):
            raise UnknownName(f"The {name} of {self._title()} cannot be set.")
        self._assign(name, value)

    def __copy__(self) -> Scopee:
        return self

    def __deepcopy__(self, _memory: object) -> Scopee:
        raise ScopeError(
            f"{self._title()} cannot be deep-copied: a handle is only a name of it. Use its copy() method."
        )

    def __reduce__(self) -> Any:
        raise ScopeError(
            f"{self._title()} cannot be pickled: a handle is only a name of it. Use dump_dict() or dump_file()."
        )

    def _assign(self, name: str, value: Any) -> None:
        del value
        raise UnknownName(f"{self._title()} has no attribute {name!r} that could be set.")

    def _title(self) -> str:
        return describe(self.space.table, self._key)


def titled(handle: Scopee) -> str:
    """How messages call a handle: ``Variable 'g/e/x'``."""
    return describe(handle.space.table, handle.key)
