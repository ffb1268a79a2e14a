"""Graphs of which only a part is conjugate: closed forms where there are any, expectations by quadrature elsewhere."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import Any

from whyboard.errors import NotConjugate
from whyboard.families import FirstMoment, NormalMoments
from whyboard.lowering.network import Network
from whyboard.lowering.potential.conjugacy import OTHERS, check, check_apart
from whyboard.lowering.potential.conversion import bases
from whyboard.lowering.potential.coordinate import Coordinate, coordinate_of, is_real
from whyboard.lowering.potential.draws import Draws
from whyboard.lowering.potential.factors import Lowering, Question
from whyboard.lowering.potential.image import Slot
from whyboard.lowering.potential.multilinear import Form, relettered
from whyboard.lowering.potential.potential import Arguments, Factor, Potential
from whyboard.lowering.potential.sampled import sampled_density, sampled_parameter


class MixedLowering(Lowering):
    """One potential in the making, with quadrature where there is no closed form.

    Args:
        question: what it is made of.
        draws: for functions of many numbers.
        unfit: nodes whose family is in the way, so that a belief about a coordinate of them is normal instead.
    """

    def __init__(self, question: Question, draws: Draws, unfit: frozenset[int]) -> None:
        latents = question.like.latents if question.like else ()
        self.unfit = unfit | {latent.node for latent in latents if latent.coordinate is not None}
        super().__init__(question)
        self.reader.draws = draws
        for node in self.unknown:
            found = self._coordinate(node)
            if found is not None and (super().believed(node) is float or node in self.unfit):
                self.reader.coordinates[node] = found

    def result(self) -> tuple[Potential, Arguments]:
        found, arguments = super().result()
        return found, with_draws(arguments, [*self.network.constants], [*self.reader.drawn], self.reader.draws)

    def believed(self, node: int) -> type:
        stated = super().believed(node)
        if stated is not float and node not in self.unfit:
            return stated
        return NormalMoments if self._is_bendable(node) else stated

    def bendable(self) -> frozenset[int]:
        """What has been in the way and may have a normal belief about a coordinate instead of one of its family."""
        return frozenset(filter(self._is_bendable, self.reader.unfit - self.unfit))

    def _is_bendable(self, node: int) -> bool:
        return is_real(self.laws[node]) or self._coordinate(node) is not None

    def _coordinate(self, node: int) -> Coordinate | None:
        spec = self.structure[node]
        return coordinate_of(spec.distribution, spec.settings, dict(spec.parameters))

    def factor(self, node: int) -> Factor:
        """The factor by the formula of the distribution, or else its whole density by quadrature."""
        first: NotConjugate | None = None
        self.reader.unfit.clear()
        bent = node in self.reader.coordinates or node in self.unfit & self.unknown
        for build in (self._density,) if bent else (super().factor, self._density):
            with self.reader.attempt() as attempt:
                return build(node)
            first = first or attempt.error
        assert first is not None
        raise first

    def slot(self, node: int, name: str, plates: tuple[int | None, ...]) -> Slot:
        """A parameter in closed form; with parts of it by quadrature; or all of it."""
        if self.hints[node][name] is float:
            # What must be a constant has no expectation that would do instead.
            return super().slot(node, name, plates)
        last: NotConjugate | None = None
        for build in (super().slot, self._partly_sampled, self._sampled):
            with self.reader.attempt() as attempt:
                slot = build(node, name, plates)
                where = self.where(node, name)
                check(slot.form, slot.kind, self.types, where)
                check_apart(slot.form, slot.kind, slot.again, where)
                self.check_images(slot, where)
                return slot
            last = attempt.error
        assert last is not None
        raise last

    def _partly_sampled(self, node: int, name: str, plates: tuple[int | None, ...]) -> Slot:
        self.reader.sampled = functools.partial(sampled_parameter, kind=self.hints[node][name])
        try:
            return super().slot(node, name, plates)
        finally:
            self.reader.sampled = None

    def _sampled(self, node: int, name: str, plates: tuple[int | None, ...]) -> Slot:
        given, term, way, events = self.given(node, name)
        kind, where = self.hints[node][name], self.where(node, given)
        power, function = (1.0, way) if callable(way) else (way, None)
        try:
            form = sampled_parameter(self.reader, term, kind, power, function, events)
        except NotConjugate as error:
            raise self.refusal(term, where, error) from None
        split = len(form.shape) - events
        form = relettered(form, form.axes[:split], plates)
        again = self.reader.fresh(form.shape[-1]) if kind is NormalMoments and events else None
        return Slot(name, form, kind, form.axes[split:], again)

    def _density(self, node: int) -> Factor:
        spec, reader = self.structure[node], self.reader
        moving = any(isinstance(edge, str) for edge in self.laws[node].edges)
        if moving and self.evidence.counted[node].any() and any(reader.type(term)[1] for _, term in spec.parameters):
            # A normal belief about the edge has some weight beyond what is observed, where the density is 0.
            raise NotConjugate(f"'{self.network.paths[node]}': its edges are to be inferred. {OTHERS}")
        shape = spec.shape[: len(spec.shape) - self.laws[node].event_ndim]
        plates = tuple(reader.fresh(size) if size != 1 else None for size in shape)
        try:
            form = sampled_density(reader, node, spec, Form((), plates, shape))
        except NotConjugate as error:
            raise NotConjugate(f"'{self.network.paths[node]}': {error}. {OTHERS}") from None
        reads = {read.node for monomial in form.monomials for read in monomial.reads}
        reads |= {choice.read.node for choice in form.choices}
        behind = frozenset(itertools.chain(*(bases(reader.images, each) for each in reads)))
        slot = Slot("x", form, FirstMoment, (), None)
        return Factor(node, plates, (slot,), form.choices, behind, whole=True)


def with_draws(arguments: Arguments, constants: Sequence[Any], sizes: Sequence[int], draws: Draws) -> Arguments:
    """Arguments with these draws behind the constants of the network, for so many numbers each."""
    return arguments._replace(constants=(*constants, *(draws.standard(size) for size in sizes)))


def redrawn(arguments: Arguments, network: Network, draws: Draws) -> Arguments:
    """Arguments with other draws, as many as there are."""
    count = len(network.constants)
    sizes = [array.shape[1] for array in arguments.constants[count:]]
    return with_draws(arguments, arguments.constants[:count], sizes, draws)


def mixed_potential(question: Question, draws: Draws) -> tuple[Potential, Arguments]:
    """The potential with quadrature where there is no closed form, and with coordinates where a family is in the way.

    Raises:
        NotConjugate: names what is in the way, after all.
    """
    unfit = frozenset[int]()
    while True:
        lowering = MixedLowering(question, draws, unfit)
        try:
            return lowering.result()
        except NotConjugate:
            found = lowering.bendable()
            if not found:
                raise
            unfit |= found
