"""`Reader`: parameter trees to `Form`s, one rule an operator that is linear in each of its operands."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.errors import NotConjugate
from whyboard.lowering.conversion import selector, stated
from whyboard.lowering.expression import rearranging
from whyboard.lowering.image import Image
from whyboard.lowering.multilinear import (
    ROW,
    At,
    Choice,
    Fixed,
    Form,
    Known,
    Letter,
    Mask,
    Monomial,
    Place,
    Read,
    Through,
    Value,
    are_cases,
    joined_choices,
    letters_of,
    renamed,
    substituted_form,
    summed_letters,
)
from whyboard.lowering.network import Apply, Leaf, NodeSpec, Term
from whyboard.lowering.term_type import TermTypes
from whyboard.lowering.terms import folded
from whyboard.operators.operator import freeze
from whyboard.value_type import Shape, ValueType, broadcast_shapes

Settings = Mapping[str, Any]
Rule = Callable[..., Form]
"""A function of the reader, the operands and the settings."""


class Attempt:
    """What an attempt came to: its refusal, if it was refused."""

    error: NotConjugate | None = None


class Reader:
    """Trees of one network.

    Args:
        structure: the nodes.
        constants: their numbers, of which only shapes and dtypes are used.
        latent: which nodes have entries that are inferred.
        inlined: deterministic nodes, which are read as their means.
        chosen: by node, the number of categories of a latent category, which may stand in an index.
        rules: by operator, how a form follows from its operands.
        check_codes: refuses a known tree that reads beyond an axis of this length.
    """

    def __init__(
        self,
        structure: Sequence[NodeSpec],
        constants: Sequence[np.ndarray],
        latent: set[int],
        inlined: set[int],
        chosen: MutableMapping[int, int],
        rules: Mapping[str, Rule],
        check_codes: Callable[[Term, int], None],
    ) -> None:
        self.structure = structure
        self.constants = constants
        self.latent = latent
        self.inlined = inlined
        self.chosen = chosen
        self.rules = rules
        self.check_codes = check_codes
        self.types: dict[int, type] = {}
        """By latent node or image, its moments type."""
        self.paths: Sequence[str] = ()
        self.images: dict[int, Image] = {}
        self.converted: dict[tuple[int, type], int] = {}
        self.sizes: dict[int, int] = {}
        self.sampled: Callable[[Reader, Term], Form] | None = None
        """What makes a form of an operator that has no rule."""
        self._next = ROW + 1
        self._value_types = TermTypes(structure, constants)
        self._latent: dict[int, tuple[Term, bool]] = {}
        self._open: list[int] = []

    def fresh(self, size: int) -> int:
        """A new letter for an axis of this length."""
        letter = self._next
        self._next += 1
        self.sizes[letter] = size
        return letter

    @contextlib.contextmanager
    def attempt(self) -> Iterator[Attempt]:
        """Try something that may not be conjugate; a refusal is kept, and the images made so far are forgotten."""
        tables: list[Any] = [self.images, self.types, self.converted, self.chosen]
        kept = [(table, dict(table)) for table in tables]
        attempt = Attempt()
        try:
            yield attempt
        except NotConjugate as error:
            attempt.error = error
            for table, before in kept:
                table.clear()
                table.update(before)

    def add_image(self, image: Image) -> int:
        """The node by which forms read an image."""
        node = len(self.structure) + len(self.images)
        self.images[node], self.types[node] = image, image.kind
        return node

    def form(self, term: Term) -> Form:
        """A tree as a form.

        Raises:
            NotConjugate: names the operator that is not linear in a latent operand.
        """
        kind, unknown = self.type(term)
        if not unknown:
            return self._of(lambda places: Known(Value(term, kind.shape, kind.dynamic), places), kind)
        if isinstance(term, Leaf):
            if term.node in self.inlined:
                if term.node in self._open:
                    raise NotConjugate("a deterministic variable that depends on its own past stands on the way")
                self._open.append(term.node)
                try:
                    form = self.form(_mean(self.structure[term.node]))
                finally:
                    self._open.pop()
                return self.broadcast(form, kind.shape)
            return self._of(lambda places: Read(term.node, places), kind)
        assert isinstance(term, Apply)
        found = stated(self, term)
        if found is not None:
            return found
        settings = freeze(json.loads(term.settings))
        rule = self.rules.get(term.kind)
        if rule is None and term.kind in rearranging and len(term.operands) == 1:
            return self.rearrange(self.form(term.operands[0]), lambda x: rearranging[term.kind](x, settings))
        if rule is None and self.sampled is not None:
            return self.sampled(self, term)
        if rule is None:
            raise NotConjugate(f"{registry.operators[term.kind].__name__} stands on the way")
        return rule(self, term.operands, settings)

    def type(self, term: Term) -> tuple[ValueType, bool]:
        """The type of a tree, and whether anything latent is in it."""
        return self._value_types(term), folded(term, self._latent, self._is_latent)

    def _is_latent(self, term: Term, operands: tuple[bool, ...]) -> bool:
        if not isinstance(term, Leaf) or term.node not in self.inlined:
            return term.node in self.latent if isinstance(term, Leaf) else any(operands)
        if term.node in self._open:
            return True
        self._open.append(term.node)
        found = folded(_mean(self.structure[term.node]), self._latent, self._is_latent)
        self._open.pop()
        return found

    def _of(self, factor: Callable[[tuple[Place, ...]], Known | Read], kind: ValueType) -> Form:
        axes = tuple(self.fresh(size) if size != 1 else None for size in kind.shape)
        places: tuple[Place, ...] = tuple(At(0) if axis is None else Letter(axis) for axis in axes)
        rows = (Letter(ROW),) if kind.dynamic else ()
        return Form((Monomial((factor((*rows, *places)),)),), axes, kind.shape)

    # --- sums and products -------------------------------------------------------------------------------------------

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

    # --- places ------------------------------------------------------------------------------------------------------

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
            moved = substituted_form(form, lambda each, o=old, p=place: p if each == o else Letter(each), axes, shape)
            placed.append(self.masked(moved, Mask(Fixed(mask), (Letter(letter),), holds=True)))
        return self.add(placed)

    def index(self, term: Term, operands: Sequence[Term], index: Sequence[Any]) -> Form:
        """``x[...]`` with integer values in some places."""
        form = self.rearrange(self.form(term), lambda x: rearranging["Index"](x, {"index": _without_operands(index)}))
        if not operands:
            return form
        return self.gathered(form, _operand_axes(index, len(self.type(term)[0].shape)), operands)

    def gathered(self, form: Form, axes: Sequence[int], operands: Sequence[Term]) -> Form:
        """A form read at integer values along neighbouring axes, as numpy does it: their axes stand in that place."""
        if list(axes) != list(range(axes[0], axes[0] + len(axes))):
            raise NotConjugate("an index by values in places that are apart stands on the way")
        joint = broadcast_shapes(*(self.type(each)[0].shape for each in operands))
        letters = tuple(self.fresh(size) if size != 1 else None for size in joint)
        for axis, operand in zip(axes, operands, strict=True):
            form = self._placed(form, axis, operand, letters)
        start, stop = axes[0], axes[-1] + 1
        return form._replace(
            axes=(*form.axes[:start], *letters, *form.axes[stop:]),
            shape=(*form.shape[:start], *joint, *form.shape[stop:]),
        )

    def gated(self, form: Form, axis: int, operand: Term) -> Form:
        """A form read along an axis at integer values that broadcast with the axes before it."""
        place = axis % len(form.shape)
        before = broadcast_shapes(form.shape[:place], self.type(operand)[0].shape)
        form = self.broadcast(form, (1,) * (len(before) + len(form.shape) - place))
        place = len(before)
        letters = tuple(
            letter if letter is not None or size == 1 else self.fresh(size)
            for letter, size in zip(form.axes[:place], before, strict=True)
        )
        form = self._placed(form, place, operand, letters)
        return form._replace(axes=(*letters, *form.axes[place + 1 :]), shape=(*before, *form.shape[place + 1 :]))

    def _placed(self, form: Form, axis: int, operand: Term, letters: Sequence[int | None]) -> Form:
        """Read along one axis at integers with these letters; a latent category selects, and the axis' letter stays."""
        kind, unknown = self.type(operand)
        letter = form.axes[axis]
        own = [
            each if size != 1 else None
            for each, size in zip(letters[len(letters) - len(kind.shape) :], kind.shape, strict=True)
        ]
        if not unknown:
            self.check_codes(operand, form.shape[axis])
            rows: tuple[Place, ...] = (Letter(ROW),) if kind.dynamic else ()
            at = (*rows, *(At(0) if each is None else Letter(each) for each in own))
            place = Through(Value(operand, kind.shape, kind.dynamic), at)
            return substituted_form(form, lambda each: place if each == letter else Letter(each), form.axes, form.shape)
        return self._chosen(form, axis, operand, own)

    def _chosen(self, form: Form, axis: int, operand: Term, own: Sequence[int | None]) -> Form:
        """Read along one axis at a latent category, or at one of several, some of them known, as masks tell."""
        chosen, letter = self.form(operand), form.axes[axis]
        names = {
            mine: theirs
            for mine, theirs in zip(chosen.axes, own, strict=True)
            if mine is not None and theirs is not None
        }
        chosen = renamed(chosen, names)
        cases: list[Form] = []
        for monomial in chosen.monomials:
            masks = tuple(factor for factor in monomial.factors if isinstance(factor, Mask))
            rest = [factor for factor in monomial.factors if not isinstance(factor, Mask)]
            if len(rest) != 1 or rest[0].power != 1 or not are_cases(chosen.monomials):
                raise NotConjugate("an index that is computed from a latent category stands on the way")
            if isinstance(rest[0], Read):
                case = self._selected(form, axis, rest[0])
            else:
                place = Through(rest[0].source, rest[0].places)
                case = substituted_form(
                    form, lambda each, at=place: at if each == letter else Letter(each), form.axes, form.shape
                )
            for mask in masks:
                case = self.masked(case, mask)
            cases.append(case._replace(axes=(*form.axes[:axis], None, *form.axes[axis + 1 :])))
        return self.add(cases)

    def _selected(self, form: Form, axis: int, read: Read) -> Form:
        read = selector(self, read)
        categories, size, letter = self.chosen.get(read.node), form.shape[axis], form.axes[axis]
        if categories is None:
            raise NotConjugate("a latent integer that is no category stands on the way as an index")
        if categories != size or letter is None:
            raise NotConjugate(
                f"{categories} categories select from an axis of length {size}, and both must be as long"
            )
        fresh = self.fresh(size)
        form = renamed(form, {letter: fresh})
        return form._replace(choices=(*form.choices, Choice(fresh, read)))


def _mean(spec: NodeSpec) -> Term:
    return dict(spec.parameters)["mean"]


def _without_operands(index: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(":" if part == "operand" else part for part in index)


def _operand_axes(index: Sequence[Any], ndim: int) -> list[int]:
    """The axes of the rest at which the operands of an index stand."""
    given = sum(part is not None and part != "..." for part in index)
    axis, found = 0, []
    for part in index:
        if part == "operand":
            found.append(axis)
            axis += 1
        elif part == "...":
            axis += ndim - given
        elif isinstance(part, list | tuple):
            raise NotConjugate("an index by a list and a value together stands on the way")
        elif not isinstance(part, int):
            axis += 1
    return found
