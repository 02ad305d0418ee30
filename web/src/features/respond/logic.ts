// What the screens of enforcements, allow-lists, approvals and missions work out
// by themselves; pure.
import type { Schemas } from "@/api/client";
import { capital, count, plural } from "@/ui/format";
import type { Field, Values } from "@/ui/filters";
import { readFilters } from "@/ui/filters";
import type { Search } from "@/app/search";

export type Enforcement = Schemas["Enforcement"];
export type Held = Schemas["Held"];
export type Totals = Schemas["HeldTotals"];
export type AllowEntry = Schemas["AllowEntry"];
export type Cover = Schemas["AllowCover"];
export type Approval = Schemas["Approval"];

interface ActionWords {
  /** On a badge: what is done. */
  label: string;
  /** "block 192.0.2.1" */
  verb: string;
  /** "3 addresses are blocked" */
  one: string;
  many: string;
  is: string;
  are: string;
  means: string;
}

export const actions: Record<string, ActionWords> = {
  block_ip: { label: "Block", verb: "block", one: "address", many: "addresses", is: "is blocked", are: "are blocked", means: "Nothing from the address is to be let through." },
  rate_limit_ip: { label: "Rate limit", verb: "rate limit", one: "address", many: "addresses", is: "is rate limited", are: "are rate limited", means: "The address is to do only so much at a time." },
  isolate_host: { label: "Isolate", verb: "isolate", one: "host", many: "hosts", is: "is isolated", are: "are isolated", means: "The host is to be cut off from the network." },
  disable_user: { label: "Disable account", verb: "disable", one: "account", many: "accounts", is: "is disabled", are: "are disabled", means: "The account is not to sign in." },
  revoke_session: { label: "End session", verb: "end the session", one: "session", many: "sessions", is: "is ended", are: "are ended", means: "The session is to be ended once." },
  require_mfa: { label: "Require MFA", verb: "require MFA of", one: "account", many: "accounts", is: "needs MFA", are: "need MFA", means: "The account is to prove itself by a second factor." },
  notify: { label: "Notify", verb: "notify", one: "notice", many: "notices", is: "is given", are: "are given", means: "Somebody is told; nothing is changed." },
};

/** What FrostGate does itself: it answers. Who asks does it. */
export const asked = (action: string) => `FrostGate answers “${actionOf(action).verb}” to whoever asks (firewalls, agents); none has reported back.`;
export const heldTruth = "None has a way to report back, so “in force” means: decided and not ended. Whether a device obeys is seen on the device.";

const plain = (name: string) => name.replaceAll("_", " ");

export function actionOf(name: string): ActionWords {
  const w = plain(name);
  return actions[name] ?? { label: capital(w), verb: w, one: "target", many: "targets", is: `is under “${w}”`, are: `are under “${w}”`, means: "" };
}

/** "block 192.0.2.1", "end the session 7f3a". */
export const sentenceOf = (action: string, target: string) => `${actionOf(action).verb} ${target}`.trim();

export const kinds: Record<string, { label: string; hint: string }> = {
  ip: { label: "Address", hint: "One IPv4 or IPv6 address, such as 192.0.2.10" },
  range: { label: "Network", hint: "In CIDR form, such as 192.0.2.0/24 or 2001:db8::/32" },
  user: { label: "User", hint: "As events name it, such as ann or ann@example.org; capitals count" },
  host: { label: "Host", hint: "As events name it, such as web-1.example.org" },
  session: { label: "Session", hint: "The session’s ID as events name it" },
  country: { label: "Country", hint: "Two letters, such as CH" },
  asn: { label: "Network operator", hint: "Its AS number, such as AS64500" },
};
export const kindOf = (name: string) => kinds[name]?.label ?? capital(plain(name));

/** What is plainly wrong with a value, before the server is asked; undefined when it may be right. */
export function valueProblem(kind: string, value: string): string | undefined {
  const v = value.trim();
  if (v === "") return undefined;
  const address = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)$/i;
  switch (kind) {
    case "ip":
      if (v.includes("/")) return "This is a network, not one address: choose the kind Network.";
      return address.test(v) && v.split(".").every((p) => v.includes(":") || Number(p) <= 255) ? undefined : "This is no IP address. An address looks like 192.0.2.10 or 2001:db8::1.";
    case "range": {
      const [base = "", bits = "", ...more] = v.split("/");
      if (!v.includes("/")) return "A network needs its length, such as /24. For one address choose the kind Address.";
      return more.length === 0 && address.test(base) && /^\d{1,3}$/.test(bits) ? undefined : "This is no network. One looks like 192.0.2.0/24 or 2001:db8::/32.";
    }
    case "country":
      return /^[a-z]{2}$/i.test(v) ? undefined : "A country is two letters, such as CH or US.";
    case "asn":
      return /^(as)?[1-9]\d{0,9}$/i.test(v) ? undefined : "A network operator is an AS number, such as AS64500.";
    case "host":
      return /[\s/]/.test(v) ? "A host’s name has no spaces and no slashes." : undefined;
  }
  return undefined;
}

