// What the list of the same changes says first; pure.
import { count, plural } from "@/ui/format";

interface Group {
  tenants: number;
  waiting: number;
}

/** Of what is read: "12 changes, 3 of them in more than one tenant; 40 findings wait for a person." */
export function groupsLead(rows: readonly Group[], more: boolean): string {
  if (rows.length === 0) return "";
  const wide = rows.filter((g) => g.tenants > 1).length;
  const waiting = rows.reduce((n, g) => n + g.waiting, 0);
  const of = more ? `The first ${count(rows.length)} changes` : plural(rows.length, "change");
  return `${of}, ${wide === 0 ? "each in one tenant" : `${count(wide)} of them in more than one tenant`}; ${waiting === 0 ? "none waits" : `${plural(waiting, "finding waits", "findings wait")} for a person`}.`;
}
