/** One near node: a variable, a closed scope, an operator. Takes data and callbacks. */
import { format } from "../../document/formula";
import { stylesheet } from "../../styles";
import type { DiagramEvents, DiagramInput, Rect } from "../diagram";
import { numberText } from "../number-text";
import { type Box, mainParameter } from "../scene-types";
import css from "./card.css";
import { DataStrip, Histogram } from "./plots";

stylesheet(css);

interface Props {
  readonly box: Box;
  readonly rect: Rect;
  readonly input: DiagramInput;
  readonly events: DiagramEvents;
}

export function Card({ box, rect, input, events }: Props) {
  const { key, kind } = box;
  const style = { left: `${rect.x}px`, top: `${rect.y}px`, width: `${rect.width}px`, height: `${rect.height}px` };
  const diagnostic = worst(input, key);
  const evidence = input.evidence[key];
  const link = input.links[key];
  const summary = input.results?.variables[key];
  const editing = input.editing?.key === key ? input.editing : null;
  const shared = {
    class: "why-card",
    style,
    "data-key": key,
    "data-kind": kind,
    "data-selected": input.selection.has(key) || undefined,
    "data-faded": (input.matches !== null && !input.matches.has(key)) || undefined,
    "data-target": input.targets?.has(key) || undefined,
    title: box.record.description,
  };
  if (kind === "operator") {
    return (
      <div {...shared}>
        {box.title}
        <button type="button" class="why-port" tabIndex={-1} data-port={key} aria-label={`Connect ${box.title}`} />
      </div>
    );
  }
  const main = mainParameter(box);
  return (
    <div {...shared}>
      <div class="why-card-head">
        {kind === "scope" ? (
          <button
            type="button"
            class="why-toggle"
            tabIndex={-1}
            aria-label={`Open ${box.title}`}
            onClick={() => events.toggleOpen(key)}
          >
            ▶
          </button>
        ) : (
          <KindIcon kind={kind} />
        )}
        {input.renaming === key ? (
          <TextInput
            label="Name"
            value={box.title}
            done={(text) => events.rename(key, text)}
            cancel={events.cancelEditing}
          />
        ) : (
          <span class="why-card-name" data-name={key}>
            {box.title}
          </span>
        )}
        <span class="why-card-shape">{box.shape}</span>
        {diagnostic && (
          <button
            type="button"
            class="why-badge"
            tabIndex={-1}
            data-severity={diagnostic.severity}
            title={diagnostic.message}
            aria-label={diagnostic.message}
            onClick={() => events.showDiagnostics(key)}
          >
            !
          </button>
        )}
      </div>
      {editing ? (
        <TextInput
          label={`Formula of ${editing.parameter}`}
          value={formulaText(input, box, editing.parameter)}
          done={(text) => events.setFormula(editing, text)}
          cancel={events.cancelEditing}
        />
      ) : (
        <button
          type="button"
          class="why-card-formula"
          tabIndex={-1}
          title={box.formula}
          onClick={() => !input.readonly && main && events.startFormula({ key, parameter: main })}
        >
          {box.formula}
        </button>
      )}
      {evidence ? (
        <div class="why-card-mark" data-kind={evidence.kind}>
          {evidence.kind === "do" ? "✂ do " : "◉ observed "}
          {typeof evidence.value === "number" ? numberText(evidence.value) : String(evidence.value)}
        </div>
      ) : null}
      {summary && input.results && kind !== "scope" ? <Histogram summary={summary} results={input.results} /> : null}
      {summary && !link && summary.mean !== null ? (
        <div class="why-card-numbers">
          {numberText(summary.mean)}
          {summary.low !== null && summary.high !== null
            ? ` (${numberText(summary.low)} to ${numberText(summary.high)})`
            : ""}
        </div>
      ) : null}
      {link ? <DataStrip link={link} /> : null}
      {kind === "scope" ? null : (
        <button type="button" class="why-port" tabIndex={-1} data-port={key} aria-label={`Connect ${box.title}`} />
      )}
    </div>
  );
}

interface TextInputProps {
  readonly label: string;
  readonly value: string;
  readonly done: (text: string) => void;
  readonly cancel: () => void;
}

export function TextInput({ label, value, done, cancel }: TextInputProps) {
  return (
    <input
      aria-label={label}
      value={value}
      ref={(element) => {
        if (element && element.ownerDocument.activeElement !== element && !element.dataset.ready) {
          element.dataset.ready = "yes";
          element.focus();
          element.select();
        }
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") done(event.currentTarget.value);
        if (event.key === "Escape") cancel();
      }}
      onBlur={(event) => (event.currentTarget.value === value ? cancel() : done(event.currentTarget.value))}
    />
  );
}

function KindIcon({ kind }: { kind: Box["kind"] }) {
  const label =
    kind === "static" ? "StaticVariable" : kind === "variable" ? "Variable" : kind === "data" ? "Data" : "Unknown";
  return (
    <svg class="why-card-icon" viewBox="0 0 12 12" role="img" aria-label={label}>
      {kind === "static" ? <rect x="1.5" y="1.5" width="9" height="9" /> : null}
      {kind === "variable" ? <ellipse cx="6" cy="6" rx="5" ry="4" /> : null}
      {kind === "data" ? <rect x="1.5" y="1.5" width="9" height="9" stroke-dasharray="2 1.5" /> : null}
      {kind === "unknown" ? <path d="M4 4a2 2 0 1 1 2.5 2Q6 6.3 6 7.500M6 9.500v.5" /> : null}
    </svg>
  );
}

function formulaText(input: DiagramInput, box: Box, parameter: string): string {
  const value = box.record.parameters?.[parameter];
  return value ? format(input.document, value, box.record.scope ?? null, input.catalog) : "";
}

function worst(input: DiagramInput, key: string) {
  const order = ["error", "warning", "info"];
  return input.diagnostics
    .filter((each) => each.key === key)
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))[0];
}
