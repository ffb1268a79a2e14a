"""Which unobserved entries something observed depends on; the rest are barren and only predicted."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from whyboard.lowering.data import Known
from whyboard.lowering.network import Apply, Leaf, Network
from whyboard.lowering.timeline import Timeline


def relevant_entries(network: Network, known: Known, rows: Timeline) -> list[np.ndarray]:
    """By node, in the shape of its values. Rows are told apart; the elements of one vector stand together."""
    structure = network.structure
    below = [np.zeros(1 if spec.static else rows.n_data, dtype=bool) for spec in structure]
    shifts = {index: _shifts(network, index) for index, lagged in enumerate(network.lagged) if lagged}
    earlier = {each: rows.earlier(each) for found in shifts.values() for _, each in found}
    changed = True
    while changed:
        # Causes come first, so one sweep does within a row; lags spread what is relevant to earlier rows.
        before = sum(int(part.sum()) for part in below)
        for index in reversed(range(len(structure))):
            upward = _upward(known, index, len(structure[index].shape), below[index])
            if not upward.any():
                continue
            for parent in network.parents[index]:
                if structure[parent].static:
                    below[parent] |= True
                else:
                    below[parent] |= upward
            for parent, shift in shifts.get(index, ()):
                sources = earlier[shift][upward]
                below[parent][sources[sources >= 0]] = True
        changed = bool(shifts) and sum(int(part.sum()) for part in below) > before
    found: list[np.ndarray] = []
    for index, spec in enumerate(structure):
        axes = (1,) * len(spec.shape)
        here = below[index].reshape(axes if spec.static else (rows.n_data, *axes))
        found.append(~known.taken[index] & (here | _beside(known.counted[index], spec.law.event_ndim)))
    return found


def _beside(counted: np.ndarray, events: int) -> np.ndarray:
    """The rest of a vector or matrix of which a part counts: its density is that of the whole."""
    axes = tuple(range(counted.ndim - events, counted.ndim))
    return np.asarray(counted.any(axis=axes, keepdims=True)) if events else np.zeros((1,) * counted.ndim, bool)


def _upward(known: Known, index: int, ndim: int, below: np.ndarray) -> np.ndarray:
    """The rows of a variable that say something about its causes."""
    own = tuple(range(known.taken[index].ndim - ndim, known.taken[index].ndim))
    counted = np.broadcast_to(known.counted[index].any(axis=own), len(below))
    # What is known completely screens its causes off from what lies below it.
    whole = np.broadcast_to(known.taken[index].all(axis=own), len(below))
    return counted | (below & ~whole)


def uncertain_parameters(network: Network, relevant: Sequence[np.ndarray], known: Sequence[np.ndarray]) -> np.ndarray:
    """For each node, whether its parameters depend on anything that is to be inferred."""
    found = np.zeros(len(network.structure), dtype=bool)
    uncertain = np.array([part.any() for part in relevant], dtype=bool)
    changed = True
    while changed:
        before = int(uncertain.sum()) + int(found.sum())
        for index, parents in enumerate(network.parents):
            found[index] = any(uncertain[parent] for parent in parents | network.lagged[index])
            uncertain[index] |= found[index] and not known[index].all()
        changed = int(uncertain.sum()) + int(found.sum()) > before
    return found


def _shifts(network: Network, index: int) -> set[tuple[int, int]]:
    """What a node reads of earlier rows: nodes, and how many rows before; shifts inside each other add up."""
    found: set[tuple[int, int]] = set()
    stack = [(term, 0) for _, term in network.structure[index].parameters]
    seen: set[tuple[int, int]] = set()
    while stack:
        term, shift = stack.pop()
        if isinstance(term, Leaf) and shift and not network.structure[term.node].static:
            found.add((term.node, shift))
        if not isinstance(term, Apply) or (id(term), shift) in seen:
            continue
        seen.add((id(term), shift))
        if term.kind == "TimeShift":
            operand, initial = term.operands
            stack += [(operand, shift - json.loads(term.settings)["shift"]), (initial, shift)]
        else:
            stack += [(each, shift) for each in term.operands]
    return found
