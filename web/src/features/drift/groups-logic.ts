// What the list of the same changes says first; pure.
import { count, plural } from "@/ui/format";
import type { Schemas } from "@/api/client";
import { actionsFor, fitting, type Action, type Finding } from "./logic";

interface Group {
  tenants: number;
  waiting: number;
}

/** Of what is read: "12 changes, 3 of them in more than one tenant; 40 findings wait for a person." */
export function groupsLead(rows: readonly Group[], more: boolean): string {
  if (rows.length === 0) return "";
  const wide = rows.filter((g) => g.tenants > 1).length;
  const waiting = rows.reduce((n, g) => n + g.waiting, 0);
  const of = more ? `The first ${count(rows.length)} changes` : plural(rows.length, "change");
  return `${of}, ${wide === 0 ? "each in one tenant" : `${count(wide)} of them in more than one tenant`}; ${waiting === 0 ? "none waits" : `${plural(waiting, "finding waits", "findings wait")} for a person`}.`;
}

/** What a decision on the group reaches, but for what was unticked. */
export function reached(tenants: readonly Schemas["GroupTenantView"][], action: Action, offTenants: ReadonlySet<string>, off: readonly Pick<Finding, "tenant_id" | "state">[]): { findings: number; tenants: { tenant_id: string; name: string }[] } {
  const left = tenants.filter((t) => !offTenants.has(t.tenant_id)).map((t) => ({
    ...t, findings: fitting(t.by_state, action) - off.filter((f) => f.tenant_id === t.tenant_id && actionsFor([f.state]).includes(action)).length,
  })).filter((t) => t.findings > 0);
  return { findings: left.reduce((n, t) => n + t.findings, 0), tenants: left };
}

/** Findings that were unticked, by ID: they stay so where a newer answer no longer lists them. */
export type Unticked<F extends { id: string } = Finding> = ReadonlyMap<string, F>;

/** With one more unticked, or ticked again. */
export function flipped<F extends { id: string }>(off: Unticked<F>, f: F): Unticked<F> {
  const out = new Map(off);
  if (!out.delete(f.id)) out.set(f.id, f);
  return out;
}

/** The unticked as they are now, where they are listed; else as they were. For counting alone. */
export function asListed<F extends { id: string }>(off: Unticked<F>, rows: readonly F[]): F[] {
  const now = new Map(rows.map((f) => [f.id, f]));
  return [...off].map(([id, f]) => now.get(id) ?? f);
}

/** What a decision leaves out: all that was unticked, listed or not. */
export function exceptions(offTenants: ReadonlySet<string>, off: Unticked<{ id: string }>): { except_tenants?: string[]; except?: string[] } {
  return { ...(offTenants.size > 0 ? { except_tenants: [...offTenants] } : {}), ...(off.size > 0 ? { except: [...off.keys()] } : {}) };
}

/** What stands behind the verb: "all", and once something is unticked how much is left and where. */
export function reachWords(r: { findings: number; tenants: readonly unknown[] }, offTenants: number, off: number): string {
  if (offTenants + off === 0) return "all";
  const where = `in ${plural(r.tenants.length, "tenant")}`;
  return off === 0 ? where : `${count(r.findings)} ${where}`;
}
