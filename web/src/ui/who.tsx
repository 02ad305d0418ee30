// A person, a service account or a key by name. Who may read people goes on to
// the person; the ID is on hover.
import { Skeleton, Text, Tooltip } from "@mantine/core";
import { useName } from "@/api/names";
import { useHas } from "@/app/session";
import { Icon } from "./icons";
import { Id } from "./id";
import { A } from "./link";

interface Props {
  /** Of a principal or a key; "system" is the server itself. */
  id: string | undefined;
  /** Of a key: the tenant that it belongs to, if not one's own. */
  tenant?: string;
  /** What to say when it is nobody. */
  none?: string;
  plain?: boolean;
}

export function Who({ id, tenant, none = "nobody", plain }: Props) {
  const name = useName(id, tenant);
  const has = useHas();
  if (!id) return <Text span size="sm" c="dimmed">{none}</Text>;
  if (id === "system") return <Text span size="sm">FrostGate itself</Text>;
  if (name === undefined) return <Skeleton display="inline-block" height={12} width={84} style={{ verticalAlign: "middle" }} />;
  if (name === null) return <Id value={id} short />;
  const text = <>{name.kind === "service" && <Icon name="box" size={12} title="service account" />} {name.name}{!name.active && <Text span size="xs" c="dimmed"> ({name.kind === "key" ? "ended" : "disabled"})</Text>}</>;
  const linked = !plain && (name.kind === "key" ? has("keys:read") : has("people:read"));
  return (
    <Tooltip label={id}>
      <span>{linked ? <A to={name.kind === "key" ? "/settings/keys/$id" : "/settings/people/$id"} params={{ id }} search={tenant && name.kind === "key" ? { tenant } : {}}>{text}</A> : text}</span>
    </Tooltip>
  );
}
