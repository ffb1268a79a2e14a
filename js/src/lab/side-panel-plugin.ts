/** The left side panel: palette and data of the model that the user works on, in a file or in a notebook. */
import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";
import { AccordionPanel, Widget } from "@lumino/widgets";
import { EDITORS_EVENT, type EmbeddedEditor, embeddedEditors } from "../editors";
import { modelIcon } from "./icon";
import { DOMAIN } from "./names";

export const sidePanelPlugin: JupyterFrontEndPlugin<void> = {
  id: "whyboard:side-panel",
  description: "Palette and data of the current model.",
  autoStart: true,
  requires: [ILabShell],
  optional: [ITranslator],
  activate: (_app: JupyterFrontEnd, shell: ILabShell, translator: ITranslator | null) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const panel = new AccordionPanel();
    panel.id = "whyboard-side-panel";
    panel.addClass("why-side-panel");
    panel.title.icon = modelIcon;
    panel.title.caption = trans.__("Model: palette and data");
    panel.node.setAttribute("role", "region");
    panel.node.setAttribute("aria-label", trans.__("Model: palette and data"));
    const hint = trans.__("Open a model, or show one in a notebook.");
    const sections = [
      new SideSection("palette", trans.__("Palette"), hint),
      new SideSection("data", trans.__("Data"), hint),
    ];
    for (const section of sections) panel.addWidget(section);
    shell.add(panel, "left", { rank: 900, type: "Model" });

    let last: EmbeddedEditor | null = null;
    const follow = () => {
      const here = shell.currentWidget?.node;
      const open = [...embeddedEditors()].filter((one) => here?.contains(one.element));
      const chosen =
        open.find((one) => one.element.contains(document.activeElement)) ?? open.find((one) => one === last);
      last = chosen ?? open[0] ?? null;
      for (const section of sections) section.follow(last);
    };
    window.addEventListener(EDITORS_EVENT, follow);
    document.addEventListener("focusin", (event) => {
      if (event.target instanceof Element && event.target.closest(".why-editor") && !panel.node.contains(event.target))
        follow();
    });
    shell.currentChanged.connect(follow);
  },
};

class SideSection extends Widget {
  constructor(
    private readonly panel: "palette" | "data",
    label: string,
    private readonly hint: string,
  ) {
    super();
    this.title.label = label;
    this.addClass("why-side-section");
  }

  /** Show the panel of this editor; null shows what to do first. */
  follow(editor: EmbeddedEditor | null): void {
    if (editor === this._editor) return;
    this._editor = editor;
    this._draw();
  }

  override dispose(): void {
    this._unmount?.();
    super.dispose();
  }

  protected override onAfterShow(): void {
    this._draw();
  }

  protected override onAfterHide(): void {
    this._draw();
  }

  /** A panel that nobody sees costs nothing. */
  private _draw(): void {
    this._unmount?.();
    this._unmount = null;
    this.node.replaceChildren();
    if (!this.isVisible) return;
    if (this._editor) {
      this._unmount = this._editor.side(this.node, this.panel);
      return;
    }
    const words = document.createElement("p");
    words.className = "why-side-hint";
    words.textContent = this.hint;
    this.node.append(words);
  }

  private _editor: EmbeddedEditor | null = null;
  private _unmount: (() => void) | null = null;
}
