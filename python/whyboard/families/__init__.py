"""Exponential families: statistics, log partitions, and what follows from them; one family a file.

operators and the layers above may import it; it knows nothing of graphs. `wb.families` is this folder.
"""

from whyboard.families.bernoulli import Bernoulli, Binomial
from whyboard.families.boltzmann import Boltzmann, DiagonalBoltzmann
from whyboard.families.categorical import Categorical, Multinomial
from whyboard.families.chain import Chain, ChainCoordinates
from whyboard.families.chordal import ChordalBoltzmann
from whyboard.families.conjugated import Conjugated, Conjugation
from whyboard.families.converters import Converter, NoConverter, convert, register_converter
from whyboard.families.dirichlet import Beta, Dirichlet
from whyboard.families.embedding import (
    BoltzmannEmbedding,
    ChordalEmbedding,
    Embedding,
    Identity,
    NormalEmbedding,
    inclusion,
)
from whyboard.families.enumerated import Enumerated
from whyboard.families.family import Family, Frame, Invertible, NoClosedForm, Normalised, Sampleable, register
from whyboard.families.fit import Fit
from whyboard.families.gamma import Exponential, Gamma, InverseGamma
from whyboard.families.harmonium import (
    Harmonium,
    HarmoniumCoordinates,
    HarmoniumFamily,
    Likelihood,
    NormalisedHarmonium,
    RestrictedBoltzmann,
)
from whyboard.families.hierarchical import Hierarchical
from whyboard.families.interaction import Interaction, Pair
from whyboard.families.known import register_moments
from whyboard.families.latent_process import LatentProcess, ProcessCoordinates, ProcessMeans
from whyboard.families.linear_gaussian import GaussianBoltzmann, LinearGaussian, LinearHarmonium, Regression
from whyboard.families.mixture import Mixture
from whyboard.families.mixture_of_harmoniums import MixtureOfHarmoniums
from whyboard.families.moments import (
    BinaryMoments,
    CircularMoments,
    CountMoments,
    DispersedMoments,
    FirstMoment,
    InversePositiveMoments,
    MatrixMoments,
    MultinomialMoments,
    NormalGammaMoments,
    NormalMoments,
    NormalWishartMoments,
    PositiveMoments,
    PowerMoments,
    SimplexMoments,
    UnitMoments,
)
from whyboard.families.normal import FullNormal, Normal, ScaledNormal, UnitNormal
from whyboard.families.normal_precision import NormalGamma, NormalWishart
from whyboard.families.point import Point
from whyboard.families.poisson import ConwayMaxwellPoisson, Poisson
from whyboard.families.power_gamma import PowerGamma
from whyboard.families.product import Product, Replicated
from whyboard.families.slots import (
    InteractionEmbedding,
    LatentEmbedding,
    LatentHarmoniumEmbedding,
    ObservableEmbedding,
)
from whyboard.families.variational import RegressedConjugation, VariationalCoordinates, VariationallyConjugated
from whyboard.families.von_mises import VonMises
from whyboard.families.wishart import Wishart

__all__ = [
    "Bernoulli",
    "Beta",
    "BinaryMoments",
    "Binomial",
    "Boltzmann",
    "BoltzmannEmbedding",
    "Categorical",
    "Chain",
    "ChainCoordinates",
    "ChordalBoltzmann",
    "ChordalEmbedding",
    "CircularMoments",
    "Conjugated",
    "Conjugation",
    "Converter",
    "ConwayMaxwellPoisson",
    "CountMoments",
    "DiagonalBoltzmann",
    "Dirichlet",
    "DispersedMoments",
    "Embedding",
    "Enumerated",
    "Exponential",
    "Family",
    "FirstMoment",
    "Fit",
    "Frame",
    "FullNormal",
    "Gamma",
    "GaussianBoltzmann",
    "Harmonium",
    "HarmoniumCoordinates",
    "HarmoniumFamily",
    "Hierarchical",
    "Identity",
    "Interaction",
    "InteractionEmbedding",
    "InverseGamma",
    "InversePositiveMoments",
    "Invertible",
    "LatentEmbedding",
    "LatentHarmoniumEmbedding",
    "LatentProcess",
    "Likelihood",
    "LinearGaussian",
    "LinearHarmonium",
    "MatrixMoments",
    "Mixture",
    "MixtureOfHarmoniums",
    "Multinomial",
    "MultinomialMoments",
    "NoClosedForm",
    "NoConverter",
    "Normal",
    "NormalEmbedding",
    "NormalGamma",
    "NormalGammaMoments",
    "NormalMoments",
    "NormalWishart",
    "NormalWishartMoments",
    "Normalised",
    "NormalisedHarmonium",
    "ObservableEmbedding",
    "Pair",
    "Point",
    "Poisson",
    "PositiveMoments",
    "PowerGamma",
    "PowerMoments",
    "ProcessCoordinates",
    "ProcessMeans",
    "Product",
    "RegressedConjugation",
    "Regression",
    "Replicated",
    "RestrictedBoltzmann",
    "Sampleable",
    "ScaledNormal",
    "SimplexMoments",
    "UnitMoments",
    "UnitNormal",
    "VariationalCoordinates",
    "VariationallyConjugated",
    "VonMises",
    "Wishart",
    "convert",
    "inclusion",
    "register",
    "register_converter",
    "register_moments",
]
