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
        synonyms: of a thing, what it is called elsewhere: who asks by such a name is told what it is called here.

    ``version`` counts the changes, so that what is derived from a registry knows when to be built again.
    """

    def __init__(self, noun: str, synonyms: Callable[[T], tuple[str, ...]] = lambda _: ()) -> None:
        self.noun = noun
        self._synonyms = synonyms
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
            near = self.near(name)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(self._things)}."
            raise UnknownName(f"There is no {self.noun} {name!r}. {hint}") from None

    def near(self, name: str) -> list[str]:
        """What may be meant by a name, in quotes: what is spelt alike, or called so elsewhere; the nearest first."""
        words: dict[str, str] = {}
        for own, thing in self._things.items():
            for other in self._synonyms(thing):
                # Who asks for one by the name of another kind is told what kind this is.
                label = str(getattr(thing, "label", ""))
                words[self._plain(other)] = f"{own!r} ({label})" if self._plain(label) not in own.lower() else repr(own)
        words |= {self._plain(own): repr(own) for own in self._things}
        plain = self._plain(name)
        close = [plain] if plain in words else difflib.get_close_matches(plain, words, n=3)
        return list(dict.fromkeys(words[each] for each in close))

    def _plain(self, name: str) -> str:
        """A name as it is compared: what all names end in makes none of them alike."""
        return "".join(filter(str.isalnum, name)).lower().removesuffix(self.noun)

    def __contains__(self, name: object) -> bool:
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    def values(self) -> list[T]:
        """All of them, in order of registration."""
        return list(self._things.values())


def _called_elsewhere(kind: Any) -> tuple[str, ...]:
    return kind.synonyms


operators: Registry[type] = Registry("operator")
distributions: Registry[type] = Registry("distribution", _called_elsewhere)
families: Registry[type] = Registry("family")
moments: Registry[object] = Registry("moments type")
converters: Registry[object] = Registry("converter")
solvers: Registry[type] = Registry("solver", _called_elsewhere)
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
    return law_of(longer if name not in distributions and longer in distributions else name)


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
