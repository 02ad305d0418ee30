// Checks evidence in this browser. The verifier is loaded when it is first asked,
// and runs in a worker, so that the page stays alive whatever it is given.
import wasm from "../../.wasm/receipt.wasm?url";
import type { Verdict } from "./logic";

type Told = { ready?: true; id?: number; answer?: Verdict; error?: string; read?: number };

let running: Promise<Worker> | undefined;
let asked = 0;

async function start(): Promise<Worker> {
  const module = await WebAssembly.compileStreaming(fetch(wasm));
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  await new Promise<void>((done, fail) => {
    worker.onmessage = ({ data }: MessageEvent<Told>) => (data.ready ? done() : fail(new Error(data.error)));
    worker.onerror = (e) => fail(new Error(e.message || "The verifier could not be started."));
    worker.postMessage({ module });
  });
  return worker;
}

/** Loads it ahead, where somebody is about to ask. */
export const warm = () => (running ??= start().catch((e: Error) => ((running = undefined), Promise.reject(e))));

/** What `frostgate evidence verify` says of the same bytes and keys, in plain words. */
export async function check(evidence: Blob, trust: string): Promise<Verdict> {
  const started = warm();
  const worker = await started;
  const id = ++asked;
  return new Promise((done, fail) => {
    const end = () => (worker.removeEventListener("message", hear), worker.removeEventListener("error", stopped));
    const stopped = (e: { message?: string }) => (end(), running === started && (running = undefined), worker.terminate(), fail(new Error(e.message || "The verifier stopped.")));
    const hear = ({ data }: MessageEvent<Told>) => {
      // With the worker goes whatever else it was asked.
      if (data.error) stopped({ message: data.error });
      else if (data.id === id && data.answer) (end(), done(data.answer));
    };
    worker.addEventListener("message", hear);
    worker.addEventListener("error", stopped);
    worker.postMessage({ id, blob: evidence, trust });
  });
}
