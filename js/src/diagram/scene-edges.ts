/** The edges between visible boxes: what runs into a closed scope ends at it, and edges of one pair are one with a count. */
import type { ModelDocument } from "../document/document";
import { isFactor } from "../document/records";
import type { Key, OperatorKind } from "../protocol/types";
import { causesOf, mergedLags } from "./causes";
import type { Box, Edge, Scene } from "./scene-types";

export interface Ends {
  readonly document: ModelDocument;
  readonly boxes: ReadonlyMap<Key, Box>;
  /** What is not drawn itself, by the closed scope that stands for it. */
  readonly shownBy: ReadonlyMap<Key, Key>;
  /** Parameters whose operators are drawn, by variable. */
  readonly trees: ReadonlyMap<Key, readonly string[]>;
  readonly operators: ReadonlyMap<string, OperatorKind>;
  /** The operator whose tree is drawn alone. */
  readonly lone: Key | null;
  readonly previous: Scene | null;
}

/** The lags of what stays in one row. */
const WITHIN: readonly number[] = [0];

export function connect({ document, boxes, shownBy, trees, operators, lone, previous }: Ends): readonly Edge[] {
  const edges = new Map<string, Edge>();

  function join(source: Key, target: Key, kind: Edge["kind"], parameter: string | null, lags: readonly number[]): void {
    const from = boxes.has(source) ? source : shownBy.get(source);
    const to = boxes.has(target) ? target : shownBy.get(target);
    if (from === undefined || to === undefined) return;
    const id = `${from}>${to}`;
    const exact = from === source && to === target;
    // Only what reads itself in an earlier row has an edge to itself.
    if (from === to && !(exact && lags.some((lag) => lag > 0))) return;
    const before = edges.get(id);
    const frame = before?.frame ?? (from === to ? (boxes.get(from)?.parent ?? null) : commonFrame(boxes, from, to));
    if (frame === null) return;
    const named = parameter !== null && exact && !before?.parameters.includes(parameter) ? [parameter] : [];
    edges.set(id, {
      id,
      source: from,
      target: to,
      // A bundle into a closed scope has a head if any edge in it has one.
      kind: before?.kind === "link" || (before && kind === "coupling") ? before.kind : kind,
      parameters: before ? [...before.parameters, ...named] : named,
      count: exact ? 1 : (before?.count ?? 0) + 1,
      lags: before ? mergedLags(before.lags, lags) : lags,
      frame,
    });
  }

  /** Operands into operators, down to what is no operator. */
  function joinTree(top: Key): void {
    const seen = new Set<Key>();
    const visit = (key: Key): void => {
      const record = document.records.get(key);
      if (!record || seen.has(key) || !operators.has(record.kind)) return;
      seen.add(key);
      for (const operand of record.operands ?? []) {
        visit(operand);
        join(operand, key, "parent", null, WITHIN);
      }
    };
    visit(top);
  }

  if (lone !== null) joinTree(lone);
  else {
    for (const [key, record] of document.records) {
      if (record.kind === "Link" && record.source && record.target)
        join(record.source, record.target, "link", null, WITHIN);
      const factor = isFactor(record);
      if ((record.distribution === undefined && !factor) || !(boxes.has(key) || shownBy.has(key))) continue;
      const open = trees.get(key);
      for (const { source, parameter, lags } of causesOf(document, record)) {
        if (!open?.includes(parameter)) join(source, key, factor ? "coupling" : "parent", parameter, lags);
      }
      for (const parameter of open ?? []) {
        const value = record.parameters?.[parameter];
        if (!value || !("ref" in value)) continue;
        joinTree(value.ref);
        join(value.ref, key, factor ? "coupling" : "parent", parameter, WITHIN);
      }
    }
  }
  return unchanged(previous, [...edges.values()]);
}

/** The innermost frame around both; null if one of them holds the other. */
function commonFrame(boxes: ReadonlyMap<Key, Box>, a: Key, b: Key): Key | null {
  const around = new Set<Key>();
  for (let key: Key | null = a; key !== null; key = boxes.get(key)?.parent ?? null) around.add(key);
  for (let key: Key | null = b; key !== null; key = boxes.get(key)?.parent ?? null) {
    if (around.has(key)) return key === a || key === b ? null : key;
  }
  return null;
}

/** The old list where nothing changed, so that whoever keeps things by edges need not look. */
function unchanged(previous: Scene | null, edges: readonly Edge[]): readonly Edge[] {
  const before = previous?.edges;
  if (!before) return edges;
  const kept = edges.map((edge, i) => {
    const old = before[i];
    return old && equal(old, edge) ? old : edge;
  });
  return kept.length === before.length && kept.every((edge, i) => edge === before[i]) ? before : kept;
}

function equal(a: Edge, b: Edge): boolean {
  return (
    a.id === b.id &&
    a.kind === b.kind &&
    a.count === b.count &&
    a.lags.length === b.lags.length &&
    a.lags.every((lag, i) => lag === b.lags[i]) &&
    a.frame === b.frame &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((parameter, i) => parameter === b.parameters[i])
  );
}
