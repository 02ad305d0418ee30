// Whom a decision of a list is about.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { get } from "@/api/client";
import { useTenant } from "@/app/tenant";
import { aboutWords, collector, type AboutOf } from "./aboutlogic";

const asking = new Map<string, ReturnType<typeof collector<AboutOf>>>();

function askOf(tenant: string | undefined) {
  const key = tenant ?? "";
  const known = asking.get(key);
  if (known) return known;
  const made = collector<AboutOf>(async (ids) => new Map((await get("/api/v1/decisions/about", { query: { id: ids, tenant } })).items.map((a) => [a.decision_id, a])));
  asking.set(key, made);
  return made;
}

/** The line, or nothing where it can't be told: erased, or not for this key. */
export function About({ id }: { id: string }) {
  const { param } = useTenant();
  const q = useQuery({ queryKey: ["/api/v1/decisions/about", param ?? "", id], queryFn: () => askOf(param)(id), staleTime: Infinity, retry: false });
  if (!q.data) return null;
  const { main, rest } = aboutWords(q.data);
  return <span title={[main, rest].filter(Boolean).join(", ")}>{main}{rest && <Text span c="dimmed" inherit> {rest}</Text>}</span>;
}
