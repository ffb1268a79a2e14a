import { act, actionById } from "../editor/actions";
import type { Editor } from "../editor/editor";
import { chordText } from "../editor/keymap";
import { chooseMethod, methodChoices, runMethod } from "../editor/methods";
import { DialogFrame } from "../panels/dialog";
import { ContextMenu } from "../panels/menu";
import { MethodMenu } from "../panels/method-menu";
import { AddChoice, CommandChoice, ScopeChoice, TargetChoice } from "./choices";
import { titleOf, type Window } from "./dialog-title";
import { ConnectDialog, HelpDialog, OptionsDialog, ValueDialog } from "./forms";
import { isMac } from "./top-bar";

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

interface BodyProps {
  readonly editor: Editor;
  readonly dialog: Window;
  readonly close: () => void;
}

function DialogBody({ editor, dialog, close }: BodyProps) {
  const shared = { editor, close };
  switch (dialog.kind) {
    case "connect":
      return <ConnectDialog {...shared} dialog={dialog} />;
    case "choose-target":
      return <TargetChoice {...shared} dialog={dialog} />;
    case "add":
      return <AddChoice {...shared} dialog={dialog} />;
    case "choose-scope":
      return <ScopeChoice {...shared} dialog={dialog} />;
    case "set-value":
      return <ValueDialog {...shared} dialog={dialog} />;
    case "options":
      return <OptionsDialog {...shared} dialog={dialog} />;
    case "commands":
      return <CommandChoice {...shared} dialog={dialog} />;
    case "help":
      return <HelpDialog {...shared} dialog={dialog} />;
  }
}
