"""From a network to its `Potential`: the trees and formulas of its nodes, read as factors."""

from __future__ import annotations

import contextlib
import itertools
import typing
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from whyboard.errors import DataError, NotConjugate, SolverError
from whyboard.families import CountMoments, FirstMoment, NormalMoments
from whyboard.lowering.data import Known as Evidence
from whyboard.lowering.network import Leaf, Network, Number, Term
from whyboard.lowering.potential import joint
from whyboard.lowering.potential.arguments import arguments_of, weights_of
from whyboard.lowering.potential.concatenation import Concatenation, side_by_side
from whyboard.lowering.potential.conjugacy import OTHERS, Where, check, check_apart, check_once, coupled_axes
from whyboard.lowering.potential.conversion import accepted, bases
from whyboard.lowering.potential.formula import Argument, check_affine
from whyboard.lowering.potential.image import Slot
from whyboard.lowering.potential.known_values import KnownValues
from whyboard.lowering.potential.latents import latent, together
from whyboard.lowering.potential.multilinear import (
    ROW,
    At,
    Choice,
    Fixed,
    Form,
    Known,
    Letter,
    Monomial,
    Place,
    Read,
    Through,
    Value,
    joined_choices,
    read_at,
    relettered,
)
from whyboard.lowering.potential.potential import Arguments, Factor, Latent, Potential
from whyboard.lowering.potential.quadrature import is_sampled
from whyboard.lowering.potential.reach import reached
from whyboard.lowering.potential.reader import Reader
from whyboard.lowering.potential.rows import Rows
from whyboard.lowering.potential.rules import RULES
from whyboard.lowering.potential.support import check_totals
from whyboard.lowering.terms import leaves


class Given(NamedTuple):
    """A parameter as the graph gives it, and how the formula's own follows from it."""

    name: str
    term: Term
    way: Any
    """A power, or a function."""
    events: int


class Question(NamedTuple):
    """What a potential is made of."""

    network: Network
    evidence: Evidence
    relevant: Sequence[np.ndarray]
    """By node, what is inferred."""
    rows: Rows | None
    """How rows follow each other, if they are several series."""
    like: Potential | None
    """An earlier potential, whose latent variables and factors stay."""
    blocks: Sequence[Sequence[int]]
    """Nodes that have one belief together."""
    whole: bool = False
    """Whether all elements of a row are inferred if one is, even those that nothing observed depends on."""


