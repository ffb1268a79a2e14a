"""Why there is no posterior: data that the zeros of a model exclude."""

from __future__ import annotations

from collections.abc import Mapping

from whyboard.families.logarithm import IMPOSSIBLE
from whyboard.lowering.program import Program


def impossibility(program: Program, terms: Mapping[int, float]) -> str | None:
    """What to say of a lower bound, by node, that holds the logarithm of zero; None of any other.

    To be asked when a solve ends: while a category still has a chance of a value that excludes another one, it may
    pass.
    """
    names = ", ".join(f"'{program.network.paths[node]}'" for node, term in terms.items() if term < IMPOSSIBLE)
    if not names:
        return None
    return (
        f"What is observed is impossible: under every value of the unknown variables, {names} has a value of "
        "probability 0. Check the data, and which probabilities are exactly 0; give those that may happen a small "
        "positive number, or a prior such as a DirichletDistribution."
    )
