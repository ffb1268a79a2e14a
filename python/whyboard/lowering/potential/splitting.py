"""What is inside of a function that is not linear: the largest parts of its trees that are known, normal or gamma.

Where every operator above them works element by element, an element of the result depends on one element of each part;
else on all that a row has of them.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from whyboard import registry
from whyboard.errors import NotConjugate
from whyboard.families import NormalMoments, PositiveMoments
from whyboard.lowering.network import Apply, Leaf, Number, Term
from whyboard.lowering.potential.coordinate import Coordinate
from whyboard.lowering.potential.multilinear import Form, Shifted, summed_letters
from whyboard.lowering.potential.reader import Reader
from whyboard.operators.operator import elementwise


@contextlib.contextmanager
def _bare(reader: Reader) -> Iterator[None]:
    """Variables that lie between edges are read as their coordinates."""
    before, reader.bare = reader.bare, True
    try:
        yield
    finally:
        reader.bare = before


class Part(NamedTuple):
    """A tree that is known, normal or gamma: its form, the dtype of its value, the latent nodes that it reads."""

    form: Form
    kind: type
    dtype: str
    nodes: frozenset[int]
    coordinate: Coordinate | None = None
    """What the form is of, if it is not the value itself."""


class Split(NamedTuple):
    """Positive parts, normal ones, known ones, and trees that number them in this order."""

    parts: list[Part]
    trees: list[Term]
    block: bool
    """Whether an element of a tree may depend on all elements of the parts."""


class _NotByElement(NotConjugate):
    """An operator does not work element by element."""


def split(reader: Reader, terms: Sequence[Term], *, block: bool = False) -> Split:
    """What trees read, and the trees over that.

    Parts that share variables are taken apart as far as it goes: two that are the same but for a factor have no joint
    density.

    Args:
        reader: which reads the parts.
        terms: the trees.
        block: whether all elements of a row belong together, whatever the operators do.

    Raises:
        NotConjugate: names the operator or the variable that no expectation is taken of.
    """
    try:
        return _split(reader, terms, block=block)
    except _NotByElement:
        return _split(reader, terms, block=True)


def _split(reader: Reader, terms: Sequence[Term], *, block: bool) -> Split:
    found = _Splitting(reader, whole=True, block=block)
    trees = [found.split(term) for term in terms]
    seen: set[int] = set()
    for part in found.parts.values():
        if part.nodes & seen:
            finer = _Splitting(reader, whole=False, block=block)
            try:
                finer_trees = [finer.split(term) for term in terms]
            except NotConjugate:
                break
            if finer.dimensions <= found.dimensions:
                found, trees = finer, finer_trees
            break
        seen |= part.nodes
    return found.result(trees)


class _Splitting:
    def __init__(self, reader: Reader, *, whole: bool, block: bool) -> None:
        self.reader = reader
        self.whole = whole
        self.block = block
        self.parts: dict[str, Part] = {}

    @property
    def dimensions(self) -> int:
        """How many numbers a value depends on that are not known."""
        return sum(
            math.prod(part.form.shape) if self.block else 1 for part in self.parts.values() if part.kind is not float
        )

    def result(self, trees: Sequence[Term]) -> Split:
        """The parts in order, and the trees over them."""
        ranks = {PositiveMoments: 0, NormalMoments: 1, float: 2}
        order = sorted(enumerate(self.parts.values()), key=lambda each: ranks[each[1].kind])
        places = {old: new for new, (old, _) in enumerate(order)}
        return Split([part for _, part in order], [_renumbered(tree, places) for tree in trees], self.block)

    def split(self, term: Term) -> Term:
        """The tree with parts as leaves."""
        # By its text: as tuples, a leaf and a number of one index are equal.
        name = repr(term)
        if name not in self.parts:
            part = self._part(term)
            if part is None:
                return self._apart(term)
            self.parts[name] = part
        own = Leaf(list(self.parts).index(name))
        coordinate = self.parts[name].coordinate
        return own if coordinate is None else coordinate.over(own, [self.split(each) for _, each in coordinate.terms])

    def _part(self, term: Term) -> Part | None:
        kind, unknown = self.reader.type(term)
        if unknown and not self.whole and isinstance(term, Apply) and term.kind != "Index":
            return None
        try:
            with _bare(self.reader):
                form = self.reader.form(term)
        except NotConjugate:
            return None
        if not unknown:
            return Part(form, float, kind.dtype, frozenset())
        reads = [read for monomial in form.monomials for read in monomial.reads]
        if any(isinstance(place, Shifted) for read in reads for place in read.places):
            raise NotConjugate("an earlier row of a latent variable, in what is not linear in it, stands on the way")
        if any(read.node in self.reader.images or read.power != 1 for read in reads):
            return None
        nodes = frozenset(read.node for read in reads)
        types = {self.reader.types[node] for node in nodes}
        kept = self.reader.kept(form)
        alone = len(form.monomials) == 1 and form.monomials[0].factors == tuple(reads) and len(reads) == 1
        alone = alone and not summed_letters(form.monomials[0], kept)
        if nodes & self.reader.coordinates.keys():
            return self._bent(term, form, nodes) if alone else None
        if types == {NormalMoments} and all(len(each.reads) <= 1 for each in form.monomials):
            return Part(form, NormalMoments, "float", nodes)
        return Part(form, PositiveMoments, "float", nodes) if types == {PositiveMoments} and alone else None

    def _bent(self, term: Term, form: Form, nodes: frozenset[int]) -> Part | None:
        """A variable that lies between edges, or elements of it: its coordinate, read where the variable is."""
        (node,) = nodes
        coordinate = self.reader.coordinates[node]
        if not isinstance(term, Leaf) and any(self.reader.type(each)[0].shape for _, each in coordinate.terms):
            # Edges with axes of their own would have to be read at the same places.
            return None
        return Part(form, NormalMoments, "float", nodes, coordinate)

    def _apart(self, term: Term) -> Term:
        if isinstance(term, Leaf) and term.node in self.reader.inlined:
            return self.split(dict(self.reader.structure[term.node].parameters)["mean"])
        if isinstance(term, Leaf):
            own = self.reader.types[term.node]
            self.reader.unfit.add(term.node)
            name = own.__name__.removesuffix("Moments").lower() if own is not float else "discrete or bounded"
            raise NotConjugate(
                f"'{self.reader.paths[term.node]}' ({name}) in what is not linear in it stands on the way: normal and "
                "gamma variables may stand there"
            )
        assert not isinstance(term, Number)
        operator: Any = registry.operators[term.kind]
        if getattr(operator, "mixes_rows", False):
            raise NotConjugate(f"{operator.__name__} of what is not linear in a latent variable stands on the way")
        if operator.result is not elementwise and not self.block:
            raise _NotByElement(f"{operator.__name__} of what is not linear in a latent variable stands on the way")
        return term._replace(operands=tuple(self.split(each) for each in term.operands))


def _renumbered(term: Term, places: dict[int, int]) -> Term:
    if isinstance(term, Leaf):
        return Leaf(places[term.node])
    assert not isinstance(term, Number)
    return term._replace(operands=tuple(_renumbered(each, places) for each in term.operands))
