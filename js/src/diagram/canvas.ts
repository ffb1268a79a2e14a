/** Draws what is seen: frames, then edges, then the boxes that are no cards. Only draws: what is where has been decided. */
import { silhouette } from "../posterior/silhouette";
import { posteriorOf } from "../posterior/view";
import type { Key } from "../protocol/types";
import {
  NAME_PART,
  NAMED_WIDTH,
  OPERATOR_WIDTH,
  PLOT_HEIGHT,
  ROUND_HEIGHT,
  SMALLEST_TEXT,
  TITLE_AIR,
  titlePlace,
} from "./detail";
import type { DiagramInput, Point, Rect } from "./diagram";
import { drawCounts, drawEdges } from "./edges";
import { fitted } from "./label";
import type { Picture } from "./picture";
import { type BoxKind, HEADER } from "./scene-types";
import { meets, type Seen } from "./sight";
import { frameFill, type Theme } from "./theme";

const FONT = "system-ui, sans-serif";
const PLOT_MARGIN = 12;
/** How much is left of a posterior that an earlier model had. */
const STALE = 0.35;

/** Draws in scene units; the context has its transform. */
export function draw(context: CanvasRenderingContext2D, picture: Picture): void {
  const { sight, carded, theme, view, scale } = picture;
  context.fillStyle = theme.ground;
  // One pixel more on every side: rounding must not leave a line of black.
  context.fillRect(view.x - 1 / scale, view.y - 1 / scale, view.width + 2 / scale, view.height + 2 / scale);
  for (const seen of sight.frames) drawFrame(context, picture, seen);
  const bundles = drawEdges(context, picture);
  for (const seen of sight.boxes) if (!carded.has(seen.box.key)) drawBox(context, picture, seen);
  drawCounts(context, bundles, picture);
  const taken: Rect[] = [];
  for (const seen of sight.frames) if (!carded.has(seen.box.key)) drawTitle(context, picture, seen, taken);
  if (picture.rubber) drawRubber(context, picture.rubber, picture);
}

function drawFrame(context: CanvasRenderingContext2D, picture: Picture, { box, rect, depth }: Seen): void {
  const { input, theme, scale } = picture;
  const marked = input.selection.has(box.key) || (input.targets?.has(box.key) ?? false);
  outline(context, rect, 10);
  context.fillStyle = frameFill(theme, depth);
  context.fill();
  context.lineWidth = (marked ? 2 : 1) / scale;
  context.strokeStyle = marked ? theme.brand : theme.hairline;
  context.stroke();
}

function drawBox(context: CanvasRenderingContext2D, { input, theme, scale }: Picture, { box, rect, depth }: Seen) {
  const { key, kind } = box;
  const scope = kind === "scope" || kind === "frame";
  const marked = input.selection.has(key) || (input.targets?.has(key) ?? false);
  const border = marked ? theme.brand : borderOf(kind, theme);
  const width = marked ? 2 / scale : Math.max(1.2, 1 / scale);
  let fill = key in input.links ? theme.seen : theme.ground;
  if (scope || kind === "unknown") fill = frameFill(theme, scope ? depth + 1 : 2);
  if (kind === "factor") fill = border;
  context.globalAlpha = input.matches !== null && !input.matches.has(key) ? 0.3 : 1;
  if (rect.height * scale < ROUND_HEIGHT) {
    // Two plain rectangles cost a tenth of an outline, and from here nobody sees a corner.
    context.fillStyle = border;
    context.fillRect(rect.x, rect.y, rect.width, rect.height);
    context.fillStyle = fill;
    context.fillRect(rect.x + width, rect.y + width, rect.width - 2 * width, rect.height - 2 * width);
  } else {
    outline(context, rect, kind === "variable" ? 18 : kind === "operator" ? rect.height / 2 : scope ? 8 : 3);
    context.fillStyle = fill;
    context.fill();
    context.lineWidth = width;
    context.strokeStyle = border;
    if (kind === "data") context.setLineDash([5 / scale, 3 / scale]);
    context.stroke();
    context.setLineDash([]);
  }
  drawState(context, rect, input, key, theme, scale);
  const plotted = rect.height * scale >= PLOT_HEIGHT && drawPosterior(context, rect, input, key, theme);
  const room = plotted ? { ...rect, height: rect.height * NAME_PART } : rect;
  const wide = rect.width * scale >= (kind === "operator" ? OPERATOR_WIDTH : NAMED_WIDTH);
  if (rect.width * scale >= OPERATOR_WIDTH) drawName(context, box.title, room, scale, theme, wide);
  context.globalAlpha = 1;
}

function borderOf(kind: BoxKind, theme: Theme): string {
  if (kind === "static") return theme.fixed;
  if (kind === "variable" || kind === "data") return theme.variable;
  if (kind === "factor") return theme.factor;
  return kind === "operator" ? theme.muted : theme.hairline;
}

