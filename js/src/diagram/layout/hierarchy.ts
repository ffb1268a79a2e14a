/**
 * Boxes as numbers, and every edge cut at the borders it crosses. A piece of an edge within one frame is a strand of that
 * frame; edges that run alike share it. Pure.
 */
import type { Key } from "../../protocol/types";
import type { Box, Scene } from "../scene-types";

/** More ports than this on one side of a frame share trunks. */
const MOST_PORTS = 12;
/** Up to so many children of a frame have a port of their own. */
const OWN_PORTS = 4;

export interface Hierarchy {
  /** Outer boxes first; the children of one box stand side by side. */
  readonly boxes: readonly Box[];
  readonly first: readonly number[];
  readonly parent: readonly number[];
  readonly graphs: readonly (FrameGraph | null)[];
  /** By edge id: frame and strand of each piece, in pairs, from source to target. */
  readonly ways: ReadonlyMap<string, readonly number[]>;
}

export interface FrameGraph {
  readonly ports: readonly string[];
  readonly entries: number;
  readonly strands: readonly number[];
}

export function hierarchy(scene: Scene): Hierarchy {
  const tree = number(scene);
  const cuts = cut(scene, tree);
  const borders = assignPorts(tree, cuts);
  const { graphs, ways } = strands(tree, cuts, borders);
  return { boxes: tree.boxes, first: tree.first, parent: tree.parent, graphs, ways };
}

interface Tree {
  readonly boxes: Box[];
  readonly index: Map<Key, number>;
  readonly first: number[];
  readonly parent: number[];
  readonly depth: number[];
}

function number(scene: Scene): Tree {
  const tree: Tree = { boxes: [], index: new Map(), first: [], parent: [], depth: [] };
  const add = (key: Key, parent: number): void => {
    const box = scene.boxes.get(key);
    if (!box) return;
    tree.index.set(key, tree.boxes.length);
    tree.boxes.push(box);
    tree.parent.push(parent);
    tree.depth.push(parent < 0 ? 0 : (tree.depth[parent] ?? 0) + 1);
  };
  add(scene.root, -1);
  for (let i = 0; i < tree.boxes.length; i++) {
    tree.first.push(tree.boxes.length);
    const box = tree.boxes[i];
    if (box?.kind === "frame") for (const child of box.children) add(child, i);
  }
  return tree;
}

/** Crossings of one edge stand side by side: first where it leaves frames, inner ones first, then where it enters. */
interface Cuts {
  /** By crossing: the frame, and the child of it that the edge comes from or goes to. */
  readonly frame: number[];
  readonly child: number[];
  readonly isExit: boolean[];
  /** By crossing: the next crossing outwards on the same side, or -1. */
  readonly outer: number[];
  /** By crossing: the box on the other side in the frame where the two ends meet. */
  readonly other: number[];
  readonly edges: EdgeCut[];
}

interface EdgeCut {
  readonly id: string;
  readonly source: number;
  readonly target: number;
  readonly exits: number;
  readonly entries: number;
  readonly end: number;
}

function cut(scene: Scene, tree: Tree): Cuts {
  const cuts: Cuts = { frame: [], child: [], isExit: [], outer: [], other: [], edges: [] };
  const { parent, depth } = tree;
  const climb = (from: number, to: number, other: number, isExit: boolean): void => {
    for (let box = from; box !== to; box = parent[box] ?? to) {
      const frame = parent[box] ?? to;
      cuts.outer.push(frame === to ? -1 : cuts.frame.length + 1);
      cuts.frame.push(frame);
      cuts.child.push(box);
      cuts.isExit.push(isExit);
      cuts.other.push(other);
    }
  };
  for (const edge of scene.edges) {
    const from = tree.index.get(edge.source);
    const to = tree.index.get(edge.target);
    if (from === undefined || to === undefined) continue;
    let [source, target] = [from, to];
    while ((depth[source] ?? 0) > (depth[target] ?? 0)) source = parent[source] ?? 0;
    while ((depth[target] ?? 0) > (depth[source] ?? 0)) target = parent[target] ?? 0;
    while (parent[source] !== parent[target]) {
      source = parent[source] ?? 0;
      target = parent[target] ?? 0;
    }
    if (source === target) continue;
    const exits = cuts.frame.length;
    climb(from, source, target, true);
    const entries = cuts.frame.length;
    climb(to, target, source, false);
    cuts.edges.push({ id: edge.id, source, target, exits, entries, end: cuts.frame.length });
  }
  return cuts;
}

interface Borders {
  /** By crossing: the port of its frame. */
  readonly port: Int32Array;
  /** By box: names of the ports, entries first. */
  readonly names: string[][];
  readonly entries: number[];
}

