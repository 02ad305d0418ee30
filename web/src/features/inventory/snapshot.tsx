// One snapshot: its hash, what it holds, and how to take it along.
import "./inventory.css";
import { Button, Code, Stack, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { buildUrl, type Schemas } from "@/api/client";
import { A, Answer, ButtonLink, Curl, Icon, Id, KeyValue, PageHeader, Panel, plural } from "@/ui";
import { Covered, Duplicates, Quarantine } from "./unread";
import { useSnapshot } from "./queries";

export default function SnapshotPage() {
  const { root = "" } = useParams({ strict: false });
  const q = useSnapshot(root);
  return <Answer of={q} what="The snapshot could not be read.">{(s) => <One of={s} />}</Answer>;
}

function One({ of: s }: { of: Schemas["SnapshotDetail"] }) {
  const file = buildUrl("/api/v1/inventory/snapshots/{root}/export", { root: s.root }, { tenant: s.tenant_id });
  return (
    <>
      <PageHeader
        back={{ to: "/inventory/snapshots", label: "Snapshots" }} title={<>Snapshot of {s.source}</>} tab={`Snapshot of ${s.source}`} lead={<Id value={s.root} label="the root hash" />}
        actions={<>
          <Curl path={buildUrl("/api/v1/inventory/snapshots/{root}", { root: s.root }, { tenant: s.tenant_id })} />
          <Button component="a" href={file} download={`${s.root.slice(0, 16)}.ndjson`} variant="default" leftSection={<Icon name="download" size={14} />}>Export</Button>
          <ButtonLink to="/drift/compare" search={{ from: `snapshot:${s.root}`, to: `source:${s.source}` }} leftSection={<Icon name="compare" size={14} />}>With now</ButtonLink>
        </>}
      />
      <div className="two-columns">
        <Stack gap="md" miw={0}>
          <Quarantine of={s.quarantine} total={s.quarantine.length} />
          <Duplicates of={s.duplicate_identities} total={s.duplicate_identities.length} />
          <Covered of={s.coverage} source={s.source} />
        </Stack>
        <Stack gap="md" miw={0}>
          <Panel title="Facts">
            <KeyValue rows={[
              ["Holds", plural(s.objects, "object")],
              ["Source", <A key="s" to="/inventory/snapshots" search={{ source: s.source }}>{s.source}</A>],
              ["Asked for", s.types.length > 0 ? s.types.join(", ") : "every type"],
              ["Filters", s.filters && Object.entries(s.filters).map(([k, v]) => `${k}=${v}`).join(", ")],
              ["Folders read", s.folders],
              ["Stored in", plural(s.chunks, "chunk")],
            ]} />
          </Panel>
          <Panel title="Elsewhere">
            <Stack gap="xs">
              <Text size="sm">The export is bit for bit: imported anywhere, it has the same hash. Secrets in it are keyed hashes.</Text>
              <Code block tabIndex={0}>{`frostgate inventory export ${s.root} --out snapshot.ndjson\nfrostgate inventory import snapshot.ndjson`}</Code>
              <A to="/drift/baselines" search={{ make: "snapshot", snapshot: s.root, source: s.source }}>Make it a baseline</A>
            </Stack>
          </Panel>
        </Stack>
      </div>
    </>
  );
}
