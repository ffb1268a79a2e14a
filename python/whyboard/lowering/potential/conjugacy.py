"""Whether every belief has a closed update: decided when a graph is lowered, before anything is compiled.

An update is closed where each factor is linear in the moments of each latent variable, and the moments that its formula
asks for follow from those that the variable has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from whyboard.errors import NotConjugate
from whyboard.families import (
    FirstMoment,
    InversePositiveMoments,
    MatrixMoments,
    NormalMoments,
    PositiveMoments,
    PowerMoments,
    SimplexMoments,
)
from whyboard.families.converters import no_way, way_out
from whyboard.lowering.potential.image import Image
from whyboard.lowering.potential.multilinear import (
    ROW,
    Factor,
    Fixed,
    Form,
    Known,
    Mask,
    Monomial,
    Place,
    Read,
    are_cases,
    letters_of,
    squared,
    summed_letters,
)

GRADIENTS = ("MAPFisher", "MAP")
"""The methods that need no closed updates."""
OTHERS = 'Use method="MAPFisher" or method="MAP".'
MIXED = 'method="VMP" with mixed=True'


class Where:
    """A parameter of a node, for messages."""

    def __init__(
        self,
        node: str,
        parameter: str,
        paths: Sequence[str],
        images: Mapping[int, Image] | None = None,
        members: Mapping[int, Sequence[int]] | None = None,
    ) -> None:
        self.node = node
        self.parameter = parameter
        self.paths = paths
        # The mapping itself, also while it is empty: reading a form adds images.
        self.images = {} if images is None else images
        self.members = members or {}

    def behind(self, reads: Sequence[Read]) -> set[int]:
        """The latent variables that are read."""
        images = self.images
        return {node for read in reads for node in (images[read.node].bases if read.node in images else [read.node])}

    def refusal(self, reads: Sequence[Read], what: str) -> NotConjugate:
        """The error that says what is in the way of which variables."""
        nodes = (node for whole in self.behind(reads) for node in self.members.get(whole, (whole,)))
        names = " and ".join(sorted(f"'{self.paths[node]}'" for node in nodes)) or "a latent variable"
        return NotConjugate(
            f"{names} in the {self.parameter} of '{self.node}': {what}, so there is no closed update. {OTHERS}"
        )


def check(form: Form, kind: type, types: Mapping[int, type], where: Where) -> None:
    """Refuse a form whose moments of this type do not follow from those of its variables.

    Args:
        form: of a parameter.
        kind: the moments type that the formula asks for, or ``float``.
        types: by latent node, the moments type that it has.
        where: for messages.

    Raises:
        NotConjugate: names variable and node, what is expected and what is there.
    """
    reads = [read for monomial in form.monomials for read in monomial.reads]
    if kind is float:
        if reads:
            raise where.refusal(reads, "it must be a constant there")
    elif reads:
        _CHECKS.get(kind, _check_single)(form, kind, types, where)
    for choice in form.choices:
        if set(letters_of(choice.read)) - {*form.axes, 0}:
            raise where.refusal([choice.read], "a sum over what a latent category selects stands on the way")


def coupled_axes(form: Form, kind: type, again: int | None) -> dict[int, set[int]]:
    """By latent node, the axes along which products join different elements of it.

    Args:
        form: of a parameter.
        kind: the moments type that the formula asks for: normal moments hold the square of the form.
        again: a second letter for its event axis.
    """
    found: dict[int, set[int]] = {}
    for monomial in squared(form, again) if kind is NormalMoments else form.monomials:
        places: dict[int, Read] = {}
        for read in monomial.reads:
            other = places.setdefault(read.node, read)
            different = {axis for axis, (a, b) in enumerate(zip(read.places, other.places, strict=True)) if a != b}
            found.setdefault(read.node, set()).update(different)
    return found


def check_once(forms: Sequence[tuple[Form, Where]], own: int) -> None:
    """Refuse a variable that enters a factor by two parameters, or a factor of a variable that depends on itself.

    Raises:
        NotConjugate: names the variable and both parameters.
    """
    seen: dict[int, Where] = {}
    for form, where in forms:
        reads = [read for monomial in form.monomials for read in monomial.reads]
        for node in where.behind(reads):
            before = seen.setdefault(node, where)
            if before is not where:
                raise where.refusal([Read(node, ())], f"it enters the {before.parameter} too")
        if own in where.behind(reads):
            raise where.refusal(
                [Read(own, ())],
                "an earlier row of it is read there, which makes a chain only in the mean of a normal variable and in "
                "an index by a category",
            )
    selecting: dict[int, list[Place]] = {}
    for form, where in forms:
        for choice in form.choices:
            if where.behind([choice.read]) & seen.keys():
                raise where.refusal([choice.read], "it selects and is selected from")
            # Elements of different rows make a chain.
            places = [place for place in choice.read.places if ROW not in letters_of(place)]
            if selecting.setdefault(choice.read.node, places) != places:
                raise where.refusal([choice.read], "two of its elements select together; make them two variables")
            if choice.read.node in where.images and own in where.behind([choice.read]):
                raise where.refusal([choice.read], "an earlier row of it selects, which needs a category")


def check_apart(form: Form, kind: type, again: int | None, where: Where) -> None:
    """Refuse products of different moments of one variable, which are not linear in them.

    Raises:
        NotConjugate: names the variable.
    """
    for monomial in squared(form, again) if kind is NormalMoments else form.monomials:
        nodes = {read.node for read in monomial.reads}
        if not nodes & where.images.keys():
            continue
        seen: set[int] = set()
        for node in nodes:
            twice = seen & where.behind([Read(node, ())])
            if twice and kind is not SimplexMoments:
                raise where.refusal([Read(min(twice), ())], "it is multiplied with what is computed from it")
            seen |= where.behind([Read(node, ())])


def _check_real(form: Form, kind: type, types: Mapping[int, type], where: Where) -> None:
    del kind
    for monomial in form.monomials:
        nodes = [read.node for read in monomial.reads]
        for read in monomial.reads:
            if types[read.node] is not NormalMoments:
                own = types[read.node]
                out = way_out(own, NormalMoments)
                raise where.refusal([read], f"normal moments are expected there, and it has {own.__name__}; {out}")
            if read.power != 1 or nodes.count(read.node) > 1:
                raise where.refusal([read], "a power of a latent variable or a product with itself stands on the way")


def _check_positive(form: Form, kind: type, types: Mapping[int, type], where: Where) -> None:
    del kind
    reads = [read for monomial in form.monomials for read in monomial.reads]
    kept = (*form.axes, 0, *(choice.letter for choice in form.choices))
    if not are_cases(form.monomials) or any(summed_letters(each, kept) for each in form.monomials):
        raise where.refusal(reads, "a sum has no expected logarithm")
    for read in reads:
        if types[read.node] is PowerMoments:
            # What has no prior has the power that is asked for.
            continue
        expected = (
            {1: PositiveMoments, -1: InversePositiveMoments}.get(int(read.power))
            if read.power == int(read.power)
            else None
        )
        if types[read.node] is not expected:
            raise where.refusal(
                [read],
                _lacking(read.power, types[read.node]),
            )
        if any(sum(other.node == read.node for other in each.reads) > 1 for each in form.monomials):
            raise where.refusal([read], "a product of a latent variable with itself stands on the way")


def _lacking(power: float, kind: type) -> str:
    """What moments do not tell of a positive parameter, and what would."""
    if kind is PositiveMoments or kind is InversePositiveMoments:
        fitting = "GammaDistribution" if power > 0 else "InverseGammaDistribution"
        other = f"; with {'an' if power < 0 else 'a'} {fitting} it is" if abs(power) == 1 else ""
        return (
            f"its power {power:g} is needed, and of {kind.__name__} it is not known{other}. A GammaDistribution fits a "
            "rate or a precision"
        )
    return (
        f"a positive variable is expected there, such as a GammaDistribution of a rate or a precision, and it has "
        f"{kind.__name__}"
    )


def _check_logarithms(form: Form, kind: type, types: Mapping[int, type], where: Where) -> None:
    """Of joined shares logarithms are enough, and those of a product are added; a single one is no whole."""
    if len(form.monomials) == 1:
        _check_single(form, kind, types, where)
        return
    reads = [read for monomial in form.monomials for read in monomial.reads]
    kept = (*form.axes, 0, *(choice.letter for choice in form.choices))
    if not are_cases(form.monomials) or any(summed_letters(each, kept) for each in form.monomials):
        raise where.refusal(reads, "a sum has no expected logarithm")
    for read in reads:
        if "log" not in getattr(types[read.node], "_fields", ()):
            raise where.refusal([read], no_way(types[read.node], kind))


def _check_single(form: Form, kind: type, types: Mapping[int, type], where: Where) -> None:
    reads = [read for monomial in form.monomials for read in monomial.reads]
    only = f"only the variable itself or elements of it have {kind.__name__}, not what is computed from it"
    if not are_cases(form.monomials):
        raise where.refusal(reads, only)
    for monomial in form.monomials:
        rest = [each for each in monomial.factors if not isinstance(each, Mask) and each != Known(Fixed(1.0))]
        if monomial.reads and (len(rest) != 1 or monomial.reads[0].power != 1):
            raise where.refusal(reads, only)
        for read in monomial.reads:
            if types[read.node] is not kind:
                raise where.refusal([read], no_way(types[read.node], kind))


def _check_matrix(form: Form, kind: type, types: Mapping[int, type], where: Where) -> None:
    """A matrix may be multiplied with known numbers: its logarithmic determinant stays known."""
    entries = {axis for axis in form.axes[-2:] if axis is not None}
    kept = (*form.axes, ROW, *(choice.letter for choice in form.choices))

    def scales(factor: Factor, monomial: Monomial) -> bool:
        known = isinstance(factor, Known) and not entries & set(letters_of(factor))
        return known and not summed_letters(monomial, kept)

    plain = [
        each._replace(factors=tuple(factor for factor in each.factors if not each.reads or not scales(factor, each)))
        for each in form.monomials
    ]
    _check_single(form._replace(monomials=tuple(plain)), kind, types, where)


def _check_expected(form: Form, kind: type, types: Mapping[int, type], where: Where) -> None:
    """An expectation needs first moments of different variables, and second ones of variables that have them."""
    del kind
    for monomial in form.monomials:
        reads = monomial.reads
        for read in reads:
            moments, same = types[read.node], [other for other in reads if other.node == read.node]
            if read.power != 1 or "first" not in getattr(moments, "_fields", ()):
                what = f"the power {read.power:g} of it" if read.power != 1 else "its value"
                raise where.refusal([read], f"{moments.__name__} do not tell the mean of {what}")
            joint = moments is NormalMoments or (issubclass(moments, FirstMoment) and same[0].places != same[-1].places)
            if len(same) > 2 or (len(same) == 2 and not joint):
                raise where.refusal([read], f"{moments.__name__} do not tell the mean of its product with itself")


_CHECKS = {
    NormalMoments: _check_real,
    FirstMoment: _check_expected,
    PositiveMoments: _check_positive,
    SimplexMoments: _check_logarithms,
    MatrixMoments: _check_matrix,
}
