"""One scope of a static picture: where its boxes stand and how edges run between them and to its border."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from whyboard.printing.picture_layers import Item, order, rows_of, spread, without_cycles
from whyboard.printing.picture_scene import PADDING, Box

Point = tuple[float, float]

_BETWEEN = 28
_ROW_GAP = 44
_LANE = 12
_WIDEST = 1000
_PORT_GAP = 14
_ROUNDS = 12
_JOINT = 28


@dataclass(frozen=True)
class Thread:
    """A part of an edge on one level: between two boxes, or from or to the border of the scope (None)."""

    edge: int
    source: Box | None
    target: Box | None


@dataclass(frozen=True)
class Bundle:
    """Edges that share a trunk between two boxes of one level, and the keys of these boxes."""

    edges: list[int]
    start: str
    end: str

    @property
    def trunk(self) -> int:
        return self.edges[0]


@dataclass
class Level:
    """One scope after its layout, in its own coordinates; ports by edge, as x on its upper and lower border."""

    places: dict[str, Point] = field(default_factory=dict)
    ways: dict[int, list[Point]] = field(default_factory=dict)
    entries: dict[int, float] = field(default_factory=dict)
    exits: dict[int, float] = field(default_factory=dict)


class Arrangement:
    """The layout of one scope."""

    def __init__(self, box: Box, threads: list[Thread], levels: dict[str, Level], bundles: dict[int, Bundle]) -> None:
        self._box = box
        self._bundles = bundles
        self._levels = levels
        self._boxes = {child.key: child for child in box.children}
        pairs = [(t.source.key, t.target.key) for t in threads if t.source and t.target]
        touched = {end.key for t in threads for end in (t.source, t.target) if end}
        self._joined = [child.key for child in box.children if child.key in touched]
        self._loose = [child for child in box.children if child.key not in touched]
        widths: dict[Item, float] = {key: child.width + _BETWEEN for key, child in self._boxes.items()}
        kept, self._closing = without_cycles(self._joined, pairs)
        self._row_of: dict[Item, int] = rows_of(self._joined, kept, widths, _WIDEST)
        self._count = max(self._row_of.values(), default=-1) + 1
        self._threads = threads
        self._lanes: dict[int, list[Item]] = {t.edge: self._lane(t) for t in threads}
        self._neighbours = [pair for lane in self._lanes.values() for pair in pairwise(lane)]
        rows: list[list[Item]] = [[] for _ in range(self._count)]
        for key in self._joined:
            rows[self._row_of[key]].append(key)
        for lane in self._lanes.values():
            for item in lane:
                if isinstance(item, tuple):
                    rows[item[1]].append(item)
        self._rows = order(rows, self._neighbours)
        self._left: dict[Item, float] = {}

    def level(self) -> Level:
        """Positions, ways and ports, and the size of the scope."""
        self._place_across()
        tops, bottoms = self._place_down()
        level = Level()
        for key in self._joined:
            row = self._row_of[key]
            height = self._boxes[key].height
            free = bottoms[row] - tops[row] - height
            # Beside a tall frame a card stays near its parents.
            level.places[key] = (self._left[key], tops[row] + (free / 2 if free < height else 0))
        right = max((self._left[item] + self._width(item) for item in self._left), default=PADDING)
        floor = bottoms[-1] if bottoms else self._box.header
        right = self._around(right, level)
        right, floor = self._place_loose(right, floor, level)
        closing = [t for t in self._threads if not self._lanes[t.edge]]
        leaving = [thread for thread in self._threads if thread.target is None]
        if bottoms and closing:
            floor = max(floor, bottoms[-1] + 12)
        if bottoms and self._joins(leaving, entering=False):
            floor = max(floor, bottoms[-1] + _JOINT)
        self._box.width = max(self._box.width, math.ceil((right + PADDING) / 4) * 4)
        self._box.height = math.ceil((floor + PADDING) / 4) * 4
        self._draw_ways(level, tops, bottoms)
        return level

    def _lane(self, thread: Thread) -> list[Item]:
        """The items an edge passes on its way down: its ends, and a place in each row between."""
        source, target = thread.source, thread.target
        if source and target and (source.key, target.key) in self._closing:
            return []
        first = self._row_of[source.key] + 1 if source else 0
        last = self._row_of[target.key] if target else self._count
        passed: list[Item] = [(thread.edge, row) for row in range(first, last)]
        return [*([source.key] if source else []), *passed, *([target.key] if target else [])]

    def _width(self, item: Item) -> float:
        return self._boxes[item].width if isinstance(item, str) else _LANE

    def _place_across(self) -> None:
        """Left edges, pulled towards the neighbours above and below in turn."""
        above: dict[Item, list[Item]] = defaultdict(list)
        below: dict[Item, list[Item]] = defaultdict(list)
        for source, target in self._neighbours:
            below[source].append(target)
            above[target].append(source)
        centre: dict[Item, float] = {}
        for row in self._rows:
            at = 0.0
            for item in row:
                centre[item] = at + self._width(item) / 2
                at += self._width(item) + _BETWEEN
            for item in row:
                centre[item] -= at / 2
        for step in range(_ROUNDS):
            near = (above, below)[step % 2]
            for row in self._rows if step % 2 == 0 else reversed(self._rows):
                both = step >= _ROUNDS - 2
                self._pull(row, centre, near if not both else None, above, below)
        least = min((centre[item] - self._width(item) / 2 for item in centre), default=0.0)
        for item, value in centre.items():
            self._left[item] = round(value - self._width(item) / 2 - least + PADDING)

    def _pull(
        self,
        row: list[Item],
        centre: dict[Item, float],
        near: dict[Item, list[Item]] | None,
        above: dict[Item, list[Item]],
        below: dict[Item, list[Item]],
    ) -> None:
        wanted, weights = [], []
        for item in row:
            found = [*above[item], *below[item]] if near is None else near[item]
            wanted.append(sum(centre[each] for each in found) / len(found) if found else centre[item])
            weights.append(8.0 if isinstance(item, tuple) else 1.0 + len(found))
        gaps = [(self._width(left) + self._width(right)) / 2 + _gap(left, right) for left, right in pairwise(row)]
        centre.update(zip(row, spread(wanted, weights, gaps), strict=True))

    def _place_down(self) -> tuple[list[float], list[float]]:
        tops: list[float] = []
        bottoms: list[float] = []
        entering = [thread for thread in self._threads if thread.source is None]
        at = self._box.header + (16 if entering else 8) + (_JOINT if self._joins(entering, entering=True) else 0)
        for row in self._rows:
            height = max((self._boxes[item].height for item in row if isinstance(item, str)), default=8)
            tops.append(at)
            bottoms.append(at + height)
            at += height + _ROW_GAP
        return tops, bottoms

    def _around(self, right: float, level: Level) -> float:
        """Edges that would close a cycle run up on the right side of all rows."""
        closing = [t for t in self._threads if not self._lanes[t.edge]]
        for thread in closing:
            right += _LANE
            level.ways[thread.edge] = [(right, 0.0)]
        return right

    def _place_loose(self, right: float, floor: float, level: Level) -> tuple[float, float]:
        """Boxes without edges stand in columns at the side."""
        if not self._loose:
            return right, floor
        top = self._box.header + 8
        tallest = max((child.height for child in self._loose), default=0) + 16
        wide = max((child.width for child in self._loose), default=0) + 16
        columns = 1
        if not self._joined:
            columns = max(1, round(math.sqrt(len(self._loose) * tallest * 1.6 / wide)))
        else:
            fitting = max(1, int((floor - top + 16) // tallest))
            columns = max(1, min(4, math.ceil(len(self._loose) / fitting)))
        at_left = right + _BETWEEN if self._joined else PADDING
        per_column = math.ceil(len(self._loose) / columns)
        for start in range(0, len(self._loose), per_column):
            column = self._loose[start : start + per_column]
            at = top
            for child in column:
                level.places[child.key] = (at_left, at)
                at += child.height + 16
            floor = max(floor, at - 16)
            right = at_left + max(child.width for child in column)
            at_left = right + 16
        return right, floor

    def _draw_ways(self, level: Level, tops: list[float], bottoms: list[float]) -> None:
        ports = self._ports()
        for thread in self._threads:
            lane = self._lanes[thread.edge]
            start = ports.get((thread.edge, False))
            end = ports.get((thread.edge, True))
            if not lane:
                level.ways[thread.edge] = self._closing_way(thread, level, ports, tops, bottoms)
                continue
            way: list[Point] = []
            if thread.source is None:
                first = lane[0]
                x = end if isinstance(first, str) and end is not None else self._left[first] + _LANE / 2
                level.entries[thread.edge] = x
            for item in lane:
                if isinstance(item, tuple):
                    x = self._left[item] + _LANE / 2
                    way += [(x, tops[item[1]]), (x, bottoms[item[1]])]
                elif thread.source is not None and item == thread.source.key and start is not None:
                    y = level.places[thread.source.key][1] + thread.source.height
                    way += [(start, y), (start, bottoms[self._row_of[item]])]
                elif end is not None:
                    way += [(end, tops[self._row_of[item]]), (end, level.places[str(item)][1])]
            if thread.target is None:
                level.exits[thread.edge] = way[-1][0]
            level.ways[thread.edge] = way
        self._join(level, level.entries, entering=True)
        self._join(level, level.exits, entering=False)

    def _joins(self, threads: list[Thread], *, entering: bool) -> bool:
        return any(self._trunk(thread.edge, entering=entering) is not None for thread in threads)

    def _trunk(self, edge: int, *, entering: bool) -> int | None:
        """The trunk that an edge joins at the border of this very scope."""
        bundle = self._bundles.get(edge)
        here = bundle is not None and (bundle.end if entering else bundle.start) == self._box.key
        return bundle.trunk if bundle and here else None

    def _join(self, level: Level, ports: dict[int, float], *, entering: bool) -> None:
        """End every way at the border, edges of one trunk at one point."""
        groups: dict[int, list[int]] = defaultdict(list)
        for edge in ports:
            trunk = self._trunk(edge, entering=entering)
            groups[-1 - edge if trunk is None else trunk].append(edge)
        for edges in groups.values():
            middle = sum(ports[edge] for edge in edges) / len(edges)
            for edge in edges:
                x, way = ports[edge], level.ways[edge]
                border = 0.0 if entering else self._box.height
                bend = border if len(edges) == 1 else border + (_JOINT if entering else -_JOINT)
                level.ways[edge] = (
                    [(middle, border), (x, bend), *way] if entering else [*way, (x, bend), (middle, border)]
                )
                ports[edge] = middle

    def _closing_way(
        self,
        thread: Thread,
        level: Level,
        ports: dict[tuple[int, bool], float],
        tops: list[float],
        bottoms: list[float],
    ) -> list[Point]:
        assert thread.source is not None
        assert thread.target is not None
        lane = level.ways[thread.edge][0][0]
        start, end = ports[thread.edge, False], ports[thread.edge, True]
        low = bottoms[self._row_of[thread.source.key]] + 12
        high = tops[self._row_of[thread.target.key]] - 16
        source_y = level.places[thread.source.key][1] + thread.source.height
        target_y = level.places[thread.target.key][1]
        return [(start, source_y), (start, low), (lane, low), (lane, high), (end, high), (end, target_y)]

    def _ports(self) -> dict[tuple[int, bool], float]:
        """Where each edge leaves (False) and enters (True) its boxes on this level."""
        ports: dict[tuple[int, bool], float] = {}
        sides: dict[tuple[str, bool], list[tuple[float, int]]] = defaultdict(list)
        for thread in self._threads:
            lane = self._lanes[thread.edge]
            for box, entering in ((thread.source, False), (thread.target, True)):
                if box is None:
                    continue
                inner = self._levels.get(box.key)
                fixed = (inner.entries if entering else inner.exits).get(thread.edge) if inner else None
                if fixed is not None:
                    ports[thread.edge, entering] = self._left[box.key] + fixed
                    continue
                other = lane[-2 if entering else 1] if len(lane) > 1 else None
                towards = self._left[other] + self._width(other) / 2 if other is not None else math.inf
                sides[box.key, entering].append((towards, thread.edge))
        for (key, entering), found in sides.items():
            width = self._boxes[key].width
            gap = min(_PORT_GAP, (width - 32) / len(found))
            for place, (_, edge) in enumerate(sorted(found)):
                middle = self._left[key] + width / 2
                ports[edge, entering] = middle + (place - (len(found) - 1) / 2) * gap
        return ports


def _gap(left: Item, right: Item) -> float:
    """Cards stand well apart, lanes close together."""
    cards = isinstance(left, str) + isinstance(right, str)
    return (4, 12, _BETWEEN)[cards]
