// What to do with a tenant in which nothing has happened yet: goes away by itself
// with its first decision or run.
import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useApi } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { useHas } from "@/app/session";
import { ButtonLink, Icon, Panel } from "@/ui";
import { firstCommands, keyCommand, nothingWords, nothingYet, readOf } from "./logic";
import { Command } from "./pieces";

/** How often it is looked whether something came. */
const again = 5_000;

type Missing = NonNullable<ReturnType<typeof nothingYet>>;

function useCame(id: string, refetchInterval?: number) {
  const has = useHas();
  const query = { tenant: id, limit: 1 };
  const [events, inventory] = [has("decisions:read"), has("inventory:read")];
  const decisions = useApi("/api/v1/decisions", { query }, { enabled: events, refetchInterval });
  const runs = useApi("/api/v1/inventory/runs", { query }, { enabled: inventory, refetchInterval });
  return nothingYet({ events: readOf(events, decisions), inventory: readOf(inventory, runs) });
}

/** What has not come from it; undefined while that is not known. */
export const useNothingYet = (id: string) => useCame(id);

export function NextSteps({ of: t, missing }: { of: Schemas["TenantView"]; missing: Missing }) {
  const has = useHas();
  const commands = firstCommands(location.origin);
  const [events, inventory] = [missing.includes("events"), missing.includes("inventory")];
  // Looked for again as long as this is shown, and no longer.
  useCame(t.id, again);
  return (
    <Panel title={nothingWords(missing)}>
      <ol className="steps">
        <Step title="Make a key for it">
          {has("keys:write") && has("keys:read") ? (
            <>
              <Text size="sm">Whatever sends {events && inventory ? "events or inventory" : missing[0]} does so with a key of {t.name}. The secret is shown once.</Text>
              <Group gap={6}>
                {events && <ButtonLink to="/settings/keys" search={{ tenant: t.id, make: "me", for: "sensor" }} leftSection={<Icon name="key" size={14} />}>A key that sends events</ButtonLink>}
                {inventory && <ButtonLink to="/settings/keys" search={{ tenant: t.id, make: "me", for: "observer" }} leftSection={<Icon name="key" size={14} />}>A key that sends inventory</ButtonLink>}
              </Group>
            </>
          ) : <Text size="sm">Ask somebody who may make keys for one of {t.name}.</Text>}
          <Text size="sm">{events && inventory ? "Or one for both, from the command line:" : "Or from the command line:"}</Text>
          <Command text={keyCommand(missing, t.id)} />
        </Step>
        <Step title={events && inventory ? "Send events, or inventory" : `Send ${missing[0]}`}>
          <Text size="sm">The key says whose {events ? "they are" : "it is"}. Where the sensor runs:</Text>
          <Command text={commands.sign} />
          {events && (
            <>
              <Text size="sm">Events of a file: system logs, EVTX, CloudTrail, JSON lines and others are told apart by themselves. Or a single one, to try it.</Text>
              <Command text={commands.events} />
              <Command text={commands.event} />
            </>
          )}
          {inventory && (
            <>
              <Text size="sm">Inventory: a folder with the exported configuration. The second time, it says what changed.</Text>
              <Command text={commands.inventory} />
            </>
          )}
        </Step>
        {has("people:read") && has("people:write") && (
          <Step title="Give somebody a role in it">
            <Text size="sm">Who has a role in the whole organisation has it here too. For others:</Text>
            <Group gap={6}>
              <ButtonLink to="/settings/people" search={{ tenant: t.id, add: "true" }} leftSection={<Icon name="plus" size={14} />}>Add somebody</ButtonLink>
              <ButtonLink to="/settings/people" search={{ tenant: t.id }} leftSection={<Icon name="people" size={14} />}>Choose who is there already</ButtonLink>
            </Group>
          </Step>
        )}
      </ol>
    </Panel>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return <li><Stack gap={6} miw={0}><Title order={3}>{title}</Title>{children}</Stack></li>;
}
