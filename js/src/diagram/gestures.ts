/** What a press on the diagram becomes: a click, a move of nodes, a connection, a box selection, an edge end in the hand. */
import type { Key } from "../protocol/types";
import type { DiagramEvents, DiagramInput, Hit, Point, Rect } from "./diagram";
import { inFrame, scopeAt } from "./hit";
import { type Layout, mainParameter, type Scene } from "./scene-types";

const THRESHOLD = 4;
const EDGE_END = 72;
const HANDLE_REACH = 9;

export interface Surface {
  readonly element: HTMLElement;
  current(): { readonly scene: Scene; readonly layout: Layout; readonly input: DiagramInput } | null;
  toScene(client: Point): Point;
  hitAt(client: Point): Hit;
  /** Shift these nodes in the picture while they are dragged. */
  shift(keys: readonly Key[], by: Point | null): void;
  rubber(line: { from: Point; to: Point } | null): void;
  band(rect: Rect | null): void;
  refusal(text: string | null, at: Point): void;
  highlight(key: Key | null): void;
  /** Is the space bar down? Then every press pans. */
  panning(): boolean;
}

/** Whether a press starts a gesture of ours; the rest pans. */
export function startsGesture(event: MouseEvent, hit: Hit): boolean {
  if (event.button !== 0) return false;
  return event.shiftKey || (hit.kind !== "background" && hit.kind !== "scope");
}

