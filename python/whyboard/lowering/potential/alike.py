"""Factors that are alike: one formula about other nodes and other numbers, so that it is compiled once.

A factor by itself is a small potential in which nodes, constants and letters are numbered in the order in which it
mentions them. Factors whose small potentials are equal differ in their arguments alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from whyboard.lowering.network import Apply, Leaf, Number, Term
from whyboard.lowering.potential.image import Slot
from whyboard.lowering.potential.multilinear import (
    ROW,
    Choice,
    Form,
    Known,
    Letter,
    Mask,
    Monomial,
    Place,
    Read,
    Source,
    Through,
    Value,
)
from whyboard.lowering.potential.potential import Arguments, Factor, Potential
from whyboard.lowering.terms import folded


class Mention(NamedTuple):
    """What a factor mentions: by its own numbers, the nodes and the constants of the whole potential."""

    nodes: tuple[int, ...]
    slots: tuple[int, ...]


def alone(potential: Potential, factor: Factor) -> tuple[Potential, Mention] | None:
    """A factor as a potential of its own, whose node is number 0; ``None`` where it hangs on more than it mentions."""
    names = _Names(potential)
    try:
        own = names.factor(factor)
    except _NotAlone:
        return None
    nodes, slots = tuple(names.nodes), tuple(names.slots)
    structure = tuple(potential.structure[node]._replace(parameters=()) for node in nodes)
    latents = tuple(potential.latent(node)._replace(node=names.nodes[node]) for node in nodes if node in factor.reads)
    return Potential(structure, (own,), latents, frozenset()), Mention(nodes, slots)


def arguments_alone(mention: Mention, arguments: Arguments, latents: Iterable[int]) -> Arguments:
    """The arguments of a factor that stands by itself.

    Args:
        mention: from `alone`.
        arguments: of the whole potential; rows are left out, since they are the same for all factors.
        latents: the latent nodes among the numbers of the factor.
    """
    first, *rest = mention.nodes
    believed = set(latents)
    values = [arguments.values[first]]
    for number, node in enumerate(rest, 1):
        # Of what is believed, only the number of rows counts.
        known = np.asarray(arguments.values[node])
        values.append(np.zeros((*known.shape[:1], 0)) if number in believed else known)
    none = (None,) * len(rest)
    return Arguments(
        tuple(arguments.constants[slot] for slot in mention.slots),
        tuple(values),
        (arguments.weights[first], *none),
        (arguments.observed[first], *none),
        {},
        {},
    )


class _NotAlone(Exception):
    """A factor reads what is computed elsewhere."""


class _Names:
    """Numbers in the order in which things are mentioned."""

    def __init__(self, potential: Potential) -> None:
        self.potential = potential
        self.nodes: dict[int, int] = {}
        self.slots: dict[int, int] = {}
        self.letters: dict[int, int] = {ROW: ROW}
        self._terms: dict[int, tuple[Term, Term]] = {}

    def factor(self, factor: Factor) -> Factor:
        node = self._node(factor.node)
        plates = tuple(self._letter(letter) for letter in factor.plates)
        slots = tuple(
            Slot(
                slot.name,
                self._form(slot.form),
                slot.kind,
                tuple(self._letter(letter) for letter in slot.events),
                self._letter(slot.again),
            )
            for slot in factor.slots
        )
        choices = tuple(self._choice(choice) for choice in factor.choices)
        joint = None if factor.joint is None else self._choice(factor.joint)
        for node_read in sorted(factor.reads - self.nodes.keys()):
            self._latent(node_read)
        reads = frozenset(self._latent(node_read) for node_read in factor.reads)
        return Factor(node, plates, slots, choices, reads, joint, factor.whole)

    def _form(self, form: Form) -> Form:
        return Form(
            tuple(Monomial(tuple(self._part(part) for part in each.factors)) for each in form.monomials),
            tuple(self._letter(letter) for letter in form.axes),
            form.shape,
            tuple(self._choice(choice) for choice in form.choices),
        )

    def _part(self, part: Known | Mask | Read) -> Any:
        places = tuple(self._place(place) for place in part.places)
        if isinstance(part, Read):
            return Read(self._latent(part.node), places, part.power)
        return part._replace(source=self._source(part.source), places=places)

    def _choice(self, choice: Choice) -> Choice:
        letter = self._letter(choice.letter)
        assert letter is not None
        return Choice(letter, self._part(choice.read))

    def _place(self, place: Place) -> Place:
        if isinstance(place, Letter):
            letter = self._letter(place.letter)
            assert letter is not None
            return Letter(letter)
        if isinstance(place, Through):
            return Through(self._source(place.source), tuple(self._place(each) for each in place.places))
        return place

    def _source(self, source: Source) -> Source:
        return (
            source._replace(term=folded(source.term, self._terms, self._term)) if isinstance(source, Value) else source
        )

    def _term(self, term: Term, operands: tuple[Term, ...]) -> Term:
        if isinstance(term, Leaf):
            if term.node in self.potential.inlined:
                raise _NotAlone
            return Leaf(self._node(term.node))
        if isinstance(term, Apply):
            return term._replace(operands=operands)
        return Number(self.slots.setdefault(term.slot, len(self.slots)))

    def _letter(self, letter: int | None) -> int | None:
        return None if letter is None else self.letters.setdefault(letter, len(self.letters))

    def _node(self, node: int) -> int:
        return self.nodes.setdefault(node, len(self.nodes))

    def _latent(self, node: int) -> int:
        if node >= len(self.potential.structure):
            raise _NotAlone
        latent = self.potential.latent(node)
        if not latent.plain:
            raise _NotAlone
        return self._node(node)
