"""Data without a density whatever is believed, which parameters that are data themselves tell, such as totals."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from whyboard.errors import DataError
from whyboard.lowering.data import Known as Evidence
from whyboard.lowering.network import Network
from whyboard.lowering.potential.known_values import KnownValues
from whyboard.lowering.terms import leaves
from whyboard.precision import double_precision


def check_totals(network: Network, node: int, evidence: Evidence, known: KnownValues) -> None:
    """Refuse data that have no density, where the base measure of a node reads parameters that are data.

    Parameters that are not known are not numbers here: a support of counts does not depend on them.

    Raises:
        DataError: names the variable and the first such entry.
    """
    spec, path = network.structure[node], network.paths[node]
    law: Any = spec.law
    told = {
        name
        for name, term in spec.parameters
        if leaves(term) and all(evidence.taken[each].all() for each in leaves(term))
    }
    if law.log_base_measure is None or not told:
        return
    values, taken = evidence.values[node], evidence.taken[node]
    events = {each.name: each.event_ndim for each in law.parameters}
    given: dict[str, Any] = {}
    with double_precision():
        for name, term in spec.parameters:
            whole = values.ndim - law.event_ndim + events[name]
            if name not in told and leaves(term):
                given[name] = jnp.full(values.shape[-1:] * events[name], jnp.nan)
                continue
            array, dynamic = known.value(term)
            given[name] = jnp.expand_dims(array, tuple(range(1, 1 + whole - array.ndim))) if dynamic else array
        inside = np.asarray(law.in_support(jnp.asarray(values), **law.canonical(**given)))
    observed = taken.all(axis=tuple(range(inside.ndim, taken.ndim)))
    bad = np.argwhere(np.asarray(observed) & ~inside)
    if len(bad):
        place = tuple(int(each) for each in bad[0])
        row = "" if spec.static else f" in row {place[0]}"
        others = " and ".join(
            f"'{network.paths[each]}'"
            for name, term in spec.parameters
            if name in told
            for each in sorted(leaves(term))
        )
        raise DataError(
            f"'{path}' got {values[place].tolist()}{row}, to which {spec.distribution} gives no density with what "
            f"{others} got there. Correct one of them."
        )
