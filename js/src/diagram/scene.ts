/** Documents to scenes: which boxes are visible and which edges run between them. Pure; never draws. */
import { typesetDistribution } from "../document/formula";
import { children, parentsOf } from "../document/selectors";
import type { Table } from "../document/table";
import type { Catalog, Key, ModelRecord } from "../protocol/types";
import type { DiagramInput } from "./diagram";
import type { Box, BoxKind, Edge, Scene } from "./scene-types";

const CARD = { width: 196, height: 92 };
const CLOSED = { width: 196, height: 64 };
const OPERATOR = { width: 44, height: 28 };
const UNKNOWN = { width: 120, height: 40 };
const TEXT_WIDTH = 7;

export function buildScene(input: DiagramInput): Scene {
  const { document, catalog } = input;
  const boxes = new Map<Key, Box>();
  const operators = new Map(catalog.operators.map((each) => [each.kind, each]));
  const shownBy = new Map<Key, Key>();

  function add(key: Key, parent: Key | null): boolean {
    const record = document.records.get(key);
    if (!record || record.kind === "Link") return false;
    if (operators.has(record.kind)) return parent === null && addTree(key, null);
    const inside = children(document, key);
    if ((record.kind === "Inputs" || record.kind === "Outputs") && inside.length === 0) return false;
    const open = parent === null || (inside.length > 0 && input.open.has(key));
    const kind = kindOf(record, open);
    boxes.set(key, placeholder(key));
    const shown: Key[] = [];
    if (open) {
      for (const child of inside) if (add(child, key)) shown.push(child);
    }
    boxes.set(key, box(document, catalog, key, record, kind, parent, shown, inside.length));
    if (!open) hide(key, key);
    return true;
  }

  /** Everything inside a closed scope is shown by it: edges end there. */
  function hide(scope: Key, by: Key): void {
    for (const child of children(document, scope)) {
      shownBy.set(child, by);
      hide(child, by);
    }
  }

  function addTree(key: Key, parent: Key | null): boolean {
    const record = document.records.get(key);
    if (!record || boxes.has(key)) return false;
    const entry = operators.get(record.kind);
    const title =
      record.kind === "Const" ? numberText(record.value) : (entry?.symbol ?? entry?.function ?? record.kind);
    boxes.set(key, {
      ...placeholder(key),
      kind: entry ? "operator" : "unknown",
      record,
      parent,
      title,
      width: Math.max(OPERATOR.width, title.length * TEXT_WIDTH + 20),
      height: OPERATOR.height,
    });
    return true;
  }

  const edges = new Map<string, Edge>();
  const connect = (source: Key, target: Key, kind: Edge["kind"], parameter: string | null): void => {
    const from = shownBy.get(source) ?? source;
    const to = shownBy.get(target) ?? target;
    if (from === to || !boxes.has(from) || !boxes.has(to) || holds(boxes, to, from) || holds(boxes, from, to)) return;
    const id = `${from}>${to}`;
    const before = edges.get(id);
    const exact = from === source && to === target;
    const parameters =
      parameter && exact ? [...new Set([...(before?.parameters ?? []), parameter])] : (before?.parameters ?? []);
    edges.set(id, { id, source: from, target: to, kind, parameters, count: exact ? 1 : (before?.count ?? 0) + 1 });
  };

  const root = document.records.get(input.root);
  if (root && operators.has(root.kind)) {
    drawTree(input.root);
  } else {
    add(input.root, null);
    for (const [key, record] of document.records) {
      if (record.kind === "Link" && record.source && record.target) connect(record.source, record.target, "link", null);
      if (!record.distribution || !(boxes.has(key) || shownBy.has(key))) continue;
      for (const [parameter, value] of Object.entries(record.parameters ?? {})) {
        if ("ref" in value && input.openTrees.has(`${key}.${parameter}`) && boxes.has(key)) {
          drawOpenTree(value.ref, key, parameter);
        } else {
          for (const edge of parentsOf(document, key)) {
            if (edge.parameter === parameter) connect(edge.parent, key, "parent", parameter);
          }
        }
      }
    }
  }

  /** The operators of one parameter as boxes beside its variable. */
  function drawOpenTree(top: Key, variable: Key, parameter: string): void {
    const frame = boxes.get(variable)?.parent ?? null;
    const visit = (key: Key): void => {
      const record = document.records.get(key);
      if (!record || !operators.has(record.kind) || !addTree(key, frame)) return;
      for (const operand of record.operands ?? []) {
        visit(operand);
        connect(operand, key, "parent", null);
      }
    };
    visit(top);
    connect(top, variable, "parent", parameter);
    if (frame) {
      const box = boxes.get(frame);
      if (box)
        boxes.set(frame, { ...box, children: [...boxes.values()].filter((b) => b.parent === frame).map((b) => b.key) });
    }
  }

  function drawTree(top: Key): void {
    const visit = (key: Key): void => {
      const record = document.records.get(key);
      if (!record || boxes.has(key)) return;
      if (!operators.has(record.kind)) {
        boxes.set(key, box(document, catalog, key, record, kindOf(record, false), FRAME, [], 0));
        return;
      }
      addTree(key, FRAME);
      for (const operand of record.operands ?? []) {
        visit(operand);
        connect(operand, key, "parent", null);
      }
    };
    visit(top);
    const inside = [...boxes.keys()];
    boxes.set(FRAME, { ...placeholder(FRAME), kind: "frame", children: inside, title: "" });
  }

  return { root: boxes.has(FRAME) ? FRAME : input.root, boxes, edges: [...edges.values()] };
}

