"""`Diagnostics`: whether chains of draws agree, and how much they tell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

AGREED = 1.1
"""Chains whose R-hat is larger do not agree."""


class Diagnostics(NamedTuple):
    """By element of a variable's value; NaN where there are fewer than four draws.

    ``r_hat`` is 1 where chains agree (below 1.01 is good), ``effective_sample_size`` the number of independent draws
    that would tell the mean as well, ``standard_error`` that of the mean of the draws, in the unit of the variable.
    What never changed has an ``r_hat`` of 1 and an error of 0, unless chains stand still at different values.
    """

    r_hat: np.ndarray
    effective_sample_size: np.ndarray
    standard_error: np.ndarray


def diagnose(draws: np.ndarray) -> Diagnostics:
    """Of draws ``(chains, draws, *shape)``.

    ``r_hat`` is the larger one of ranks and of ranks of the distance from the median; chains are split in halves.

    Source: Vehtari, Gelman, Simpson, Carpenter, Bürkner (2021), Rank-normalization, folding, and localization.
    """
    draws = np.asarray(draws, float)
    shape = draws.shape[2:]
    if draws.shape[1] < 4:
        unknown = np.full(shape, np.nan)
        return Diagnostics(unknown, unknown, unknown)
    halves = _halves(draws.reshape(*draws.shape[:2], -1))
    folded = np.abs(halves - np.median(halves, axis=(0, 1)))
    r_hat = np.maximum(_r_hat(_ranked(halves)), _r_hat(_ranked(folded)))
    size = _effective_sample_size(halves)
    error = halves.std(axis=(0, 1)) / np.sqrt(size)
    return Diagnostics(r_hat.reshape(shape), size.reshape(shape), error.reshape(shape))


def _halves(draws: np.ndarray) -> np.ndarray:
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, -half:]])


def _ranked(draws: np.ndarray) -> np.ndarray:
    """Normal scores of the ranks among all draws."""
    from scipy import stats

    count = draws.shape[0] * draws.shape[1]
    ranks = stats.rankdata(draws.reshape(count, -1), axis=0)
    return stats.norm.ppf((ranks - 0.375) / (count + 0.25)).reshape(draws.shape)


def _r_hat(draws: np.ndarray) -> np.ndarray:
    """The root of the variance of all draws over the variance within chains."""
    within, between = draws.var(axis=1, ddof=1).mean(axis=0), draws.mean(axis=1).var(axis=0, ddof=1)
    count = draws.shape[1]
    still = np.where(between > 0, np.inf, 1.0)
    # Means of equal numbers differ by rounding.
    moving = within > 1e-20 * between
    ratio = np.divide((count - 1) / count * within + between, within, out=still, where=moving)
    return np.sqrt(ratio)


def _effective_sample_size(draws: np.ndarray) -> np.ndarray:
    """From the autocorrelations of all chains, summed in pairs as long as these are positive and made to fall.

    Source: Geyer (1992), Practical Markov chain Monte Carlo.
    """
    chains, count = draws.shape[:2]
    centred = draws - draws.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * count, axis=1)
    covariance = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :count].mean(axis=0) / count
    within = covariance[0] * count / (count - 1)
    variance = covariance[0] + (draws.mean(axis=1).var(axis=0, ddof=1) if chains > 1 else 0.0)
    total = float(chains * count)
    correlation = 1 - np.divide(within - covariance, variance, out=np.zeros_like(covariance), where=variance > 0)
    correlation[0] = 1.0
    pairs = correlation[: count // 2 * 2].reshape(count // 2, 2, -1).sum(axis=1)
    positive = np.logical_and.accumulate(pairs > 0, axis=0)
    falling = np.minimum.accumulate(np.where(positive, pairs, 0.0), axis=0)
    time = np.maximum(2 * falling.sum(axis=0) - 1, 1 / np.log10(total))
    # What never changed is known as well as if every draw were a new one.
    return np.where(variance > 0, total / time, total)