/** What is observed or set is told from the rest also from afar: a filled corner, round or cut. */
function drawState(
  context: CanvasRenderingContext2D,
  rect: Rect,
  { evidence }: DiagramInput,
  key: Key,
  theme: Theme,
  scale: number,
): void {
  const state = evidence[key];
  if (!state || rect.height * scale < 12) return;
  const size = 4 / scale;
  const at = { x: rect.x + rect.width - 2.2 * size, y: rect.y + 2.2 * size };
  context.beginPath();
  if (state.kind === "do") context.rect(at.x - size, at.y - size, 2 * size, 2 * size);
  else context.arc(at.x, at.y, size, 0, 2 * Math.PI);
  context.fillStyle = state.kind === "do" ? theme.do : theme.evidence;
  context.fill();
}

/** What was learned, as a silhouette at the foot of the box; says whether there was anything. */
function drawPosterior(context: CanvasRenderingContext2D, rect: Rect, input: DiagramInput, key: Key, theme: Theme) {
  const posterior = posteriorOf(input.document, input.results, key);
  if (!posterior) return false;
  const bins = silhouette(posterior);
  const step = (rect.width - 2 * PLOT_MARGIN) / bins.length;
  const foot = rect.y + rect.height - PLOT_MARGIN / 2;
  const height = rect.height * (1 - NAME_PART) - PLOT_MARGIN / 2;
  context.fillStyle = theme.fill;
  context.beginPath();
  context.moveTo(rect.x + PLOT_MARGIN, foot);
  bins.forEach((bin, i) => {
    const left = rect.x + PLOT_MARGIN + i * step;
    context.lineTo(left, foot - height * bin);
    context.lineTo(left + step, foot - height * bin);
  });
  context.lineTo(rect.x + rect.width - PLOT_MARGIN, foot);
  const alpha = context.globalAlpha;
  if (input.stale) context.globalAlpha = alpha * STALE;
  context.fill();
  context.globalAlpha = alpha;
  return true;
}

/**
 * The name in the middle, in the smallest text and on two lines where that lets it stand whole; what `cut` does not allow is
 * left out then.
 */
function drawName(
  context: CanvasRenderingContext2D,
  title: string,
  rect: Rect,
  scale: number,
  theme: Theme,
  cut: boolean,
): void {
  const height = rect.height * scale;
  let size = Math.min(13, Math.max(SMALLEST_TEXT + 1, 20 * scale));
  let lines = linesAt(context, title, rect, scale, size);
  if (lines.at(-1)?.endsWith("…") || height < size + 2) {
    size = SMALLEST_TEXT;
    lines = linesAt(context, title, rect, scale, size);
  }
  if (height < size + 2 || (!cut && lines.at(-1)?.endsWith("…"))) return;
  context.fillStyle = theme.text;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const step = (1.15 * size) / scale;
  const top = rect.y + rect.height / 2 - (step * (lines.length - 1)) / 2;
  lines.forEach((line, i) => {
    context.fillText(line, rect.x + rect.width / 2, top + i * step);
  });
}

function linesAt(context: CanvasRenderingContext2D, title: string, rect: Rect, scale: number, size: number) {
  context.font = `600 ${(size / scale).toFixed(2)}px ${FONT}`;
  return fitted(context, title, rect.width - 8 / scale, rect.height * scale >= 2.5 * size ? 2 : 1);
}

/**
 * A frame's name stands in its header, or interrupts its border where the header is too low for text. Where names would
 * pile up in a corner the outermost one stays.
 */
function drawTitle(
  context: CanvasRenderingContext2D,
  { theme, scale }: Picture,
  { box, rect, depth }: Seen,
  taken: Rect[],
): void {
  const place = titlePlace(scale);
  const size = place === "border" ? SMALLEST_TEXT + 1 : Math.min(13, HEADER * scale - TITLE_AIR);
  if (!box.title || rect.width * scale < NAMED_WIDTH) return;
  context.font = `600 ${(size / scale).toFixed(2)}px ${FONT}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const [title] = fitted(context, box.title, rect.width - 24 / scale, 1);
  if (!title) return;
  const x = rect.x + 10 / scale;
  const y = place === "border" ? rect.y : rect.y + HEADER / 2;
  const width = context.measureText(title).width;
  const room = {
    x: x - 4 / scale,
    y: y - (0.5 * size) / scale,
    width: width + 8 / scale,
    height: size / scale,
  };
  if (taken.some((other) => meets(other, room))) return;
  taken.push(room);
  if (place === "border") {
    context.fillStyle = frameFill(theme, depth);
    context.fillRect(room.x, room.y, room.width, room.height);
  }
  context.fillStyle = theme.text;
  context.fillText(title, x, y);
}

function drawRubber(context: CanvasRenderingContext2D, { from, to }: { from: Point; to: Point }, picture: Picture) {
  context.strokeStyle = picture.theme.brand;
  context.lineWidth = 1.8 / picture.scale;
  context.beginPath();
  context.moveTo(from.x, from.y);
  const reach = Math.max(24, Math.abs(to.y - from.y) / 2);
  context.bezierCurveTo(from.x, from.y + reach, to.x, to.y - reach, to.x, to.y);
  context.stroke();
}

function outline(context: CanvasRenderingContext2D, rect: Rect, radius: number): void {
  context.beginPath();
  context.roundRect(rect.x, rect.y, rect.width, rect.height, radius);
}
