/** What a model looks like before anyone decides where things are: boxes in boxes, and edges between them. Pure data. */
import type { Key, ModelRecord } from "../protocol/types";
import type { Point, Rect } from "./diagram";
import type { Frame } from "./layout/content";

/** `frame` is an open scope, `scope` a collapsed one; `factor` an undirected term; `operator` a node of an open operand tree; `unknown` a grey box. */
export type BoxKind = "variable" | "static" | "data" | "frame" | "scope" | "factor" | "operator" | "unknown";

export interface Box {
  readonly key: Key;
  readonly kind: BoxKind;
  readonly record: ModelRecord;
  /** The frame it is drawn in; null for the root. */
  readonly parent: Key | null;
  /** Visible boxes inside, in order of creation; empty unless `kind` is `frame`. */
  readonly children: readonly Key[];
  readonly title: string;
  /** Shape as text, for example `(3)`; empty for a scalar and for scopes. */
  readonly shape: string;
  /** How many scopes and variables stand in it, shown or not. */
  readonly contents: number;
  /** The natural size of a leaf box, in scene units; a frame's size is decided by the layout. */
  readonly width: number;
  readonly height: number;
  /** How far its caption reaches beyond that, to each side and below. */
  readonly overhang: Overhang;
}

export interface Overhang {
  readonly side: number;
  readonly below: number;
}

export interface Edge {
  /** Stable: `source>target`. */
  readonly id: string;
  readonly source: Key;
  readonly target: Key;
  /** `coupling` has no direction: it joins a factor to what it couples. */
  readonly kind: "parent" | "link" | "coupling";
  /** Parameters of the target that the source enters; empty for bundles and links. */
  readonly parameters: readonly string[];
  /** How many edges of the model this one stands for (more than 1 into or out of collapsed scopes). */
  readonly count: number;
  /** Rows back in time, the fewest first; 0 within a row. */
  readonly lags: readonly number[];
  /** The innermost frame around both ends: the edge runs inside of it. */
  readonly frame: Key;
}

export interface Scene {
  readonly root: Key;
  readonly boxes: ReadonlyMap<Key, Box>;
  readonly edges: readonly Edge[];
}

/** Where everything is, in scene coordinates (the root frame's corner is the origin). */
export interface Layout {
  readonly rects: ReadonlyMap<Key, Rect>;
  readonly routes: Routes;
  readonly bounds: Rect;
  /** Each frame in its own coordinates: what the next layout starts from. Frames that were closed since are kept. */
  readonly frames: ReadonlyMap<Key, Frame>;
}

/** By edge id: cubic Bezier chains, a start point and then three points for each segment. The same array each time. */
export interface Routes {
  get(id: string): readonly Point[] | undefined;
}

/** Room for a frame's header above its contents, and around them. */
export const HEADER = 32;
export const PADDING = 20;

/** The parameter that a click on the formula edits: the first one given, else the first of the kind. */
export function mainParameter(box: Box): string | null {
  const given = Object.keys(box.record.parameters ?? {});
  if (box.kind === "factor") return "log_density";
  const preferred = ["mean", "mean_log", "rate", "logit", "logits", "probabilities", "concentration", "scale", "low"];
  return (
    preferred.find((name) => given.includes(name)) ??
    given[0] ??
    (box.record.distribution === "NormalDistribution" ? "mean" : null)
  );
}
