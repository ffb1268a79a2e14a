/** Moving nodes on the page and walking from node to node. */
import type { Position } from "../../protocol/types";
import type { Action } from "../action";
import { type Editor, select } from "../editor";
import { editableSelection } from "./edit";

type Direction = "up" | "down" | "left" | "right";

const STEP = 16;
const BY: Readonly<Record<Direction, Position>> = {
  up: { x: 0, y: -STEP },
  down: { x: 0, y: STEP },
  left: { x: -STEP, y: 0 },
  right: { x: STEP, y: 0 },
};

/** Where a node stands in its scope: as placed, or as the layout drew it. */
function positionOf(editor: Editor, key: string): Position | null {
  const placed = editor.host.document.value.layout.get(key);
  if (placed) return placed;
  const diagram = editor.diagram.current;
  const drawn = diagram?.rectOf(key);
  if (!diagram || !drawn) return null;
  const corner = diagram.scopeAt({ x: drawn.x - 1, y: drawn.y - 1 });
  return corner.scope === editor.host.document.value.records.get(key)?.scope ? corner.point : null;
}

function nudge(direction: Direction, key: string): Action {
  const label = ({ up: "nudgeUp", down: "nudgeDown", left: "nudgeLeft", right: "nudgeRight" } as const)[direction];
  return {
    id: label,
    label,
    group: "edit",
    icon: null,
    keys: [`Mod-${key}`],
    enabled: (editor) => editor.editable() && editableSelection(editor).length > 0,
    run: async (editor) => {
      const keys = editableSelection(editor);
      const positions: Record<string, Position> = {};
      for (const one of keys) {
        const now = positionOf(editor, one);
        if (now) positions[one] = { x: now.x + BY[direction].x, y: now.y + BY[direction].y };
      }
      if (Object.keys(positions).length === 0) return;
      // A burst of arrow presses on the same nodes is one undo step.
      await editor.edit([{ type: "MoveNodes", positions }], editor.strings[label], {
        step: `nudge ${keys.join(" ")}`,
      });
    },
  };
}

function walk(direction: Direction, key: string): Action {
  const label = ({ up: "walkUp", down: "walkDown", left: "walkLeft", right: "walkRight" } as const)[direction];
  return {
    id: label,
    label,
    group: "view",
    icon: null,
    keys: [key],
    enabled: () => true,
    run: (editor) => {
      const [from] = editor.state.selection.value;
      const next = editor.diagram.current?.neighbour(from ?? null, direction) ?? null;
      if (next === null) return;
      // What is selected comes into view by itself, and no farther than it must.
      select(editor, [next]);
    },
  };
}

export const moveActions: readonly Action[] = [
  nudge("left", "ArrowLeft"),
  nudge("right", "ArrowRight"),
  nudge("up", "ArrowUp"),
  nudge("down", "ArrowDown"),
  {
    id: "tidy",
    label: "tidy",
    group: "edit",
    icon: "tidy",
    keys: ["t"],
    enabled: (editor) => editor.editable() && editor.host.document.value.records.size > 0,
    run: async (editor) => {
      const positions = Object.fromEntries(placedKeys(editor).map((key) => [key, null]));
      if (Object.keys(positions).length > 0) await editor.edit([{ type: "MoveNodes", positions }], editor.strings.tidy);
      // Edits move as little as they can, which leaves gaps and crooked lines behind in the end.
      editor.diagram.current?.arrange();
      editor.diagram.current?.fit();
    },
  },
  walk("left", "ArrowLeft"),
  walk("right", "ArrowRight"),
  walk("up", "ArrowUp"),
  walk("down", "ArrowDown"),
];

/** The nodes someone placed: of several selected ones, else all under the root. */
function placedKeys(editor: Editor): readonly string[] {
  const { layout, records } = editor.host.document.value;
  const { value: selection } = editor.state.selection;
  if (selection.size > 1) return [...selection].filter((key) => layout.has(key));
  const root = editor.root.value;
  return [...layout.keys()].filter((key) => {
    for (let scope = records.get(key)?.scope; scope !== undefined; scope = records.get(scope)?.scope)
      if (scope === root) return true;
    return false;
  });
}
