/** What a closed scope says of its inside: what it gives to the outside, and the worst, the seen and the learned in it. Pure. */
import type { ModelDocument } from "../document/document";
import { isVariable } from "../document/records";
import { childrenOf, contains, subtree } from "../document/selectors";
import { type PosteriorView, posteriorOf } from "../posterior/view";
import type { Diagnostic, Key } from "../protocol/types";
import type { DiagramInput } from "./diagram";

export interface Interior {
  readonly variables: number;
  /** Names of the variables that are used outside. */
  readonly gives: readonly string[];
  readonly linked: number;
  /** The first few posteriors, for a row of small pictures. */
  readonly posteriors: readonly PosteriorView[];
}

interface Contents {
  readonly variables: readonly Key[];
  readonly gives: readonly string[];
}

const PICTURES = 8;
const remembered = new WeakMap<ModelDocument, Map<Key, Contents>>();

export function interiorOf(input: DiagramInput, scope: Key): Interior {
  const { document, links } = input;
  const { variables, gives } = contentsOf(document, scope);
  const posteriors: PosteriorView[] = [];
  for (const key of variables) {
    const posterior = posteriorOf(document, input.results, key);
    if (posterior && posteriors.push(posterior) === PICTURES) break;
  }
  const linked = Object.keys(links).length === 0 ? 0 : variables.filter((key) => key in links).length;
  return { variables: variables.length, gives, linked, posteriors };
}

function contentsOf(document: ModelDocument, scope: Key): Contents {
  let known = remembered.get(document);
  if (!known) {
    known = new Map();
    remembered.set(document, known);
  }
  let contents = known.get(scope);
  if (!contents) {
    const inside = [...subtree(document, [scope])];
    const variables = inside.filter((key) => {
      const record = document.records.get(key);
      return key !== scope && record !== undefined && isVariable(record);
    });
    const gives = variables.filter((key) => childrenOf(document, key).some((user) => !contains(document, scope, user)));
    contents = { variables, gives: gives.map((key) => document.records.get(key)?.name ?? key) };
    known.set(scope, contents);
  }
  return contents;
}

const ORDER = { error: 0, warning: 1, info: 2 };
const tables = new WeakMap<readonly Diagnostic[], WeakMap<ModelDocument, ReadonlyMap<Key, Diagnostic>>>();

/** The worst diagnostic of every record, and of every scope what is worst inside of it. */
export function worstByKey({ document, diagnostics }: DiagramInput): ReadonlyMap<Key, Diagnostic> {
  let byDocument = tables.get(diagnostics);
  if (!byDocument) {
    byDocument = new WeakMap();
    tables.set(diagnostics, byDocument);
  }
  let table = byDocument.get(document);
  if (!table) {
    const found = new Map<Key, Diagnostic>();
    for (const diagnostic of diagnostics) {
      let key: Key | undefined = diagnostic.key;
      while (key !== undefined) {
        const before = found.get(key);
        if (!before || ORDER[diagnostic.severity] < ORDER[before.severity]) found.set(key, diagnostic);
        key = document.records.get(key)?.scope;
      }
    }
    table = found;
    byDocument.set(document, table);
  }
  return table;
}
