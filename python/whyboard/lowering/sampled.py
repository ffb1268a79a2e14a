"""Parameters and densities that are not linear in moments, as images: their expectation is taken by quadrature.

What they read are the largest parts of their trees that are known or normal; above these every operator must work
element by element, so that one element of the result depends on one element of each part.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from whyboard import registry
from whyboard.errors import NotConjugate
from whyboard.families import FirstMoment, NormalMoments, PositiveMoments
from whyboard.lowering.conversion import Within, form_of, image_of
from whyboard.lowering.coordinate import Coordinate
from whyboard.lowering.image import Slot
from whyboard.lowering.multilinear import Fixed, Form, Known, Letter, Monomial, Shifted, joined_choices, summed_letters
from whyboard.lowering.network import Apply, Leaf, NodeSpec, Number, Term
from whyboard.lowering.quadrature import MOST_DIMENSIONS, Density, Expected, Parameter
from whyboard.lowering.reader import Reader
from whyboard.operators.operator import elementwise


def sampled_parameter(
    reader: Reader, term: Term, kind: type, power: float = 1.0, function: Callable[..., Any] | None = None
) -> Form:
    """A parameter, or a power or function of it, as one image.

    Args:
        reader: which keeps the images.
        term: the parameter, as it is given.
        kind: the moments type that is asked for.
        power: of the parameter, as the formula asks for it.
        function: of the parameter, instead of a power.

    Raises:
        NotConjugate: names the operator or the variable that no quadrature takes.
    """
    with _in_closed_form(reader):
        parts, (tree,) = _parts(reader, [term])
        return _image(reader, parts, lambda *made: Expected(Parameter(tree, kind, power, function), *made), kind)


def sampled_density(reader: Reader, node: int, spec: NodeSpec, own: Form) -> Form:
    """The log density of a variable given its parameters, as one image with the axes of its value, as ``own`` has them.

    Raises:
        NotConjugate: names the operator or the variable that no quadrature takes.
    """
    law = spec.law
    if law.event_ndim or any(parameter.event_ndim for parameter in law.parameters):
        raise NotConjugate(f"{spec.distribution} is no density of single numbers")
    names = ("x", *(name for name, _ in spec.parameters))
    parts, trees = _parts(reader, [Leaf(node), *(term for _, term in spec.parameters)])
    terms = tuple(zip(names, trees, strict=True))
    density = Density(spec.distribution, spec.settings, terms)
    return _image(reader, parts, lambda *made: Expected(density, *made), FirstMoment, own)


@contextlib.contextmanager
def _in_closed_form(reader: Reader) -> Iterator[None]:
    """What is inside of a function is not sampled again."""
    before, reader.sampled = reader.sampled, None
    try:
        yield
    finally:
        reader.sampled = before


@contextlib.contextmanager
def _bare(reader: Reader) -> Iterator[None]:
    """Variables that lie between edges are read as their coordinates."""
    before, reader.bare = reader.bare, True
    try:
        yield
    finally:
        reader.bare = before


class _Part(NamedTuple):
    form: Form
    kind: type
    dtype: str
    nodes: frozenset[int]
    coordinate: Coordinate | None = None
    """What the form is of, if it is not the value itself."""


def _parts(reader: Reader, terms: Sequence[Term]) -> tuple[list[_Part], list[Term]]:
    """What trees read, and the trees over that.

    Parts that share variables are taken apart as far as it goes: two that are the same but for a factor have no joint
    density.
    """
    found = _Splitting(reader, whole=True)
    trees = [found.split(term) for term in terms]
    seen: set[int] = set()
    for part in found.parts.values():
        if part.nodes & seen:
            finer = _Splitting(reader, whole=False)
            try:
                finer_trees = [finer.split(term) for term in terms]
            except NotConjugate:
                break
            if finer.dimensions <= found.dimensions:
                found, trees = finer, finer_trees
            break
        seen |= part.nodes
    return found.ordered(trees)


class _Splitting:
    def __init__(self, reader: Reader, *, whole: bool) -> None:
        self.reader = reader
        self.whole = whole
        self.parts: dict[str, _Part] = {}

    @property
    def dimensions(self) -> int:
        """How many numbers an element depends on that are not known."""
        return sum(part.kind is not float for part in self.parts.values())

    def ordered(self, trees: Sequence[Term]) -> tuple[list[_Part], list[Term]]:
        """Positive parts, normal ones, known ones; trees number them in this order."""
        ranks = {PositiveMoments: 0, NormalMoments: 1, float: 2}
        order = sorted(enumerate(self.parts.values()), key=lambda each: ranks[each[1].kind])
        places = {old: new for new, (old, _) in enumerate(order)}
        return [part for _, part in order], [_renumbered(tree, places) for tree in trees]

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

    def _part(self, term: Term) -> _Part | None:
        kind, unknown = self.reader.type(term)
        if unknown and not self.whole and isinstance(term, Apply) and term.kind != "Index":
            return None
        try:
            with _bare(self.reader):
                form = self.reader.form(term)
        except NotConjugate:
            return None
        if not unknown:
            return _Part(form, float, kind.dtype, frozenset())
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
            return _Part(form, NormalMoments, "float", nodes)
        return _Part(form, PositiveMoments, "float", nodes) if types == {PositiveMoments} and alone else None

    def _bent(self, term: Term, form: Form, nodes: frozenset[int]) -> _Part | None:
        """A variable that lies between edges, or elements of it: its coordinate, read where the variable is."""
        (node,) = nodes
        coordinate = self.reader.coordinates[node]
        if not isinstance(term, Leaf) and any(self.reader.type(each)[0].shape for _, each in coordinate.terms):
            # Edges with axes of their own would have to be read at the same places.
            return None
        return _Part(form, NormalMoments, "float", nodes, coordinate)

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
        if operator.result is not elementwise:
            raise NotConjugate(f"{operator.__name__} of what is not linear in a latent variable stands on the way")
        return term._replace(operands=tuple(self.split(each) for each in term.operands))


def _renumbered(term: Term, places: dict[int, int]) -> Term:
    if isinstance(term, Leaf):
        return Leaf(places[term.node])
    assert not isinstance(term, Number)
    return term._replace(operands=tuple(_renumbered(each, places) for each in term.operands))


def _image(
    reader: Reader,
    parts: Sequence[_Part],
    step: Callable[..., Expected],
    kind: type,
    own: Form | None = None,
) -> Form:
    """An image of parts; its axes are those of ``own``, if that is given."""
    forms = [reader.freshened(part.form) for part in parts]
    # What is known may be whole numbers: 1 in the shape of the value keeps its axes.
    shape_only = [] if own is None else [Form((Monomial((Known(Fixed(1.0)),)),), own.axes, own.shape)]
    forms = reader.aligned([*shape_only, *forms])[len(shape_only) :]
    by_kind: dict[type, list[Form]] = {PositiveMoments: [], NormalMoments: [], float: []}
    for part, form in zip(parts, forms, strict=True):
        by_kind[part.kind].append(form)
    normals, positives = by_kind[NormalMoments], by_kind[PositiveMoments]
    if len(normals) + len(positives) > MOST_DIMENSIONS:
        raise NotConjugate(
            f"a function of {len(normals) + len(positives)} latent numbers stands on the way, and a quadrature takes "
            f"up to {MOST_DIMENSIONS}"
        )
    slots = [Slot(f"positive_{i}", form, PositiveMoments, (), None) for i, form in enumerate(positives)]
    if len(normals) == 1:
        slots.append(Slot("normal", normals[0], NormalMoments, (), None))
    elif normals:
        slots.append(_joined(reader, normals))
    slots += [Slot(f"known_{i}", form, float, (), None) for i, form in enumerate(by_kind[float])]
    dtypes = tuple(part.dtype for part in parts if part.kind is float)
    image = image_of(
        reader, step(len(positives), len(normals), dtypes), slots, kind, Within("a function", "argument", ())
    )
    axes = forms[0].axes
    return form_of(reader, image, axes, slots)


def _joined(reader: Reader, forms: Sequence[Form]) -> Slot:
    """Normal parts as one vector, so that it has their covariances."""
    letter, again = reader.fresh(len(forms)), reader.fresh(len(forms))
    choices, forms = joined_choices(forms)
    monomials = tuple(
        monomial
        for place, form in zip(np.eye(len(forms)), forms, strict=True)
        for monomial in reader.scaled(form, place, (Letter(letter),)).monomials
    )
    axes, shape = (*forms[0].axes, letter), (*forms[0].shape, len(forms))
    return Slot("normal", Form(monomials, axes, shape, choices), NormalMoments, (letter,), again)
