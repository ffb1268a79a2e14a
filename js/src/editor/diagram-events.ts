/** What the diagram reports, and what the editor makes of it. */
import { batch } from "@preact/signals";
import type { DiagramEvents, Hit, Point } from "../diagram/diagram";
import { isFactor, isVariable } from "../document/records";
import { contains } from "../document/selectors";
import type { Key, Position } from "../protocol/types";
import { actionById } from "./actions";
import { enterScope } from "./actions/view";
import { connectionRefusal, linkCommands, retargetSource } from "./connection";
import { calledDistribution } from "./distribution-formulas";
import { announce, type Editor, fail, select } from "./editor";
import { commitField, draftOf, LAW, makeMissing, setDraft } from "./fields";
import { scopeKind } from "./insertion";
import { linkSource, readSource } from "./linking";
import { applyOperator, entryById, place, placingRefusal } from "./placing";
import { fill } from "./strings";

export const PALETTE_TYPE = "application/x-whyboard-palette+json";
export const SOURCE_TYPE = "application/x-whyboard-source+json";

const NODE_MENU = [
  "connect",
  "editFormula",
  "rename",
  "observe",
  "intervene",
  "clearEvidence",
  "unlink",
  "enter",
  "toggleOpen",
  "toggleTrees",
  "group",
  "dissolve",
  "moveInto",
  "duplicate",
  "cut",
  "copy",
  "delete",
  "selectParents",
  "selectChildren",
];
const SCOPE_MENU = [
  "add",
  "paste",
  "selectAll",
  "fitAll",
  "openAll",
  "closeAll",
  "tidy",
  "leave",
  "exportSvg",
  "exportPython",
];

export function diagramEvents(editor: Editor): DiagramEvents {
  const { host, state, strings } = editor;
  const nameOf = (key: Key): string =>
    host.document.value.records.get(key)?.name ?? host.document.value.records.get(key)?.kind ?? key;
  return {
    select(keys, mode) {
      if (mode === "replace") return select(editor, keys);
      const next = new Set(state.selection.value);
      for (const key of keys)
        if (mode === "toggle" && next.has(key)) next.delete(key);
        else next.add(key);
      select(editor, next);
    },
    selectEdge(edge) {
      batch(() => {
        select(editor, []);
        state.edge.value = edge;
      });
      announce(editor, fill(strings.edgeSelected, { source: nameOf(edge.source), target: nameOf(edge.target) }));
    },
    toggleOpen(key) {
      state.open.value = toggled(state.open.value, key);
    },
    toggleTree(ref) {
      state.openTrees.value = toggled(state.openTrees.value, `${ref.key}.${ref.parameter}`);
    },
    enter: (key) => enterScope(editor, key),
    move(positions) {
      void editor.edit([{ type: "MoveNodes", positions: plain(positions) }], strings.move);
    },
    async reparent(keys, scope, positions) {
      const result = await editor.edit(
        [
          { type: "Reparent", keys, scope },
          { type: "MoveNodes", positions: plain(positions) },
        ],
        strings.moveInto,
      );
      if (result.ok) select(editor, keys);
    },
    canReparent(keys, scope) {
      const { records } = host.document.value;
      const allowed = scopeKind(host.catalog.value, records.get(scope)?.kind)?.contains ?? [];
      const misfit = keys.find((key) => !allowed.includes(records.get(key)?.kind ?? ""));
      if (misfit !== undefined)
        return fill(strings.cannotContain, { scope: nameOf(scope), kind: records.get(misfit)?.kind ?? "" });
      if (keys.some((key) => key === scope || contains(host.document.value, key, scope))) return strings.intoItself;
      return null;
    },
    connect(source, target, scope, at) {
      state.targets.value = null;
      if (!editor.editable()) return;
      if (target === null) {
        state.dialog.value = {
          kind: "add",
          scope,
          at,
          place: editor.diagram.current?.scopeAt(at).point ?? null,
          from: source,
        };
        return;
      }
      const link = linkCommands(host.document.value, source, target);
      if (link) return void editor.edit(link, strings.connect);
      const refusal = connectionRefusal(host.document.value, source, target);
      if (refusal === null) state.dialog.value = { kind: "connect", source, target, at };
      else
        fail(
          editor,
          fill(strings[refusal], { target: nameOf(target), kind: host.document.value.records.get(target)?.kind ?? "" }),
        );
    },
    retarget(edge, end, to) {
      if (edge.parameter === null) return fail(editor, strings.retargetNoParameter);
      if (end === "source") {
        void editor.edit(
          retargetSource(host.document.value, edge.source, edge.target, edge.parameter, to),
          strings.connect,
        );
      } else if (to !== edge.target) {
        state.dialog.value = { kind: "connect", source: edge.source, target: to, at: null };
      }
    },
    quickAdd(scope, at) {
      if (!editor.editable()) return;
      state.dialog.value = {
        kind: "add",
        scope,
        at,
        place: editor.diagram.current?.scopeAt(at).point ?? null,
        from: null,
      };
    },
    contextMenu(hit, at) {
      const key = keyOf(hit);
      if (key !== null && hit.kind !== "scope" && !state.selection.value.has(key)) select(editor, [key]);
      const onNode = key !== null && hit.kind !== "scope";
      const offered = (onNode ? NODE_MENU : SCOPE_MENU).filter((id) => actionById(id)?.enabled(editor));
      state.menu.value = { at, actions: offered, label: key === null ? strings.diagram : nameOf(key) };
    },
    startRename(key) {
      if (editor.editable()) state.renaming.value = key;
    },
    rename(key, name) {
      state.renaming.value = null;
      refocus(editor);
      if (name !== host.document.value.records.get(key)?.name) {
        void editor.edit([{ type: "Rename", key, name }], strings.rename);
      }
    },
    startFormula(ref) {
      if (editor.editable()) state.editing.value = ref;
    },
    async setFormula(ref, text, leaving) {
      const whole =
        !isFactor(host.document.value.records.get(ref.key) ?? { kind: "" }) && callsDistribution(editor, text);
      const field = whole ? LAW : `parameter.${ref.parameter}`;
      const done = await commitField(editor, ref.key, field, text);
      // What was refused stays on the card with the reason below it, as long as someone works on it.
      if (whole && !done && !leaving) return;
      refocus(editor);
      batch(() => {
        state.editing.value = null;
        if (done) return setDraft(editor, ref.key, LAW, null);
        const message = draftOf(editor, ref.key, field)?.error ?? strings.refused;
        // The text and its error go on in the inspector: nothing that was typed is lost.
        select(editor, [ref.key]);
        if (!whole) {
          state.rightTab.value = "inspector";
          state.rightOpen.value = true;
        }
        fail(editor, message);
      });
    },
    async takeOffer(ref, place) {
      const offer = draftOf(editor, ref.key, LAW)?.offers?.[place];
      if (!offer || !(await makeMissing(editor, ref.key, LAW, offer))) return;
      state.editing.value = null;
      refocus(editor);
    },
    cancelEditing() {
      refocus(editor);
      batch(() => {
        const ref = state.editing.value;
        if (ref !== null) setDraft(editor, ref.key, LAW, null);
        state.renaming.value = null;
        state.editing.value = null;
      });
    },
    observe: (key, value) => host.observe(key, value),
    hover() {},
    showDiagnostics(key) {
      batch(() => {
        select(editor, [key]);
        state.rightTab.value = "diagnostics";
        state.rightOpen.value = true;
      });
    },
    dragOver(hit, transfer, at) {
      if (!editor.editable()) return strings.readonly;
      const dragging = state.dragging.value;
      if (transfer.types.includes(SOURCE_TYPE)) return sourceRefusal(editor, hit);
      if (!transfer.types.includes(PALETTE_TYPE)) return strings.notKnown;
      const entry = dragging?.kind === "palette" ? entryById(editor, dragging.id) : undefined;
      // From another document the data is hidden until the drop, which checks again.
      if (!entry) return null;
      if (entry.type === "operator" && variableAt(editor, hit) !== null) return null;
      return placingRefusal(editor, editor.diagram.current?.scopeAt(at).scope ?? editor.root.value, entry);
    },
    drop(hit, scope, transfer, _at, inScope) {
      state.dragging.value = null;
      state.targets.value = null;
      const source = readSource(transfer.getData(SOURCE_TYPE));
      if (source) {
        const refusal = sourceRefusal(editor, hit);
        const key = keyOf(hit);
        if (refusal !== null || key === null) fail(editor, refusal ?? strings.notKnown);
        else void linkSource(editor, key, source);
        return;
      }
      const entry = entryById(editor, readId(transfer.getData(PALETTE_TYPE)));
      const variable = variableAt(editor, hit);
      if (!entry) fail(editor, strings.notKnown);
      else if (entry.type === "operator" && variable !== null) void applyOperator(editor, entry, variable);
      else {
        const refusal = placingRefusal(editor, scope, entry);
        if (refusal === null) void place(editor, entry, scope, inScope);
        else fail(editor, refusal);
      }
    },
  };
}

