"""One class per distribution a variable may have. lowering and the package root may import it; graph and printing reach it
through `whyboard.registry.distributions`.
"""

from whyboard.distributions import normal
from whyboard.distributions.distribution import Distribution, Parameter, register

__all__ = ["Distribution", "Parameter", "normal", "register"]
