"""The numbers of a potential: constants, data without gaps, and masks of what counts and what is inferred."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from whyboard.families import MatrixMoments
from whyboard.lowering.data import Known
from whyboard.lowering.network import Network
from whyboard.lowering.potential import joint
from whyboard.lowering.potential.coordinate import Bounds, Coordinate
from whyboard.lowering.potential.known_values import KnownValues
from whyboard.lowering.potential.potential import Arguments, Latent
from whyboard.lowering.potential.rows import Rows
from whyboard.precision import double_precision

NEUTRAL = {"real": 0.0, "positive": 1.0, "nonnegative": 1.0, "unit": 0.5, "integer": 0}
"""By support, a value that every density takes."""


def weights_of(network: Network, evidence: Known, relevant: Sequence[np.ndarray]) -> list[np.ndarray]:
    """By node, where its density counts: it is observed or inferred."""
    return [
        over_events(counted | inferred, spec.law.event_ndim)
        for spec, counted, inferred in zip(network.structure, evidence.counted, relevant, strict=True)
    ]


def arguments_of(
    network: Network,
    evidence: Known,
    relevant: Sequence[np.ndarray],
    rows: Rows | None,
    latents: Sequence[Latent],
) -> Arguments:
    """What a potential with these latent variables is evaluated at.

    Args:
        network: the model.
        evidence: what is known.
        relevant: by node, what is inferred.
        rows: how rows follow each other, if they are several series.
        latents: the variables with a belief.
    """
    single = [each for each in latents if not each.parts]
    together = [each for each in latents if each.parts]
    free = {each.node: each.stored({node: relevant[node] for node in each.nodes}, rows) for each in single}
    free |= {each.node: np.ones(each.layout.plate_shape, bool) for each in together}
    given = {each.node: each.stored(_given(each, network, evidence), rows) for each in single}
    given |= {each.node: joint.neutral(each) for each in together}
    believed = {node for latent in latents for node in latent.nodes}
    events = [spec.law.event_ndim for spec in network.structure]
    return Arguments(
        tuple(np.asarray(each) for each in network.constants),
        tuple(
            values if node in believed else _filled(values, evidence.taken[node], events[node])
            for node, values in enumerate(evidence.values)
        ),
        tuple(np.asarray(weight, float) for weight in weights_of(network, evidence, relevant)),
        tuple(
            np.asarray(over_events(counted, ndim), float)
            for counted, ndim in zip(evidence.counted, events, strict=True)
        ),
        free,
        given,
        rows,
    )


def bounds_at(coordinate: Coordinate, network: Network, values: Sequence[np.ndarray], ndim: int) -> Bounds:
    """The edges of a variable whose values have so many axes, given those of all variables."""
    with double_precision():
        known = KnownValues(network.structure, network.constants, values)
        return coordinate.bounds(known.whole(coordinate.terms, ndim))


def over_events(mask: np.ndarray, events: int) -> np.ndarray:
    """Whether anything in the event axes is true."""
    return np.asarray(mask.any(axis=tuple(range(mask.ndim - events, mask.ndim))))


def _given(latent: Latent, network: Network, evidence: Known) -> dict[int, np.ndarray]:
    """By node, data, and where there are neither data nor a belief a value that every density takes."""
    found: dict[int, np.ndarray] = {}
    for node in latent.nodes:
        values, taken = evidence.values[node], evidence.taken[node]
        if latent.coordinate is not None:
            at = bounds_at(latent.coordinate, network, evidence.values, values.ndim)
            with double_precision():
                found[node] = np.where(taken, np.asarray(at.coordinate(np.where(taken, values, at.value(0.0)))), 0.0)
        elif isinstance(latent.family.template, MatrixMoments):
            found[node] = np.where(taken, values, np.eye(values.shape[-1]))
        else:
            support = latent.family.support
            neutral = 1 / values.shape[-1] if support == "simplex" else NEUTRAL[support]
            found[node] = np.where(taken, values, np.asarray(neutral, values.dtype))
    return found


def _filled(values: np.ndarray, taken: np.ndarray, events: int) -> np.ndarray:
    """Data with something in the gaps that has a density, since 0 times infinity is not 0."""
    whole = np.asarray(taken.all(axis=tuple(range(taken.ndim - events, taken.ndim))))
    if whole.all() or not whole.any():
        return values
    example = values[tuple(np.argwhere(whole)[0])]
    return np.where(whole.reshape(whole.shape + (1,) * (values.ndim - whole.ndim)), values, example).astype(
        values.dtype
    )
