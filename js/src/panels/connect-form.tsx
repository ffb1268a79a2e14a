import { useState } from "preact/hooks";
import type { ConnectionMode } from "../editor/connection";
import { words } from "../editor/inspection";
import { fill, type Strings } from "../editor/strings";

export interface ConnectParameter {
  readonly parameter: string;
  readonly taken: boolean;
  /** What it is now. */
  readonly formula: string;
}

export interface ConnectFormProps {
  readonly strings: Strings;
  readonly source: string;
  readonly target: string;
  readonly parameters: readonly ConnectParameter[];
  readonly onConnect: (parameter: string, mode: ConnectionMode) => void;
}

/** Which parameter an edge feeds; and if that is taken, whether to replace, add, or add a slope times it. */
export function ConnectForm({ strings, source, target, parameters, onConnect }: ConnectFormProps) {
  const [chosen, setChosen] = useState<ConnectParameter | null>(null);
  if (!chosen) {
    return (
      <>
        <p>{fill(strings.connectParameter, { source, target })}</p>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears keys that bubble up from the buttons inside */}
        <div class="why-options" onKeyDown={walk}>
          {parameters.map((one) => (
            <button type="button" class="why-option" key={one.parameter} onClick={() => setChosen(one)}>
              <span>{words(one.parameter)}</span>
              <span class="why-option-detail">{one.taken ? one.formula : strings.connectFree}</span>
            </button>
          ))}
        </div>
      </>
    );
  }
  const name = words(chosen.parameter);
  // A long formula would hide what is new about it.
  const now = chosen.formula.length > 24 ? "…" : chosen.formula;
  const choices: readonly { mode: ConnectionMode; label: string; result: string }[] = chosen.taken
    ? [
        { mode: "set", label: strings.connectReplace, result: source },
        { mode: "add", label: strings.connectAdd, result: `${now} + ${source}` },
        { mode: "slope", label: strings.connectSlope, result: `${now} + slope · ${source}` },
      ]
    : [
        { mode: "set", label: strings.connectSet, result: source },
        { mode: "slope", label: strings.connectSlopeAlone, result: `slope · ${source}` },
      ];
  return (
    <>
      <p>
        {fill(chosen.taken ? strings.connectTaken : strings.connectNow, { parameter: name, formula: chosen.formula })}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears keys that bubble up from the buttons inside */}
      <div class="why-options" onKeyDown={walk}>
        {choices.map(({ mode, label, result }, index) => (
          <button
            type="button"
            class="why-option"
            key={mode}
            ref={(element) => {
              if (index === 0 && element && !element.parentElement?.contains(document.activeElement)) element.focus();
            }}
            onClick={() => onConnect(chosen.parameter, mode)}
          >
            <span>{label}</span>
            <span class="why-option-detail">{result}</span>
          </button>
        ))}
      </div>
    </>
  );
}

/** The arrow keys go from choice to choice, as Tab does. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const now = buttons.findIndex((button) => button.contains(event.target instanceof Node ? event.target : null));
  if (!step || now < 0) return;
  event.preventDefault();
  buttons[(now + step + buttons.length) % buttons.length]?.focus();
}
