/** What the tests of the editor share: an editor on the cars model in memory, and questions about its model. */
import { CARS, ROOT } from "../../../js/dev/sample";
import { run } from "../../../js/src/document/commands";
import type { ModelDocument } from "../../../js/src/document/document";
import { createEditor, type Editor } from "../../../js/src/editor/editor";
import { formulaOf } from "../../../js/src/editor/formulas";
import type { EditResult, Host } from "../../../js/src/hosts/host";
import { createMemoryHost } from "../../../js/src/hosts/memory-host";
import type { Command, Key, ModelRecord } from "../../../js/src/protocol/types";
import { CATALOG } from "./catalog";

/** The document after commands, which must be accepted. */
export function documentAfter(document: ModelDocument, commands: readonly Command[]): ModelDocument {
  const result = run(document, commands, CATALOG);
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result.document;
}

export function carsEditor({ readonly = false } = {}): Editor {
  return createEditor(createMemoryHost({ data: CARS, root: ROOT, catalog: CATALOG, readonly }));
}

export function keyOf(editor: Editor, name: string): Key {
  for (const [key, record] of editor.host.document.value.records) if (record.name === name) return key;
  throw new Error(`nothing is called ${name}`);
}

export function named(editor: Editor, name: string): ModelRecord {
  return editor.host.document.value.records.get(keyOf(editor, name)) ?? { kind: "" };
}

/** The formula of a parameter as it would be typed. */
export function formula(editor: Editor, name: string, parameter = "mean"): string {
  const record = named(editor, name);
  const value = record.parameters?.[parameter];
  return value ? formulaOf(editor.host.document.value, CATALOG, record.scope, value) : "";
}

/** All promises that are under way have come to their end. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** A diagram that draws every node at (100, 50) of its scope. */
export function fakeDiagram(editor: Editor): void {
  const nothing = () => {};
  editor.diagram.current = {
    update: nothing,
    arrange: nothing,
    fit: nothing,
    zoomBy: nothing,
    panBy: nothing,
    reveal: nothing,
    show: nothing,
    focus: nothing,
    hasFocus: () => false,
    dispose: nothing,
    rectOf: () => ({ x: 101, y: 51, width: 10, height: 10 }),
    hitAt: () => ({ kind: "background" }),
    scopeAt: (point) => ({ scope: keyOf(editor, "car"), point }),
    neighbour: () => null,
  };
}

/** An editor whose host draws every edit at once and answers when `answer` is called, as a kernel does after a cell. */
export function slowEditor(): { editor: Editor; answer: (result: EditResult) => Promise<void> } {
  const host = createMemoryHost({ data: CARS, root: ROOT, catalog: CATALOG });
  const answers: ((result: EditResult) => void)[] = [];
  const slow: Host = {
    ...host,
    edit(commands, label, step) {
      void host.edit(commands, label, step);
      return new Promise((resolve) => answers.push(resolve));
    },
  };
  return {
    editor: createEditor(slow),
    async answer(result) {
      answers.shift()?.(result);
      await settled();
    },
  };
}
