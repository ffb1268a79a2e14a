/** Everything one card shows, as plain data: a card whose state did not change is not drawn again. Pure. */

import { distributionFormula } from "../../document/distribution-formula";
import type { ModelDocument } from "../../document/document";
import { format, typesetDistribution } from "../../document/formula";
import { type PosteriorView, posteriorOf } from "../../posterior/view";
import type { Catalog, Diagnostic, Evidence, Key, LinkState } from "../../protocol/types";
import type { DiagramInput, ParameterRef, Rect, Refused } from "../diagram";
import { type Interior, interiorOf, worstByKey } from "../interior";
import { type Box, mainParameter } from "../scene-types";
import type { Seen } from "../sight";

export interface CardState {
  readonly box: Box;
  readonly rect: Rect;
  readonly depth: number;
  readonly moving: boolean;
  readonly selected: boolean;
  /** It alone is selected: its formula is shown whole, over what is below it. */
  readonly whole: boolean;
  readonly faded: boolean;
  readonly target: boolean;
  readonly renaming: boolean;
  readonly editing: ParameterRef | null;
  /** The distribution with its parameters, typeset. */
  readonly formula: string;
  /** The same as it is typed. */
  readonly source: string;
  readonly refused: Refused | null;
  readonly diagnostic: Diagnostic | null;
  readonly evidence: Evidence | null;
  readonly link: LinkState | null;
  readonly posterior: PosteriorView | null;
  readonly interior: Interior | null;
  readonly readonly: boolean;
}

export function cardState(input: DiagramInput, { box, rect, depth, moving }: Seen): CardState {
  const { key } = box;
  const stated = box.record.distribution !== undefined || box.kind === "factor";
  const editing = input.editing?.key === key ? input.editing : null;
  const interior = box.kind === "scope" ? interiorOf(input, key) : null;
  return {
    box,
    rect,
    depth,
    moving,
    selected: input.selection.has(key),
    whole: stated && box.kind !== "factor" && input.selection.size === 1 && input.selection.has(key),
    faded: input.matches !== null && !input.matches.has(key),
    target: input.targets?.has(key) ?? false,
    renaming: input.renaming === key,
    editing,
    formula: stated ? formulaOf(input.document, input.catalog, key) : "",
    source: editing ? sourceOf(input, box, editing.parameter) : "",
    refused: editing ? (input.refused ?? null) : null,
    diagnostic: worstByKey(input).get(key) ?? null,
    evidence: input.evidence[key] ?? null,
    link: input.links[key] ?? null,
    posterior: posteriorOf(input.document, input.results, key),
    interior,
    readonly: input.readonly,
  };
}

export function sameState(a: CardState, b: CardState): boolean {
  return FIELDS.every((field) => a[field] === b[field]) && sameRect(a.rect, b.rect) && sameInterior(a, b);
}

const FIELDS = [
  "box",
  "depth",
  "moving",
  "selected",
  "whole",
  "faded",
  "target",
  "renaming",
  "editing",
  "formula",
  "source",
  "refused",
  "diagnostic",
  "evidence",
  "link",
  "posterior",
  "readonly",
] as const;

function sameRect(a: Rect, b: Rect): boolean {
  return a === b || (a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height);
}

function sameInterior({ interior: a }: CardState, { interior: b }: CardState): boolean {
  if (a === null || b === null) return a === b;
  const pictures =
    a.posteriors.length === b.posteriors.length && a.posteriors.every((one, i) => one === b.posteriors[i]);
  return pictures && a.variables === b.variables && a.linked === b.linked && a.gives === b.gives;
}

/** The parameter that a click on the formula edits; null where the card may not be edited. */
export function editedParameter({ box, readonly }: CardState): string | null {
  return readonly ? null : mainParameter(box);
}

const formulas = new WeakMap<ModelDocument, Map<Key, string>>();

/** Typeset once for each document, and only what is looked at: a new name may change the formulas of others. */
export function formulaOf(document: ModelDocument, catalog: Catalog, key: Key): string {
  let known = formulas.get(document);
  if (!known) {
    known = new Map();
    formulas.set(document, known);
  }
  let formula = known.get(key);
  if (formula === undefined) {
    formula = typesetDistribution(document, key, catalog);
    known.set(key, formula);
  }
  return formula;
}

/** The whole distribution where it can be typed as one text, else the parameter alone. */
function sourceOf(input: DiagramInput, box: Box, parameter: string): string {
  const whole = distributionFormula(input.document, box.key, input.catalog);
  if (whole !== null) return whole;
  const value = box.record.parameters?.[parameter];
  return value ? format(input.document, value, box.record.scope ?? null, input.catalog) : "";
}
