"""From a network to its `Potential`: one factor a node, and how the moments of each latent variable are stored."""

from __future__ import annotations

import functools
import itertools
import math
import typing
from collections.abc import Sequence
from typing import Any

import numpy as np

from whyboard.errors import DataError, NotConjugate, SolverError
from whyboard.families import (
    Bernoulli,
    Boltzmann,
    CountMoments,
    FirstMoment,
    FullNormal,
    MatrixMoments,
    Normal,
    NormalMoments,
    Point,
    PowerGamma,
    PowerMoments,
)
from whyboard.families.known import event_axes
from whyboard.lowering import chain, joint
from whyboard.lowering.conjugacy import OTHERS, Where, check, check_apart, check_once, coupled_axes
from whyboard.lowering.conversion import accepted, bases
from whyboard.lowering.data import Known as Evidence
from whyboard.lowering.image import Slot
from whyboard.lowering.layout import Layout, in_layout
from whyboard.lowering.multilinear import (
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
    renamed,
    substituted_form,
)
from whyboard.lowering.network import Leaf, Network, Number, Term
from whyboard.lowering.potential import Arguments, Factor, Latent, Potential
from whyboard.lowering.quadrature import is_sampled
from whyboard.lowering.reader import Reader
from whyboard.lowering.rows import Rows
from whyboard.lowering.rules import RULES
from whyboard.lowering.sampled import sampled_density, sampled_parameter
from whyboard.precision import double_precision


def potential(
    network: Network,
    evidence: Evidence,
    relevant: Sequence[np.ndarray],
    rows: Rows | None = None,
    like: Potential | None = None,
    blocks: Sequence[Sequence[int]] = (),
    *,
    mixed: bool = False,
) -> tuple[Potential, Arguments]:
    """The potential of a network with data.

    Args:
        network: from `flatten`.
        evidence: what is known.
        relevant: by node, what is inferred.
        rows: how rows follow each other, if they are several series.
        like: an earlier potential of the network. Its latent variables and factors stay, with masks that say where they
            are inferred and count, so that other evidence gives an equal potential.
        blocks: nodes that have one belief together.
        mixed: whether to take expectations by quadrature where there is no closed form.

    Raises:
        NotConjugate: names a variable whose belief has no closed update, what is in the way and what works instead.
    """
    try:
        return _Lowering(network, evidence, relevant, rows, like, blocks, mixed=mixed).result()
    except NotConjugate as error:
        if mixed or not _lowers_mixed(network, evidence, relevant, rows, blocks):
            raise
        raise NotConjugate(f'{error} Or use method="VMP" with mixed=True.') from None


def _lowers_mixed(
    network: Network,
    evidence: Evidence,
    relevant: Sequence[np.ndarray],
    rows: Rows | None,
    blocks: Sequence[Sequence[int]],
) -> bool:
    try:
        _Lowering(network, evidence, relevant, rows, None, blocks, mixed=True).result()
    except NotConjugate:
        return False
    return True


