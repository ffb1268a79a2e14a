/** Puts the diagram together: canvas below, cards above, camera around, gestures on top. */
import type { Key } from "../protocol/types";
import { stylesheet } from "../styles";
import { createAccessibleTree } from "./accessible-tree";
import { anchorOf } from "./anchor";
import { createCamera } from "./camera";
import { draw } from "./canvas";
import { detailAt } from "./detail";
import type { Diagram, DiagramEvents, DiagramInput, Hit, Point, Rect } from "./diagram";
import css from "./diagram.css";
import { listenToDrops } from "./drops";
import { createFloats } from "./floats";
import { listen, startsGesture } from "./gestures";
import { freePlace, hitAt, neighbour, scopeAt } from "./hit";
import { kept } from "./kept";
import { layoutScene } from "./layout";
import { createMinimap } from "./minimap";
import { createOverlay } from "./overlay";
import { listenToPointer } from "./pointer";
import { buildScene, CARD, sameShape } from "./scene";
import type { Layout, Scene } from "./scene-types";
import { around, pathOf, type Stroke } from "./sheaves";
import { createSheet } from "./sheet";
import { look, meets, type Shift, type Sight } from "./sight";
import { watch } from "./surroundings";
import { readTheme } from "./theme";

stylesheet(css);

/** A press this many pixels from an edge means it. */
const EDGE_REACH = 5;
/** Cards this far outside of the view are there already when a pan brings them in. */
const MARGIN = 60;
/** At first nothing is so small that names are left out; what does not fit is a pan away. */
const READABLE = 0.42;
/** What one goes to is shown with all that its card says. */
const LEGIBLE = 0.8;

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
  const mirror = ownerDocument.createElement("div");
  element.append(canvas, layer, mirror);
  host.append(element);
  const sheet = createSheet(element, canvas);

  let input: DiagramInput | null = null;
  let scene: Scene | null = null;
  let layout: Layout | null = null;
  let sight: Sight | null = null;
  let shift: Shift | null = null;
  let rubber: { from: Point; to: Point } | null = null;
  let highlighted: Key | null = null;
  let theme = readTheme(element);
  let frame = 0;
  let seen: Rect | null = null;
  let mirroring: ReturnType<typeof setTimeout> | undefined;
  /** Has the user, or a command, chosen what to look at? */
  let touched = false;

  const overlay = createOverlay(layer, events);
  const tree = createAccessibleTree(mirror, events);
  const floats = createFloats(element);
  const pointer = listenToPointer(element, hitClient, {
    changed: schedule,
    hover: events.hover,
  });
  const camera = createCamera(
    element,
    (byUser) => {
      touched ||= byUser;
      schedule();
    },
    (event) => {
      const inner = event.target instanceof Element && event.target.closest("input, button");
      if (pointer.panning()) return true;
      return !inner && (event.button === 1 || !startsGesture(event, hitClient({ x: event.clientX, y: event.clientY })));
    },
  );
  const minimap = createMinimap(element, (point) => {
    touched = true;
    camera.centre(point);
  });

  const onEdge = (stroke: Stroke, point: Point): boolean => {
    const { context } = sheet;
    if (!context) return false;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.lineWidth = (2 * EDGE_REACH) / camera.transform.k;
    return context.isPointInStroke(pathOf(stroke, [stroke]), point.x, point.y);
  };
  function hitClient(client: Point): Hit {
    if (!scene || !layout) return { kind: "background" };
    const whole = overlay.wholeAt(client);
    if (whole !== null) return { kind: "node", key: whole };
    const scale = camera.transform.k;
    return hitAt(scene, layout, camera.toScene(client), { scale, reach: EDGE_REACH / scale, onEdge });
  }

  function schedule(): void {
    frame ||= requestAnimationFrame(paint);
  }

  function paint(): void {
    frame = 0;
    if (!scene || !layout || !input) return;
    const { transform } = camera;
    const scale = transform.k;
    const view = viewOf();
    seen = view;
    const shown =
      highlighted === null ? input : { ...input, targets: new Set([...(input.targets ?? []), highlighted]) };
    sight = look(scene, layout, grown(view, MARGIN / scale), scale, shift);
    const detail = detailAt(scale);
    const carded = overlay.show(shown, sight, detail);
    layer.style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${scale})`;
    const pointed = pointer.edge();
    const [now, places, moving, line, colours] = [scene, layout, shift, rubber, theme];
    const content = [now, places, shown, moving, line, pointed, colours, detail];
    sheet.show(transform, content, detail !== "far", (context, area) => {
      const seen = look(now, places, area, scale, moving);
      const picture = { scene: now, layout: places, input: shown, sight: seen, view: area, scale, theme: colours };
      draw(context, { ...picture, carded, shift: moving, rubber: line, pointed });
    });
    minimap.draw(scene, layout, view, theme);
    floats.where(sight, view);
  }

  function viewOf(): Rect {
    const { x, y, k } = camera.transform;
    return { x: -x / k, y: -y / k, width: element.clientWidth / k, height: element.clientHeight / k };
  }

  function mirrorSoon(): void {
    // The picture comes first: the tree for screen readers follows when it has been painted.
    mirroring ??= setTimeout(() => {
      mirroring = undefined;
      if (scene && input) tree.show(scene, input);
    });
  }

  function layOut(next: DiagramInput, before: DiagramInput | null): void {
    const sameRoot = before?.root === next.root;
    const old = sameRoot && scene && layout ? { scene, layout } : null;
    scene = buildScene(next, before?.catalog === next.catalog ? scene : null);
    const keeps = old && before?.document.layout === next.document.layout && sameShape(old.scene, scene);
    layout = keeps ? old.layout : layoutScene(scene, next.document.layout, old && kept(old.layout, before, next));
    const few = scene.boxes.size < 3;
    if (!old || few) {
      if (element.clientWidth) camera.fit(layout.bounds, READABLE);
      touched &&= few;
    } else if (before && !keeps) {
      // Scopes that open and close change the whole; as long as nobody has chosen a view, it stays in view.
      if (!touched && before.open !== next.open) camera.fit(layout.bounds, READABLE);
      else hold(before, next, old.layout, layout);
      // What was put down stays under the hand.
      if (before.document.layout === next.document.layout) camera.gather(layout.bounds);
    }
  }

  /** After an edit the edited thing is where it was on the screen. */
  function hold(before: DiagramInput, next: DiagramInput, from: Layout, to: Layout): void {
    const key = anchorOf(before, next, from, to, viewOf(), sight);
    const [was, is] = key === null ? [] : [from.rects.get(key), to.rects.get(key)];
    const { k } = camera.transform;
    if (was && is && (was.x !== is.x || was.y !== is.y)) camera.panBy((was.x - is.x) * k, (was.y - is.y) * k);
  }

  /** The one selected node comes into view, and stays there when a side opens. */
  function showSelected(within: Rect | null = null): void {
    const [only, second] = input?.selection ?? [];
    const rect = only === undefined || second !== undefined ? undefined : layout?.rects.get(only);
    if (rect && within && !meets(rect, within)) return;
    if (rect && only !== undefined && scene?.boxes.get(only)?.kind !== "frame" && element.clientWidth)
      camera.show(rect);
  }

  const stopWatching = watch(element, {
    size() {
      // The first time the styles are there only now.
      theme = readTheme(element);
      if (!touched && layout && element.clientWidth) camera.fit(layout.bounds, READABLE);
      else if (seen) showSelected(seen);
      // At once: a canvas that was resized is empty until it is drawn.
      cancelAnimationFrame(frame);
      paint();
    },
    theme() {
      theme = readTheme(element);
      schedule();
    },
  });
  const stopListening = listen(
    {
      element,
      current: () => (scene && layout && input ? { scene, layout, input } : null),
      toScene: (client) => camera.toScene(client),
      hitAt: hitClient,
      shift(keys, by) {
        const same = shift && keys.length === shift.keys.size && keys.every((key) => shift?.keys.has(key));
        shift = by && { keys: same && shift ? shift.keys : new Set(keys), by };
        schedule();
      },
      rubber(line) {
        rubber = line;
        schedule();
      },
      band: floats.band,
      refusal: floats.refusal,
      highlight(key) {
        highlighted = key;
        schedule();
      },
      panning: pointer.panning,
    },
    events,
  );
  const scopeUnder = (client: Point): { scope: Key; point: Point } =>
    scene && layout
      ? freePlace(scene, layout, scopeAt(scene, layout, camera.toScene(client)), CARD)
      : { scope: input?.root ?? "", point: { x: 0, y: 0 } };
  const stopDrops = listenToDrops({ element, hitAt: hitClient, scopeAt: scopeUnder, refusal: floats.refusal }, events);

  return {
    update(next) {
      const before = input;
      input = next;
      if (!before || PARTS.some((part) => before[part] !== next[part])) {
        layOut(next, before);
        mirrorSoon();
      } else if (before.selection !== next.selection) mirrorSoon();
      if (before && before.selection !== next.selection) showSelected();
      schedule();
    },
    arrange() {
      if (scene && input) layout = layoutScene(scene, input.document.layout, null);
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
      if (!rect) return;
      touched = true;
      const least = scene?.boxes.get(key)?.kind === "frame" ? 0 : LEGIBLE;
      camera.centre({ x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 }, least, layout?.bounds);
    },
    show(keys) {
      const rects = keys.flatMap((key) => layout?.rects.get(key) ?? []);
      const view = viewOf();
      if (rects[0] && !rects.some((rect) => meets(rect, view))) camera.show(rects[0]);
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
    scopeAt: scopeUnder,
    neighbour: (key, direction) => (scene && layout ? neighbour(scene, layout, key, direction) : null),
    focus: () => element.focus({ preventScroll: true }),
    hasFocus: () => element.matches(":focus-within"),
    dispose() {
      cancelAnimationFrame(frame);
      clearTimeout(mirroring);
      stopListening();
      stopDrops();
      stopWatching();
      pointer.dispose();
      camera.dispose();
      minimap.dispose();
      overlay.dispose();
      tree.dispose();
      element.remove();
    },
  };
}

function grown({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** What decides which boxes there are and where. */
const PARTS = ["document", "catalog", "root", "open", "openTrees"] as const;
