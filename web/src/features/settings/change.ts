// The form of a tenant, and what of it differs from what was read.
import type { Schemas } from "@/api/client";

type Settings = Schemas["TenantSettings"];

export interface TenantForm {
  name: string;
  persona: NonNullable<Settings["persona"]>;
  ring: NonNullable<Settings["ring"]>;
  defend: number;
  defendBurst: number;
  read: number;
  readBurst: number;
  write: number;
  writeBurst: number;
  days: number;
  auditDays: number;
}

export function formOf(t: Schemas["TenantView"]): TenantForm {
  const s = t.settings;
  const r = s.rates ?? {};
  return {
    name: t.name, persona: s.persona ?? "sentinel", ring: s.ring ?? "UNCLASS", days: s.retention_days ?? 0, auditDays: s.audit_retention_days ?? 0,
    defend: r.defend?.per_second ?? 0, defendBurst: r.defend?.burst ?? 0, read: r.read?.per_second ?? 0, readBurst: r.read?.burst ?? 0, write: r.write?.per_second ?? 0, writeBurst: r.write?.burst ?? 0,
  };
}

/** What changed only: what nobody touched must not become a setting. */
export function changeOf(before: TenantForm, now: TenantForm): Schemas["TenantChange"] {
  const rate = (steady: "defend" | "read" | "write", burst: "defendBurst" | "readBurst" | "writeBurst") => ({
    ...(before[steady] !== now[steady] ? { per_second: now[steady] } : {}),
    ...(before[burst] !== now[burst] ? { burst: now[burst] } : {}),
  });
  const rates = Object.fromEntries(Object.entries({ defend: rate("defend", "defendBurst"), read: rate("read", "readBurst"), write: rate("write", "writeBurst") }).filter(([, v]) => Object.keys(v).length > 0));
  const settings: Settings = {
    ...(before.persona !== now.persona ? { persona: now.persona } : {}),
    ...(before.ring !== now.ring ? { ring: now.ring } : {}),
    ...(before.days !== now.days ? { retention_days: now.days } : {}),
    ...(before.auditDays !== now.auditDays ? { audit_retention_days: now.auditDays } : {}),
    ...(Object.keys(rates).length > 0 ? { rates } : {}),
  };
  return { ...(before.name !== now.name.trim() ? { name: now.name.trim() } : {}), ...(Object.keys(settings).length > 0 ? { settings } : {}) };
}
