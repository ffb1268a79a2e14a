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
    inverse_gamma,
    beta,
    bernoulli,
    binomial,
    poisson,
    categorical,
    multinomial,
    multivariate_normal,
    dirichlet,
    wishart,
    mixture,
    dirac,
    flat,
    no_distribution,
    factor,
)
from whyboard.distributions.check import check
from whyboard.distributions.distribution import Distribution, Parameter, register

__all__ = [
    "Distribution",
    "Parameter",
    "bernoulli",
    "beta",
    "binomial",
    "categorical",
    "check",
    "dirac",
    "dirichlet",
    "exponential",
    "factor",
    "flat",
    "gamma",
    "half_normal",
    "inverse_gamma",
    "laplace",
    "log_normal",
    "mixture",
    "multinomial",
    "multivariate_normal",
    "no_distribution",
    "normal",
    "poisson",
    "register",
    "uniform",
    "wishart",
]
