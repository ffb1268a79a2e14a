"""What a static picture shows: boxes in boxes, and edges between those that are open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from whyboard.document.distribution_notation import typeset_distribution
from whyboard.document.names import Names
from whyboard.document.record import is_factor, is_link, is_operator, is_variable
from whyboard.document.table import Table
from whyboard.printing.child_tree import branches, named_children
from whyboard.printing.text import Counts, observed_text, shape_text

MOST_BOXES = 150
PADDING = 16
HEADER = 28
_LINE = 16
_NARROW = frozenset("ijlrtfI.,;:'|()[]{} -·")
_WIDE = frozenset("mwMW@%…\u2212+=~")
_BOLD, _PLAIN, _ITALIC = 8.0, 6.8, 6.0
_FORMULA_WIDTH = 240
_FORMULA_LINES = 2


@dataclass(eq=False)
class Box:
    """A card, or a frame with boxes inside; ``look`` is its form: frame, closed, variable, static, data or factor."""

    key: str
    look: str
    name: str
    note: str
    formula: list[str] = field(default_factory=list)
    count: str = ""
    tip: str = ""
    parent: Box | None = None
    children: list[Box] = field(default_factory=list)
    width: float = 0
    height: float = 0
    header: float = HEADER

    def path(self) -> list[Box]:
        """This box and those around it, innermost first."""
        found: list[Box] = []
        box: Box | None = self
        while box is not None:
            found.append(box)
            box = box.parent
        return found


@dataclass(eq=False)
class Edge:
    """From a parent to its child, or (``link``) between two elements that are the same.

    ``count`` says how many dependencies it stands for where an end is a closed scope.
    """

    source: Box
    target: Box
    link: bool
    count: int = 1


@dataclass(frozen=True)
class Scene:
    """Everything to draw, not yet placed."""

    root: Box
    boxes: Mapping[str, Box]
    edges: list[Edge]


FACTOR = 16
"""The side of the square of an undirected term."""


def build_scene(table: Table, key: str, catalog: Mapping[str, Any], counts: Counts) -> Scene:
    """The boxes of a scope; beyond about 150, inner scopes stay closed."""
    names = Names(table.records)
    opened = _opened(table, key)
    boxes: dict[str, Box] = {}
    places: dict[str, Box] = {}
    for _, each in branches(key, lambda scope: _shown(table, scope)):
        record = table.records[each]
        parent = places.get(record.get("scope", "")) if each != key else None
        if parent is not None and parent.key not in opened:
            places[each] = parent
            continue
        box = _box(table, names, each, catalog, counts, is_open=each in opened)
        boxes[each] = places[each] = box
        if parent is not None:
            box.parent = parent
            parent.children.append(box)
    return Scene(boxes[key], boxes, _edges(table, key, places))


def text_width(text: str, size: float) -> float:
    """A generous estimate: fonts differ, and clipped text is worse than a wide card."""
    return sum(size * (0.55 if each in _NARROW else 1.35 if each in _WIDE else 1) for each in text)


def _shown(table: Table, scope: str) -> list[str]:
    children = named_children(table, scope)
    return [
        key for key in children if table.records[key]["kind"] not in ("Inputs", "Outputs") or named_children(table, key)
    ]


def _opened(table: Table, root: str) -> set[str]:
    """Scopes from the top down while the boxes stay few enough; of one level, the small ones before the large."""
    opened = {root}
    level = [root]
    total = len(_shown(table, root))
    while level:
        by_size: dict[int, list[str]] = defaultdict(list)
        for key in [key for scope in level for key in _shown(table, scope)]:
            by_size[len(_shown(table, key)).bit_length()].append(key)
        by_size.pop(0, None)
        level = []
        for size in sorted(by_size):
            # Scopes of similar size open together: which of them is open must not hang on their order.
            total += sum(len(_shown(table, key)) for key in by_size[size])
            if total > MOST_BOXES:
                return opened
            opened.update(by_size[size])
            level += by_size[size]
    return opened


def _box(table: Table, names: Names, key: str, catalog: Mapping[str, Any], counts: Counts, *, is_open: bool) -> Box:
    record = table.records[key]
    inside = _shown(table, key)
    tip = f"{record['kind']} {names.label(key)}"
    if is_variable(record):
        formula = typeset_distribution(names, key, catalog)
        data = any(each["kind"] == record["distribution"] and each["data_only"] for each in catalog["distributions"])
        look = "data" if data else "static" if record["kind"] == "StaticVariable" else "variable"
        tip = "\n".join(str(text) for text in (tip, formula, record.get("unit"), record.get("description")) if text)
        box = Box(key, look, record["name"], shape_text(record), _wrapped(formula), tip=tip)
        box.count = observed_text(counts[key]) if key in counts else ""
    elif is_factor(record):
        tip = "\n".join(str(text) for text in (tip, typeset_distribution(names, key, catalog)) if text)
        box = Box(key, "factor", record["name"], "", tip=tip)
    else:
        box = Box(key, "frame", record["name"], record["kind"], tip=tip)
        if not (is_open and inside):
            box.look = "closed"
            variables = sum(is_variable(table.records[each]) for _, each in branches(key, lambda at: _shown(table, at)))
            box.formula = [f"{variables} variable{'' if variables == 1 else 's'}"]
    if box.look == "factor":
        # Its square stands in the middle, where edges arrive, and its name to the right of it.
        box.width = _grid(FACTOR + 2 * (text_width(box.name, _PLAIN) + 8))
        box.height = FACTOR
        return box
    lines = 1 + len(box.formula) + bool(box.count)
    title = text_width(box.name, _BOLD) + text_width(box.note, _PLAIN) + 16
    box.width = _grid(
        max(120, title, text_width(box.count, _PLAIN), *(text_width(each, _ITALIC) for each in box.formula)) + 28
    )
    box.height = _grid(16 + _LINE * lines)
    box.header = HEADER if not is_variable(record) else 12 + _LINE * lines
    return box


def _wrapped(formula: str) -> list[str]:
    """The formula on one or two lines, cut where that is not enough."""
    lines = [""]
    for word in formula.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if text_width(longer, _ITALIC) <= _FORMULA_WIDTH or not lines[-1]:
            lines[-1] = longer
        elif len(lines) < _FORMULA_LINES:
            lines.append(word)
        else:
            lines[-1] = f"{longer} …"
            break
    return [_fitted(line) for line in lines]


def _fitted(line: str) -> str:
    """The line, without what does not fit."""
    if text_width(line, _ITALIC) <= _FORMULA_WIDTH:
        return line
    while text_width(line, _ITALIC) > _FORMULA_WIDTH - 10:
        line = line[:-1]
    return line.rstrip(" …") + "…"


def _grid(size: float) -> float:
    return -(-size // 4) * 4


def _edges(table: Table, root: str, places: Mapping[str, Box]) -> list[Edge]:
    found: dict[tuple[str, str, bool], Edge] = {}

    def add(source: str, target: str, *, link: bool) -> None:
        """The edge between the boxes that stand for two elements, unless one contains the other."""
        start, end = places.get(source), places.get(target)
        if start is None or end is None or start in end.path() or end in start.path():
            return
        known = found.get((start.key, end.key, link))
        if known is None:
            found[start.key, end.key, link] = Edge(start, end, link)
        else:
            known.count += 1

    for key in [each for _, each in branches(root, lambda scope: named_children(table, scope))]:
        for parent in _parents(table, key):
            add(parent, key, link=False)
        for child in table.children.get(key, ()):
            record = table.records[child]
            if is_link(record):
                add(record["source"], record["target"], link=True)
    return list(found.values())


def _parents(table: Table, key: str) -> list[str]:
    """The variables that the parameters of a variable are computed from."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    stack = [value["ref"] for value in table.records[key].get("parameters", {}).values() if "ref" in value]
    while stack:
        each = stack.pop()
        if each in seen or each not in table.records:
            continue
        seen.add(each)
        if is_operator(table.records[each]):
            stack += table.records[each].get("operands", ())
        else:
            found[each] = None
    return sorted(found)
