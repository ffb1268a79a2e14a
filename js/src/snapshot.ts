/** Hands the page the latest state of a model, so that what was drawn is not lost when the kernel is. */
import { effect } from "@preact/signals";
import { writeModel } from "./document/file";
import type { Host } from "./hosts/host";

/** Heard by `lab/notebook-view.ts`. */
export const SNAPSHOT_EVENT = "whyboard-snapshot";

/** After the last edit of a burst. */
const QUIET = 1500;

/** Send `SNAPSHOT_EVENT` from this element a while after the model has changed. Returns what stops it. */
export function keepSnapshot(element: HTMLElement, host: Host): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first = host.document.peek();
  const stop = effect(() => {
    const now = host.document.value;
    if (now === first) return;
    first = now;
    clearTimeout(timer);
    timer = setTimeout(() => send().catch(() => undefined), QUIET);
  });

  async function send(): Promise<void> {
    const root = host.root.value;
    const specification = writeModel(host.document.value);
    announce({ specification });
    // These need the kernel, which may be busy or gone: the model itself is safe by now.
    const [python, svg] = await Promise.all([host.code(root, "python"), host.code(root, "svg")]);
    announce({ specification, python, svg });
  }

  function announce(detail: Readonly<Record<string, string>>): void {
    element.dispatchEvent(new CustomEvent(SNAPSHOT_EVENT, { bubbles: true, detail }));
  }

  return () => {
    clearTimeout(timer);
    stop();
  };
}
