"""Claim: 10,000 variables, each with a mean of two others, are built in less than 2 s; an operation costs about 100 us.

Compared with networkx taking the same nodes and edges in the same run, which checks nothing.
"""

import platform
import statistics
import time

import networkx as nx

import whyboard as wb
from whyboard.graph import diagnose

COUNT = 10_000
ROUNDS = 3


def build(count):
    """Scopes of 100 variables; each variable has the mean a + b, so two operations."""
    with wb.Graph("g") as graph:
        variables = [wb.Variable("x0"), wb.Variable("x1")]
        for start in range(2, count, 100):
            with wb.Entity(f"e{start}"):
                for number in range(start, min(start + 100, count)):
                    mean = variables[number - 1] + variables[number // 2]
                    variables.append(wb.Variable(f"x{number}", mean=mean, variance=1.0))
    return graph


def build_networkx(count):
    graph = nx.DiGraph()
    for number in range(count):
        graph.add_node(number, name=f"x{number}", kind="Variable", variance=1.0)
        if number > 1:
            graph.add_node((number, "mean"), kind="Add")
            graph.add_edge(number - 1, (number, "mean"))
            graph.add_edge(number // 2, (number, "mean"))
            graph.add_edge((number, "mean"), number)
    return graph


def timed(function, *arguments):
    times, result = [], None
    for _ in range(ROUNDS):
        # Seconds of the processor: nothing here waits or runs side by side, and other programs do not count.
        start = time.process_time()
        result = function(*arguments)
        times.append(time.process_time() - start)
    return statistics.median(times), result


def main():
    build(200)
    ours, graph = timed(build, COUNT)
    theirs, _ = timed(build_networkx, COUNT)
    middle = graph["e5002/x5050"]
    edit, _ = timed(lambda: setattr(middle, "variance", 2.0))
    rewire, _ = timed(lambda: setattr(middle, "mean", graph["x1"] + 1.0))
    diagnosis, found = timed(diagnose, graph.document)
    assert not found
    rows = [
        ("build 10,000 variables", f"{ours:.2f} s", f"{ours / theirs:.0f}x networkx"),
        ("one operation", f"{ours / (2 * COUNT) * 1e6:.0f} us", ""),
        ("set a number", f"{edit * 1e6:.0f} us", ""),
        ("set an expression, with the search for loops", f"{rewire * 1e6:.0f} us", ""),
        (f"diagnose {len(graph.document.records):,} records", f"{diagnosis * 1e3:.0f} ms", ""),
    ]
    print(f"{platform.machine()}, Python {platform.python_version()}\n")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
