/** Data of the kernel and their links. */
import type { Action } from "../action";
import { linkSource } from "../linking";
import { toggleTab } from "./view";

export const dataActions: readonly Action[] = [
  {
    id: "toggleData",
    label: "toggleData",
    group: "data",
    icon: "data",
    keys: ["2"],
    enabled: () => true,
    run: (editor) => toggleTab(editor, "left", "data"),
  },
  {
    id: "refreshSources",
    label: "refreshSources",
    group: "data",
    icon: "refresh",
    keys: [],
    enabled: (editor) => editor.host.capabilities.value.kernel,
    run: (editor) => editor.host.refreshSources(),
  },
  {
    id: "unlink",
    label: "unlink",
    group: "data",
    icon: "unlink",
    keys: [],
    enabled: (editor) => [...editor.state.selection.value].some((key) => key in editor.host.links.value),
    run: async (editor) => {
      for (const key of editor.state.selection.value)
        if (key in editor.host.links.value) await linkSource(editor, key, null);
    },
  },
];
