/** What the document host needs from JupyterLab's open file, without knowing JupyterLab. */
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import type { Kernel } from "@jupyterlab/services";
import type { KernelChannel } from "../hosts/kernel-link";
import type { FileContext } from "../hosts/lab-host";

/** Kernel-side name of the conversation about an open file (`widget/lab_comm.py`). */
const TARGET = "whyboard.document";

export function documentContext(context: DocumentRegistry.IContext<DocumentRegistry.ICodeModel>): FileContext {
  const { model, sessionContext } = context;
  return {
    readText: () => model.toString(),
    writeText(text) {
      model.fromString(text);
    },
    setDirty(dirty) {
      model.dirty = dirty;
    },
    get readonly() {
      return model.readOnly || context.contentsModel?.writable === false;
    },
    onTextChange(callback) {
      model.contentChanged.connect(callback);
      return () => model.contentChanged.disconnect(callback);
    },
    onSave(callback) {
      const changed = (_: unknown, state: DocumentRegistry.SaveState) => {
        if (state === "started" || state === "completed" || state === "failed") callback(state);
      };
      context.saveState.connect(changed);
      return () => context.saveState.disconnect(changed);
    },
    onDisk(callback) {
      context.fileChanged.connect(callback);
      return () => context.fileChanged.disconnect(callback);
    },
    onKernelLost(callback) {
      const changed = (_: unknown, status: string) => {
        if (["restarting", "autorestarting", "dead", "terminating"].includes(status)) callback();
      };
      sessionContext.statusChanged.connect(changed);
      return () => sessionContext.statusChanged.disconnect(changed);
    },
    async connect() {
      await sessionContext.ready;
      if (!sessionContext.session?.kernel) {
        const name = sessionContext.specsManager.specs?.default ?? "python3";
        sessionContext.kernelPreference = {
          ...sessionContext.kernelPreference,
          shouldStart: true,
          canStart: true,
          name,
        };
        await sessionContext.changeKernel({ name });
      }
      const kernel = sessionContext.session?.kernel;
      if (!kernel) throw new Error("No kernel could be started.");
      return channel(kernel);
    },
  };
}

async function channel(kernel: Kernel.IKernelConnection): Promise<KernelChannel> {
  const reply = await kernel.requestExecute({
    code: "from whyboard.widget.lab_comm import listen as _whyboard_listen\n_whyboard_listen()",
    store_history: false,
    silent: true,
  }).done;
  const content = reply.content as { status: string; ename?: string; evalue?: string };
  if (content.status !== "ok") {
    throw new Error(
      content.ename === "ModuleNotFoundError"
        ? "The kernel's Python has no whyboard. Choose a kernel where it is installed, or run `pip install whyboard` there."
        : `The kernel answered ${content.ename}: ${content.evalue}`,
    );
  }
  const comm = kernel.createComm(TARGET);
  comm.open();
  return {
    send(content) {
      if (!comm.isDisposed) comm.send(content as never);
    },
    onMessage(callback) {
      comm.onMsg = (message) => {
        callback(message.content.data, (message.buffers ?? []).map(toView));
      };
    },
    onClose(callback) {
      comm.onClose = callback;
    },
    close() {
      if (!comm.isDisposed) comm.close();
    },
  };
}

function toView(buffer: ArrayBuffer | ArrayBufferView): DataView {
  return buffer instanceof ArrayBuffer
    ? new DataView(buffer)
    : new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
