/** Undo and redo over patches. Neighbouring edits with the same token are one step. */
import type { HistoryState, Key } from "../protocol/types";
import { composeAll, inverse, type Patch } from "./patch";

/** Steps that are kept; the oldest ones go first. */
const LIMIT = 1000;

interface Step {
  readonly label: string;
  readonly token: string | null;
  readonly patches: readonly Patch[];
}

/** What can be undone and redone, latest last. */
export interface History {
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
}

export const EMPTY_HISTORY: History = { undo: [], redo: [] };

/** Remember a new edit; what was undone before it is forgotten. */
export function push(history: History, patch: Patch, label: string, token: string | null): History {
  const last = history.undo.at(-1);
  if (last && token !== null && last.token === token) {
    return { undo: [...history.undo.slice(0, -1), { ...last, patches: [...last.patches, patch] }], redo: [] };
  }
  return { undo: [...history.undo.slice(1 - LIMIT), { label, token, patches: [patch] }], redo: [] };
}

/** The patch that takes the latest step back, and the history after it; `null` if there is none. */
export function undo(history: History): { readonly patch: Patch; readonly history: History } | null {
  const step = history.undo.at(-1);
  if (!step) return null;
  const patch = composeAll(step.patches);
  // A later edit with the same token must not join a step that was undone and redone.
  const undone = { label: step.label, token: null, patches: [patch] };
  return { patch: inverse(patch), history: { undo: history.undo.slice(0, -1), redo: [...history.redo, undone] } };
}

/** The patch that does the latest undone step again, and the history after it; `null` if there is none. */
export function redo(history: History): { readonly patch: Patch; readonly history: History } | null {
  const step = history.redo.at(-1);
  if (!step) return null;
  const patch = composeAll(step.patches);
  return { patch, history: { undo: [...history.undo, step], redo: history.redo.slice(0, -1) } };
}

/** What undo and redo would do. A step that would take the `shown` record away cannot be undone. */
export function historyState(history: History, shown: Key): HistoryState {
  const last = history.undo.at(-1);
  const blocked = last?.patches.some((patch) => patch.records[shown]?.[0] === null);
  return { undo: last && !blocked ? last.label : null, redo: history.redo.at(-1)?.label ?? null };
}
