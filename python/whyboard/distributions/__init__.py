"""One class per distribution a variable may have.

lowering and the package root may import it; graph and printing reach it through `whyboard.registry.distributions`.
"""

# Imported in the order of the palette.
from whyboard.distributions import (  # noqa: I001
    normal,
    log_normal,
    half_normal,
    laplace,
    uniform,
    exponential,
    gamma,
    bernoulli,
    poisson,
    categorical,
    dirac,
    no_distribution,
)
from whyboard.distributions.distribution import Distribution, Parameter, register

__all__ = [
    "Distribution",
    "Parameter",
    "bernoulli",
    "categorical",
    "dirac",
    "exponential",
    "gamma",
    "half_normal",
    "laplace",
    "log_normal",
    "no_distribution",
    "normal",
    "poisson",
    "register",
    "uniform",
]
