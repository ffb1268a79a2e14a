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


def race(model: Race, sweeps: int, peer_sweeps: int) -> None:
    """One row of the table: whyboard makes ``sweeps``, BayesPy the first ``peer_sweeps`` of them."""

    def solve(count: int) -> tuple[Any, float]:
        start = time.process_time()
        found = wb.get_posterior_model(
            model.graph,
            model.data,
            method="VMP",
            order=model.order,
            initial=model.initial,
            max_sweeps=count,
            tolerance=0.0,
            progress=False,
        )
        return found, time.process_time() - start

    with count_compilations() as compilations:
        _, first = solve(sweeps)
    # Two lengths, so that what a solve costs besides its sweeps drops out.
    (_, short), (found, long) = solve(sweeps // 4), solve(sweeps)
    ours = (long - short) / (sweeps - sweeps // 4)
    engine, latents = _engine(model)
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


def _engine(model: Race) -> tuple[Any, list[Any]]:
    from bayespy.inference import VB

    observed, latents = model.peer()
    return VB(*observed, *latents), latents
