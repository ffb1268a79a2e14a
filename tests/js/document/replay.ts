/** Replays scripts of edits. As a program: scripts on standard input, outcomes and texts on standard output. */
import { run } from "../../../js/src/document/commands";
import { apply, EMPTY_DOCUMENT, type ModelDocument, serialise } from "../../../js/src/document/document";
import { EMPTY_HISTORY, type History, push, undo } from "../../../js/src/document/history";
import type { Catalog, Command } from "../../../js/src/protocol/types";

export interface Replay {
  readonly outcomes: readonly string[];
  readonly text: string;
  /** The text after everything was undone. */
  readonly undone: string;
}

export function replay(edits: readonly (readonly Command[])[], catalog: Catalog): Replay {
  let document: ModelDocument = EMPTY_DOCUMENT;
  let history: History = EMPTY_HISTORY;
  const outcomes: string[] = [];
  for (const commands of edits) {
    const result = run(document, commands, catalog);
    outcomes.push(result.ok ? "ok" : `${result.code}: ${result.message}`);
    if (!result.ok) continue;
    document = result.document;
    history = push(history, result.patch, "edit", null);
  }
  const text = serialise(document);
  for (let step = undo(history); step; step = undo(step.history)) document = apply(document, step.patch);
  return { outcomes, text, undone: serialise(document) };
}
