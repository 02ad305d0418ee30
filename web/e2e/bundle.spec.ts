// What a first visit loads, as it goes over the wire. When it grows too large,
// the failure names what it is made of.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  css?: string[];
}

const dist = process.env.FROSTGATE_E2E_DIST ?? resolve(import.meta.dirname, "../dist");

const unpacked = <T>(name: string) => JSON.parse(gunzipSync(readFileSync(join(dist, name))).toString()) as T;

function initial(): Set<string> {
  const manifest = unpacked<Record<string, Chunk>>("manifest.json.gz");
  const files = new Set<string>();
  const take = (name: string) => {
    const c = manifest[name]!;
    if (files.has(c.file)) return;
    files.add(c.file);
    c.css?.forEach((f) => files.add(f));
    c.imports?.forEach(take);
  };
  take(Object.keys(manifest).find((k) => manifest[k]!.isEntry)!);
  return files.add("theme.js");
}

/** The heaviest first: each packed file, and the packages and folders in it by their unpacked bytes. */
function heaviest(sizes: (readonly [string, number])[]): string {
  const parts = unpacked<Record<string, Record<string, number>>>("parts.json.gz");
  const sum: Record<string, number> = {};
  for (const [file] of sizes) for (const [name, n] of Object.entries(parts[file] ?? {})) sum[name] = (sum[name] ?? 0) + n;
  const top = (list: (readonly [string, number])[], n: number) => list.toSorted((a, b) => b[1] - a[1]).slice(0, n).map(([name, size]) => `  ${String(size).padStart(8)} ${name}`);
  return ["files, gzip:", ...top(sizes, 8), "made of, before packing:", ...top(Object.entries(sum), 20)].join("\n");
}

test("the initial bundle is under 200 KB gzip", () => {
  const sizes = [...initial()].map((f) => [f, statSync(existsSync(join(dist, `${f}.gz`)) ? join(dist, `${f}.gz`) : join(dist, f)).size] as const);
  const total = sizes.reduce((n, [, size]) => n + size, 0);
  const said = heaviest(sizes);
  expect(said, "the parts are known").toMatch(/react-dom[^]*src\/app/);
  expect(total, `the first visit loads ${total} bytes\n${said}`).toBeLessThan(200_000);
});

test("what opens later does not load at once", () => {
  const parts = unpacked<Record<string, Record<string, number>>>("parts.json.gz");
  const at = new Set([...initial()].flatMap((f) => Object.keys(parts[f] ?? {})));
  for (const late of ["@floating-ui/dom", "@mantine/spotlight", "@mantine/notifications", "@xyflow/react", "uplot", "@tanstack/react-virtual"]) expect(at, late).not.toContain(late);
});
