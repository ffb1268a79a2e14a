"""What is believed of a normal variable given its precision, as a distribution of a graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from whyboard.families import NormalWishart
from whyboard.lowering.network import NodeSpec
from whyboard.lowering.potential.layout import out_of_layout
from whyboard.lowering.potential.potential import Latent
from whyboard.precision import double_precision
from whyboard.solvers.solver import Multiple


def stated_given(latent: Latent, natural: Any, spec: NodeSpec) -> tuple[str, dict[str, np.ndarray | Multiple]] | None:
    """The normal distribution whose precision is a multiple of the other variable; ``None`` if none is stated.

    Args:
        latent: of both.
        natural: its parameters.
        spec: of the normal variable.
    """
    family: Any = latent.family
    location, precision = latent.parts
    with double_precision():
        mean, strength = (np.asarray(each) for each in family.given_precision(natural))
    centre = out_of_layout(mean, location.layout)
    if isinstance(family, NormalWishart):
        strength = strength[..., None, None]
    elif family.dim is None:
        strength = out_of_layout(strength, location.layout)
    else:
        diagonal = np.diagonal(strength, axis1=-2, axis2=-1)
        if not (strength == diagonal[..., None] * np.eye(family.dim)).all():
            if location.layout.plates or len(location.layout.block) > 1 or precision.layout.sizes:
                return None
            name = "MultivariateNormalDistribution"
            return name, {"mean": centre, "precision": Multiple(strength, precision.node)}
        strength = out_of_layout(diagonal, location.layout)
    return spec.distribution, {"mean": centre, "precision": Multiple(strength, precision.node)}
