// The frame of every screen: where you are, whose data it is, who you are.
import { ActionIcon, AppShell, Box, Burger, Button, Group, Kbd, NavLink, ScrollArea, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { features } from "@/features";
import { Icon } from "@/ui/icons";
import { again } from "./again";
import { AccountMenu } from "./account";
import { useEdit } from "./edit";
import { EditBanner, EditToggle } from "./editbar";
import { sections } from "./feature";
import { Logo } from "./logo";
import { useHas } from "./session";
import { useShortcuts } from "./shortcuts";
import { SchemeToggle } from "./scheme";
import { ChooseTenant, TenantSwitcher } from "./switcher";

const Palette = lazy(() => again(() => import("./palette")));
const KeyHelp = lazy(() => again(() => import("./keyhelp")));
const EditDialog = lazy(() => again(() => import("./editdialog")));
const Notices = lazy(() => again(() => import("./notices")));

function Nav({ close }: { close: () => void }) {
  const has = useHas();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const items = features.flatMap((f) => f.nav).filter((n) => has(n.scope));
  // The longest that fits is where you are: /drift/findings is not /drift too.
  const here = items.filter((n) => path === n.to || path.startsWith(n.to === "/" ? "//" : `${n.to}/`)).sort((a, b) => b.to.length - a.to.length)[0];
  return (
    <ScrollArea type="auto" h="100%">
      <Box component="nav" aria-label="Screens" pb="md">
        {sections.map((section) => {
          const list = items.filter((n) => n.section === section);
          if (list.length === 0) return null;
          return (
            <Box key={section} mt="sm">
              <Text size="xs" fw={600} c="dimmed" px="sm" mb={2}>{section}</Text>
              {list.map((n) => (
                <NavLink key={n.to} className="nav-link" label={n.label} leftSection={<Icon name={n.icon} />} active={n === here} aria-current={n === here ? "page" : undefined} onClick={close} renderRoot={(p) => <Link to={n.to} {...p} activeOptions={{ exact: true, includeSearch: false }} activeProps={{}} />} />
              ))}
            </Box>
          );
        })}
      </Box>
    </ScrollArea>
  );
}

function useGlobalKeys(help: () => void) {
  const navigate = useNavigate();
  const has = useHas();
  const goes = features.flatMap((f) => f.nav).filter((n) => n.key && has(n.scope));
  useShortcuts([
    { keys: "?", label: "Show the keys", group: "Everywhere", run: help },
    { keys: "mod+k", label: "Find a screen, an action or an ID", group: "Everywhere", run: () => spotlight.open() },
    ...goes.map((n) => ({ keys: `g ${n.key}`, label: `Go to ${n.label}`, group: "Everywhere", run: () => void navigate({ to: n.to }) })),
  ]);
}

export function Shell({ children }: { children: ReactNode }) {
  const [opened, menu] = useDisclosure(false);
  const [help, setHelp] = useState(false);
  const { asking } = useEdit();
  useGlobalKeys(() => setHelp(true));
  return (
    <AppShell header={{ height: 48 }} navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !opened } }} padding={0} transitionDuration={0}>
      <a href="#main" className="skip">Skip to the content</a>
      <AppShell.Header>
        <Group h="100%" px="sm" gap="xs" wrap="nowrap" justify="space-between">
          <Group gap="xs" wrap="nowrap" style={{ minWidth: 0, flex: 1 }}>
            <Burger opened={opened} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Box visibleFrom="sm" w={176} style={{ flex: "none" }}>
              <UnstyledButton renderRoot={(p) => <Link to="/" {...p} />} aria-label="FrostGate: start"><Logo /></UnstyledButton>
            </Box>
            <TenantSwitcher />
          </Group>
          <Group gap={4} wrap="nowrap" style={{ flex: "none" }}>
            <Button variant="default" leftSection={<Icon name="search" size={14} />} rightSection={<Kbd size="xs">Ctrl K</Kbd>} onClick={() => spotlight.open()} visibleFrom="md" c="dimmed" fw={400}>Find</Button>
            <ActionIcon onClick={() => spotlight.open()} hiddenFrom="md" aria-label="Find"><Icon name="search" /></ActionIcon>
            <EditToggle />
            <Tooltip label="Keys (?)"><ActionIcon visibleFrom="sm" onClick={() => setHelp(true)} aria-label="Keyboard"><Icon name="keyboard" /></ActionIcon></Tooltip>
            <SchemeToggle />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p={6}><Nav close={menu.close} /></AppShell.Navbar>
      <AppShell.Main>
        <EditBanner />
        <Box id="main" tabIndex={-1} px={{ base: "sm", sm: "lg" }} py="md" className="page">
          <ChooseTenant>{children}</ChooseTenant>
        </Box>
      </AppShell.Main>
      <Suspense fallback={null}>
        <Palette />
        <Notices />
        {asking && <EditDialog />}
        {help && <KeyHelp close={() => setHelp(false)} />}
      </Suspense>
    </AppShell>
  );
}
