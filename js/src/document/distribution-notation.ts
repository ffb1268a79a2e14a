/** What a card says of its variable's distribution. Twin of `python/whyboard/document/distribution_notation.py`. */
import { componentLabel, distributionOf, type Entry } from "./composition";
import { CARD_LIMIT, cut, type FormulaCatalog, format } from "./notation";
import { rounded } from "./numerals";
import { isFactor, type Key, type Parameter, type Scalar } from "./records";
import type { Table } from "./table";

export interface CardCatalog extends FormulaCatalog {
  readonly distributions: readonly Entry[];
}

const SHORT = new Map(Object.entries({ standard_deviation: "sd", standard_deviation_log: "sd_log" }));
/** What short names on cards stand for. */
export const LONG_NAMES: ReadonlyMap<string, string> = new Map([...SHORT].map(([long, short]) => [short, long]));

/**
 * `Normal(slope · x + intercept, 0.1)`: parameters in the catalog's order. One of several exclusive ways is named
 * unless it is the first one: `Normal(0, sd = 0.3)`, and so is what a mixture chooses its component by; settings that are
 * not at their default follow: `Flat(support = positive)`. A parameter that is not set shows its default, or a question mark.
 * A factor shows what it multiplies the density with.
 */
export function typesetDistribution(table: Table, key: Key, catalog: CardCatalog, limit = CARD_LIMIT): string {
  const record = table.records.get(key);
  const kind = record?.distribution ?? "";
  if (record && isFactor(record)) {
    const term = record.parameters?.log_density;
    const text = term ? format(table, term, record.scope ?? null, catalog, { typeset: true, limit }) : "?";
    return cut(`exp(${text})`, limit);
  }
  const given = record?.parameters ?? {};
  const entry = distributionOf(catalog, record);
  const text = (parameter: Parameter): string =>
    format(table, parameter, record?.scope ?? null, catalog, { typeset: true, limit });
  const label = kind.replace(/Distribution$/, "") + componentLabel(catalog, kind, record?.settings);
  if (!entry) {
    const parts = Object.entries(given).map(([name, parameter]) => `${name} = ${text(parameter)}`);
    return cut(`${label}(${parts.join(", ")})`, limit);
  }
  if (entry.data_only) return "data";
  const parts = shown(entry, given).map(({ name, standard, named }) => {
    const parameter = given[name];
    const value = parameter ? text(parameter) : standard === null ? "?" : rounded(standard as Scalar);
    return named ? `${SHORT.get(name) ?? name} = ${value}` : value;
  });
  const settings = statedSettings(entry, record?.settings).map(([name, value]) => `${name} = ${value}`);
  return cut(`${label}(${[...parts, ...settings].join(", ")})`, limit);
}

/** The settings that are not at their default, but for those that the label and the parameters tell. */
export function statedSettings(
  { settings, composition }: Entry,
  given: Readonly<Record<string, unknown>> | undefined,
): [string, unknown][] {
  const told = composition ? [composition.component, ...Object.values(composition.repeated)] : [];
  return settings.flatMap(({ name, default: standard }): [string, unknown][] => {
    const value = given?.[name] ?? standard;
    return told.includes(name) || value === standard ? [] : [[name, value]];
  });
}

/** Name, default and whether the name is shown, for the parameters that make up a distribution. */
export function shown(
  entry: Entry,
  given: Readonly<Record<string, Parameter>>,
): { name: string; standard: unknown; named: boolean }[] {
  const hidden = new Set<string>();
  const named = new Set(entry.composition?.parameters.map(({ name }) => name));
  for (const choice of entry.alternatives) {
    const scores = choice.map((option) => option.filter((name) => name in given).length);
    const place = scores.indexOf(Math.max(...scores));
    const chosen = choice[place] ?? [];
    const all = choice.flat();
    for (const name of all) if (!chosen.includes(name) && !(name in given)) hidden.add(name);
    if (place > 0 || choice.some((option) => option.length > 1)) for (const name of all) named.add(name);
  }
  return entry.parameters
    .filter(({ name }) => !hidden.has(name))
    .map(({ name, default: standard }) => ({ name, standard, named: named.has(name) }));
}
