/** The cases that Python and TypeScript share. */
import { readFileSync } from "node:fs";
import { fromData, type ModelDocument } from "../../../js/src/document/document";
import type { Catalog, Command, DocumentData, PatchData } from "../../../js/src/protocol/types";

export interface CommandCase {
  readonly name: string;
  readonly commands: readonly Command[];
  readonly patch?: PatchData;
  readonly error?: { readonly code: string; readonly message: string };
}

interface CommandFile extends Pick<DocumentData, "records" | "layout"> {
  readonly catalog: Catalog;
  readonly cases: readonly CommandCase[];
}

export interface ScriptFile {
  readonly scripts: readonly {
    readonly edits: readonly (readonly Command[])[];
    readonly outcomes: readonly string[];
    readonly text: string;
  }[];
}

export const COMMANDS: CommandFile = read("commands.json");
export const CATALOG = COMMANDS.catalog;
export const DATA: DocumentData = {
  format: "whyboard/model",
  version: 1,
  records: COMMANDS.records,
  layout: COMMANDS.layout,
};

export function model(): ModelDocument {
  return fromData(DATA);
}

export function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../conformance/${name}`, import.meta.url), "utf8"));
}
