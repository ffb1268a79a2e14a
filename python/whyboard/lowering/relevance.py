"""Which unobserved entries something observed depends on; the rest are barren and only predicted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from whyboard.lowering.data import Known
from whyboard.lowering.network import Network


def relevant_entries(network: Network, known: Known, n_data: int) -> list[np.ndarray]:
    """By node, in the shape of its values. Rows are told apart; the elements of one vector stand together."""
    structure = network.structure
    below = [np.zeros(1 if spec.static else n_data, dtype=bool) for spec in structure]
    for index in reversed(range(len(structure))):
        rows = len(below[index])
        own = tuple(range(known.taken[index].ndim - len(structure[index].shape), known.taken[index].ndim))
        counted = np.broadcast_to(known.counted[index].any(axis=own), rows)
        whole = np.broadcast_to(known.taken[index].all(axis=own), rows)
        # What is known completely screens its causes off from what lies below it.
        upward = counted | (below[index] & ~whole)
        if not upward.any():
            continue
        for parent in network.parents[index]:
            if structure[parent].static:
                below[parent] |= True
            else:
                below[parent] |= upward
    found: list[np.ndarray] = []
    for index, spec in enumerate(structure):
        axes = (1,) * len(spec.shape)
        here = below[index].reshape(axes if spec.static else (n_data, *axes))
        found.append(~known.taken[index] & here)
    return found


def uncertain_parameters(network: Network, relevant: Sequence[np.ndarray], known: Sequence[np.ndarray]) -> np.ndarray:
    """For each node, whether its parameters depend on anything that is to be inferred."""
    found = np.zeros(len(network.structure), dtype=bool)
    uncertain = np.zeros(len(network.structure), dtype=bool)
    for index, parents in enumerate(network.parents):
        found[index] = any(uncertain[parent] for parent in parents)
        uncertain[index] = relevant[index].any() or (found[index] and not known[index].all())
    return found
