// Whom an object reaches, in a sentence that the pages of the object, of its
// graph and of a finding show alike.
import { Text } from "@mantine/core";
import { useHas } from "@/app/session";
import { useNeighbours, useObject, type Asked } from "./queries";
import { mayReach, reachOf, type Reach, type Seen } from "./reach";

type Found = Seen & { source: string; id: string; names?: Record<string, string> };

function useReach(o: Found | undefined, tenant?: string): Reach | undefined {
  const own = o && reachOf(o, o.names);
  // Of what is gone only the graph has kept the name.
  const near = useNeighbours(o && own?.nameless ? { source: o.source, type: o.type, id: o.id } : undefined, tenant);
  if (!o || !own?.nameless || !near.data?.to) return own;
  const called = near.data.to.flatMap((l) => (l.object.name ? [[l.object.id, l.object.name] as const] : []));
  return reachOf(o, { ...Object.fromEntries(called), ...o.names });
}

/** The sentence of an object that was read already. */
export function Whom({ of: o }: { of: Found }) {
  const reach = useReach(o);
  return reach ? <Text size="sm" mb="md" style={{ overflowWrap: "anywhere" }}>{reach.text}</Text> : null;
}

/** The same of one that is asked for; its place is kept meanwhile, so that nothing moves. */
export function WhomAsked({ of: asked, known = false, groups = false }: { of: Asked & { tenant?: string }; /** Begins with when that was known. */ known?: boolean; /** Says what is not known of groups. */ groups?: boolean }) {
  const may = useHas()("inventory:read") && mayReach(asked.type);
  const item = useObject(may ? asked : undefined);
  const reach = useReach(item.data, asked.tenant);
  if (!may) return null;
  return (
    <Text size="sm" mih={item.isPending || reach ? { base: "2lh", sm: "1lh" } : undefined} style={{ overflowWrap: "anywhere" }}>
      {reach && (known ? `As last seen, ${reach.text.charAt(0).toLowerCase()}${reach.text.slice(1)}` : reach.text)}
      {groups && reach?.groups && <Text span size="sm" c="dimmed"> Who is in a group is not read.</Text>}
    </Text>
  );
}
