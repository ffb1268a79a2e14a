"""Graphs of which only a part is conjugate: closed forms where there are any, expectations by quadrature elsewhere."""

from __future__ import annotations

import functools
import itertools

from whyboard.errors import NotConjugate
from whyboard.families import FirstMoment
from whyboard.families.known import event_axes
from whyboard.lowering.conjugacy import OTHERS, check, check_apart
from whyboard.lowering.conversion import bases
from whyboard.lowering.factors import Lowering
from whyboard.lowering.image import Slot
from whyboard.lowering.latents import believable
from whyboard.lowering.multilinear import Form, Read, renamed
from whyboard.lowering.potential import Factor
from whyboard.lowering.sampled import sampled_density, sampled_parameter
from whyboard.lowering.terms import leaves


class MixedLowering(Lowering):
    """One potential in the making, with quadrature where there is no closed form."""

    def believed(self, node: int) -> type:
        stated = super().believed(node)
        return believable(self.laws[node]) if stated is float else stated

    def factor(self, node: int) -> Factor:
        """The factor by the formula of the distribution, or else its whole density by quadrature."""
        first: NotConjugate | None = None
        for build in (super().factor, self._density):
            with self.reader.attempt() as attempt:
                return build(node)
            first = first or attempt.error
        assert first is not None
        raise first

    def slot(self, node: int, name: str, plates: tuple[int | None, ...]) -> Slot:
        """A parameter in closed form; with parts of it by quadrature; or all of it."""
        last: NotConjugate | None = None
        for build in (super().slot, self._partly_sampled, self._sampled):
            with self.reader.attempt() as attempt:
                slot = build(node, name, plates)
                where = self.where(node, name)
                check(slot.form, slot.kind, self.types, where)
                check_apart(slot.form, slot.kind, slot.again, where)
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
        law = self.laws[node]
        ways = law.moment_parameters.get(name, {name: 1})
        given, term = next((given, term) for given, term in self.structure[node].parameters if given in ways)
        way, kind, where = ways[given], self.hints[node][name], self.where(node, given)
        if kind is float:
            raise where.refusal([], "this parameter must be a constant")
        if event_axes(kind):
            raise where.refusal([], f"{kind.__name__} are those of several numbers together")
        power, function = (1.0, way) if callable(way) else (way, None)
        try:
            form = sampled_parameter(self.reader, term, kind, power, function)
        except NotConjugate as error:
            reads = [Read(leaf, ()) for leaf in sorted(leaves(term) & self.unknown)]
            raise where.refusal(reads, str(error)) from None
        names = {
            axis: letter
            for axis, letter in zip(reversed(form.axes), reversed(plates), strict=False)
            if axis is not None and letter is not None
        }
        return Slot(name, renamed(form, names), kind, (), None)

    def _density(self, node: int) -> Factor:
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
