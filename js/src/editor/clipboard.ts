/** Copying: a part of the model as whyboard JSON and as Python text, and pasting it with fresh keys. */
import type { ModelDocument } from "../document/document";
import { freshKey, isKey } from "../document/key";
import { isOperator, isRef, storedHashes } from "../document/records";
import { operatorTree, outermost, subtree } from "../document/selectors";
import type { Key, ModelRecord, Parameter, Paste, Position } from "../protocol/types";

/** A part of a model on its way to another place. */
export interface Fragment {
  readonly records: Readonly<Record<Key, ModelRecord>>;
  readonly layout: Readonly<Record<Key, Position>>;
  /** The large constants that the records mention. */
  readonly values: Readonly<Record<string, string>>;
}

const FORMAT = "whyboard/model";
const STORE = "whyboard-clipboard";

/** These nodes, all they contain, and the operators their parameters are computed by. */
export function fragment(document: ModelDocument, keys: Iterable<Key>): Fragment {
  const inside = subtree(document, outermost(document, keys));
  for (const key of [...inside]) {
    const record = document.records.get(key);
    if (!record) continue;
    for (const value of Object.values(record.parameters ?? {})) {
      if (isRef(value)) for (const operator of operatorTree(document, value.ref)) inside.add(operator);
    }
  }
  const records: Record<Key, ModelRecord> = {};
  const layout: Record<Key, Position> = {};
  for (const key of [...inside].sort()) {
    const record = document.records.get(key);
    const place = document.layout.get(key);
    if (record) records[key] = record;
    if (place) layout[key] = place;
  }
  const values: Record<string, string> = {};
  for (const hash of Object.values(records).flatMap(storedHashes)) {
    const text = document.values.get(hash);
    if (text !== undefined) values[hash] = text;
  }
  return { records, layout, values };
}

/** The command that adds a fragment to a scope under fresh keys; placed nodes shift a little so that none is covered. */
export function pasteCommand(scope: Key, part: Fragment, shift = 24): Paste {
  return freshPaste(scope, part, shift).command;
}

/** The same, with the fresh key of each record. */
export function freshPaste(
  scope: Key,
  part: Fragment,
  shift: number,
): { readonly command: Paste; readonly keys: ReadonlyMap<Key, Key> } {
  const keys = new Map(
    Object.keys(part.records)
      .sort()
      .map((key) => [key, freshKey()]),
  );
  const renewed = (key: Key): Key => keys.get(key) ?? key;
  const records: Record<Key, ModelRecord> = {};
  const layout: Record<Key, Position> = {};
  for (const [key, record] of Object.entries(part.records)) records[renewed(key)] = withKeys(record, renewed);
  for (const [key, place] of Object.entries(part.layout)) {
    const inner = part.records[key]?.scope;
    const by = inner !== undefined && inner in part.records ? 0 : shift;
    if (keys.has(key)) layout[renewed(key)] = { x: place.x + by, y: place.y + by };
  }
  const { values } = part;
  const command: Paste = { type: "Paste", scope, records, layout, ...(Object.keys(values).length ? { values } : {}) };
  return { command, keys };
}

/** The nodes of a paste that a user sees as pasted: neither inside another one nor operators. */
export function pastedRoots(paste: Paste): Key[] {
  return Object.entries(paste.records)
    .filter(
      ([, record]) =>
        record.name !== undefined &&
        !isOperator(record) &&
        !(record.scope !== undefined && record.scope in paste.records),
    )
    .map(([key]) => key);
}

export function fragmentText(part: Fragment): string {
  return JSON.stringify({ format: FORMAT, version: 1, ...part });
}

/** A fragment out of text from anywhere; `null` if it is none. */
export function readFragment(text: string): Fragment | null {
  if (!text.trimStart().startsWith("{") || !text.includes(FORMAT)) return null;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(data) || data.format !== FORMAT || !isObject(data.records)) return null;
  const records: Record<Key, ModelRecord> = {};
  for (const [key, record] of Object.entries(data.records)) {
    if (!isKey(key) || !isRecord(record)) return null;
    records[key] = record;
  }
  const layout: Record<Key, Position> = {};
  for (const [key, place] of Object.entries(isObject(data.layout) ? data.layout : {}))
    if (isPosition(place)) layout[key] = place;
  const values: Record<string, string> = {};
  for (const [hash, text] of Object.entries(isObject(data.values) ? data.values : {}))
    if (typeof text === "string") values[hash] = text;
  return Object.keys(records).length > 0 ? { records, layout, values } : null;
}

/**
 * Put JSON and Python on the clipboards: the system's gets the Python, so that pasting into a cell gives code. False if
 * the page may not write to it.
 */
export async function writeClipboard(json: string, python: string): Promise<boolean> {
  try {
    localStorage.setItem(STORE, JSON.stringify({ text: python, json }));
  } catch {
    // Storage may be full or forbidden: copying inside this editor still works.
  }
  if (!navigator.clipboard) return false;
  return navigator.clipboard.writeText(python).then(
    () => true,
    () => false,
  );
}

/** The whyboard JSON behind a clipboard text: the text itself, or what was copied together with it on this site. */
export function jsonBehind(text: string): string | null {
  if (readFragment(text)) return text;
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORE) ?? "null");
    if (isObject(stored) && typeof stored.json === "string" && normalised(String(stored.text)) === normalised(text))
      return stored.json;
  } catch {
    return null;
  }
  return null;
}

function normalised(text: string): string {
  return text.replaceAll("\r\n", "\n").trim();
}

function withKeys(record: ModelRecord, renewed: (key: Key) => Key): ModelRecord {
  const { scope, operands, parameters, source, target } = record;
  return {
    ...record,
    ...(scope === undefined ? {} : { scope: renewed(scope) }),
    ...(operands ? { operands: operands.map(renewed) } : {}),
    ...(parameters
      ? {
          parameters: Object.fromEntries(
            Object.entries(parameters).map(([name, value]) => [name, renewedParameter(value, renewed)]),
          ),
        }
      : {}),
    ...(source === undefined ? {} : { source: renewed(source) }),
    ...(target === undefined ? {} : { target: renewed(target) }),
  };
}

function renewedParameter(value: Parameter, renewed: (key: Key) => Key): Parameter {
  return isRef(value) ? { ref: renewed(value.ref) } : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRecord(value: unknown): value is ModelRecord {
  return isObject(value) && typeof value.kind === "string";
}

function isPosition(value: unknown): value is Position {
  return isObject(value) && Number.isFinite(value.x) && Number.isFinite(value.y);
}
