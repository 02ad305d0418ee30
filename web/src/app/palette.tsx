// Ctrl K: screens, actions, tenants, and what an ID leads to.
import { Spotlight, spotlight, type SpotlightActionData, type SpotlightActionGroupData, type SpotlightProps } from "@mantine/spotlight";
import "@mantine/spotlight/styles.css";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { features } from "@/features";
import { Icon } from "@/ui/icons";
import { useEdit } from "./edit";
import { fitting, opens, searches } from "./palettefit";
import { useHas } from "./session";
import { all, useReach, useSwitchTenant, useTenants } from "./tenant";
import { typeahead } from "./typeahead";

export const open = () => spotlight.open();

const few: NonNullable<SpotlightProps["filter"]> = (query, list) => fitting(query, list.filter((g): g is SpotlightActionGroupData => "actions" in g));

export default function Palette() {
  const navigate = useNavigate();
  const has = useHas();
  const edit = useEdit();
  const tenants = useTenants();
  const reach = useReach();
  const switchTo = useSwitchTenant();
  const [text, setText] = useState("");
  useEffect(() => typeahead.into((more) => setText((was) => was + more)), []);
  const go = (to: string, search?: Record<string, string>) => void navigate({ to, search: search ?? {} });

  const screens: SpotlightActionData[] = features.flatMap((f) => f.nav).filter((n) => has(n.scope)).map((n) => ({
    id: `go ${n.to}`, label: n.label, description: n.section, leftSection: <Icon name={n.icon} />, keywords: n.keywords, onClick: () => go(n.to),
  }));
  const actions: SpotlightActionData[] = features.flatMap((f) => f.actions ?? []).filter((a) => has(a.scope)).map((a) => ({
    id: `do ${a.label}`, label: a.label, description: a.description, leftSection: <Icon name={a.icon ?? "right"} />, keywords: a.keywords, onClick: () => a.to && go(a.to, a.search),
  }));
  const shell: SpotlightActionData[] = [
    { id: "edit", label: edit.on ? "Leave edit mode" : "Edit mode", leftSection: <Icon name="pencil" />, onClick: () => (edit.on ? edit.stop() : edit.ask()) },
    { id: "docs", label: "API documentation", leftSection: <Icon name="terminal" />, onClick: () => location.assign("/docs") },
  ];
  const switches: SpotlightActionData[] = reach === "own" ? [] : [
    ...(reach === "many" && tenants.length > 1 ? [{ id: "tenant all", label: "All tenants", description: "Switch tenant", leftSection: <Icon name="building" />, onClick: () => switchTo(all) }] : []),
    ...tenants.map((t) => ({ id: `tenant ${t.id}`, label: t.name, description: `Switch tenant · ${t.id}`, leftSection: <Icon name="building" />, onClick: () => switchTo(t.id) })),
  ];
  const found: SpotlightActionData[] = text.trim() === "" ? [] : features.flatMap((f) => {
    const hit = f.open?.(text.trim());
    return hit ? [{ id: `open ${hit.to} ${hit.label}`, label: hit.label, leftSection: <Icon name="right" />, onClick: () => go(hit.to, hit.search) }] : [];
  });
  const sought = text.trim();
  const seeks: SpotlightActionData[] = sought === "" ? [] : features.flatMap((f) => f.seeks ?? []).filter((s) => has(s.scope)).map((s) => ({
    id: `seek ${s.what}`, label: `Search ${s.what} for “${sought}”`, leftSection: <Icon name={s.icon} />, highlightQuery: false, onClick: () => go(s.to, { ...s.search, [s.filter]: sought }),
  }));
  return (
    <Spotlight
      actions={[{ group: opens, actions: found }, { group: "Screens", actions: screens }, { group: "Actions", actions: [...actions, ...shell] }, { group: "Tenants", actions: switches }, { group: searches, actions: seeks }]}
      shortcut={null} query={text} onQueryChange={setText} filter={few} nothingFound="Nothing found" highlightQuery scrollable maxHeight={460}
      onSpotlightClose={typeahead.end} transitionProps={{ duration: 0 }} overlayProps={{ transitionProps: { duration: 0 } }} // asked for again at once, it must not be on its way out
      searchProps={{ leftSection: <Icon name="search" />, placeholder: "Screen, action, tenant or ID", "aria-label": "Find" }}
    />
  );
}
