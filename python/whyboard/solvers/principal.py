"""Principal components of tables with gaps."""

from __future__ import annotations

import numpy as np

ROUNDS = 20


def scores(table: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """``(rows, count)``: the rows along the directions in which they differ most, each with a variance of one.

    Directions beyond the rank of the table are draws. Orthogonal iteration; what is missing is filled after each round
    with what the directions make of the rest of its row.

    Args:
        table: ``(rows, columns)``, NaN where nothing is known; columns count by their own scale.
        count: of directions.
        random: for where they start.

    Source: Roweis (1998), EM algorithms for PCA and SPCA.
    """
    missing = np.isnan(table)
    seen = np.maximum((~missing).sum(axis=0), 1)
    centred = np.where(missing, 0.0, table - np.where(missing, 0.0, table).sum(axis=0) / seen)
    rank = min(count, *table.shape)
    directions = np.linalg.qr(random.normal(size=(table.shape[1], rank)))[0]
    for _ in range(ROUNDS):
        directions = np.linalg.qr(centred.T @ (centred @ directions))[0]
        if missing.any():
            centred = np.where(missing, centred @ directions @ directions.T, centred)
            centred = centred - centred.mean(axis=0)
    left, lengths, _ = np.linalg.svd(centred @ directions, full_matrices=False)
    found = random.normal(size=(len(table), count))
    # Directions along which nothing differs are rounding.
    kept = int((lengths > 1e-9 * lengths.max(initial=0.0)).sum())
    found[:, :kept] = left[:, :kept] * np.sqrt(len(table))
    return found
