"""Whether the formula of a distribution that a user wrote belongs to its family, at the first value of its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from whyboard.distributions.check import check

_EXAMPLES = {"real": 0.3, "positive": 1.5, "nonnegative": 1.5, "unit": 0.4, "integer": 3.0}
"""A number of each domain, where a parameter is not known yet."""
_CHECKED: set[type] = set()


def check_formula(law: Any, given: Mapping[str, np.ndarray], values: np.ndarray) -> None:
    """Hold the formula of a distribution to its laws once, at the first value that is seen.

    Those of this package are held to them by its tests. Vectors, and parameters that are vectors, are left to `check`.

    Args:
        law: the distribution.
        given: by parameter that is given, its numbers; NaN where they are those of other variables.
        values: of the variable.

    Raises:
        ParameterError: names the distribution, and what is wrong with formula or family.
    """
    package = __name__.partition(".")[0]
    known = law in _CHECKED or law.__module__.partition(".")[0] == package
    if known or not values.size or law.expected_log_density is None or not law.states_family():
        return
    _CHECKED.add(law)
    domains = {each.name: each.domain for each in law.parameters if not each.event_ndim}
    if law.event_ndim or len(domains) < len(law.parameters) or not given.keys() <= domains.keys():
        return
    numbers = {
        name: float(np.ravel(each)[0]) if np.isfinite(each).all() else _EXAMPLES.get(domains[name], 0.3)
        for name, each in given.items()
    }
    value = values.ravel()[0]
    # A value that these parameters exclude says nothing of the formula.
    if np.asarray(law.in_support(value, **law.canonical(**numbers))).all():
        try:
            check(law, value, **numbers)
        except Exception:
            _CHECKED.discard(law)
            raise
