/** How long a layout takes: `node benchmarks/diagram/layout.mjs`. Each case has a process of its own: its first call is cold. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "layout-"));
const outfile = join(folder, "layout.mjs");
const options = { bundle: true, format: "esm", platform: "node", target: "es2022", logLevel: "warning" };
await build({ ...options, entryPoints: [join(here, "layout.ts")], outfile });

const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
console.log(`${cpus().length} cores (${cpus()[0]?.model}), node ${process.version}\n`);
const both = ({ median, least }) => `${ms(median)} (${ms(least)})`;
console.log("| nodes | scopes | boxes | edges | first call | warm | warm, after one edit | all routes, first call |");
console.log("|---|---|---|---|---|---|---|---|");
const cases = [1000, 10000].flatMap((nodes) => ["closed", "open"].map((state) => [nodes, state]));
for (const [nodes, state] of cases) {
  const row = JSON.parse(execFileSync(process.execPath, [outfile, String(nodes), state], { encoding: "utf8" }));
  const times = `${ms(row.first)} | ${both(row.warm)} | ${both(row.edit)} | ${ms(row.routes)}`;
  console.log(`| ${nodes} | ${state} | ${row.boxes} | ${row.edges} | ${times} |`);
}
rmSync(folder, { recursive: true });
