// The statement inside a module's signed envelope. Pure.
import { Num, parseExact } from "@/api/exact";

export interface Statement {
  type?: string;
  module?: string;
  counter?: number;
  time?: string;
  data: unknown;
  subjects: { name: string; digest?: string }[];
  keys: string[];
}

type Doc = Record<string, unknown>;
const doc = (v: unknown): Doc => (v !== null && typeof v === "object" && !Array.isArray(v) ? (v as Doc) : {});
const text = (v: unknown) => (typeof v === "string" ? v : undefined);
const utf8 = (base64: string) => new TextDecoder().decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));

/** From the openings of an attestation's receipt; undefined when it is not there or can't be read. */
export function readStatement(openings: unknown): Statement | undefined {
  const value = doc(doc(openings).envelope).value;
  try {
    // The group's value is a JSON string that holds the envelope's exact bytes.
    const envelope = doc(JSON.parse(text(JSON.parse(text(value) ?? "")) ?? ""));
    const s = doc(parseExact(utf8(text(envelope.payload) ?? "")));
    const p = doc(s.predicate);
    return {
      type: text(p.type), module: text(p.module), counter: typeof p.counter === "number" ? p.counter : p.counter instanceof Num ? Number(p.counter) : undefined, time: text(p.time), data: p.data,
      subjects: (Array.isArray(s.subject) ? s.subject : []).map((x) => ({ name: text(doc(x).name) ?? "", digest: text(doc(doc(x).digest).sha256) })),
      keys: (Array.isArray(envelope.signatures) ? envelope.signatures : []).map((x) => text(doc(x).keyid)).filter((k) => k !== undefined),
    };
  } catch {
    return undefined;
  }
}
