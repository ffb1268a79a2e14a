/** Where the pointer is and whether the space bar makes every press a pan. */
import type { Hit, Point } from "./diagram";

export interface Pointer {
  /** The edge under it, by id. */
  edge(): string | null;
  panning(): boolean;
  dispose(): void;
}

interface Answers {
  changed(): void;
  hover(hit: Hit): void;
}

export function listenToPointer(
  element: HTMLElement,
  hitAt: (client: Point) => Hit,
  { changed, hover }: Answers,
): Pointer {
  const controller = new AbortController();
  const options = { signal: controller.signal };
  let under: Hit = { kind: "background" };
  let space = false;

  function over(hit: Hit): void {
    if (idOf(hit) === idOf(under)) return;
    const edges = hit.kind === "edge" || under.kind === "edge";
    under = hit;
    show();
    hover(hit);
    if (edges) changed();
  }
  function show(): void {
    element.dataset.cursor = space || under.kind === "background" || under.kind === "scope" ? "pan" : under.kind;
  }
  function hold(down: boolean): void {
    if (space === down) return;
    space = down;
    show();
  }

  element.addEventListener(
    "pointermove",
    (event) => {
      if (event.buttons === 0) over(hitAt({ x: event.clientX, y: event.clientY }));
    },
    options,
  );
  element.addEventListener("pointerleave", () => over({ kind: "background" }), options);
  element.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== " " || event.target !== element) return;
      // The page would scroll.
      event.preventDefault();
      hold(true);
    },
    options,
  );
  element.addEventListener("keyup", (event) => event.key === " " && hold(false), options);
  element.addEventListener("blur", () => hold(false), options);
  return {
    edge: () => (under.kind === "edge" ? under.id : null),
    panning: () => space,
    dispose: () => controller.abort(),
  };
}

function idOf(hit: Hit): string {
  return hit.kind === "background" ? "" : hit.kind === "edge" ? hit.id : `${hit.kind} ${hit.key}`;
}
