"""Exponential families: statistics, log partitions, and what follows from them; one family a file.

operators and the layers above may import it; it knows nothing of graphs. `wb.families` is this folder.
"""

from whyboard.families.bernoulli import Bernoulli, Binomial
from whyboard.families.boltzmann import Boltzmann
from whyboard.families.categorical import Categorical, Multinomial
from whyboard.families.dirichlet import Beta, Dirichlet
from whyboard.families.family import Family, Invertible, NoClosedForm, Normalised, Sampleable, register
from whyboard.families.gamma import Exponential, Gamma, InverseGamma
from whyboard.families.moments import (
    CircularMoments,
    CountMoments,
    DispersedMoments,
    FirstMoment,
    InversePositiveMoments,
    MatrixMoments,
    NormalGammaMoments,
    NormalMoments,
    NormalWishartMoments,
    PositiveMoments,
    SimplexMoments,
    UnitMoments,
)
from whyboard.families.normal import FullNormal, Normal, ScaledNormal, UnitNormal
from whyboard.families.normal_precision import NormalGamma, NormalWishart
from whyboard.families.poisson import ConwayMaxwellPoisson, Poisson
from whyboard.families.product import Product, Replicated
from whyboard.families.von_mises import VonMises
from whyboard.families.wishart import Wishart

__all__ = [
    "Bernoulli",
    "Beta",
    "Binomial",
    "Boltzmann",
    "Categorical",
    "CircularMoments",
    "ConwayMaxwellPoisson",
    "CountMoments",
    "Dirichlet",
    "DispersedMoments",
    "Exponential",
    "Family",
    "FirstMoment",
    "FullNormal",
    "Gamma",
    "InverseGamma",
    "InversePositiveMoments",
    "Invertible",
    "MatrixMoments",
    "Multinomial",
    "NoClosedForm",
    "Normal",
    "NormalGamma",
    "NormalGammaMoments",
    "NormalMoments",
    "NormalWishart",
    "NormalWishartMoments",
    "Normalised",
    "Poisson",
    "PositiveMoments",
    "Product",
    "Replicated",
    "Sampleable",
    "ScaledNormal",
    "SimplexMoments",
    "UnitMoments",
    "UnitNormal",
    "VonMises",
    "Wishart",
    "register",
]
