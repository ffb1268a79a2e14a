/** The editor without its looks: a host, the state, the diagram it steers, and the one door to a change of the model. */
import { batch, computed, effect, type ReadonlySignal, type signal } from "@preact/signals";
import type { Diagram } from "../diagram/diagram";
import { ancestors, children, describe } from "../document/selectors";
import type { EditResult, Host } from "../hosts/host";
import type { Command, Key } from "../protocol/types";
import { openAmongNew, openAtFirst } from "./openness";
import { searchMatches } from "./search";
import { createState, type EditorState } from "./state";
import { english, type Strings } from "./strings";

export interface Editor {
  readonly host: Host;
  readonly state: EditorState;
  readonly strings: Strings;
  /** The scope that fills the view. */
  readonly root: ReadonlySignal<Key>;
  readonly matches: ReadonlySignal<readonly Key[] | null>;
  /** The diagram, once there is one. */
  readonly diagram: { current: Diagram | null };
  /**
   * One undo step. Resolves as soon as it is drawn, which a busy kernel does not delay, or refused here; a refusal that
   * comes later takes it back.
   */
  edit(commands: readonly Command[], label: string, options?: EditOptions): Promise<EditResult>;
  /** May the model be changed here? */
  editable(): boolean;
  dispose(): void;
}

export interface EditOptions {
  /** Joins neighbouring edits into one undo step. */
  readonly step?: string;
  /** Told why it was refused, now or later; without it the user is told in the status bar. */
  readonly refused?: (message: string) => void;
}

export function createEditor(host: Host, strings: Strings = english): Editor {
  const state = createState();
  const root = computed(() => {
    const entered = state.entered.value;
    return entered !== null && host.document.value.records.has(entered) ? entered : host.root.value;
  });
  const matches = computed(() =>
    state.searching.value ? searchMatches(host.document.value, root.value, state.query.value) : null,
  );
  // What was deleted, here or in a cell, is no longer selected, open or being edited.
  let drawn = host.document.peek();
  let opened: Key | null = null;
  const stopPruning = effect(() => {
    const document = host.document.value;
    const { records } = document;
    const shown = host.root.value;
    batch(() => {
      if (opened !== shown && records.has(shown)) {
        opened = shown;
        state.open.value = openAtFirst(document, shown);
      } else {
        const added = openAmongNew(drawn, document, state.open.peek());
        if (added.length > 0) state.open.value = new Set([...state.open.peek(), ...added]);
      }
      drawn = document;
      prune(state.selection, (key) => records.has(key));
      prune(state.open, (key) => records.has(key));
      prune(state.openTrees, (tree) => records.has(tree.slice(0, tree.indexOf("."))));
      const edge = state.edge.peek();
      if (edge && !(records.has(edge.source) && records.has(edge.target))) state.edge.value = null;
      if (state.renaming.peek() !== null && !records.has(state.renaming.peek() ?? "")) state.renaming.value = null;
      if (state.editing.peek() !== null && !records.has(state.editing.peek()?.key ?? "")) state.editing.value = null;
    });
  });
  return {
    host,
    state,
    strings,
    root,
    matches,
    diagram: { current: null },
    editable: () => !host.capabilities.value.readonly && !host.status.value.readonly,
    edit(commands, label, options = {}) {
      if (commands.length === 0) return Promise.resolve({ ok: true });
      const before = host.document.peek();
      const answer = host.edit(commands, label, options.step).then((result) => {
        if (result.ok) {
          if (state.notice.peek()?.tone === "error") state.notice.value = null;
        } else if (options.refused) options.refused(result.message);
        else state.notice.value = { tone: "error", text: result.message };
        return result;
      });
      return host.document.peek() === before ? answer : Promise.resolve({ ok: true });
    },
    dispose: stopPruning,
  };
}

/** Is there nothing to look at in the scope that fills the view? */
export function isEmpty(editor: Editor): boolean {
  const { catalog, document } = editor.host;
  const builtin = new Set(catalog.value.scopes.flatMap((scope) => scope.builtins.map((one) => one.kind)));
  return children(document.value, editor.root.value).every(
    (key) => builtin.has(document.value.records.get(key)?.kind ?? "") && children(document.value, key).length === 0,
  );
}

/** Select a node and bring it into view, opening the scopes around it. */
export function goTo(editor: Editor, key: Key): void {
  const { state, host } = editor;
  const around = ancestors(host.document.value, key);
  batch(() => {
    if (!around.includes(editor.root.value)) state.entered.value = null;
    const above = around.slice(0, Math.max(0, around.indexOf(editor.root.value)));
    state.open.value = new Set([...state.open.value, ...above]);
    select(editor, [key]);
  });
  editor.diagram.current?.reveal(key);
}

/** Replace the selection and say so to a screen reader. */
export function select(editor: Editor, keys: Iterable<Key>): void {
  const { state, host, strings } = editor;
  const selection = new Set(keys);
  state.selection.value = selection;
  state.edge.value = null;
  const [only] = selection;
  if (selection.size === 1 && only !== undefined) announce(editor, describe(host.document.value, only));
  else if (selection.size > 1) announce(editor, strings.selectedCount.replace("{count}", String(selection.size)));
}

/** Tell a screen reader, politely. */
export function announce(editor: Editor, sentence: string): void {
  editor.state.announcement.value = sentence;
}

export function fail(editor: Editor, sentence: string): void {
  editor.state.notice.value = { tone: "error", text: sentence };
}

function prune<T>(store: ReturnType<typeof signal<ReadonlySet<T>>>, keep: (item: T) => boolean): void {
  const items = store.peek();
  if (!items) return;
  for (const item of items) {
    if (keep(item)) continue;
    store.value = new Set([...items].filter(keep));
    return;
  }
}
