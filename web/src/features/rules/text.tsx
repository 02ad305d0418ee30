// A rule as text: in words, and as its author wrote it.
import { Text } from "@mantine/core";
import { yamlParts, type RuleDetail } from "./logic";

const joins: Record<string, string> = { "all of": "All of these:", "any of": "Any of these:", "none of": "None of these:", "not all of": "Not all of these together:" };

/** What a rule looks for, line by line. */
export function Clauses({ of, cut = false }: { of: RuleDetail["looks_for"]; cut?: boolean }) {
  return (
    <>
      <ul className="clauses">
        {of.map((c, i) => (
          <li key={i} style={{ "--depth": c.depth } as React.CSSProperties} className={joins[c.text] ? "joins" : undefined}>
            {joins[c.text] ?? (c.text.startsWith("not: ") ? <>Not: {c.text.slice(5)}</> : c.text)} {c.values.map((v, n) => <code key={n}>{v}</code>)}
            {c.more_values ? <Text span size="xs" c="dimmed"> and {c.more_values} more</Text> : null}
          </li>
        ))}
      </ul>
      {cut && <Text size="xs" c="dimmed" mt={4}>It goes on; the whole is in its source.</Text>}
    </>
  );
}

/** Lines of a file with their numbers. */
export function Source({ lines, first = 1, label, plain = false, bad }: { lines: readonly string[]; first?: number; label: string; /** No YAML. */ plain?: boolean; bad?: ReadonlySet<number> }) {
  return (
    <div className="source source-wrap" tabIndex={0} role="region" aria-label={label} style={{ maxHeight: 560 }}>
      <ol>
        {lines.map((l, i) => (
          <li key={i} data-bad={bad?.has(first + i) || undefined}>
            <span aria-hidden>{first + i}</span>
            <span>{plain ? l : yamlParts(l).map((p, n) => (p.as ? <span key={n} className={p.as === "name" ? "json-name" : p.as === "comment" ? "json-null" : p.as === "number" ? "json-number" : "json-string"}>{p.text}</span> : p.text))}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