/** Outer frames first: where an edge goes on outside decides which edges share a port. */
function assignPorts(tree: Tree, cuts: Cuts): Borders {
  const port = new Int32Array(cuts.frame.length);
  const names: string[][] = tree.boxes.map(() => []);
  const entries: number[] = tree.boxes.map(() => 0);
  const into: number[][] = tree.boxes.map(() => []);
  const out: number[][] = tree.boxes.map(() => []);
  cuts.frame.forEach((frame, crossing) => {
    (cuts.isExit[crossing] ? out : into)[frame]?.push(crossing);
  });
  for (let frame = 0; frame < tree.boxes.length; frame++) {
    const list = names[frame];
    if (!list) continue;
    share(into[frame] ?? [], list);
    entries[frame] = list.length;
    share(out[frame] ?? [], list);
  }
  return { port, names, entries };

  function share(crossings: readonly number[], list: string[]): void {
    if (!crossings.length) return;
    // Ports of the frame around come after its children, so that the two never have the same number.
    const hop = (crossing: number): number => {
      const outer = cuts.outer[crossing] ?? -1;
      return outer < 0 ? (cuts.other[crossing] ?? 0) : tree.boxes.length + (port[outer] ?? 0);
    };
    const child = (crossing: number): number => cuts.child[crossing] ?? 0;
    const children = distinct(crossings, child);
    const hops = children.length > OWN_PORTS ? distinct(crossings, hop) : children;
    const byChild = children.length <= hops.length;
    const groups = byChild ? children : hops;
    const start = list.length;
    const shared = groups.length > MOST_PORTS;
    const place = new Map(
      groups.map((group, i) => [group, start + (shared ? Math.floor((i * MOST_PORTS) / groups.length) : i)]),
    );
    for (const crossing of crossings) {
      port[crossing] = place.get(byChild ? child(crossing) : hop(crossing)) ?? start;
    }
    if (shared) for (let i = 0; i < MOST_PORTS; i++) list.push(`trunk ${i}`);
    else for (const group of groups) list.push(tree.boxes[group]?.key ?? `port ${group - tree.boxes.length}`);
  }
}

function distinct(crossings: readonly number[], of: (crossing: number) => number): number[] {
  return [...new Set(crossings.map(of))].sort((a, b) => a - b);
}

function strands(tree: Tree, cuts: Cuts, borders: Borders): Pick<Hierarchy, "graphs" | "ways"> {
  const { first, parent } = tree;
  const count = (box: number): number => (first[box + 1] ?? tree.boxes.length) - (first[box] ?? 0);
  const graphs = tree.boxes.map((box, i) => {
    if (box.kind !== "frame") return null;
    const ports = borders.names[i] ?? [];
    const strands: number[] = [];
    const nodes = count(i) + ports.length;
    return { ports, entries: borders.entries[i] ?? 0, strands, seen: new Map<number, number>(), nodes };
  });
  const add = (frame: number, from: number, to: number, fromPort: number, toPort: number): number => {
    const graph = graphs[frame];
    if (!graph) return 0;
    const id = ((from * graph.nodes + to) * 64 + fromPort + 1) * 64 + toPort + 1;
    const known = graph.seen.get(id);
    if (known !== undefined) return known;
    const made = graph.strands.length / 4;
    graph.seen.set(id, made);
    graph.strands.push(from, to, fromPort, toPort);
    return made;
  };
  const place = (box: number): number => box - (first[parent[box] ?? 0] ?? 0);
  const portNode = (crossing: number): number => count(cuts.frame[crossing] ?? 0) + (borders.port[crossing] ?? 0);
  const ways = new Map<string, readonly number[]>();
  for (const edge of cuts.edges) {
    const way: number[] = [];
    let port = -1;
    for (let c = edge.exits; c < edge.entries; c++) {
      const frame = cuts.frame[c] ?? 0;
      way.push(frame, add(frame, place(cuts.child[c] ?? 0), portNode(c), port, -1));
      port = borders.port[c] ?? 0;
    }
    const common = parent[edge.source] ?? 0;
    const last = edge.end > edge.entries ? (borders.port[edge.end - 1] ?? 0) : -1;
    way.push(common, add(common, place(edge.source), place(edge.target), port, last));
    for (let c = edge.end - 1; c >= edge.entries; c--) {
      const frame = cuts.frame[c] ?? 0;
      const inner = c > edge.entries ? (borders.port[c - 1] ?? 0) : -1;
      way.push(frame, add(frame, portNode(c), place(cuts.child[c] ?? 0), -1, inner));
    }
    ways.set(edge.id, way);
  }
  return { graphs, ways };
}
