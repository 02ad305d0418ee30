// The verifier for browsers: compiled by the Go toolchain into .wasm/, taken from
// there by the console, and as verify.html, which needs nothing else, into the
// build.
import { execFileSync } from "node:child_process";
import { createReadStream, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";

const repo = resolve(import.meta.dirname, "../..");
const page = join(repo, "web/.wasm/verify.html");
const sources = ["receipt", "internal/evidence/saved", "internal/evidence/plain", "cmd/receiptwasm", "tools/verifypage", "web/verify", "go.mod"];

/** When the newest of the files below was changed; 0 without any. */
function newest(path: string): number {
  const s = statSync(path, { throwIfNoEntry: false });
  if (!s) return 0;
  return s.isFile() ? s.mtimeMs : Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Compiles it unless it is newer than all that it is made of. */
export function buildVerifier() {
  const made = newest(page);
  if (made > 0 && made >= Math.max(...sources.map((s) => newest(join(repo, s))))) return;
  execFileSync("go", ["run", "./tools/verifypage", "-o", "web/.wasm"], { cwd: repo, stdio: "inherit" });
}

export function verifyPage(): Plugin {
  return {
    name: "verify-page",
    configResolved: (config) => (config.command === "build" || config.mode === "development" ? buildVerifier() : undefined),
    configureServer(server) {
      server.middlewares.use("/console/verify.html", (_, res) => {
        res.setHeader("Content-Type", "text/html; charset=utf-8");
        createReadStream(page).pipe(res);
      });
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "verify.html", source: readFileSync(page) });
    },
  };
}
