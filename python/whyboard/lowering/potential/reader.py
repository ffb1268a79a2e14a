"""`Reader`: parameter trees to `Form`s, one rule an operator that is linear in each of its operands."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.errors import NotConjugate
from whyboard.lowering.expression import rearranging
from whyboard.lowering.network import Apply, Leaf, NodeSpec, Term
from whyboard.lowering.potential.algebra import Algebra
from whyboard.lowering.potential.concatenation import Concatenation
from whyboard.lowering.potential.conversion import stated
from whyboard.lowering.potential.coordinate import Coordinate
from whyboard.lowering.potential.draws import Draws
from whyboard.lowering.potential.image import Image
from whyboard.lowering.potential.multilinear import ROW, At, Form, Known, Letter, Monomial, Place, Read, Value
from whyboard.lowering.term_type import TermTypes
from whyboard.lowering.terms import folded
from whyboard.operators.operator import freeze
from whyboard.value_type import ValueType

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
        paths: by node, for messages.
        types: by latent node, its moments type; those of images are added.
        inlined: deterministic nodes, which are read as their means.
        rules: by operator, how a form follows from its operands.
        check_codes: refuses a known tree that reads beyond an axis of this length.
    """

    def __init__(
        self,
        structure: Sequence[NodeSpec],
        constants: Sequence[np.ndarray],
        paths: Sequence[str],
        types: dict[int, type],
        inlined: frozenset[int],
        rules: Mapping[str, Rule],
        check_codes: Callable[[Term, int], None],
    ) -> None:
        super().__init__()
        self.structure = structure
        self.constants = constants
        self.paths = paths
        self.types = types
        self.inlined = inlined
        self.rules = rules
        self.check_codes = check_codes
        self.chosen: dict[int, int] = {}
        """By latent category, which may stand in an index, how many there are."""
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
            return term.node in self.types if isinstance(term, Leaf) else any(operands)
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


def _mean(spec: NodeSpec) -> Term:
    return dict(spec.parameters)["mean"]
