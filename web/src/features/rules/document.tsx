// One document of a ruleset, byte for byte.
import "./rules.css";
import { Button, Text } from "@mantine/core";
import { useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { buildUrl } from "@/api/client";
import { useApi } from "@/api/hooks";
import type { Search } from "@/app/search";
import { useTenant } from "@/app/tenant";
import { A, Answer, bytes, Curl, Icon, Id, PageHeader, Panel, plural, Time, Who } from "@/ui";
import { Source } from "./text";

/** Lines that show at first: an archive of thousands of rules is looked at in the list. */
const shown = 1500;

export default function DocumentPage() {
  const { hash = "" } = useParams({ strict: false });
  const search = useSearch({ strict: false }) as Search;
  const { param } = useTenant();
  const detections = search.kind === "detections" || search.kind === "tuning";
  const ask = { path: { hash }, query: { tenant: param } };
  const rules = useApi("/api/v1/rules/documents/{hash}", ask, { enabled: detections });
  const other = useApi("/api/v1/documents/{hash}", ask, { enabled: !detections });
  const path = buildUrl(detections ? "/api/v1/rules/documents/{hash}" : "/api/v1/documents/{hash}", { hash }, { tenant: param });
  return detections ? <Answer of={rules} what="The document could not be read.">{(d) => <One of={d} path={path} />}</Answer> : <Answer of={other} what="The document could not be read.">{(d) => <One of={d} path={path} />}</Answer>;
}

interface Doc {
  hash: string;
  kind: string;
  name: string;
  version: string;
  content: string;
  created_at: string;
  created_by?: string;
  platform: boolean;
}

const endings: Record<string, string> = { detections: "txtar", tuning: "yaml", scenarios: "yaml", policy: "rego", doctrine: "json" };

function save(d: Doc) {
  const url = URL.createObjectURL(new Blob([d.content], { type: "text/plain" }));
  const a = document.createElement("a");
  a.href = url;
  a.download = `${d.kind}-${d.name}-${d.version}.${endings[d.kind] ?? "txt"}`;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function One({ of: d, path }: { of: Doc; path: string }) {
  const lines = useMemo(() => d.content.replace(/\n$/, "").split("\n"), [d.content]);
  const [most, setMost] = useState(shown);
  return (
    <>
      <PageHeader
        back={{ to: "/rules/rulesets", label: "Rulesets" }} title={`${d.kind.charAt(0).toUpperCase()}${d.kind.slice(1)} ${d.name}`} tab={`${d.kind} ${d.name}`}
        lead={<>Version {d.version}, {plural(lines.length, "line")}, {bytes(new Blob([d.content]).size)}. {d.platform ? "The platform’s" : "This tenant’s"}, stored <Time at={d.created_at} /> by <Who id={d.created_by} none="the server" plain />.{d.kind === "detections" && <> <A to="/rules" search={{ source: d.name }} underline="always">Its rules in the list</A></>}</>}
        actions={<><Curl path={path} /><Button variant="default" leftSection={<Icon name="download" size={14} />} onClick={() => save(d)} aria-label="Download"><span className="wide-only">Download</span></Button></>}
      />
      <Text size="xs" c="dimmed" mb="xs">SHA-256 of exactly these bytes: <Id value={d.hash} /></Text>
      <Panel flush><Source lines={lines.slice(0, most)} label="Content" plain={d.kind === "policy" || d.kind === "doctrine"} /></Panel>
      {lines.length > most && <Button mt="sm" variant="subtle" onClick={() => setMost(most + 5000)}>Show more; {plural(lines.length - most, "line follows", "lines follow")}</Button>}
    </>
  );
}
