"""Where the boxes of a static picture stand and how its edges run.

Every scope is laid out by itself, innermost first, in rows of boxes. An edge that passes a row keeps a lane there, and
one that leaves a scope gets a port on its border, which is the end of the edge one level up: no edge runs under a card.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from whyboard.printing.picture_arrangement import Arrangement, Bundle, Level, Point, Thread
from whyboard.printing.picture_scene import Box, Edge, Scene

_MOST_LINES = 4
"""More edges than this between the same two boxes share a trunk."""


@dataclass
class Picture:
    """Positions by key, absolute; the way of each edge from its source to its target; counts beside trunks."""

    positions: dict[str, Point]
    routes: list[tuple[Edge, list[Point]]]
    counts: list[tuple[Point, int]]


def lay_out(scene: Scene) -> Picture:
    """Place everything."""
    bundles = _bundles(scene.edges)
    threads: dict[str, list[Thread]] = defaultdict(list)
    for index, edge in enumerate(scene.edges):
        for scope, thread in _threads(index, edge):
            joint = thread.source is not None and thread.target is not None
            if not joint or index not in bundles or bundles[index].trunk == index:
                threads[scope.key].append(thread)
    levels: dict[str, Level] = {}
    for box in reversed(list(_boxes(scene.root))):
        if box.children:
            levels[box.key] = Arrangement(box, threads[box.key], levels, bundles).level()
    positions = {scene.root.key: (0.0, 0.0)}
    for box in _boxes(scene.root):
        x, y = positions[box.key]
        for child in box.children:
            left, top = levels[box.key].places[child.key]
            positions[child.key] = (x + left, y + top)
    return _drawn(scene.edges, bundles, levels, positions)


def _drawn(
    edges: list[Edge], bundles: dict[int, Bundle], levels: dict[str, Level], positions: dict[str, Point]
) -> Picture:
    routes: list[tuple[Edge, list[Point]]] = []
    counts: list[tuple[Point, int]] = []
    for index, edge in enumerate(edges):
        bundle = bundles.get(index)
        routes.append((edge, _route(index, bundle.trunk if bundle else index, edge, levels, positions)))
        if bundle and bundle.trunk == index:
            common = _common(edge)
            (x, y), (left, top) = positions[common.key], levels[common.key].ways[index][-1]
            counts.append(((x + left + 6, y + top - 8), sum(edges[each].count for each in bundle.edges)))
        elif edge.count > 1:
            x, y = routes[-1][1][-1]
            counts.append(((x + 6, y - 8), edge.count))
    return Picture(positions, routes, counts)


def _bundles(edges: list[Edge]) -> dict[int, Bundle]:
    """Edges between the same two boxes of one level share a trunk there when they are many."""
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for index, edge in enumerate(edges):
        common = _common(edge)
        ends = [next(box for box in end.path() if box.parent is common) for end in (edge.source, edge.target)]
        groups[common.key, ends[0].key, ends[1].key].append(index)
    bundles = [Bundle(group, start, end) for (_, start, end), group in groups.items() if len(group) > _MOST_LINES]
    return {index: bundle for bundle in bundles for index in bundle.edges}


def _boxes(root: Box) -> Iterable[Box]:
    stack = [root]
    while stack:
        box = stack.pop()
        yield box
        stack += reversed(box.children)


def _common(edge: Edge) -> Box:
    around = {id(box) for box in edge.target.path()[1:]}
    return next(box for box in edge.source.path()[1:] if id(box) in around)


def _threads(index: int, edge: Edge) -> Iterable[tuple[Box, Thread]]:
    """The parts of an edge: out of the scopes around its source, across, and into those around its target."""
    common = _common(edge)
    ends: list[Box] = []
    for leaf, leaving in ((edge.source, True), (edge.target, False)):
        box = leaf
        while box.parent is not None and box.parent is not common:
            yield box.parent, Thread(index, box if leaving else None, None if leaving else box)
            box = box.parent
        ends.append(box)
    yield common, Thread(index, ends[0], ends[1])


def _route(index: int, trunk: int, edge: Edge, levels: dict[str, Level], positions: dict[str, Point]) -> list[Point]:
    common = _common(edge)
    before = [box for box in edge.source.path()[1:] if _is_below(box, common)]
    after = [box for box in edge.target.path()[1:] if _is_below(box, common)]
    route: list[Point] = []
    for box in [*before, common, *reversed(after)]:
        x, y = positions[box.key]
        way = levels[box.key].ways[trunk if box is common else index]
        route += [(x + left, y + top) for left, top in way]
    return [point for place, point in enumerate(route) if place == 0 or point != route[place - 1]]


def _is_below(box: Box, common: Box) -> bool:
    return box is not common and common in box.path()
