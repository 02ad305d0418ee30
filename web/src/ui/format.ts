// Numbers, spans and times in words. Pure, so that tests can hold them.

export function count(n: number): string {
  return n.toLocaleString("en-US");
}

/** "1 finding", "2 findings". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

const steps: [number, Intl.RelativeTimeFormatUnit][] = [[60, "second"], [60, "minute"], [24, "hour"], [30, "day"], [12, "month"], [Infinity, "year"]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "5 minutes ago", "in 3 days". */
export function ago(at: Date, now: Date): string {
  let n = (at.getTime() - now.getTime()) / 1000;
  if (Math.abs(n) < 5) return "just now";
  for (const [size, unit] of steps) {
    if (Math.abs(n) < size) return relative.format(Math.trunc(n), unit);
    n /= size;
  }
  return relative.format(Math.trunc(n), "year");
}

/** "350 ms", "4.2 s", "3 min 5 s". */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const s = Math.round(ms / 1000);
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  for (const [unit, size] of [["kB", 1e3], ["MB", 1e6], ["GB", 1e9]] as const) {
    if (n < size * 1000 || unit === "GB") return `${(n / size).toFixed(n < size * 10 ? 1 : 0)} ${unit}`;
  }
  return `${n} B`;
}

/** Gating in words of people: of what is proposed, not of whom it is against. */
export const gatingWords: Record<string, string> = { allow: "runs by itself", require_approval: "waits for approval", reject: "refused" };
export const gatingTerms: Record<string, string> = {
  allow: "The rules of engagement let it be done without a person.", require_approval: "The rules of engagement want a person to approve it first.", reject: "The rules of engagement forbid it.",
};

const day = 86_400_000;

/** The local day on which something happened, where that is more than a day away from when it was decided. */
export function happenedOn(event: string | undefined, decided: string | undefined): string | undefined {
  const at = Date.parse(event ?? "");
  return Math.abs(at - Date.parse(decided ?? "")) > day ? localTime(new Date(at)).slice(0, 10) : undefined;
}

/** The first letter large. */
export const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);

/** "12%", "0.4%", "less than 0.1%". */
export function percent(share: number): string {
  const p = share * 100;
  if (p === 0) return "0%";
  if (p < 0.1) return "less than 0.1%";
  return `${p < 10 ? Number(p.toFixed(1)) : Math.round(p)}%`;
}

/** The end of a day that was picked, in the local zone, as the API takes it; undefined where it is no day. */
export function endOfDay(day: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined;
  const [y = 0, m = 1, d = 1] = day.split("-").map(Number);
  return new Date(y, m - 1, d, 23, 59, 59).toISOString();
}

const two = (n: number) => String(n).padStart(2, "0");

/** As a field of date and time has it, in local time. */
export function inputTime(at: Date): string {
  return localTime(at).slice(0, 16).replace(" ", "T");
}

/** Local date and time in a form that sorts: 2026-11-22 09:14:03. */
export function localTime(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Local time of day: 09:14:03. */
export function clockTime(at: Date): string {
  return localTime(at).slice(11);
}
