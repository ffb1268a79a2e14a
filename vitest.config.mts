import "./tests/js/node20.ts";
import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: { include: ["tests/js/**/*.test.{ts,tsx}"], environment: "node" },
});
