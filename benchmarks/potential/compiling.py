"""Claim: a first solve compiles within 3 s of CPU, however many variables of one kind there are."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
from benchmarks.potential.markov import markov
from benchmarks.potential.mixture import mixture
from benchmarks.potential.principal_components import components
from benchmarks.potential.state_space import state_space
from benchmarks.potential.topics import topics

import whyboard as wb
from whyboard.precision import count_compilations

HEADER = "| model | first solve: CPU s | again | programs |\n|---|---|---|---|"


def groups(count: int) -> tuple[Any, dict[Any, Any]]:
    """Normal groups, each with a mean and a precision of its own, as separate variables."""
    random = np.random.default_rng(0)
    data: dict[Any, Any] = {}
    with wb.Graph("groups") as graph:
        centre = wb.StaticVariable("centre", mean=0, variance=100)
        for i in range(count):
            mu = wb.StaticVariable(f"mu{i}", mean=centre, variance=1 + i)
            tau = wb.StaticVariable(f"tau{i}", distribution="Gamma", concentration=1 + i / 10, rate=1.0)
            data[wb.Variable(f"y{i}", mean=mu, precision=tau)] = random.normal(i, 1, 100)
    return graph, data


def regression(count: int) -> tuple[Any, dict[Any, Any]]:
    """A weight for each column, as separate variables."""
    random = np.random.default_rng(0)
    columns = random.normal(size=(100, count))
    data: dict[Any, Any] = {}
    with wb.Graph("regression") as graph:
        tau = wb.StaticVariable("tau", distribution="Gamma", concentration=1.0, rate=1.0)
        total: Any = 0.0
        for i in range(count):
            x = wb.Variable(f"x{i}")
            data[x] = columns[:, i]
            total = total + wb.StaticVariable(f"w{i}", mean=0, variance=1 + i) * x
        data[wb.Variable("y", mean=total, precision=tau)] = columns.sum(axis=1) + random.normal(size=100)
    return graph, data


def row(name: str, graph: Any, data: dict[Any, Any], **options: Any) -> None:
    """A solve of one sweep, the first of its kind in this process and the second."""

    def solve() -> float:
        start = time.process_time()
        wb.get_posterior_model(
            graph, data, method="VMP", max_sweeps=1, tolerance=0.0, expansion=False, progress=False, **options
        )
        return time.process_time() - start

    with count_compilations() as count:
        first = solve()
    print(f"| {name} | {first:.1f} | {solve():.2f} | {count.compiled} |", flush=True)


def main() -> None:
    wb.options.compilation_cache = False
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}, compilation cache off\n\n{HEADER}", flush=True)
    for model in (mixture(1_000), components(), topics(), markov(), state_space()):
        row(model.name, model.graph, model.data, order=model.order, initial=model.initial)
    for count in (3, 10, 30):
        row(f"{count} normal groups as separate variables", *groups(count))
    for count in (3, 10, 30):
        row(f"regression with {count} separate weights", *regression(count))


if __name__ == "__main__":
    main()
