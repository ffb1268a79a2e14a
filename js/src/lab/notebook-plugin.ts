/** Gives every open notebook the renderer of displayed models, and makes frame headers draggable. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { NotebookActions as Cells, INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { makeFrameHeadersDraggable } from "../hosts/frame-headers";
import { VIEW_MIME, WIDGET_MIME } from "./names";
import { type NotebookActions, NotebookView } from "./notebook-view";
import { livingExpression, restoringCode, type SavedView } from "./saved-view";

/** Before the widget manager's own renderer (-10): ours never waits for it. */
const RANK = -20;

export const notebookPlugin: JupyterFrontEndPlugin<void> = {
  id: "whyboard:notebook",
  description: "Shows models in notebook outputs, with and without a kernel.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, notebooks: INotebookTracker) => {
    makeFrameHeadersDraggable(document);
    const add = (panel: NotebookPanel) => {
      panel.content.rendermime.addFactory(
        { safe: true, mimeTypes: [VIEW_MIME], createRenderer: () => new NotebookView(actionsOf(panel)) },
        RANK,
      );
    };
    notebooks.forEach(add);
    notebooks.widgetAdded.connect((_, panel) => add(panel));
  },
};

function actionsOf(panel: NotebookPanel): NotebookActions {
  const session = panel.sessionContext;
  /** What the kernel says of a model; it loads nothing and leaves no trace. A busy kernel answers when it is idle. */
  const asked = async (view: SavedView, what: "lives" | "reconnect"): Promise<string> => {
    const kernel = session.session?.kernel;
    const request = { code: "", silent: true, user_expressions: { answer: livingExpression(view, what) } };
    return kernel ? (textOf((await kernel.requestExecute(request).done).content, "answer") ?? "") : "";
  };
  return {
    async createWidgetRenderer() {
      await session.ready;
      // The notebook gets its widget manager in the turn in which the session is ready; what is made before has none.
      await new Promise((resolve) => setTimeout(resolve));
      return panel.content.rendermime.createRenderer(WIDGET_MIME);
    },
    lives: async (view) => (await asked(view, "lives")) === "True",
    reconnect: async (view) => (await asked(view, "reconnect")) || null,
    async restore(view) {
      await session.ready;
      const kernel = session.session?.kernel;
      if (!kernel) throw new Error("the notebook has no kernel. Start one with Kernel, Change Kernel.");
      const reply = await kernel.requestExecute({
        code: restoringCode(view),
        store_history: false,
        user_expressions: { id: "_whyboard_restored[0]", name: "_whyboard_restored[1]" },
      }).done;
      const content = reply.content as { status: string; evalue?: string };
      if (content.status !== "ok") throw new Error(content.evalue ?? "the kernel refused");
      const [id, name] = [textOf(content, "id"), textOf(content, "name")];
      if (!id || !name) throw new Error("the kernel gave no widget");
      return { id, name };
    },
    insertCode(python, from) {
      const index = panel.content.widgets.findIndex((cell) => cell.node.contains(from));
      if (index >= 0) panel.content.activeCellIndex = index;
      Cells.insertBelow(panel.content);
      panel.content.activeCell?.model.sharedModel.setSource(python);
    },
    onKernelChange(callback) {
      const changed = (_: unknown, status: string) => {
        if (["restarting", "autorestarting", "dead", "terminating"].includes(status)) callback(false);
      };
      session.statusChanged.connect(changed);
      return () => session.statusChanged.disconnect(changed);
    },
  };
}

/** The value of an expression that was asked for with a request, as Python writes it. */
function textOf(content: object, expression: string): string | undefined {
  const { user_expressions: values } = content as { user_expressions?: Record<string, unknown> };
  const value = values?.[expression] as { data?: Record<string, string> } | undefined;
  return value?.data?.["text/plain"]?.replace(/^'|'$/g, "");
}
