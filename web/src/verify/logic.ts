// What the verifier answers, and the keys that are trusted here; pure.

/** As internal/evidence/plain.Answer. */
export interface Verdict {
  verdict: "verified" | "unpinned" | "not_verified" | "unreadable";
  kind?: "receipt" | "bundle";
  title: string;
  lead: string;
  failed?: string;
  checks: { check: string; title: string; state: "passed" | "failed" | "skipped"; says?: string; detail: string }[];
  facts?: { name: string; value: string }[];
  proves?: string[];
  not_proven?: string[];
  trusted?: string[];
  signer?: string;
}

export interface ServerKeys {
  vkey: string;
  vkeys: string[];
}

/** Verifier keys in a text, each once. */
export function keysIn(text: string): string[] {
  return [...new Set(text.match(/[^\s",]+\+[0-9a-f]{8}\+[^\s",]+/g) ?? [])];
}

/** A key's name and ID, without the key. */
export const keyName = (key: string) => key.split("+").slice(0, 2).join("+");

/** The keys that a server names, one a line. */
export const textOf = (keys: ServerKeys) => [...new Set([keys.vkey, ...keys.vkeys])].join("\n");

/** Keys that the server signs with and that are not pinned: it may have changed them, or be another server. */
export function strangers(pinned: string, server: ServerKeys | undefined): string[] {
  if (!server) return [];
  const known = new Set(keysIn(pinned));
  return keysIn(textOf(server)).filter((k) => !known.has(k));
}

/** What a good verdict rests on, in words, and whose keys those are. */
export function restsOn(way: "server" | "pinned", keys: string): string {
  const named = keysIn(keys).map(keyName);
  if (way === "server") return `Checked with the keys that this server names itself, learnt just now (${named.join(", ")}). A server that lies would name its own keys: pin keys that you got by another way to find that out.`;
  return named.length === 0 ? "Checked without any key: it may be anybody’s." : `Checked with ${named.length === 1 ? "the key" : `the ${named.length} keys`} that you pinned in this browser: ${named.join(", ")}. Nobody else’s pins count for you.`;
}

/** Adds a member to the text of a JSON object, without reading its numbers. */
export function withMember(object: string, name: string, value: string): string {
  const end = object.lastIndexOf("}");
  if (end < 0) throw new Error("The answer is no object.");
  const empty = /^\s*\{\s*$/.test(object.slice(0, end));
  return `${object.slice(0, end)}${empty ? "" : ","}${JSON.stringify(name)}:${value}}`;
}
