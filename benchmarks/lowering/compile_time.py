"""Claims: compile time follows the kinds of variables and not their number; changed data never compile.

Run with `python benchmarks/lowering/compile_time.py`; the table goes to standard output. Compile seconds are those
that jax reports; what is judged are ratios and counts of one run.
"""

from __future__ import annotations

import platform
import time

import numpy as np

import whyboard as wb
from whyboard.precision import count_compilations

ROWS = 100
SIZES = (10, 100, 1000)


def network(n: int) -> wb.Graph:
    """Five kinds: roots, sums, products, a nonlinear function and a positive family, each with two earlier parents."""
    random = np.random.default_rng(n)
    made: list[wb.Variable] = []
    with wb.Graph("g") as graph:
        for i in range(n):
            if i < 3:
                made.append(wb.Variable(f"v{i}"))
                continue
            one, two = (made[j] for j in random.integers(0, len(made), 2))
            kinds = (
                {"mean": 0.3 * one + 0.1 * two},
                {"mean": 0.1 * one * two},
                {"mean": wb.tanh(one)},
                {"distribution": "LogNormal", "mean_log": 0.1 * one, "variance_log": 0.1},
            )
            made.append(wb.Variable(f"v{i}", **kinds[i % 4]))
    return graph


def solve(graph: wb.Graph, seed: int) -> None:
    random = np.random.default_rng(seed)
    names = list(graph.children)[2:]
    data = {graph[name]: np.abs(random.normal(size=ROWS)) for name in names[len(names) // 2 :]}
    wb.get_posterior_model(graph, data, progress=False)


def main() -> None:
    wb.options.compilation_cache = False
    solve(network(7), 0)
    print(f"{platform.processor() or platform.machine()}, {ROWS} rows, compilation cache off")
    print("| nodes | compile s | ratio | first solve s | second solve s | compilations in the second |")
    print("|---|---|---|---|---|---|")
    base = None
    for n in SIZES:
        graph = network(n)
        start = time.perf_counter()
        with count_compilations() as first:
            solve(graph, 1)
        middle = time.perf_counter()
        with count_compilations() as second:
            solve(graph, 2)
        end = time.perf_counter()
        base = base or first.seconds
        print(
            f"| {n} | {first.seconds:.2f} | {first.seconds / base:.2f} | {middle - start:.2f} | {end - middle:.2f} "
            f"| {second.compiled} |"
        )


if __name__ == "__main__":
    main()
