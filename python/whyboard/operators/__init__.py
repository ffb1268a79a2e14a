"""One class per deterministic function of a model. distributions, lowering and the package root may import it; graph and
printing reach it through `whyboard.registry.operators`.
"""

from whyboard.operators import arithmetic, constant
from whyboard.operators.operator import Operator, Setting, ValueType, register

__all__ = ["Operator", "Setting", "ValueType", "arithmetic", "constant", "register"]
