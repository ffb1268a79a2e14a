/** A parameter's formula taken apart into a tree of operands. Pure. */
import type { ModelDocument } from "../document/document";
import { isConst, isOperator, isRef } from "../document/records";
import type { Catalog, Key } from "../protocol/types";
import { formulaOf } from "./formulas";

/** One operand with what it is computed from. */
export interface TreeNode {
  readonly key: Key;
  /** The operator's name, a variable's name or a number. */
  readonly label: string;
  readonly kind: "operator" | "variable" | "const";
  /** The field that replaces it: `tree.<user>.<parameter or index>`. */
  readonly field: string;
  readonly formula: string;
  readonly children: readonly TreeNode[];
}

/** Deeper than this a branch stays one formula. */
const DEPTH = 12;

/** The tree under a parameter that is computed; `null` for a number or nothing. */
export function operandTree(document: ModelDocument, catalog: Catalog, key: Key, parameter: string): TreeNode | null {
  const value = document.records.get(key)?.parameters?.[parameter];
  if (!value || !isRef(value)) return null;
  return node(document, catalog, value.ref, `tree.${key}.${parameter}`, 0);
}

function node(document: ModelDocument, catalog: Catalog, key: Key, field: string, depth: number): TreeNode {
  const record = document.records.get(key);
  const formula = formulaOf(document, catalog, record?.scope, { ref: key });
  if (!record || !isOperator(record)) {
    return { key, label: record?.name ?? key, kind: "variable", field, formula, children: [] };
  }
  if (isConst(record))
    return {
      key,
      label: catalog.operators.find((one) => one.kind === "Const")?.label ?? record.kind,
      kind: "const",
      field,
      formula,
      children: [],
    };
  const operator = catalog.operators.find((one) => one.kind === record.kind);
  const operands = depth < DEPTH ? record.operands : [];
  return {
    key,
    field,
    formula,
    kind: "operator",
    label: operator?.label ?? record.kind,
    children: operands.map((operand, index) => node(document, catalog, operand, `tree.${key}.${index}`, depth + 1)),
  };
}
