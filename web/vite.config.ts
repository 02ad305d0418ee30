import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { paceOf } from "./e2e/harness/pace.ts";
import { componentStyles, parts } from "./scripts/bundle.ts";
import { verifyPage } from "./scripts/verifier.ts";

// FROSTGATE_E2E_DIST is another folder to build into and to test from, while
// somebody else builds in dist/.
const dist = process.env.FROSTGATE_E2E_DIST ?? fileURLToPath(new URL("dist", import.meta.url));
const server = process.env.FROSTGATE_URL ?? "http://127.0.0.1:8080";
const compressible = /\.(js|css|svg|json|wasm|map|txt)$|^verify\.html$/;

/**
 * Leaves in dist/ what this build made and nothing older, each compressible
 * asset only as .gz: the server unpacks it for the rare client that asks for
 * the plain bytes. dist/.keep stays all the time, so that `go build` always
 * finds the folder.
 */
function precompressed(): Plugin {
  const made = new Set<string>();
  return {
    name: "precompressed",
    apply: "build",
    writeBundle(_, bundle) {
      for (const name of Object.keys(bundle)) made.add(name);
    },
    async closeBundle() {
      if (made.size === 0) return; // the build failed
      const kept = new Set([".keep", ...made, ...(await files(fileURLToPath(new URL("public", import.meta.url))))]);
      // What was there before goes first: some of it has the names of the new.
      for (const name of await files(dist)) if (!kept.has(name)) await rm(join(dist, name));
      for (const name of await files(dist)) {
        if (!compressible.test(name)) continue;
        const path = join(dist, name);
        await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
        await rm(path);
      }
    },
  };
}

async function files(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(root.length + 1));
}

export default defineConfig({
  base: "/console/",
  plugins: [react({ jsxImportSource: "@/jsx" }), componentStyles(), parts(), verifyPage(), precompressed()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: { outDir: dist, emptyOutDir: false, target: "es2023", sourcemap: false, assetsInlineLimit: 0, reportCompressedSize: false, manifest: "manifest.json" },
  // The browser's host goes along, or sign-in and writes would count as another origin's.
  server: { proxy: Object.fromEntries(["/api", "/health", "/openapi.yaml", "/docs"].map((path) => [path, { target: server, changeOrigin: false }])) },
  test: {
    projects: [
      { extends: true, test: { name: "logic", include: ["src/**/*.test.ts", "scripts/**/*.test.ts"], environment: "node" } },
      {
        extends: true,
        test: {
          name: "e2e", include: ["e2e/**/*.spec.ts"], environment: "node", maxWorkers: 2,
          testTimeout: 90_000, hookTimeout: 180_000, globalSetup: ["e2e/harness/setup.ts"],
          expect: { poll: { timeout: 30_000 * paceOf().patience } }, // as long as the browser is given for anything else
        },
      },
      {
        extends: true,
        test: {
          name: "bench", include: ["e2e/**/*.bench.ts"], environment: "node", fileParallelism: false,
          testTimeout: 60_000, hookTimeout: 180_000, globalSetup: ["e2e/harness/setup.ts"],
        },
      },
    ],
  },
});
