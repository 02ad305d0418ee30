import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { partOf } from "./bundle";

test("a module belongs to its package or its folder", () => {
  expect(["/w/node_modules/@mantine/core/esm/x.mjs", "/w/node_modules/a/node_modules/react-dom/i.js", "/w/src/features/drift/list.tsx", "/w/src/app/shell.tsx", "/w/src/main.tsx", "\0vite/preload"].map(partOf)).toEqual(["@mantine/core", "react-dom", "src/features/drift", "src/app", "src/main", "other"]);
});

test("a package of the library that has styles of its own is imported with them", () => {
  const src = fileURLToPath(new URL("../src", import.meta.url));
  const text = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((f) => /\.tsx?$/.test(f)).map((f) => readFileSync(`${src}/${f}`, "utf8")).join("\n");
  const used = new Set([...text.matchAll(/from "(@mantine\/\w+)"/g)].map((m) => m[1]!));
  const styled = [...used].filter((p) => existsSync(fileURLToPath(new URL(`../node_modules/${p}/styles.css`, import.meta.url))));
  expect(styled).toContain("@mantine/notifications");
  expect(styled.filter((p) => !text.includes(`import "${p}/styles.css"`))).toEqual([]);
});
