import type { Inspection } from "../editor/inspection";
import { words } from "../editor/inspection";
import { fill } from "../editor/strings";
import { EmptyState } from "./empty-state";
import { Icon, kindIcon } from "./icon";
import { type InspectorProps, Notes, Settings, TextField } from "./inspector-fields";
import { FactorForm, VariableForm } from "./variable-form";

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
      return <VariableForm {...props} inspection={inspection} />;
    case "factor":
      return <FactorForm {...props} inspection={inspection} />;
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
