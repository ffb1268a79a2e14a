import { act, actionById } from "../editor/actions";
import type { Editor } from "../editor/editor";
import type { IconName } from "../editor/icon-names";
import { chordText } from "../editor/keymap";
import { hasOptions, optionsOf } from "../editor/method-options";
import { methodChoices, methodHint, runMethod } from "../editor/methods";
import { fill } from "../editor/strings";
import { Toolbar, type ToolItem } from "../panels/toolbar";

const MORE = [
  "add",
  "connect",
  "group",
  "duplicate",
  "delete",
  "tidy",
  "search",
  "fitAll",
  "openAll",
  "closeAll",
  "leave",
  "unlink",
  "refreshSources",
  "clearAllEvidence",
  "chooseMethod",
  "runOptions",
  "attach",
  "showResults",
  "showDiagnostics",
  "showCode",
  "exportPython",
  "exportSvg",
  "commands",
  "help",
];

/** What the button of the options says: what was chosen, if anything was. */
function optionsLabel(editor: Editor, method: string): string {
  const { strings } = editor;
  const chosen = Object.entries(optionsOf(editor, method)).map(([name, value]) => `${name}=${String(value)}`);
  if (chosen.length > 0) return fill(strings.optionsChosen, { options: chosen.join(", ") });
  return hasOptions(editor, method) ? strings.runOptions : strings.optionsNone;
}

export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** The toolbar, filled from the list of actions. */
export function TopBar({ editor }: { editor: Editor }) {
  const { state, host, strings } = editor;
  const tool = (
    id: string,
    extra: { pressed?: boolean; hidden?: ToolItem["hidden"]; icon?: IconName } = {},
  ): ToolItem => {
    const action = actionById(id);
    return {
      id,
      label: action ? strings[action.label] : strings.more,
      icon: extra.icon ?? action?.icon ?? "more",
      keys: action?.keys[0] ? chordText(action.keys[0], isMac()) : "",
      enabled: action?.enabled(editor) ?? true,
      pressed: extra.pressed,
      hidden: extra.hidden,
    };
  };
  const left = state.leftOpen.value ? state.leftTab.value : null;
  const right = state.rightOpen.value ? state.rightTab.value : null;
  const run = runMethod(editor);
  const progress = host.progress.value;
  const method = methodChoices(editor).find((one) => one.method === run);
  return (
    <Toolbar
      label={strings.toolbar}
      left={[
        [tool("togglePalette", { pressed: left === "palette" }), tool("toggleData", { pressed: left === "data" })],
        [tool("undo"), tool("redo")],
        [
          tool("add"),
          tool("connect", { hidden: "narrow" }),
          tool("group", { hidden: "narrow" }),
          tool("delete", { hidden: "narrow" }),
        ],
        [
          tool("fitAll"),
          tool("zoomOut", { hidden: "middling" }),
          tool("zoomIn", { hidden: "middling" }),
          tool("tidy", { hidden: "narrow" }),
          tool("search"),
        ],
      ]}
      right={[
        tool("showCode", { pressed: right === "code", hidden: "narrow" }),
        tool("showResults", { pressed: right === "results", hidden: "narrow" }),
        tool("toggleInspector", { pressed: right === "inspector" }),
        tool("more"),
      ]}
      run={tool("run")}
      stop={tool("stop")}
      options={{
        ...tool("runOptions"),
        label: optionsLabel(editor, run),
        pressed: state.dialog.value?.kind === "options",
      }}
      optionsChosen={Object.keys(optionsOf(editor, run)).length > 0}
      failure={host.status.value.state === "failed" ? host.status.value.message : null}
      progress={progress?.total ? Math.min(1, progress.step / progress.total) : null}
      phase={progress?.phase ?? ""}
      running={host.status.value.state === "running" || host.status.value.state === "stopping"}
      method={{
        ...tool("chooseMethod", { icon: "chevron-down" }),
        label: method?.label ?? strings.runMethod,
        pressed: state.dialog.value?.kind === "methods",
      }}
      methodLabel={strings.runMethod}
      methodHint={methodHint(editor, run)}
      methodRefused={method !== undefined && method.refusal !== null}
      onAction={(id, anchor) => {
        const { left, right: x, bottom: y } = anchor.getBoundingClientRect();
        if (id !== "more") {
          act(editor, id);
          // What an action asks is asked below its button.
          const { value: dialog } = state.dialog;
          if (dialog?.kind === "options" || dialog?.kind === "methods")
            state.dialog.value = { ...dialog, at: { x: left, y: y + 6 } };
          return;
        }
        state.menu.value = { at: { x: x - 8, y: y + 4 }, actions: MORE, label: strings.more };
      }}
    />
  );
}
