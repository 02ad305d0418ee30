// Rules by their titles, of the ruleset in force.
import { MultiSelect, TagsInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useApi } from "@/api/hooks";
import { useHas } from "@/app/session";
import { useTenant } from "@/app/tenant";
import { ruleChoices } from "./logic";

interface Props {
  value: string[];
  onChange: (ids: string[]) => void;
}

export function RulePick(p: Props) {
  if (!useHas()("rules:read")) return <TagsInput size="xs" label="Of these rules" description="IDs of rules; none: of all." value={p.value} onChange={p.onChange} maxTags={50} />;
  return <ByTitle {...p} />;
}

function ByTitle({ value, onChange }: Props) {
  const { param } = useTenant();
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text.trim(), 200);
  const rules = useApi("/api/v1/rules", { query: { tenant: param, q: asked || undefined, window: "30d", sort: "decisions", desc: true, limit: 50 } }, { keep: true });
  const scenarios = useApi("/api/v1/rules/scenarios", { query: { tenant: param } });
  const [titles, setTitles] = useState<Record<string, string>>({});
  const data = ruleChoices(rules.data?.items ?? [], scenarios.data?.items ?? [], asked, value, titles);
  const choose = (ids: string[]) => {
    setTitles((t) => ({ ...t, ...Object.fromEntries(data.filter((o) => ids.includes(o.value)).map((o) => [o.value, o.label])) }));
    onChange(ids);
  };
  return <MultiSelect size="xs" label="Of these rules" description="None: of all. Type a part of a title; those that fire most come first." data={data} value={value} onChange={choose} searchable searchValue={text} onSearchChange={setText} filter={({ options }) => options} maxValues={50} nothingFoundMessage="No rule is called so" maxDropdownHeight={280} />;
}
