/** What is filled in over the diagram: how an edge enters, a value, the options of a method; and the sheet of keys. */
import type { ActionGroup } from "../editor/action";
import { act, actionById, actions } from "../editor/actions";
import { clearEvidence } from "../editor/actions/ask";
import { connectionCommands, connectionOptions } from "../editor/connection";
import { select } from "../editor/editor";
import { commitField, draftOf, setDraft } from "../editor/fields";
import { formulaOf } from "../editor/formulas";
import { chordText } from "../editor/keymap";
import { commitOption, draftOption, optionViews, resetOptions } from "../editor/method-options";
import { runMethod } from "../editor/methods";
import type { StringKey } from "../editor/strings";
import { ConnectForm } from "../panels/connect-form";
import { HelpSheet } from "../panels/help";
import { OptionsForm } from "../panels/options-form";
import { ValueForm } from "../panels/value-form";
import { type DialogProps, nameOf } from "./dialog-title";
import { isMac } from "./top-bar";

const GROUPS: readonly (readonly [ActionGroup, StringKey])[] = [
  ["build", "groupBuild"],
  ["edit", "groupEdit"],
  ["view", "groupView"],
  ["data", "groupData"],
  ["ask", "groupAsk"],
  ["share", "groupShare"],
];

/** The parameter that an edge enters, and what happens to its value. */
export function ConnectDialog({ editor, dialog, close }: DialogProps<"connect">) {
  const { host, strings } = editor;
  const document = host.document.value;
  const catalog = host.catalog.value;
  const record = document.records.get(dialog.target);
  return (
    <ConnectForm
      strings={strings}
      source={nameOf(editor, dialog.source)}
      target={nameOf(editor, dialog.target)}
      parameters={connectionOptions(document, catalog, dialog.target).map((option) => {
        const value = record?.parameters?.[option.parameter];
        return { ...option, formula: value ? formulaOf(document, catalog, record?.scope, value) : "" };
      })}
      onConnect={(parameter, mode) => {
        close();
        void editor
          .edit(connectionCommands(document, catalog, dialog.source, dialog.target, parameter, mode), strings.connect)
          .then(({ ok }) => ok && select(editor, [dialog.target]));
      }}
    />
  );
}

/** A value to observe or to set. */
export function ValueDialog({ editor, dialog, close }: DialogProps<"set-value">) {
  const { host, strings } = editor;
  const evidence = host.evidence.value[dialog.key];
  return (
    <ValueForm
      strings={strings}
      hint={dialog.mode === "observe" ? strings.evidenceHint : strings.doHint}
      value={evidence?.kind === dialog.mode ? JSON.stringify(evidence.value) : ""}
      draft={draftOf(editor, dialog.key, dialog.mode)}
      onDraft={(text) => setDraft(editor, dialog.key, dialog.mode, text)}
      onClear={() => {
        clearEvidence(editor, dialog.key);
        setDraft(editor, dialog.key, dialog.mode, null);
        close();
      }}
      onCommit={(text) => void commitField(editor, dialog.key, dialog.mode, text).then((done) => done && close())}
    />
  );
}

/** The options of the method that Run uses. */
export function OptionsDialog({ editor, close }: DialogProps<"options">) {
  const { strings } = editor;
  const method = runMethod(editor);
  return (
    <OptionsForm
      strings={strings}
      options={optionViews(editor, method)}
      canRun={actionById("run")?.enabled(editor) ?? false}
      onDraft={(name, text) => draftOption(editor, method, name, text)}
      onCommit={(name, text) => void commitOption(editor, method, name, text)}
      onReset={() => resetOptions(editor, method)}
      onRun={() => {
        close();
        act(editor, "run");
      }}
    />
  );
}

/** All keys. */
export function HelpDialog({ editor }: DialogProps<"help">) {
  const { strings } = editor;
  return (
    <HelpSheet
      strings={strings}
      groups={GROUPS.map(([group, label]) => ({
        label: strings[label],
        lines: actions
          .filter((action) => action.group === group)
          .map((action) => ({
            label: strings[action.label],
            keys: action.keys.map((chord) => chordText(chord, isMac())),
          })),
      }))}
    />
  );
}
