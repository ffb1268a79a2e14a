"""The number of trials of counts: a whole number that is not negative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from whyboard.errors import NotConjugate, ParameterError


def check_total(law: str, total_count: Any = None, **others: Any) -> None:
    """Refuse a total that is negative.

    Raises:
        ParameterError: names it.
    """
    del others
    if total_count is not None and np.any(np.asarray(total_count) < 0):
        raise ParameterError(f"{law} got total_count={np.min(total_count)}. Expected whole numbers that are 0 or more.")


def the_total(law: str, constants: Mapping[str, np.ndarray]) -> int:
    """The total of a belief about counts, which is one number.

    Raises:
        NotConjugate: if it is computed, or differs from count to count.
    """
    given = constants.get("total_count")
    if given is None or np.unique(given).size != 1:
        raise NotConjugate(f"a belief about {law} needs one number as its total_count")
    return int(np.unique(given)[0])
