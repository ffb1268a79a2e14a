"""`Scope`: what a ``with`` block enters and what holds children by name."""

from __future__ import annotations

import difflib
import sys
import warnings
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

from whyboard import registry
from whyboard.document.key import fresh_key
from whyboard.document.record import Key
from whyboard.errors import DocumentError, ScopeError, SolverError, UnknownName
from whyboard.graph import binding, current
from whyboard.graph.handles import adopt, handle_in
from whyboard.graph.plain import plain
from whyboard.graph.scopee import Scopee, titled
from whyboard.graph.space import Space
from whyboard.graph.synonym import meant

if TYPE_CHECKING:
    from whyboard.graph.template import Template

_TEXTS = ("description", "unit", "labels")


class Scope(Scopee):
    """A named thing that holds others; ``with scope:`` makes it the current one in this thread."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name in its scope; setting it renames."""
        return self.record["name"]

    @name.setter
    def name(self, name: str) -> None:
        self.record  # noqa: B018 - raises if it was deleted
        self.space.execute([{"type": "Rename", "key": self._key, "name": name}])

    @property
    def children(self) -> dict[str, Scope]:
        """The named children, in order of creation."""
        return {each.name: each for each in self.get_children() if isinstance(each, Scope)}

    def get_children(self, *, operators: bool = False) -> list[Scopee]:
        """The children in order of creation; operators and links too where asked for."""
        self.record  # noqa: B018 - raises if it was deleted
        space = self.space
        records = space.table.records
        keys = space.table.children.get(self._key, ())
        return [handle_in(space, key) for key in list(keys) if operators or "name" in records[key]]

    @property
    def description(self) -> str:
        """Text for the card, summaries and plots."""
        return self.record.get("description", "")

    @description.setter
    def description(self, text: str | None) -> None:
        self._set_field("description", text or None)

    @property
    def unit(self) -> str:
        """The unit of its values."""
        return self.record.get("unit", "")

    @unit.setter
    def unit(self, text: str | None) -> None:
        self._set_field("unit", text or None)

    @property
    def labels(self) -> Any:
        """Names for axes or categories; None where none are given."""
        return self.record.get("labels")

    @labels.setter
    def labels(self, labels: Any) -> None:
        self._set_field("labels", None if labels is None else plain(labels, f"labels of {self._title()}"))

    def copy(self, name: str | None = None, strict: bool = True) -> Self:
        """An independent twin with the same content, in the current scope.

        Args:
            name: of the twin; the same name where none is given.
            strict: keep references that leave the copied object; the twin must then stand in the same root.
                False leaves those parameters unset.

        Raises:
            ScopeError: if ``strict`` and the twin would refer into another root.
            NameClash: if the current scope has a child of that name.
        """
        from whyboard.graph.copying import copy_scope

        made = copy_scope(self, name, strict=strict)
        self._bind_made(made, sys._getframe(1))  # noqa: SLF001 - bare names are bound where the user writes
        return made

    def get_template(self) -> Template:
        """A template of its present state; calling it with a name makes an instance in the current scope."""
        from whyboard.graph.template import Template

        return Template(self)

    def show(self, **options: Any) -> Any:
        """The editor on this scope."""
        return _service("show")(self, **options)

    def to_python(self) -> str:
        """Readable code that rebuilds it."""
        return str(_service("to_python")(self))

    def to_svg(self) -> str:
        """A static picture."""
        return str(_service("to_svg")(self))

    def __enter__(self) -> Self:
        self.record  # noqa: B018 - raises if it was deleted
        current.enter(self)
        names = binding.namespace(sys._getframe(1))  # noqa: SLF001 - bare names are bound where the user writes
        if names is not None:
            binding.bind(names, self.children.items())
        return self

    def __exit__(self, *_: object) -> None:
        current.leave()

    def __getitem__(self, name: str) -> Any:
        """The child of a name, also where an attribute has taken it; ``"e/x"`` goes deeper."""
        if not isinstance(name, str):
            raise UnknownName(f"{self._title()} got {name!r} in []. Expected the name of a child.")
        found: Scope = self
        for part in name.split("/"):
            key = found.space.table.names.get((found._key, part))
            if key is None:
                raise UnknownName(f"{titled(found)} has no child {part!r}.{found._suggest(part)}")
            child = handle_in(found.space, key)
            if not isinstance(child, Scope):
                raise UnknownName(f"{titled(found)} has no child {part!r}.")
            found = child
        return found

    def __contains__(self, item: object) -> bool:
        """Whether a name, or a handle, is that of a child."""
        names = self.space.table.names
        if isinstance(item, Scopee):
            return item.space is self.space and item.record.get("scope") == self._key
        return isinstance(item, str) and (self._key, item) in names

    def __getattr__(self, name: str) -> Any:
        space = self.space
        key = space.table.names.get((self._key, name))
        if key is not None:
            return handle_in(space, key)
        if name.startswith("_"):
            raise AttributeError(name)
        self.record  # noqa: B018 - raises if it was deleted
        raise UnknownName(f"{self._title()} has no {name!r}.{self._suggest(name)}")

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *self.children]

    def _repr_mimebundle_(self, **_arguments: Any) -> Any:
        if "mimebundle" not in registry.services:
            return {"text/plain": repr(self)}
        return registry.services["mimebundle"](self)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.children)

    def _make(
        self,
        record: dict[str, Any],
        frame: FrameType | None,
        builtins: Iterable[tuple[str, str]] = (),
        space: Space | None = None,
    ) -> None:
        """Add the record in the current scope and become its handle."""
        scope = current.current_scope()
        if scope is not None:
            space = scope.space
        elif space is None:
            space = Space()
        if scope is not None:
            record["scope"] = scope.key
        key = fresh_key()
        commands = [{"type": "AddRecord", "key": key, "record": record}]
        for kind, name in builtins:
            child = {"kind": kind, "name": name, "scope": key}
            commands.append({"type": "AddRecord", "key": fresh_key(), "record": child})
        space.execute(commands)
        adopt(self, space, key)
        if scope is not None:
            scope._warn_of(record["name"], frame)  # noqa: SLF001 - of the same class
        self._bind_made(self, frame)

    @staticmethod
    def _bind_made(made: Scopee, frame: FrameType | None) -> None:
        if current.current_scope() is not None:
            names = binding.namespace(frame)
            if names is not None:
                binding.bind(names, [(made.name, made)])

    def _warn_of(self, name: str, frame: FrameType | None) -> None:
        if not self._takes(name):
            return
        place = ("", 1) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
        warnings.warn_explicit(
            f"The child {name!r} of {self._title()} has the name of an attribute. Reach it by item, [{name!r}].",
            UserWarning,
            *place,
        )

    def _takes(self, name: str) -> bool:
        """Whether an attribute hides a child of this name."""
        return hasattr(type(self), name)

    def _assign(self, name: str, value: Any) -> None:
        key = self.space.table.names.get((self._key, name))
        if key is not None:
            if isinstance(value, Scopee) and value.key == key:
                return
            child = handle_in(self.space, key)
            raise ScopeError(
                f"{titled(child)} cannot be replaced by assignment. Set its parameters, or delete() it first."
            )
        if isinstance(value, Scopee) and not isinstance(value, Scope):
            raise UnknownName(
                f"{self._title()} has no attribute {name!r} that could be set.{self._suggest(name, settable=True)}"
            )
        if isinstance(value, Scope):
            raise ScopeError(
                f"{titled(value)} cannot be put into {self._title()} by assignment. "
                f"Make it inside `with {self.name}:`, or set its scope."
            )
        raise UnknownName(
            f"{self._title()} has no attribute {name!r} that could be set.{self._suggest(name, settable=True)}"
        )

    def _set_field(self, field: str, value: Any) -> None:
        self.record  # noqa: B018 - raises if it was deleted
        self.space.execute([{"type": "SetField", "key": self._key, "field": field, "value": value}])

    def _suggest(self, name: str, *, settable: bool = False) -> str:
        """The way out of an unknown name: what is spelt alike, else what there is."""
        own = ["name", "scope", *_TEXTS] if settable else list(self.children)
        known = [*self._parameter_names(), *own]
        near = meant(name, list(self._parameter_names()))
        near = near or difflib.get_close_matches(name, [*known, *(() if settable else dir(type(self)))], n=3)
        near = [each for each in near if not each.startswith("_")]
        if near:
            return f" Did you mean {' or '.join(map(repr, near))}?"
        if not known:
            return " It has no children."
        listed = ", ".join(known[:_MOST_NAMES]) + (", ..." if len(known) > _MOST_NAMES else "")
        return f" It has {listed}."

    def _parameter_names(self) -> Iterable[str]:
        return ()


_MOST_NAMES = 12


def texts(description: str | None, unit: str | None, labels: Any) -> dict[str, Any]:
    """The optional texts of a record."""
    found: dict[str, Any] = {}
    for field, value in (("description", description), ("unit", unit)):
        if value is not None:
            if not isinstance(value, str):
                raise DocumentError(f"The {field} got {value!r}. Expected text.")
            found[field] = value
    if labels is not None:
        found["labels"] = plain(labels, "labels")
    return found


def _service(name: str) -> Any:
    if name not in registry.services:
        raise SolverError(
            f"{name}() is not available: the part of whyboard that does it is not loaded. Import whyboard first."
        )
    return registry.services[name]


def children_of(space: Space, key: Key) -> Mapping[str, Key]:
    """Keys of the named children by name."""
    records = space.table.records
    return {records[each]["name"]: each for each in space.table.children.get(key, ()) if "name" in records[each]}
