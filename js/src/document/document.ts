/** The document: an immutable value with its indexes. `apply` gives the next one; nothing else changes a model. */
import type { DocumentData } from "../protocol/types";
import { byName, canonical, canonicalRecord } from "./canonical";
import { type Draft, draftOf } from "./draft";
import type { Patch } from "./patch";
import type { Table } from "./table";

export type { Table } from "./table";

export const FORMAT = "whyboard/model";
export const VERSION = 1;

export interface ModelDocument extends Table {
  readonly version: number;
}

export const EMPTY_DOCUMENT: ModelDocument = {
  records: new Map(),
  layout: new Map(),
  children: new Map(),
  names: new Map(),
  users: new Map(),
  values: new Map(),
  version: VERSION,
};

/** The document after a patch. */
export function apply(document: ModelDocument, patch: Patch): ModelDocument {
  const draft = draftOf(document);
  applyTo(draft, patch);
  return { ...draft.table, version: document.version };
}

/** A document from data that guards have already looked at (`protocol/guards.ts`). */
export function fromData(data: DocumentData): ModelDocument {
  const draft = draftOf(EMPTY_DOCUMENT);
  for (const key of Object.keys(data.records).sort(byName)) {
    const record = data.records[key];
    if (record) draft.put(key, record);
  }
  for (const [key, position] of Object.entries(data.layout)) draft.place(key, position);
  draft.store(data.values ?? {});
  return { ...draft.table, version: data.version };
}

/** The document as plain data, for messages. */
export function toData(document: ModelDocument): DocumentData {
  return {
    format: FORMAT,
    version: document.version,
    records: Object.fromEntries(document.records),
    layout: Object.fromEntries(document.layout),
    ...(document.values.size ? { values: Object.fromEntries(document.values) } : {}),
  };
}

/** The text of the document, byte for byte as Python writes it: sorted by key, one record per line. */
export function serialise(document: ModelDocument): string {
  const sections = [
    `  "format": ${canonical(FORMAT)}`,
    `  "version": ${document.version}`,
    section("records", document.records, canonicalRecord),
    section("layout", document.layout, canonical),
  ];
  if (document.values.size) sections.push(section("values", document.values, canonical));
  return `{\n${sections.join(",\n")}\n}\n`;
}

function section<T>(name: string, entries: ReadonlyMap<string, T>, text: (item: T) => string): string {
  if (!entries.size) return `  "${name}": {}`;
  const lines = [...entries]
    .sort(([a], [b]) => byName(a, b))
    .map(([key, item]) => `    ${JSON.stringify(key)}: ${text(item)}`);
  return `  "${name}": {\n${lines.join(",\n")}\n  }`;
}

function applyTo(draft: Draft, patch: Patch): void {
  if (patch.values) draft.store(patch.values);
  for (const [key, [, after]] of Object.entries(patch.records)) draft.put(key, after);
  for (const [key, [, after]] of Object.entries(patch.layout)) draft.place(key, after);
}
