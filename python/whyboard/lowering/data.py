"""Data by node: what is known, and which of it says something about its causes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from whyboard.errors import DataError
from whyboard.lowering.network import Network

NUMPY_DTYPES = {"float": np.float64, "int": np.int64, "bool": np.bool_}
Data = Mapping[str, tuple[np.ndarray, np.ndarray]]
"""By key: values and where they are known, ``(n_data, *shape)`` or ``shape``."""


class Known(NamedTuple):
    """By node, in the shape of its values; ``counted`` entries are those of ``taken`` that are observed, not set."""

    values: list[np.ndarray]
    taken: list[np.ndarray]
    counted: list[np.ndarray]


def place(network: Network, data: Data, n_data: int, do: Data | None = None, *, deterministic: bool = False) -> Known:
    """Data in the shapes of the nodes; linked variables share one node.

    Args:
        network: from `flatten`.
        data: what is observed.
        n_data: the number of rows.
        do: what is set.
        deterministic: whether a named deterministic may be given, as for a density of all values.

    Raises:
        DataError: if a variable without a distribution is not filled completely, data stand on a deterministic one, or
        an
            entry is not finite.
    """
    known = Known([], [], [])
    for spec in network.structure:
        shape = spec.shape if spec.static else (n_data, *spec.shape)
        known.values.append(np.zeros(shape, NUMPY_DTYPES[spec.dtype]))
        known.taken.append(np.zeros(shape, dtype=bool))
        known.counted.append(np.zeros(shape, dtype=bool))
    for source, counts in ((data, True), (do or {}, False)):
        for key, (array, mask) in source.items():
            index = network.owner.get(key)
            if index is not None:
                _put(network, known, index, np.asarray(array), np.asarray(mask, bool), counts)
    for index, spec in enumerate(network.structure):
        law = spec.law
        path, taken = network.paths[index], known.taken[index]
        if law.undirected:
            taken[...] = known.counted[index][...] = True
        if law.data_only and not taken.all():
            where = tuple(int(i) for i in np.argwhere(~taken)[0])
            entry = f"row {where[0]}" if not spec.static else "its value"
            raise DataError(
                f"'{path}' has {spec.distribution}, so data must fill it completely, and {entry} is missing. "
                "Link data without gaps, or give it another distribution."
            )
        if law.deterministic and known.counted[index].any() and not deterministic:
            raise DataError(
                f"'{path}' is deterministic ({spec.distribution}) and cannot be observed. "
                "Give it a distribution with some width, or link the data to another variable."
            )
    return known


def replaced(known: Known, node: int, values: np.ndarray, mask: np.ndarray) -> Known:
    """What is known when one node is observed where the mask says, and nowhere else."""
    found = Known([*known.values], [*known.taken], [*known.counted])
    before = known.values[node]
    found.values[node] = np.where(mask, values, 0).astype(before.dtype)
    found.taken[node] = np.array(np.broadcast_to(mask, before.shape), bool)
    found.counted[node] = found.taken[node].copy()
    return found


def _put(network: Network, known: Known, index: int, array: np.ndarray, mask: np.ndarray, counts: bool) -> None:
    shape = known.taken[index].shape
    try:
        mask, array = np.broadcast_to(mask, shape), np.broadcast_to(array, shape)
    except ValueError:
        raise DataError(
            f"'{network.paths[index]}' got data of shape {array.shape}. Expected {shape}: rows, then its own shape."
        ) from None
    bad = mask & ~np.isfinite(array)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        raise DataError(
            f"'{network.paths[index]}' got {array[where]} at {where}. Expected finite numbers, and nothing for gaps."
        )
    known.values[index] = np.where(mask, array, known.values[index]).astype(known.values[index].dtype)
    known.taken[index] = known.taken[index] | mask
    known.counted[index] = known.counted[index] | mask if counts else known.counted[index] & ~mask
