// What a screen says when it can't show what was asked for.
import { Alert, Box, Button, Code, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError } from "@/api/client";
import { Icon, type IconName } from "./icons";
import { capital } from "./format";
import { Copy, Id } from "./id";

/** Rows of the height that the content will have, so that nothing moves. */
export function Loading({ rows = 6, height = 36 }: { rows?: number; height?: number }) {
  return (
    <Stack gap={6} aria-busy="true" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, i) => <Skeleton key={i} height={height - 6} radius="sm" />)}
    </Stack>
  );
}

/** Nothing there: says why, and the exact next step. */
export function Empty({ icon = "box", title, children, command }: { icon?: IconName; title: string; children?: ReactNode; command?: string }) {
  return (
    <Stack align="center" gap={6} py={48} px="md" className="empty" role="status">
      <Box c="dimmed"><Icon name={icon} size={32} /></Box>
      <Title order={2} ta="center">{title}</Title>
      <Text size="sm" c="dimmed" ta="center" maw={520} component="div">{children}</Text>
      {command && <Group gap={4} mt={6} wrap="nowrap" className="command"><Code block>{command}</Code><Copy text={command} label="Copy the command" /></Group>}
    </Stack>
  );
}

/** Names the scope that is missing. */
export function Forbidden({ error }: { error: ApiError }) {
  const p = error.problem;
  const scope = /scope ([a-z_]+:[a-z_]+)/.exec(p.detail)?.[1] ?? (p.field?.includes(":") ? p.field : undefined);
  return (
    <Empty icon="lock" title="Your key does not allow this">
      {p.detail} {scope && <>Ask an administrator of your organisation for a role with <Code>{scope}</Code>, then sign in with a key that holds it.</>}
      {p.request_id && <Text size="xs" mt={4}>Request <Id value={p.request_id} /></Text>}
    </Empty>
  );
}

/** What happened, what was kept, what to do. */
export function Failed({ error, what, retry }: { error: Error; what?: string; retry?: () => void }) {
  const p = error instanceof ApiError ? error.problem : undefined;
  if (p?.status === 403) return <Forbidden error={error as ApiError} />;
  return (
    <Alert color="red" variant="light" icon={<Icon name="alert" />} title={p?.title ?? "Something went wrong here"} role="alert" maw={720}>
      <Text size="sm">{what && <>{what} </>}{capital(p?.detail ?? error.message)}</Text>
      <Group gap="sm" mt={6}>
        {retry && <Button variant="default" onClick={retry} leftSection={<Icon name="refresh" size={14} />}>Try again</Button>}
        {p?.code && <Text size="xs" c="dimmed">Code {p.code}</Text>}
        {p?.request_id && <Text size="xs" c="dimmed">Request <Id value={p.request_id} /></Text>}
      </Group>
    </Alert>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: Error | null;
  isPending: boolean;
  refetch: () => unknown;
}

/** The usual way of a query: skeleton, problem, or what was asked for. */
export function Answer<T>({ of, loading, what, children }: { of: Asked<T>; loading?: ReactNode; what?: string; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) {
    return (
      <>
        {of.error && <Box mb="sm"><Failed error={of.error} what="This is what was read last; reading it again did not work." retry={() => void of.refetch()} /></Box>}
        {children(of.data)}
      </>
    );
  }
  if (of.error) return <Failed error={of.error} what={what} retry={() => void of.refetch()} />;
  return loading ?? <Loading />;
}
