// A changed value for reading: what came to a list and what went, and what an
// identifier in it stands for. Pure.
import { jsonText, Num, parseExact } from "@/api/exact";
import { canon } from "@/ui/keyed";

type Obj = Record<string, unknown>;
const isObj = (v: unknown): v is Obj => v !== null && typeof v === "object" && !Array.isArray(v) && !(v instanceof Num);

const form = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
const whole = new RegExp(`^${form}$`);
const within = new RegExp(form, "g");

/** What a setting's identifiers are of, by its name. */
const kinds: [RegExp, string][] = [
  [/roleScopeTag/i, "scope tag"], [/group/i, "group"], [/role/i, "role"], [/user/i, "user"], [/location/i, "location"], [/(application|servicePrincipal|app)s?(Ids?)?$/i, "application"],
  [/authenticationStrength/i, "authentication strength"], [/termsOfUse/i, "terms of use"], [/filter/i, "filter"], [/polic(y|ies)/i, "policy"],
];

/** "conditions › users › includeRoles" is of roles. */
export function kindOf(path: string | undefined): string {
  const last = (path ?? "").split(/[›/]/).map((p) => p.trim()).filter((p) => /[a-z]/i.test(p)).at(-1) ?? "";
  return kinds.find(([is]) => is.test(last))?.[1] ?? "object";
}

/** Identifiers that a text leaves without a name, as what they are: "role 62e90394…". */
export const identified = (text: string, path: string | undefined): string => text.replace(within, (id) => `${kindOf(path)} ${id.slice(0, 8)}…`);

export interface Member {
  /** What it is called, or says. */
  text: string;
  /** The identifier behind it. */
  id?: string;
  /** An identifier that nobody has a name for: then the text says what kind of thing it is. */
  nameless?: boolean;
}

/** One value in words. */
export function member(v: unknown, names: Record<string, string>, path: string | undefined): Member {
  if (typeof v === "string" && whole.test(v)) return names[v] ? { text: names[v], id: v } : { text: kindOf(path), id: v, nameless: true };
  if (isObj(v)) {
    const parts = Object.entries(v).filter(([name]) => !name.includes("@odata.") && name !== "@odata.type");
    const said = (x: unknown) => { const m = member(x, names, path); return m.nameless ? `${m.text} ${m.id!.slice(0, 8)}…` : m.text; };
    const id = parts.map(([, x]) => x).find((x): x is string => typeof x === "string" && whole.test(x));
    if (parts.length === 1) return member(parts[0]![1], names, path);
    if (parts.length > 1) return { text: parts.map(([name, x]) => `${name}: ${said(x)}`).join(", "), ...(id ? { id } : {}) };
  }
  return { text: v === undefined || v === null ? "nothing" : typeof v === "string" ? v || "an empty text" : jsonText(v) };
}

export interface ListChange {
  added: unknown[];
  removed: unknown[];
  same: unknown[];
}

/** Whether what stands for a secret is in a value. */
export const hasSecret = (...values: unknown[]): boolean => /"frostgate-secret:/.test(JSON.stringify(values));

/** Whether two of the members that differ read the same: of each, words leave something out. */
function readAlike(members: Iterable<unknown>): boolean {
  const seen = new Set<string>();
  for (const v of members) {
    const { text, id } = member(v, {}, undefined);
    const said = JSON.stringify([text, id]);
    if (seen.has(said)) return true;
    seen.add(said);
  }
  return false;
}

/**
 * What came to a list and what went; undefined where it is no list, or nothing
 * did but the order, and where rows would not say it: of secrets, and of members
 * that read alike. Those are read side by side.
 */
export function listChange(from: unknown, to: unknown): ListChange | undefined {
  const lists = [from, to].filter((v) => v !== undefined && v !== null);
  if (lists.length === 0 || !lists.every(Array.isArray)) return undefined;
  const [a, b] = [(from ?? []) as unknown[], (to ?? []) as unknown[]];
  const [before, after] = [new Set(a.map(canon)), new Set(b.map(canon))];
  const out = { added: b.filter((v) => !before.has(canon(v))), removed: a.filter((v) => !after.has(canon(v))), same: a.filter((v) => after.has(canon(v))) };
  // Objects that have much in them are read side by side, member by member.
  const small = (v: unknown) => !isObj(v) || (Object.keys(v).length <= 4 && Object.values(v).every((x) => x === null || typeof x !== "object" || x instanceof Num));
  const fits = [...out.added, ...out.removed].every((v) => !Array.isArray(v) && small(v));
  if (!fits || out.added.length + out.removed.length === 0 || hasSecret(from, to)) return undefined;
  const each = new Map([...a, ...b].map((v) => [canon(v), v]));
  return readAlike(each.values()) ? undefined : out;
}

/** A value as the list of groups has it, which may be cut: JSON where it is whole. */
export function parsed(text: string | undefined): unknown {
  if (text === undefined || !/^[[{]/.test(text)) return text;
  try {
    return parseExact(text);
  } catch {
    return text;
  }
}
