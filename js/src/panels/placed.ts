import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import type { Point } from "../diagram/diagram";

/** Pixels that stay free between a box and the edge of what lies behind it. */
const MARGIN = 8;

/** Put a box at a place in client pixels, or as near to it as it is whole; without a place it stays where it is. */
export function usePlace(
  box: RefObject<HTMLElement | null>,
  veil: RefObject<HTMLElement | null>,
  at: Point | null,
): void {
  useLayoutEffect(() => {
    if (!box.current || !veil.current || !at) return;
    const around = veil.current.getBoundingClientRect();
    const own = box.current.getBoundingClientRect();
    const within = (wanted: number, room: number): string => `${Math.max(MARGIN, Math.min(wanted, room - MARGIN))}px`;
    box.current.style.left = within(at.x - around.left, around.width - own.width);
    box.current.style.top = within(at.y - around.top, around.height - own.height);
  }, [box, veil, at]);
}
