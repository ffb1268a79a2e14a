"""A layered drawing of one level: who stands in which row, in which order, and how far to the right.

Nothing here knows of records or boxes, only of items with a width and of pairs of items.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise

Item = Hashable
Pair = tuple[Item, Item]

_SWEEPS = 8


def without_cycles(items: Sequence[Item], pairs: Iterable[Pair]) -> tuple[list[Pair], set[Pair]]:
    """The pairs without those that would close a cycle, and those."""
    below: dict[Item, list[Item]] = defaultdict(list)
    for source, target in dict.fromkeys(pairs):
        below[source].append(target)
    state: dict[Item, int] = {}
    kept: list[Pair] = []
    closing: set[Pair] = set()
    entered = {target for targets in below.values() for target in targets}
    for start in sorted(items, key=lambda item: item in entered):
        stack = [(start, iter(below[start]))] if start not in state else []
        state.setdefault(start, 1)
        while stack:
            item, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                state[item] = 2
                stack.pop()
            elif state.get(target) == 1:
                closing.add((item, target))
            else:
                kept.append((item, target))
                if target not in state:
                    state[target] = 1
                    stack.append((target, iter(below[target])))
    return kept, closing


def rows_of(
    items: Sequence[Item], pairs: Sequence[Pair], widths: Mapping[Item, float], widest: float
) -> dict[Item, int]:
    """The row of each item: below all its parents; an item without parents just above its first child.

    A row that is wider than ``widest`` hands items without parents to a new row above it.
    """
    below: dict[Item, list[Item]] = defaultdict(list)
    above: dict[Item, list[Item]] = defaultdict(list)
    for source, target in pairs:
        below[source].append(target)
        above[target].append(source)
    rows: dict[Item, int] = {}
    waiting = {item: len(above[item]) for item in items}
    ready = [item for item in items if not waiting[item]]
    for item in ready:
        rows[item] = max((rows[each] + 1 for each in above[item]), default=0)
        for each in below[item]:
            waiting[each] -= 1
            if not waiting[each]:
                ready.append(each)
    for item in items:
        if not above[item] and below[item]:
            rows[item] = min(rows[each] for each in below[item]) - 1
    return _folded(rows, widths, widest, {item for item in items if not above[item]})


def order(rows: Sequence[Sequence[Item]], pairs: Sequence[Pair]) -> list[list[Item]]:
    """Each row in an order with few crossings; ``pairs`` join neighbouring rows only."""
    below: dict[Item, list[Item]] = defaultdict(list)
    above: dict[Item, list[Item]] = defaultdict(list)
    for source, target in pairs:
        below[source].append(target)
        above[target].append(source)
    best = current = [list(row) for row in rows]
    fewest = _crossings(best, below)
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        near = above if downwards else below
        current = [list(row) for row in current]
        places = range(1, len(current)) if downwards else range(len(current) - 2, -1, -1)
        for place in places:
            other = {item: index for index, item in enumerate(current[place - 1 if downwards else place + 1])}
            current[place] = _sorted_by_neighbours(current[place], near, other)
        crossings = _crossings(current, below)
        if crossings < fewest:
            best, fewest = current, crossings
    return best


def spread(centres: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Positions nearest to the wanted centres with at least these gaps between neighbours (isotonic regression)."""
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    blocks: list[list[float]] = []
    for centre, weight, offset in zip(centres, weights, offsets, strict=True):
        blocks.append([centre - offset, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value, mass, count = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + value * mass) / (last[1] + mass)
            last[1] += mass
            last[2] += count
    flat = [block[0] for block in blocks for _ in range(int(block[2]))]
    return [value + offset for value, offset in zip(flat, offsets, strict=True)]


def _folded(rows: dict[Item, int], widths: Mapping[Item, float], widest: float, free: set[Item]) -> dict[Item, int]:
    members: dict[int, list[Item]] = defaultdict(list)
    for item, row in rows.items():
        members[row].append(item)
    folded: dict[Item, int] = {}
    at = 0
    for row in sorted(members):
        extra: list[list[Item]] = [[]]
        kept = [item for item in members[row] if item not in free]
        total = sum(widths[item] for item in kept)
        stays = list(kept)
        for item in members[row]:
            if item in free:
                if total + widths[item] > widest and stays:
                    if sum(widths[each] for each in extra[-1]) + widths[item] > widest:
                        extra.append([])
                    extra[-1].append(item)
                else:
                    stays.append(item)
                    total += widths[item]
        for group in [*(group for group in extra if group), stays]:
            folded.update(dict.fromkeys(group, at))
            at += 1
    return folded


def _sorted_by_neighbours(row: list[Item], near: Mapping[Item, list[Item]], other: Mapping[Item, int]) -> list[Item]:
    def wanted(entry: tuple[int, Item]) -> float:
        index, item = entry
        found = [other[each] for each in near.get(item, ()) if each in other]
        return sum(found) / len(found) if found else index * max(len(other), 1) / max(len(row), 1)

    return [item for _, item in sorted(enumerate(row), key=wanted)]


def _crossings(rows: Sequence[Sequence[Item]], below: Mapping[Item, list[Item]]) -> int:
    total = 0
    for upper, lower in pairwise(rows):
        places = {item: index for index, item in enumerate(lower)}
        ends = [end for item in upper for end in sorted(places[each] for each in below.get(item, ()) if each in places)]
        passed: list[int] = []
        for end in ends:
            total += len(passed) - bisect_right(passed, end)
            insort(passed, end)
    return total
