import type { Inspection, ParameterView, SettingView } from "../editor/inspection";
import { words } from "../editor/inspection";
import type { TreeNode } from "../editor/operand-nodes";
import type { Draft } from "../editor/state";
import { fill, type Strings } from "../editor/strings";
import type { Catalog, Diagnostic, Key } from "../protocol/types";
import { EmptyState } from "./empty-state";
import { Field, Select } from "./field";
import { Icon, kindIcon } from "./icon";
import { OperandTree } from "./operand-tree";

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
  readonly onAlternative: (id: string, shown: number) => void;
  readonly onToggleTree: (parameter: string) => void;
  readonly onSelect: (key: Key) => void;
  readonly onUnlink: () => void;
  readonly onFix: (diagnostic: Diagnostic) => void;
  readonly onAction: (id: string) => void;
}

/** Every field of the selected node, each with a box to change it. */
export function Inspector(props: InspectorProps) {
  const { strings, inspection } = props;
  if (!inspection) {
    if (props.count > 1) return <Several {...props} />;
    return <EmptyState icon="inspector" title={strings.nothingSelected} hint={strings.inspectHint} />;
  }
  return (
    <div class="why-inspector" key={inspection.key}>
      <div class="why-inspector-head">
        <Icon name={kindIcon(inspection.recordKind)} />
        {inspection.name !== null ? (
          <TextField
            {...props}
            field="name"
            label={strings.name}
            value={inspection.name}
            look="title"
            hideLabel
            disabled={inspection.kind === "scope" && inspection.builtin}
          />
        ) : (
          <b>{inspection.kind === "operator" ? inspection.label : inspection.recordKind}</b>
        )}
        <small title={inspection.path}>{inspection.recordKind}</small>
      </div>
      {inspection.diagnostics.map((one) => (
        <p class="why-inspector-diagnostic" data-severity={one.severity} key={one.code + one.message}>
          <Icon name={one.severity} size={14} />
          <span>{one.message}</span>
          {one.fix && (
            <button type="button" class="why-button" onClick={() => props.onFix(one)}>
              {one.fix.label}
            </button>
          )}
        </p>
      ))}
      <Body {...props} inspection={inspection} />
    </div>
  );
}

type Inspected = InspectorProps & { readonly inspection: Inspection };

function Body(props: Inspected) {
  const { strings, inspection } = props;
  switch (inspection.kind) {
    case "variable":
      return <VariableBody {...props} inspection={inspection} />;
    case "scope":
      return (
        <>
          <section>
            <h3>
              {strings.contents} <span class="why-count">{inspection.total}</span>
            </h3>
            {inspection.total === 0 && <p class="why-hint">{strings.nothingInside}</p>}
            <ul class="why-children">
              {inspection.children.map((child) => (
                <li key={child.key}>
                  <button type="button" class="why-link" onClick={() => props.onSelect(child.key)}>
                    <Icon name={kindIcon(child.kind)} size={14} />
                    {child.name}
                  </button>
                </li>
              ))}
            </ul>
          </section>
          <Notes {...props} {...inspection} />
        </>
      );
    case "operator":
      return (
        <section>
          <p class="why-hint">{inspection.doc}</p>
          {inspection.operands.map((operand, index) => (
            <TextField
              key={operand.name}
              {...props}
              field={`operand.${index}`}
              label={words(operand.name)}
              value={operand.formula}
              look="formula"
            />
          ))}
          <Settings {...props} settings={inspection.settings} />
        </section>
      );
    case "const":
      return (
        <section>
          <TextField {...props} field="value" label={strings.value} value={inspection.value} look="formula" />
        </section>
      );
    case "link":
      return (
        <section class="why-link-ends">
          {(
            [
              [strings.linkFrom, inspection.source],
              [strings.linkTo, inspection.target],
            ] as const
          ).map(([label, end]) => (
            <p key={label}>
              <span>{label}</span>
              <button type="button" class="why-link" onClick={() => props.onSelect(end.key)}>
                {end.name}
              </button>
            </p>
          ))}
        </section>
      );
    case "unknown":
      return <p class="why-hint">{strings.unknownKind}</p>;
  }
}

