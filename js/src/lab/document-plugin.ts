/** The file type `*.why.json`, its editor in a tab, and how tabs come back after a reload. */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ISessionContextDialogs, type IWidgetTracker, Toolbar, WidgetTracker } from "@jupyterlab/apputils";
import { ABCWidgetFactory, type DocumentRegistry } from "@jupyterlab/docregistry";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import type { CommandRegistry } from "@lumino/commands";
import { Token } from "@lumino/coreutils";
import { modelIcon } from "./icon";
import { ModelContent, ModelWidget } from "./model-widget";
import { DOMAIN, EXTENSION, FACTORY, FILE_TYPE } from "./names";

/** The open model files. */
export const IModelTracker = new Token<IWidgetTracker<ModelWidget>>("whyboard:IModelTracker", "The open model files.");

export const documentPlugin: JupyterFrontEndPlugin<IWidgetTracker<ModelWidget>> = {
  id: "whyboard:document",
  description: "Opens and edits model files.",
  autoStart: true,
  provides: IModelTracker,
  optional: [ILayoutRestorer, ITranslator, ISessionContextDialogs],
  activate: (
    app: JupyterFrontEnd,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null,
    dialogs: ISessionContextDialogs | null,
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const tracker = new WidgetTracker<ModelWidget>({ namespace: "whyboard" });
    app.docRegistry.addFileType({
      name: FILE_TYPE,
      displayName: trans.__("Model"),
      extensions: [EXTENSION],
      mimeTypes: ["application/json"],
      contentType: "file",
      fileFormat: "text",
      icon: modelIcon,
    });
    const factory = new ModelFactory(app.commands, dialogs, {
      name: FACTORY,
      label: trans.__("Model"),
      fileTypes: [FILE_TYPE],
      defaultFor: [FILE_TYPE],
      modelName: "text",
      canStartKernel: true,
      preferKernel: false,
      autoStartDefault: false,
      shutdownOnClose: true,
    });
    factory.widgetCreated.connect((_, widget) => {
      widget.context.pathChanged.connect(() => void tracker.save(widget));
      void tracker.add(widget);
    });
    app.docRegistry.addWidgetFactory(factory);
    if (restorer) {
      void restorer.restore(tracker, {
        command: "docmanager:open",
        args: (widget) => ({ path: widget.context.path, factory: FACTORY }),
        name: (widget) => widget.context.path,
      });
    }
    return tracker;
  },
};

class ModelFactory extends ABCWidgetFactory<ModelWidget, DocumentRegistry.ICodeModel> {
  constructor(
    private readonly commands: CommandRegistry,
    private readonly dialogs: ISessionContextDialogs | null,
    options: DocumentRegistry.IWidgetFactoryOptions<ModelWidget>,
  ) {
    super(options);
  }

  protected override createNewWidget(context: DocumentRegistry.IContext<DocumentRegistry.ICodeModel>): ModelWidget {
    const widget = new ModelWidget({ context, content: new ModelContent(context, this.commands) });
    widget.toolbar.addItem("spacer", Toolbar.createSpacerItem());
    if (this.dialogs) {
      widget.toolbar.addItem("kernelName", Toolbar.createKernelNameItem(context.sessionContext, this.dialogs));
      widget.toolbar.addItem("kernelStatus", Toolbar.createKernelStatusItem(context.sessionContext));
    }
    return widget;
  }
}
