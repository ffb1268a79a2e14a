/** Puts the diagram together: canvas below, cards above, camera around, gestures on top. */
import { render } from "preact";
import type { Key } from "../protocol/types";
import { stylesheet } from "../styles";
import { AccessibleTree } from "./accessible-tree";
import { createCamera } from "./camera";
import { draw, pathOf } from "./canvas";
import type { Diagram, DiagramEvents, DiagramInput, Hit, Point, Rect } from "./diagram";
import css from "./diagram.css";
import { listen, startsGesture } from "./gestures";
import { hitAt, neighbour, scopeAt } from "./hit";
import { layoutScene } from "./layout";
import { createMinimap } from "./minimap";
import { NEAR, Overlay } from "./overlay";
import { buildScene } from "./scene";
import type { Layout, Scene } from "./scene-types";
import { readTheme } from "./theme";

stylesheet(css);

const EDGE_REACH = 10;
/** At first nothing is so small that names are left out; what does not fit is a pan away. */
const READABLE = 0.45;

export function createDiagram(host: HTMLElement, events: DiagramEvents): Diagram {
  const { ownerDocument } = host;
  const element = ownerDocument.createElement("div");
  element.className = "why-diagram";
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", "Model diagram");
  const canvas = ownerDocument.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const layer = ownerDocument.createElement("div");
  layer.className = "why-layer";
  const tree = ownerDocument.createElement("div");
  element.append(canvas, layer, tree);
  host.append(element);
  const context = canvas.getContext("2d");

  let input: DiagramInput | null = null;
  let scene: Scene | null = null;
  let layout: Layout | null = null;
  let shifted: Key[] = [];
  let shift: Point | null = null;
  let rubberLine: { from: Point; to: Point } | null = null;
  let highlighted: Key | null = null;
  let theme = readTheme(element);
  let ratio = 1;
  let pending = 0;
  let touched = false;

  const camera = createCamera(
    element,
    (byUser) => {
      touched ||= byUser;
      schedule();
    },
    (event) => {
      const inner = event.target instanceof Element && event.target.closest("input, button");
      return !inner && (event.button === 1 || !startsGesture(event, hitClient({ x: event.clientX, y: event.clientY })));
    },
  );
  const minimap = createMinimap(element, (point) => camera.centre(point));

  const toScene = (client: Point): Point => camera.toScene(client);
  const onEdge = (route: readonly Point[], point: Point): boolean => {
    if (!context) return false;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.lineWidth = EDGE_REACH / camera.transform.k;
    return context.isPointInStroke(pathOf(route), point.x, point.y);
  };
  function hitClient(client: Point): Hit {
    return scene && layout ? hitAt(scene, layout, toScene(client), onEdge) : { kind: "background" };
  }

  function schedule(): void {
    pending ||= requestAnimationFrame(paint);
  }

  function paint(): void {
    pending = 0;
    if (!context || !scene || !layout || !input) return;
    const { transform } = camera;
    const view = viewOf();
    const moved = new Map<Key, Point>();
    const at = shift;
    if (at) for (const key of shifted) moved.set(key, at);
    const targets = highlighted === null ? input.targets : new Set([...(input.targets ?? []), highlighted]);
    const picture = { scene, layout, input: { ...input, targets }, moved, rubber: rubberLine };
    draw(context, picture, transform, theme, ratio);
    layer.style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${transform.k})`;
    const near = transform.k >= NEAR;
    render(
      near ? (
        <Overlay scene={scene} layout={layout} input={picture.input} events={events} view={view} moved={moved} />
      ) : null,
      layer,
    );
    minimap.draw(scene, layout, view, theme);
  }

  function viewOf(): Rect {
    const { x, y, k } = camera.transform;
    return { x: -x / k, y: -y / k, width: element.clientWidth / k, height: element.clientHeight / k };
  }

  function resize(): void {
    ratio = ownerDocument.defaultView?.devicePixelRatio ?? 1;
    canvas.width = Math.max(1, Math.round(element.clientWidth * ratio));
    canvas.height = Math.max(1, Math.round(element.clientHeight * ratio));
    if (!touched && layout && element.clientWidth) camera.fit(layout.bounds, READABLE);
    schedule();
  }
  const sizes = new ResizeObserver(resize);
  sizes.observe(element);
  const themes = new MutationObserver(() => {
    theme = readTheme(element);
    schedule();
  });
  for (const watched of [ownerDocument.body, ownerDocument.documentElement]) {
    themes.observe(watched, {
      attributes: true,
      attributeFilter: ["class", "style", "data-jp-theme-name", "data-jp-theme-light"],
    });
  }

  const band = floating("why-band");
  const refusal = floating("why-refusal");
  function floating(name: string): HTMLElement {
    const node = ownerDocument.createElement("div");
    node.className = name;
    node.hidden = true;
    element.append(node);
    return node;
  }
  const stopListening = listen(
    {
      element,
      current: () => (scene && layout && input ? { scene, layout, input } : null),
      toScene,
      hitAt: hitClient,
      shift(keys, by) {
        shifted = keys.flatMap((key) => subtree(scene, key));
        shift = by;
        schedule();
      },
      rubber(line) {
        rubberLine = line;
        schedule();
      },
      band(rect) {
        band.hidden = rect === null;
        if (!rect) return;
        const own = element.getBoundingClientRect();
        Object.assign(band.style, {
          left: `${rect.x - own.left}px`,
          top: `${rect.y - own.top}px`,
          width: `${rect.width}px`,
          height: `${rect.height}px`,
        });
      },
      refusal(text, at) {
        refusal.hidden = text === null;
        refusal.textContent = text;
        const own = element.getBoundingClientRect();
        Object.assign(refusal.style, { left: `${at.x - own.left + 12}px`, top: `${at.y - own.top + 12}px` });
      },
      highlight(scope) {
        highlighted = scope;
        schedule();
      },
    },
    events,
  );
  const stopDrops = drops();

  function drops(): () => void {
    const controller = new AbortController();
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer) return;
      const at = { x: event.clientX, y: event.clientY };
      const why = events.dragOver(hitClient(at), event.dataTransfer, at);
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = why === null ? "copy" : "none";
      const own = element.getBoundingClientRect();
      refusal.hidden = !why;
      refusal.textContent = why;
      Object.assign(refusal.style, { left: `${at.x - own.left + 12}px`, top: `${at.y - own.top + 12}px` });
    };
    const options = { signal: controller.signal };
    element.addEventListener("dragenter", over, options);
    element.addEventListener("dragover", over, options);
    element.addEventListener("dragleave", () => (refusal.hidden = true), options);
    element.addEventListener(
      "drop",
      (event) => {
        refusal.hidden = true;
        if (!event.dataTransfer || !scene || !layout) return;
        event.preventDefault();
        event.stopPropagation();
        const at = { x: event.clientX, y: event.clientY };
        const { scope, point } = scopeAt(scene, layout, toScene(at));
        events.drop(hitClient(at), scope, event.dataTransfer, at, point);
      },
      options,
    );
    return () => controller.abort();
  }

  return {
    update(next) {
      const before = input;
      input = next;
      const changed =
        !before ||
        before.document !== next.document ||
        before.catalog !== next.catalog ||
        before.root !== next.root ||
        before.open !== next.open ||
        before.openTrees !== next.openTrees;
      if (changed) {
        const sameRoot = before?.root === next.root;
        const anchor = sameRoot && layout ? anchorOf(next, layout) : null;
        scene = buildScene(next);
        const from = layout;
        layout = layoutScene(scene, next.document.layout, sameRoot ? from : null);
        const to = anchor && layout.rects.get(anchor.key);
        const small = scene.boxes.size < 3;
        if (element.clientWidth && (!sameRoot || small || (!touched && !before))) camera.fit(layout.bounds, READABLE);
        else if (anchor && to && touched) {
          camera.panBy((anchor.rect.x - to.x) * camera.transform.k, (anchor.rect.y - to.y) * camera.transform.k);
        }
        render(<AccessibleTree scene={scene} input={next} events={events} />, tree);
      } else if (scene && before.selection !== next.selection) {
        render(<AccessibleTree scene={scene} input={next} events={events} />, tree);
      }
      schedule();
    },
    fit(keys) {
      if (!layout) return;
      touched = true;
      const rects = (keys ?? []).flatMap((key) => layout?.rects.get(key) ?? []);
      camera.fit(rects.length ? around(rects) : layout.bounds);
    },
    zoomBy(factor) {
      touched = true;
      camera.zoomBy(factor);
    },
    panBy: (dx, dy) => camera.panBy(dx, dy),
    reveal(key) {
      const rect = layout?.rects.get(key);
      if (rect) camera.centre({ x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 });
    },
    rectOf(key) {
      const rect = layout?.rects.get(key);
      if (!rect) return null;
      const { x, y, k } = camera.transform;
      const own = element.getBoundingClientRect();
      return {
        x: own.left + x + rect.x * k,
        y: own.top + y + rect.y * k,
        width: rect.width * k,
        height: rect.height * k,
      };
    },
    hitAt: hitClient,
    scopeAt: (client) =>
      scene && layout ? scopeAt(scene, layout, toScene(client)) : { scope: input?.root ?? "", point: client },
    neighbour: (key, direction) => (scene && layout ? neighbour(scene, layout, key, direction) : null),
    focus: () => element.focus({ preventScroll: true }),
    dispose() {
      cancelAnimationFrame(pending);
      stopListening();
      stopDrops();
      sizes.disconnect();
      themes.disconnect();
      camera.dispose();
      minimap.dispose();
      render(null, layer);
      render(null, tree);
      element.remove();
    },
  };
}

/** What should stay where it is on the screen: a selected box, as it was. */
function anchorOf(input: DiagramInput, layout: Layout): { key: Key; rect: Rect } | null {
  for (const key of input.selection) {
    const rect = layout.rects.get(key);
    if (rect) return { key, rect };
  }
  return null;
}

function subtree(scene: Scene | null, key: Key): Key[] {
  return [key, ...(scene?.boxes.get(key)?.children ?? []).flatMap((child) => subtree(scene, child))];
}

function around(rects: readonly Rect[]): Rect {
  const x = Math.min(...rects.map((rect) => rect.x));
  const y = Math.min(...rects.map((rect) => rect.y));
  const right = Math.max(...rects.map((rect) => rect.x + rect.width));
  const bottom = Math.max(...rects.map((rect) => rect.y + rect.height));
  return { x, y, width: right - x, height: bottom - y };
}
