// What the settings screens work out of what the API says. Pure.
import type { Schemas } from "@/api/client";

type Health = Schemas["DetailedHealth"];

const checks: Record<string, { name: string; means: string }> = {
  database: { name: "Database", means: "Everything is stored there." },
  "evidence writer": { name: "Evidence writer", means: "Decisions wait for it: no evidence, no answer." },
  witnesses: { name: "Witnesses", means: "Others who countersign the logs. The server goes on without them." },
  "policy engine": { name: "Policy engine", means: "Gates each mitigation." },
  disk: { name: "Disk", means: "Room for the store." },
  "log of logs": { name: "Log of logs", means: "Holds the heads of all tenants’ logs together." },
};

export const checkWords = (name: string) => checks[name] ?? { name: name.charAt(0).toUpperCase() + name.slice(1), means: "" };

export interface Switch {
  name: string;
  on: boolean;
  state: string;
  why: string;
  how: string;
  /** Whether this is the safe way. */
  good: boolean;
}

/** What is on or off, why it matters and how it is changed. */
export function switchOf(m: Schemas["Module"]): Switch {
  const how = m.flag ? `Setting ${m.flag} in frostgate.yaml, or FROSTGATE_${m.flag.replaceAll(".", "_").toUpperCase()}; read when the server starts.` : "";
  const of = (name: string, good: boolean, why: string): Switch => ({ name, on: m.on, state: m.on ? "on" : "off", why, how, good });
  switch (m.name) {
    case "policy enforcement":
      return of("Policy enforcement", m.on, m.on ? "Mitigations that policy rejects are not carried out." : "Policy is only recorded: mitigations that it rejects go through. Fine for trying rules out, not for production.");
    case "open metrics":
      return of("Metrics without a key", !m.on, m.on ? "Anybody who reaches the server reads its figures at /metrics." : "Figures at /metrics need a key with the right to read operation.");
    case "webhooks to private addresses":
      return of("Webhooks to private addresses", !m.on, m.on ? "Webhooks may reach your own network and plain HTTP: for trying out only." : "Webhooks reach public https addresses only, so that a tenant can’t look into your network.");
    case "tls":
      return of("TLS", m.on, m.on ? "Connections are encrypted by the server itself." : "The server speaks plain HTTP: keep it on loopback, or behind a proxy that speaks TLS.");
    default:
      return of(m.name.charAt(0).toUpperCase() + m.name.slice(1), m.on, m.on ? "It is on." : "It is off.");
  }
}

/** The first line of the organisation's page. */
export function healthSentence(h: Health): { good: boolean; text: string } {
  const failing = h.checks.filter((c) => !c.ok && !c.advisory);
  const told = h.checks.filter((c) => !c.ok && c.advisory);
  if (h.status === "draining") return { good: false, text: "The server is stopping: it takes no new requests." };
  if (failing.length > 0) return { good: false, text: `The server takes no requests: ${failing.map((c) => checkWords(c.name).name.toLowerCase()).join(", ")} ${failing.length === 1 ? "fails" : "fail"}.` };
  if (h.status !== "ready") return { good: false, text: "The server is not ready yet." };
  if (told.length > 0) return { good: true, text: `All that is needed works. ${told.map((c) => checkWords(c.name).name).join(", ")}: see below.` };
  return { good: true, text: "Everything works." };
}

export interface Day {
  /** Midnight in UTC, as ISO. */
  start: string;
  decisions: number;
}

const dayMs = 86_400_000;

/** Every day of the span with the sum over tenants, days without decisions too. */
export function daysOf(items: readonly Schemas["TenantUsage"][], from: string, to: string): Day[] {
  const sums = new Map<number, number>();
  for (const u of items) for (const d of u.days) sums.set(Date.parse(d.start), (sums.get(Date.parse(d.start)) ?? 0) + d.decisions);
  const out: Day[] = [];
  for (let at = Math.floor(Date.parse(from) / dayMs) * dayMs; at < Date.parse(to) && out.length <= 400; at += dayMs) out.push({ start: new Date(at).toISOString(), decisions: sums.get(at) ?? 0 });
  return out;
}

/** The rate of the busiest hour as a share of the limit; undefined without a limit. */
export function shareOf(u: Pick<Schemas["TenantUsage"], "busiest" | "limit">): number | undefined {
  const limit = u.limit.per_second;
  return limit ? u.busiest / 3600 / limit : undefined;
}