class Lowering:
    """One potential in the making, in closed form."""

    def __init__(self, question: Question) -> None:
        network, evidence, relevant, rows, like, blocks, self.whole = question
        self.network = network
        self.rows = rows
        self.structure = network.structure
        self.evidence = evidence
        self.laws: list[Any] = [spec.law for spec in self.structure]
        self.hints = [
            typing.get_type_hints(law.expected_log_density) if law.expected_log_density else {} for law in self.laws
        ]
        # Of normal variables any elements may be known; others are inferred as a whole.
        normal = [block for block in blocks if all(self.hints[node].get("x") is NormalMoments for node in block)]
        pairs = [block for block in blocks if block not in normal]
        paired = {*itertools.chain(*pairs)}
        self._check_named(list(itertools.chain(*blocks)), paired, relevant, like)
        self.relevant = [np.ones_like(each, bool) if node in paired else each for node, each in enumerate(relevant)]
        self.inlined = frozenset(
            node for node, law in enumerate(self.laws) if law.deterministic and not evidence.taken[node].all()
        )
        self.unknown = {node for node, parts in enumerate(self.relevant) if parts.any() and node not in self.inlined}
        self.unknown |= set(like.believed) if like else set()
        self.kept = {factor.node for factor in like.factors} if like else set()
        self.types = {node: self.believed(node) for node in self.unknown}
        self.reader = Reader(
            self.structure, network.constants, network.paths, self.types, self.inlined, RULES, self._check_codes
        )
        categories = {node: self._categories(node) for node in self.unknown}
        self.reader.chosen = {node: count for node, count in categories.items() if count is not None}
        self.wholes = [self._concatenation(block) for block in normal]
        self.reader.concatenated = {node: whole for whole in self.wholes for node in whole.nodes}
        self.pairs = [self._pair(block) for block in pairs]

    def result(self) -> tuple[Potential, Arguments]:
        """The potential and its numbers.

        Raises:
            NotConjugate: names a variable whose belief has no closed update, and what is in the way.
        """
        weights = weights_of(self.network, self.evidence, self.relevant)
        here = self.kept | self.unknown | {node for node, weight in enumerate(weights) if weight.any()}
        counted = sorted(here - self.inlined)
        factors = tuple(self.factor(node) for node in counted if not self.laws[node].data_only)
        coupled: dict[int, set[int]] = {node: set() for node in self.unknown}
        spans: dict[int, int] = dict.fromkeys(self.unknown, 0)
        for factor in factors:
            for slot in factor.slots:
                self.check_images(slot, self.where(factor.node, slot.name))
                for node, axes in _coupled(slot).items():
                    if node not in self.reader.images:
                        coupled[node] |= axes
            for node, span in factor.spans().items():
                spans[node] = max(spans.get(node, 0), span)
        self._couple_sampled(coupled)
        for pair in self.pairs:
            events = self.laws[pair.location].event_ndim
            coupled[pair.location] |= pair.inside(self.relevant[pair.location].ndim, events)
        shapes = [each.shape for each in self.relevant]
        single = [
            latent(self.reader, node, shapes[node], coupled[node], spans[node], factors)
            for node in self.unknown - self.reader.concatenated.keys()
        ]
        several = [
            together(self.reader, whole, shapes, coupled[whole.node], spans[whole.node], factors)
            for whole in self.wholes
        ]
        latents = self._joined([*single, *several], factors)
        found = Potential(self.structure, factors, latents, self.inlined, tuple(self.reader.images.values()))
        counted = self.relevant
        if not self.whole:
            counted = reached(self.network, found, self.evidence, counted, self.rows)
        return found, arguments_of(self.network, self.evidence, counted, self.rows, latents)

    def believed(self, node: int) -> type:
        """The moments of a belief about a node; ``float`` where there is none."""
        return self.hints[node].get("x", float)

    # --- joint beliefs -----------------------------------------------------------------------------------------------

    def _check_named(
        self, members: Sequence[int], paired: set[int], relevant: Sequence[np.ndarray], like: Potential | None
    ) -> None:
        """Refuse what is named twice or not inferred; of normal variables that were inferred before, masks tell it."""
        for node in members:
            path, taken = f"'{self.network.paths[node]}'", self.evidence.taken[node]
            if members.count(node) > 1:
                raise SolverError(f"blocks names {path} twice. A variable has one belief, so it is in one block.")
            inferred = relevant[node].any()
            if (taken.any() or not inferred) if node in paired else (like is None and not inferred):
                why = "it is observed" if taken.any() else "nothing that is observed depends on it"
                raise SolverError(f"blocks names {path}, but {why}. Name variables that are inferred.")

    def _concatenation(self, block: Sequence[int]) -> Concatenation:
        """Several normal variables as one."""
        shapes = [each.shape for each in self.relevant]
        events, statics = [law.event_ndim for law in self.laws], [spec.static for spec in self.structure]
        return side_by_side(block, shapes, events, statics, self.network.paths)

    def _pair(self, block: Sequence[int]) -> joint.Pair:
        shapes = [np.shape(each) for each in self.relevant]
        statics = [spec.static for spec in self.structure]
        return joint.pair_of(block, self.types, shapes, statics, self.where(block[-1], "block"))

    def _joined(self, latents: Sequence[Latent], factors: Sequence[Factor]) -> tuple[Latent, ...]:
        found = {latent.node: latent for latent in latents}
        for pair in self.pairs:
            sizes = self.relevant[pair.location].shape
            for factor in factors:
                joint.check_pair(pair, factor, sizes, self.where(factor.node, "parameters"))
            where = self.where(pair.location, "block")
            # Where the later one stands, so that causes of both come before.
            found[max(pair[:2])] = joint.joined(pair, found.pop(pair.location), found.pop(pair.precision), where)
        return tuple(found[node] for node in sorted(found))

    def _couple_sampled(self, coupled: dict[int, set[int]]) -> None:
        """Add the axes along which sampled functions join elements."""
        for image in self.reader.images.values():
            for slot in image.slots if is_sampled(image) else ():
                for node, axes in coupled_axes(slot.form, slot.kind, slot.again).items():
                    coupled[node] |= axes

    # --- factors -----------------------------------------------------------------------------------------------------

    def factor(self, node: int) -> Factor:
        """The expected log density of a node."""
        law, spec, reader = self.laws[node], self.structure[node], self.reader
        if law.expected_log_density is None:
            raise NotConjugate(
                f"'{self.network.paths[node]}' has {spec.distribution}, which states no expected log density. {OTHERS}"
            )
        values = KnownValues(self.structure, self.network.constants, self.evidence.values, self.inlined, self.rows)
        check_totals(self.network, node, self.evidence, values)
        own_events = law.event_ndim
        split = len(spec.shape) - own_events
        plates = tuple(reader.fresh(size) if size != 1 else None for size in spec.shape[:split])
        slots = [self.slot(node, name, plates) for name in self.hints[node] if name not in ("x", "return")]
        choices, forms = joined_choices([slot.form for slot in slots])
        slots = [slot._replace(form=form) for slot, form in zip(slots, forms, strict=True)]
        own, slots = self._own(node, plates, slots)
        own, slots = self._residual(node, own, slots)
        named = [(slot.form, self.where(node, slot.name)) for slot in slots]
        self._check_formula(node, slots)
        for slot, (form, where) in zip(slots, named, strict=True):
            check(form, slot.kind, self.types, where)
            check_apart(form, slot.kind, slot.again, where)
        check_once(named, self._read_as(node))
        own_choice = None
        if any(choice.read.node == node for choice in choices):
            if own.kind is not CountMoments:
                raise NotConjugate(
                    f"'{self.network.paths[node]}' ({spec.distribution}) depends on its own earlier truth value, and "
                    f"only categories have a joint belief of neighbouring rows. Give it CategoricalDistribution with "
                    f"two categories, or use another method."
                )
            (letter,), (read,) = own.events, own.form.monomials[0].reads
            assert letter is not None
            own_choice = Choice(letter, read)
        reads = [read for slot in (own, *slots) for monomial in slot.form.monomials for read in monomial.reads]
        reads += [choice.read for choice in choices]
        behind = (bases(self.reader.images, read.node) for read in reads)
        return Factor(node, plates, (own, *slots), choices, frozenset(itertools.chain(*behind)), own_choice)

    def slot(self, node: int, name: str, plates: tuple[int | None, ...]) -> Slot:
        """A parameter of the formula."""
        reader, kind = self.reader, self.hints[node][name]
        given, term, way, events = self.given(node, name)
        where = self.where(node, given)
        try:
            if callable(way):
                form = self._mapped(term, way)
            else:
                form = reader.form(term)
                form = form if way == 1 else reader.power(form, way)
        except NotConjugate as error:
            raise self.refusal(term, where, error) from None
        if len(form.shape) < events:
            form = reader.broadcast(form, (1,) * events)
        split = len(form.shape) - events
        form = relettered(form, form.axes[:split], plates)
        form = accepted(reader, form, kind, events, where)
        if kind is float and form.choices and self.laws[node].log_base_measure is not None:
            # The base measure of a value is counted once, not by component.
            what = "it is a part of the base measure, which a latent category cannot select"
            raise where.refusal([choice.read for choice in form.choices], what)
        again = reader.fresh(form.shape[-1]) if kind is NormalMoments and events else None
        return Slot(name, form, kind, form.axes[split:], again)

    def given(self, node: int, name: str) -> Given:
        """What the graph gives for a parameter of the formula."""
        law = self.laws[node]
        ways = law.moment_parameters.get(name, {name: 1})
        given, term = next((given, term) for given, term in self.structure[node].parameters if given in ways)
        events = next(parameter.event_ndim for parameter in law.parameters if parameter.name == given)
        return Given(given, term, ways[given], events)

    def refusal(self, term: Term, where: Where, error: NotConjugate) -> NotConjugate:
        """Why a tree cannot be read, with the variables in it."""
        return where.refusal([Read(leaf, ()) for leaf in sorted(leaves(term) & self.unknown)], str(error))

    def where(self, node: int, parameter: str) -> Where:
        """A parameter of a node, for messages."""
        members = {whole.node: whole.nodes for whole in self.wholes}
        return Where(self.network.paths[node], parameter, self.network.paths, self.reader.images, members)

    def check_images(self, slot: Slot, where: Where) -> None:
        """Images have no joint beliefs: their elements are independent, or joint by their type."""
        for node, axes in _coupled(slot).items():
            image = self.reader.images.get(node)
            total = len(image.head) + len(image.shape) if image else 0
            if image and axes - set(range(total - image.events, total)):
                what = f"several of its elements are added up, and {image.kind.__name__} made of others belong to one"
                raise where.refusal([Read(node, ())], f"{what} alone; make them variables of their own")

    def _check_formula(self, node: int, slots: Sequence[Slot]) -> None:
        spec, law = self.structure[node], self.laws[node]
        shapes = {slot.name: slot.form.shape[len(slot.form.shape) - len(slot.events) :] for slot in slots}
        constants = {
            name: self.network.constants[term.slot] for name, term in spec.parameters if isinstance(term, Number)
        }
        with contextlib.suppress(NotConjugate):
            # Data need no family, such as counts whose totals differ.
            family = law.family_of(spec.shape[len(spec.shape) - law.event_ndim :], shapes, constants)
            arguments = [Argument(slot.name, slot.kind, shapes[slot.name]) for slot in slots]
            check_affine(law, family, arguments, self.network.paths[node])

    def _read_as(self, node: int) -> int:
        """The node by which forms read a variable."""
        whole = self.reader.concatenated.get(node)
        return node if whole is None else whole.node

    def _mapped(self, term: Any, function: Any) -> Form:
        form = self.reader.form(term)
        monomial = form.monomials[0]
        factor = monomial.factors[0]
        if (
            len(form.monomials) != 1
            or len(monomial.factors) != 1
            or not isinstance(factor, Known)
            or not isinstance(factor.source, Value)
        ):
            raise NotConjugate("this way to give a parameter must be known")
        return form._replace(
            monomials=(Monomial((factor._replace(source=factor.source._replace(function=function)),)),)
        )

    def _check_codes(self, term: Term, count: int) -> None:
        """Refuse data that select what is not there; what is computed from data gives NaN there instead."""
        if not isinstance(term, Leaf):
            return
        values, taken = self.evidence.values[term.node], self.evidence.taken[term.node]
        bad = np.argwhere(taken & ((values < 0) | (values >= count)))
        if len(bad):
            place = tuple(int(each) for each in bad[0])
            where = "" if self.structure[term.node].static else f" in row {place[0]}"
            raise DataError(
                f"'{self.network.paths[term.node]}' got {values[place]}{where}, which selects one of {count}. Expected "
                f"integers from 0 to {count - 1}, and nothing for gaps."
            )

    def _own(self, node: int, plates: tuple[int | None, ...], slots: list[Slot]) -> tuple[Slot, list[Slot]]:
        """The value itself; a known category is no vector of counts: parameters are read at its place."""
        spec, law = self.structure[node], self.laws[node]
        kind = self.hints[node]["x"]
        split = len(spec.shape) - law.event_ndim
        events = tuple(self.reader.fresh(size) if size != 1 else None for size in spec.shape[split:])
        axes = (*plates, *events)
        rows: tuple[Place, ...] = () if spec.static else (Letter(ROW),)
        places = (*rows, *(At(0) if axis is None else Letter(axis) for axis in axes))
        value = Value(Leaf(node), spec.shape, not spec.static)
        known = node not in self.unknown
        form = Form((Monomial((Known(value, places) if known else self.reader.read(node, places),)),), axes, spec.shape)
        if kind is CountMoments and not law.event_ndim:
            (slot,) = slots
            (letter,) = slot.events
            if not known:
                return Slot("x", form, kind, (letter,), None), slots
            self._check_codes(Leaf(node), slot.form.shape[-1])
            place = Through(value, places)
            axes, shape = (*slot.form.axes[:-1], None), (*slot.form.shape[:-1], 1)
            read = read_at(slot.form, letter, place)._replace(axes=axes, shape=shape)
            one = Form((Monomial(()),), (None,), (1,))
            return Slot("x", one, kind, (None,), None), [slot._replace(form=read, events=(None,))]
        again = self.reader.fresh(spec.shape[-1]) if kind is NormalMoments and events else None
        return Slot("x", form, kind, events, again), slots

    def _residual(self, node: int, own: Slot, slots: list[Slot]) -> tuple[Slot, list[Slot]]:
        """A value whose location reads its own belief, as its distance from there: one form of mean 0.

        Such are earlier rows of itself, and variables of its block.
        """
        name = self.laws[node].location
        moved = next((slot for slot in slots if slot.name == name), None)
        mine = self._read_as(node)
        if moved is None or not any(read.node == mine for each in moved.form.monomials for read in each.reads):
            return own, slots
        location = relettered(moved.form, moved.events, own.events)
        form = self.reader.add([own.form, self.reader.scaled(location, -1.0)])
        check(form, own.kind, self.types, self.where(node, moved.name))
        nothing = (None,) * len(moved.events)
        zero = Form((Monomial((Known(Fixed(0.0)),)),), nothing, (1,) * len(nothing))
        rest = [slot._replace(form=zero, events=nothing) if slot is moved else slot for slot in slots]
        return own._replace(form=form), rest

    # --- latent variables --------------------------------------------------------------------------------------------

    def _categories(self, node: int) -> int | None:
        shapes = {name: self.reader.type(term)[0].shape for name, term in self.structure[node].parameters}
        return self.laws[node].categories(shapes)


def _coupled(slot: Slot) -> dict[int, set[int]]:
    return coupled_axes(slot.form, slot.kind, slot.again) if slot.kind in (NormalMoments, FirstMoment) else {}
