"""The same model, data, start and order in whyboard and in BayesPy: CPU time a sweep, and the bound that both reach."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import whyboard as wb
from whyboard.precision import count_compilations

warnings.simplefilter("ignore")


class Race(NamedTuple):
    """``peer`` builds the model in BayesPy: the nodes of the data, and the latent ones in the order of updates."""

    name: str
    graph: Any
    data: dict[Any, Any]
    order: list[Any]
    initial: dict[Any, Any]
    peer: Callable[[], tuple[list[Any], list[Any]]]


HEADER = (
    "| model | CPU ms a sweep | BayesPy | ratio | bound after as many sweeps | of BayesPy | first solve: CPU s | "
    "of it compiling (wall s) |\n|---|---|---|---|---|---|---|---|"
)


def heading() -> None:
    """What the machine does besides, and the head of the table."""
    machine()
    print(HEADER, flush=True)


def machine() -> None:
    """Its size, and what it does besides."""
    wb.options.compilation_cache = False
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}, compilation cache off\n", flush=True)


def solved(model: Race, sweeps: int, *, expansion: bool = False) -> tuple[Any, float]:
    """The model after so many sweeps, and the CPU seconds that it took."""
    start = time.process_time()
    found = wb.get_posterior_model(
        model.graph,
        model.data,
        method="VMP",
        order=model.order,
        initial=model.initial,
        max_sweeps=sweeps,
        tolerance=0.0,
        progress=False,
        expansion=expansion,
    )
    return found, time.process_time() - start


def a_sweep(model: Race, sweeps: int, *, expansion: bool = False) -> tuple[Any, float, float]:
    """The model after so many sweeps, and the CPU seconds of one of them and of them all."""
    # Two lengths, so that what a solve costs besides its sweeps drops out.
    (_, short), (found, long) = (solved(model, count, expansion=expansion) for count in (sweeps // 4, sweeps))
    return found, (long - short) / (sweeps - sweeps // 4), long


def race(model: Race, sweeps: int, peer_sweeps: int) -> None:
    """One row of the table: whyboard makes ``sweeps``, BayesPy the first ``peer_sweeps`` of them."""
    with count_compilations() as compilations:
        _, first = solved(model, sweeps)
    found, ours, long = a_sweep(model, sweeps)
    engine, latents = engine_of(model)
    engine.update(*latents, verbose=False)
    start = time.process_time()
    for _ in range(peer_sweeps - 1):
        engine.update(*latents, verbose=False)
    theirs = (time.process_time() - start) / (peer_sweeps - 1)
    reached, expected = found.lower_bound[peer_sweeps - 1], engine.L[peer_sweeps - 1]
    print(
        f"| {model.name} | {1e3 * ours:.2f} | {1e3 * theirs:.2f} | {theirs / ours:.1f} | {reached:.6f} | "
        f"{expected:.6f} | {first - long:.1f} | {compilations.seconds:.1f} |",
        flush=True,
    )


def engine_of(model: Race) -> tuple[Any, list[Any]]:
    """The engine of BayesPy, and its latent nodes in order."""
    from bayespy.inference import VB

    observed, latents = model.peer()
    return VB(*observed, *latents), latents