function VariableBody(props: InspectorProps & { readonly inspection: Extract<Inspection, { kind: "variable" }> }) {
  const { strings, catalog, inspection } = props;
  const options = catalog.distributions.map((one) => ({ value: one.kind, label: one.label, group: one.group }));
  const known = options.some((one) => one.value === inspection.distribution);
  return (
    <>
      <section>
        <Select
          label={strings.distribution}
          value={inspection.distribution}
          options={
            known
              ? options
              : [...options, { value: inspection.distribution, label: inspection.distribution, group: "" }]
          }
          disabled={props.readonly}
          onChange={(value) => props.onCommit("distribution", value)}
        />
        {inspection.parameters.map((parameter) => (
          <ParameterField key={parameter.name} {...props} parameter={parameter} />
        ))}
        <Settings {...props} settings={inspection.settings} />
      </section>
      <section>
        <TextField {...props} field="shape" label={strings.shape} value={inspection.shape} placeholder="()" />
        <Select
          label={strings.dtype}
          value={inspection.dtype}
          options={[...new Set([...inspection.dtypes, inspection.dtype])].map((one) => ({ value: one, label: one }))}
          disabled={props.readonly}
          onChange={(value) => props.onCommit("dtype", value)}
        />
      </section>
      <section>
        <h3>{strings.asData}</h3>
        {inspection.link ? (
          <p class="why-linked">
            <span>
              {fill(strings.linkedTo, { source: inspection.link.source })}
              <small>
                {fill(strings.observedOf, { observed: inspection.link.observed, total: inspection.link.total })}
              </small>
            </span>
            <button
              type="button"
              class="why-tool"
              title={strings.unlink}
              aria-label={strings.unlink}
              onClick={props.onUnlink}
            >
              <Icon name="unlink" size={14} />
            </button>
          </p>
        ) : (
          <p class="why-hint">{strings.notLinked}</p>
        )}
        <TextField
          {...props}
          free
          field="observe"
          label={strings.evidence}
          value={evidenceText(inspection, "observe")}
          placeholder={strings.notSet}
        />
        <TextField
          {...props}
          free
          field="do"
          label={strings.doValue}
          value={evidenceText(inspection, "do")}
          placeholder={strings.notSet}
        />
      </section>
      <Notes {...props} {...inspection} />
    </>
  );
}

function evidenceText(inspection: Extract<Inspection, { kind: "variable" }>, kind: "observe" | "do"): string {
  const evidence = inspection.evidence;
  return evidence?.kind === kind
    ? typeof evidence.value === "string"
      ? evidence.value
      : JSON.stringify(evidence.value)
    : "";
}

function ParameterField(props: InspectorProps & { readonly parameter: ParameterView }) {
  const { strings, parameter } = props;
  const open = props.treeOpen(parameter.name);
  const tree = open && parameter.operator !== null ? props.treeOf(parameter.name) : null;
  const placeholder =
    parameter.fallback === null ? strings.formulaHint : fill(strings.formulaDefault, { value: parameter.fallback });
  return (
    <div class="why-parameter">
      {parameter.alternative && (
        <Select
          label={strings.alternative}
          value={String(parameter.alternative.shown)}
          options={parameter.alternative.sets.map((label, index) => ({ value: String(index), label }))}
          disabled={props.readonly}
          onChange={(value) => parameter.alternative && props.onAlternative(parameter.alternative.id, Number(value))}
        />
      )}
      <div class="why-parameter-row">
        <TextField
          {...props}
          field={`parameter.${parameter.name}`}
          label={words(parameter.name)}
          value={parameter.formula}
          placeholder={placeholder}
          look="formula"
        />
        {parameter.operator !== null && (
          <button
            type="button"
            class="why-tool"
            aria-pressed={open}
            aria-label={open ? strings.hideTree : strings.showTree}
            title={open ? strings.hideTree : strings.showTree}
            onClick={() => props.onToggleTree(parameter.name)}
          >
            <Icon name="tree" size={14} />
          </button>
        )}
      </div>
      {tree && (
        <OperandTree
          label={fill(strings.treeOf, { parameter: words(parameter.name) })}
          root={tree}
          draftOf={props.draftOf}
          onDraft={props.onDraft}
          onCommit={props.onCommit}
          onSelect={props.onSelect}
        />
      )}
    </div>
  );
}

function Settings(props: InspectorProps & { readonly settings: readonly SettingView[] }) {
  return (
    <>
      {props.settings.map(({ spec, value }) =>
        spec.choices ? (
          <Select
            key={spec.name}
            label={spec.label ?? words(spec.name)}
            value={value}
            options={spec.choices.map((choice) => ({ value: String(choice), label: String(choice) }))}
            disabled={props.readonly}
            onChange={(text) => props.onCommit(`setting.${spec.name}`, text)}
          />
        ) : (
          <TextField
            key={spec.name}
            {...props}
            field={`setting.${spec.name}`}
            label={spec.label ?? words(spec.name)}
            value={value}
          />
        ),
      )}
    </>
  );
}

function Notes(
  props: InspectorProps & { readonly description: string; readonly unit: string; readonly labels: string },
) {
  const { strings } = props;
  return (
    <section>
      <h3>{strings.about}</h3>
      <TextField {...props} field="description" label={strings.description} value={props.description} lines={2} />
      <TextField {...props} field="unit" label={strings.unit} value={props.unit} />
      <TextField
        {...props}
        field="labels"
        label={strings.labels}
        value={props.labels}
        placeholder={strings.labelsHint}
      />
    </section>
  );
}

interface TextFieldProps extends InspectorProps {
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

function TextField(props: TextFieldProps) {
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
    />
  );
}

function Several({ strings, count, onAction }: InspectorProps) {
  return (
    <div class="why-inspector">
      <div class="why-inspector-head">
        <b>{fill(strings.severalSelected, { count })}</b>
      </div>
      <div class="why-options">
        {(["group", "duplicate", "copy", "moveInto", "delete"] as const).map((id) => (
          <button type="button" class="why-option" key={id} onClick={() => onAction(id)}>
            {strings[id]}
          </button>
        ))}
      </div>
    </div>
  );
}
