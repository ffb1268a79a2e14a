"""What a solve says about each variable, small enough to travel: summaries and histograms. Draws stay in the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from whyboard.solvers.convergence import AGREED, Diagnostics
from whyboard.widget.histogram import BINS, axis_of
from whyboard.widget.protocol import Diagnostic, Form, Marginal, Summary

ELEMENTS = 1024
"""So many elements of a variable are summarised, the first ones."""
HISTOGRAMS = 8
"""A variable of more elements travels without histograms: a picture of each would be read by nobody."""
_INTERVAL = (5.0, 95.0)


@dataclass(frozen=True)
class Draws:
    """Draws of one variable.

    Args:
        posterior: ``(draws, *shape)``, or ``(draws, rows, *shape)`` if ``dynamic``.
        prior: the same axes with another number of draws or rows; None if it cannot be drawn.
        dynamic: whether the second axis are the rows.
        form: what its values are.
        categories: how many there are, if they are categories.
        whole: whether they are whole numbers.
        accuracy: how well chains agree, by element of one value, if there are chains.
    """

    posterior: np.ndarray
    prior: np.ndarray | None
    dynamic: bool
    form: Form = "numbers"
    categories: int = 0
    whole: bool = False
    accuracy: Diagnostics | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """That of one value."""
        return self.posterior.shape[2 if self.dynamic else 1 :]

    def elements(self, values: np.ndarray) -> np.ndarray:
        """Draws as columns, one for each of the first elements, rows pooled."""
        columns = np.asarray(values, dtype=float).reshape(-1, int(np.prod(self.shape, dtype=int)))
        return columns[:, : ELEMENTS // max(1, self.categories)]


def summarise(draws: Mapping[str, Draws], row: int | None = None) -> tuple[dict[str, Summary], bytes]:
    """Summaries by key, and histograms as float32 of shape ``(elements, 2, BINS)``, prior then posterior.

    Args:
        draws: by key.
        row: only this row of the dynamic variables; all rows pooled if None.
    """
    summaries: dict[str, Summary] = {}
    histograms: list[np.ndarray] = []
    for key, each in draws.items():
        chosen = each.posterior if row is None or not each.dynamic else each.posterior[:, row : row + 1]
        posterior = each.elements(chosen)
        prior = None if each.prior is None else each.elements(each.prior)
        if each.form == "numbers":
            summaries[key] = _numbers(each, posterior, prior, histograms)
        elif each.form == "categories":
            summaries[key] = _categories(each, posterior, prior)
        else:
            summaries[key] = _parts(each, posterior, prior)
    return summaries, np.stack(histograms).tobytes() if histograms else b""


def disagreements(summaries: Mapping[str, Summary]) -> list[Diagnostic]:
    """A warning for each variable about which chains disagree."""
    worst = {
        key: max((element.get("r_hat", 0.0) for element in summary["elements"]), default=0.0)
        for key, summary in summaries.items()
    }
    return [
        Diagnostic(
            key=key,
            severity="warning",
            code="R-hat",
            message=f"The chains of the last run disagree here (R-hat {r_hat:.2f}), so what is shown mixes them: draw "
            "more, or look at one chain in Python (get_chains) where components may change places.",
        )
        for key, r_hat in worst.items()
        if r_hat >= AGREED
    ]


def _numbers(each: Draws, posterior: np.ndarray, prior: np.ndarray | None, histograms: list[np.ndarray]) -> Summary:
    drawn = _columns(posterior)
    before = [] if prior is None else _columns(prior)
    axis = axis_of(drawn, before, whole=each.whole)
    summary = Summary(
        form="numbers",
        shape=list(each.shape),
        elements=_marginals(each, drawn, before),
        start=axis.start,
        end=axis.end,
        bins=axis.bins,
    )
    if len(drawn) <= HISTOGRAMS:
        summary["density"] = len(histograms)
        for i, values in enumerate(drawn):
            prior_heights = axis.histogram(before[i]) if before else np.zeros(BINS, dtype=np.float32)
            histograms.append(np.stack([prior_heights, axis.histogram(values)]))
    return summary


def _parts(each: Draws, posterior: np.ndarray, prior: np.ndarray | None) -> Summary:
    """Shares of a whole, and how probable something is: between 0 and 1 whatever is believed."""
    before = [] if prior is None else _columns(prior)
    elements = _marginals(each, _columns(posterior), before)
    if each.whole:
        # Of a truth value only its probability is known: an interval of 0 and 1 says nothing.
        elements = [_probability(element["mean"], element["prior"]) for element in elements]
    return Summary(form="parts", shape=list(each.shape), elements=elements, start=0.0, end=1.0, bins=BINS)


def _categories(each: Draws, posterior: np.ndarray, prior: np.ndarray | None) -> Summary:
    """The probability of each category: one more axis."""
    before = None if prior is None else _frequencies(prior, each.categories)
    return Summary(
        form="categories",
        shape=[*each.shape, each.categories],
        elements=[
            _probability(_number(share), None if before is None else _number(before[i]))
            for i, share in enumerate(_frequencies(posterior, each.categories))
        ],
        start=0.0,
        end=1.0,
        bins=BINS,
    )


def _frequencies(columns: np.ndarray, categories: int) -> np.ndarray:
    """How often each category was drawn, category after category of one element, ``(elements * categories,)``."""
    known = np.isfinite(columns).sum(axis=0)
    counts = np.stack([(columns == category).sum(axis=0) for category in range(categories)], axis=-1)
    with np.errstate(invalid="ignore"):
        return (counts / known[:, None]).ravel()


def _columns(values: np.ndarray) -> list[np.ndarray]:
    """The finite draws of each element."""
    return [column[np.isfinite(column)] for column in values.T]


def _marginals(each: Draws, drawn: list[np.ndarray], before: list[np.ndarray]) -> list[Marginal]:
    found = [_marginal(values, before[i] if before else np.zeros(0)) for i, values in enumerate(drawn)]
    if each.accuracy is not None:
        columns = zip(found, each.accuracy.r_hat.ravel(), each.accuracy.effective_sample_size.ravel(), strict=False)
        for marginal, r_hat, size in columns:
            if np.isfinite(r_hat) and np.isfinite(size):
                marginal["r_hat"], marginal["effective_sample_size"] = float(r_hat), float(size)
    return found


def _marginal(values: np.ndarray, prior: np.ndarray) -> Marginal:
    low, high = _interval(values)
    prior_low, prior_high = _interval(prior)
    return Marginal(
        mean=_number(values.mean() if values.size else None),
        deviation=_number(values.std() if values.size else None),
        low=low,
        high=high,
        prior=_number(prior.mean() if prior.size else None),
        prior_low=prior_low,
        prior_high=prior_high,
    )


def _interval(values: np.ndarray) -> tuple[float | None, float | None]:
    low, high = np.percentile(values, _INTERVAL) if values.size else (None, None)
    return _number(low), _number(high)


def _probability(mean: float | None, prior: float | None) -> Marginal:
    return Marginal(mean=mean, deviation=None, low=None, high=None, prior=prior, prior_low=None, prior_high=None)


def _number(value: object) -> float | None:
    number = float(value) if isinstance(value, float | np.floating) else None
    return number if number is not None and np.isfinite(number) else None
