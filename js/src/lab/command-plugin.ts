/** Commands, launcher tile, main menu and command palette. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, type IWidgetTracker } from "@jupyterlab/apputils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { IMainMenu } from "@jupyterlab/mainmenu";
import { INotebookTracker } from "@jupyterlab/notebook";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import { IModelTracker } from "./document-plugin";
import { bridgeFileDrops } from "./drop-bridge";
import { modelIcon } from "./icon";
import type { ModelWidget } from "./model-widget";
import { DOMAIN, EXTENSION, FACTORY } from "./names";
import { newModelText } from "./new-model";

export const commandPlugin: JupyterFrontEndPlugin<void> = {
  id: "whyboard:commands",
  description: "Commands, launcher tile and menu entries of model files.",
  autoStart: true,
  requires: [IModelTracker],
  optional: [ILauncher, IMainMenu, ICommandPalette, IDefaultFileBrowser, INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    models: IWidgetTracker<ModelWidget>,
    launcher: ILauncher | null,
    menu: IMainMenu | null,
    palette: ICommandPalette | null,
    files: IDefaultFileBrowser | null,
    notebooks: INotebookTracker | null,
    translator: ITranslator | null,
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;
    const current = () =>
      models.currentWidget === app.shell.currentWidget ? models.currentWidget?.content.host : undefined;
    const isModel = () => current() !== undefined;
    const category = trans.__("Model");

    commands.addCommand("whyboard:new", {
      label: (args) => (args.isLauncher ? trans.__("Model (whyboard)") : trans.__("New Model")),
      caption: trans.__("Create a new model file"),
      icon: (args) => (args.isPalette ? undefined : modelIcon),
      execute: async (args) => {
        const cwd = typeof args.cwd === "string" ? args.cwd : (files?.model.path ?? "");
        const { contents } = app.serviceManager;
        const draft = await contents.newUntitled({ path: cwd, type: "file", ext: EXTENSION });
        const name = draft.name.replace(/\.why\.json$/, "").replace(/[^\p{L}\p{N}_]/gu, "_");
        await contents.save(draft.path, { type: "file", format: "text", content: newModelText(name) });
        return commands.execute("docmanager:open", { path: draft.path, factory: FACTORY });
      },
    });
    commands.addCommand("whyboard:undo", {
      label: trans.__("Undo"),
      isEnabled: () => current()?.history.value.undo != null,
      execute: () => current()?.undo(),
    });
    commands.addCommand("whyboard:redo", {
      label: trans.__("Redo"),
      isEnabled: () => current()?.history.value.redo != null,
      execute: () => current()?.redo(),
    });
    commands.addCommand("whyboard:connect-kernel", {
      label: trans.__("Start or Attach a Kernel"),
      isEnabled: () => current()?.capabilities.value.attachable === true,
      execute: () => current()?.attach(),
    });

    launcher?.add({ command: "whyboard:new", args: { isLauncher: true }, category: trans.__("Other"), rank: 1 });
    menu?.fileMenu.newMenu.addItem({ command: "whyboard:new", rank: 40 });
    menu?.editMenu.undoers.undo.add({ id: "whyboard:undo", isEnabled: isModel });
    menu?.editMenu.undoers.redo.add({ id: "whyboard:redo", isEnabled: isModel });
    for (const command of ["whyboard:new", "whyboard:undo", "whyboard:redo", "whyboard:connect-kernel"]) {
      palette?.addItem({ command, category, args: { isPalette: true } });
    }

    bridgeFileDrops(document, (element) => {
      const panel = notebooks?.find((one) => one.node.contains(element));
      const model = models.find((one) => one.node.contains(element));
      const path = panel?.context.path ?? model?.context.path ?? "";
      return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    });
  },
};
