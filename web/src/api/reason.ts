// Why somebody changes something: asked once when editing starts, sent with each
// write, kept by the audit beside the change.

let said = "";

/** The reason of the edit mode; empty while it is off. */
export function sayReason(text: string) {
  said = text;
}

const place = (whose: string) => `frostgate.edit-reason.${whose}`;
const places = () => Object.keys(sessionStorage).filter((name) => name.startsWith(place("")));

/** Keeps the reason over a reload of this tab: of one person, for one sign-in. */
export function keepReason(whose: string, sign: string, text: string) {
  if (text) sessionStorage.setItem(place(whose), `${sign} ${text}`);
  else sessionStorage.removeItem(place(whose));
}

export function keptReason(whose: string, sign: string): string {
  const kept = sessionStorage.getItem(place(whose)) ?? "";
  return sign && kept.startsWith(`${sign} `) ? kept.slice(sign.length + 1) : "";
}

/** The same person signed in again: their reason holds on. */
export function reasonsGoOn(sign: string) {
  for (const name of places()) sessionStorage.setItem(name, sessionStorage.getItem(name)!.replace(/^\S*/, () => sign));
}

/** Nobody's reason stays when its person goes. */
export function forgetReasons() {
  said = "";
  for (const name of places()) sessionStorage.removeItem(name);
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
