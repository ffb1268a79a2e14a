/**
 * Draws a model in a notebook output: its picture at once, in our own node, and the live editor over it as soon as the
 * kernel's widget is found. Without a kernel, or after a restart, the picture stays and offers the way back.
 */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";
import { Panel, Widget } from "@lumino/widgets";
import { SVG_MIME, VIEW_MIME, WIDGET_MIME } from "./names";
import { type SavedView, savedView } from "./saved-view";

/** What a view needs from the notebook it stands in. */
export interface NotebookActions {
  /** A renderer for the kernel's live widgets, once there can be one. */
  createWidgetRenderer(): Promise<IRenderMime.IRenderer>;
  /** Is the model in the kernel? A busy kernel answers when it is idle. */
  lives(view: SavedView): Promise<boolean>;
  /** A new widget of a model that is in the kernel; `null` if it is not. */
  reconnect(view: SavedView): Promise<string | null>;
  /** Show the model again, rebuilt if it is not in the kernel: its new widget and the name that it has there. */
  restore(view: SavedView): Promise<Restored>;
  insertCode(python: string, from: HTMLElement): void;
  /** Calls back whenever the kernel is lost or comes back; the result stops it. */
  onKernelChange(callback: (alive: boolean) => void): () => void;
}

export interface Restored {
  readonly id: string;
  readonly name: string;
}

/** How long a live widget may take before the picture says that there is none. */
const PATIENCE = 4_000;
/** How much longer it may take once a kernel that was busy is idle. */
const GRACE = 2_000;

export class NotebookView extends Panel implements IRenderMime.IRenderer {
  constructor(private readonly actions: NotebookActions) {
    super();
    this.addClass("why-view");
    this.addClass("jp-mod-whyboard");
    this._picture = new Widget();
    this._picture.addClass("why-view-picture");
    this._bar = new Widget();
    this._bar.addClass("why-view-bar");
    this._bar.hide();
    this.addWidget(this._bar);
    this.addWidget(this._picture);
    this._watcher = new MutationObserver(() => this._look());
    this.node.addEventListener("whyboard-snapshot", this._onSnapshot);
    this._stopListening = actions.onKernelChange((alive) => this._onKernel(alive));
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._model = model;
    const view = savedView(model.data[VIEW_MIME]);
    if (view === null) return;
    // Our own snapshots come back as a new rendering of the same widget.
    if (this._view?.model_id === view.model_id && this._live) {
      this._view = view;
      return;
    }
    this._view = view;
    this._draw(model);
    void this._connect(view.model_id);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this._disconnect();
    this._stopListening();
    this.node.removeEventListener("whyboard-snapshot", this._onSnapshot);
    super.dispose();
  }

  /** An image, not markup: a saved notebook may come from anywhere. */
  private _draw(model: IRenderMime.IMimeModel): void {
    const svg = model.data[SVG_MIME];
    const text = Array.isArray(svg) ? svg.join("") : svg;
    if (typeof text !== "string") return;
    const image = document.createElement("img");
    image.alt = this._view?.name ?? "model";
    image.src = `data:${SVG_MIME};charset=utf-8,${encodeURIComponent(text)}`;
    this._picture.node.replaceChildren(image);
  }

  private async _connect(id: string): Promise<void> {
    this._disconnect();
    const attempt = this._attempt;
    this._timer = window.setTimeout(() => {
      if (!this._alive()) void this._find();
    }, PATIENCE);
    const live = await this.actions.createWidgetRenderer();
    if (attempt !== this._attempt) return live.dispose();
    live.addClass("why-view-live");
    live.addClass("why-waiting");
    this.addWidget(live);
    this._live = live;
    this._watcher.observe(live.node, { childList: true, subtree: true });
    const data: ReadonlyPartialJSONObject = { [WIDGET_MIME]: { version_major: 2, version_minor: 0, model_id: id } };
    // A copy: the widget manager clears the id of what it closes.
    live.renderModel({ data, metadata: {}, trusted: true, setData: () => undefined }).catch(() => this._lost());
  }

  private _disconnect(): void {
    this._attempt++;
    clearTimeout(this._timer);
    this._watcher.disconnect();
    this._live?.dispose();
    this._live = null;
  }

  private _alive(): boolean {
    return this._live?.node.querySelector(".why-editor") != null;
  }

