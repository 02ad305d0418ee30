// Server-sent events over fetch: unlike EventSource it can start after an ID,
// sees the status of a refusal, and ends with an AbortSignal.
import { ApiError, send } from "./client";

export interface StreamEvent {
  id: string;
  event: string;
  data: string;
}

export interface StreamHandlers {
  onEvent: (e: StreamEvent) => void;
  /** live: events come; waiting: the connection broke and is tried again. */
  onState?: (s: "connecting" | "live" | "waiting") => void;
  /** What came between two connections can't be asked for any more: nothing had come before by which to go on. */
  onMissed?: () => void;
  /** A refusal that trying again would not mend. */
  onRefused?: (e: ApiError) => void;
}

/** Takes chunks of text and gives the events that are complete (WHATWG HTML, 9.2.6). */
export function sseParser(emit: (e: StreamEvent) => void, note?: (comment: string) => void): (chunk: string) => void {
  let rest = "";
  let now: StreamEvent = { id: "", event: "message", data: "" };
  let some = false;
  const line = (text: string) => {
    if (text === "") {
      if (some) emit({ ...now, data: now.data.replace(/\n$/, "") });
      now = { id: now.id, event: "message", data: "" };
      some = false;
      return;
    }
    const at = text.indexOf(":");
    if (at === 0) return note?.(text.slice(1).trim()); // a comment, such as a heartbeat
    const field = at < 0 ? text : text.slice(0, at);
    const value = at < 0 ? "" : text.slice(at + 1).replace(/^ /, "");
    if (field === "data") {
      now.data += `${value}\n`;
      some = true;
    } else if (field === "event") now.event = value;
    else if (field === "id" && !value.includes("\0")) now.id = value;
  };
  return (chunk) => {
    rest += chunk;
    for (let m = /\r\n|\n|\r(?!$)/.exec(rest); m; m = /\r\n|\n|\r(?!$)/.exec(rest)) {
      line(rest.slice(0, m.index));
      rest = rest.slice(m.index + m[0].length);
    }
  };
}

/** How long to wait before try n (0, 1, ...), in ms: grows to 15 s, spread so that clients don't come together. */
export function backoff(n: number, random: number): number {
  return Math.min(15_000, 500 * 2 ** n) * (0.5 + random / 2);
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const t = setTimeout(done, ms);
    signal.addEventListener("abort", () => (clearTimeout(t), done()), { once: true });
  });

/** Reads until the signal aborts; resumes after the last event that came. */
export async function stream(url: string, from: string, handlers: StreamHandlers, signal: AbortSignal): Promise<void> {
  let last = from;
  let began: number | undefined; // where a stream without a last event began
  for (let tries = 0; !signal.aborted; ) {
    handlers.onState?.("connecting");
    try {
      const res = await send(url, { headers: { Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) }, signal });
      handlers.onState?.("live");
      const take = sseParser((e) => {
        if (e.id) last = e.id;
        tries = 0;
        handlers.onEvent(e);
      }, (comment) => {
        const at = /^from (\d+)$/.exec(comment)?.[1];
        if (at === undefined || last) return;
        if (began !== undefined && Number(at) > began) handlers.onMissed?.();
        began = Number(at);
        if (began > 0) last = String(began - 1);
      });
      const reader = res.body!.pipeThrough(new TextDecoderStream()).getReader();
      for (let r = await reader.read(); !r.done; r = await reader.read()) take(r.value);
    } catch (e) {
      if (signal.aborted) return;
      if (e instanceof ApiError && e.status >= 400 && e.status < 500 && e.status !== 429) {
        handlers.onRefused?.(e);
        return;
      }
    }
    if (signal.aborted) return;
    handlers.onState?.("waiting");
    await pause(backoff(tries++, Math.random()), signal);
  }
}
