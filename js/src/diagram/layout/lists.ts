/** Lists of numbers in one array: those of item i are at `start[i]` up to `start[i + 1]`. */
export interface Lists {
  readonly start: Int32Array;
  readonly items: Int32Array;
}

/** The positions of equal values of `by`, in order: the edges of each node, the elements of each row. */
export function listsBy(count: number, by: ArrayLike<number>, length: number): Lists {
  const start = new Int32Array(count + 1);
  for (let i = 0; i < length; i++) {
    const list = (by[i] ?? 0) + 1;
    start[list] = (start[list] ?? 0) + 1;
  }
  for (let i = 0; i < count; i++) start[i + 1] = (start[i + 1] ?? 0) + (start[i] ?? 0);
  const items = new Int32Array(length);
  // Backwards, so that each start ends up where its list begins.
  for (let i = 0; i < count; i++) start[i] = start[i + 1] ?? 0;
  for (let i = length - 1; i >= 0; i--) {
    const list = by[i] ?? 0;
    const at = (start[list] ?? 0) - 1;
    items[at] = i;
    start[list] = at;
  }
  return { start, items };
}
