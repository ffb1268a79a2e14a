/** What the inspector shows of the selected node: plain data read off the document and the catalog. */
import { distributionOf } from "../document/composition";
import type { ModelDocument } from "../document/document";
import { isConst, isLink, isOperator, isRef, isVariable, type VariableRecord } from "../document/records";
import { children, path } from "../document/selectors";
import type {
  Catalog,
  Diagnostic,
  DistributionKind,
  Evidence,
  Key,
  LinkState,
  ModelRecord,
  Parameter,
} from "../protocol/types";
import { formulaOf } from "./formulas";
import { type SettingView, settingViews } from "./setting-views";

export interface AlternativeView {
  /** `key.choice`, for the state that remembers which set is shown. */
  readonly id: string;
  readonly shown: number;
  readonly sets: readonly string[];
}

export interface ParameterView {
  readonly name: string;
  readonly formula: string;
  /** Shown in an empty box: the default, or that a value is needed. */
  readonly fallback: string | null;
  readonly set: boolean;
  /** The key of the operator it is computed by. */
  readonly operator: Key | null;
  /** Present on the first parameter of a choice between exclusive sets. */
  readonly alternative: AlternativeView | null;
}

export interface ChildView {
  readonly key: Key;
  readonly kind: string;
  readonly name: string;
}

