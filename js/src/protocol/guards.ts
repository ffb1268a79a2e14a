/** Looks at what arrives from outside before anything relies on it. The only place where a type is asserted. */
import type {
  Catalog,
  DocumentData,
  DocumentTrait,
  HistoryState,
  HostMessage,
  ModelRecord,
  PatchData,
  Position,
} from "./types";

type Table = Readonly<Record<string, unknown>>;

/** The message, or `null` if it is none that a view understands. */
export function hostMessage(value: unknown): HostMessage | null {
  return isTable(value) && KINDS.get(value.kind)?.(value) ? (value as unknown as HostMessage) : null;
}

/** The whole model as a kernel sends it, or `null`. */
export function documentTrait(value: unknown): DocumentTrait | null {
  const sound =
    isTable(value) && isCount(value.revision) && typeof value.root === "string" && isDocumentData(value.document);
  return sound ? (value as unknown as DocumentTrait) : null;
}

/** The checked-in catalog: generated from the same types, of which the compiler sees no more than texts and lists. */
export function builtInCatalog(data: Readonly<Record<keyof Catalog, unknown>>): Catalog {
  return data as unknown as Catalog;
}

/** Is this a document as far as its tables go? What stands in the records is looked at by `document/structure.ts`. */
export function isDocumentData(value: unknown): value is DocumentData {
  return (
    isTable(value) &&
    value.format === "whyboard/model" &&
    isCount(value.version) &&
    isTable(value.records) &&
    Object.values(value.records).every(isRecord) &&
    isTable(value.layout) &&
    Object.values(value.layout).every(isPosition) &&
    isValues(value.values)
  );
}

function isValues(value: unknown): boolean {
  return value === undefined || (isTable(value) && Object.values(value).every(isText));
}

export function isPatch(value: unknown): value is PatchData {
  return (
    isTable(value) &&
    isTable(value.records) &&
    Object.values(value.records).every((pair) => isPair(pair, isRecord)) &&
    isTable(value.layout) &&
    Object.values(value.layout).every((pair) => isPair(pair, isPosition)) &&
    isValues(value.values)
  );
}

export function isRecord(value: unknown): value is ModelRecord {
  if (!isTable(value)) return false;
  const { kind, name, scope, operands, parameters, source, target } = value;
  return (
    typeof kind === "string" &&
    (name === undefined || typeof name === "string") &&
    (scope === undefined || typeof scope === "string") &&
    (operands === undefined || (Array.isArray(operands) && operands.every(isText))) &&
    (parameters === undefined || (isTable(parameters) && Object.values(parameters).every(isParameter))) &&
    (kind !== "Link" || (typeof source === "string" && typeof target === "string"))
  );
}

function isParameter(value: unknown): boolean {
  return isTable(value) && (typeof value.ref === "string" || "value" in value);
}

function isPosition(value: unknown): value is Position {
  return isTable(value) && Number.isFinite(value.x) && Number.isFinite(value.y);
}

function isPair(value: unknown, test: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((item) => item === null || test(item));
}

function isHistory(value: unknown): value is HistoryState {
  const isLabel = (label: unknown) => label === null || isText(label);
  return isTable(value) && isLabel(value.undo) && isLabel(value.redo);
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCause(value: unknown): boolean {
  return value === null || isText(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

const KINDS: ReadonlyMap<unknown, (message: Table) => boolean> = new Map<unknown, (message: Table) => boolean>([
  [
    "patch",
    (message) =>
      isCount(message.revision) && isCause(message.cause) && isPatch(message.patch) && isHistory(message.history),
  ],
  ["done", (message) => isText(message.cause)],
  ["reject", (message) => isCause(message.cause) && isText(message.code) && isText(message.message)],
  [
    "progress",
    (message) =>
      isText(message.phase) &&
      Number.isFinite(message.step) &&
      (message.total === null || Number.isFinite(message.total)),
  ],
  ["code", (message) => isText(message.id) && isText(message.text)],
]);