export function listen(surface: Surface, events: DiagramEvents): () => void {
  const { element } = surface;
  const controller = new AbortController();
  const options = { signal: controller.signal };

  element.addEventListener(
    "pointerdown",
    (event) => {
      const at = { x: event.clientX, y: event.clientY };
      const target = event.target instanceof Element ? event.target : null;
      if (
        event.button !== 0 ||
        surface.panning() ||
        !surface.current() ||
        target?.closest("input, .why-toggle, .why-badge, .why-minimap")
      )
        return;
      if (!element.contains(element.ownerDocument.activeElement)) element.focus({ preventScroll: true });
      const port = target?.closest<HTMLElement>("[data-port]")?.dataset.port;
      const hit = surface.hitAt(at);
      const taken = selectedEnd(at);
      if (taken) edge(taken, at);
      else if (port !== undefined) connect(port, at);
      else if (hit.kind === "edge") edge(hit, at);
      else if (hit.kind === "node" || hit.kind === "header")
        node(hit.key, at, event.shiftKey || event.ctrlKey || event.metaKey);
      else if (event.shiftKey) band(at);
      else follow(at, { click: () => events.select(hit.kind === "scope" ? [hit.key] : [], "replace") });
    },
    options,
  );

  /** The selected edge, if an end of it is under the pointer: its handles lie over the ports of nodes. */
  function selectedEnd(at: Point): Extract<Hit, { kind: "edge" }> | null {
    const now = surface.current();
    const found = now?.input.edge ? now.scene.edges.find(({ id }) => id === now.input.edge) : undefined;
    const route = found && now?.layout.routes.get(found.id);
    if (!found || !route) return null;
    const point = surface.toScene(at);
    const reach = Math.abs(surface.toScene({ x: at.x + HANDLE_REACH, y: at.y }).x - point.x);
    const near = [route[0], route[route.length - 1]].some(
      (end) => end !== undefined && Math.hypot(end.x - point.x, end.y - point.y) < reach,
    );
    const { id, source, target, parameters } = found;
    return near ? { kind: "edge", id, source, target, parameter: parameters[0] ?? null } : null;
  }

  interface Gesture {
    move?(at: Point, event: PointerEvent): void;
    drop?(at: Point): void;
    click?(): void;
    end?(): void;
  }

  /** Follow the pointer until it is let go; Escape gives up. */
  function follow(start: Point, gesture: Gesture): void {
    const win = element.ownerDocument.defaultView ?? window;
    let dragging = false;
    const stop = new AbortController();
    const on = { signal: stop.signal, capture: true };
    const finish = (): void => {
      stop.abort();
      gesture.end?.();
      surface.refusal(null, start);
      surface.highlight(null);
    };
    win.addEventListener(
      "pointermove",
      (event) => {
        const at = { x: event.clientX, y: event.clientY };
        if (!dragging && Math.hypot(at.x - start.x, at.y - start.y) < THRESHOLD) return;
        dragging = true;
        gesture.move?.(at, event);
      },
      on,
    );
    win.addEventListener(
      "pointerup",
      (event) => {
        finish();
        if (dragging) gesture.drop?.({ x: event.clientX, y: event.clientY });
        else gesture.click?.();
      },
      on,
    );
    win.addEventListener("pointercancel", finish, on);
    win.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        finish();
      },
      on,
    );
  }

  function node(key: Key, start: Point, adds: boolean): void {
    const now = surface.current();
    if (!now) return;
    const operator = now.scene.boxes.get(key)?.kind === "operator";
    const selected = now.input.selection.has(key);
    const keys =
      selected && !adds
        ? outermost(
            now.scene,
            [...now.input.selection].filter((each) => now.layout.rects.has(each)),
          )
        : [key];
    const click = (): void => events.select([key], adds ? "toggle" : "replace");
    if (now.input.readonly || operator || now.scene.boxes.get(key)?.parent === null) {
      follow(start, { click });
      return;
    }
    const from = surface.toScene(start);
    const home = now.scene.boxes.get(key)?.parent ?? now.scene.root;
    follow(start, {
      click,
      move(at) {
        const to = surface.toScene(at);
        surface.shift(keys, { x: to.x - from.x, y: to.y - from.y });
        const { scope } = scopeAt(now.scene, now.layout, to, new Set(keys));
        const why = scope === home ? null : events.canReparent(keys, scope);
        surface.refusal(why, at);
        surface.highlight(scope === home || why !== null ? null : scope);
      },
      drop(at) {
        const to = surface.toScene(at);
        const { scope } = scopeAt(now.scene, now.layout, to, new Set(keys));
        const positions: Record<Key, Point> = {};
        for (const each of keys) {
          const rect = now.layout.rects.get(each);
          if (!rect) continue;
          const corner = inFrame(now.layout, scope, { x: rect.x + to.x - from.x, y: rect.y + to.y - from.y });
          positions[each] = { x: Math.max(0, Math.round(corner.x)), y: Math.max(0, Math.round(corner.y)) };
        }
        if (scope === home) events.move(positions);
        else if (events.canReparent(keys, scope) === null) {
          const closed = now.scene.boxes.get(scope)?.kind === "scope";
          events.reparent(keys, scope, closed ? {} : positions);
        }
      },
      end: () => surface.shift(keys, null),
    });
  }

  function connect(source: Key, start: Point): void {
    const now = surface.current();
    const rect = now?.layout.rects.get(source);
    if (!now || !rect) return;
    const from = { x: rect.x + rect.width / 2, y: rect.y + rect.height };
    follow(start, {
      move(at) {
        surface.rubber({ from, to: surface.toScene(at) });
        const hit = surface.hitAt(at);
        surface.highlight((hit.kind === "node" || hit.kind === "header") && hit.key !== source ? hit.key : null);
      },
      drop(at) {
        const hit = surface.hitAt(at);
        const target = hit.kind === "node" || hit.kind === "header" ? hit.key : null;
        if (target === source) return;
        const { scope } = scopeAt(now.scene, now.layout, surface.toScene(at));
        events.connect(source, target, scope, at);
      },
      end: () => surface.rubber(null),
    });
  }

  function edge(hit: Extract<Hit, { kind: "edge" }>, start: Point): void {
    const now = surface.current();
    const route = now?.layout.routes.get(hit.id);
    const [first, last] = [route?.[0], route?.[route.length - 1]];
    if (!now || !first || !last) return;
    const point = surface.toScene(start);
    const distance = (p: Point): number => Math.hypot(p.x - point.x, p.y - point.y);
    const end = distance(last) <= distance(first) ? "target" : "source";
    const near = Math.min(distance(first), distance(last)) < EDGE_END;
    follow(start, {
      click: () => events.selectEdge(hit),
      move(at) {
        if (!near || now.input.readonly) return;
        const to = surface.toScene(at);
        surface.rubber(end === "target" ? { from: first, to } : { from: to, to: last });
        const under = surface.hitAt(at);
        surface.highlight(under.kind === "node" || under.kind === "header" ? under.key : null);
      },
      drop(at) {
        const under = surface.hitAt(at);
        if (near && !now.input.readonly && (under.kind === "node" || under.kind === "header"))
          events.retarget(hit, end, under.key);
      },
      end: () => surface.rubber(null),
    });
  }

  function startFormula(now: { scene: Scene; input: DiagramInput }, key: Key): void {
    const box = now.scene.boxes.get(key);
    const parameter = box && mainParameter(box);
    if (parameter && !now.input.readonly) events.startFormula({ key, parameter });
  }

  function band(start: Point): void {
    const rect = (at: Point): Rect => ({
      x: Math.min(start.x, at.x),
      y: Math.min(start.y, at.y),
      width: Math.abs(at.x - start.x),
      height: Math.abs(at.y - start.y),
    });
    follow(start, {
      move: (at) => surface.band(rect(at)),
      drop(at) {
        const now = surface.current();
        if (!now) return;
        const a = surface.toScene(start);
        const b = surface.toScene(at);
        const keys = [...now.scene.boxes.values()].filter((box) => {
          const own = now.layout.rects.get(box.key);
          if (!own || box.kind === "frame") return false;
          const [x, y] = [own.x + own.width / 2, own.y + own.height / 2];
          return x > Math.min(a.x, b.x) && x < Math.max(a.x, b.x) && y > Math.min(a.y, b.y) && y < Math.max(a.y, b.y);
        });
        events.select(
          keys.map((box) => box.key),
          "add",
        );
      },
      end: () => surface.band(null),
    });
  }

  element.addEventListener(
    "dblclick",
    (event) => {
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("input, button, .why-minimap")) return;
      const now = surface.current();
      const named = target?.closest<HTMLElement>("[data-name]")?.dataset.name;
      if (named !== undefined) {
        if (now && !now.input.readonly) events.startRename(named);
        return;
      }
      const at = { x: event.clientX, y: event.clientY };
      const hit = surface.hitAt(at);
      if (!now) return;
      if (hit.kind === "header" || (hit.kind === "node" && now.scene.boxes.get(hit.key)?.kind === "scope"))
        events.enter(hit.key);
      else if (hit.kind === "edge" && hit.parameter !== null)
        events.toggleTree({ key: hit.target, parameter: hit.parameter });
      else if (hit.kind === "node") startFormula(now, hit.key);
      else if (!now.input.readonly) events.quickAdd(scopeAt(now.scene, now.layout, surface.toScene(at)).scope, at);
    },
    options,
  );
  element.addEventListener(
    "contextmenu",
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      const at = { x: event.clientX, y: event.clientY };
      events.contextMenu(surface.hitAt(at), at);
    },
    options,
  );
  return () => controller.abort();
}

function outermost(scene: Scene, keys: readonly Key[]): Key[] {
  const set = new Set(keys);
  return keys.filter((key) => {
    for (let at = scene.boxes.get(key)?.parent ?? null; at; at = scene.boxes.get(at)?.parent ?? null)
      if (set.has(at)) return false;
    return true;
  });
}
