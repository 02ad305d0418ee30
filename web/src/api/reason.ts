// Why somebody changes something: asked once when editing starts, sent with each
// write, kept by the audit beside the change.

let said = "";

/** The reason of the edit mode; empty while it is off. */
export function sayReason(text: string) {
  said = text;
}

const most = 500;

/** At most 500 bytes, whole characters; headers are ASCII, so it is percent-encoded. */
export function encodeReason(text: string): string {
  let out = "";
  let bytes = 0;
  for (const c of text.replace(/\p{Cc}/gu, " ").trim()) {
    const n = new TextEncoder().encode(c).length;
    if ((bytes += n) > most) break;
    out += encodeURIComponent(c);
  }
  return out;
}

export function reasonHeader(): Record<string, string> {
  const reason = encodeReason(said);
  return reason ? { "Change-Reason": reason } : {};
}