interface Common {
  readonly key: Key;
  readonly recordKind: string;
  readonly path: string;
  readonly name: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

interface Notes {
  readonly description: string;
  readonly unit: string;
  readonly labels: string;
}

export type Inspection =
  | (Common &
      Notes & {
        readonly kind: "scope";
        readonly builtin: boolean;
        readonly children: readonly ChildView[];
        readonly total: number;
      })
  | (Common &
      Notes & {
        readonly kind: "variable";
        readonly dynamic: boolean;
        readonly shape: string;
        readonly dtype: string;
        readonly dtypes: readonly string[];
        readonly distribution: string;
        readonly parameters: readonly ParameterView[];
        readonly settings: readonly SettingView[];
        readonly link: LinkState | null;
        readonly evidence: Evidence | null;
      })
  | (Common & {
      readonly kind: "factor";
      readonly description: string;
      readonly parameters: readonly ParameterView[];
    })
  | (Common & {
      readonly kind: "operator";
      readonly label: string;
      readonly doc: string;
      readonly formula: string;
      readonly settings: readonly SettingView[];
      readonly operands: readonly { readonly name: string; readonly formula: string }[];
    })
  | (Common & { readonly kind: "const"; readonly value: string })
  | (Common & { readonly kind: "link"; readonly source: ChildView; readonly target: ChildView })
  | (Common & { readonly kind: "unknown" });

export interface InspectionContext {
  readonly document: ModelDocument;
  readonly catalog: Catalog;
  readonly diagnostics: readonly Diagnostic[];
  readonly links: Readonly<Record<Key, LinkState>>;
  readonly evidence: Readonly<Record<Key, Evidence>>;
  /** Exclusive alternatives that are shown though another is set. */
  readonly alternatives: ReadonlyMap<string, number>;
}

/** At most this many children are listed; a scope of thousands stays quick. */
const LISTED = 100;

export function inspect(context: InspectionContext, key: Key): Inspection | null {
  const { document, catalog } = context;
  const record = document.records.get(key);
  if (!record) return null;
  const common: Common = {
    key,
    recordKind: record.kind,
    path: path(document, key),
    name: record.name ?? null,
    diagnostics: context.diagnostics.filter((one) => one.key === key),
  };
  if (isVariable(record)) return variableView(context, common, key, record);
  if (isConst(record)) return { ...common, kind: "const", value: valueText(record.value) };
  if (isLink(record)) {
    return { ...common, kind: "link", source: child(document, record.source), target: child(document, record.target) };
  }
  const scope = catalog.scopes.find((one) => one.kind === record.kind);
  if (scope?.parameters) {
    const parameters = scope.parameters.map(({ name }) =>
      parameterView(document, catalog, record, name, record.parameters?.[name], null, null),
    );
    return { ...common, kind: "factor", description: record.description ?? "", parameters };
  }
  if (scope) {
    const inside = children(document, key);
    return {
      ...common,
      ...notes(record),
      kind: "scope",
      total: inside.length,
      builtin: catalog.scopes.some((one) => one.builtins.some((builtin) => builtin.kind === record.kind)),
      children: inside.slice(0, LISTED).map((one) => child(document, one)),
    };
  }
  const operator = catalog.operators.find((one) => one.kind === record.kind);
  if (operator && isOperator(record)) {
    return {
      ...common,
      kind: "operator",
      label: operator.label,
      doc: operator.doc,
      formula: formulaOf(document, catalog, record.scope, { ref: key }),
      settings: settingViews(catalog, operator.settings, record.settings),
      operands: (record.operands ?? []).map((operand, index) => ({
        name: operator.variadic ? String(index + 1) : (operator.operands[index] ?? String(index + 1)),
        formula: formulaOf(document, catalog, record.scope, { ref: operand }),
      })),
    };
  }
  return { ...common, kind: "unknown" };
}

function variableView(context: InspectionContext, common: Common, key: Key, record: VariableRecord): Inspection {
  const { document, catalog } = context;
  const distribution = distributionOf(catalog, record);
  return {
    ...common,
    ...notes(record),
    kind: "variable",
    dynamic: catalog.scopes.find((one) => one.kind === record.kind)?.dynamic ?? true,
    shape: record.shape.join(", "),
    dtype: record.dtype,
    dtypes: distribution && distribution.dtypes.length > 0 ? distribution.dtypes : ["float", "int", "bool"],
    distribution: record.distribution,
    parameters: distribution
      ? parameterViews(document, catalog, key, record, distribution, context.alternatives)
      : Object.entries(record.parameters ?? {}).map(([name, value]) =>
          parameterView(document, catalog, record, name, value, null, null),
        ),
    settings: distribution ? settingViews(catalog, distribution.settings, record.settings) : [],
    link: context.links[key] ?? null,
    evidence: context.evidence[key] ?? null,
  };
}

function parameterViews(
  document: ModelDocument,
  catalog: Catalog,
  key: Key,
  record: VariableRecord,
  distribution: DistributionKind,
  alternatives: ReadonlyMap<string, number>,
): ParameterView[] {
  const hidden = new Set<string>();
  const choosers = new Map<string, AlternativeView>();
  distribution.alternatives.forEach((choice, index) => {
    const id = `${key}.${index}`;
    const used = choice.findIndex((set) => set.some((name) => record.parameters?.[name] !== undefined));
    const shown = alternatives.get(id) ?? Math.max(0, used);
    for (const set of choice) for (const name of set) if (!choice[shown]?.includes(name)) hidden.add(name);
    const [first] = choice[shown] ?? [];
    if (first !== undefined) choosers.set(first, { id, shown, sets: choice.map((set) => set.map(words).join(", ")) });
  });
  return distribution.parameters
    .filter(({ name }) => !hidden.has(name))
    .map(({ name, default: fallback }) => {
      const text = fallback === null || fallback === undefined ? null : String(fallback);
      return parameterView(
        document,
        catalog,
        record,
        name,
        record.parameters?.[name],
        text,
        choosers.get(name) ?? null,
      );
    });
}

function parameterView(
  document: ModelDocument,
  catalog: Catalog,
  record: ModelRecord,
  name: string,
  value: Parameter | undefined,
  fallback: string | null,
  alternative: AlternativeView | null,
): ParameterView {
  const operator = value && isRef(value) && isOperatorKey(document, value.ref) ? value.ref : null;
  return {
    name,
    fallback,
    operator,
    alternative,
    formula: value ? formulaOf(document, catalog, record.scope, value) : "",
    set: value !== undefined,
  };
}

function isOperatorKey(document: ModelDocument, key: Key): boolean {
  const record = document.records.get(key);
  return record !== undefined && isOperator(record);
}

function notes(record: ModelRecord): Notes {
  return { description: record.description ?? "", unit: record.unit ?? "", labels: labelText(record.labels) };
}

function labelText(labels: unknown): string {
  if (Array.isArray(labels)) return labels.map(String).join(", ");
  return labels === undefined || labels === null ? "" : JSON.stringify(labels);
}

export function valueText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `standard_deviation` as people read it. */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}

function child(document: ModelDocument, key: Key): ChildView {
  const record = document.records.get(key);
  return { key, kind: record?.kind ?? "", name: record?.name ?? record?.kind ?? key };
}
