/** Selecting by relation. */
import { children, childrenOf, parentsOf } from "../../document/selectors";
import type { Key } from "../../protocol/types";
import type { Action } from "../action";
import { type Editor, select } from "../editor";

function related(editor: Editor, step: (key: Key) => readonly Key[], all: boolean): void {
  const found = new Set<Key>();
  let front: readonly Key[] = [...editor.state.selection.value];
  while (front.length > 0) {
    const next = [...new Set(front.flatMap(step))].filter((key) => !found.has(key));
    for (const key of next) found.add(key);
    front = all ? next : [];
  }
  if (found.size > 0) select(editor, found);
}

const parents = (editor: Editor) => (key: Key) => parentsOf(editor.host.document.value, key).map((edge) => edge.parent);
const descendants = (editor: Editor) => (key: Key) => childrenOf(editor.host.document.value, key);
const some = (editor: Editor): boolean => editor.state.selection.value.size > 0;

export const selectionActions: readonly Action[] = [
  {
    id: "selectAll",
    label: "selectAll",
    group: "view",
    icon: null,
    keys: ["Mod-a"],
    enabled: () => true,
    run: (editor) => {
      const document = editor.host.document.value;
      const selected = editor.state.selected.value;
      const scope = selected === null ? undefined : document.records.get(selected)?.scope;
      select(editor, children(document, scope ?? editor.root.value));
    },
  },
  {
    id: "selectParents",
    label: "selectParents",
    group: "view",
    icon: null,
    keys: ["p"],
    enabled: some,
    run: (editor) => related(editor, parents(editor), false),
  },
  {
    id: "selectChildren",
    label: "selectChildren",
    group: "view",
    icon: null,
    keys: ["n"],
    enabled: some,
    run: (editor) => related(editor, descendants(editor), false),
  },
  {
    id: "selectAncestors",
    label: "selectAncestors",
    group: "view",
    icon: null,
    keys: ["Shift-p"],
    enabled: some,
    run: (editor) => related(editor, parents(editor), true),
  },
  {
    id: "selectDescendants",
    label: "selectDescendants",
    group: "view",
    icon: null,
    keys: ["Shift-n"],
    enabled: some,
    run: (editor) => related(editor, descendants(editor), true),
  },
  {
    id: "clearSelection",
    label: "clearSelection",
    group: "view",
    icon: null,
    keys: ["Escape"],
    enabled: (editor) => some(editor) || editor.state.searching.value,
    run: (editor) => {
      if (editor.state.searching.value) editor.state.searching.value = false;
      else select(editor, []);
    },
  },
];
