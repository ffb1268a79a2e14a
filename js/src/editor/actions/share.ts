/** Taking the model elsewhere: as code and as a picture. */
import type { Action } from "../action";
import { type Editor, fail } from "../editor";

/** Offer a text as a file. */
export function download(text: string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function exporting(id: "exportPython" | "exportSvg", language: "python" | "svg", ending: string, type: string): Action {
  return {
    id,
    label: id,
    group: "share",
    icon: "download",
    keys: [],
    enabled: (editor) => editor.host.capabilities.value.kernel,
    run: async (editor: Editor) => {
      const name = editor.host.document.value.records.get(editor.root.value)?.name ?? "model";
      try {
        download(await editor.host.code(editor.root.value, language), `${name}.${ending}`, type);
      } catch (error) {
        fail(editor, error instanceof Error ? error.message : String(error));
      }
    },
  };
}

export const shareActions: readonly Action[] = [
  exporting("exportPython", "python", "py", "text/x-python"),
  exporting("exportSvg", "svg", "svg", "image/svg+xml"),
];
