// What to do with a tenant in which nothing has happened yet: goes away by itself
// with its first decision or run.
import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useApi } from "@/api/hooks";
import type { Schemas } from "@/api/client";
import { useHas } from "@/app/session";
import { ButtonLink, Icon, Panel } from "@/ui";
import { firstCommands, nothingYet } from "./logic";
import { Command } from "./pieces";

/** How often it is looked whether something came. */
const again = 5_000;

/** Whether nothing has come from it; undefined while that is not known. */
export function useNothingYet(id: string): boolean | undefined {
  const has = useHas();
  const query = { tenant: id, limit: 1 };
  const decisions = useApi("/api/v1/decisions", { query }, { enabled: has("decisions:read"), refetchInterval: again });
  const runs = useApi("/api/v1/inventory/runs", { query }, { enabled: has("inventory:read"), refetchInterval: again });
  if (decisions.isLoading || runs.isLoading) return undefined;
  return nothingYet([decisions.data, runs.data]);
}

export function NextSteps({ of: t }: { of: Schemas["TenantView"] }) {
  const has = useHas();
  const commands = firstCommands(location.origin);
  return (
    <Panel title="Nothing has come from it yet: what to do next">
      <ol className="steps">
        <Step title="Make a key for it">
          {has("keys:write") && has("keys:read") ? (
            <>
              <Text size="sm">Whatever sends events or inventory does so with a key of {t.name}. The secret is shown once.</Text>
              <Group gap={6}>
                <ButtonLink to="/settings/keys" search={{ tenant: t.id, make: "me", for: "sensor" }} leftSection={<Icon name="key" size={14} />}>A key that sends events</ButtonLink>
                <ButtonLink to="/settings/keys" search={{ tenant: t.id, make: "me", for: "observer" }} leftSection={<Icon name="key" size={14} />}>A key that sends inventory</ButtonLink>
              </Group>
            </>
          ) : <Text size="sm">Ask somebody who may make keys for one of {t.name}.</Text>}
          <Text size="sm">Or one for both, from the command line:</Text>
          <Command text={`frostgate keys create sensor --scopes defend:write,inventory:read,inventory:write,drift:read --tenant ${t.id}`} />
        </Step>
        <Step title="Send events, or inventory">
          <Text size="sm">The key says whose they are. Where the sensor runs:</Text>
          <Command text={commands.sign} />
          <Text size="sm">Events of a file: system logs, EVTX, CloudTrail, JSON lines and others are told apart by themselves. Or a single one, to try it.</Text>
          <Command text={commands.events} />
          <Command text={commands.event} />
          <Text size="sm">Inventory: a folder with the exported configuration. The second time, it says what changed.</Text>
          <Command text={commands.inventory} />
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
