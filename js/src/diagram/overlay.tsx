/** The near nodes as HTML: at most a screenful, moved with the camera by one transform. What looks the same is kept. */
import { Fragment, render, type VNode } from "preact";
import type { Key } from "../protocol/types";
import { type Detail, MOST_CARDS } from "./detail";
import type { DiagramEvents, DiagramInput, Point } from "./diagram";
import { Card } from "./nodes/card";
import { type CardState, cardState, sameState } from "./nodes/card-state";
import { FrameHeader } from "./nodes/frame-header";
import type { Seen, Sight } from "./sight";

export interface Overlay {
  /** Shows the nodes in sight and says which ones it shows. */
  show(input: DiagramInput, sight: Sight, detail: Detail): ReadonlySet<Key>;
  /** The card at client coordinates that may be larger than its place, because its formula is shown whole. */
  wholeAt(client: Point): Key | null;
  dispose(): void;
}

interface Drawn {
  readonly state: CardState;
  readonly node: VNode;
}

const NOTHING: ReadonlySet<Key> = new Set();

export function createOverlay(layer: HTMLElement, events: DiagramEvents): Overlay {
  let drawn: ReadonlyMap<Key, Drawn> = new Map();
  let keys = NOTHING;

  function put(nodes: ReadonlyMap<Key, Drawn>): void {
    const same = nodes.size === drawn.size && [...nodes].every(([key, { node }]) => drawn.get(key)?.node === node);
    drawn = nodes;
    if (same) return;
    keys = new Set(nodes.keys());
    render(<Fragment>{[...nodes.values()].map(({ node }) => node)}</Fragment>, layer);
  }

  function drawnAs(input: DiagramInput, seen: Seen): Drawn {
    const state = cardState(input, seen);
    const before = drawn.get(seen.box.key);
    // A node that is the very same object is passed over by the renderer.
    if (before && sameState(before.state, state)) return before;
    const Node = state.box.kind === "frame" ? FrameHeader : Card;
    return { state, node: <Node key={state.box.key} state={state} events={events} /> };
  }

  return {
    show(input, sight, detail) {
      layer.dataset.detail = detail;
      layer.toggleAttribute("data-stale", input.stale);
      const nodes = new Map<Key, Drawn>();
      if (detail !== "far") {
        for (const list of [sight.frames, sight.boxes]) {
          for (const seen of list) {
            if (nodes.size === MOST_CARDS) break;
            if (list === sight.boxes && seen.box.kind === "frame") continue;
            nodes.set(seen.box.key, drawnAs(input, seen));
          }
        }
      }
      put(nodes);
      return keys;
    },
    wholeAt({ x, y }) {
      const card = layer.querySelector<HTMLElement>(".why-card[data-whole]");
      const rect = card?.getBoundingClientRect();
      const within = rect && x >= rect.left && x < rect.right && y >= rect.top && y < rect.bottom;
      return (within && card?.dataset.key) || null;
    },
    dispose() {
      render(null, layer);
    },
  };
}
