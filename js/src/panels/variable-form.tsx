import type { Inspection, ParameterView } from "../editor/inspection";
import { words } from "../editor/inspection";
import { isInner } from "../editor/setting-views";
import { fill } from "../editor/strings";
import { exampleOf } from "../editor/typed-values";
import { Select } from "./field";
import { Icon } from "./icon";
import { type InspectorProps, Notes, Settings, TextField } from "./inspector-fields";
import { OperandTree } from "./operand-tree";

/** A variable: its distribution and parameters, shape, data and evidence, notes. */
export function VariableForm(
  props: InspectorProps & { readonly inspection: Extract<Inspection, { kind: "variable" }> },
) {
  const { strings, catalog, inspection } = props;
  const options = catalog.distributions.map((one) => ({ value: one.kind, label: one.label, group: one.group }));
  const shape = inspection.shape.split(", ").filter(Boolean).map(Number);
  const placeholder = shape.length === 0 ? strings.notSet : fill(strings.notSetLike, { example: exampleOf(shape) });
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
        {/* What a distribution is made of decides which parameters it has. */}
        <Settings {...props} settings={inspection.settings.filter(isInner)} />
        {inspection.parameters.map((parameter) => (
          <ParameterField key={parameter.name} {...props} parameter={parameter} />
        ))}
        <Settings {...props} settings={inspection.settings.filter((setting) => !isInner(setting))} />
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
              {inspection.link.source
                ? fill(strings.linkedTo, { source: inspection.link.source })
                : strings.linkedInCode}
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
          placeholder={placeholder}
        />
        <TextField
          {...props}
          free
          field="do"
          label={strings.doValue}
          value={evidenceText(inspection, "do")}
          placeholder={placeholder}
        />
      </section>
      <Notes {...props} {...inspection} />
    </>
  );
}

/** A factor: what it multiplies the density with, and what it is for. */
export function FactorForm(props: InspectorProps & { readonly inspection: Extract<Inspection, { kind: "factor" }> }) {
  const { strings, inspection } = props;
  return (
    <>
      <section>
        {inspection.parameters.map((parameter) => (
          <ParameterField key={parameter.name} {...props} parameter={parameter} />
        ))}
        <p class="why-hint">{strings.factorHint}</p>
      </section>
      <section>
        <h3>{strings.about}</h3>
        <TextField
          {...props}
          field="description"
          label={strings.description}
          value={inspection.description}
          lines={2}
        />
      </section>
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
          onOffer={props.onOffer}
          onSelect={props.onSelect}
        />
      )}
    </div>
  );
}
