/** Our diagram alone in the page. */
import { createDiagram } from "../../../js/src/diagram/create";
import type { DiagramEvents } from "../../../js/src/diagram/diagram";
import { apply } from "../../../js/src/document/document";
import { injectStyles } from "../../../js/src/styles";
import { input } from "./graph";

const element = document.getElementById("root");
if (!element) throw new Error("The page has no element 'root'.");
let given = input();
const nothing = (): null => null;
const events: DiagramEvents = new Proxy({} as DiagramEvents, { get: () => nothing });

const start = performance.now();
const diagram = createDiagram(element, events);
injectStyles(document.body);
diagram.update(given);
painted().then(() => {
  globalThis.subject = {
    shown: performance.now() - start,
    fit: () => diagram.fit(),
    approach(key) {
      diagram.zoomBy(1e6);
      diagram.zoomBy(1 / 3);
      diagram.reveal(key);
    },
    at(key) {
      const rect = diagram.rectOf(key);
      if (!rect) throw new Error(`${key} is not drawn`);
      return { x: rect.x + rect.width / 2, y: rect.y + Math.min(8, rect.height / 2) };
    },
    async edit() {
      const [key, record] = [...given.document.records].find(([, one]) => one.distribution !== undefined) ?? [];
      if (!key || !record) return Number.NaN;
      const before = performance.now();
      const added = { ...record, name: "added", parameters: { mean: { ref: key } } };
      given = { ...given, document: apply(given.document, { records: { zzzzzz: [null, added] }, layout: {} }) };
      diagram.update(given);
      await painted();
      return performance.now() - before;
    },
  };
});

/** After the next frame has been drawn. */
function painted(): Promise<void> {
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}
