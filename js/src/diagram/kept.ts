/** What of a layout is worth keeping when the next one is made: where nodes stood, frame by frame. Pure. */
import type { Key } from "../protocol/types";
import type { DiagramInput } from "./diagram";
import type { Layout } from "./scene-types";

type Shown = Pick<DiagramInput, "document" | "open" | "openTrees">;

/** The layout that the next one shall remember, `null` for none of it. */
export function kept(layout: Layout, before: Shown | null, next: Shown): Layout | null {
  if (!before) return layout;
  // Many scopes opened or closed at once make another picture.
  if (toggled(before.open, next.open).length > 1) return null;
  // Operators among nodes that stay would be below what is computed from them.
  const redrawn = toggled(before.openTrees, next.openTrees).flatMap((tree) => scopeOf(next, tree) ?? []);
  if (redrawn.length === 0) return layout;
  return { ...layout, frames: new Map([...layout.frames].filter(([key]) => !redrawn.includes(key))) };
}

/** The scope of the variable of an operand tree. */
function scopeOf({ document }: Shown, tree: string): Key | undefined {
  return document.records.get(tree.slice(0, tree.indexOf(".")))?.scope;
}

function toggled(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  if (a === b) return [];
  return [...[...a].filter((key) => !b.has(key)), ...[...b].filter((key) => !a.has(key))];
}
