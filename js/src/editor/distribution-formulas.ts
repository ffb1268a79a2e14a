/** A whole distribution typed in one field, as the commands of one step. */
import { distributionOf } from "../document/composition";
import { longName, splitDistribution, UNSET, unreadable } from "../document/distribution-formula";
import type { ModelDocument } from "../document/document";
import type { ParsedFormula } from "../document/formula";
import type { Catalog, Command, DistributionKind, Key, ModelRecord, Parameter } from "../protocol/types";
import { formulaOf, parseFormula } from "./formulas";
import { firstType } from "./insertion";
import { shapeCommands } from "./parameter-shapes";
import { fill, type Strings } from "./strings";
import { readSetting } from "./typed-values";

export type ReadDistribution =
  | { readonly ok: true; readonly commands: readonly Command[] }
  | { readonly ok: false; readonly message: string; readonly failure?: Extract<ParsedFormula, { readonly ok: false }> };

/** The distribution that a text calls first, as cards and code write it; `null` for any other text. */
export function calledDistribution(catalog: Catalog, text: string): DistributionKind | null {
  const called = /^\s*(?:wb\.)?(\w+)\s*\(/.exec(text)?.[1];
  if (called === undefined) return null;
  return catalog.distributions.find(({ kind }) => kind === called || kind === `${called}Distribution`) ?? null;
}

/** `Normal(slope * x, precision=tau)` for a variable: what it names is set, what it leaves out is unset. */
export function readDistribution(
  document: ModelDocument,
  catalog: Catalog,
  strings: Strings,
  key: Key,
  text: string,
): ReadDistribution {
  const record = document.records.get(key);
  const kind = calledDistribution(catalog, text);
  if (!record || !kind) return no(strings.notKnown);
  const broken = unreadable(text);
  if (broken !== null) return no(broken);
  const written = splitDistribution(text);
  if (!written) return no(fill(strings.distributionAlone, { distribution: short(kind) }));
  if (kind.composition) return no(fill(strings.distributionComposed, { distribution: short(kind) }));

  const places = positional(kind);
  const parameters = new Map<string, { readonly text: string; readonly start: number }>();
  const settings: Record<string, unknown> = {};
  for (const [place, { name, text, start }] of written.given.entries()) {
    const meant = name === null ? places[place] : longName(name);
    if (meant !== undefined && kind.settings.some((one) => one.name === meant)) {
      settings[meant] = readSetting(text.replace(/^(["'])(.*)\1$/, "$2"));
    } else if (meant === undefined || !kind.parameters.some((one) => one.name === meant)) {
      const known = [...kind.parameters, ...kind.settings].map((one) => one.name).join(", ");
      return no(fill(strings.distributionTakes, { distribution: short(kind), name: name ?? text, known }));
    } else if (parameters.has(meant)) {
      return no(fill(strings.distributionTwice, { distribution: short(kind), name: meant }));
    } else if (text !== UNSET) parameters.set(meant, { text, start });
  }
  for (const choice of kind.alternatives) {
    const ways = choice.filter((way) => way.some((name) => parameters.has(name)));
    if (ways.length > 1)
      return no(
        fill(strings.distributionEither, { first: ways[0]?.join(", ") ?? "", second: ways[1]?.join(", ") ?? "" }),
      );
  }

  const commands: Command[] = [];
  const same = record.distribution === kind.kind;
  if (!same) commands.push({ type: "SetField", key, field: "distribution", value: kind.kind });
  if (Object.keys(settings).length > 0 || (same && record.settings !== undefined)) {
    const value = Object.keys(settings).length > 0 ? settings : null;
    if (JSON.stringify(value) !== JSON.stringify(record.settings ?? null))
      commands.push({ type: "SetField", key, field: "settings", value });
  }
  const law = distributionOf(catalog, { ...record, distribution: kind.kind, settings }) ?? kind;
  if (record.dtype !== undefined && law.dtypes.length > 0 && !law.dtypes.includes(record.dtype))
    commands.push({ type: "SetField", key, field: "dtype", value: firstType(law) });
  for (const { name } of law.parameters) {
    if (record.parameters?.[name] !== undefined && !parameters.has(name))
      commands.push({ type: "SetParameter", key, parameter: name, value: null });
  }
  let shaped: ModelRecord = record;
  for (const [name, { text, start }] of parameters) {
    const present = record.parameters?.[name];
    // What is as it was keeps its operators.
    if (present && plain(formulaOf(document, catalog, record.scope, present)) === plain(text)) continue;
    const parsed = parseFormula(document, catalog, record.scope, text);
    if (!parsed.ok) {
      const column = parsed.column + start;
      const message = parsed.message.replace(/^Column \d+/, `Column ${column}`);
      return { ok: false, message, failure: { ...parsed, column, message } };
    }
    if (!present && isDefault(law, name, parsed.value)) continue;
    const shape = shapeCommands(law, key, shaped, name, parsed.value);
    for (const command of shape)
      if (Array.isArray(command.value)) shaped = { ...shaped, shape: command.value.map(Number) };
    commands.push(...parsed.commands, ...shape, { type: "SetParameter", key, parameter: name, value: parsed.value });
  }
  return { ok: true, commands };
}

/** The parameters in the order in which a call takes them without names: of exclusive ones the first way. */
function positional(kind: DistributionKind): readonly string[] {
  const later = new Set(kind.alternatives.flatMap((choice) => choice.slice(1).flat()));
  return kind.parameters.map(({ name }) => name).filter((name) => !later.has(name));
}

function isDefault(law: DistributionKind, name: string, value: Parameter): boolean {
  const standard = law.parameters.find((one) => one.name === name)?.default;
  return standard !== null && standard !== undefined && "value" in value && value.value === standard;
}

function short({ kind }: DistributionKind): string {
  return kind.replace(/Distribution$/, "");
}

function plain(text: string): string {
  return text.replace(/\s+/g, "");
}

function no(message: string): ReadDistribution {
  return { ok: false, message };
}
