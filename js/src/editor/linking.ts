/** Linking data: to a variable, or by name to the variables of a scope. */
import { describe } from "../document/selectors";
import type { Key, SourceReference } from "../protocol/types";
import { announce, type Editor, fail } from "./editor";
import { fill } from "./strings";

/** Link a source, or unlink with `null`; a refusal is shown in words. */
export async function linkSource(editor: Editor, key: Key, source: SourceReference | null): Promise<boolean> {
  const { host, strings } = editor;
  const result = await host.link(key, source);
  if (!result.ok) {
    fail(editor, result.message);
    return false;
  }
  editor.state.notice.value = null;
  const name = describe(host.document.value, key);
  announce(
    editor,
    source
      ? `${name}: ${fill(strings.linkedTo, { source: sourceTitle(editor, source) })}`
      : `${strings.unlink}: ${name}`,
  );
  return true;
}

/** `cars.weight`, as the user's own code would say it. */
export function sourceTitle(editor: Editor, source: SourceReference): string {
  const name = editor.host.sources.value.find((one) => one.id === source.id)?.name ?? source.id;
  return source.column === undefined ? name : `${name}.${source.column}`;
}

/** A source reference out of a drag's JSON; `null` if it is none. */
export function readSource(text: string): SourceReference | null {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== "object" || data === null || !("id" in data) || typeof data.id !== "string") return null;
    const column = "column" in data && typeof data.column === "string" ? data.column : undefined;
    return column === undefined ? { id: data.id } : { id: data.id, column };
  } catch {
    return null;
  }
}
