/** What is chosen from a list over the diagram: another end of an edge, something to add, a scope, an action. */
import { contains, path } from "../document/selectors";
import { act, actions } from "../editor/actions";
import { connectionOptions, connectionRefusal } from "../editor/connection";
import { select } from "../editor/editor";
import { scopesFor, variablesIn } from "../editor/insertion";
import { chordText } from "../editor/keymap";
import { paletteGroups } from "../editor/palette-entries";
import { entryById, entryForName, place, placingRefusal } from "../editor/placing";
import { fill } from "../editor/strings";
import { Chooser } from "../panels/chooser";
import { kindIcon } from "../panels/icon";
import { KindChoice } from "../panels/kind-choice";
import { type DialogProps, nameOf } from "./dialog-title";
import { isMac } from "./top-bar";

/** How the choice of a new variable is told from those of the palette. */
const NEW = "new:";

/** The node that an edge goes to. */
export function TargetChoice({ editor, dialog }: DialogProps<"choose-target">) {
  const { host, strings, state } = editor;
  const document = host.document.value;
  const catalog = host.catalog.value;
  const targets = variablesIn(document, editor.root.value).filter(
    (key) =>
      connectionRefusal(document, dialog.source, key) === null && connectionOptions(document, catalog, key).length > 0,
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

/** What is added to a scope, connected with where an edge was dropped. */
export function AddChoice({ editor, dialog, close }: DialogProps<"add">) {
  const { host, strings, state } = editor;
  const groups = paletteGroups(host.catalog.value, strings).map((group) => ({
    ...group,
    entries: group.entries.filter(
      (entry) =>
        (dialog.from === null || entry.type !== "scope") && placingRefusal(editor, dialog.scope, entry) === null,
    ),
  }));
  return (
    <>
      <KindChoice
        strings={strings}
        dynamic={state.dynamic.value}
        onDynamic={(dynamic) => {
          state.dynamic.value = dynamic;
        }}
      />
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
    </>
  );
}

/** The scope that the selection moves into. */
export function ScopeChoice({ editor, dialog, close }: DialogProps<"choose-scope">) {
  const { host, strings, state } = editor;
  const document = host.document.value;
  const catalog = host.catalog.value;
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

/** Every action by name. */
export function CommandChoice({ editor, close }: DialogProps<"commands">) {
  const { strings } = editor;
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
}
