/** The palette as data, read off the catalog: what can be added, in groups, and how a search finds it. */
import type { Catalog } from "../protocol/types";
import type { IconName } from "./icon-names";
import { fill, type Strings } from "./strings";

export interface PaletteEntry {
  /** `scope:Entity`, `distribution:NormalDistribution`, `operator:Add` or `template:mixture`. */
  readonly id: string;
  readonly type: "scope" | "distribution" | "operator" | "template";
  readonly kind: string;
  readonly label: string;
  readonly icon: IconName;
  /** The infix sign of an operator. */
  readonly sign: string | null;
  readonly doc: string;
}

export interface PaletteGroup {
  readonly id: string;
  readonly label: string;
  readonly entries: readonly PaletteEntry[];
}

const SCOPE_ICONS: Readonly<Record<string, IconName>> = {
  Graph: "graph",
  Entity: "entity",
  Variable: "variable",
  StaticVariable: "static",
  Factor: "factor",
};

/** Infix signs as mathematics writes them. */
const SIGNS: Readonly<Record<string, string>> = { "*": "×", "-": "−", "**": "^", "<=": "≤", ">=": "≥" };

/** All groups of the palette; the same catalog always gives the same list. */
export function paletteGroups(catalog: Catalog, strings: Strings): readonly PaletteGroup[] {
  const known = remembered.get(catalog);
  if (known?.strings === strings) return known.groups;
  const groups = makeGroups(catalog, strings);
  remembered.set(catalog, { strings, groups });
  return groups;
}

// A drag asks for every pointer move.
const remembered = new WeakMap<Catalog, { readonly strings: Strings; readonly groups: readonly PaletteGroup[] }>();

function makeGroups(catalog: Catalog, strings: Strings): readonly PaletteGroup[] {
  const scopes = catalog.scopes
    .filter((scope) => scope.kind in SCOPE_ICONS)
    .map(
      (scope): PaletteEntry => ({
        id: `scope:${scope.kind}`,
        type: "scope",
        kind: scope.kind,
        label: scope.label,
        icon: SCOPE_ICONS[scope.kind] ?? "entity",
        sign: null,
        doc: scope.label,
      }),
    );
  const groups: PaletteGroup[] = [{ id: "scopes", label: strings.paletteScopes, entries: scopes }];
  const distributions = grouped(catalog.distributions, (one) => one.group);
  for (const [group, members] of distributions) {
    groups.push({
      id: `distributions:${group}`,
      label: fill(strings.paletteDistributions, { group }),
      entries: members.map((one) => ({
        id: `distribution:${one.kind}`,
        type: "distribution",
        kind: one.kind,
        label: one.label,
        icon: "chart",
        sign: null,
        doc: one.doc,
      })),
    });
  }
  for (const [group, members] of grouped(catalog.templates ?? [], (one) => one.group)) {
    groups.push({
      id: `templates:${group}`,
      label: group,
      entries: members.map((one) => ({
        id: `template:${one.name}`,
        type: "template",
        kind: one.name,
        label: one.label,
        icon: "entity",
        sign: null,
        doc: one.doc,
      })),
    });
  }
  for (const [group, members] of grouped(catalog.operators, (one) => one.group)) {
    const entries = members
      .filter((one) => one.kind !== "Const")
      .map(
        (one): PaletteEntry => ({
          id: `operator:${one.kind}`,
          type: "operator",
          kind: one.kind,
          label: one.label,
          icon: "operator",
          sign: one.symbol === null ? "ƒ" : (SIGNS[one.symbol] ?? one.symbol),
          doc: one.doc,
        }),
      );
    if (entries.length > 0)
      groups.push({ id: `operators:${group}`, label: fill(strings.paletteOperators, { group }), entries });
  }
  return groups;
}

/** Its entries stand in their own groups, too. */
const RECENT = "recent";

/** The groups with what was used last on top. */
export function withRecent(
  groups: readonly PaletteGroup[],
  recent: readonly string[],
  label: string,
): readonly PaletteGroup[] {
  const byId = new Map(groups.flatMap((group) => group.entries).map((entry) => [entry.id, entry]));
  const entries = recent.flatMap((id) => byId.get(id) ?? []);
  return entries.length > 0 ? [{ id: RECENT, label, entries }, ...groups] : groups;
}

/** Entries whose name has every word of the query, the best match first of all: it is what Enter adds. */
export function searchEntries(groups: readonly PaletteGroup[], query: string): readonly PaletteGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return groups;
  return groups
    .filter((group) => group.id !== RECENT)
    .map((group) => {
      const ranked = group.entries
        .map((entry) => ({ entry, rank: matchRank(`${entry.label} ${entry.kind}`, words) }))
        .filter((one) => one.rank < Number.POSITIVE_INFINITY)
        .sort((a, b) => a.rank - b.rank);
      return { group: { ...group, entries: ranked.map((one) => one.entry) }, best: ranked[0]?.rank };
    })
    .filter((one) => one.best !== undefined)
    .sort((a, b) => (a.best ?? 0) - (b.best ?? 0))
    .map((one) => one.group);
}

/** 0 for a text that starts with the words, larger the later they stand, infinite without them. */
export function matchRank(text: string, words: readonly string[]): number {
  const lower = text.toLowerCase();
  let rank = 0;
  for (const word of words) {
    const at = lower.indexOf(word);
    if (at < 0) return Number.POSITIVE_INFINITY;
    rank += at;
  }
  return rank;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
