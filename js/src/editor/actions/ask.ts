/** Running the model, evidence and interventions. */
import { isVariable } from "../../document/records";
import type { Action } from "../action";
import type { Editor } from "../editor";
import { hasOptions, optionsOf } from "../method-options";
import { runMethod } from "../methods";

function busy(editor: Editor): boolean {
  const { state } = editor.host.status.value;
  return state === "running" || state === "stopping";
}

function onVariable(editor: Editor): boolean {
  const record = editor.host.document.value.records.get(editor.state.selected.value ?? "");
  return record !== undefined && isVariable(record);
}

function askValue(mode: "observe" | "do") {
  return (editor: Editor): void => {
    const key = editor.state.selected.value;
    if (key !== null) editor.state.dialog.value = { kind: "set-value", key, mode };
  };
}

/** Take back what was assumed about a variable. */
export function clearEvidence(editor: Editor, key: string): void {
  const evidence = editor.host.evidence.value[key];
  if (evidence?.kind === "observe") editor.host.observe(key, null);
  else if (evidence?.kind === "do") editor.host.setDo(key, null);
}

export const askActions: readonly Action[] = [
  {
    id: "run",
    label: "run",
    group: "ask",
    icon: "run",
    keys: ["Mod-Enter"],
    enabled: (editor) => {
      const { kernel, attachable } = editor.host.capabilities.value;
      return !busy(editor) && (kernel || attachable) && runMethod(editor) !== "";
    },
    run: async (editor) => {
      const { host } = editor;
      if (!host.capabilities.value.kernel) await host.attach();
      const method = runMethod(editor);
      if (host.capabilities.value.kernel) host.solve(method, optionsOf(editor, method));
    },
  },
  {
    id: "stop",
    label: "stop",
    group: "ask",
    icon: "stop",
    keys: ["Mod-."],
    enabled: (editor) => editor.host.status.value.state === "running",
    run: (editor) => editor.host.stop(),
  },
  {
    id: "chooseMethod",
    label: "chooseMethod",
    group: "ask",
    icon: null,
    keys: [],
    enabled: (editor) => !busy(editor) && runMethod(editor) !== "",
    run: (editor) => {
      // The data may have changed in place, which nobody is told of.
      editor.host.refreshMethods();
      editor.state.dialog.value = { kind: "methods", at: null };
    },
  },
  {
    id: "runOptions",
    label: "runOptions",
    group: "ask",
    icon: "options",
    keys: [],
    enabled: (editor) => hasOptions(editor, runMethod(editor)),
    run: (editor) => {
      editor.state.dialog.value = { kind: "options", at: null };
    },
  },
  {
    id: "attach",
    label: "attach",
    group: "ask",
    icon: "run",
    keys: [],
    enabled: (editor) => !editor.host.capabilities.value.kernel && editor.host.capabilities.value.attachable,
    run: (editor) => editor.host.attach(),
  },
  {
    id: "observe",
    label: "observe",
    group: "ask",
    icon: "evidence",
    keys: ["e"],
    enabled: onVariable,
    run: askValue("observe"),
  },
  {
    id: "intervene",
    label: "intervene",
    group: "ask",
    icon: "do",
    keys: ["d"],
    enabled: onVariable,
    run: askValue("do"),
  },
  {
    id: "clearEvidence",
    label: "clearEvidence",
    group: "ask",
    icon: "clear",
    keys: [],
    enabled: (editor) => [...editor.state.selection.value].some((key) => key in editor.host.evidence.value),
    run: (editor) => {
      for (const key of editor.state.selection.value) clearEvidence(editor, key);
    },
  },
  {
    id: "clearAllEvidence",
    label: "clearAllEvidence",
    group: "ask",
    icon: "clear",
    keys: [],
    enabled: (editor) => Object.keys(editor.host.evidence.value).length > 0,
    run: (editor) => {
      for (const key of Object.keys(editor.host.evidence.value)) clearEvidence(editor, key);
    },
  },
];
