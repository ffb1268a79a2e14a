/** One near node: a variable, a closed scope, an operator. Takes its state and callbacks. */
import { breakable } from "../../breakable";
import { numberText } from "../../number-text";
import { pictureOf } from "../../posterior/picture";
import { lineText } from "../../posterior/words";
import { stylesheet } from "../../styles";
import type { DiagramEvents } from "../diagram";
import { Badge } from "./badge";
import css from "./card.css";
import { type CardState, editedParameter } from "./card-state";
import { FactorCaption } from "./factor";
import { FormulaInput } from "./formula-input";
import { KindIcon, kindLabel, StateIcon } from "./icons";
import { Name } from "./name";
import { DataStrip, Posterior, Sparkline } from "./plots";
import { Toggle } from "./toggle";

stylesheet(css);

interface Props {
  readonly state: CardState;
  readonly events: DiagramEvents;
}

export function Card({ state, events }: Props) {
  const { box, rect, evidence, link } = state;
  const height = state.whole ? "minHeight" : "height";
  const shared = {
    class: "why-card",
    style: { left: `${rect.x}px`, top: `${rect.y}px`, width: `${rect.width}px`, [height]: `${rect.height}px` },
    "data-key": box.key,
    "data-kind": box.kind,
    "data-selected": state.selected || undefined,
    "data-whole": state.whole || undefined,
    "data-pictured": state.posterior !== null || undefined,
    "data-faded": state.faded || undefined,
    "data-target": state.target || undefined,
    "data-moving": state.moving || undefined,
    "data-state": evidence ? evidence.kind : link ? "data" : undefined,
    "data-level": box.kind === "scope" ? Math.min(4, state.depth) : undefined,
  };
  if (box.kind === "operator") {
    return (
      <div {...shared}>
        {box.title}
        <Port state={state} />
      </div>
    );
  }
  if (box.kind === "factor") {
    return (
      <div {...shared} title={state.formula}>
        <FactorCaption state={state} events={events} />
      </div>
    );
  }
  return (
    <div {...shared} title={box.record.description}>
      <Head state={state} events={events} />
      {box.kind === "scope" ? <Inside state={state} /> : <Body state={state} events={events} />}
      {box.kind === "scope" ? null : <Port state={state} />}
    </div>
  );
}

function Head({ state, events }: Props) {
  const { box, diagnostic, evidence, link } = state;
  return (
    <div class="why-card-head">
      {box.contents > 0 ? (
        <Toggle box={box} open={false} events={events} />
      ) : (
        <KindIcon kind={box.kind} label={kindLabel(box)} />
      )}
      <Name state={state} events={events} />
      <span class="why-card-shape">{box.kind === "scope" ? box.record.kind : box.shape}</span>
      {evidence || link ? <StateIcon state={evidence ? evidence.kind : "data"} /> : null}
      {diagnostic && <Badge diagnostic={diagnostic} events={events} />}
    </div>
  );
}

/** How many strips fit on a card: above the line about its data, and without it. */
const STRIPS = { beside: 2, alone: 4 };

/** A name that is longer takes two lines, and one of those of the formula. */
const LONG_NAME = 32;

function Body({ state, events }: Props) {
  const { box, evidence, link, posterior, editing, formula } = state;
  const parameter = editedParameter(state);
  const pictured = posterior !== null;
  const told = evidence !== null || link !== null;
  const kind = posterior && pictureOf(posterior, told ? STRIPS.beside : STRIPS.alone);
  // Strips say their numbers themselves.
  const tall = kind === "rows" && !told && !(posterior?.form === "numbers" && posterior.elements.length === 1);
  return (
    <>
      {editing ? (
        <FormulaInput parameter={editing} source={state.source} refused={state.refused} events={events} />
      ) : (
        <button
          type="button"
          class="why-card-formula"
          data-lines={pictured ? 1 : (told ? 2 : 3) - (box.title.length > LONG_NAME ? 1 : 0)}
          tabIndex={-1}
          title={formula}
          onClick={() => parameter && events.startFormula({ key: box.key, parameter })}
        >
          {pictured && !state.whole ? formula : breakable(formula)}
        </button>
      )}
      <div class="why-card-foot">
        {posterior && kind ? <Posterior view={posterior} kind={kind} tall={tall} /> : null}
        {evidence ? (
          <div class="why-card-mark">
            <b data-kind={evidence.kind}>
              {evidence.kind === "do" ? "do" : "observed"} {valueText(evidence.value)}
            </b>
          </div>
        ) : link ? (
          <DataStrip link={link} />
        ) : posterior ? (
          tall ? null : (
            <div class="why-card-numbers">{lineText(posterior)}</div>
          )
        ) : box.kind !== "static" && !state.readonly ? (
          <div class="why-card-hint">no data: drop a column here</div>
        ) : null}
      </div>
    </>
  );
}

/** What a closed scope shows of its inside. */
function Inside({ state: { interior } }: { state: CardState }) {
  if (!interior) return null;
  const { variables, linked, gives, posteriors } = interior;
  const count = `${variables} variable${variables === 1 ? "" : "s"}`;
  return (
    <>
      <div class="why-card-line">{linked ? `${count}, ${linked} with data` : count}</div>
      {gives.length ? (
        <div class="why-card-line" title={`used outside: ${gives.join(", ")}`}>
          → <i>{gives.join(", ")}</i>
        </div>
      ) : null}
      {posteriors.length ? (
        <div class="why-card-sparks">
          {posteriors.map((view) => (
            <Sparkline key={view.key} view={view} />
          ))}
        </div>
      ) : null}
    </>
  );
}

function Port({ state: { box } }: { state: CardState }) {
  return (
    <button type="button" class="why-port" tabIndex={-1} data-port={box.key} aria-label={`Connect ${box.title}`} />
  );
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  return typeof value === "number" ? numberText(value) : String(value);
}
