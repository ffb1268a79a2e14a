/** Documents to scenes: which boxes are visible. What did not change since the scene before is the same object. Pure. */
import { isFactor } from "../document/records";
import { children } from "../document/selectors";
import { numberText } from "../number-text";
import type { Catalog, Key, ModelRecord, OperatorKind } from "../protocol/types";
import type { DiagramInput } from "./diagram";
import { connect } from "./scene-edges";
import type { Box, BoxKind, Overhang, Scene } from "./scene-types";

const CARD_HEIGHT = 92;
const CLOSED_HEIGHT = 84;
/** Cards are as wide as their names need, in steps, so that most of a row are alike. */
const CARD_WIDTH = { least: 196, most: 268, step: 24, icon: 48, letter: 9.2 };
/** A card with a short name. */
export const CARD = { width: CARD_WIDTH.least, height: CARD_HEIGHT };
const FACTOR = { width: 28, height: 28 };
/** The caption below a factor: a name, and a mark if something is wrong. */
const CAPTION = { most: 180, letter: 8, mark: 24, height: 18 };
const OPERATOR = { width: 44, height: 28 };
const UNKNOWN = { width: 120, height: 40 };
const TEXT_WIDTH = 7;

/** Stands for the frame around an operand tree that is drawn alone. */
export const FRAME = "tree";

export type SceneInput = Pick<DiagramInput, "document" | "catalog" | "root" | "open" | "openTrees">;

export function buildScene(input: SceneInput, previous: Scene | null = null): Scene {
  const { document, catalog } = input;
  const operators = operatorsOf(catalog);
  const boxes = new Map<Key, Box>();
  const shownBy = new Map<Key, Key>();
  const trees = parametersByVariable(input.openTrees);

  function put(key: Key, kind: BoxKind, record: ModelRecord, parent: Key | null, rest: Partial<Box>): void {
    const title = record.name ?? record.kind;
    const before = previous?.boxes.get(key);
    const children = rest.children ?? NONE;
    const next: Box = {
      ...{ key, kind, record, parent, title, shape: "", contents: 0, ...UNKNOWN, overhang: NO_OVERHANG, ...rest },
      children: before && equal(before.children, children) ? before.children : children,
    };
    boxes.set(key, before && same(before, next) ? before : next);
  }

  /** Adds a scope or a variable with what is visible inside of it; says whether it is drawn at all. */
  function add(key: Key, parent: Key | null): boolean {
    const record = document.records.get(key);
    if (!record || record.kind === "Link" || operators.has(record.kind)) return false;
    const inside = children(document, key);
    if ((record.kind === "Inputs" || record.kind === "Outputs") && inside.length === 0) return false;
    const open = parent === null || (inside.length > 0 && input.open.has(key));
    const shown: Key[] = [];
    if (open) {
      for (const child of inside) {
        if (!add(child, key)) continue;
        shown.push(child);
        for (const parameter of trees.get(child) ?? []) addOpenTree(child, parameter, key, shown);
      }
    }
    const kind = kindOf(record, open);
    const variable = record.distribution !== undefined;
    put(key, kind, record, parent, {
      children: shown,
      shape: variable && record.shape?.length ? `(${record.shape.join(", ")})` : "",
      contents: inside.length,
      ...(kind === "unknown" ? UNKNOWN : kind === "factor" ? factorSize(record) : cardSize(record, variable)),
    });
    if (!open) hide(key, key);
    return true;
  }

  /** Everything inside a closed scope is shown by it: edges end there. */
  function hide(scope: Key, by: Key): void {
    for (const child of document.children.get(scope) ?? []) {
      shownBy.set(child, by);
      hide(child, by);
    }
  }

  /** The operators of one parameter stand as boxes beside its variable. */
  function addOpenTree(variable: Key, parameter: string, frame: Key, shown: Key[]): void {
    const value = document.records.get(variable)?.parameters?.[parameter];
    const visit = (key: Key): void => {
      const record = document.records.get(key);
      if (!record || !operators.has(record.kind) || boxes.has(key)) return;
      addOperator(key, record, frame);
      shown.push(key);
      for (const operand of record.operands ?? []) visit(operand);
    };
    if (value && "ref" in value) visit(value.ref);
  }

  function addOperator(key: Key, record: ModelRecord, parent: Key): void {
    const entry = operators.get(record.kind);
    const symbol = entry?.symbol ?? null;
    const title =
      record.kind === "Const"
        ? constant(record.value)
        : symbol === null
          ? (entry?.function ?? record.kind)
          : (SIGNS.get(symbol) ?? symbol);
    const width = Math.max(OPERATOR.width, title.length * TEXT_WIDTH + 20);
    put(key, "operator", record, parent, { title, width, height: OPERATOR.height });
  }

  /** One operand tree alone: its operators and the variables it ends in. */
  function addLoneTree(top: Key): void {
    const shown: Key[] = [];
    const visit = (key: Key): void => {
      const record = document.records.get(key);
      if (!record || boxes.has(key)) return;
      shown.push(key);
      if (operators.has(record.kind)) addOperator(key, record, FRAME);
      else put(key, kindOf(record, false), record, FRAME, cardSize(record, true));
      for (const operand of record.operands ?? []) visit(operand);
    };
    visit(top);
    put(FRAME, "frame", { kind: "" }, null, { children: shown, title: "" });
  }

  const root = document.records.get(input.root);
  const lone = root !== undefined && operators.has(root.kind);
  if (lone) addLoneTree(input.root);
  else add(input.root, null);
  const edges = connect({ document, boxes, shownBy, trees, operators, lone: lone ? input.root : null, previous });
  return { root: lone ? FRAME : input.root, boxes, edges };
}