/** Stands for the frame around an operand tree that is drawn alone. */
export const FRAME = "tree";

function kindOf(record: ModelRecord, open: boolean): BoxKind {
  if (open) return "frame";
  if (record.distribution === "NoDistribution") return "data";
  if (record.kind === "Variable") return "variable";
  if (record.kind === "StaticVariable") return "static";
  if (["Graph", "Entity", "Inputs", "Outputs"].includes(record.kind)) return "scope";
  return "unknown";
}

function placeholder(key: Key): Box {
  return {
    key,
    kind: "unknown",
    record: { kind: "" },
    parent: null,
    children: [],
    title: "",
    shape: "",
    formula: "",
    ...UNKNOWN,
  };
}

const formulas = new WeakMap<ModelRecord, { table: Table; text: string }>();

function box(
  table: Table,
  catalog: Catalog,
  key: Key,
  record: ModelRecord,
  kind: BoxKind,
  parent: Key | null,
  shown: readonly Key[],
  inside: number,
): Box {
  const variable = record.distribution !== undefined;
  const size = variable ? CARD : kind === "unknown" ? UNKNOWN : CLOSED;
  return {
    key,
    kind,
    record,
    parent,
    children: shown,
    title: record.name ?? record.kind,
    shape: variable && record.shape?.length ? `(${record.shape.join(", ")})` : "",
    formula: variable ? formula(table, catalog, key, record) : inside === 1 ? "1 element" : `${inside} elements`,
    ...size,
  };
}

function formula(table: Table, catalog: Catalog, key: Key, record: ModelRecord): string {
  const known = formulas.get(record);
  if (known?.table === table) return known.text;
  const text = typesetDistribution(table, key, catalog);
  formulas.set(record, { table, text });
  return text;
}

function holds(boxes: ReadonlyMap<Key, Box>, outer: Key, inner: Key): boolean {
  for (let key = boxes.get(inner)?.parent ?? null; key; key = boxes.get(key)?.parent ?? null) {
    if (key === outer) return true;
  }
  return false;
}

function numberText(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(3))).replace("-", "−");
  return typeof value === "string" || typeof value === "boolean" ? String(value) : "[…]";
}
