/** Draws frames, edges and far boxes. Only draws: what is where has been decided. */
import type { ZoomTransform } from "d3-zoom";
import type { Key } from "../protocol/types";
import type { DiagramInput, Point, Rect } from "./diagram";
import type { Box, Layout, Scene } from "./scene-types";
import type { Theme } from "./theme";

const ARROW = 7;
const SMALLEST_TEXT = 9;
const NEAR = 0.6;
const SMALLEST_SCOPE = { width: 64, height: 40 };

export interface Picture {
  readonly scene: Scene;
  readonly layout: Layout;
  readonly input: DiagramInput;
  readonly moved: ReadonlyMap<Key, Point>;
  readonly rubber: { readonly from: Point; readonly to: Point } | null;
}

const paths = new WeakMap<readonly Point[], Path2D>();

export function draw(
  context: CanvasRenderingContext2D,
  picture: Picture,
  transform: ZoomTransform,
  theme: Theme,
  ratio: number,
): void {
  const { scene, layout, input } = picture;
  const { width, height } = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  const k = transform.k;
  context.setTransform(ratio * k, 0, 0, ratio * k, ratio * transform.x, ratio * transform.y);
  const view: Rect = { x: -transform.x / k, y: -transform.y / k, width: width / ratio / k, height: height / ratio / k };
  const near = k >= NEAR;
  const shown = new Set<Key>();

  const visit = (key: Key, depth: number): void => {
    const box = scene.boxes.get(key);
    const rect = layout.rects.get(key);
    if (!box || !rect || !meets(rect, view) || rect.width * k < 2) return;
    shown.add(key);
    if (box.kind !== "frame") {
      if (!near) far(box, rect);
      return;
    }
    const tiny = rect.width * k < SMALLEST_SCOPE.width || rect.height * k < SMALLEST_SCOPE.height;
    frame(box, rect, depth, tiny);
    if (!tiny) for (const child of box.children) visit(child, depth + 1);
  };

  function frame(box: Box, rect: Rect, depth: number, tiny: boolean): void {
    const selected = input.selection.has(box.key);
    const target = input.targets?.has(box.key) ?? false;
    context.beginPath();
    context.roundRect(rect.x, rect.y, rect.width, rect.height, 10);
    context.fillStyle = depth === 0 ? theme.ground : (theme.frames[Math.min(depth, 2) - 1] ?? theme.ground);
    context.fill();
    context.lineWidth = (selected || target ? 2 : 1) / Math.max(k, 0.2);
    context.strokeStyle = selected || target ? theme.brand : theme.hairline;
    context.stroke();
    if (tiny || !near) label(box.title, rect, tiny ? "middle" : "top");
  }

  function far(box: Box, rect: Rect): void {
    const faded = input.matches !== null && !input.matches.has(box.key);
    context.globalAlpha = faded ? 0.3 : 1;
    context.beginPath();
    const round =
      box.kind === "variable" ? 18 : box.kind === "operator" ? rect.height / 2 : box.kind === "scope" ? 8 : 3;
    context.roundRect(rect.x, rect.y, rect.width, rect.height, round);
    context.fillStyle = box.kind === "scope" ? (theme.frames[1] ?? theme.ground) : theme.ground;
    context.fill();
    context.setLineDash(box.kind === "data" ? [5, 4] : []);
    context.lineWidth = Math.max(1.2, 1 / k);
    context.strokeStyle = input.selection.has(box.key)
      ? theme.brand
      : box.kind === "static"
        ? theme.fixed
        : box.kind === "variable"
          ? theme.variable
          : theme.hairline;
    context.stroke();
    context.setLineDash([]);
    if (rect.width * k >= 46) label(box.title, rect, "middle");
    context.globalAlpha = 1;
  }

  /** Text keeps its size on the screen; where that would be under 9 px it is left out. */
  function label(text: string, rect: Rect, where: "top" | "middle"): void {
    const size = Math.min(13, Math.max(SMALLEST_TEXT + 1, (where === "top" ? 15 : 13) * Math.min(1, k * 1.6)));
    if (rect.height * k < size + 2 || rect.width * k < 24) return;
    const font = size / k;
    context.font = `600 ${font}px system-ui, sans-serif`;
    context.fillStyle = theme.text;
    context.textBaseline = "middle";
    const room = rect.width - 12 / k;
    const fitting = shorten(context, text, room);
    if (where === "middle") {
      context.textAlign = "center";
      context.fillText(fitting, rect.x + rect.width / 2, rect.y + rect.height / 2);
    } else {
      context.textAlign = "left";
      context.fillText(fitting, rect.x + 10 / k, rect.y + Math.min(16, 11 / k));
    }
  }

  visit(scene.root, 0);
  const detail = k >= 0.1;
  for (const edge of scene.edges) {
    if (!detail && edge.count === 1 && scene.edges.length > 500) continue;
    const route = layout.routes.get(edge.id);
    if (!route?.length || (!shown.has(edge.source) && !shown.has(edge.target))) continue;
    const lit = input.selection.has(edge.source) || input.selection.has(edge.target);
    const faded = input.matches !== null && !(input.matches.has(edge.source) && input.matches.has(edge.target));
    context.globalAlpha = faded ? 0.25 : 1;
    context.strokeStyle = lit ? theme.brand : theme.edge;
    context.fillStyle = context.strokeStyle;
    context.lineWidth = (lit ? 1.8 : 1.4) / Math.min(1, Math.max(k, 0.25));
    context.stroke(pathOf(route));
    if (edge.kind === "link") {
      context.strokeStyle = theme.ground;
      context.lineWidth /= 3;
      context.stroke(pathOf(route));
    } else arrow(context, route, Math.max(ARROW, Math.min(14, 6 / k)));
    if (edge.count > 1 && k > 0.4) badge(context, route, edge.count, theme);
  }
  context.globalAlpha = 1;
  if (picture.rubber) {
    context.strokeStyle = theme.brand;
    context.lineWidth = 1.8 / k;
    context.beginPath();
    context.moveTo(picture.rubber.from.x, picture.rubber.from.y);
    context.lineTo(picture.rubber.to.x, picture.rubber.to.y);
    context.stroke();
  }
}

