"""What parameters are called elsewhere: a hint for who comes with the names of another library or of a textbook."""

from __future__ import annotations

from collections.abc import Collection, Mapping

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "a": ("concentration", "alpha", "low"),
    "alpha": ("concentration", "alpha"),
    "b": ("rate", "beta", "high"),
    "beta": ("rate", "beta"),
    "cov": ("covariance",),
    "covariance_matrix": ("covariance",),
    "df": ("degrees_of_freedom",),
    "k": ("concentration",),
    "kappa": ("concentration",),
    "lam": ("mean", "rate"),
    "lambda_": ("mean", "rate"),
    "loc": ("mean", "center", "mean_log"),
    "location": ("mean", "center", "mean_log"),
    "logits": ("logit", "logits"),
    "lower": ("low",),
    "max": ("high",),
    "maximum": ("high",),
    "min": ("low",),
    "minimum": ("low",),
    "mu": ("mean", "mean_log"),
    "n": ("total_count",),
    "nu": ("degrees_of_freedom",),
    "p": ("mean", "probabilities"),
    "prec": ("precision",),
    "prob": ("mean", "probabilities"),
    "probs": ("probabilities", "mean"),
    "rate": ("mean",),
    "scale": ("standard_deviation", "scale"),
    "sd": ("standard_deviation", "standard_deviation_log", "scale"),
    "shape": ("concentration",),
    "sigma": ("standard_deviation", "standard_deviation_log", "scale"),
    "std": ("standard_deviation", "standard_deviation_log", "scale"),
    "stddev": ("standard_deviation", "standard_deviation_log", "scale"),
    "stdev": ("standard_deviation", "standard_deviation_log", "scale"),
    "tau": ("precision",),
    "theta": ("mean", "scale", "probabilities"),
    "upper": ("high",),
    "var": ("variance", "variance_log"),
}


BESIDE: Mapping[str, str] = {
    "lam": "log_mean",
    "lambda_": "log_mean",
    "p": "logit",
    "prob": "logit",
    "probs": "logit",
    "rate": "log_mean",
    "theta": "logit",
}
"""A probability or a rate is the mean only of a distribution that has this parameter too."""


def meant(name: str, known: Collection[str]) -> list[str]:
    """The one of some parameters that goes by this name elsewhere; nothing if none does."""
    name = name.lower()
    found = [each for each in SYNONYMS.get(name, ()) if each in known]
    return [each for each in found if each != "mean" or BESIDE.get(name, each) in known][:1]
