// A real witness of the log of logs: the omniwitness of transparency-dev, built
// from tools/witness, on loopback. It ends with its standard input.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cleanEnv } from "./setup";

export interface Witness {
  /** Its line in a policy, named so. */
  line: (name: string) => string;
  /** Connections to it are refused from then on. */
  stop: () => Promise<void>;
  /** Again, with the same address, key and memory. */
  start: () => Promise<void>;
  /** Ends it for good. */
  end: () => Promise<void>;
}

export async function startWitness(log: { origin: string; vkey: string }): Promise<Witness> {
  const dir = mkdtempSync(join(tmpdir(), "frostgate-e2e-witness-"));
  const program = join(dir, "witness");
  execFileSync("go", ["build", "-o", program, "."], { cwd: resolve(import.meta.dirname, "../../../tools/witness"), stdio: "inherit", env: { ...process.env, GOWORK: "off" } });
  const seed = [...crypto.getRandomValues(new Uint8Array(32))].map((b) => b.toString(16).padStart(2, "0")).join("");
  let proc: ChildProcess | undefined;
  let url = "";
  let vkey = "";
  const start = async () => {
    const p = spawn(program, ["-listen", url ? new URL(url).host : "127.0.0.1:0", "-db", join(dir, "witness.db"), "-name", "witness.example/journey", "-seed", seed, "-log", `${log.origin} ${log.vkey}`], { env: cleanEnv(), stdio: ["pipe", "pipe", "ignore"] });
    proc = p;
    [url = "", vkey = ""] = await new Promise<string[]>((done, fail) => {
      let text = "";
      p.stdout.on("data", (b: Buffer) => {
        text += b.toString();
        const lines = text.split("\n");
        if (lines.length > 2) done(lines.slice(0, 2));
      });
      p.on("exit", (code) => fail(new Error(`the witness ended with ${code}`)));
    });
  };
  const stop = async () => {
    const p = proc;
    proc = undefined;
    if (!p || p.exitCode !== null) return;
    const gone = new Promise((done) => p.once("exit", done));
    p.stdin!.end();
    await gone;
  };
  await start();
  return { line: (name) => `witness ${name} ${vkey} ${url}`, start, stop, end: async () => (await stop(), rmSync(dir, { recursive: true, force: true })) };
}
