/** The parameters of a distribution that has those of another, which a setting names. Twin of `composition.py`. */
import type { Composition, DistributionKind, ParameterSpec } from "../protocol/types";
import { isTable } from "./constants";

/** What is read of a distribution. */
export type Entry = Pick<
  DistributionKind,
  "kind" | "parameters" | "alternatives" | "data_only" | "dtypes" | "settings" | "composition"
>;
type Settings = Readonly<Record<string, unknown>>;

/** The entry of a distribution with its settings; `undefined` if it, or what it is made of, is not known. */
export function composed<E extends Entry>(
  find: (kind: string) => E | undefined,
  kind: string,
  settings: Settings | undefined,
): E | undefined {
  const entry = find(kind);
  const rules = entry?.composition;
  if (entry === undefined || rules === undefined) return entry;
  const inner = stated(given(entry, settings, rules.component));
  const component = inner && composed(find, inner.kind, inner.settings);
  if (!component) return undefined;
  const outer = (name: string): string => outerName(name, rules);
  const own = new Map(
    rules.parameters.map(({ name }) => [name, repeated(name, given(entry, settings, rules.repeated[name] ?? ""))]),
  );
  const parameters: ParameterSpec[] = component.parameters.map((each) => ({ ...each, name: outer(each.name) }));
  for (const each of rules.parameters) for (const name of own.get(each.name) ?? []) parameters.push({ ...each, name });
  const alternatives = [
    ...component.alternatives.map((choice) => choice.map((way) => way.map(outer))),
    ...rules.alternatives.map((choice) => choice.map((way) => way.flatMap((name) => own.get(name) ?? []))),
  ];
  return { ...entry, parameters, alternatives, dtypes: component.dtypes };
}

/** The entry of a record's distribution in a catalog. */
export function distributionOf<E extends Entry>(
  catalog: { readonly distributions: readonly E[] },
  record: { readonly distribution?: string; readonly settings?: Settings } | undefined,
): E | undefined {
  return composed(
    (kind) => catalog.distributions.find((each) => each.kind === kind),
    record?.distribution ?? "",
    record?.settings,
  );
}

/** What a card says of what a distribution is made of: ` of Gamma`; nothing for most. */
export function componentLabel(
  catalog: { readonly distributions: readonly Entry[] },
  kind: string,
  settings: Settings | undefined,
): string {
  const entry = catalog.distributions.find((each) => each.kind === kind);
  if (!entry?.composition) return "";
  const inner = stated(given(entry, settings, entry.composition.component));
  if (!inner) return "";
  return ` of ${inner.kind.replace(/Distribution$/, "")}${componentLabel(catalog, inner.kind, inner.settings)}`;
}

function given(entry: Entry, settings: Settings | undefined, name: string): unknown {
  return settings?.[name] ?? entry.settings.find((setting) => setting.name === name)?.default;
}

/** A distribution as a setting holds it: a name, or a table of a name and settings. */
export function stated(value: unknown): { readonly kind: string; readonly settings: Settings | undefined } | undefined {
  if (isTable(value) && typeof value.distribution === "string")
    return { kind: value.distribution, settings: isTable(value.settings) ? value.settings : undefined };
  return typeof value === "string" ? { kind: value, settings: undefined } : undefined;
}

/** `selector`, `selector_2`, ... as often as a setting says. */
function repeated(name: string, count: unknown): readonly string[] {
  const times = typeof count === "number" && Number.isInteger(count) && count > 1 ? count : 1;
  return Array.from({ length: times }, (_, place) => (place === 0 ? name : `${name}_${place + 1}`));
}

/** A parameter of the component that is called as one of the own ones has a prefix. */
function outerName(name: string, rules: Composition): string {
  let stem = name;
  while (stem.startsWith(rules.prefix)) stem = stem.slice(rules.prefix.length);
  const clash =
    rules.parameters.some((each) => each.name === stem) ||
    Object.keys(rules.repeated).some((each) => stem.startsWith(`${each}_`));
  return clash ? `${rules.prefix}${name}` : name;
}
