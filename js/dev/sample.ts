/** A model of cars with links, evidence and a posterior, as a kernel would send them. */
import type { Diagnostic, DocumentData, Evidence, LinkState, ModelRecord, ResultsTrait, Source, Summary } from "../src/protocol/types";

const normal = { shape: [], dtype: "float", distribution: "NormalDistribution" } as const;
const named = (kind: string, name: string, scope?: string): ModelRecord => ({ kind, name, ...(scope ? { scope } : {}) });
const variable = (name: string, scope: string, parameters: ModelRecord["parameters"] = {}): ModelRecord => ({ kind: "Variable", name, scope, ...normal, parameters });
const coefficient = (name: string, scope: string): ModelRecord => ({ kind: "StaticVariable", name, scope, ...normal, parameters: {} });
const operator = (kind: string, scope: string, ...operands: string[]): ModelRecord => ({ kind, scope, operands });

const records: Record<string, ModelRecord> = {
  g: named("Graph", "cars"),
  g1: named("Inputs", "inputs", "g"),
  g2: named("Outputs", "outputs", "g"),
  h: named("Entity", "engine", "g"),
  h1: { ...variable("cylinders", "h"), unit: "1", description: "Number of cylinders, standardised." },
  h2: variable("displacement", "h", { mean: { ref: "o1" }, standard_deviation: { value: 0.4 } }),
  h3: variable("horsepower", "h", { mean: { ref: "o4" }, standard_deviation: { ref: "h9" } }),
  h7: coefficient("slope_cylinders", "h"),
  h8: coefficient("slope_displacement", "h"),
  h9: { kind: "StaticVariable", name: "noise", scope: "h", shape: [], dtype: "float", distribution: "HalfNormalDistribution", parameters: { scale: { value: 1 } } },
  k: named("Entity", "car", "g"),
  k1: variable("weight", "k", { mean: { ref: "o6" } }),
  k2: variable("acceleration", "k", { mean: { ref: "o8" } }),
  k3: { ...variable("mpg", "k", { mean: { ref: "o11" }, standard_deviation: { ref: "k8" } }), unit: "miles per gallon" },
  k5: coefficient("slope_weight", "k"),
  k6: coefficient("slope_power", "k"),
  k7: coefficient("intercept", "k"),
  k8: { kind: "StaticVariable", name: "noise", scope: "k", shape: [], dtype: "float", distribution: "LogNormalDistribution", parameters: { mean_log: { value: -1 }, standard_deviation_log: { value: 0.5 } } },
  o1: operator("Mul", "h", "h7", "h1"),
  o4: operator("Mul", "h", "h8", "h2"),
  o6: operator("Mul", "k", "k6", "h2"),
  o8: operator("Negative", "k", "h3"),
  o9: operator("Mul", "k", "k5", "k1"),
  p1: operator("Add", "k", "k7", "o9"),
  p2: operator("Mul", "k", "k6", "h3"),
  o11: operator("Add", "k", "p1", "p2"),
};

export const EMPTY: DocumentData = {
  format: "whyboard/model",
  version: 1,
  records: { g: named("Graph", "model"), g1: named("Inputs", "inputs", "g"), g2: named("Outputs", "outputs", "g") },
  layout: {},
};

export const CARS: DocumentData = { format: "whyboard/model", version: 1, records, layout: {} };

export const ROOT = "g";

const strip = (missing: readonly number[]): number[] => Array.from({ length: 48 }, (_, slice) => (missing.includes(slice) ? 0.6 : 1));

export const LINKS: Record<string, LinkState> = {
  h1: { source: "df.Cylinders", observed: 406, total: 406, strip: strip([]) },
  h2: { source: "df.Displacement", observed: 406, total: 406, strip: strip([]) },
  h3: { source: "df.Horsepower", observed: 400, total: 406, strip: strip([4, 15, 39]) },
  k1: { source: "df.Weight_in_lbs", observed: 406, total: 406, strip: strip([]) },
  k3: { source: "df.Miles_per_Gallon", observed: 398, total: 406, strip: strip([1, 2, 46]) },
};

export const SOURCES: readonly Source[] = [
  {
    id: "s1", name: "df", type: "pandas.DataFrame", shape: [406, 7],
    columns: [
      { name: "Cylinders", dtype: "int", missing: 0 },
      { name: "Displacement", dtype: "float", missing: 0 },
      { name: "Horsepower", dtype: "float", missing: 6 },
      { name: "Weight_in_lbs", dtype: "int", missing: 0 },
      { name: "Acceleration", dtype: "float", missing: 0 },
      { name: "Miles_per_Gallon", dtype: "float", missing: 8 },
      { name: "Origin", dtype: "category", missing: 0 },
    ],
  },
  { id: "s2", name: "weights", type: "numpy.ndarray", shape: [406], columns: [] },
];

export const DIAGNOSTICS: readonly Diagnostic[] = [
  {
    key: "k2", severity: "warning", code: "NoData", message: "Variable 'cars/car/acceleration' has no data and nothing depends on it, so it stays at its prior. Link a column to it or delete it.",
    fix: { label: "Delete acceleration", commands: [{ type: "DeleteRecords", keys: ["k2"] }] },
  },
];

export const EVIDENCE: Record<string, Evidence> = { h1: { kind: "observe", value: 1.5 } };

const BINS = 32;

/** A posterior for every variable: normal shapes, so that a picture has something to show. */
export function results(data: DocumentData, method: string): ResultsTrait {
  const keys = Object.keys(data.records).filter((key) => data.records[key]?.distribution !== undefined);
  const densities = new DataView(new ArrayBuffer(keys.length * 2 * BINS * 4));
  const variables: Record<string, Summary> = {};
  keys.forEach((key, row) => {
    const mean = Math.sin(row * 1.7) * 1.1;
    const deviation = 0.25 + (row % 4) * 0.12;
    variables[key] = {
      form: "numbers", shape: [], start: -3, end: 3, bins: BINS, density: row,
      elements: [{ mean, deviation, low: mean - 1.645 * deviation, high: mean + 1.645 * deviation, prior: 0, prior_low: -1.645, prior_high: 1.645 }],
    };
    [{ at: 0, by: 1 }, { at: mean, by: deviation }].forEach(({ at, by }, which) => {
      const heights = Array.from({ length: BINS }, (_, bin) => Math.exp(-0.5 * ((-3 + ((bin + 0.5) * 6) / BINS - at) / by) ** 2));
      const sum = heights.reduce((a, b) => a + b, 0);
      heights.forEach((height, bin) => densities.setFloat32(((row * 2 + which) * BINS + bin) * 4, height / sum, true));
    });
  });
  return { revision: 1, method, converged: true, message: "12 steps", row: null, n_rows: 406, question: null, bound: [], bins: BINS, variables, densities };
}
