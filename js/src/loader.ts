/**
 * The `_esm` of every displayed model. It travels with each one, so it is tiny: the editor itself is asked from the
 * kernel once per page, kept under the hash of its content, and shared by all displays and kernels of the page.
 */
import type { AnyModel, EarlyMessage, WidgetBundle, WidgetSession } from "./hosts/widget-model";

interface Context {
  model: AnyModel;
  el: HTMLElement;
  signal: AbortSignal;
}

declare global {
  var whyboardBundles: Record<string, Promise<WidgetBundle> | undefined> | undefined;
}

globalThis.whyboardBundles ??= {};
const shelf = globalThis.whyboardBundles;

/** So many milliseconds a display waits for the answer that another one asked for, whose kernel may be gone. */
const PATIENCE = 10_000;

/** However long the kernel is busy: who has asked waits until it answers. */
function bundle(model: AnyModel): Promise<WidgetBundle> {
  const hash = String(model.get("bundle"));
  const first = shelf[hash];
  if (!first) return ask(model, hash);
  let settled = false;
  const settle = () => {
    settled = true;
  };
  first.then(settle, settle);
  const own = new Promise((resolve) => setTimeout(resolve, PATIENCE)).then(() => (settled ? first : ask(model, hash)));
  return Promise.race([first, own]);
}

function ask(model: AnyModel, hash: string): Promise<WidgetBundle> {
  const asked = new Promise<WidgetBundle>((resolve, reject) => {
    const answer = (content: EarlyMessage[0], buffers: EarlyMessage[1]) => {
      if (content.kind !== "bundle" || content.hash !== hash || !buffers[0]) return;
      model.off("msg:custom", answer);
      const unpacked = new Blob([buffers[0] as never]).stream().pipeThrough(new DecompressionStream("gzip"));
      new Response(unpacked, { headers: { "Content-Type": "text/javascript" } })
        .blob()
        .then((blob) => {
          const address = URL.createObjectURL(blob);
          return import(address).finally(() => URL.revokeObjectURL(address));
        })
        .then(resolve, reject);
    };
    model.on("msg:custom", answer);
    model.send({ kind: "bundle", hash });
  });
  shelf[hash] = asked;
  asked.catch(() => {
    // A later display may ask again.
    if (shelf[hash] === asked) delete shelf[hash];
  });
  return asked;
}

/** Without a kernel: the names of the model, as text. */
function outline(model: AnyModel): string {
  type Item = { kind?: string; name?: string; scope?: string };
  const trait = model.get("document") as { document?: { records?: Record<string, Item> } } | null;
  const records = trait?.document?.records ?? {};
  const lines: string[] = [];
  const depth: Record<string, number> = {};
  for (const [key, item] of Object.entries(records)) {
    depth[key] = item.scope === undefined ? 0 : (depth[item.scope] ?? 0) + 1;
    if (item.name && lines.length < 200) lines.push(`${"    ".repeat(depth[key])}${item.kind}: ${item.name}`);
  }
  return lines.join("\n");
}

let session: Promise<WidgetSession> | undefined;

/** One session per model: this module is evaluated once for each. What arrives before the editor is there is kept. */
function open({ model, signal }: Context): Promise<WidgetSession> {
  if (session) return session;
  const early: EarlyMessage[] = [];
  const keep = (content: EarlyMessage[0], buffers: EarlyMessage[1]) => early.push([content, buffers]);
  model.on("msg:custom", keep);
  session = bundle(model).then(
    (it) => {
      model.off("msg:custom", keep);
      return it.open(model, early, signal);
    },
    (error) => {
      model.off("msg:custom", keep);
      session = undefined;
      throw error;
    },
  );
  return session;
}

export default {
  // Not awaited: the widget framework drops a model that takes more than two seconds, and a kernel may be busy.
  initialize(context: Context) {
    open(context).catch(() => undefined);
  },
  render(context: Context) {
    const waiting = document.createElement("pre");
    waiting.textContent = outline(context.model);
    context.el.append(waiting);
    return open(context).then(
      (it) => {
        waiting.remove();
        return it.render(context.el);
      },
      (error: Error) => {
        waiting.textContent = `${error.message}\n\n${outline(context.model)}`;
      },
    );
  },
};
