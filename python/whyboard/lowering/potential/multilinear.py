"""Parameters as sums of products: `Form`s, in which every axis has a letter and every factor says where it is read.

A letter that stands in the result is an axis of it; any other letter is summed over. Rearranging a value (slices,
reshaping, gathering, joining) only changes the places at which its factors are read, so a form stays a form.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np

from whyboard.lowering.network import Term
from whyboard.value_type import Shape

ROW = 0
"""The letter of the data axis."""


class Fixed:
    """An array that belongs to the structure; equal to others by content."""

    __slots__ = ("_key", "array")

    def __init__(self, array: np.ndarray | float) -> None:
        self.array = np.asarray(array)
        self._key = (self.array.shape, self.array.dtype.str, self.array.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fixed) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"Fixed({self.array.tolist()})"


class Value(NamedTuple):
    """A tree over data and constants alone, and a function of it: computed when the program runs.

    A dynamic one has a row axis.
    """

    term: Term
    shape: Shape
    dynamic: bool
    function: Callable[[Any], Any] | None = None


Source = Fixed | Value


# No tuples, as a letter and a position of one number must differ.


@dataclass(frozen=True, slots=True)
class Letter:
    """An axis is read along this letter."""

    letter: int


@dataclass(frozen=True, slots=True)
class At:
    """An axis is read at one place."""

    position: int


class Through(NamedTuple):
    """An axis is read at the places that an array of integers tells."""

    source: Source
    places: tuple[Place, ...]


class Shifted(NamedTuple):
    """The data axis is read this many rows earlier; what stands there before the first row is masked."""

    lag: int


Place = Letter | At | Through | Shifted


class Known(NamedTuple):
    """A factor of data and constants."""

    source: Source
    places: tuple[Place, ...] = ()
    power: float = 1.0


class Mask(NamedTuple):
    """A factor that is 1 where something known is true, or where it is false, and 0 elsewhere."""

    source: Source
    places: tuple[Place, ...]
    holds: bool


class Read(NamedTuple):
    """A factor that is a latent variable, one place an axis."""

    node: int
    places: tuple[Place, ...]
    power: float = 1.0


Factor = Known | Mask | Read


class Monomial(NamedTuple):
    """A product of factors, summed over the letters that its form does not have."""

    factors: tuple[Factor, ...]

    @property
    def reads(self) -> tuple[Read, ...]:
        """The latent factors."""
        return tuple(factor for factor in self.factors if isinstance(factor, Read))


class Choice(NamedTuple):
    """A letter that a latent category selects: what depends on it counts as often as the category is expected."""

    letter: int
    read: Read


class Form(NamedTuple):
    """A sum of monomials. ``axes`` are the letters of the result, ``None`` for an axis of length one."""

    monomials: tuple[Monomial, ...]
    axes: tuple[int | None, ...]
    shape: Shape
    choices: tuple[Choice, ...] = ()


Part = TypeVar("Part", Place, Factor, Monomial, Choice, Form)
Substitution = Callable[[int], Place]


def letters_of(part: Place | Factor | Monomial) -> Iterator[int]:
    """Every letter in it."""
    if isinstance(part, Letter):
        yield part.letter
    elif isinstance(part, Shifted):
        yield ROW
    elif isinstance(part, Monomial):
        for factor in part.factors:
            yield from letters_of(factor)
    elif not isinstance(part, At):
        for place in part.places:
            yield from letters_of(place)


def substituted_place(place: Place, by: Substitution) -> Place:
    """A place with every letter replaced by another place."""
    if isinstance(place, Letter):
        return by(place.letter)
    if isinstance(place, Through):
        return place._replace(places=tuple(substituted_place(each, by) for each in place.places))
    if isinstance(place, Shifted) and isinstance(further := by(ROW), Shifted):
        return Shifted(place.lag + further.lag)
    return place


def substituted(monomial: Monomial, by: Substitution) -> Monomial:
    """A monomial read elsewhere."""
    return Monomial(tuple(_factor(factor, by) for factor in monomial.factors))


def substituted_form(form: Form, by: Substitution, axes: tuple[int | None, ...], shape: Shape) -> Form:
    """A form read elsewhere, with new axes."""
    choices = tuple(
        Choice(_renamed(by, choice.letter), choice.read._replace(places=_places(choice.read.places, by)))
        for choice in form.choices
    )
    return Form(tuple(substituted(each, by) for each in form.monomials), axes, shape, choices)


def renamed(form: Form, names: dict[int, int]) -> Form:
    """A form with other letters."""
    axes = tuple(names.get(axis, axis) if axis is not None else None for axis in form.axes)
    return substituted_form(form, lambda letter: Letter(names.get(letter, letter)), axes, form.shape)


def relettered(form: Form, own: Sequence[int | None], letters: Sequence[int | None]) -> Form:
    """A form whose ``own`` letters, from the last one on, give way to these where there are both."""
    pairs = zip(reversed(own), reversed(letters), strict=False)
    return renamed(form, {old: new for old, new in pairs if old is not None and new is not None})


def read_at(form: Form, letter: int | None, place: Place) -> Form:
    """A form read at a place along the axis of a letter; its axes are still to be told."""
    return substituted_form(form, lambda each: place if each == letter else Letter(each), form.axes, form.shape)


def joined_choices(forms: Sequence[Form]) -> tuple[tuple[Choice, ...], list[Form]]:
    """The choices of all forms; one that two forms make alike has one letter."""
    letters: dict[Read, int] = {}
    found: list[Form] = []
    for form in forms:
        names = {each.letter: letters.setdefault(each.read, each.letter) for each in form.choices}
        found.append(renamed(form, {old: new for old, new in names.items() if old != new}))
    return tuple(Choice(letter, read) for read, letter in letters.items()), found


def summed_letters(monomial: Monomial, kept: Iterable[int | None]) -> set[int]:
    """The letters that a monomial sums over."""
    return set(letters_of(monomial)) - set(kept)


def squared(form: Form, again: int | None) -> tuple[Monomial, ...]:
    """The monomials of a form times itself; ``again`` renames the last axis of the second copy.

    Pairs stand once, with a weight of two, unless a second axis tells the copies apart.
    """
    return tuple(Monomial((*first, *second)) for first, second in pairs(form, again))


def pairs(form: Form, again: int | None) -> list[tuple[tuple[Factor, ...], tuple[Factor, ...]]]:
    """The factors of both copies in each monomial of a form times itself."""
    kept = {*form.axes, ROW, *(choice.letter for choice in form.choices)}
    copies = [
        _second_copy(monomial, kept, form.axes[-1] if again is not None else None, again) for monomial in form.monomials
    ]
    found: list[tuple[tuple[Factor, ...], tuple[Factor, ...]]] = []
    for i, first in enumerate(form.monomials):
        for j, second in enumerate(copies):
            if again is None and j < i:
                continue
            weight = (Known(Fixed(2.0)),) if again is None and j > i else ()
            if not vanishes((*first.factors, *second.factors)):
                found.append(((*weight, *first.factors), second.factors))
    return found


def independent(monomials: Sequence[Monomial]) -> list[tuple[Monomial, ...]]:
    """Monomials in groups that read nothing in common, without those that read nothing."""
    groups: list[tuple[set[int], list[Monomial]]] = []
    for monomial in monomials:
        nodes = {read.node for read in monomial.reads}
        if not nodes:
            continue
        meeting = [group for group in groups if group[0] & nodes]
        groups = [group for group in groups if not group[0] & nodes]
        read = nodes.union(*(group[0] for group in meeting))
        groups.append((read, [*itertools.chain(*(group[1] for group in meeting)), monomial]))
    return [tuple(group) for _, group in groups]


def _second_copy(monomial: Monomial, kept: set[int | None], last: int | None, again: int | None) -> Monomial:
    """With letters of its own where it sums: the negative of the first ones."""
    names = {letter: -letter for letter in summed_letters(monomial, kept)}
    if last is not None and again is not None:
        names[last] = again
    return substituted(monomial, lambda letter: Letter(names.get(letter, letter)))


def vanishes(factors: tuple[Factor, ...]) -> bool:
    """Whether masks of different parts meet in a product, as those of joined values and of known choices do."""
    parts: dict[tuple[Place, ...], np.ndarray] = {}
    conditions: set[Mask] = set()
    for factor in factors:
        if not isinstance(factor, Mask):
            continue
        if factor._replace(holds=not factor.holds) in conditions:
            return True
        conditions.add(factor)
        if isinstance(factor.source, Fixed):
            part = factor.source.array == factor.holds
            parts[factor.places] = part & parts.get(factor.places, part)
    return any(not part.any() for part in parts.values())


def are_cases(monomials: Sequence[Monomial]) -> bool:
    """Whether at most one of the monomials counts anywhere: whatever is asked of their sum is asked of each alone."""
    pairs = itertools.combinations(monomials, 2)
    return all(vanishes((*a.factors, *b.factors)) for a, b in pairs)


def _factor(factor: Factor, by: Substitution) -> Factor:
    return factor._replace(places=_places(factor.places, by))


def _places(places: tuple[Place, ...], by: Substitution) -> tuple[Place, ...]:
    return tuple(substituted_place(place, by) for place in places)


def _renamed(by: Substitution, letter: int) -> int:
    place = by(letter)
    return place.letter if isinstance(place, Letter) else letter
