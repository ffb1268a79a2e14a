/** Keys to actions. Pure: it is told the key event's facts and the list of actions. */
import type { Action } from "./action";

export interface KeyFacts {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** The name of a key press as actions spell it: `Mod-Shift-z`, `Delete`, `.`. */
export function chordOf(event: KeyFacts): string {
  const letter = event.key.length === 1;
  const name = letter ? event.key.toLowerCase() : event.key;
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("Mod");
  if (event.altKey) parts.push("Alt");
  // A shifted sign is its own key (`?`); a shifted letter keeps the modifier in its name.
  if (event.shiftKey && (!letter || name !== name.toUpperCase())) parts.push("Shift");
  parts.push(name === " " ? "Space" : name);
  return parts.join("-");
}

/** Every chord and the action it runs. Two actions that want one chord are a mistake of ours. */
export function keymapOf(actions: readonly Action[]): ReadonlyMap<string, Action> {
  const map = new Map<string, Action>();
  for (const action of actions) {
    for (const chord of action.keys) {
      const other = map.get(chord);
      if (other) throw new Error(`'${chord}' is taken by both '${other.id}' and '${action.id}'.`);
      map.set(chord, action);
    }
  }
  return map;
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Delete: "Del",
  Escape: "Esc",
};

/** A chord as people read it: `Ctrl+Shift+Z`. */
export function chordText(chord: string, mac = false): string {
  const names = chord.endsWith("-") ? [...chord.slice(0, -1).split("-").filter(Boolean), "-"] : chord.split("-");
  return names
    .map((name) => {
      if (name === "Mod") return mac ? "⌘" : "Ctrl";
      return SIGNS[name] ?? (name.length === 1 ? name.toUpperCase() : name);
    })
    .join(mac ? "" : "+");
}

/** Does this element take the keys itself, so that single letters and Delete are text? */
export function takesText(element: EventTarget | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  if (element instanceof HTMLInputElement) return !["checkbox", "radio", "button", "range"].includes(element.type);
  return element.isContentEditable;
}
