import type { Key } from "../protocol/types";
import type { DiagramInput, Point, Rect } from "./diagram";
import type { Layout, Scene } from "./scene-types";
import type { Shift, Sight } from "./sight";
import type { Theme } from "./theme";

/** All that is drawn at one moment: what is where, how near, and in which colours. */
export interface Picture {
  readonly scene: Scene;
  readonly layout: Layout;
  readonly input: DiagramInput;
  readonly sight: Sight;
  readonly view: Rect;
  readonly scale: number;
  readonly theme: Theme;
  /** What is shown as HTML above the canvas. */
  readonly carded: ReadonlySet<Key>;
  readonly shift: Shift | null;
  readonly rubber: { readonly from: Point; readonly to: Point } | null;
  /** The edge under the pointer, by id. */
  readonly pointed: string | null;
}
