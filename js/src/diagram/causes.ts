/** Which variables enter the parameters of a variable, and how many rows back. Remembered by the records that were read. */
import { isOperator } from "../document/records";
import type { Table } from "../document/table";
import type { Key, ModelRecord } from "../protocol/types";

export interface Cause {
  readonly source: Key;
  readonly parameter: string;
  /** Rows back in time on the shortest way; 0 within a row. */
  readonly lag: number;
}

interface Known {
  readonly read: readonly (readonly [Key, ModelRecord])[];
  readonly causes: readonly Cause[];
}

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
    for (const [source, lag] of sources(table, value.ref, read)) causes.push({ source, parameter, lag });
  }
  const found = causes.length ? causes : NONE;
  known.set(variable, { read, causes: found });
  return found;
}

/** The variables under a key with the fewest rows that lie between. */
function sources(table: Table, top: Key, read: [Key, ModelRecord][]): Map<Key, number> {
  const found = new Map<Key, number>();
  const least = new Map<Key, number>();
  const visit = (key: Key, lag: number): void => {
    if ((least.get(key) ?? Number.POSITIVE_INFINITY) <= lag) return;
    least.set(key, lag);
    const record = table.records.get(key);
    if (!record) return;
    if (!isOperator(record)) {
      found.set(key, lag);
      return;
    }
    read.push([key, record]);
    const shift = record.kind === "TimeShift" ? Number(record.settings?.shift ?? 0) : 0;
    for (const operand of record.operands ?? []) visit(operand, lag + Math.abs(shift));
  };
  visit(top, 0);
  return found;
}
