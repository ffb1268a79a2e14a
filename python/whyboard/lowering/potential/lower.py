"""The third reading of a network: its expected log joint, as a `Potential` and the numbers that it is evaluated at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from whyboard.errors import NotConjugate
from whyboard.lowering.data import Known
from whyboard.lowering.network import Network
from whyboard.lowering.potential.conjugacy import MIXED, OTHERS
from whyboard.lowering.potential.draws import Draws
from whyboard.lowering.potential.factors import Lowering, Question
from whyboard.lowering.potential.mixed import mixed_potential
from whyboard.lowering.potential.potential import Arguments, Potential
from whyboard.lowering.potential.rows import Rows

DRAWS = Draws()


def potential(
    network: Network,
    evidence: Known,
    relevant: Sequence[np.ndarray],
    rows: Rows | None = None,
    like: Potential | None = None,
    blocks: Sequence[Sequence[int]] = (),
    *,
    mixed: bool = False,
    draws: Draws = DRAWS,
    whole: bool = False,
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
        draws: for expectations over many numbers.
        whole: whether all elements of a row are inferred if one is.

    Raises:
        NotConjugate: names a variable whose belief has no closed update, what is in the way and what works instead.
    """
    question = Question(network, evidence, relevant, rows, like, blocks, whole)
    if mixed:
        return mixed_potential(question, draws)
    try:
        return Lowering(question).result()
    except NotConjugate as error:
        gradients = not any(
            part.any() and "float" not in spec.law.dtypes
            for part, spec in zip(relevant, network.structure, strict=True)
        )
        told = str(error) if gradients else str(error).replace(OTHERS, "").strip()
        try:
            mixed_potential(question._replace(like=None), draws)
        except NotConjugate:
            raise NotConjugate(told) from None
        raise NotConjugate(f"{told} {'Or use' if gradients else 'Use'} {MIXED}.") from None