export function pathOf(route: readonly Point[]): Path2D {
  const known = paths.get(route);
  if (known) return known;
  const path = new Path2D();
  const first = route[0];
  if (first) path.moveTo(first.x, first.y);
  for (let i = 1; i + 2 < route.length; i += 3) {
    const [a, b, c] = [route[i], route[i + 1], route[i + 2]];
    if (a && b && c) path.bezierCurveTo(a.x, a.y, b.x, b.y, c.x, c.y);
  }
  paths.set(route, path);
  return path;
}

function arrow(context: CanvasRenderingContext2D, route: readonly Point[], size: number): void {
  const tip = route[route.length - 1];
  const before = route[route.length - 2];
  if (!tip || !before) return;
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  context.beginPath();
  context.moveTo(tip.x, tip.y);
  context.lineTo(tip.x - size * Math.cos(angle - 0.42), tip.y - size * Math.sin(angle - 0.42));
  context.lineTo(tip.x - size * Math.cos(angle + 0.42), tip.y - size * Math.sin(angle + 0.42));
  context.fill();
}

function badge(context: CanvasRenderingContext2D, route: readonly Point[], count: number, theme: Theme): void {
  const middle = route[Math.floor(route.length / 6) * 3] ?? route[0];
  if (!middle) return;
  const text = `×${count}`;
  context.font = "600 10px system-ui, sans-serif";
  const width = context.measureText(text).width + 8;
  context.fillStyle = theme.ground;
  context.beginPath();
  context.roundRect(middle.x - width / 2, middle.y - 8, width, 16, 8);
  context.fill();
  context.fillStyle = theme.muted;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, middle.x, middle.y);
}

const shortened = new Map<string, string>();

function shorten(context: CanvasRenderingContext2D, text: string, room: number): string {
  const id = `${text}|${context.font}|${Math.round(room)}`;
  const known = shortened.get(id);
  if (known !== undefined) return known;
  let fitting = text;
  while (fitting.length > 1 && context.measureText(fitting).width > room)
    fitting = `${fitting.replace(/…$/, "").slice(0, -1)}…`;
  if (shortened.size > 20_000) shortened.clear();
  shortened.set(id, fitting);
  return fitting;
}

export function meets(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
