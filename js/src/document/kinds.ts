/** What commands need of the catalog, looked up by name instead of by scanning lists. */
import type { Catalog, DistributionKind, OperatorKind, ScopeKind } from "../protocol/types";
import { composed } from "./composition";
import { refuse, shown } from "./refusal";

export type Family = "scope" | "variable" | "factor" | "operator" | "const" | "link";

/** The parameters of a distribution or a factor: their names in order and the exclusive alternatives. */
export interface Parameters {
  readonly names: readonly string[];
  readonly choices: readonly (readonly ReadonlySet<string>[])[];
  readonly settings: readonly string[];
}

export interface Kinds {
  readonly families: ReadonlyMap<string, Family>;
  readonly contains: ReadonlyMap<string, readonly string[]>;
  readonly builtins: ReadonlyMap<string, readonly { readonly kind: string; readonly name: string }[]>;
  readonly builtinKinds: ReadonlySet<string>;
  readonly operators: ReadonlyMap<string, OperatorKind>;
  readonly distributions: ReadonlyMap<string, Parameters>;
  readonly entries: ReadonlyMap<string, DistributionKind>;
  readonly factors: ReadonlyMap<string, Parameters>;
}

const known = new WeakMap<Catalog, Kinds>();

/** Index a catalog, once. */
export function kindsOf(catalog: Catalog): Kinds {
  let kinds = known.get(catalog);
  if (!kinds) {
    kinds = index(catalog);
    known.set(catalog, kinds);
  }
  return kinds;
}

/** How records of a kind are made up; refused if the catalog does not know it. */
export function familyOf(kinds: Kinds, kind: unknown): Family {
  const found = typeof kind === "string" ? kinds.families.get(kind) : undefined;
  return (
    found ??
    refuse(
      "UnknownName",
      `There is no kind '${typeof kind === "string" ? kind : shown(kind)}' in this installation, so it can be neither added nor edited. ` +
        `Scopes are ${[...kinds.contains.keys()].join(", ")}; the operators are listed in the palette.`,
    )
  );
}

/** The parameters of a distribution with its settings; `undefined` if it, or one in its settings, is not known. */
export function rulesOf(
  kinds: Kinds,
  distribution: string,
  settings: Readonly<Record<string, unknown>> | undefined,
): Parameters | undefined {
  const plain = kinds.distributions.get(distribution);
  if (!settings || Object.keys(settings).length === 0 || !kinds.entries.get(distribution)?.composition) return plain;
  const found = composed((kind) => kinds.entries.get(kind), distribution, settings);
  return found && parametersOf(found);
}

/** Names that exclude each other, and the text of the alternatives; `null` if all is well. */
export function conflict(
  rules: Parameters,
  given: Iterable<string>,
): { readonly names: readonly string[]; readonly ways: string } | null {
  const present = [...given];
  for (const choice of rules.choices) {
    const among = new Set(present.filter((name) => choice.some((way) => way.has(name))));
    if (choice.length && !choice.some((way) => [...among].every((name) => way.has(name)))) {
      return {
        names: rules.names.filter((name) => among.has(name)),
        ways: choice.map((way) => rules.names.filter((name) => way.has(name)).join(" and ")).join("; "),
      };
    }
  }
  return null;
}

function index(catalog: Catalog): Kinds {
  const families = new Map<string, Family>();
  for (const operator of catalog.operators) families.set(operator.kind, "operator");
  for (const scope of catalog.scopes) families.set(scope.kind, scopeFamily(scope));
  families.set("Const", "const").set("Link", "link");
  return {
    families,
    contains: new Map(catalog.scopes.map((scope) => [scope.kind, scope.contains])),
    builtins: new Map(catalog.scopes.map((scope) => [scope.kind, scope.builtins])),
    builtinKinds: new Set(catalog.scopes.flatMap((scope) => scope.builtins.map((child) => child.kind))),
    operators: new Map(catalog.operators.map((operator) => [operator.kind, operator])),
    distributions: new Map(catalog.distributions.map((each) => [each.kind, parametersOf(each)])),
    entries: new Map(catalog.distributions.map((each) => [each.kind, each])),
    factors: new Map(
      catalog.scopes.flatMap(({ kind, parameters }) =>
        parameters ? [[kind, { names: parameters.map(({ name }) => name), choices: [], settings: [] }]] : [],
      ),
    ),
  };
}

function scopeFamily(scope: ScopeKind): Family {
  if (scope.variable) return "variable";
  return scope.parameters ? "factor" : "scope";
}

function parametersOf(distribution: DistributionKind): Parameters {
  const names = distribution.parameters.map((parameter) => parameter.name);
  return {
    names: [...new Set([...names, ...distribution.alternatives.flat(2)])],
    choices: distribution.alternatives.map((choice) => choice.map((way) => new Set(way))),
    settings: distribution.settings.map((setting) => setting.name),
  };
}
