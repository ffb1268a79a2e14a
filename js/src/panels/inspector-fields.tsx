/** The fields that every kind of inspected node is made of. */
import type { Inspection } from "../editor/inspection";
import { words } from "../editor/inspection";
import type { TreeNode } from "../editor/operand-nodes";
import type { SettingView } from "../editor/setting-views";
import type { Draft, Offer } from "../editor/state";
import type { Strings } from "../editor/strings";
import type { Catalog, Diagnostic, Key, SettingSpec } from "../protocol/types";
import { Field, Select } from "./field";

export interface InspectorProps {
  readonly strings: Strings;
  readonly catalog: Catalog;
  readonly inspection: Inspection | null;
  /** How many are selected. */
  readonly count: number;
  readonly readonly: boolean;
  readonly kernel: boolean;
  /** The draft of a field of the inspected node. */
  readonly draftOf: (field: string) => Draft | undefined;
  readonly treeOf: (parameter: string) => TreeNode | null;
  readonly treeOpen: (parameter: string) => boolean;
  readonly onDraft: (field: string, text: string | null) => void;
  readonly onCommit: (field: string, text: string) => void;
  readonly onOffer: (field: string, offer: Offer) => void;
  readonly onAlternative: (id: string, shown: number) => void;
  readonly onToggleTree: (parameter: string) => void;
  readonly onSelect: (key: Key) => void;
  readonly onUnlink: () => void;
  readonly onFix: (diagnostic: Diagnostic) => void;
  readonly onAction: (id: string) => void;
}

export interface TextFieldProps extends InspectorProps {
  readonly field: string;
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly lines?: number;
  readonly look?: "plain" | "formula" | "title";
  readonly hideLabel?: boolean;
  readonly disabled?: boolean;
  /** Changes no model, so it works where the model is read only. */
  readonly free?: boolean;
}

export function TextField(props: TextFieldProps) {
  const { field, draftOf, onDraft, onCommit } = props;
  return (
    <Field
      name={field}
      label={props.label}
      value={props.value}
      placeholder={props.placeholder}
      lines={props.lines}
      look={props.look}
      hideLabel={props.hideLabel}
      disabled={props.disabled || (props.readonly && !props.free)}
      draft={draftOf(field)}
      onDraft={(text) => onDraft(field, text)}
      onCommit={(text) => onCommit(field, text)}
      onOffer={(offer) => props.onOffer(field, offer)}
    />
  );
}

export function Settings(props: InspectorProps & { readonly settings: readonly SettingView[] }) {
  return (
    <>
      {props.settings.map(({ spec, path, value, options }) =>
        options ? (
          <Select
            key={path}
            label={settingLabel(spec, path)}
            value={value}
            options={options}
            disabled={props.readonly}
            onChange={(text) => props.onCommit(`setting.${path}`, text)}
          />
        ) : (
          <TextField key={path} {...props} field={`setting.${path}`} label={settingLabel(spec, path)} value={value} />
        ),
      )}
    </>
  );
}

/** `component event ndim`: a setting of a distribution that is a setting itself names both. */
function settingLabel(spec: SettingSpec, path: string): string {
  return spec.label ?? words(path.replaceAll(".", " "));
}

export function Notes(
  props: InspectorProps & { readonly description: string; readonly unit: string; readonly labels: string },
) {
  const { strings, inspection } = props;
  // A scope has no values of its own; what a file says all the same can be seen and taken away.
  const valued = inspection?.kind === "variable";
  return (
    <section>
      <h3>{strings.about}</h3>
      <TextField {...props} field="description" label={strings.description} value={props.description} lines={2} />
      {(valued || props.unit !== "") && <TextField {...props} field="unit" label={strings.unit} value={props.unit} />}
      {(valued || props.labels !== "") && (
        <TextField
          {...props}
          field="labels"
          label={strings.labels}
          value={props.labels}
          placeholder={strings.labelsHint}
        />
      )}
    </section>
  );
}
