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
  /** Hidden when the editor is narrow; it is still in the menu. */
  readonly wide?: boolean;
}

export interface RunMethod {
  readonly method: string;
  readonly label: string;
  readonly doc: string;
  /** Why it cannot take the model. */
  readonly refusal?: string | undefined;
}

/** The most characters of a refusal that the menu of methods shows. */
const REFUSAL = 48;

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
  readonly method: string;
  readonly methodLabel: string;
  readonly methods: readonly RunMethod[];
  readonly onAction: (id: string, anchor: HTMLElement) => void;
  readonly onMethod: (method: string) => void;
  /** Someone is about to choose a method. */
  readonly onMethods: () => void;
}

function Tool({ item, onAction }: { item: ToolItem; onAction: ToolbarProps["onAction"] }) {
  return (
    <button
      type="button"
      class={item.wide ? "why-tool why-tool-wide" : "why-tool"}
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

/** The first words of a refusal: a menu has no room for more, the whole of it is its tooltip. */
function brief(refusal: string): string {
  const clause =
    refusal
      .replace(/'[^']*\//g, "'")
      .split(/[,:;(]|[.] /, 1)[0]
      ?.trim() ?? "";
  return clause.length > REFUSAL ? `${clause.slice(0, REFUSAL)}…` : clause;
}

/** The bar on top: building and looking at the left, asking at the right. */
export function Toolbar(props: ToolbarProps) {
  const { run, stop, options } = props;
  const busy = props.running ? stop : run;
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
      <div class="why-run" data-running={props.running}>
        <button
          type="button"
          class="why-run-button"
          title={`${busy.label} (${busy.keys})`}
          aria-disabled={!busy.enabled}
          onClick={(event) => busy.enabled && props.onAction(busy.id, event.currentTarget)}
        >
          <Icon name={busy.icon} size={14} />
          <span>{busy.label}</span>
        </button>
        <select
          class="why-run-method"
          aria-label={props.methodLabel}
          title={props.methods.find((one) => one.method === props.method)?.doc ?? props.methodLabel}
          value={props.method}
          disabled={props.running || props.methods.length === 0}
          onPointerEnter={props.onMethods}
          onFocus={props.onMethods}
          onChange={(event) => props.onMethod(event.currentTarget.value)}
        >
          {props.methods.map((one) => (
            <option
              key={one.method}
              value={one.method}
              title={one.refusal ?? one.doc}
              disabled={one.refusal !== undefined && one.method !== props.method}
            >
              {one.refusal === undefined || one.method === props.method
                ? one.label
                : `${one.label}: ${brief(one.refusal)}`}
            </option>
          ))}
        </select>
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
      </div>
      <div class="why-tool-group">
        {props.right.map((item) => (
          <Tool key={item.id} item={item} onAction={props.onAction} />
        ))}
      </div>
    </div>
  );
}
