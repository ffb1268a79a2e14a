/** A frame as it was, seen from its new contents: where each node stood and where lanes ran. Pure. */
import type { Content, Frame } from "./content";

export interface Memory {
  readonly isThere: Uint8Array;
  /** Corners of children. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Middles of children and ports; NaN where nothing was. */
  readonly middle: Float64Array;
  /** Rows of nodes that had edges, else -1. */
  readonly row: Int32Array;
  readonly folded: boolean;
  /** NaN where no such lane was. */
  lane(node: number, port: number, step: number, row: number): number;
}

export function remember(content: Content, before: Frame): Memory {
  const was = before.content;
  const count = content.keys.length;
  const total = count + content.ports.length;
  const newNode = new Map<string, number>();
  for (let node = 0; node < total; node++) newNode.set(nodeName(content, node), node);
  const memory = {
    isThere: new Uint8Array(total),
    x: new Float64Array(total),
    y: new Float64Array(total),
    middle: new Float64Array(total).fill(Number.NaN),
    row: new Int32Array(total).fill(-1),
    folded: before.parts.some((part) => part.layers.rows.folded),
  };
  const nodeOf = new Int32Array(was.keys.length + was.ports.length).fill(-1);
  for (let i = 0; i < nodeOf.length; i++) {
    const node = newNode.get(nodeName(was, i));
    if (node === undefined) continue;
    nodeOf[i] = node;
    memory.isThere[node] = 1;
    const isPort = i >= was.keys.length;
    memory.x[node] = before.x[i] ?? 0;
    memory.y[node] = before.y[i] ?? 0;
    memory.middle[node] = isPort
      ? (before.ports[i - was.keys.length] ?? 0)
      : (before.x[i] ?? 0) + (was.widths[i] ?? 0) / 2;
  }
  const lanes = new Map<string, number>();
  for (const { nodes, layers, x } of before.parts) {
    nodes.forEach((i, k) => {
      const node = nodeOf[i] ?? -1;
      if (node >= 0) memory.row[node] = layers.rows.row[k] ?? -1;
    });
    for (const trunk of layers.lanes.trunks) {
      const node = nodeOf[nodes[trunk.source] ?? 0] ?? -1;
      for (let lane = 0; node >= 0 && lane < trunk.length; lane++) {
        const name = `${node} ${trunk.port} ${trunk.step} ${trunk.start + lane * trunk.step}`;
        lanes.set(name, x + (layers.x[layers.block.count + trunk.first + lane] ?? 0));
      }
    }
  }
  const lane: Memory["lane"] = (node, port, step, row) => lanes.get(`${node} ${port} ${step} ${row}`) ?? Number.NaN;
  return { ...memory, lane };
}

/** Ports have names, too, so that they stay where they were. */
function nodeName({ keys, ports, entries }: Content, node: number): string {
  const port = node - keys.length;
  return port < 0 ? (keys[node] ?? "") : `${port < entries ? "into" : "out of"} ${ports[port]}`;
}
