import type { IconName } from "../editor/icon-names";
import { Icon } from "./icon";

/** One action as a button sees it. */
export interface ToolItem {
  readonly id: string;
  readonly label: string;
  readonly icon: IconName;
  readonly keys: string;
  readonly enabled: boolean;
  readonly pressed?: boolean;
  /** Hidden when the editor is narrow, or already when it is not wide; there is another way to do it. */
  readonly hidden?: "narrow" | "middling";
}

export interface ToolbarProps {
  readonly label: string;
  readonly left: readonly (readonly ToolItem[])[];
  readonly right: readonly ToolItem[];
  readonly run: ToolItem;
  readonly stop: ToolItem;
  /** Opens the options of the method; `pressed` while they are open. */
  readonly options: ToolItem;
  readonly optionsChosen: boolean;
  readonly running: boolean;
  /** How far the run is, 0 to 1; `null` if nobody knows. */
  readonly progress: number | null;
  /** What runs, in words. */
  readonly phase: string;
  /** Why the last run failed. */
  readonly failure: string | null;
  /** Opens the list of methods; its label is the chosen one. */
  readonly method: ToolItem;
  readonly methodLabel: string;
  readonly methodHint: string;
  /** The chosen method cannot take the model. */
  readonly methodRefused: boolean;
  readonly onAction: (id: string, anchor: HTMLElement) => void;
}

function Tool({ item, onAction }: { item: ToolItem; onAction: ToolbarProps["onAction"] }) {
  return (
    <button
      type="button"
      class="why-tool"
      data-hidden={item.hidden}
      title={item.keys ? `${item.label} (${item.keys})` : item.label}
      aria-label={item.label}
      aria-pressed={item.pressed}
      aria-disabled={!item.enabled}
      onClick={(event) => item.enabled && onAction(item.id, event.currentTarget)}
    >
      <Icon name={item.icon} />
    </button>
  );
}

/** The bar on top: building and looking at the left, asking at the right. */
export function Toolbar(props: ToolbarProps) {
  const { run, stop, options, method } = props;
  const busy = props.running ? stop : run;
  const open = (button: HTMLElement): void => {
    if (method.enabled) props.onAction(method.id, button);
  };
  return (
    <div class="why-toolbar" role="toolbar" aria-label={props.label}>
      {props.left.map((group) => (
        <div class="why-tool-group" key={group[0]?.id}>
          {group.map((item) => (
            <Tool key={item.id} item={item} onAction={props.onAction} />
          ))}
        </div>
      ))}
      <div class="why-tool-space" />
      <div class="why-run" data-running={props.running} data-failed={props.failure !== null}>
        <button
          type="button"
          class="why-run-button"
          title={props.failure ?? [`${busy.label} (${busy.keys})`, props.phase].filter(Boolean).join("\n")}
          aria-disabled={!busy.enabled}
          onClick={(event) => busy.enabled && props.onAction(busy.id, event.currentTarget)}
        >
          <Icon name={busy.icon} size={14} />
          <span>{busy.label}</span>
        </button>
        <button
          type="button"
          class="why-run-method"
          title={props.methodHint}
          aria-label={`${props.methodLabel}: ${method.label}`}
          aria-haspopup="listbox"
          aria-expanded={method.pressed}
          aria-disabled={!method.enabled}
          data-refused={props.methodRefused}
          onClick={(event) => open(event.currentTarget)}
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
            event.preventDefault();
            event.stopPropagation();
            open(event.currentTarget);
          }}
        >
          {props.methodRefused && <Icon name="warning" size={13} />}
          <span>{method.label}</span>
          <Icon name={method.icon} size={12} />
        </button>
        <button
          type="button"
          class="why-run-options"
          title={options.label}
          aria-label={options.label}
          aria-haspopup="dialog"
          aria-expanded={options.pressed}
          aria-disabled={!options.enabled}
          data-chosen={props.optionsChosen}
          onClick={(event) => options.enabled && props.onAction(options.id, event.currentTarget)}
        >
          <Icon name={options.icon} size={14} />
        </button>
        {props.running && (
          // The status line, which has the numbers, may be below the edge of the window.
          <progress
            class="why-run-progress"
            aria-hidden="true"
            {...(props.progress === null ? {} : { max: 1, value: props.progress })}
          />
        )}
      </div>
      <div class="why-tool-group">
        {props.right.map((item) => (
          <Tool key={item.id} item={item} onAction={props.onAction} />
        ))}
      </div>
    </div>
  );
}