function callsDistribution({ host }: Editor, text: string): boolean {
  return calledDistribution(host.catalog.value, text) !== null;
}

/** The box that was typed in is about to go: the keys shall stay with the diagram, not with the page. */
function refocus(editor: Editor): void {
  setTimeout(() => {
    const { activeElement, body } = document;
    if (activeElement === null || activeElement === body) editor.diagram.current?.focus();
  });
}

/** The node under the pointer, if any. */
export function keyOf(hit: Hit): Key | null {
  return hit.kind === "background" || hit.kind === "edge" ? null : hit.key;
}

function variableAt(editor: Editor, hit: Hit): Key | null {
  const key = keyOf(hit);
  const record = key === null ? undefined : editor.host.document.value.records.get(key);
  return record && isVariable(record) ? key : null;
}

/** A column goes onto a variable; a whole frame also onto a scope, where columns are matched by name. */
function sourceRefusal(editor: Editor, hit: Hit): string | null {
  if (!editor.host.capabilities.value.kernel) return editor.strings.noKernel;
  if (keyOf(hit) === null) return editor.strings.dropOnVariable;
  const dragging = editor.state.dragging.value;
  const column = dragging?.kind === "source" && dragging.source.column !== undefined;
  return column && variableAt(editor, hit) === null ? editor.strings.dropOnVariable : null;
}

function readId(text: string): string {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null && "id" in data && typeof data.id === "string" ? data.id : "";
  } catch {
    return "";
  }
}

function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

/** Positions that are finite and plain, whatever a pointer event gave. */
function plain(positions: Readonly<Record<Key, Point>>): Record<Key, Position> {
  return Object.fromEntries(
    Object.entries(positions).map(([key, { x, y }]) => [key, { x: Math.round(x), y: Math.round(y) }]),
  );
}
