import { contains, path } from "../document/selectors";
import type { ActionGroup } from "../editor/action";
import { act, actionById, actions } from "../editor/actions";
import { clearEvidence } from "../editor/actions/ask";
import { connectionCommands, connectionOptions, connectionRefusal } from "../editor/connection";
import { type Editor, select } from "../editor/editor";
import { commitField, draftOf, setDraft } from "../editor/fields";
import { formulaOf } from "../editor/formulas";
import { scopesFor, variablesIn } from "../editor/insertion";
import { chordText } from "../editor/keymap";
import { commitOption, draftOption, optionViews, resetOptions } from "../editor/method-options";
import { chooseMethod, methodChoices, runMethod } from "../editor/methods";
import { paletteGroups } from "../editor/palette-entries";
import { entryById, entryForName, place, placingRefusal } from "../editor/placing";
import type { Dialog } from "../editor/state";
import { fill, type StringKey } from "../editor/strings";
import { Chooser } from "../panels/chooser";
import { ConnectForm } from "../panels/connect-form";
import { DialogFrame } from "../panels/dialog";
import { HelpSheet } from "../panels/help";
import { kindIcon } from "../panels/icon";
import { ContextMenu } from "../panels/menu";
import { MethodMenu } from "../panels/method-menu";
import { OptionsForm } from "../panels/options-form";
import { ValueForm } from "../panels/value-form";
import type { Key } from "../protocol/types";
import { isMac } from "./top-bar";

const GROUPS: readonly (readonly [ActionGroup, StringKey])[] = [
  ["build", "groupBuild"],
  ["edit", "groupEdit"],
  ["view", "groupView"],
  ["data", "groupData"],
  ["ask", "groupAsk"],
  ["share", "groupShare"],
];

/** How the choice of a new variable is told from those of the palette. */
const NEW = "new:";

/** Whatever is asked over the diagram now: a dialog or a menu. */
export function Overlays({ editor, focusDiagram }: { editor: Editor; focusDiagram: () => void }) {
  const { state, strings } = editor;
  const dialog = state.dialog.value;
  const menu = state.menu.value;
  const close = (): void => {
    state.dialog.value = null;
    focusDiagram();
  };
  if (menu) {
    const items = menu.actions.flatMap((id) => actionById(id) ?? []);
    return (
      <ContextMenu
        label={menu.label}
        at={menu.at}
        items={items.map((action) => ({
          id: action.id,
          label: strings[action.label],
          icon: action.icon,
          group: action.group,
          enabled: action.enabled(editor),
          keys: action.keys[0] ? chordText(action.keys[0], isMac()) : "",
        }))}
        onClose={() => {
          state.menu.value = null;
          focusDiagram();
        }}
        onAction={(id) => {
          state.menu.value = null;
          focusDiagram();
          act(editor, id);
        }}
      />
    );
  }
  if (!dialog) return null;
  if (dialog.kind === "methods")
    return (
      <MethodMenu
        label={strings.runMethod}
        at={dialog.at}
        methods={methodChoices(editor)}
        chosen={runMethod(editor)}
        onChoose={(method) => {
          chooseMethod(editor, method);
          close();
        }}
        onClose={close}
      />
    );
  return (
    <DialogFrame
      key={dialog.kind}
      title={titleOf(editor, dialog)}
      closeLabel={strings.close}
      at={"at" in dialog ? dialog.at : null}
      wide={dialog.kind === "help"}
      onClose={close}
    >
      <DialogBody editor={editor} dialog={dialog} close={close} />
    </DialogFrame>
  );
}

function nameOf({ host }: Editor, key: Key): string {
  const record = host.document.value.records.get(key);
  return record?.name ?? record?.kind ?? key;
}

/** What is asked in a window with a title. */
type Window = Exclude<Dialog, { kind: "methods" }>;

function titleOf(editor: Editor, dialog: Window): string {
  const { strings } = editor;
  switch (dialog.kind) {
    case "connect":
      return fill(strings.connectTitle, {
        source: nameOf(editor, dialog.source),
        target: nameOf(editor, dialog.target),
      });
    case "choose-target":
      return fill(strings.chooseTargetTitle, { source: nameOf(editor, dialog.source) });
    case "add":
      return dialog.from === null
        ? fill(strings.addTitle, { scope: nameOf(editor, dialog.scope) })
        : fill(strings.addConnectedTitle, { source: nameOf(editor, dialog.from) });
    case "choose-scope": {
      const [only, second] = dialog.keys;
      const what = only !== undefined && second === undefined ? nameOf(editor, only) : String(dialog.keys.length);
      return fill(strings.chooseScopeTitle, { count: what });
    }
    case "set-value":
      return fill(dialog.mode === "observe" ? strings.evidenceTitle : strings.doTitle, {
        name: nameOf(editor, dialog.key),
      });
    case "options":
      return fill(strings.optionsTitle, { method: runMethod(editor) });
    case "commands":
      return strings.commandsTitle;
    case "help":
      return strings.helpTitle;
  }
}

