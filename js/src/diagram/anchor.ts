/** What stays where it is on the screen when an edit lays the picture out anew: the thing that was edited. Pure. */
import type { Key } from "../protocol/types";
import type { DiagramInput, Rect } from "./diagram";
import type { Layout } from "./scene-types";
import { meets, type Sight } from "./sight";

/** A key with a place in the old layout that is in view; null if nothing that was in view is left. */
export function anchorOf(
  before: DiagramInput,
  after: DiagramInput,
  from: Layout,
  to: Layout,
  view: Rect,
  sight: Sight | null,
): Key | null {
  const kept = (key: Key | undefined | null): key is Key => {
    const rect = key ? from.rects.get(key) : undefined;
    return rect !== undefined && key !== null && key !== undefined && to.rects.has(key) && meets(rect, view);
  };
  const middle = { x: view.x + view.width / 2, y: view.y + view.height / 2 };
  const distance = ({ x, y, width, height }: Rect): number =>
    Math.hypot(x + width / 2 - middle.x, y + height / 2 - middle.y);
  const central = [...(sight?.boxes ?? []), ...(sight?.frames ?? [])]
    .filter(({ box }) => kept(box.key))
    .sort((a, b) => distance(a.rect) - distance(b.rect))[0]?.box.key;
  return [...edited(before, after), ...after.selection, central].find(kept) ?? null;
}

/** The first of what changed. A node that was placed has moved on purpose: then its frame stays. */
function edited(before: DiagramInput, after: DiagramInput): Key[] {
  const toggled = difference(before.open, after.open) ?? difference(before.openTrees, after.openTrees)?.split(".")[0];
  if (toggled !== undefined) return [toggled];
  const found: Key[] = [];
  const [old, now] = [before.document, after.document];
  if (old.layout !== now.layout) {
    for (const key of [...old.layout.keys(), ...now.layout.keys()]) {
      const [a, b] = [old.layout.get(key), now.layout.get(key)];
      const scope = now.records.get(key)?.scope;
      if (a === b || scope === undefined) continue;
      found.push(scope);
      break;
    }
  }
  if (old.records !== now.records) {
    for (const [key, record] of now.records) {
      const known = old.records.get(key);
      if (known === undefined || known === record) continue;
      found.push(key);
      break;
    }
  }
  return found;
}

function difference(a: ReadonlySet<string>, b: ReadonlySet<string>): string | undefined {
  if (a === b) return undefined;
  for (const item of b) if (!a.has(item)) return item;
  for (const item of a) if (!b.has(item)) return item;
  return undefined;
}