  /** The editor has appeared, or has been taken away. */
  private _look(): void {
    const alive = this._alive();
    this._live?.toggleClass("why-waiting", !alive);
    this._picture.setHidden(alive);
    if (alive) {
      if (!this._noted) this._bar.hide();
      this._sought = false;
    } else if (this._seen) this._lost();
    this._seen = alive;
  }

  private _onKernel(alive: boolean): void {
    if (!alive) this._lost();
  }

  /** The model may live though its widget was not found: it gets a new one, as soon as the kernel has time. */
  private async _find(): Promise<void> {
    const view = this._view;
    if (this.isDisposed || view === null || this._alive()) return;
    const attempt = this._attempt;
    const overtaken = (): boolean => this.isDisposed || this._alive() || attempt !== this._attempt;
    this._picture.show();
    this._say("Waiting for the kernel: this is the last picture of the model.");
    const lives = await this.actions.lives(view).catch(() => false);
    if (overtaken()) return;
    // Once: where its widgets cannot be drawn, another one is of no use.
    if (!lives || this._sought) return this._offer();
    this._sought = true;
    // The kernel had no time before, so the old widget has a little more.
    await new Promise((resolve) => setTimeout(resolve, GRACE));
    if (overtaken()) return;
    const id = await this.actions.reconnect(view).catch(() => null);
    if (overtaken()) return;
    if (id === null) return this._offer();
    this._view = { ...view, model_id: id };
    await this._connect(id);
  }

  /** The kernel or its widget is gone: what stood there is a picture now. */
  private _lost(): void {
    if (this.isDisposed) return;
    this._seen = false;
    this._disconnect();
    if (this._model) this._draw(this._model);
    this._offer();
  }

  /** Say that this is a picture, and offer the way back. A widget that is found later takes its place all the same. */
  private _offer(): void {
    const view = this._view;
    if (this.isDisposed || view === null) return;
    clearTimeout(this._timer);
    this._picture.show();
    this._say(
      "Not connected to a kernel: this is the last picture of the model.",
      button("Restore into kernel", () => this._restore(view)),
      button("Insert code", () => this.actions.insertCode(view.python, this.node)),
    );
  }

  private _say(text: string, ...buttons: readonly HTMLButtonElement[]): void {
    const words = document.createElement("span");
    words.textContent = text;
    this._bar.node.replaceChildren(words, ...buttons);
    this._bar.show();
  }

  private async _restore(view: SavedView): Promise<void> {
    try {
      const { id, name } = await this.actions.restore(view);
      this._view = { ...view, name, model_id: id };
      await this._connect(id);
      if (name === view.name) return;
      this._noted = true;
      this._say(
        `Restored as ${name}: the name ${view.name} stands for something else in this kernel.`,
        button("Close", () => {
          this._noted = false;
          this._bar.hide();
        }),
      );
    } catch (error) {
      this._say(
        `The model could not be restored: ${error instanceof Error ? error.message : String(error)}`,
        button("Insert code", () => this.actions.insertCode(view.python, this.node)),
      );
    }
  }

  /** The live editor hands over its latest state, so that nothing that was drawn is lost with the kernel. */
  private readonly _onSnapshot = (event: Event): void => {
    if (!(event instanceof CustomEvent) || !this._model || !this._view) return;
    const fresh = savedView({ ...this._view, ...event.detail });
    if (fresh === null) return;
    this._view = fresh;
    const data: ReadonlyPartialJSONObject = {
      ...this._model.data,
      [VIEW_MIME]: { ...fresh },
      ...(typeof event.detail.svg === "string" ? { [SVG_MIME]: event.detail.svg } : {}),
    };
    this._model.setData({ data });
  };

  private readonly _picture: Widget;
  private readonly _bar: Widget;
  private readonly _watcher: MutationObserver;
  private readonly _stopListening: () => void;
  private _model: IRenderMime.IMimeModel | null = null;
  private _view: SavedView | null = null;
  private _live: IRenderMime.IRenderer | null = null;
  private _seen = false;
  /** A new widget was asked for since an editor was last seen. */
  private _sought = false;
  /** The bar says something that is to be read beside the editor. */
  private _noted = false;
  /** Counts the connections: one that is overtaken by the next comes to nothing. */
  private _attempt = 0;
  private _timer = 0;
}

function button(label: string, onClick: () => void): HTMLButtonElement {
  const it = document.createElement("button");
  it.type = "button";
  it.className = "jp-Button jp-mod-styled jp-mod-reject";
  it.textContent = label;
  it.addEventListener("click", onClick);
  return it;
}
