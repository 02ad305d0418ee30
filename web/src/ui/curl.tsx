// The command that asks the API for what a screen shows.
import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { curlOf } from "@/api/client";
import { Icon } from "./icons";
import { Tip } from "./tip";

/** `path` as buildUrl gives it: /api/v1/... with its query. */
export function Curl({ path, method, body }: { path: string; method?: string; body?: unknown }) {
  const clip = useClipboard({ timeout: 1500 });
  const text = curlOf(path, method, body);
  return (
    <Tip label={clip.copied ? "Copied" : <code>{text}</code>}>
      <Button variant="default" leftSection={<Icon name={clip.copied ? "check" : "terminal"} size={14} />} onClick={() => clip.copy(text)} aria-label={clip.copied ? "Copied" : "Copy as curl"}>
        <span className="wide-only">{clip.copied ? "Copied" : "curl"}</span>
      </Button>
    </Tip>
  );
}
