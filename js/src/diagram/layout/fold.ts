/** Rows of pleasant width where layers would make a tower or a ribbon: filled like lines of text, causes first. Pure. */
import type { Block } from "./block";
import { isPort, type Rows, withPorts } from "./ranks";

const GAP = { x: 28, y: 48 };
/** A row that is this full ends before a node whose cause stands in it; in a ribbon there is room enough for more rows. */
const FULL_ENOUGH = { tower: 0.7, ribbon: 0 };

/** The sum of the room that nodes take, and the widest of them. */
export function room(block: Block): { area: number; widest: number } {
  let area = 0;
  let widest = 0;
  for (let node = 0; node < block.count; node++) {
    if (isPort(block.pins[node])) continue;
    area += ((block.widths[node] ?? 0) + GAP.x) * ((block.heights[node] ?? 0) + GAP.y);
    widest = Math.max(widest, block.widths[node] ?? 0);
  }
  return { area, widest };
}

export function foldedRows(block: Block, rows: Rows, width: number, isTower: boolean): Rows {
  const enough = width * (isTower ? FULL_ENOUGH.tower : FULL_ENOUGH.ribbon);
  const { count, pins, widths } = block;
  const order = [...rows.row.keys()].filter((node) => !isPort(pins[node]));
  order.sort((a, b) => (rows.row[a] ?? 0) - (rows.row[b] ?? 0) || (pins[a] ?? 0) - (pins[b] ?? 0) || a - b);
  const causes: number[][] = Array.from({ length: count }, () => []);
  for (let edge = 0; edge < block.edges; edge++) causes[block.to[edge] ?? 0]?.push(block.from[edge] ?? 0);
  const row = new Int32Array(count).fill(-1);
  let line = 0;
  let filled = 0;
  for (const node of order) {
    const own = (widths[node] ?? 0) + GAP.x;
    const depends = (causes[node] ?? []).some((cause) => row[cause] === line);
    if (filled > 0 && (filled + own > width || (depends && filled > enough))) {
      line++;
      filled = 0;
    }
    row[node] = line;
    filled += own;
  }
  return withPorts(block, row, true);
}
