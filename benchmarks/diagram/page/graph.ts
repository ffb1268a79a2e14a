/** The graph that both are shown: the same nodes, edges and places. */

import { drawing } from "../../../js/dev/drawing";
import { nested } from "../../../js/dev/nested";
import type { DiagramInput } from "../../../js/src/diagram/diagram";
import { layoutScene } from "../../../js/src/diagram/layout";
import { buildScene } from "../../../js/src/diagram/scene";
import type { Layout, Scene } from "../../../js/src/diagram/scene-types";
import { fromData } from "../../../js/src/document/document";
import { openAtFirst } from "../../../js/src/editor/openness";

const query = new URLSearchParams(location.search);

export function input(): DiagramInput {
  const document = fromData(nested(Number(query.get("size") ?? 100)));
  const open = query.has("collapsed")
    ? openAtFirst(document, "g")
    : new Set([...document.records].filter(([, record]) => record.distribution === undefined).map(([key]) => key));
  return drawing(document, open);
}

export function places(): { scene: Scene; layout: Layout; input: DiagramInput } {
  const given = input();
  const scene = buildScene(given);
  return { scene, layout: layoutScene(scene, given.document.layout, null), input: given };
}

/** What the measurement asks of either page. */
export interface Subject {
  /** Seconds from asking for the picture to the frame after it. */
  readonly shown: number;
  fit(): void;
  /** Zoom in on one leaf until its card can be read. */
  approach(key: string): void;
  /** The middle of a leaf's header on the screen. */
  at(key: string): { x: number; y: number };
  /** One edit until it has been painted, in milliseconds. */
  edit?(): Promise<number>;
}

declare global {
  var subject: Subject;
}
