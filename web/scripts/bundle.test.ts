import { expect, test } from "vitest";
import { partOf } from "./bundle";

test("a module belongs to its package or its folder", () => {
  expect(["/w/node_modules/@mantine/core/esm/x.mjs", "/w/node_modules/a/node_modules/react-dom/i.js", "/w/src/features/drift/list.tsx", "/w/src/app/shell.tsx", "/w/src/main.tsx", "\0vite/preload"].map(partOf)).toEqual(["@mantine/core", "react-dom", "src/features/drift", "src/app", "src/main", "other"]);
});
