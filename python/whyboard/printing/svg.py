"""A model as one standalone SVG picture, light or dark as the reader's system is; every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from whyboard.document.table import Table
from whyboard.printing.picture_arrangement import Point
from whyboard.printing.picture_layout import Picture, lay_out
from whyboard.printing.picture_scene import FACTOR, Box, Edge, build_scene
from whyboard.printing.text import Counts

_MARGIN = 12
_ARROW = 7
_CORNER = 10
_CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}
_STYLE = """
.why{--ground:#fff;--tint:#2f6db5;--ink:#1c2733;--muted:#5c6875;--edge:#66788a;--line:#b9c7d6;
--variable:#2166b0;--static:#8f5b12;--data:#5c6875;font:12px system-ui,-apple-system,"Segoe UI",sans-serif}
@media(prefers-color-scheme:dark){.why{--ground:#14181d;--tint:#8fb8e8;--ink:#e8edf2;--muted:#a3afbb;--edge:#93a3b3;
--line:#46535f;--variable:#6ba6e8;--static:#d19a4a;--data:#a3afbb}}
.why .page{fill:var(--ground)}
.why .frame{fill:var(--tint);fill-opacity:.06;stroke:var(--line);stroke-width:1}
.why .card{fill:var(--ground);stroke-width:1.2}
.why .variable{stroke:var(--variable)}.why .static{stroke:var(--static)}
.why .data{stroke:var(--data);stroke-dasharray:4 3}.why .closed{stroke:var(--line);stroke-width:1.6}
.why .edge{fill:none;stroke:var(--edge);stroke-width:1.4}
.why .link{stroke-width:4}.why .core{fill:none;stroke:var(--ground);stroke-width:1.6}
.why .arrow,.why .factor{fill:var(--edge)}
.why text{fill:var(--ink)}.why .name{font-weight:600}.why .title{font-weight:700;font-size:13px}
.why .note{fill:var(--muted);font-size:11px}
.why .formula{fill:var(--muted);font:italic 11px Georgia,"Times New Roman",serif}
.why .halo{paint-order:stroke;stroke:var(--ground);stroke-width:4px;stroke-linejoin:round}
"""


def model_svg(table: Table, key: str, catalog: Mapping[str, Any], counts: Counts | None = None) -> str:
    """The picture of a scope: nested frames, cards with name, shape and formula, and edges from parents to children.

    Scopes stay closed where more than about 150 boxes would be drawn.
    """
    scene = build_scene(table, key, catalog, counts or {})
    picture = lay_out(scene)
    width, height = scene.root.width + 2 * _MARGIN, scene.root.height + 2 * _MARGIN
    frames = [box for box in scene.boxes.values() if box.children]
    cards = [box for box in scene.boxes.values() if not box.children]
    body = [
        *(_frame(box, picture) for box in frames),
        *(_edge(edge, points) for edge, points in picture.routes),
        *(_header(box, picture) for box in frames),
        *(_card(box, picture) for box in cards),
        *(f'<text class="note halo" x="{x:g}" y="{y:g}">{count}</text>' for (x, y), count in picture.counts),
    ]
    root = scene.root
    about = f"{len(scene.boxes) - 1} elements and {len(scene.edges)} dependencies."
    size = f'width="{width:g}" height="{height:g}"'
    view = f"{-_MARGIN} {-_MARGIN} {width:g} {height:g}"
    place = f'x="{-_MARGIN}" y="{-_MARGIN}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="why" role="img" {size} viewBox="{view}">',
        f"<title>{_text(root.note)} {_text(root.name)}</title>",
        f"<desc>{_text(about + ' ' + _sentences(scene.edges))}</desc>",
        f"<style>{_STYLE}</style>",
        f'<rect class="page" {place} {size}/>',
        *body,
        "</svg>",
    ]
    return "\n".join(lines)


def _frame(box: Box, picture: Picture) -> str:
    x, y = picture.positions[box.key]
    kind = "frame" if box.look in ("frame", "closed") else f"card {box.look}"
    radius = 16 if box.look == "variable" else 3 if box.look in ("static", "data") else 8
    return f'<rect class="{kind}" {_rectangle(box, x, y)} rx="{radius}"/>'


def _header(box: Box, picture: Picture) -> str:
    x, y = picture.positions[box.key]
    title = f"{_text(box.name)}<title>{_text(box.tip)}</title>"
    lines = [f'<text class="title halo" x="{x + 14:g}" y="{y + 20:g}">{title}</text>']
    if box.look not in ("frame", "closed"):
        lines += _details(box, x, y)
    return "\n".join(lines)


def _card(box: Box, picture: Picture) -> str:
    x, y = picture.positions[box.key]
    if box.look == "factor":
        left = x + (box.width - FACTOR) / 2
        return "\n".join(
            [
                f"<g><title>{_text(box.tip)}</title>",
                f'<rect class="factor" x="{left:g}" y="{y:g}" width="{FACTOR}" height="{FACTOR}" rx="2"/>',
                f'<text class="note" x="{left + FACTOR + 5:g}" y="{y + 12:g}">{_text(box.name)}</text>',
                "</g>",
            ]
        )
    radius = 16 if box.look == "variable" else 8 if box.look == "closed" else 3
    return "\n".join(
        [
            f"<g><title>{_text(box.tip)}</title>",
            f'<rect class="card {box.look}" {_rectangle(box, x, y)} rx="{radius}"/>',
            f'<text class="name" x="{x + 14:g}" y="{y + 19:g}">{_text(box.name)}</text>',
            *_details(box, x, y),
            "</g>",
        ]
    )


def _details(box: Box, x: float, y: float) -> list[str]:
    lines = []
    if box.note:
        lines.append(
            f'<text class="note" x="{x + box.width - 14:g}" y="{y + 19:g}" text-anchor="end">{_text(box.note)}</text>'
        )
    kind = "note" if box.look == "closed" else "formula"
    texts = [*((text, kind) for text in box.formula), *([(box.count, "note")] if box.count else [])]
    for place, (text, style) in enumerate(texts):
        lines.append(f'<text class="{style}" x="{x + 14:g}" y="{y + 35 + 16 * place:g}">{_text(text)}</text>')
    return lines


def _edge(edge: Edge, points: list[Point]) -> str:
    if edge.target.look == "factor":
        path = _path(points)
        return (
            f'<g><title>{_text(f"{edge.source.name} in {edge.target.name}")}</title><path class="edge" d="{path}"/></g>'
        )
    *most, (x, y) = points
    path = _path([*most, (x, y - _ARROW + 1)])
    tip = f"{edge.source.name} is {edge.target.name}" if edge.link else f"{edge.source.name} to {edge.target.name}"
    arrow = f"M{x:g} {y:g}l-4 -{_ARROW}h8z"
    if edge.link:
        lines = f'<path class="edge link" d="{path}"/><path class="core" d="{path}"/>'
    else:
        lines = f'<path class="edge" d="{path}"/>'
    return f'<g><title>{_text(tip)}</title>{lines}<path class="arrow" d="{arrow}"/></g>'


def _path(points: list[Point]) -> str:
    """Straight down inside a row, a smooth curve between rows, rounded corners on a way around."""
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for place in range(1, len(points)):
        (x, y), (next_x, next_y) = points[place - 1], points[place]
        if x != next_x and next_y > y:
            middle = (y + next_y) / 2
            parts.append(f"C{x:g} {middle:g} {next_x:g} {middle:g} {next_x:g} {next_y:g}")
        elif place + 1 < len(points) and _turns(points[place - 1 : place + 2]):
            before, after = _towards(points[place], points[place - 1]), _towards(points[place], points[place + 1])
            parts.append(f"L{before[0]:g} {before[1]:g}Q{next_x:g} {next_y:g} {after[0]:g} {after[1]:g}")
        else:
            parts.append(f"L{next_x:g} {next_y:g}")
    return "".join(parts)


def _turns(corner: list[Point]) -> bool:
    (x, y), (corner_x, corner_y), (next_x, next_y) = corner
    return (y == corner_y and corner_x == next_x) or (x == corner_x and corner_y == next_y)


def _towards(start: Point, end: Point) -> Point:
    """A point a little way from one towards another."""
    length = abs(end[0] - start[0]) + abs(end[1] - start[1])
    part = min(_CORNER, length / 2) / length if length else 0
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _sentences(edges: Iterable[Edge]) -> str:
    shown = [f"{edge.source.name} to {edge.target.name}" for edge in edges][:50]
    return f"Edges: {'; '.join(shown)}." if shown else ""


def _rectangle(box: Box, x: float, y: float) -> str:
    return f'x="{x:g}" y="{y:g}" width="{box.width:g}" height="{box.height:g}"'


def _text(text: str) -> str:
    """Escaped, without characters that XML cannot hold."""
    return escape(str(text).translate(_CONTROL).encode("utf-8", "replace").decode("utf-8"))
