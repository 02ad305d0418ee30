// Two pieces of the build that keep the first visit small, and say why it isn't.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const styles = fileURLToPath(new URL("../node_modules/@mantine/core/styles/", import.meta.url));
const all = "@mantine/core/styles.css";
const always = ["baseline", "default-css-variables", "global"];

/**
 * Each component of the library brings its own styles, in the chunk that it is
 * in, instead of all of them at once. Only in builds: when serving sources,
 * the whole sheet is quicker.
 */
export function componentStyles(): Plugin {
  return {
    name: "component-styles",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      if (id.endsWith("/src/main.tsx")) return code.replace(`import "${all}";`, always.map((n) => `import "@mantine/core/styles/${n}.css";`).join(""));
      const name = /@mantine\/core\/esm\/.*\/(\w+)\.module\.mjs$/.exec(id.split("?")[0]!)?.[1];
      if (!name) return undefined;
      if (!existsSync(`${styles}${name}.css`)) throw new Error(`${name} of @mantine/core has no styles of its own in styles/`);
      return `import "@mantine/core/styles/${name}.css";\n${code}`;
    },
  };
}

/** What each chunk is made of, by package or folder, in bytes before packing: for the test of the bundle. */
export function parts(): Plugin {
  return {
    name: "parts",
    apply: "build",
    generateBundle(_, bundle) {
      const out: Record<string, Record<string, number>> = {};
      for (const [file, chunk] of Object.entries(bundle)) {
        if (chunk.type !== "chunk") continue;
        const of: Record<string, number> = {};
        for (const [id, m] of Object.entries(chunk.modules)) {
          const name = partOf(id);
          of[name] = (of[name] ?? 0) + m.renderedLength;
        }
        out[file] = of;
      }
      this.emitFile({ type: "asset", fileName: "parts.json", source: JSON.stringify(out) });
    },
  };
}

/** "react-dom", "@mantine/core", "src/features/drift". */
export function partOf(id: string): string {
  const known = id.split("/node_modules/").at(-1)!;
  if (known !== id) return known.split("/").slice(0, known.startsWith("@") ? 2 : 1).join("/");
  return /\/(src\/(?:features\/)?\w+)/.exec(id)?.[1] ?? "other";
}
