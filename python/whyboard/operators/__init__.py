"""One class per deterministic function of a model.

distributions, lowering and the package root may import it; graph and printing reach it through
`whyboard.registry.operators`.
"""

# Imported in the order of the palette.
from whyboard.operators import (  # noqa: I001
    constant,
    arithmetic,
    elementwise,
    special,
    trigonometric,
    comparison,
    logic,
    reductions,
    linalg,
    einsum,
    index,
    selection,
    gate,
    shape,
    time,
)
from whyboard.operators.operator import Operator, Setting, ValueType, register

__all__ = [
    "Operator",
    "Setting",
    "ValueType",
    "arithmetic",
    "comparison",
    "constant",
    "einsum",
    "elementwise",
    "gate",
    "index",
    "linalg",
    "logic",
    "reductions",
    "register",
    "selection",
    "shape",
    "special",
    "time",
    "trigonometric",
]
