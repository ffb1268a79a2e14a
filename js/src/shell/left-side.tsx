import type { ReadonlySignal } from "@preact/signals";
import { useComputed } from "@preact/signals";
import { isScope, isVariable } from "../document/records";
import { targetScope } from "../editor/actions/build";
import { type Editor, goTo } from "../editor/editor";
import { scopesFor, variablesIn } from "../editor/insertion";
import { linkSource } from "../editor/linking";
import { paletteGroups, withRecent } from "../editor/palette-entries";
import { placeSelected, placingRefusal } from "../editor/placing";
import { Data, type LinkedNames } from "../panels/data";
import { Palette } from "../panels/palette";
import type { Key } from "../protocol/types";
import { SidePanel } from "./tabs";

/** Palette and data: what can be added and what can be linked. */
export function LeftSide({ editor }: { editor: Editor }) {
  const { state, strings } = editor;
  const tab = state.leftTab.value;
  return (
    <SidePanel
      label={strings.sidePanel}
      closeLabel={strings.close}
      side="left"
      tabs={[
        { id: "palette", label: strings.togglePalette, icon: "palette" },
        { id: "data", label: strings.toggleData, icon: "data", count: editor.host.sources.value.length },
      ]}
      selected={tab}
      called={state.called.value === tab}
      onFocus={() => {
        state.called.value = null;
      }}
      onSelect={(next) => {
        state.leftTab.value = next;
      }}
      onClose={() => {
        state.leftOpen.value = false;
      }}
    >
      {tab === "palette" ? <PaletteSide editor={editor} /> : <DataSide editor={editor} />}
    </SidePanel>
  );
}

export function PaletteSide({ editor }: { editor: Editor }) {
  const { host, state, strings } = editor;
  const groups = useComputed(() =>
    withRecent(paletteGroups(host.catalog.value, strings), state.recent.value, strings.paletteRecent),
  );
  const scope = useComputed(() => targetScope(editor));
  return (
    <Palette
      strings={strings}
      groups={groups.value}
      scopeName={host.document.value.records.get(scope.value)?.name ?? ""}
      dynamic={state.dynamic.value}
      refusal={(entry) => (editor.editable() ? placingRefusal(editor, scope.value, entry) : strings.readonly)}
      onInsert={(entry) => void placeSelected(editor, entry)}
      onDynamic={(dynamic) => {
        state.dynamic.value = dynamic;
      }}
      onDrag={(entry) => {
        state.dragging.value = entry ? { kind: "palette", id: entry.id } : null;
        // An operator goes onto a variable; everything else into a scope that may hold it.
        state.targets.value = entry
          ? new Set(
              entry.type === "operator"
                ? variablesIn(host.document.value, editor.root.value)
                : scopesFor(host.document.value, host.catalog.value, editor.root.value, []).filter(
                    (key) => placingRefusal(editor, key, entry) === null,
                  ),
            )
          : null;
      }}
    />
  );
}

export function DataSide({ editor }: { editor: Editor }) {
  const { host, state, strings } = editor;
  const linked: ReadonlySignal<LinkedNames> = useComputed(() => {
    const names = new Map<string, { key: string; name: string }[]>();
    for (const [key, link] of Object.entries(host.links.value)) {
      const name = host.document.value.records.get(key)?.name ?? key;
      names.set(link.source, [...(names.get(link.source) ?? []), { key, name }]);
    }
    return names;
  });
  const chosen = named(editor, state.selected.value);
  const root = named(editor, editor.root.value);
  return (
    <Data
      strings={strings}
      sources={host.sources.value}
      kernel={host.capabilities.value.kernel}
      target={chosen?.variable ? chosen : null}
      scope={chosen?.scope ? chosen : root}
      linked={linked.value}
      onLink={(key, source) => void linkSource(editor, key, source)}
      onUnlink={(key) => void linkSource(editor, key, null)}
      onRefresh={() => host.refreshSources()}
      onGo={(key) => goTo(editor, key)}
      onDrag={(source) => {
        state.dragging.value = source ? { kind: "source", source } : null;
        state.targets.value = source ? new Set(variablesIn(host.document.value, editor.root.value)) : null;
      }}
    />
  );
}

/** A node that data can be linked to: a variable, or a scope around variables. */
function named({ host }: Editor, key: Key | null) {
  const record = key === null ? undefined : host.document.value.records.get(key);
  if (key === null || record?.name === undefined) return null;
  const variable = isVariable(record);
  return { key, name: record.name, variable, scope: !variable && isScope(record) };
}
