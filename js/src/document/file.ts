/** Model files: strict reading and canonical writing, as `whyboard/document/file.py` does it. */
import { isDocumentData } from "../protocol/guards";
import type { DocumentData } from "../protocol/types";
import { fromData, type ModelDocument, serialise, VERSION } from "./document";
import { draftOf } from "./draft";
import { parseJson, placeOf, TextFault } from "./json-text";
import { isOperator, storedHashes } from "./records";
import { reachableOperators } from "./selectors";
import { checkEnvelope, checkParts, checkWhole, Fault } from "./structure";

const MAXIMUM_SIZE = 256 * 2 ** 20;

export type ReadResult =
  | { readonly ok: true; readonly document: ModelDocument; readonly data: DocumentData; readonly readonly: boolean }
  | { readonly ok: false; readonly message: string; readonly line: number; readonly column: number };

/** The document in the text of a model file, or what is wrong with it and where. A newer format is for reading only. */
export function readModel(text: string): ReadResult {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  try {
    if (source.length > MAXIMUM_SIZE) {
      throw new TextFault("", 0, `the text has ${source.length} characters. A model has at most ${MAXIMUM_SIZE}.`);
    }
    const data = checked(parseJson(source));
    const document = fromData(data);
    checkWhole(document);
    return { ok: true, document, data, readonly: data.version > VERSION };
  } catch (error) {
    const found = error instanceof Fault ? new TextFault(source, placeOf(source, error.path), error.message) : error;
    if (found instanceof TextFault)
      return { ok: false, message: found.message, line: found.line, column: found.column };
    throw error;
  }
}

/** The text of a model file. Operators that nothing reaches, and values that nothing mentions, are left out. */
export function writeModel(document: ModelDocument): string {
  const kept = reachableOperators(document);
  const draft = draftOf(document);
  for (const [key, record] of document.records) {
    if (isOperator(record) && !kept.has(key)) {
      draft.put(key, null);
      draft.place(key, null);
    }
  }
  const mentioned = new Set([...draft.table.records.values()].flatMap(storedHashes));
  const values = new Map([...document.values].filter(([hash]) => mentioned.has(hash)));
  return serialise({ ...draft.table, values, version: document.version });
}

function checked(data: unknown): DocumentData {
  checkEnvelope(data);
  const whole = { layout: {}, ...data };
  checkParts(whole);
  if (!isDocumentData(whole)) throw new Fault([], "this is no model that can be read. Take an earlier copy.");
  for (const [key, record] of Object.entries(whole.records)) {
    for (const hash of storedHashes(record)) {
      if (!Object.hasOwn(whole.values ?? {}, hash)) {
        throw new Fault(["records", key], `the values '${hash}' are missing from the file. Take an earlier copy.`);
      }
    }
  }
  return whole;
}
