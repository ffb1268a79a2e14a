/** Which variables enter the parameters of a variable, and how many rows back. Remembered by the records that were read. */
import { MINUS } from "../document/numerals";
import { isOperator } from "../document/records";
import type { Table } from "../document/table";
import { SHIFT } from "../document/time-notation";
import type { Key, ModelRecord } from "../protocol/types";

export interface Cause {
  readonly source: Key;
  readonly parameter: string;
  /** Rows back in time, the fewest first; 0 within a row. */
  readonly lags: readonly number[];
}

interface Known {
  readonly read: readonly (readonly [Key, ModelRecord])[];
  readonly causes: readonly Cause[];
}

/** More rows than these are told by the first and the last one. */
const LISTED = 3;

const NONE: readonly Cause[] = [];
const known = new WeakMap<ModelRecord, Known>();

/** The causes of a variable. They stay the same object until the variable or one of its operators changes. */
export function causesOf(table: Table, variable: ModelRecord): readonly Cause[] {
  const before = known.get(variable);
  if (before?.read.every(([key, record]) => table.records.get(key) === record)) return before.causes;
  const read: [Key, ModelRecord][] = [];
  const causes: Cause[] = [];
  for (const [parameter, value] of Object.entries(variable.parameters ?? {})) {
    if (!("ref" in value)) continue;
    for (const [source, lags] of sources(table, value.ref, read)) causes.push({ source, parameter, lags });
  }
  const found = causes.length ? causes : NONE;
  known.set(variable, { read, causes: found });
  return found;
}

/** The variables under a key with the rows that lie between. */
function sources(table: Table, top: Key, read: [Key, ModelRecord][]): Map<Key, readonly number[]> {
  const found = new Map<Key, readonly number[]>();
  const seen = new Map<Key, Set<number>>();
  const visit = (key: Key, lag: number): void => {
    const lags = seen.get(key) ?? new Set();
    if (lags.has(lag)) return;
    seen.set(key, lags.add(lag));
    const record = table.records.get(key);
    if (!record) return;
    if (!isOperator(record)) {
      found.set(key, mergedLags(found.get(key) ?? [], [lag]));
      return;
    }
    read.push([key, record]);
    const shift = record.kind === SHIFT ? Math.abs(Number(record.settings?.shift ?? 0)) : 0;
    // Only its first operand is read earlier: initial values stand in place of rows.
    record.operands?.forEach((operand, i) => {
      visit(operand, i === 0 ? lag + shift : lag);
    });
  };
  visit(top, 0);
  return found;
}

/** The rows that an edge reads, as its label says it: `t − 1, t − 2`; `null` if it stays within a row. */
export function lagText({ lags }: { readonly lags: readonly number[] }): string | null {
  if (!lags.some((lag) => lag > 0)) return null;
  const rows = lags.map((lag) => (lag > 0 ? `t ${MINUS} ${lag}` : "t"));
  return rows.length > LISTED ? `${rows[0]}, …, ${rows[rows.length - 1]}` : rows.join(", ");
}

/** Each lag once, the fewest rows first. */
export function mergedLags(a: readonly number[], b: readonly number[]): readonly number[] {
  return [...new Set([...a, ...b])].sort((one, other) => one - other);
}
