import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { pasteText } from "../editor/actions/clipboard";
import { type Editor, isEmpty } from "../editor/editor";
import { takesText } from "../editor/keymap";
import { handleKey } from "./keys";
import { LeftSide } from "./left-side";
import { Overlays } from "./overlays";
import { RightSide } from "./right-side";
import { Stage } from "./stage";
import { StatusBar } from "./status-bar";
import { TopBar } from "./top-bar";

/** Below this width the sides lie over the diagram, so only one is open. */
export const NARROW = 900;
/** From here on there is room for both sides while a model is begun, as in a notebook beside its list of files. */
const WIDE = 940;
/** From here on for both beside a model: below, its picture comes first. */
const ROOMY = 1350;

export interface FrameProps {
  readonly editor: Editor;
  readonly onKey?: (chord: string) => boolean;
}

/** The arrangement of all parts. */
export function Frame({ editor, onKey }: FrameProps) {
  const { state } = editor;
  const frame = useRef<HTMLDivElement>(null);
  const focusDiagram = (): void => {
    if (editor.diagram.current) editor.diagram.current.focus();
    else frame.current?.focus();
  };
  // Before the first paint: nothing jumps when an editor opens.
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element || typeof ResizeObserver === "undefined") return;
    let before = -1;
    // What the width decided last. Where the user has decided otherwise since, it decides no more.
    const sides = [state.leftOpen, state.rightOpen].map((open) => ({ open, last: open.peek(), free: true }));
    const arrange = (width: number): void => {
      if (width === 0) return;
      const now = [NARROW, WIDE, ROOMY].filter((enough) => width >= enough).length;
      if (now === before) return;
      before = now;
      const least = isEmpty(editor) ? 0 : ROOMY;
      const fits = [width >= Math.max(WIDE, least) && editor.editable(), width >= Math.max(NARROW, least)];
      sides.forEach((side, i) => {
        side.free &&= side.open.peek() === side.last;
        side.last = fits[i] ?? false;
        if (side.free) side.open.value = side.last;
      });
    };
    arrange(element.getBoundingClientRect().width);
    const observer = new ResizeObserver(([entry]) => arrange(entry?.contentRect.width ?? 0));
    observer.observe(element);
    return () => observer.disconnect();
  }, [editor, state]);
  // Where the sides lie over the diagram, the one that opens takes the place of the other.
  const lastOpen = useRef({ left: false, right: false });
  useSignalEffect(() => {
    const now = { left: state.leftOpen.value, right: state.rightOpen.value };
    const before = lastOpen.current;
    lastOpen.current = now;
    const width = frame.current?.clientWidth ?? 0;
    if (width === 0 || width >= NARROW || !now.left || !now.right) return;
    (before.left ? state.leftOpen : state.rightOpen).value = false;
  });
  const onPaste = (event: ClipboardEvent): void => {
    if (takesText(event.target) || !editor.editable()) return;
    event.preventDefault();
    void pasteText(editor, event.clipboardData?.getData("text/plain") ?? null);
  };
  return (
    <div
      class="why-frame"
      ref={frame}
      role="application"
      aria-label={editor.strings.application}
      tabIndex={-1}
      onKeyDown={(event) => {
        const used = handleKey(editor, event, onKey);
        // The notebook around would take letters for its own commands. Chords such as Ctrl-S belong to it.
        if (used || !(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
      }}
      onPaste={onPaste}
    >
      <TopBar editor={editor} />
      <div class="why-body">
        {state.leftOpen.value && <LeftSide editor={editor} />}
        <Stage editor={editor} />
        {state.rightOpen.value && <RightSide editor={editor} />}
      </div>
      <StatusBar editor={editor} />
      <Overlays editor={editor} focusDiagram={focusDiagram} />
      <p class="why-hidden" aria-live="polite">
        {state.announcement.value}
      </p>
    </div>
  );
}
