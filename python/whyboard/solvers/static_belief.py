"""What a posterior graph says of static variables: joint normal beliefs by their changes, others as distributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from whyboard import registry
from whyboard.families import FullNormal, Point
from whyboard.lowering.potential.potential import Potential
from whyboard.lowering.program import Program
from whyboard.precision import double_precision
from whyboard.solvers.belief import State
from whyboard.solvers.bent_belief import stated_as
from whyboard.solvers.gaussian import static_bounds
from whyboard.solvers.joint_belief import stated_given
from whyboard.solvers.solver import Moments, Multiple, StaticBelief


def static_belief(program: Program, potential: Potential, state: State, moments: Moments) -> StaticBelief:
    """Joint normal beliefs by their correlated changes, others that a distribution can state as that."""
    exact: dict[int, tuple[str, dict[str, np.ndarray | Multiple]]] = {}
    parts: list[dict[int, np.ndarray]] = []
    for node, spec in enumerate(program.structure):
        if not spec.static:
            continue
        stated = _stated(program, potential, state, node)
        if stated is not None:
            exact[node] = stated
        elif not any(node in part for part in parts):
            parts.append(_changes(potential, state, node, moments.variance))
    counts = [len(next(iter(part.values()))) for part in parts]
    changes = [np.zeros((sum(counts) if spec.static else 0, *spec.shape)) for spec in program.structure]
    place = 0
    for part, count in zip(parts, counts, strict=True):
        for node, several in part.items():
            changes[node][place : place + count] = several
        place += count
    return StaticBelief(moments.mean, changes, static_bounds(program, program.zeros()), exact)


def _stated(
    program: Program, potential: Potential, state: State, node: int
) -> tuple[str, dict[str, np.ndarray | Multiple]] | None:
    """The distribution that a belief is, if one is stated for single elements or events of it."""
    spec = program.structure[node]
    latent = potential.believed.get(node)
    if latent is None or latent.node not in state.natural or isinstance(latent.family, Point):
        return None
    if latent.concatenation is not None:
        return None
    if program.known[node].any() or not program.relevant[node].any():
        return None
    natural, layout = state.natural[latent.node], latent.layout
    if latent.coordinate is not None:
        return stated_as(latent, natural)
    if latent.parts:
        location, precision = latent.parts
        family: Any = latent.family
        if node == location.node:
            return stated_given(latent, natural, spec)
        with double_precision():
            natural, layout = family.precision_alone(natural), precision.layout
    name = spec.law.believed_as or spec.distribution
    law: Any = registry.distributions[name] if spec.law.believed_as else spec.law
    events = tuple(range(len(spec.shape) - law.event_ndim, len(spec.shape)))
    if law.parameters_of is None or layout.block != events:
        return None
    with double_precision():
        found = law.parameters_of(natural)
    return name, {name: np.asarray(value) for name, value in found.items()}


def _changes(potential: Potential, state: State, node: int, variances: Sequence[np.ndarray]) -> dict[int, np.ndarray]:
    """Independent changes of a static variable and those it has one belief with, ``(changes, *shape)``.

    Those of a joint normal belief go along the axes of its root.
    """
    latent = potential.believed.get(node)
    joint = latent is not None and latent.coordinate is None and isinstance(latent.family, FullNormal)
    if latent is not None and joint and latent.node in state.moments:
        first, second = (np.asarray(each) for each in state.moments[latent.node])
        covariance = second - first[..., :, None] * first[..., None, :]
        values, vectors = np.linalg.eigh(covariance)
        # Known entries do not vary, so a covariance may be singular; rounding may put it below zero.
        roots = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
        changes = np.zeros((*roots.shape[:-2], roots.shape[-1], *first.shape))
        for plate in np.ndindex(*first.shape[:-1]):
            changes[plate][(slice(None), *plate)] = roots[plate].T
        found = [latent.by_node(each) for each in changes.reshape(-1, *first.shape)]
        return {each: np.stack([change[each] for change in found]) for each in latent.nodes}
    variance = variances[node]
    return {node: (np.sqrt(variance).ravel() * np.eye(variance.size)).reshape(-1, *variance.shape)}