export type EnforcementState = "in force" | "done" | "expired" | "revoked";

export function stateOf(e: Pick<Enforcement, "revoked_at" | "expires_at" | "created_at">, now: number): EnforcementState {
  if (e.revoked_at) return "revoked";
  if (e.expires_at === e.created_at) return "done";
  return Date.parse(e.expires_at) > now ? "in force" : "expired";
}

/** "59 min 12 s", "3 h 5 min", "2 d 4 h": what is left of a time. */
export function left(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

/** "4 addresses are blocked and 1 account needs MFA." */
export function headline(t: Pick<Totals, "actions">): string {
  const parts = t.actions.map((a) => {
    const w = actionOf(a.action);
    return `${count(a.targets)} ${a.targets === 1 ? `${w.one} ${w.is}` : `${w.many} ${w.are}`}`;
  });
  if (parts.length === 0) return "Nothing is in force now.";
  const last = parts.pop()!;
  return `${parts.length ? `${parts.join(", ")} and ` : ""}${last}.`;
}

/** What an allow-list entry would have meant, in a sentence or two. */
export function coverInWords(c: Cover): { would: string; still?: string } {
  const looked = c.all ? `the ${plural(c.looked_at, "enforcement")} so far` : `the newest ${plural(c.looked_at, "enforcement")}`;
  if (c.looked_at === 0) return { would: "Nothing was enforced yet that it could have spared." };
  if (c.spared === 0) return { would: `None of ${looked} was against it.` };
  return {
    would: `It would have spared ${count(c.spared)} of ${looked}.`,
    still: c.in_force > 0 ? `${plural(c.in_force, "of them is", "of them are")} in force: the entry does not end ${c.in_force === 1 ? "it" : "them"}.` : undefined,
  };
}

const some = (of: Record<string, { label: string }>) => Object.entries(of).map(([value, w]) => ({ value, label: w.label }));
const text: Field = { kind: "text", key: "q", label: "Target", placeholder: "Part of an address, name …", main: true };
const action: Field = { kind: "one", key: "action", label: "What", options: some(actions) };
const kind: Field = { kind: "one", key: "kind", label: "Kind", options: some(kinds) };

export const heldFields: Field[] = [text, action, kind];
export const historyFields: Field[] = [
  text, { kind: "one", key: "state", label: "State", options: [{ value: "in_force", label: "in force" }, { value: "expired", label: "expired" }, { value: "revoked", label: "revoked" }] }, action, kind, { kind: "hidden", key: "target", label: "Target" },
];
export const allowFields: Field[] = [{ kind: "text", key: "q", label: "Value or reason", main: true }, kind, { kind: "flag", key: "ended", label: "Also ended ones" }];
export const missionFields: Field[] = [{ kind: "one", key: "phase", label: "When", options: [{ value: "active", label: "active" }, { value: "planned", label: "planned" }, { value: "over", label: "ended" }] }];

const str = (v: Values[string]) => (typeof v === "string" ? v : undefined);

export const heldAsk = (search: Search, tenant: string | undefined) => {
  const v = readFilters(heldFields, search);
  return { query: { q: str(v.q), action: str(v.action), target_kind: str(v.kind), tenant, limit: 100 } };
};

export const historyAsk = (search: Search, tenant: string | undefined) => {
  const v = readFilters(historyFields, search);
  return { query: { q: str(v.q), action: str(v.action), target_kind: str(v.kind), target: str(v.target), state: str(v.state) as "in_force" | "expired" | "revoked" | undefined, tenant, limit: 100 } };
};

export const allowAsk = (search: Search, tenant: string | undefined) => {
  const v = readFilters(allowFields, search);
  return { query: { q: str(v.q), kind: str(v.kind) as AllowEntry["kind"] | undefined, ended: v.ended === true ? true : undefined, tenant, limit: 100 } };
};

/** Ends that a new entry may have, from now. */
export const ends: { value: string; label: string; ms?: number }[] = [
  { value: "day", label: "In a day", ms: 86_400_000 }, { value: "week", label: "In a week", ms: 7 * 86_400_000 }, { value: "month", label: "In 30 days", ms: 30 * 86_400_000 },
  { value: "date", label: "At the end of a day …" }, { value: "never", label: "Never: until somebody removes it" },
];

/** The end as the API takes it; undefined: it has none. */
export function endAt(choice: string, date: string, now: number): string | undefined {
  if (choice === "never") return undefined;
  if (choice === "date") return date === "" ? undefined : new Date(`${date}T23:59:59`).toISOString();
  return new Date(now + (ends.find((e) => e.value === choice)?.ms ?? 0)).toISOString();
}
