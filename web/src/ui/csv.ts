type Cell = string | number | boolean | undefined | null;

/** One cell (RFC 4180). A text that a spreadsheet would run as a formula gets a ' before it. */
export function csvCell(v: Cell): string {
  if (v === undefined || v === null) return "";
  let s = String(v);
  if (typeof v === "string" && /^[=+\-@\t\r]/.test(s)) s = `'${s}`;
  return /[",\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s;
}

export function csvOf(head: string[], rows: Cell[][]): string {
  return [head, ...rows].map((r) => r.map(csvCell).join(",")).join("\r\n") + "\r\n";
}
