// A real server with the demo's data, for one file of journeys.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { cleanEnv, newDatabase } from "./setup";

export interface Server {
  url: string;
  dataDir: string;
  tenant: string;
  /** The first key: all scopes, owner of the organisation. */
  admin: string;
  /** Calls the API as admin; throws on a refusal. */
  api: <T = unknown>(method: string, path: string, body?: unknown, key?: string) => Promise<T>;
  /** Makes a person with a role and a key; the key. */
  person: (name: string, role: string, more?: { scopes?: string[]; tenant?: string; expires_at?: string }) => Promise<{ key: string; key_id: string; principal_id: string }>;
  /** Runs the CLI against the server; its output. */
  cli: (...args: string[]) => string;
  /** The PostgreSQL database; empty on SQLite. */
  database: string;
  /** Stops it and starts it again on the same data and port; from then on with more arguments, and after what is done meanwhile. */
  restart: (more?: { args?: string[]; meanwhile?: () => void }) => Promise<void>;
  /** Stops it, so that nobody answers; and starts it again on the same data and port. */
  away: () => Promise<void>;
  back: () => Promise<void>;
  stop: () => Promise<void>;
}

/** The scopes of the role that only looks. */
export const viewerScopes = ["decisions:read", "rules:read", "drift:read", "inventory:read"];

async function listening(proc: ChildProcess): Promise<string> {
  let log = "";
  return new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`the server does not listen:\n${log}`)), 60_000);
    proc.stderr!.on("data", (b: Buffer) => {
      log += b.toString();
      const url = /"msg":"listening","url":"([^"]+)"/.exec(log)?.[1];
      if (url) (clearTimeout(late), done(url));
    });
    proc.on("exit", (code) => (clearTimeout(late), fail(new Error(`the server ended with ${code}:\n${log}`))));
  });
}

const ended = (proc: ChildProcess) => new Promise<void>((done) => (proc.exitCode !== null || proc.signalCode !== null ? done() : proc.once("exit", () => done())));

export async function startServer(env: Record<string, string> = {}): Promise<Server> {
  const binary = inject("binary");
  const postgres = inject("postgres");
  const dir = mkdtempSync(join(tmpdir(), "frostgate-e2e-data-"));
  const args = ["--data-dir", dir];
  cpSync(inject("template"), dir, { recursive: true });
  const copy = postgres ? newDatabase(postgres, inject("templateDatabase")) : undefined;
  if (copy) args.push("--database", copy.url);
  let proc: ChildProcess;
  const start = async (listen: string) => {
    proc = spawn(binary, ["serve", "--env", "dev", "--listen", listen, ...args], { env: { ...cleanEnv(), ...env }, stdio: ["ignore", "ignore", "pipe"] });
    return listening(proc);
  };
  const url = await start("127.0.0.1:0");
  const boot = JSON.parse(readFileSync(join(dir, "bootstrap.json"), "utf8")) as { admin_key: string; tenant_id: string };
  const halt = async () => {
    proc.removeAllListeners("exit");
    proc.kill("SIGTERM");
    await ended(proc);
  };
  const api: Server["api"] = async (method, path, body, key = boot.admin_key) => {
    const res = await fetch(url + path, {
      method, headers: { "X-API-Key": key, ...(body === undefined ? {} : { "Content-Type": "application/json" }) }, body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!res.ok) throw new Error(`${method} ${path}: ${res.status} ${await res.text()}`);
    return (res.status === 204 ? undefined : await res.json()) as never;
  };
  return {
    url, dataDir: dir, database: copy?.url ?? "", tenant: boot.tenant_id, admin: boot.admin_key, api,
    person: async (name, role, more = {}) => {
      const tenant_id = more.tenant ?? boot.tenant_id;
      const p = await api<{ id: string }>("POST", "/api/v1/people", { kind: "person", name, roles: [{ role, tenant_id }] });
      const k = await api<{ key: string; id: string }>("POST", "/api/v1/keys", { name: `${name}'s key`, principal_id: p.id, scopes: more.scopes ?? viewerScopes, tenant_id, ...(more.expires_at ? { expires_at: more.expires_at } : {}) });
      return { key: k.key, key_id: k.id, principal_id: p.id };
    },
    cli: (...rest) => execFileSync(binary, [...rest, "--data-dir", dir], { env: cleanEnv(), encoding: "utf8" }),
    away: halt,
    back: async () => void (await start(new URL(url).host)),
    restart: async (more = {}) => {
      await halt();
      more.meanwhile?.();
      args.push(...(more.args ?? []));
      await start(new URL(url).host);
    },
    stop: async () => {
      await halt();
      copy?.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
