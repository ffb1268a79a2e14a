"""The log density of values, node by node: what a graph says of a world that is known completely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from whyboard.errors import ParameterError
from whyboard.lowering.data import place
from whyboard.lowering.program.binding import rebind
from whyboard.lowering.program.program import Program


def log_densities(program: Program, values: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """By key the log density of every entry given its parents; values left out have the data of the program.

    Raises:
        ParameterError: if a variable has neither a value nor complete data.
    """
    network, n_data = program.network, program.n_data
    given: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for key, value in values.items():
        spec = program.structure[network.owner[key]]
        array = np.broadcast_to(np.asarray(value), spec.shape if spec.static else (n_data, *spec.shape))
        given[key] = (array, np.ones(array.shape, dtype=bool))
    named = {network.owner[key] for key in given}
    known = place(network, given, n_data, deterministic=True)
    for index, spec in enumerate(program.structure):
        if index in named or spec.law.deterministic:
            continue
        if not program.known[index].all():
            raise ParameterError(
                f"'{network.paths[index]}' has neither a value nor complete data. Give its value as well."
            )
        known.values[index] = program.data(index)
        known.taken[index] = np.ones_like(known.taken[index])
    full = rebind(program, known)
    outcome = full.at(full.zeros())
    return dict(zip(network.keys, full.nodes(outcome.densities), strict=True))
