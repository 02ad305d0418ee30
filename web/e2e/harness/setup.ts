// Once for all journeys: the server's binary, and a data folder (and a database)
// with the demo's data that each file of journeys gets a copy of.
//
//   FROSTGATE_BIN            a built binary; without it, this builds one
//   FROSTGATE_E2E_DIST       a folder with the console to use instead of the binary's
//   FROSTGATE_E2E_DATABASE   "postgres" runs the journeys that say so on FROSTGATE_TEST_POSTGRES
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    binary: string;
    template: string;
    postgres: string;
    templateDatabase: string;
  }
}

const repo = resolve(import.meta.dirname, "../../..");

/** The server with data of its own: what the environment says of another one is left out. */
export function cleanEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([k]) => !k.startsWith("FROSTGATE_")));
}

/** A database on the PostgreSQL that the tests were given: empty, or a copy of another that nobody is connected to. */
export function newDatabase(superuser: string, template = "template1") {
  const name = `e2e_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  const psql = (sql: string) => execFileSync("psql", ["-q", "-d", superuser, "-c", sql]);
  psql(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  return { name, url: superuser.replace(/\/postgres\?/, `/${name}?`), drop: () => psql(`DROP DATABASE ${name} WITH (FORCE)`) };
}

export default function setup(project: TestProject) {
  const dir = mkdtempSync(join(tmpdir(), "frostgate-e2e-"));
  let binary = process.env.FROSTGATE_BIN ?? "";
  if (!process.env.FROSTGATE_E2E_DIST && !existsSync(join(repo, "web/dist/index.html"))) throw new Error("the console is not built: run `make web`");
  if (binary === "") {
    binary = join(dir, "frostgate");
    execFileSync("go", ["build", "-o", binary, "./cmd/frostgate"], { cwd: repo, stdio: "inherit", env: { ...process.env, CGO_ENABLED: "0" } });
  }
  const postgres = process.env.FROSTGATE_E2E_DATABASE === "postgres" ? (process.env.FROSTGATE_TEST_POSTGRES ?? "") : "";
  if (process.env.FROSTGATE_E2E_DATABASE === "postgres" && postgres === "") throw new Error("FROSTGATE_E2E_DATABASE=postgres needs FROSTGATE_TEST_POSTGRES (scripts/with-postgres.sh)");
  const template = join(dir, "template");
  const demo = ["demo", "--exit", "--data-dir", template];
  const database = postgres ? newDatabase(postgres) : undefined;
  if (database) demo.push("--database", database.url);
  execFileSync(resolve(repo, binary), demo, { env: cleanEnv(), stdio: ["ignore", "ignore", "inherit"] });
  project.provide("binary", resolve(repo, binary));
  project.provide("template", template);
  project.provide("postgres", postgres);
  project.provide("templateDatabase", database?.name ?? "");
  return () => {
    database?.drop();
    rmSync(dir, { recursive: true, force: true });
  };
}
