/** What the diagram is given for a document with nothing selected, linked, asked or found yet. */
import catalog from "../../python/whyboard/catalog.json";
import type { DiagramInput } from "../src/diagram/diagram";
import type { Document } from "../src/document/document";
import type { Catalog } from "../src/protocol/types";

/** The picture of the Graph `g` with these scopes open. */
export function drawing(document: Document, open: Iterable<string>): DiagramInput {
  return {
    document,
    catalog: catalog as unknown as Catalog,
    root: "g",
    open: new Set(open),
    openTrees: new Set(),
    selection: new Set(),
    matches: null,
    targets: null,
    renaming: null,
    editing: null,
    diagnostics: [],
    links: {},
    evidence: {},
    results: null,
    stale: false,
    readonly: false,
  };
}
