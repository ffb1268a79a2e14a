/** A nested model of any size, the same each time: variables in entities in groups, edges mostly near. */
import type { DocumentData, ModelRecord } from "../src/protocol/types";

const LEAF = 40;
const GROUP = 12;
const WORDS = ["price", "demand", "rate", "noise", "slope", "intercept", "sales", "theta", "effect_of_season", "temperature"];

/** `count` variables under the Graph `g`. */
export function nested(count: number, seed = 7): DocumentData {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const records: Record<string, ModelRecord> = { g: { kind: "Graph", name: "model" } };
  const made: string[][] = [];
  const leaves = Math.ceil(count / LEAF);
  let group = "g";
  for (let leaf = 0; leaf < leaves; leaf++) {
    if (leaves > GROUP && leaf % GROUP === 0) {
      group = key("a", leaf);
      records[group] = { kind: "Entity", name: `region_${leaf / GROUP}`, scope: "g" };
    }
    const entity = key("e", leaf);
    if (leaves > 1) records[entity] = { kind: "Entity", name: `shop_${leaf}`, scope: group };
    const here: string[] = [];
    made.push(here);
    for (let i = 0; i < LEAF && leaf * LEAF + i < count; i++) {
      const parent = (): string | undefined => {
        if (random() < 0.06 && leaf > 0) return pick(made[Math.max(0, leaf - 1 - Math.floor(random() * 3))] ?? []);
        return random() < 0.85 ? pick(here.slice(-10)) : undefined;
      };
      const pick = (from: readonly string[]): string | undefined => from[Math.floor(random() * from.length)];
      const [mean, deviation] = [parent(), random() < 0.4 ? parent() : undefined];
      const name = `${WORDS[Math.floor(random() * WORDS.length)]}_${i}`;
      const id = key("v", leaf * LEAF + i);
      records[id] = {
        kind: random() < 0.3 ? "StaticVariable" : "Variable",
        name,
        scope: leaves > 1 ? entity : "g",
        shape: [],
        dtype: "float",
        distribution: "NormalDistribution",
        parameters: {
          ...(mean ? { mean: { ref: mean } } : {}),
          ...(deviation ? { standard_deviation: { ref: deviation } } : {}),
        },
      };
      here.push(id);
    }
  }
  return { format: "whyboard/model", version: 1, records, layout: {} };
}

function key(letter: string, number: number): string {
  return `${letter}${String(number).padStart(6, "0")}`;
}
