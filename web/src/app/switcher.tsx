// Whose data is shown, and the change to another tenant's.
import { Button } from "@mantine/core";
import { Navigate, useRouterState } from "@tanstack/react-router";
import { Fragment, lazy, Suspense, type ReactNode } from "react";
import { Icon } from "@/ui/icons";
import { features } from "@/features";
import { again } from "./again";
import { landing } from "./here";
import { LazyMenu } from "./lazymenu";
import { useHas } from "./session";
import { useReach, useTenant, useTenantName, useTenants } from "./tenant";

const loadSwitcher = () => again(() => import("./tenants"));
const Which = lazy(() => again(() => import("./which")));

/** The button that names the tenant; what it opens comes later. */
export function tenantButton(name: string) {
  return { variant: "default", leftSection: <Icon name="building" size={14} />, rightSection: <Icon name="down" size={12} />, "aria-label": `Tenant: ${name}`, styles: { root: { minWidth: 0, flexShrink: 1, maxWidth: "100%" } }, children: name } as const;
}

export function TenantSwitcher() {
  const tenants = useTenants();
  const reach = useReach();
  const { id } = useTenant();
  const name = useTenantName()(id);
  if (tenants.length < 2 || reach === "own") {
    return (
      <span className="tenant-name" title={reach === "own" && tenants.length > 1 ? "This screen shows the tenant of your key" : id}>
        <Icon name="building" size={14} /> <span>{name}</span>
      </span>
    );
  }
  return <LazyMenu load={loadSwitcher} button={(on) => <Button {...tenantButton(name)} aria-haspopup="dialog" {...on} />} />;
}

/** The start, for who may see it; else the first screen that they may see. */
export function Landing({ children }: { children: ReactNode }) {
  const has = useHas();
  // What is on the screen, not where the way goes: the start must not show in between.
  const path = useRouterState({ select: (s): string => String(s.matches.at(-1)?.fullPath ?? "") });
  const to = landing(path, features.flatMap((f) => f.nav), has)?.to;
  return to ? <Navigate to={to} replace /> : children;
}

/**
 * The page for the tenant in view: for another it begins anew, so that nothing that
 * was chosen or typed for one is done in the other. Asks which is meant where the
 * page is about one and the URL says all.
 */
export function ChooseTenant({ children }: { children: ReactNode }) {
  const reach = useReach();
  const { id, isAll } = useTenant();
  if (reach !== "one" || !isAll) return <Fragment key={id}>{children}</Fragment>;
  return <Suspense fallback={null}><Which /></Suspense>;
}