class _Lowering:
    def __init__(
        self,
        network: Network,
        evidence: Evidence,
        relevant: Sequence[np.ndarray],
        rows: Rows | None,
        like: Potential | None,
        blocks: Sequence[Sequence[int]],
        *,
        mixed: bool,
    ) -> None:
        self.mixed = mixed
        self.network = network
        self.rows = rows
        self.structure = network.structure
        self.evidence = evidence
        self.relevant = self._whole(relevant, blocks)
        self.laws: list[Any] = [spec.law for spec in self.structure]
        self.inlined = frozenset(
            node for node, law in enumerate(self.laws) if law.deterministic and not evidence.taken[node].all()
        )
        self.unknown = {node for node, parts in enumerate(self.relevant) if parts.any() and node not in self.inlined}
        self.unknown |= {node for latent in like.latents for node in latent.nodes} if like else set()
        self.kept = {factor.node for factor in like.factors} if like else set()
        self.hints = [
            typing.get_type_hints(law.expected_log_density) if law.expected_log_density else {} for law in self.laws
        ]
        self.types = {node: self.hints[node].get("x", float) for node in self.unknown}
        for node, kind in self.types.items():
            if mixed and kind is float:
                self.types[node] = _believable(self.laws[node])
        self.reader = Reader(
            self.structure, network.constants, self.unknown, set(self.inlined), {}, RULES, self._check_codes
        )
        self.reader.types, self.reader.paths = self.types, network.paths
        categories = {node: self._categories(node) for node in self.unknown}
        self.reader.chosen = {node: count for node, count in categories.items() if count is not None}
        self.pairs = [self._pair(block) for block in blocks]

    def result(self) -> tuple[Potential, Arguments]:
        weights = [self._weight(node) for node in range(len(self.structure))]
        here = self.kept | self.unknown | {node for node, weight in enumerate(weights) if weight.any()}
        counted = sorted(here - self.inlined)
        build = self._mixed_factor if self.mixed else self._factor
        factors = tuple(build(node) for node in counted if not self.laws[node].data_only)
        coupled: dict[int, set[int]] = {node: set() for node in self.unknown}
        spans: dict[int, int] = dict.fromkeys(self.unknown, 0)
        for factor in factors:
            for slot in factor.slots:
                if slot.kind in (NormalMoments, FirstMoment):
                    for node, axes in coupled_axes(slot.form, slot.kind, slot.again).items():
                        if node in self.reader.images:
                            self._check_joint(node, axes, self._where(factor.node, slot.name))
                        else:
                            coupled[node] |= axes
            for node, span in chain.spans(factor).items():
                spans[node] = max(spans.get(node, 0), span)
        self._couple_sampled(coupled)
        for pair in self.pairs:
            events = self.laws[pair.location].event_ndim
            coupled[pair.location] |= pair.inside(self.relevant[pair.location].ndim, events)
        latents = [self._latent(node, coupled[node], spans[node], factors) for node in sorted(self.unknown)]
        latents = self._joined(latents, factors)
        found = Potential(self.structure, factors, latents, self.inlined, tuple(self.reader.images.values()))
        return found, self._arguments(latents, weights)

    # --- joint beliefs -----------------------------------------------------------------------------------------------

    def _whole(self, relevant: Sequence[np.ndarray], blocks: Sequence[Sequence[int]]) -> Sequence[np.ndarray]:
        """What is inferred, where the variables of a joint belief are inferred as a whole."""
        found = list(relevant)
        members = list(itertools.chain(*blocks))
        for node in members:
            path = f"'{self.network.paths[node]}'"
            if members.count(node) > 1:
                raise SolverError(f"blocks names {path} twice. A variable has one belief, so it is in one block.")
            if self.evidence.taken[node].any() or not relevant[node].any():
                why = "it is observed" if self.evidence.taken[node].any() else "nothing that is observed depends on it"
                raise SolverError(f"blocks names {path}, but {why}. Name variables that are inferred.")
            found[node] = np.ones_like(relevant[node], bool)
        return found

    def _pair(self, block: Sequence[int]) -> joint.Pair:
        shapes = [np.shape(each) for each in self.relevant]
        statics = [spec.static for spec in self.structure]
        return joint.pair_of(block, self.types, shapes, statics, self._where(block[-1], "block"))

    def _joined(self, latents: Sequence[Latent], factors: Sequence[Factor]) -> tuple[Latent, ...]:
        found = {latent.node: latent for latent in latents}
        for pair in self.pairs:
            sizes = self.relevant[pair.location].shape
            for factor in factors:
                joint.check_pair(pair, factor, sizes, self._where(factor.node, "parameters"))
            where = self._where(pair.location, "block")
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

    def _factor(self, node: int) -> Factor:
        law, spec, reader = self.laws[node], self.structure[node], self.reader
        if law.expected_log_density is None:
            raise NotConjugate(
                f"'{self.network.paths[node]}' has {spec.distribution}, which states no expected log density. {OTHERS}"
            )
        own_events = law.event_ndim
        split = len(spec.shape) - own_events
        plates = tuple(reader.fresh(size) if size != 1 else None for size in spec.shape[:split])
        make = self._mixed_slot if self.mixed else self._slot
        slots = [make(node, name, plates) for name in self.hints[node] if name not in ("x", "return")]
        choices, forms = joined_choices([slot.form for slot in slots])
        slots = [slot._replace(form=form) for slot, form in zip(slots, forms, strict=True)]
        own, slots = self._own(node, plates, slots)
        own, slots = self._residual(node, own, slots)
        named = [(slot.form, self._where(node, slot.name)) for slot in slots]
        for slot, (form, where) in zip(slots, named, strict=True):
            check(form, slot.kind, self.types, where)
            check_apart(form, slot.kind, slot.again, where)
        check_once(named, node)
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

    def _slot(self, node: int, name: str, plates: tuple[int | None, ...]) -> Slot:
        law, spec, reader = self.laws[node], self.structure[node], self.reader
        ways = law.moment_parameters.get(name, {name: 1})
        given, term = next((given, term) for given, term in spec.parameters if given in ways)
        way = ways[given]
        try:
            if callable(way):
                form = self._mapped(term, way)
            else:
                form = reader.form(term)
                form = form if way == 1 else reader.power(form, way)
        except NotConjugate as error:
            reads = [Read(leaf, ()) for leaf in sorted(_leaves(term) & self.unknown)]
            raise self._where(node, given).refusal(reads, str(error)) from None
        events = next(parameter.event_ndim for parameter in law.parameters if parameter.name == given)
        if len(form.shape) < events:
            form = reader.broadcast(form, (1,) * events)
        split = len(form.shape) - events
        names = {
            axis: letter
            for axis, letter in zip(reversed(form.axes[:split]), reversed(plates), strict=False)
            if axis is not None and letter is not None
        }
        form = renamed(form, names)
        kind = self.hints[node][name]
        form = accepted(reader, form, kind, events, self._where(node, given))
        again = reader.fresh(form.shape[-1]) if kind is NormalMoments and events else None
        return Slot(name, form, kind, form.axes[split:], again)

    # --- what is not conjugate ---------------------------------------------------------------------------------------

    def _mixed_factor(self, node: int) -> Factor:
        """The factor by the formula of the distribution, or else its whole density by quadrature."""
        first: NotConjugate | None = None
        for build in (self._factor, self._density_factor):
            with self.reader.attempt() as attempt:
                return build(node)
            first = first or attempt.error
        assert first is not None
        raise first

    def _mixed_slot(self, node: int, name: str, plates: tuple[int | None, ...]) -> Slot:
        """A parameter in closed form; with parts of it by quadrature; or all of it."""
        last: NotConjugate | None = None
        for build in (self._slot, self._partly_sampled_slot, self._sampled_slot):
            with self.reader.attempt() as attempt:
                slot = build(node, name, plates)
                where = self._where(node, name)
                check(slot.form, slot.kind, self.types, where)
                check_apart(slot.form, slot.kind, slot.again, where)
                return slot
            last = attempt.error
        assert last is not None
        raise last

    def _partly_sampled_slot(self, node: int, name: str, plates: tuple[int | None, ...]) -> Slot:
        self.reader.sampled = functools.partial(sampled_parameter, kind=self.hints[node][name])
        try:
            return self._slot(node, name, plates)
        finally:
            self.reader.sampled = None

    def _sampled_slot(self, node: int, name: str, plates: tuple[int | None, ...]) -> Slot:
        law = self.laws[node]
        ways = law.moment_parameters.get(name, {name: 1})
        given, term = next((given, term) for given, term in self.structure[node].parameters if given in ways)
        way, kind, where = ways[given], self.hints[node][name], self._where(node, given)
        if event_axes(kind):
            raise where.refusal([], f"{kind.__name__} are those of several numbers together")
        power, function = (1.0, way) if callable(way) else (way, None)
        try:
            form = sampled_parameter(self.reader, term, kind, power, function)
        except NotConjugate as error:
            reads = [Read(leaf, ()) for leaf in sorted(_leaves(term) & self.unknown)]
            raise where.refusal(reads, str(error)) from None
        names = {
            axis: letter
            for axis, letter in zip(reversed(form.axes), reversed(plates), strict=False)
            if axis is not None and letter is not None
        }
        return Slot(name, renamed(form, names), kind, (), None)

    def _density_factor(self, node: int) -> Factor:
        spec, reader = self.structure[node], self.reader
        plates = tuple(reader.fresh(size) if size != 1 else None for size in spec.shape)
        try:
            form = sampled_density(reader, node, spec, Form((), plates, spec.shape))
        except NotConjugate as error:
            raise NotConjugate(f"'{self.network.paths[node]}': {error}. {OTHERS}") from None
        reads = {read.node for monomial in form.monomials for read in monomial.reads}
        reads |= {choice.read.node for choice in form.choices}
        behind = frozenset(itertools.chain(*(bases(reader.images, each) for each in reads)))
        slot = Slot("x", form, FirstMoment, (), None)
        return Factor(node, plates, (slot,), form.choices, behind, whole=True)

    def _where(self, node: int, parameter: str) -> Where:
        return Where(self.network.paths[node], parameter, self.network.paths, self.reader.images)

    def _check_joint(self, node: int, axes: set[int], where: Where) -> None:
        """Images have no joint beliefs: their elements are independent, or joint by their type."""
        image = self.reader.images[node]
        total = len(image.head) + len(image.shape)
        if axes - set(range(total - image.events, total)):
            what = f"several of its elements are added up, and {image.kind.__name__} made of others belong to one alone"
            raise where.refusal([Read(node, ())], f"{what}; make them variables of their own")

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
        form = Form((Monomial((Known(value, places) if known else Read(node, places),)),), axes, spec.shape)
        if kind is CountMoments and not law.event_ndim:
            (slot,) = slots
            (letter,) = slot.events
            if not known:
                return Slot("x", form, kind, (letter,), None), slots
            self._check_codes(Leaf(node), slot.form.shape[-1])
            place = Through(value, places)
            read = substituted_form(
                slot.form,
                lambda each: place if each == letter else Letter(each),
                (*slot.form.axes[:-1], None),
                (*slot.form.shape[:-1], 1),
            )
            one = Form((Monomial(()),), (None,), (1,))
            return Slot("x", one, kind, (None,), None), [slot._replace(form=read, events=(None,))]
        again = self.reader.fresh(spec.shape[-1]) if kind is NormalMoments and events else None
        return Slot("x", form, kind, events, again), slots

    def _residual(self, node: int, own: Slot, slots: list[Slot]) -> tuple[Slot, list[Slot]]:
        """A value whose location depends on earlier rows of itself, as its distance from there: one form of mean 0."""
        name = self.laws[node].location
        moved = next((slot for slot in slots if slot.name == name), None)
        if moved is None or not any(read.node == node for each in moved.form.monomials for read in each.reads):
            return own, slots
        names = {
            theirs: mine
            for mine, theirs in zip(own.events, moved.events, strict=True)
            if mine is not None and theirs is not None
        }
        form = self.reader.add([own.form, self.reader.scaled(renamed(moved.form, names), -1.0)])
        check(form, own.kind, self.types, self._where(node, moved.name))
        nothing = (None,) * len(moved.events)
        zero = Form((Monomial((Known(Fixed(0.0)),)),), nothing, (1,) * len(nothing))
        rest = [slot._replace(form=zero, events=nothing) if slot is moved else slot for slot in slots]
        return own._replace(form=form), rest

    # --- latent variables --------------------------------------------------------------------------------------------

    def _categories(self, node: int) -> int | None:
        shapes = {name: self.reader.type(term)[0].shape for name, term in self.structure[node].parameters}
        return self.laws[node].categories(shapes)

    def _latent(self, node: int, coupled: set[int], span: int, factors: Sequence[Factor]) -> Latent:
        law, spec = self.laws[node], self.structure[node]
        shape = self.relevant[node].shape
        first_event = len(shape) - law.event_ndim
        rows = {0} if span else set[int]()
        block = tuple(axis for axis in range(len(shape)) if axis >= first_event or axis in coupled - rows)
        plates = tuple(axis for axis in range(len(shape)) if axis not in {*block, *rows})
        factor = next(each for each in factors if each.node == node)
        events = {slot.name: slot.form.shape[len(slot.form.shape) - len(slot.events) :] for slot in factor.slots}
        constants = {
            name: self.network.constants[term.slot] for name, term in spec.parameters if isinstance(term, Number)
        }
        try:
            if law.expected_log_density is None:
                family: Any = self._normal(node)
            else:
                family = law.family_of(spec.shape[len(spec.shape) - law.event_ndim :], events, constants)
        except NotConjugate as error:
            raise NotConjugate(f"'{self.network.paths[node]}': {error}. {OTHERS}") from None
        if isinstance(family, Point) and any(node in i.bases for i in self.reader.images.values() if is_sampled(i)):
            raise NotConjugate(
                f"'{self.network.paths[node]}' has no prior and enters a function that is not linear in it. Give it a "
                f"prior. {OTHERS}"
            )
        if span:
            return self._chain(node, Layout(plates, block, shape, span, self.types[node] is NormalMoments))
        if self.types[node] is NormalMoments and block:
            joint = FullNormal(math.prod(shape[axis] for axis in block))
            family = Point(joint) if isinstance(family, Point) else joint
        elif self.types[node] is PowerMoments:
            family = Point(PowerGamma(self._power(node, factors)))
        elif coupled:
            if not isinstance(family, Bernoulli):
                raise NotConjugate(
                    f"A factor multiplies elements of '{self.network.paths[node]}' with each other, and there is no "
                    f"joint family for several {spec.distribution}. {OTHERS}"
                )
            family = Boltzmann(math.prod(shape[axis] for axis in block))
        return Latent(node, family, Layout(plates, block, shape))

    def _normal(self, node: int) -> Any:
        """The belief about a variable whose distribution states no family."""
        if self.types[node] is float:
            raise NotConjugate(
                f"{self.structure[node].distribution} has no family of beliefs, and only one on the whole real line "
                "can be believed to be normal"
            )
        return Normal()

    def _power(self, node: int, factors: Sequence[Factor]) -> float:
        """The power by which a positive variable without a prior is read."""
        powers: dict[float, str] = {}
        for factor in factors:
            for slot in factor.slots:
                for monomial in slot.form.monomials if slot.name != "x" else ():
                    for read in monomial.reads:
                        if read.node == node:
                            powers.setdefault(read.power, self.network.paths[factor.node])
        if len(powers) > 1:
            places = " and ".join(f"to the power {power:g} by '{path}'" for power, path in sorted(powers.items()))
            raise NotConjugate(
                f"'{self.network.paths[node]}' has no prior and is read {places}, so its maximum has no closed form. "
                "Use the same one of variance, precision and standard_deviation everywhere."
            )
        return next(iter(powers), 1.0)

    def _chain(self, node: int, layout: Layout) -> Latent:
        if layout.vector:
            return Latent(node, chain.normal_chain(layout), layout)
        if self.types[node] is CountMoments and layout.span == 1:
            return Latent(node, chain.categorical_chain(self.reader.chosen[node], layout), layout)
        apart = f"rows that are {layout.span} apart" if layout.span > 1 else "neighbouring rows"
        raise NotConjugate(
            f"'{self.network.paths[node]}' ({self.structure[node].distribution}) is read by one factor at {apart}. "
            f"Normal variables, and categories of neighbouring rows, have a joint belief of these. {OTHERS}"
        )

    # --- numbers -----------------------------------------------------------------------------------------------------

    def _weight(self, node: int) -> np.ndarray:
        counted = self.evidence.counted[node] | self.relevant[node]
        return _over_events(counted, self.laws[node].event_ndim)

    def _arguments(self, latents: Sequence[Latent], weights: Sequence[np.ndarray]) -> Arguments:
        single = [each for each in latents if not each.parts]
        together = [each for each in latents if each.parts]
        free = {each.node: in_layout(self.relevant[each.node], each.layout, self.rows) for each in single}
        free |= {each.node: np.ones(each.layout.plate_shape, bool) for each in together}
        given = {each.node: in_layout(self._given(each), each.layout, self.rows) for each in single}
        given |= {each.node: joint.neutral(each) for each in together}
        return Arguments(
            tuple(np.asarray(each) for each in self.network.constants),
            tuple(self._safe(node) for node in range(len(self.structure))),
            tuple(np.asarray(weight, float) for weight in weights),
            tuple(
                np.asarray(_over_events(self.evidence.counted[node], law.event_ndim), float)
                for node, law in enumerate(self.laws)
            ),
            free,
            given,
            self.rows,
        )

    def _given(self, latent: Latent) -> np.ndarray:
        """Data, and where there are neither data nor a belief a value that every density takes."""
        values = self.evidence.values[latent.node]
        simplex = latent.family.support == "simplex"
        neutral = 1 / values.shape[-1] if simplex else _NEUTRAL[latent.family.support]
        if self.types[latent.node] is MatrixMoments:
            return np.where(self.evidence.taken[latent.node], values, np.eye(values.shape[-1]))
        return np.where(self.evidence.taken[latent.node], values, np.asarray(neutral, values.dtype))

    def _safe(self, node: int) -> np.ndarray:
        """Data with something in the gaps that has a density, since 0 times infinity is not 0."""
        values, taken = self.evidence.values[node], self.evidence.taken[node]
        whole = _all_events(taken, self.laws[node].event_ndim)
        if whole.all() or not whole.any() or node in self.unknown:
            return values
        example = values[tuple(np.argwhere(whole)[0])]
        return np.where(whole.reshape(whole.shape + (1,) * (values.ndim - whole.ndim)), values, example).astype(
            values.dtype
        )


def _believable(law: Any) -> type:
    """The moments of a belief about a variable whose distribution states no family: by where it has a density."""
    unit = dict.fromkeys(law.canonical_names, 1.0)
    if law.event_ndim or law.dtypes != ("float",) or law.deterministic or law.data_only:
        return float
    with double_precision():
        real = all(bool(law.in_support(np.asarray(value), **unit)) for value in (-1e6, -1.0, 0.0, 1.0, 1e6))
    return NormalMoments if real else float


_NEUTRAL = {"real": 0.0, "positive": 1.0, "unit": 0.5, "integer": 0}


def _over_events(mask: np.ndarray, events: int) -> np.ndarray:
    return np.asarray(mask.any(axis=tuple(range(mask.ndim - events, mask.ndim))))


def _all_events(mask: np.ndarray, events: int) -> np.ndarray:
    return np.asarray(mask.all(axis=tuple(range(mask.ndim - events, mask.ndim))))


def _leaves(term: Any) -> set[int]:
    if isinstance(term, Leaf):
        return {term.node}
    return set(itertools.chain(*(_leaves(each) for each in getattr(term, "operands", ()))))
