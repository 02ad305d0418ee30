// The head of a page: what it is, in one line what it says, and what can be done.
import { Box, Group, Text, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { Icon } from "./icons";
import { A, type Target } from "./link";

export function PageHeader({ title, tab, lead, actions, back, badges }: { title: ReactNode; /** In the browser's tab. */ tab: string; lead?: ReactNode; actions?: ReactNode; back?: Target & { label: string }; badges?: ReactNode }) {
  useEffect(() => {
    document.title = `${tab} · FrostGate`;
  }, [tab]);
  return (
    <Box component="header" mb="md">
      {back && <A to={back.to} params={back.params} search={back.search} size="xs" className="back"><Icon name="left" size={12} /> {back.label}</A>}
      <Group justify="space-between" align="flex-start" gap="sm" wrap="wrap">
        <Box style={{ minWidth: 0, flex: "1 1 260px" }}>
          <Group gap="xs" align="center">
            <Title order={1} style={{ overflowWrap: "anywhere" }}>{title}</Title>
            {badges}
          </Group>
          {lead && <Text size="sm" c="dimmed" component="div" mt={2}>{lead}</Text>}
        </Box>
        {actions && <Group gap={6} wrap="nowrap">{actions}</Group>}
      </Group>
    </Box>
  );
}

/** A part of a page with its own heading. */
export function Panel({ title, children, aside, flush = false }: { title?: ReactNode; children: ReactNode; aside?: ReactNode; flush?: boolean }) {
  return (
    <section className="panel">
      {title && (
        <Group justify="space-between" px="sm" py={8} gap="xs" className="panel-head">
          <Title order={2}>{title}</Title>
          {aside}
        </Group>
      )}
      <Box p={flush ? 0 : "sm"}>{children}</Box>
    </section>
  );
}
