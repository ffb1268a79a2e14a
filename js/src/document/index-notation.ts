/**
 * Indexing as text and as the setting `index` of an `Index` record. Each entry is an integer, a nested list of
 * integers, a slice as text (`"1:"`), `null` for a new axis, `"..."`, or `"operand"` for the next integer operand.
 * Twin of `python/whyboard/document/index_notation.py`.
 */
import type { Value } from "./records";
import type { Node, SubscriptNode } from "./syntax";
import { failure } from "./tokens";

const OPERAND = "operand";

/** The entries of an index; `constant` gives the value of an entry, or `null` after adding it as an operand. */
export function readIndex(node: SubscriptNode, constant: (entry: Node) => Value | null): unknown[] {
  if (node.entries.filter((entry) => entry.kind === "rest").length > 1) {
    throw failure(node.column, "an index has at most one '...'.");
  }
  return node.entries.map((entry) => readEntry(entry, constant));
}

/** The text of each entry; `null` where the next operand stands. */
export function writtenIndex(entries: readonly unknown[], constant: (value: Value) => string): (string | null)[] {
  return entries.map((entry) => {
    if (entry === OPERAND) return null;
    if (entry === null) return "None";
    return typeof entry === "string" ? entry : constant(entry as Value);
  });
}

function readEntry(entry: Node, constant: (entry: Node) => Value | null): unknown {
  if (entry.kind === "rest") return "...";
  if (entry.kind === "absent") return null;
  if (entry.kind === "slice") {
    const text = `${bound(entry.start)}:${bound(entry.stop)}`;
    return entry.step ? `${text}:${bound(entry.step)}` : text;
  }
  const value = constant(entry);
  if (typeof value === "boolean") throw failure(entry.column, "an index is an integer, not a single truth value.");
  if (Array.isArray(value) && value.some((item) => typeof item === "boolean")) {
    return value.flatMap((chosen, place) => (chosen ? [place] : []));
  }
  return value ?? OPERAND;
}

function bound(node: Node | null): string {
  if (node === null || node.kind === "absent") return "";
  if (node.kind === "number" && node.dtype === "int") return String(node.value);
  throw failure(node.column, "the ends of a slice are integers.");
}
