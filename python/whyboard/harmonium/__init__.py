"""Builders that lay a harmonium out as ordinary nodes in one scope: an ``observable`` and what is hidden behind it.

The package root imports it. A new builder is one file and one import line; it is then in the palette too.
"""

# Imported in the order of the palette.
from whyboard.harmonium.builder import register
from whyboard.harmonium.mixture import mixture, poisson_mixture

from whyboard.harmonium.factor_analysis import factor_analysis, probabilistic_pca  # isort: skip
from whyboard.harmonium.mixture_of_factor_analysers import mixture_of_factor_analysers  # isort: skip
from whyboard.harmonium.series import hidden_markov, kalman  # isort: skip
from whyboard.harmonium.hierarchical import hierarchical  # isort: skip
from whyboard.harmonium.boltzmann import boltzmann, restricted_boltzmann  # isort: skip

__all__ = [
    "boltzmann",
    "factor_analysis",
    "hidden_markov",
    "hierarchical",
    "kalman",
    "mixture",
    "mixture_of_factor_analysers",
    "poisson_mixture",
    "probabilistic_pca",
    "register",
    "restricted_boltzmann",
]
