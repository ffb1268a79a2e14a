/** A `*.why.json` file open in JupyterLab: the editor, or the reason why the file cannot be drawn. */
import { type DocumentRegistry, DocumentWidget } from "@jupyterlab/docregistry";
import type { CommandRegistry } from "@lumino/commands";
import { Widget } from "@lumino/widgets";
import { LabHost } from "../hosts/lab-host";
import { documentContext } from "./document-context";
import { modelIcon } from "./icon";

/** The content of the tab. */
export class ModelContent extends Widget {
  constructor(
    readonly context: DocumentRegistry.IContext<DocumentRegistry.ICodeModel>,
    private readonly commands: CommandRegistry,
  ) {
    super();
    this.addClass("why-document");
    // Keys belong to the editor; what the page wants back is bound again on the child (schema/plugin.json).
    this.node.setAttribute("data-lm-suppress-shortcuts", "true");
    this._inner = document.createElement("div");
    this._inner.className = "why-document-inner";
    this.node.append(this._inner);
    this.host = new LabHost(documentContext(context));
    void context.ready.then(() => this._open());
    this.host.broken.subscribe((reason) => {
      if (this._opened) this._show(reason);
    });
  }

  readonly host: LabHost;

  override dispose(): void {
    if (this.isDisposed) return;
    this._unmount?.();
    this.host.dispose();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    this._inner.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }

  private _open(): void {
    if (this.isDisposed) return;
    this._opened = true;
    this.host.read();
    this._show(this.host.broken.value);
  }

  private _show(reason: string | null): void {
    if (reason !== null) {
      this._unmount?.();
      this._unmount = null;
      this._inner.replaceChildren(this._refusal(reason));
    } else if (this._unmount === null) {
      this._inner.replaceChildren();
      // Loaded when the first model is opened, not with JupyterLab.
      void import("../embedding").then(({ embed }) => {
        if (this.isDisposed || this.host.broken.value !== null || this._unmount !== null) return;
        this._unmount = embed(this._inner, this.host);
      });
    }
  }

  private _refusal(reason: string): HTMLElement {
    const box = document.createElement("div");
    box.className = "why-refusal";
    box.setAttribute("role", "alert");
    const title = document.createElement("h2");
    title.textContent = "This file cannot be drawn";
    const words = document.createElement("p");
    words.textContent = `${reason} The file is untouched.`;
    const open = document.createElement("button");
    open.type = "button";
    open.className = "jp-Button jp-mod-styled jp-mod-accept";
    open.textContent = "Open as text";
    open.addEventListener("click", () => {
      void this.commands.execute("docmanager:open", { path: this.context.path, factory: "Editor" });
    });
    box.append(title, words, open);
    return box;
  }

  private readonly _inner: HTMLElement;
  private _unmount: (() => void) | null = null;
  private _opened = false;
}

export class ModelWidget extends DocumentWidget<ModelContent, DocumentRegistry.ICodeModel> {
  constructor(options: DocumentWidget.IOptions<ModelContent, DocumentRegistry.ICodeModel>) {
    super(options);
    this.title.icon = modelIcon;
    this.addClass("why-model-widget");
  }
}
