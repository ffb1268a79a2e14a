/** Text on the canvas that fits its room; what had to be cut is remembered. */
const measured = new Map<string, readonly string[]>();
const ROOM_STEP = 4;
const MOST = 20_000;

/** One or two lines that fit, in the context's font; the last one ends in `…` where the text goes on. */
export function fitted(context: CanvasRenderingContext2D, text: string, room: number, lines: 1 | 2): readonly string[] {
  const width = Math.floor(room / ROOM_STEP) * ROOM_STEP;
  const id = `${context.font}|${width}|${lines}|${text}`;
  const known = measured.get(id);
  if (known) return known;
  const fits = (part: string): boolean => context.measureText(part).width <= width;
  const found = fits(text) || lines === 1 ? [cut(text, fits)] : broken(text, fits);
  if (measured.size > MOST) measured.clear();
  measured.set(id, found);
  return found;
}

/** Breaks a name after an underscore or before a capital, as late as it fits. */
function broken(text: string, fits: (part: string) => boolean): readonly string[] {
  const places = [...text.matchAll(/_(?=.)|[a-z](?=[A-Z])|\s(?=\S)/g)].map((match) => match.index + 1);
  const place = places.filter((at) => fits(text.slice(0, at))).pop();
  if (place === undefined) return [cut(text, fits)];
  return [text.slice(0, place), cut(text.slice(place), fits)];
}

function cut(text: string, fits: (part: string) => boolean): string {
  if (fits(text)) return text;
  let [least, most] = [0, text.length];
  while (least < most) {
    const middle = (least + most + 1) >> 1;
    if (fits(`${text.slice(0, middle)}…`)) least = middle;
    else most = middle - 1;
  }
  return least ? `${text.slice(0, least)}…` : "";
}
