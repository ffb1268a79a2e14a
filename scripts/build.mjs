/**
 * Builds the front end: the notebook bundle with its loader, and the prebuilt JupyterLab extension.
 * `node scripts/build.mjs` builds both, `node scripts/build.mjs widget` the bundle alone.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const statics = join(root, "python/whyboard/static");
const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".css": "text", ".svg": "text" },
  logLevel: "warning",
  legalComments: "none",
};

async function widget() {
  mkdirSync(statics, { recursive: true });
  await build({ ...shared, entryPoints: ["js/src/widget.ts"], outfile: "python/whyboard/static/widget.js" });
  await build({ ...shared, entryPoints: ["js/src/loader.ts"], outfile: "python/whyboard/static/loader.js" });
  for (const name of ["widget.js", "loader.js"]) {
    const packed = gzipSync(readFileSync(join(statics, name)), { level: 9 }).length;
    console.log(`${name}: ${statSync(join(statics, name)).size} bytes, ${packed} gzipped`);
  }
}

/** JupyterLab's own packages stay outside: the page provides them. The editor is loaded when a model is opened. */
async function extension() {
  rmSync(join(root, "js/lib"), { recursive: true, force: true });
  await build({
    ...shared,
    minify: false,
    splitting: true,
    entryPoints: ["js/src/lab/plugin.ts"],
    outdir: "js/lib/lab",
    external: ["@jupyterlab/*", "@lumino/*", "@jupyter-widgets/*", "react", "react-dom"],
  });
  rmSync(join(root, "python/whyboard/labextension"), { recursive: true, force: true });
  const builder = join(root, "node_modules/@jupyter/builder/lib/build-labextension.js");
  const core = join(root, "node_modules/@jupyterlab/core-meta/core.package.json");
  execFileSync(process.execPath, [builder, "--core-package-file", core, root], { cwd: root, stdio: "inherit" });
}

await widget();
if (process.argv[2] !== "widget") await extension();
