// What the verifier found, in plain words.
import { Box, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Icon, KeyValue, type IconName } from "@/ui";
import type { Verdict } from "./logic";
import "./verify.css";

const looks: Record<Verdict["verdict"], [string, IconName]> = { verified: ["good", "check"], unpinned: ["wait", "alert"], not_verified: ["bad", "close"], unreadable: ["bad", "alert"] };
const states: Record<Verdict["checks"][number]["state"], [string, IconName, string]> = { passed: ["good", "check", "passed"], failed: ["bad", "close", "failed"], skipped: ["wait", "minus", "not checked"] };

function Sentences({ title, all, icon, tone }: { title: string; all: string[] | undefined; icon: IconName; tone: string }) {
  if (!all || all.length === 0) return null;
  return (
    <Box>
      <Text size="sm" fw={600} component="h3" m={0}>{title}</Text>
      <ul className="verify-list">{all.map((s) => <li key={s}><span className={`verify-${tone}`}><Icon name={icon} size={13} /></span><span>{s}</span></li>)}</ul>
    </Box>
  );
}

export function VerdictView({ of: v, children }: { of: Verdict; children?: ReactNode }) {
  const [tone, icon] = looks[v.verdict];
  const failed = v.checks.filter((c) => c.state === "failed");
  return (
    <Stack gap="sm" className={`verify verify-edge-${tone}`} role="status" aria-label="What was found">
      <div>
        <Group gap={6} wrap="nowrap" align="center" className={`verify-${tone}`}><Icon name={icon} size={18} /><Text fw={700} fz={17}>{v.title}</Text></Group>
        <Text size="sm">{v.lead}</Text>
        {failed.length > 0 && <Text size="sm" mt={4}>Failed: <strong>{failed.map((c) => `“${c.title}”`).join(", ")}</strong></Text>}
        {children}
      </div>
      <Sentences title="What this proves" all={v.proves} icon="check" tone="good" />
      <Sentences title="What it does not prove" all={v.not_proven} icon="minus" tone="wait" />
      {v.facts && v.facts.length > 0 && <KeyValue rows={v.facts.map((f) => [f.name, f.value])} />}
      {v.checks.length > 0 && (
        <details open={failed.length > 0}>
          <summary>The checks, one by one ({v.checks.length})</summary>
          <ul className="verify-list">
            {v.checks.map((c, i) => {
              const [t, mark, word] = states[c.state];
              return <li key={i}><span className={`verify-${t}`} role="img" aria-label={word}><Icon name={mark} size={13} /></span><span>{c.says || c.title}<Text span size="xs" c="dimmed" display="block">{c.check}: {c.detail}</Text></span></li>;
            })}
          </ul>
        </details>
      )}
    </Stack>
  );
}
