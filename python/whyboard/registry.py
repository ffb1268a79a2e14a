"""One Registry per kind of thing that can be added. Standard library only; everything may import it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from whyboard.errors import UnknownName

T = TypeVar("T")


class Registry(Generic[T]):
    """Things by name, in the order they were registered.

    Args:
        noun: what one of them is called in an error message, for example ``"operator"``.

    ``version`` counts the changes, so that what is derived from a registry knows when to be built again.
    """

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self.version = 0
        self._things: dict[str, T] = {}
        self._followers: list[Callable[[], None]] = []

    def follow(self, follower: Callable[[], None]) -> Callable[[], None]:
        """Call ``follower`` after every change; the result ends that."""
        self._followers.append(follower)

        def stop() -> None:
            if follower in self._followers:
                self._followers.remove(follower)

        return stop

    def register(self, name: str, thing: T) -> T:
        """Add or replace (a notebook cell that is run again defines the same class again)."""
        self._things[name] = thing
        self._changed()
        return thing

    def unregister(self, name: str) -> None:
        """Remove one, for tests of extensions."""
        del self._things[name]
        self._changed()

    def _changed(self) -> None:
        self.version += 1
        for follower in list(self._followers):
            follower()

    def __getitem__(self, name: str) -> T:
        try:
            return self._things[name]
        except KeyError:
            lower = {each.lower(): each for each in self._things}
            close = [name.lower()] if name.lower() in lower else difflib.get_close_matches(name.lower(), lower, n=3)
            near = [lower[each] for each in close]
            hint = f"Did you mean {' or '.join(map(repr, near))}?" if near else f"Known: {', '.join(self._things)}."
            raise UnknownName(f"There is no {self.noun} {name!r}. {hint}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    def values(self) -> list[T]:
        """All of them, in order of registration."""
        return list(self._things.values())


operators: Registry[type] = Registry("operator")
distributions: Registry[type] = Registry("distribution")
families: Registry[type] = Registry("family")
moments: Registry[object] = Registry("moments type")
converters: Registry[object] = Registry("converter")
solvers: Registry[type] = Registry("solver")
builders: Registry[Any] = Registry("builder")
services: Registry[Callable[..., object]] = Registry("service")


def law_named(given: object) -> Any:
    """The class of a distribution given by class, with its settings if it has some, or by name (``"Normal"`` too).

    Raises:
        UnknownName: with the names that are near.
    """
    if isinstance(given, type):
        return law_of(given.__name__, getattr(given, "given_settings", None))
    name = str(given)
    longer = f"{name}Distribution"
    # A short name is looked up in full for its suggestions; what is near a full name was meant to be one.
    near = difflib.get_close_matches(name, distributions, n=1)
    return law_of(longer if name not in distributions and (longer in distributions or not near) else name)


def law_of(name: str, settings: Mapping[str, object] | str | None = None) -> Any:
    """The class that all functions of a distribution with these settings are asked of; the same one every time.

    Args:
        name: of a registered distribution.
        settings: as a record has them, or their JSON text.

    Raises:
        UnknownName: if there is no such distribution.
        ParameterError: if it has no such settings.
    """
    law: Any = distributions[name]
    given = json.loads(settings or "{}") if isinstance(settings, str) else settings
    return law.configured(**given) if given else law