function cardSize(record: ModelRecord, variable: boolean): { width: number; height: number } {
  const { least, most, step, icon, letter } = CARD_WIDTH;
  const needed = (record.name ?? record.kind).length * letter + icon;
  const width = least + step * Math.ceil(Math.max(0, Math.min(most, needed) - least) / step);
  return { width, height: variable ? CARD_HEIGHT : CLOSED_HEIGHT };
}

function factorSize(record: ModelRecord): Pick<Box, "width" | "height" | "overhang"> {
  const caption = Math.min(CAPTION.most, (record.name ?? "").length * CAPTION.letter + CAPTION.mark);
  return { ...FACTOR, overhang: { side: Math.max(0, (caption - FACTOR.width) / 2), below: CAPTION.height } };
}

const NO_OVERHANG: Overhang = { side: 0, below: 0 };
const NONE: readonly Key[] = [];
/** As mathematics writes what Python types. */
const SIGNS = new Map([
  ["*", "×"],
  ["-", "−"],
  ["**", "^"],
  [">=", "≥"],
  ["<=", "≤"],
]);

function same(a: Box, b: Box): boolean {
  return (
    a.record === b.record &&
    a.kind === b.kind &&
    a.parent === b.parent &&
    a.title === b.title &&
    a.contents === b.contents &&
    a.children === b.children
  );
}

function equal(a: readonly Key[], b: readonly Key[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

/** Do both take the same places? Then what was laid out for one serves the other. */
export function sameShape(a: Scene, b: Scene): boolean {
  if (a.root !== b.root || a.edges !== b.edges || a.boxes.size !== b.boxes.size) return false;
  for (const [key, box] of b.boxes) {
    const before = a.boxes.get(key);
    if (before === box) continue;
    if (!before || before.children !== box.children || before.parent !== box.parent) return false;
    if (before.width !== box.width || before.height !== box.height) return false;
    if (before.overhang.side !== box.overhang.side) return false;
    if ((before.kind === "frame") !== (box.kind === "frame")) return false;
  }
  return true;
}

function parametersByVariable(openTrees: ReadonlySet<string>): Map<Key, string[]> {
  const found = new Map<Key, string[]>();
  for (const tree of openTrees) {
    const dot = tree.indexOf(".");
    const key = tree.slice(0, dot);
    found.set(key, [...(found.get(key) ?? []), tree.slice(dot + 1)]);
  }
  return found;
}

const kindTables = new WeakMap<Catalog, ReadonlyMap<string, OperatorKind>>();

/** The operators of a catalog by kind. */
export function operatorsOf(catalog: Catalog): ReadonlyMap<string, OperatorKind> {
  let table = kindTables.get(catalog);
  if (!table) {
    table = new Map(catalog.operators.map((each) => [each.kind, each]));
    kindTables.set(catalog, table);
  }
  return table;
}

function kindOf(record: ModelRecord, open: boolean): BoxKind {
  if (isFactor(record)) return "factor";
  if (open) return "frame";
  if (record.distribution === "NoDistribution") return "data";
  if (record.kind === "Variable") return "variable";
  if (record.kind === "StaticVariable") return "static";
  if (["Graph", "Entity", "Inputs", "Outputs"].includes(record.kind)) return "scope";
  return "unknown";
}

function constant(value: unknown): string {
  if (typeof value === "number") return numberText(value);
  return typeof value === "string" || typeof value === "boolean" ? String(value) : "[…]";
}
