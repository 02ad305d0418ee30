// All filters: who took what out of which rules, why and until when.
import "./rules.css";
import { Button, Group, Stack } from "@mantine/core";
import { useState } from "react";
import { buildUrl } from "@/api/client";
import { useEdit } from "@/app/edit";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { Answer, Curl, Download, Empty, Icon, PageHeader, Panel, plural, type Export } from "@/ui";
import { FilterDialog } from "./filter-dialog";
import { FilterRow } from "./filters-list";
import type { RuleFilter } from "./logic";
import { Parts } from "./pieces";
import { useRuleFilters } from "./queries";

const files: Export<RuleFilter>[] = [...(["id", "title", "not", "expires", "expired", "reason", "author", "suppressed"] as const).map((name) => ({ name, value: (f: RuleFilter) => f[name] })), { name: "rules", value: (f) => f.rules.join(" ") }];

export default function Filters() {
  const q = useRuleFilters();
  const { param, id } = useTenant();
  const edit = useEdit();
  const may = useHas()("rules:write");
  const [asked, setAsked] = useState(false);
  const all = q.data?.items ?? [];
  const holding = all.filter((f) => !f.expired).sort((a, b) => a.expires.localeCompare(b.expires));
  const ended = all.filter((f) => f.expired);
  return (
    <>
      <PageHeader
        title={q.data ? (holding.length === 0 ? "No filter is in force" : `${plural(holding.length, "filter")} ${holding.length === 1 ? "takes" : "take"} known noise out`) : "Filters"} tab="Filters of rules" lead="A filter ends by itself. What it takes out gives no points and stays in the decision’s trace."
        actions={<><Curl path={buildUrl("/api/v1/rules/filters", {}, { tenant: param })} /><Download name={`filters-${id}`} rows={all} columns={files} /></>}
      />
      <Parts here="/rules/filters" />
      {may && <Group mb="md">{edit.on ? <Button leftSection={<Icon name="plus" size={14} />} onClick={() => setAsked(true)}>Add a filter</Button> : <Button variant="default" leftSection={<Icon name="pencil" size={14} />} onClick={edit.ask}>Edit to add or remove one</Button>}</Group>}
      <Answer of={q} what="The filters could not be read.">
        {() => all.length === 0 ? <Empty icon="filter" title="Every hit counts" command={`frostgate rules filter add "Nightly backup" --rule ID --not User=backup --reason "known job"`}>A filter takes one known noise out of some rules, until a day. It is added here, on a rule’s page, or by command:</Empty> : (
          <Stack gap="md">
            {holding.length > 0 && <Panel title="In force, the next to end first" flush><ul className="row-list">{holding.map((f) => <FilterRow key={f.id} of={f} />)}</ul></Panel>}
            {ended.length > 0 && <Panel title="Ended" flush><ul className="row-list">{ended.map((f) => <FilterRow key={f.id} of={f} />)}</ul></Panel>}
          </Stack>
        )}
      </Answer>
      {asked && <FilterDialog rules={[]} close={() => setAsked(false)} />}
    </>
  );
}
