// The head of a page: what it is, in one line what it says, and what can be done.
import { Box, Group, Text, Title } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef, type ReactNode } from "react";
import { coverBehind } from "@/app/focus";
import { wayBack } from "@/app/places";
import type { Search } from "@/app/search";
import { useIdentity } from "@/app/session";
import { reveal } from "./hidden";
import { headerSlot } from "./headerslot";
import { Icon } from "./icons";
import { A, type Target } from "./link";

let first = true;

export function PageHeader({ title, tab, lead, actions, back, badges }: { title: ReactNode; /** In the browser's tab. */ tab: string; lead?: ReactNode; actions?: ReactNode; back?: Target & { label: string }; badges?: ReactNode }) {
  useEffect(() => {
    document.title = `${reveal(tab)} · FrostGate`;
  }, [tab]);
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // A screen that was gone to begins at its heading, for who can't see that it
    // is new; not while something else (a field, a row, a dialog) has the focus.
    if (first) return void (first = false);
    coverBehind(); // a dialog that went with the screen before covers nothing any more
    const at = document.activeElement;
    if (at === null || at === document.body || at.closest("#screens")) head.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Box component="header" mb="md">
      {back && <Back {...back} />}
      <Group justify="space-between" align="flex-start" gap="sm" wrap="wrap">
        <Box style={{ minWidth: 0, flex: "1 1 260px" }}>
          <Group gap="xs" align="center">
            <Title ref={head} tabIndex={-1} order={1} style={{ overflowWrap: "anywhere" }}>{title}</Title>
            {badges}
          </Group>
          {lead && <Text size="sm" c="dimmed" component="div" mt={2} maw={1200}>{lead}</Text>}
        </Box>
        <Group ref={headerSlot} gap={6} wrap="nowrap">{actions}</Group>
      </Group>
    </Box>
  );
}

/** To the list that somebody came from, as it was left; to a thing, as any link. */
function Back({ to, params, search, label }: Target & { label: string }) {
  const router = useRouter();
  const own = useIdentity().tenant_id;
  const way = () => {
    const { state, search: here } = router.state.location;
    return wayBack(state.__TSR_index, to, (here as Search).tenant, own);
  };
  const list = !params && !search;
  const gone = useRef(false); // a double click is one way back
  const go = () => {
    if (gone.current) return;
    gone.current = true;
    const now = way();
    if (now.step) router.history.back();
    else void router.navigate({ to, search: now.search ?? {} });
  };
  return <A to={to} params={params} search={list ? way().search : search} size="xs" className="back" onGo={list ? go : undefined}><Icon name="left" size={12} /> {label}</A>;
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
