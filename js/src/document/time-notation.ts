/**
 * Earlier rows as text: `x[TimeIndex - 3]` for a `TimeShift` record, and `TimeIndex` for the number of the row.
 * Twin of `python/whyboard/document/time_notation.py`.
 */
import { MINUS } from "./numerals";
import { isConst, type ModelRecord } from "./records";
import type { InfixNode, Node, SubscriptNode } from "./syntax";
import type { Table } from "./table";
import { failure } from "./tokens";

export const INDEX = "TimeIndex";
export const SHIFT = "TimeShift";

/** Whether it is the word for the row itself. The caller has seen that no variable is called so. */
export function isTimeIndex(node: Node, kinds: ReadonlySet<string>): boolean {
  return (
    node.kind === "name" && node.parts.length === 1 && node.parts[0] === INDEX && !node.absolute && kinds.has(INDEX)
  );
}

/** The shift that the brackets hold, `-3` for `[TimeIndex - 3]`; `null` if they hold an ordinary index. */
export function readShift(node: SubscriptNode, kinds: ReadonlySet<string>): number | null {
  for (const entry of node.entries) {
    const spine: InfixNode[] = [];
    let base = entry;
    while (base.kind === "infix") {
      spine.push(base);
      base = base.left;
    }
    if (!isTimeIndex(base, kinds)) continue;
    if (node.entries.length > 1) {
      throw failure(entry.column, "a shift in time stands alone in its brackets. Write x[TimeIndex - 1][0].");
    }
    const shift = spine.reduce((sum, infix) => sum + steps(infix), 0);
    if (shift > 0) throw failure(entry.column, "Positive shifts are not supported.");
    return shift;
  }
  return null;
}

/**
 * What stands in the brackets of a shift; `null` where its initial values must be written too. A reader is not told the
 * initial values. `word` is that for the row itself; `null` where a variable has taken it.
 */
export function writtenShift(record: ModelRecord, table: Table, word: string | null, typeset: boolean): string | null {
  const [, initial, ...more] = record.operands ?? [];
  const shift = record.settings?.shift;
  if (initial === undefined || more.length || typeof shift !== "number" || !Number.isInteger(shift) || shift > 0) {
    return null;
  }
  if (typeset) return shift ? `t${MINUS}${-shift}` : "t";
  const value = table.records.get(initial);
  if (word === null || !value || !isConst(value) || value.dtype !== "float" || value.value !== 0) return null;
  return shift ? `${word} - ${-shift}` : word;
}

function steps(node: InfixNode): number {
  const { symbol, right } = node;
  if ((symbol === "+" || symbol === "-") && right.kind === "number" && right.dtype === "int") {
    // A sum that starts from 0 never is -0, which would be written so.
    return symbol === "+" ? Number(right.value) : 0 - Number(right.value);
  }
  throw failure(node.column, "a shift in time is a whole number of rows, as in x[TimeIndex - 1].");
}