/** What to do when an endpoint does not take messages. */
export function advice(status: number | undefined, error: string | undefined): string {
  if (!status) {
    if (/certificate|x509|tls/i.test(error ?? "")) return "The endpoint’s certificate is not trusted: renew it, or fix the name in the address.";
    if (/no such host|lookup/i.test(error ?? "")) return "The name in the address leads nowhere: check it for typing errors.";
    if (/private|loopback|forbidden address|not allowed/i.test(error ?? "")) return "The address is in a private network, which webhooks may not reach. Use a public address.";
    if (/refused/i.test(error ?? "")) return "Nothing listens at this address: start the receiver, or open its port.";
    return "No answer came: check that the receiver runs and is reachable from the server.";
  }
  if (status === 401 || status === 403) return "The receiver refuses the message: let it check the signature with the secret that was shown once, and nothing else.";
  if (status === 404) return "There is nothing at this path: correct the address.";
  if (status === 410) return "The receiver said that it is gone for good: nothing is sent any more. Remove this webhook and add another.";
  if (status === 413) return "The receiver finds the message too large: raise its limit.";
  if (status === 429) return "The receiver is asked too often: raise its limit, or narrow the filter.";
  if (status >= 300 && status < 400) return "The receiver sends elsewhere, which is not followed: enter the final address.";
  if (status >= 500) return "The receiver fails: look into its log at this time. Messages are sent again by themselves.";
  return "The receiver does not take the message: it must answer 2xx within seconds.";
}

/** A filter in words. */
export function filterWords(f: Schemas["WebhookFilter"]): string {
  const gating: Record<string, string> = { allow: "allowed", require_approval: "waiting for approval", reject: "rejected" };
  const parts = [
    f.min_severity && f.min_severity !== "info" && `${f.min_severity} or more severe`,
    f.gating?.length && f.gating.map((g) => gating[g] ?? g).join(" or "),
    f.actions?.length && `with ${f.actions.join(" or ")}`,
    f.rules?.length && `of the rules ${f.rules.join(", ")}`,
    f.event_types?.length && `about ${f.event_types.join(" or ")}`,
  ].filter(Boolean);
  return parts.length === 0 ? "Every decision" : `Decisions that are ${parts.join(", ")}`;
}

/** Days until then: for "ends in …" warnings. */
export function daysUntil(at: string | undefined, now: Date): number | undefined {
  return at ? Math.floor((Date.parse(at) - now.getTime()) / dayMs) : undefined;
}

interface Titled {
  id: string;
  title: string;
}

/** Rules and scenarios to choose from; what is chosen stays, whatever is searched. */
export function ruleChoices(rules: readonly Titled[], scenarios: readonly Titled[], text: string, chosen: readonly string[], titles: Record<string, string>): { value: string; label: string }[] {
  const word = text.toLowerCase();
  const found = [...scenarios.filter((s) => `${s.title} ${s.id}`.toLowerCase().includes(word)), ...rules].map((r) => ({ value: r.id, label: r.title || r.id }));
  const all = [...found, ...chosen.map((id) => ({ value: id, label: titles[id] ?? id }))];
  return all.filter((o, i) => all.findIndex((x) => x.value === o.value) === i);
}

type Missing = "events" | "inventory";

/** What reading one kind of a tenant's things said: `none` and `some` only where it was read. */
export type Read = "forbidden" | "reading" | "failed" | "none" | "some";

export function readOf(may: boolean, q: { data?: { items: readonly unknown[] }; isError: boolean }): Read {
  if (!may) return "forbidden";
  if (q.data) return q.data.items.length > 0 ? "some" : "none";
  return q.isError ? "failed" : "reading";
}

/** What is known not to have come from a tenant, where nothing else is known to have: a list that was not read is no empty one. Undefined while it is read. */
export function nothingYet(of: Record<Missing, Read>): readonly Missing[] | undefined {
  const kinds: readonly Missing[] = ["events", "inventory"];
  if (kinds.some((k) => of[k] === "some" || of[k] === "failed")) return [];
  if (kinds.some((k) => of[k] === "reading")) return undefined;
  return kinds.filter((k) => of[k] === "none");
}

/** What the next steps are headed by. */
export const nothingWords = (missing: readonly Missing[]): string => `${missing.length > 1 ? "Nothing has" : missing[0] === "events" ? "No events have" : "No inventory has"} come from it yet: what to do next`;

/** What makes a key for what is missing. */
export function keyCommand(missing: readonly Missing[], tenant: string): string {
  const scopes = [...(missing.includes("events") ? ["defend:write"] : []), ...(missing.includes("inventory") ? ["inventory:read", "inventory:write", "drift:read"] : [])];
  return `frostgate keys create sensor --scopes ${scopes.join(",")} --tenant ${tenant}`;
}

/** What is typed to send the first events and the first inventory, with a key of the tenant. */
export function firstCommands(origin: string): Record<"sign" | "events" | "event" | "inventory", string> {
  return {
    sign: `export FROSTGATE_URL='${origin}'\nexport FROSTGATE_API_KEY='…'`,
    events: "frostgate ingest /var/log/auth.log",
    event: `echo '{"source":"door","event_type":"login_failed"}' | frostgate ingest -`,
    inventory: "frostgate inventory run ./export --source directory --name entra",
  };
}

/** The name that a key for a purpose begins with. */
export const keyName = (purpose: string, tenant: string): string => `${({ sensor: "Sensor", observer: "Inventory", bouncer: "Firewall", board: "Dashboard", audit: "Audit" } as Record<string, string>)[purpose] ?? "Key"} of ${tenant}`.slice(0, 100).trim();

/** The name that a key for a purpose begins with; none where the tenant's is not known. */
export const presetName = (purpose: string, id: string, tenant: string): string => (tenant === id ? "" : keyName(purpose, tenant));
