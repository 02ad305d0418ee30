// The frame of every screen: where you are, whose data it is, who you are.
import { ActionIcon, Button, Kbd, useMantineColorScheme } from "@mantine/core";
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, memo, Suspense, useEffect, useRef, useState, type ReactNode } from "react";
import { features } from "@/features";
import { Icon } from "@/ui/icons";
import { Tip, Tips } from "@/ui/tip";
import { again } from "./again";
import { Connection } from "./connection";
import { useEdit } from "./edit";
import { EditBanner, EditToggle } from "./editbar";
import { Ending } from "./ending";
import { sections } from "./feature";
import { useFocusReturn } from "./focus";
import { afterIdle } from "./idle";
import { LazyMenu } from "./lazymenu";
import { Logo } from "./logo";
import { schemeNow } from "./schemes";
import { useHas, useIdentity } from "./session";
import { useShortcuts } from "./shortcuts";
import { ChooseTenant, TenantSwitcher } from "./switcher";
import { typeahead } from "./typeahead";

const loadPalette = () => again(() => import("./palette"));
const loadHelp = () => again(() => import("./keyhelp"));
const loadEdit = () => again(() => import("./editdialog"));
const loadNotices = () => again(() => import("./notices"));
const loadAccount = () => again(() => import("./account"));
const loadScheme = () => again(() => import("./scheme"));
const Palette = lazy(loadPalette);
const KeyHelp = lazy(loadHelp);
const EditDialog = lazy(loadEdit);
const Notices = lazy(loadNotices);
const find = () => {
  typeahead.begin();
  void loadPalette().then((p) => p.open());
};

/** Screens and what opens over them come in the first quiet moment, so that no click waits for them. */
function usePreload() {
  const has = useHas();
  const [quiet, setQuiet] = useState(false);
  const wanted = useRef<() => (() => Promise<unknown>)[]>(undefined);
  wanted.current = () => features.filter((f) => f.nav.some((n) => has(n.scope))).flatMap((f) => f.pages.map((p) => p.load));
  useEffect(() => afterIdle(() => {
    setQuiet(true);
    return [loadEdit, loadHelp, ...wanted.current!()];
  }), []);
  return quiet;
}

const Nav = memo(function Nav({ close }: { close: () => void }) {
  const has = useHas();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const items = features.flatMap((f) => f.nav).filter((n) => has(n.scope));
  // The longest that fits is where you are: /drift/findings is not /drift too.
  const here = items.filter((n) => path === n.to || path.startsWith(n.to === "/" ? "//" : `${n.to}/`)).sort((a, b) => b.to.length - a.to.length)[0];
  return sections.map((section) => {
    const list = items.filter((n) => n.section === section);
    if (list.length === 0) return null;
    return (
      <div key={section} className="nav-section" role="group" aria-label={section}>
        <div className="nav-title" aria-hidden>{section}</div>
        {list.map((n) => (
          <Link key={n.to} to={n.to} className="nav-link" data-active={n === here || undefined} aria-current={n === here ? "page" : undefined} onClick={close} activeOptions={{ exact: true, includeSearch: false }} activeProps={{}}>
            <Icon name={n.icon} /><span>{n.label}</span>
          </Link>
        ))}
      </div>
    );
  });
});

function useGlobalKeys(help: () => void) {
  const navigate = useNavigate();
  const has = useHas();
  const goes = features.flatMap((f) => f.nav).filter((n) => n.key && has(n.scope));
  useShortcuts([
    { keys: "?", label: "Show the keys", group: "Everywhere", run: help },
    { keys: "mod+k", label: "Find a screen, an action or an ID", group: "Everywhere", run: find },
    ...goes.map((n) => ({ keys: `g ${n.key}`, label: `Go to ${n.label}`, group: "Everywhere", run: () => void navigate({ to: n.to }) })),
  ]);
}

function Top({ opened, toggle, help }: { opened: boolean; toggle: () => void; help: () => void }) {
  const me = useIdentity();
  const scheme = schemeNow(useMantineColorScheme().colorScheme);
  return (
    <header className="top">
      <ActionIcon className="below-sm" onClick={toggle} aria-label="Navigation" aria-expanded={opened} aria-controls="screens"><Icon name={opened ? "close" : "menu"} size={18} /></ActionIcon>
      <Link to="/" className="home-link from-sm" aria-label="FrostGate: start"><Logo /></Link>
      <div className="top-tenant"><TenantSwitcher /></div>
      <div className="top-tools">
        <Button variant="default" leftSection={<Icon name="search" size={14} />} rightSection={<Kbd size="xs">Ctrl K</Kbd>} onClick={find} visibleFrom="md" c="dimmed" fw={400}>Find</Button>
        <ActionIcon onClick={find} hiddenFrom="md" aria-label="Find"><Icon name="search" /></ActionIcon>
        <EditToggle />
        <Tip label="Keys (?)"><ActionIcon visibleFrom="sm" onClick={help} aria-label="Keyboard"><Icon name="keyboard" /></ActionIcon></Tip>
        <LazyMenu load={loadScheme} button={(on) => <ActionIcon aria-label={`Colours: ${scheme.label}`} aria-haspopup="menu" {...on}><Icon name={scheme.icon} /></ActionIcon>} />
        <LazyMenu load={loadAccount} button={(on) => <ActionIcon aria-label={`Signed in as ${me.name}`} aria-haspopup="menu" {...on}><Icon name="user" /></ActionIcon>} />
      </div>
    </header>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  const [help, setHelp] = useState(false);
  const close = useRef(() => setOpened(false)).current;
  const { asking } = useEdit();
  const quiet = usePreload();
  useFocusReturn();
  useGlobalKeys(() => setHelp(true));
  return (
    <div className="shell" data-menu={opened || undefined} onKeyDown={(e) => e.key === "Escape" && close()}>
      <a href="#main" className="skip" onClick={(e) => (e.preventDefault(), document.getElementById("main")?.focus())}>Skip to the content</a>
      <Top opened={opened} toggle={() => setOpened(!opened)} help={() => setHelp(true)} />
      <nav id="screens" className="side" aria-label="Screens"><Nav close={close} /></nav>
      <main id="main" tabIndex={-1} className="main">
        <EditBanner />
        <div className="page">
          <ChooseTenant>{children}</ChooseTenant>
        </div>
      </main>
      <div className="bottom-bars">
        <Ending />
        <Connection />
      </div>
      <Tips />
      {/* Each for itself: one that is still to come would take the others away, with what is being typed in them. */}
      <Suspense fallback={null}>{quiet && <Palette />}</Suspense>
      <Suspense fallback={null}>{quiet && <Notices />}</Suspense>
      <Suspense fallback={null}>{asking && <EditDialog />}</Suspense>
      <Suspense fallback={null}>{help && <KeyHelp close={() => setHelp(false)} />}</Suspense>
    </div>
  );
}