interface BodyProps {
  readonly editor: Editor;
  readonly dialog: Window;
  readonly close: () => void;
}

function DialogBody({ editor, dialog, close }: BodyProps) {
  const { host, strings, state } = editor;
  const document = host.document.value;
  const catalog = host.catalog.value;
  switch (dialog.kind) {
    case "connect": {
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
              .edit(
                connectionCommands(document, catalog, dialog.source, dialog.target, parameter, mode),
                strings.connect,
              )
              .then(({ ok }) => ok && select(editor, [dialog.target]));
          }}
        />
      );
    }
    case "choose-target": {
      const targets = variablesIn(document, editor.root.value).filter(
        (key) =>
          connectionRefusal(document, dialog.source, key) === null &&
          connectionOptions(document, catalog, key).length > 0,
      );
      return (
        <Chooser
          placeholder={strings.chooseTargetHint}
          empty={strings.noTargets}
          choices={targets.map((key) => ({
            id: key,
            label: nameOf(editor, key),
            detail: path(document, key),
            icon: kindIcon(document.records.get(key)?.kind ?? ""),
          }))}
          onChoose={(target) => {
            state.dialog.value = { kind: "connect", source: dialog.source, target, at: null };
          }}
        />
      );
    }
    case "add": {
      const groups = paletteGroups(catalog, strings).map((group) => ({
        ...group,
        entries: group.entries.filter(
          (entry) =>
            (dialog.from === null || entry.type !== "scope") && placingRefusal(editor, dialog.scope, entry) === null,
        ),
      }));
      return (
        <Chooser
          placeholder={strings.addSearch}
          empty={strings.addNone}
          offer={(name) => {
            const entry = entryForName(editor, dialog.scope, name);
            return (
              entry && { id: NEW + name, label: fill(strings.addNew, { kind: entry.label, name }), icon: entry.icon }
            );
          }}
          choices={groups.flatMap((group) =>
            group.entries.map((entry) => ({ id: entry.id, label: entry.label, detail: group.label, icon: entry.icon })),
          )}
          onChoose={(id) => {
            const name = id.startsWith(NEW) ? id.slice(NEW.length) : undefined;
            const entry = name === undefined ? entryById(editor, id) : entryForName(editor, dialog.scope, name);
            const from = dialog.from === null ? [] : [dialog.from];
            close();
            if (entry) void place(editor, entry, dialog.scope, dialog.place, from, name);
          }}
        />
      );
    }
    case "choose-scope": {
      const kinds = dialog.keys.map((key) => document.records.get(key)?.kind ?? "");
      const scopes = scopesFor(document, catalog, host.root.value, kinds).filter((scope) =>
        dialog.keys.every(
          (key) => key !== scope && document.records.get(key)?.scope !== scope && !contains(document, key, scope),
        ),
      );
      return (
        <Chooser
          placeholder={strings.chooseTargetHint}
          empty={strings.noScopes}
          choices={scopes.map((key) => ({
            id: key,
            label: path(document, key),
            icon: kindIcon(document.records.get(key)?.kind ?? ""),
          }))}
          onChoose={(scope) => {
            close();
            void editor.edit([{ type: "Reparent", keys: dialog.keys, scope }], strings.moveInto).then(({ ok }) => {
              if (!ok) return;
              state.open.value = new Set([...state.open.value, scope]);
              select(editor, dialog.keys);
            });
          }}
        />
      );
    }
    case "set-value": {
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
    case "options": {
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
    case "commands":
      return (
        <Chooser
          placeholder={strings.commandsSearch}
          empty={strings.searchNone}
          choices={actions.map((action) => ({
            id: action.id,
            label: strings[action.label],
            icon: action.icon ?? undefined,
            disabled: !action.enabled(editor),
            detail: action.keys[0] ? chordText(action.keys[0], isMac()) : "",
          }))}
          onChoose={(id) => {
            close();
            act(editor, id);
          }}
        />
      );
    case "help":
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
}
