// What a first visit loads, as it goes over the wire.
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

test("the initial bundle is under 250 KB gzip", () => {
  const manifest = JSON.parse(gunzipSync(readFileSync(join(dist, "manifest.json.gz"))).toString()) as Record<string, Chunk>;
  const files = new Set<string>();
  const take = (name: string) => {
    const c = manifest[name]!;
    if (files.has(c.file)) return;
    files.add(c.file);
    c.css?.forEach((f) => files.add(f));
    c.imports?.forEach(take);
  };
  take(Object.keys(manifest).find((k) => manifest[k]!.isEntry)!);
  files.add("theme.js");
  const sizes = [...files].map((f) => [f, statSync(existsSync(join(dist, `${f}.gz`)) ? join(dist, `${f}.gz`) : join(dist, f)).size] as const);
  const total = sizes.reduce((n, [, size]) => n + size, 0);
  expect(total, JSON.stringify(sizes)).toBeLessThan(250_000);
});
