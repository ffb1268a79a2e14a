/** The methods that Run offers: which is chosen, and which of them cannot take the model. */
import type { Editor } from "./editor";
import { optionsOf, setOptions } from "./method-options";
import { fill } from "./strings";

export interface MethodChoice {
  readonly method: string;
  readonly label: string;
  readonly doc: string;
  /** Why it cannot take the model; `null` where it can, or where nobody knows yet. */
  readonly refusal: string | null;
  /** Options with which it could, in words; choosing it sets them. */
  readonly remedy: string | null;
}

export function methodChoices(editor: Editor): MethodChoice[] {
  const { host, strings } = editor;
  return host.catalog.value.solvers.map(({ method, label, doc }) => {
    const remedy = Object.entries(host.remedies.value[method] ?? {});
    const set = optionsOf(editor, method);
    const mended = remedy.length > 0 && remedy.every(([name, value]) => set[name] === value);
    const refusal = mended ? null : (host.refusals.value[method] ?? null);
    const options = remedy.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ");
    return {
      method,
      label,
      doc: doc.startsWith(`${label}: `) ? capital(doc.slice(label.length + 2)) : doc,
      refusal,
      remedy: refusal === null || options === "" ? null : fill(strings.methodRemedy, { options }),
    };
  });
}

/** Run with this method, and with the options that it needs for this model. */
export function chooseMethod(editor: Editor, method: string): void {
  editor.state.method.value = method;
  const choice = methodChoices(editor).find((one) => one.method === method);
  if (choice?.remedy) setOptions(editor, method, editor.host.remedies.value[method] ?? {});
}

/** The method that Run will use: the chosen one, else the catalog's first, which is the automatic one. */
export function runMethod(editor: Editor): string {
  const solvers = editor.host.catalog.value.solvers;
  const chosen = solvers.find((one) => one.method === editor.state.method.value);
  return (chosen ?? solvers[0])?.method ?? "";
}

/** What a method does or, where it cannot take the model, why and which ones can. */
export function methodHint(editor: Editor, method: string): string {
  const choices = methodChoices(editor);
  const chosen = choices.find((one) => one.method === method);
  if (!chosen) return "";
  if (chosen.refusal === null) return chosen.doc;
  if (chosen.remedy !== null) return `${chosen.refusal} ${chosen.remedy}`;
  const others = choices.filter((one) => one.refusal === null).map((one) => one.label);
  return fill(editor.strings.methodRefused, { method: chosen.label, why: chosen.refusal, others: others.join(", ") });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
