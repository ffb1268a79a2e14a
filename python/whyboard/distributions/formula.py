"""Whether the formula of a distribution that a user wrote belongs to its family, at the first value of its data."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from whyboard.distributions.check import check

_EXAMPLES = {"real": 0.3, "positive": 1.5, "nonnegative": 1.5, "unit": 0.4, "integer": 3.0}
"""A number of each domain, where a parameter is not known yet."""


def check_formula(law: Any, given: Mapping[str, np.ndarray], values: np.ndarray) -> None:
    """Hold the formula of a distribution to its laws at the first of its data.

    Those of this package are held to them by its tests. Vectors, and parameters that are vectors, are left to `check`.

    Args:
        law: the distribution.
        given: by parameter that is given, its numbers; NaN where they are those of other variables.
        values: of the variable.

    Raises:
        ParameterError: names the distribution, and what is wrong with formula or family.
    """
    package = __name__.partition(".")[0]
    ours = law.__module__.partition(".")[0] == package
    if ours or not values.size or law.expected_log_density is None or not law.states_family():
        return
    domains = {each.name: each.domain for each in law.parameters if not each.event_ndim}
    if law.event_ndim or len(domains) < len(law.parameters) or not given.keys() <= domains.keys():
        return
    numbers = {
        name: float(np.ravel(each)[0]) if np.isfinite(each).all() else _EXAMPLES.get(domains[name], 0.3)
        for name, each in given.items()
    }
    _check_at(law, values.ravel()[0].item(), tuple(sorted(numbers.items())))


@functools.lru_cache(256)
def _check_at(law: Any, value: float, parameters: tuple[tuple[str, float], ...]) -> None:
    """Once for the same numbers. A value that these parameters exclude says nothing of the formula."""
    if np.asarray(law.in_support(value, **law.canonical(**dict(parameters)))).all():
        check(law, value, **dict(parameters))
