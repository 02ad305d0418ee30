// A file is verified by the server: a bundle, a receipt or a saved answer.
import { Anchor, Button, FileButton, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState, type DragEvent } from "react";
import { send } from "@/api/client";
import { bytes, Failed, Icon, Id, KeyValue, Panel } from "@/ui";
import { contents, verdictWords, type FileVerdict } from "./bundle-logic";
import { Commands, Say } from "./pieces";

export function Check({ file: made }: { file?: File }) {
  const [file, setFile] = useState<File>();
  const [verdict, setVerdict] = useState<FileVerdict>();
  const [error, setError] = useState<Error>();
  const [over, setOver] = useState(false);
  const asked = useRef(0);
  const verify = async (f: File) => {
    const n = ++asked.current;
    setFile(f);
    setVerdict(undefined);
    setError(undefined);
    try {
      const res = await send("/api/v1/evidence/verify", { method: "POST", headers: { "Content-Type": "application/vnd.frostgate.bundle" }, body: f });
      const v = (await res.json()) as FileVerdict;
      if (n === asked.current) setVerdict(v);
    } catch (e) {
      if (n === asked.current) setError(e instanceof Error ? e : new Error(String(e)));
    }
  };
  useEffect(() => {
    if (made) void verify(made);
  }, [made]);
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    const f = e.dataTransfer.files[0];
    if (f) void verify(f);
  };
  return (
    <Panel title="Verify a file">
      <Stack gap="sm">
        <div className="evidence-drop" data-over={over || undefined} onDragOver={(e) => (e.preventDefault(), setOver(true))} onDragLeave={() => setOver(false)} onDrop={drop}>
          <Stack gap={6} align="center">
            <Text size="sm">Drop a bundle, a receipt or a saved answer here</Text>
            <FileButton onChange={(f) => f && void verify(f)} inputProps={{ "aria-label": "A file to verify" }}>{(props) => <Button variant="default" {...props}>Choose a file</Button>}</FileButton>
          </Stack>
        </div>
        <div aria-live="polite">
          {file && !verdict && !error && <Text size="sm">Verifying {file.name}, {bytes(file.size)}…</Text>}
          {error && <Failed error={error} what={`${file?.name ?? "The file"} was not verified.`} />}
          {verdict && file && <Report of={verdict} file={file} />}
        </div>
        <Text size="xs" c="dimmed">This asks the server, with its own keys. Who does not trust it uses <Anchor href="/console/verify.html" target="_blank" rel="noopener" inherit>the page that checks in the browser</Anchor>, to be saved and opened anywhere, or runs the command; neither needs a network, and both give the same report.</Text>
        <Commands of={[[`frostgate evidence verify ${file?.name ?? "evidence.bundle"} --trust keys.txt`]]} />
      </Stack>
    </Panel>
  );
}

function Report({ of: v, file }: { of: FileVerdict; file: File }) {
  const words = verdictWords(v);
  return (
    <Stack gap="sm">
      <Say tone={words.tone} title={words.title}><Text size="sm">{words.text}</Text></Say>
      <KeyValue rows={[["File", `${file.name}, ${bytes(file.size)}`], ["Signed by", v.signer && <Id key="s" value={v.signer} label="the signer" />], ["Holds", v.valid && contents(v).length > 0 && contents(v).join("; ")]]} />
      {v.not_covered && v.not_covered.length > 0 && <Text size="sm">No part of the proof speaks of: {v.not_covered.join(", ")}.</Text>}
      <ul className="evidence-checks" aria-label="Checks">
        {v.checks.map((c) => <li key={c.check} data-bad={(!c.ok && !c.skipped) || undefined}><Icon name={c.skipped ? "minus" : c.ok ? "check" : "alert"} size={15} title={c.skipped ? "not made" : c.ok ? "passed" : "failed"} /><span><b>{c.check}</b> {c.detail}</span></li>)}
      </ul>
    </Stack>
  );
}
