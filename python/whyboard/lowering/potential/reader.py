"""`Reader`: parameter trees to `Form`s, one rule an operator that is linear in each of its operands."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.errors import NotConjugate
from whyboard.lowering.expression import rearranging
from whyboard.lowering.network import Apply, Leaf, NodeSpec, Term
from whyboard.lowering.potential.algebra import Algebra
from whyboard.lowering.potential.category import CategoryFunction, category_function
from whyboard.lowering.potential.concatenation import Concatenation
from whyboard.lowering.potential.conversion import selector, stated
from whyboard.lowering.potential.coordinate import Coordinate
from whyboard.lowering.potential.draws import Draws
from whyboard.lowering.potential.image import Image
from whyboard.lowering.potential.multilinear import (
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
    renamed,
    substituted_form,
)
from whyboard.lowering.term_type import TermTypes
from whyboard.lowering.terms import folded
from whyboard.operators.operator import freeze
from whyboard.value_type import ValueType, broadcast_shapes

Settings = Mapping[str, Any]
Rule = Callable[..., Form]
"""A function of the reader, the operands and the settings."""


class Attempt:
    """What an attempt came to: its refusal, if it was refused."""

    error: NotConjugate | None = None


class Reader(Algebra):
    """Trees of one network as forms.

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
        super().__init__()
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
        self.concatenated: dict[int, Concatenation] = {}
        """By latent node, those that have one belief with others and are read as a part of a whole."""
        self.sampled: Callable[[Reader, Term], Form] | None = None
        """What makes a form of an operator that has no rule."""
        self.coordinates: dict[int, Coordinate] = {}
        """By latent node whose moments are those of a coordinate, which coordinate that is."""
        self.bare = False
        """Whether such a node is read as its coordinate, instead of as what follows from it."""
        self.draws = Draws()
        self.drawn: dict[int, int] = {}
        """By how many numbers are drawn together, the place of the draws behind the constants."""
        self.unfit: set[int] = set()
        """Latent nodes whose families have been in the way of a function."""
        self._value_types = TermTypes(structure, constants)
        self._latent: dict[int, tuple[Term, bool]] = {}
        self._open: list[int] = []

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
            return self._variable(term, kind)
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

    def _variable(self, term: Leaf, kind: ValueType) -> Form:
        """A variable with entries that are inferred; one that is deterministic as its mean."""
        if term.node in self.inlined:
            if term.node in self._open:
                raise NotConjugate("a deterministic variable that depends on its own past stands on the way")
            self._open.append(term.node)
            try:
                form = self.form(_mean(self.structure[term.node]))
            finally:
                self._open.pop()
            return self.broadcast(form, kind.shape)
        if term.node in self.coordinates and not self.bare:
            if self.sampled is not None:
                return self.sampled(self, term)
            raise NotConjugate(f"{self.structure[term.node].distribution} has no family of beliefs")
        return self._of(lambda places: self.read(term.node, places), kind)

    def read(self, node: int, places: tuple[Place, ...]) -> Read:
        """A latent variable at its places."""
        whole = self.concatenated.get(node)
        return Read(node, places) if whole is None else whole.read(node, places)

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

    # --- places ------------------------------------------------------------------------------------------------------

    # --- indices by values -------------------------------------------------------------------------------------------

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
        function = category_function(operand, self.constants, lambda each: self.type(each)[1])
        if self.type(function.of)[0].dtype == "float":
            function = CategoryFunction(operand, ())
        chosen, letter = self.form(function.of), form.axes[axis]
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
                case = self._selected(form, axis, rest[0], function)
            elif function.steps:
                raise NotConjugate("an index that is computed from a category that is known in part stands on the way")
            else:
                place = Through(rest[0].source, rest[0].places)
                case = substituted_form(
                    form, lambda each, at=place: at if each == letter else Letter(each), form.axes, form.shape
                )
            for mask in masks:
                case = self.masked(case, mask)
            cases.append(case._replace(axes=(*form.axes[:axis], None, *form.axes[axis + 1 :])))
        return self.add(cases)

    def _selected(self, form: Form, axis: int, read: Read, function: CategoryFunction) -> Form:
        read = selector(self, read)
        categories, size, letter = self.chosen.get(read.node), form.shape[axis], form.axes[axis]
        if categories is None:
            raise NotConjugate("a latent integer that is no category stands on the way as an index")
        if function.steps:
            return self._tabulated(form, axis, read, function)
        if categories != size or letter is None:
            raise NotConjugate(
                f"{categories} categories select from an axis of length {size}, and both must be as long"
            )
        fresh = self.fresh(size)
        form = renamed(form, {letter: fresh})
        return form._replace(choices=(*form.choices, Choice(fresh, read)))

    def _tabulated(self, form: Form, axis: int, read: Read, function: CategoryFunction) -> Form:
        """Read along one axis where a function of a category points to."""
        size, letter = form.shape[axis], form.axes[axis]
        categories = self.chosen[read.node]
        table = function.table(np.arange(categories).astype(_CODES[self.type(function.of)[0].dtype]))
        if table.min() < 0 or table.max() >= size:
            raise NotConjugate(
                f"by {categories} categories, {table.tolist()} of an axis of length {size} are read: expected integers "
                f"from 0 to {size - 1}"
            )
        fresh = self.fresh(categories)
        place = Through(Fixed(table), (Letter(fresh),))
        read_there = substituted_form(
            form, lambda each: place if each == letter else Letter(each), form.axes, form.shape
        )
        return read_there._replace(choices=(*form.choices, Choice(fresh, read)))


_CODES = {"int": int, "bool": bool}


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
