// Whose data is shown, and the change to another tenant's.
import { Button } from "@mantine/core";
import { Fragment, lazy, Suspense, type ReactNode } from "react";
import { Icon } from "@/ui/icons";
import { again } from "./again";
import { LazyMenu } from "./lazymenu";
import { useReach, useSwitchTenant, useTenant, useTenantName, useTenants } from "./tenant";

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

/**
 * The page for the tenant in view: for another it begins anew, so that nothing that
 * was chosen or typed for one is done in the other. Asks which is meant where the
 * page is about one and the URL says all.
 */
export function ChooseTenant({ children }: { children: ReactNode }) {
  const reach = useReach();
  const { id, isAll } = useTenant();
  const switchTo = useSwitchTenant();
  if (reach !== "one" || !isAll) return <Fragment key={id}>{children}</Fragment>;
  return <Suspense fallback={null}><Which pick={switchTo} /></Suspense>;
}
