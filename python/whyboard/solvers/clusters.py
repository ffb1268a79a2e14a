"""Where categories start that select by row: at clusters of the rows, since draws lead to poor optima."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import numpy as np
from jax import Array

from whyboard.families import CountMoments
from whyboard.families.k_means import k_means
from whyboard.lowering.potential.potential import Potential
from whyboard.lowering.program import Program
from whyboard.precision import FEW, as_program, double_precision


def clusters(program: Program, potential: Potential, seed: int) -> dict[int, np.ndarray]:
    """By node of a category, its value for each row, ``(n_data,)``.

    Rows are told apart by what the category selects the parameters of, or by all that is observed if that is not. Of
    several categories that select together the first starts here: equal clusters of all would stay equal.
    """
    found: dict[int, np.ndarray] = {}
    numeric = [
        factor.node
        for factor in potential.factors
        if not any(slot.name == "x" and slot.kind is CountMoments for slot in factor.slots)
    ]
    for factor in potential.factors:
        nodes = [choice.read.node for choice in factor.choices]
        if not nodes or found.keys() & set(nodes):
            continue
        latent = potential.latent(nodes[0])
        rows = latent.layout.sizes
        if len(rows) != 1 or program.structure[latent.node].static:
            continue
        features = _features(program, [factor.node] if factor.node in numeric else [])
        if features is None:
            features = _features(program, numeric)
        if features is not None and len(features) == rows[0] and features.size:
            # A truth value selects one of two.
            (categories, *_) = (*latent.family.dims[0], 2)
            with double_precision():
                seeds = np.array([seed, latent.node], np.int64)
                found[latent.node] = np.asarray(_clustered(categories, seeds, features))
    return found


def _features(program: Program, nodes: Sequence[int]) -> np.ndarray | None:
    """The observed columns of some nodes, gaps filled with the mean of the column; None if there are none."""
    columns: list[np.ndarray] = []
    for node in nodes:
        counted = program.evidence.counted[node]
        if not program.structure[node].static and counted.any():
            values = np.where(counted, program.evidence.values[node], np.nan).reshape(len(counted), -1)
            seen = ~np.isnan(values)
            mean = np.where(seen, values, 0).sum(0) / np.maximum(seen.sum(0), 1)
            columns.append(np.where(seen, values, mean))
    return np.concatenate(columns, axis=1) if columns else None


@as_program(0, brief=FEW)
def _clustered(categories: int, seeds: Array, features: Array) -> Array:
    return k_means(jax.random.fold_in(jax.random.key(seeds[0]), seeds[1]), features, categories)
