// Which keys are trusted, and how they were learnt.
import { Anchor, Button, Group, Radio, Stack, Text, Textarea } from "@mantine/core";
import { useEffect, useState } from "react";
import { useApi } from "@/api/hooks";
import { Failed, Icon, plural } from "@/ui";
import { useIdentity } from "@/app/session";
import { keyName, keysIn, strangers, textOf } from "./logic";

const placeOf = (person: string) => `frostgate.pinned-keys.${person}`;
export type Way = "server" | "pinned";

export interface Trust {
  way: Way;
  setWay: (way: Way) => void;
  pinned: string;
  pin: (text: string) => void;
  server: ReturnType<typeof useServerKeys>;
  /** The keys to check with; undefined until they are known. */
  text: string | undefined;
}

const useServerKeys = () => useApi("/api/v1/evidence/key");

/** Pinned keys stay in this browser, each person's own; who has pinned some goes on trusting those. */
export function useTrust(): Trust {
  const server = useServerKeys();
  const place = placeOf(useIdentity().principal_id);
  const [pinned, setPinned] = useState(() => localStorage.getItem(place) ?? "");
  const [way, setWay] = useState<Way>(pinned ? "pinned" : "server");
  useEffect(() => {
    const hear = (e: StorageEvent) => e.key === place && setPinned(e.newValue ?? "");
    addEventListener("storage", hear);
    return () => removeEventListener("storage", hear);
  }, [place]);
  const pin = (text: string) => {
    setPinned(text);
    if (text.trim()) localStorage.setItem(place, text);
    else localStorage.removeItem(place);
  };
  return { way, setWay, pinned, pin, server, text: way === "pinned" ? pinned : server.data && textOf(server.data) };
}

export function TrustChoice({ of: t }: { of: Trust }) {
  const keys = t.server.data;
  const named = keys ? keysIn(textOf(keys)).map(keyName) : [];
  const n = keysIn(t.pinned).length;
  const odd = n > 0 ? strangers(t.pinned, keys) : [];
  return (
    <Stack gap={6}>
      <Radio.Group label="Whose keys are trusted?" value={t.way} onChange={(v) => t.setWay(v as Way)}>
        <Stack gap={6} mt={4}>
          <Radio value="server" label="Those that this server names" description={named.length > 0 ? `Learnt just now: ${named.join(", ")}` : "Asked when this page was opened"} />
          <Radio value="pinned" label="Those that I pin" description={n === 0 ? "None yet. Get them by another way: from the operator in person, from an earlier day." : `${plural(n, "key")} that you pinned, kept in this browser only: ${keysIn(t.pinned).map(keyName).join(", ")}`} />
        </Stack>
      </Radio.Group>
      {t.server.error && <Failed error={t.server.error} what="The server’s keys could not be read." />}
      {t.way === "pinned" && (
        <>
          <Textarea label="Pinned keys" description="One a line, or a policy that names witnesses, as frostgate evidence key prints them" value={t.pinned} onChange={(e) => t.pin(e.currentTarget.value)} autosize minRows={2} maxRows={8} spellCheck={false} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12, overflowWrap: "anywhere" } }} />
          {t.pinned.trim() !== "" && n === 0 && <Text size="sm"><Icon name="alert" size={12} /> This holds no key.</Text>}
          <Group gap={6}>
            {keys && odd.length + (n === 0 ? 1 : 0) > 0 && <Button variant="default" size="compact-sm" onClick={() => t.pin(`${t.pinned.trim() ? `${t.pinned.trim()}\n` : ""}${(n === 0 ? keysIn(textOf(keys)) : odd).join("\n")}\n`)}>Pin what the server names now</Button>}
            {t.pinned !== "" && <Anchor component="button" type="button" size="sm" onClick={() => t.pin("")}>Forget them</Anchor>}
          </Group>
        </>
      )}
      {odd.length > 0 && <Text size="sm"><Icon name="alert" size={12} /> The server names {plural(odd.length, "key")} that you have not pinned: {odd.map(keyName).join(", ")}. Its keys may have been changed in good order; ask its operator.</Text>}
    </Stack>
  );
}
