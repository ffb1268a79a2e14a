/**
 * The editor in a page of its own, on a model in memory: `?model=empty`, `?model=1000` (a nested model of that size),
 * `?open=all`, `?theme=dark`, `?results`, `?stale`. `whyboardDev` is what tests ask.
 */
import catalog from "../../python/whyboard/catalog.json";
import { act } from "../src/editor/actions";
import { diagramEvents } from "../src/editor/diagram-events";
import { type Editor, select } from "../src/editor/editor";
import { formulaOf } from "../src/editor/formulas";
import { toData } from "../src/document/document";
import { createMemoryHost } from "../src/hosts/memory-host";
import { mount } from "../src/mount";
import type { Catalog, Command, Key, ModelRecord } from "../src/protocol/types";
import { nested } from "./nested";
import { CARS, DIAGNOSTICS, EMPTY, EVIDENCE, LINKS, ROOT, results, SOURCES } from "./sample";

const query = new URLSearchParams(location.search);
const element = document.getElementById("editor");
if (!element) throw new Error("The page has no element 'editor'.");
if (query.get("theme") === "dark") document.documentElement.dataset.theme = "dark";

const empty = query.get("model") === "empty";
const size = Number(query.get("model") ?? 0) || 0;
const data = size > 0 ? nested(size) : empty ? EMPTY : CARS;
const methods = [
  { method: "MAPFisher", label: "MAP + Fisher", doc: "The most probable values and the curvature around them.", options: [] },
  { method: "Forward", label: "Forward", doc: "The prior, by running the arrows forwards.", options: [] },
];
const catalogOfPage: Catalog = { ...catalog, solvers: catalog.solvers.length > 0 ? catalog.solvers : methods };
const host = createMemoryHost({
  data,
  root: ROOT,
  catalog: catalogOfPage,
  ...(data !== CARS ? {} : { diagnostics: DIAGNOSTICS, links: LINKS, evidence: EVIDENCE, sources: SOURCES }),
  kernel: {
    solve(method) {
      host.status.value = { state: "running", message: "", stale: false, readonly: false };
      host.progress.value = { kind: "progress", phase: method, step: 1, total: 2 };
      setTimeout(() => {
        host.results.value = results(toData(host.document.value), method);
        host.status.value = { state: "idle", message: `${method} finished`, stale: false, readonly: false };
        host.progress.value = null;
      }, 200);
    },
    async link(key, source) {
      const { [key]: _old, ...others } = host.links.value;
      const name = SOURCES.find((one) => one.id === source?.id)?.name;
      const state = { source: [name, source?.column].filter(Boolean).join("."), observed: 406, total: 406, strip: [1] };
      host.links.value = source ? { ...others, [key]: state } : others;
      return { ok: true };
    },
    async code() {
      const { records } = host.document.value;
      const lines = [...records.values()].filter((one) => one.distribution).map((one) => `    wb.${one.kind}("${one.name}")`);
      return ["import whyboard as wb", "", `with wb.Graph("${records.get(ROOT)?.name}"):`, ...lines].join("\n");
    },
  },
});

if (query.has("results")) host.results.value = results(data, "MAPFisher");
if (query.has("stale")) host.status.value = { ...host.status.value, stale: true };

let editor: Editor | null = null;
mount(element, host, {
  onReady: (ready) => {
    editor = ready;
    if (query.get("open") === "all") {
      ready.state.open.value = new Set(Object.keys(data.records).filter((key) => data.records[key]?.kind === "Entity" || key === ROOT));
    }
  },
});

/** The editor, which is there as soon as the script has run. */
function ready(): Editor {
  if (!editor) throw new Error("The editor is not mounted.");
  return editor;
}

const questions = {
  records: (): Record<Key, ModelRecord> => Object.fromEntries(host.document.value.records),
  formula(key: Key, parameter: string): string {
    const record = host.document.value.records.get(key);
    const value = record?.parameters?.[parameter];
    return value ? formulaOf(host.document.value, catalogOfPage, record?.scope, value) : "";
  },
  hit: (x: number, y: number) => ready().diagram.current?.hitAt({ x, y }) ?? null,
  rect: (key: Key) => ready().diagram.current?.rectOf(key) ?? null,
  focus: () => ready().diagram.current?.focus(),
  edit: (commands: readonly Command[]) => ready().edit(commands, "edit"),
  zoomBy: (factor: number) => ready().diagram.current?.zoomBy(factor),
  fit: () => ready().diagram.current?.fit(),
  reveal: (key: Key) => ready().diagram.current?.reveal(key),
  select: (key: Key) => select(ready(), [key]),
  act: (id: string) => act(ready(), id),
  /** What the diagram reports when an edge is dropped on empty space. */
  connectToNothing: (key: Key) => diagramEvents(ready()).connect(key, null, ROOT, { x: 400, y: 300 }),
};

declare global {
  var whyboardDev: typeof questions;
}
globalThis.whyboardDev = questions;
