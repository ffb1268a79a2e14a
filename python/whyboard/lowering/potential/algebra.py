"""`Algebra`: sums, products and rearrangements of forms."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from whyboard.errors import NotConjugate
from whyboard.lowering.potential.multilinear import (
    ROW,
    At,
    Fixed,
    Form,
    Known,
    Letter,
    Mask,
    Monomial,
    Place,
    Through,
    are_cases,
    joined_choices,
    letters_of,
    read_at,
    renamed,
    substituted_form,
    summed_letters,
)
from whyboard.value_type import Shape, broadcast_shapes


class Algebra:
    """Arithmetic of forms whose letters have one supply: each result is a form again."""

    def __init__(self) -> None:
        self.sizes: dict[int, int] = {}
        """By letter, how long its axis is."""
        self._next = ROW + 1

    def fresh(self, size: int) -> int:
        """A new letter for an axis of this length."""
        letter = self._next
        self._next += 1
        self.sizes[letter] = size
        return letter

    def aligned(self, forms: Sequence[Form]) -> list[Form]:
        """Forms with the letters of their broadcast result."""
        shape = broadcast_shapes(*(form.shape for form in forms))
        axes: list[int | None] = [None] * len(shape)
        found: list[Form] = []
        for form in forms:
            names: dict[int, int] = {}
            skip = len(shape) - len(form.axes)
            for place, axis in enumerate(form.axes):
                if axis is None:
                    continue
                into = axes[skip + place]
                if into is None:
                    axes[skip + place] = axis
                elif into != axis:
                    names[axis] = into
            found.append(renamed(form, names))
        return [form._replace(axes=tuple(axes), shape=shape) for form in found]

    def add(self, forms: Sequence[Form]) -> Form:
        """The sum."""
        forms = self.aligned(forms)
        axes, choices, forms = forms[0].axes, *joined_choices(forms)
        return Form(tuple(each for form in forms for each in form.monomials), axes, forms[0].shape, choices)

    def multiply(self, left: Form, right: Form) -> Form:
        """The product, element by element."""
        left, right = self.aligned([left, self.freshened(right)])
        axes, shape = left.axes, left.shape
        choices, (left, right) = joined_choices([left, right])
        monomials = tuple(Monomial((*a.factors, *b.factors)) for a in left.monomials for b in right.monomials)
        return Form(monomials, axes, shape, choices)

    def scaled(self, form: Form, factor: float | np.ndarray, places: tuple[Place, ...] = ()) -> Form:
        """Every monomial times a constant."""
        weight = Known(Fixed(np.asarray(factor, float)), places)
        return form._replace(monomials=tuple(Monomial((weight, *each.factors)) for each in form.monomials))

    def masked(self, form: Form, mask: Mask) -> Form:
        """Every monomial where the mask is 1."""
        return form._replace(monomials=tuple(Monomial((mask, *each.factors)) for each in form.monomials))

    def power(self, form: Form, power: float) -> Form:
        """A single product to a power, or the one that counts of several cases.

        Raises:
            NotConjugate: if it is a sum.
        """

        def raised(monomial: Monomial) -> Monomial:
            factors = (
                each if isinstance(each, Mask) else each._replace(power=each.power * power) for each in monomial.factors
            )
            return Monomial(tuple(factors))

        if not are_cases(form.monomials) or any(summed_letters(each, self.kept(form)) for each in form.monomials):
            raise NotConjugate(f"a sum to the power {power:g} stands on the way")
        return form._replace(monomials=tuple(raised(each) for each in form.monomials))

    def freshened(self, form: Form) -> Form:
        """The same form with new letters where it sums, so that it can be multiplied by itself."""
        return form._replace(monomials=tuple(self.fresh_sums(each, self.kept(form)) for each in form.monomials))

    def fresh_sums(self, monomial: Monomial, kept: Sequence[int | None]) -> Monomial:
        """The same monomial with new letters where it sums."""
        names = {letter: self.fresh(self.sizes[letter]) for letter in sorted(summed_letters(monomial, kept))}
        return renamed(Form((monomial,), (), ()), names).monomials[0] if names else monomial

    def kept(self, form: Form) -> tuple[int | None, ...]:
        """The letters that a form does not sum over."""
        return (*form.axes, ROW, *(choice.letter for choice in form.choices))

    def sum(self, form: Form, axes: Sequence[int], *, keepdims: bool = False) -> Form:
        """The sum over some axes."""
        gone = [form.axes[axis] for axis in axes]
        form = self.spread(form, [letter for letter in gone if letter is not None])
        rest = [
            (axis, size)
            for place, (axis, size) in enumerate(zip(form.axes, form.shape, strict=True))
            if place not in axes
        ]
        if keepdims:
            rest = [
                (None, 1) if place in axes else (axis, size)
                for place, (axis, size) in enumerate(zip(form.axes, form.shape, strict=True))
            ]
        return form._replace(axes=tuple(axis for axis, _ in rest), shape=tuple(size for _, size in rest))

    def contract(
        self, left: Form, right: Form, pairs: Sequence[tuple[int, int]], shared: Sequence[tuple[int, int]] = ()
    ) -> Form:
        """The product summed over pairs of axes; ``shared`` axes stand first in the result, then the rest of both."""
        right = self.freshened(self.apart(left, right))
        names: dict[int, int] = {}
        letters: dict[tuple[str, int], int | None] = {}
        for i, j in (*pairs, *shared):
            a, b = left.axes[i], right.axes[j]
            if a is not None and b is not None:
                names[b] = a
            letters["left", i] = a if a is not None else b
        right = renamed(right, names)
        choices, (left, right) = joined_choices([left, right])
        monomials = tuple(Monomial((*a.factors, *b.factors)) for a in left.monomials for b in right.monomials)
        gone_left, gone_right = {i for i, _ in pairs}, {j for _, j in pairs}
        shared_left, shared_right = {i for i, _ in shared}, {j for _, j in shared}
        axes = [letters["left", i] for i, _ in shared]
        shape = [max(left.shape[i], right.shape[j]) for i, j in shared]
        for form, gone in ((left, gone_left | shared_left), (right, gone_right | shared_right)):
            axes += [axis for place, axis in enumerate(form.axes) if place not in gone]
            shape += [size for place, size in enumerate(form.shape) if place not in gone]
        form = Form(monomials, tuple(axes), tuple(shape), choices)
        return self.spread(form, [letter for i, _ in pairs if (letter := letters["left", i]) is not None])

    def apart(self, left: Form, right: Form) -> Form:
        """``right`` with other letters than ``left``, for the product of a value with itself."""
        both = {axis for axis in right.axes if axis is not None and axis in left.axes}
        return renamed(right, {axis: self.fresh(self.sizes[axis]) for axis in both})

    def spread(self, form: Form, letters: Sequence[int]) -> Form:
        """A monomial that is constant along a summed letter counts as often as the axis is long."""
        monomials = []
        for monomial in form.monomials:
            missing = math.prod(self.sizes[letter] for letter in set(letters) - set(letters_of(monomial)))
            weight = (Known(Fixed(float(missing))),) if missing != 1 else ()
            monomials.append(Monomial((*weight, *monomial.factors)))
        return form._replace(monomials=tuple(monomials))

    def rearrange(self, form: Form, move: Callable[[np.ndarray], np.ndarray]) -> Form:
        """A form whose elements are moved, dropped or repeated as ``move`` does it with an array of that shape."""
        moved = move(np.arange(math.prod(form.shape)).reshape(form.shape))
        axes = tuple(self.fresh(size) if size != 1 else None for size in moved.shape)
        old = np.unravel_index(moved, form.shape) if form.shape else ()
        places = {
            axis: self._place(index, axes, form.shape[place])
            for place, (axis, index) in enumerate(zip(form.axes, old, strict=True))
            if axis is not None
        }
        return substituted_form(form, lambda letter: places.get(letter, Letter(letter)), axes, moved.shape)

    def _place(self, index: np.ndarray, axes: Sequence[int | None], size: int) -> Place:
        """Where an old axis is read: along one new axis if that is all it does."""
        along = [axis for axis in range(index.ndim) if index.size and (index != index.take([0], axis)).any()]
        if not along:
            return At(int(index.flat[0]) if index.size else 0)
        table = index[tuple(slice(None) if axis in along else 0 for axis in range(index.ndim))]
        letters = tuple(Letter(letter) for axis in along if (letter := axes[axis]) is not None)
        if len(along) == 1 and len(table) == size and (table == np.arange(size)).all():
            return letters[0]
        return Through(Fixed(table), letters)

    def broadcast(self, form: Form, shape: Shape) -> Form:
        """The form repeated to a shape."""
        axes = (None,) * (len(shape) - len(form.axes)) + form.axes
        return form._replace(axes=axes, shape=(1,) * (len(shape) - len(form.axes)) + form.shape)

    def joined(self, forms: Sequence[Form], axis: int) -> Form:
        """Forms one after the other along an axis: each is masked to its part of it."""
        sizes = [form.shape[axis] for form in forms]
        total = sum(sizes)
        letter = self.fresh(total)
        placed: list[Form] = []
        for form, start, size in zip(forms, np.cumsum([0, *sizes[:-1]]), sizes, strict=True):
            here = np.arange(total) - start
            mask = (here >= 0) & (here < size)
            old = form.axes[axis]
            place = Through(Fixed(np.clip(here, 0, size - 1)), (Letter(letter),))
            axes = (*form.axes[:axis], letter, *form.axes[axis + 1 :])
            shape = (*form.shape[:axis], total, *form.shape[axis + 1 :])
            moved = read_at(form, old, place)._replace(axes=axes, shape=shape)
            placed.append(self.masked(moved, Mask(Fixed(mask), (Letter(letter),), holds=True)))
        return self.add(placed)
